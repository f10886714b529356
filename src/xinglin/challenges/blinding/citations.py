"""Self-citations: the list of references, and the sentences that say whose earlier work a reference is. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from xinglin.challenges.blinding.texts import Span, sentence_at

_HEADING = re.compile(
    r"(?m)^[ \t#*]*(?:[0-9一二三四五六七八九十]+[、.．\s]+)?(?:主要)?(?:参考文献|references?|bibliography|literature cited)[ \t:：*]*$"
)
_ITEM = re.compile(r"(?m)^[ \t]*(?:\[(\d{1,3})\]|(\d{1,3})[.、．)])[ \t]*")
_NEXT_HEADING = re.compile(r"(?m)^[ \t]*(?:#+|[一二三四五六七八九十]+、|附录|附件|appendix|致谢|acknowledg)")
_MARKER = re.compile(
    r"\[\s*\d{1,3}(?:\s*[-,、;]\s*\d{1,3})*\s*\]|\^\{?\d{1,3}(?:[-,]\d{1,3})*\}?|[（(][^（）()\n]{2,60}?(?:19|20)\d{2}[a-z]?[）)]"
)
_OWNER_ZH = r"(?:我们|本人|笔者|申请人|申请者|项目负责人|负责人|本?(?:团队|课题组|研究组|项目组|小组|单位|实验室|科室|中心)|我(?:院|校|科|所|中心))"
_BEFORE_ZH = (
    r"(?:前期|既往|先前|此前|早期|早前|以往|已有|曾|率先|首次|近[年几]来?|已(?:发表|报道|证实|建立|完成|发现)|前述)"
)
SELF = re.compile(
    "|".join(
        (
            rf"{_OWNER_ZH}(?:的|在|于)?[^。；\n]{{0,16}}?{_BEFORE_ZH}(?:的?(?:研究|工作|结果|成果|报道))?",
            rf"{_BEFORE_ZH}[^。；，\n]{{0,6}}?{_OWNER_ZH}",
            r"(?:如|正如)?(?:我们|本团队|本课题组|课题组)(?:已)?(?:报道|发表|证实|发现|证明)(?:的|过)?",
            r"\b(?:we|our (?:own )?(?:group|team|lab|laboratory|unit|cent(?:re|er)|consortium)|the (?:applicants?|authors?|pi)|by us)\b"
            r"(?:\s+(?:have|has|had|and others))?\s+(?:\w+ly\s+)?(?:previously|earlier|already|recently|first|published|reported|"
            r"showed|shown|demonstrated|described|developed|established)\b(?:\s+(?:published|reported|showed|shown|demonstrated|"
            r"described|developed|established|found))?",
            r"\b(?:previously|earlier|recently|as)\s+(?:\w+\s+)?(?:by\s+)?(?:we|us|our (?:group|team|lab|laboratory))\b",
            r"\bour (?:own )?(?:previous|prior|earlier|preliminary|past|recent|published|pioneering)\s+(?:\w+\s+)?"
            r"(?:work|works|stud(?:y|ies)|results?|reports?|papers?|trials?|findings?|publications?|data|cohort)\b",
        )
    )
)
_REFERENCE = re.compile(
    r"\[[jmcdprn](?:/ol)?\]|\bdoi\b|\bet al\b|\d{1,4}\s?\(\d{1,3}\)\s?[:：]\s?\w?\d+|;\s?\d{1,4}\s?[:(：]"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True)
class Reference:
    """One entry of the list of references: its number and its place."""

    number: int
    start: int
    end: int


def references(levelled: str) -> list[Reference]:
    """The entries below the headings “References”, “参考文献”, each up to the next."""
    found: list[Reference] = []
    for heading in _HEADING.finditer(levelled):
        stop = _NEXT_HEADING.search(levelled, heading.end() + 1)
        end = stop.start() if stop else len(levelled)
        items = list(_ITEM.finditer(levelled, heading.end(), end))
        for item, following in zip(items, [*items[1:], None], strict=True):
            last = following.start() if following else end
            body = levelled[item.start() : last].rstrip()
            found.append(Reference(int(item[1] or item[2]), item.start(), item.start() + len(body)))
    return found


def numbers_in(marker: str) -> list[int]:
    """The references a marker names: [3], [3, 5], [3-6]."""
    found: list[int] = []
    for begin, end in re.findall(r"(\d{1,3})(?:\s*-\s*(\d{1,3}))?", marker):
        last = int(end) if end else int(begin)
        if last - int(begin) < 50:
            found += range(int(begin), last + 1)
    return found


@dataclass(frozen=True)
class SelfCitations:
    """What must go: the references that are the team's own, and the sentences' words and markers; `untold` are claims
    of earlier work without a citation, for a person to look at."""

    spans: tuple[Span, ...]
    numbers: frozenset[int]
    untold: tuple[Span, ...]


def find(levelled: str, breaks: list[int], named: Sequence[Span]) -> SelfCitations:
    """`named` are the places of members' names and institutions, found before; `breaks` where sentences begin."""
    listed = references(levelled)
    inside = [(one.start, one.end) for one in listed]
    named_at = sorted(span.start for span in named)

    def holds(start: int, end: int) -> bool:
        at = bisect_left(named_at, start)
        return at < len(named_at) and named_at[at] < end

    own = {one.number for one in listed if holds(one.start, one.end)}
    spans: list[Span] = []
    untold: list[Span] = []
    for hit in SELF.finditer(levelled):
        if any(begin <= hit.start() < end for begin, end in inside):
            continue
        begin, end = sentence_at(breaks, hit.start())
        markers = [one for one in _MARKER.finditer(levelled, begin, min(end + 12, len(levelled)))
                   if one.start() <= end]  # fmt: skip
        if not markers:
            untold.append(Span(hit.start(), hit.end(), "own_work"))
            continue
        spans.append(Span(hit.start(), hit.end(), "earlier"))
        for marker in markers:
            spans.append(Span(marker.start(), marker.end(), "citation"))
            if marker[0].startswith(("[", "^")):
                own.update(numbers_in(marker[0]))
    spans += [Span(one.start, one.end, "reference", one.number) for one in listed if one.number in own]
    spans += _elsewhere(levelled, inside, holds)
    return SelfCitations(tuple(spans), frozenset(own), tuple(untold))


def _elsewhere(levelled: str, inside: list[tuple[int, int]], holds: object) -> list[Span]:
    """Lines outside the list that are references all the same (representative works) and name a member: their titles
    lead to the author by a single search, so the whole line goes."""
    found, begin = [], 0
    for line in levelled.splitlines(keepends=True):
        end = begin + len(line.rstrip())
        if (
            len(line) < 600 and _YEAR.search(line) and _REFERENCE.search(line) and callable(holds) and holds(begin, end)
            and not any(a <= begin < b for a, b in inside)
        ):  # fmt: skip
            found.append(Span(begin, end, "reference"))
        begin += len(line)
    return found
