"""One text of a bid made blind: found, replaced, and reported. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from xinglin.challenges.blinding import citations, contacts, leaks
from xinglin.challenges.blinding.institutions import Houses, Institution
from xinglin.challenges.blinding.leaks import Leak
from xinglin.challenges.blinding.people import Member, Names
from xinglin.challenges.blinding.texts import Span, level, merged, sentence_breaks, tokens
from xinglin.challenges.words.reviews import LeakKind

# What stands in place of what was taken out, in the language of the text; the number tells members apart.
HOLDERS = {
    "zh": {"name": "【成员{n}】", "institution": "【单位{n}】", "contact": "【联系方式】", "number": "【编号】",
           "earlier": "【已有研究】", "citation": "【文献】", "reference": "【该团队的文献，已隐去】", "hand": "【人工隐去】"},
    "en": {"name": "[member {n}]", "institution": "[institution {n}]", "contact": "[contact]", "number": "[number]",
           "earlier": "[earlier work]", "citation": "[reference]", "reference": "[reference of this team, removed]",
           "hand": "[removed by hand]"},
}  # fmt: skip


@dataclass(frozen=True)
class Redaction:
    """One replacement: what kind, and where it stood in the original."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class BlindCopy:
    """The text a reviewer reads, what was replaced, and what a person should still look at."""

    text: str
    redactions: tuple[Redaction, ...]
    leaks: tuple[Leak, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many replacements of each kind."""
        return dict(Counter(one.kind for one in self.redactions))


@dataclass(frozen=True)
class Team:
    """Everybody and everything whose name must not be read: members, contacts, institutions, and words of their own
    (a product, a cohort, a user name). `numbers` are telephones and codes as the bid gives them."""

    members: tuple[Member, ...] = ()
    institutions: tuple[Institution, ...] = ()
    domains: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    @cached_property
    def names(self) -> Names:
        """The names of the members, compiled once per team."""
        return Names(self.members)

    @cached_property
    def houses(self) -> Houses:
        """The institutions, compiled once per team."""
        return Houses(self.institutions)


def blind(text: str, team: Team, *, given: str = "", by_hand: Sequence[str] = ()) -> BlindCopy:
    """`text` without names, institutions, contacts and self-citations of `team`.

    `given` is the call's own text, which gives nobody away; `by_hand` are passages a person asked to be blacked.
    """
    levelled = level(text)
    words = tokens(text, levelled)
    names, maybe_names = team.names.find(text, levelled, words)
    houses, maybe_houses = team.houses.find(levelled, words)
    named = [*names, *houses]
    own = citations.find(levelled, sentence_breaks(levelled), named)
    spans = [*named, *contacts.find(levelled, team.domains), *own.spans, *_own_words(levelled, team, by_hand)]
    kept = merged(spans)
    copy, moved = _replaced(text, kept, language_of(text))
    doubtful = [*((LeakKind.COMMON_NAME if one.kind == "name" else LeakKind.INSTITUTION, one)
                  for one in (*maybe_names, *maybe_houses)), *((LeakKind.OWN_WORK, one) for one in own.untold)]  # fmt: skip
    spots = [
        (_initials(kind, text[one.start : one.end]), start, end)
        for kind, one in doubtful
        if (start := moved(one.start)) is not None and (end := moved(one.end)) is not None and start < end
    ]
    found = leaks.report(copy, given=given, doubtful=spots)
    return BlindCopy(copy, tuple(Redaction(one.kind, one.start, one.end) for one in kept), tuple(found))


def _initials(kind: LeakKind, words: str) -> LeakKind:
    return LeakKind.INITIALS if kind is LeakKind.COMMON_NAME and words.isascii() else kind


def language_of(text: str) -> str:
    """zh when more of the text is Chinese characters than Latin words, else en."""
    return "zh" if len(re.findall(r"[㐀-鿿]", text)) * 2 > len(re.findall(r"[A-Za-z]+", text)) else "en"


def _own_words(levelled: str, team: Team, by_hand: Sequence[str]) -> list[Span]:
    found = []
    for kind, given in (("hand", by_hand), ("name", team.words), ("contact", team.numbers)):
        for word in given:
            if len(plain := level(word.strip())) > 1:
                pattern = _spaced(plain) if kind == "contact" else re.escape(plain)
                found += [Span(at.start(), at.end(), kind) for at in re.finditer(pattern, levelled)]
    return found


def _spaced(number: str) -> str:
    """A pattern for a number however it is grouped: 6222 0200 0000 1234 is also written in one."""
    signs = re.sub(r"[\s-]", "", number)
    return r"[\s-]?".join(signs) if signs.isalnum() and len(signs) >= 8 else re.escape(number)


def _replaced(text: str, spans: Sequence[Span], language: str) -> tuple[str, Callable[[int], int | None]]:
    """The text with each span replaced, and a function from old places to new ones (None inside a replaced span)."""
    holders = HOLDERS[language]
    parts: list[str] = []
    at = shift = 0
    starts: list[int] = []
    stops: list[tuple[int, int]] = []
    for span in spans:
        holder = holders[span.kind].replace("{n}", str(span.number or ""))
        parts += [text[at : span.start], holder]
        shift += len(holder) - (span.end - span.start)
        starts.append(span.start)
        stops.append((span.end, shift))
        at = span.end
    parts.append(text[at:])

    def moved(place: int) -> int | None:
        before = bisect_left(starts, place) - 1
        if before < 0:
            return place
        end, total = stops[before]
        return None if place < end else place + total

    return "".join(parts), moved
