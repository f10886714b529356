"""Text compared without losing its places: folding that keeps every character where it was. Pure."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

import jieba

from xinglin.roster.names.folding import fold_table

HAN = "㐀-鿿豈-﫿\U00020000-\U0002ffff"
WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, order=True)
class Span:
    """From `start` up to `end` of a text: what was found there and which one of its kind (1 for the first, 0 none)."""

    start: int
    end: int
    kind: str = ""
    number: int = 0


@dataclass(frozen=True)
class Token:
    """A Latin word: its letters folded, where it stands, and whether it begins with a capital or is all capitals."""

    letters: str
    start: int
    end: int
    capital: bool
    capitals: bool


@cache
def _table() -> dict[int, str]:
    table = {code: one if isinstance(one, str) else chr(one) for code, one in fold_table().items()}
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFKD", chr(code))[0].lower()
        if base.isascii():
            table[code] = base
    for code in range(0xFF01, 0xFF5F):
        table[code] = chr(code - 0xFEE0).lower()
    for code in range(0x41, 0x5B):
        table[code] = chr(code + 32)
    table |= {0x3000: " ", 0xA0: " ", 0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0x2014: "-", 0x2212: "-"}
    return {code: one for code, one in table.items() if len(one) == 1}


def level(text: str) -> str:
    """Simplified, narrow, small letters without accents: as long as the text, character by character."""
    return text.translate(_table())


def tokens(text: str, levelled: str) -> list[Token]:
    """The Latin words of a text."""
    found = []
    for hit in WORD.finditer(levelled):
        shown = text[hit.start() : hit.end()]
        found.append(Token(hit[0], hit.start(), hit.end(), shown[0].isupper(), shown.isupper()))
    return found


def is_word(text: str) -> bool:
    """Whether an ordinary dictionary knows this Chinese text as a word."""
    _dictionary()
    return bool(jieba.dt.FREQ.get(text, 0))


@cache
def _dictionary() -> None:
    jieba.setLogLevel(60)
    jieba.initialize()


def straddled(text: str, start: int, end: int) -> bool:
    """Whether the words of a sentence lie across both ends of a place: 张明 in 主张明确 is nobody's name."""
    begin = max(0, start - 6)
    _dictionary()
    across_start = across_end = False
    for _word, left, right in jieba.tokenize(text[begin : end + 6], HMM=False):
        across_start |= left + begin < start < right + begin
        across_end |= left + begin < end < right + begin
    return across_start and across_end


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a place begins and ends where words do: 中大 stands alone in 就读于中大, not in 其中大部分."""
    begin = max(0, start - 6)
    _dictionary()
    return not any(
        left + begin < start < right + begin or left + begin < end < right + begin
        for _word, left, right in jieba.tokenize(text[begin : end + 6], HMM=False)
    )


def sentence_at(breaks: list[int], place: int) -> tuple[int, int]:
    """The sentence around a place, from the sorted places at which sentences begin (the length of the text last)."""
    at = bisect_right(breaks, place) - 1
    return breaks[at], breaks[at + 1] if at + 1 < len(breaks) else breaks[at]


_ENDS = re.compile(r"[。！？；\n]|(?<=[a-z\])])[.!?;](?=\s)")


def sentence_breaks(levelled: str) -> list[int]:
    """Where sentences begin, with the length of the text at the end. A list of references breaks at its lines."""
    return sorted({0, *(hit.end() for hit in _ENDS.finditer(levelled)), len(levelled)})


def merged(spans: list[Span]) -> list[Span]:
    """In order, without overlap: of two that overlap the longer one stays and takes in what both cover."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if found and span.start < found[-1].end:
            last = found[-1]
            keep = last if last.end - last.start >= span.end - span.start else span
            found[-1] = Span(last.start, max(last.end, span.end), keep.kind, keep.number)
        else:
            found.append(span)
    return found
