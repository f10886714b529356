"""From a text to its words: Chinese by dictionary, English by letters, known synonyms as one term.

A term is what two texts are compared by; its surface is how it stood in the (folded) text. Inflected English words
share a term with their singular; the members of a synonym group share the group's term, which starts with `≈`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from xinglin.matching.ranking.folding import HAN, fold
from xinglin.matching.ranking.segmenting import Segmenter, segmenter

SYNONYM_MARK = "≈"
_PIECE = re.compile(r"[^\W_]+")
_DATA = files("xinglin.matching.ranking").joinpath("data")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The terms of one text. `line` keeps their order (for word pairs); `extra` are parts of longer words.

    `shown` says how each term first stood in the folded text.
    """

    line: list[str]
    extra: list[str]
    shown: dict[str, str]


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Words that name one thing. `source` says who says so."""

    canonical: str
    members: tuple[str, ...]
    source: str


@cache
def stop_words() -> frozenset[str]:
    """Function words and the set phrases of requests, both languages, folded."""
    lines = _DATA.joinpath("stopwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold(line) for line in lines if line and not line.startswith("#"))


@cache
def synonym_groups() -> tuple[SynonymGroup, ...]:
    """The curated dictionary of medical synonyms shipped with the program."""
    text = _DATA.joinpath("synonyms_medical.csv").read_text(encoding="utf-8")
    groups = []
    for row in csv.DictReader(text.splitlines()):
        members = (row["canonical"], *filter(None, row["others"].split("|")))
        groups.append(
            SynonymGroup(
                row["canonical"],
                tuple(fold(member) for member in members),
                row["source"],
            )
        )
    return tuple(groups)


def _pieces_of_member(member: str) -> tuple[str, ...]:
    """A member with Chinese in it is one word of the segmenter; an English one is the row of its words."""
    if HAN.search(member):
        return (member,)
    return tuple(singular(piece) for piece in _PIECE.findall(member))


@cache
def _synonyms_by_first_piece() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """First piece -> (pieces, group term), the longest first."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for group in synonym_groups():
        for member in group.members:
            pieces = _pieces_of_member(member)
            table.setdefault(pieces[0], []).append((pieces, SYNONYM_MARK + group.canonical))
    for rows in table.values():
        rows.sort(key=lambda row: -len(row[0]))
    return table


@cache
def _segmenter() -> Segmenter:
    """The segmenter, taught the Chinese members of the synonym dictionary."""
    return segmenter(tuple(member for group in synonym_groups() for member in group.members if HAN.search(member)))


def singular(word: str) -> str:
    """Fold an English plural to its singular; the gentlest useful stemming (Harman's S-stemmer, 1991)."""
    if len(word) < 4 or not word.isascii() or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith(("us", "ss", "is")):
        return word
    return word[:-1]


def _pieces(folded: str) -> tuple[list[str], list[int]]:
    """The words of a folded text in order, and where each begins."""
    pieces: list[str] = []
    starts: list[int] = []
    at = run = 0
    # Without guesses for unknown words, the same characters are always cut the same way.
    for word in _segmenter().cut(folded) if HAN.search(folded) else ():
        if _facts(word).chinese:
            if run < at:
                _spell(folded, run, at, pieces, starts)
            pieces.append(word)
            starts.append(at)
            run = at + len(word)
        at += len(word)
    _spell(folded, run, len(folded), pieces, starts)
    return pieces, starts


def _spell(folded: str, begin: int, end: int, pieces: list[str], starts: list[int]) -> None:
    """Add the words of a stretch without Chinese, which letters and spaces tell apart."""
    for found in _PIECE.finditer(folded, begin, end):
        pieces.append(found.group())
        starts.append(found.start())


def _parts(word: str) -> list[str]:
    """Dictionary words of two or three characters inside a longer Chinese word (心肌 and 梗死 in 心肌梗死)."""
    knows = _segmenter().knows
    parts = []
    for size in (2, 3):
        if len(word) > size:
            parts.extend(word[at : at + size] for at in range(len(word) - size + 1) if knows(word[at : at + size]))
    return parts


def _worth_a_term(term: str) -> bool:
    """Single letters and digits say nothing; a single Chinese character may (肝, 痛)."""
    return (len(term) > 1 or HAN.match(term) is not None) and not term.isdigit() and term not in stop_words()


@dataclass(frozen=True, slots=True)
class _Facts:
    """What one piece is, apart from its neighbours."""

    stem: str
    chinese: bool
    worth: bool
    parts: list[str]


@lru_cache(maxsize=200_000)
def _facts(piece: str) -> _Facts:
    """Few words make up most of all texts: what is known of a word is worked out once."""
    stem, chinese = singular(piece), HAN.search(piece) is not None
    parts = [part for part in _parts(piece) if _worth_a_term(part)] if len(piece) > 2 and chinese else []
    return _Facts(stem, chinese, _worth_a_term(stem) and _worth_a_term(piece), parts)


def _read(pieces: Sequence[str]) -> list[tuple[str, int, int, list[str]]]:
    """(term, first piece, piece after the last, parts) of each word; synonyms joined, stop words left out."""
    rows: list[tuple[str, int, int, list[str]]] = []
    synonyms, facts = _synonyms_by_first_piece(), [_facts(piece) for piece in pieces]
    at = 0
    while at < len(pieces):
        one = facts[at]
        for wanted, group in synonyms.get(one.stem, ()):
            size = len(wanted)
            if size == 1 or tuple(other.stem for other in facts[at : at + size]) == wanted:
                parts = one.parts if size == 1 else [other.stem for other in facts[at : at + size] if other.worth]
                rows.append((group, at, at + size, parts))
                at += size
                break
        else:
            if one.worth:
                rows.append((one.stem, at, at + 1, one.parts))
            at += 1
    return rows


def tokenize(folded: str) -> Tokens:
    """The terms of a folded text (see `fold`)."""
    line: list[str] = []
    extra: list[str] = []
    shown: dict[str, str] = {}
    pieces, starts = _pieces(folded)
    for term, first, after, parts in _read(pieces):
        line.append(term)
        if term not in shown:
            shown[term] = folded[starts[first] : starts[after - 1] + len(pieces[after - 1])]
        for part in parts:
            extra.append(part)
            if part not in shown:
                shown[part] = next((piece for piece in pieces[first:after] if singular(piece) == part), part)
    return Tokens(line, extra, shown)
