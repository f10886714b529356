"""Why somebody was proposed, as it is stored and as it is said. Pure.

A stored reason is a plain dict: `kind`, `points` (its share of the score; all points add up to it) and, by kind,
`words` [[need's, candidate's, synonym]], `codes` [[need's, candidate's, relation]], `text` {id, title, link}, `note`,
`share`. The kinds are those of `matching.ranking.ReasonKind` and the preferences of `rules.suggestions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from xinglin.kernel.phrases import Phrase, say
from xinglin.matching.ranking.words import Reason
from xinglin.matching.rules.suggestions import Preference

Stored = dict[str, Any]
Name = Callable[[str], Any]

_RELATIONS = {
    "same": say("Same specialty: {need}"),
    "within": say("Specialty {held} lies within {need}"),
    "parent": say("Specialty {held} contains {need}"),
    "sibling": say("Specialty {held} is a neighbour of {need}"),
}
_AVAILABILITY = {
    "open": say("Has room for a new need"),
    "limited": say("Has little room left"),
    "full": say("Has no room left: as many dockings are open as they accept"),
    "away": say("Has said they are not available at present"),
}
_PREFERENCES = {
    "seniority_met": say("Has the title that is wanted"),
    "seniority_missed": say("Does not have the title that is wanted"),
    "region_met": say("Works in the region that is wanted"),
    "home_met": say("Comes from our home region, as preferred"),
    "away_met": say("Works outside our region, as preferred"),
}


def stored(reason: Reason) -> Stored:
    """A reason of the ranker as plain data; empty parts are left out."""
    parts: Stored = {"kind": str(reason.kind), "points": round(reason.contribution, 5)}
    if reason.words:
        parts["words"] = [[one.need, one.candidate, one.synonym] for one in reason.words]
    if reason.codes:
        parts["codes"] = [[one.need, one.candidate, str(one.relation)] for one in reason.codes]
    if reason.text is not None:
        parts["text"] = {"id": reason.text.id, "title": reason.text.title, "link": reason.text.link}
    if reason.note:
        parts["note"] = reason.note
    if reason.share:
        parts["share"] = round(reason.share, 4)
    return parts


def stored_preference(preference: Preference) -> Stored:
    return {"kind": preference.kind, "points": preference.points}


def points_of(reasons: Iterable[Stored]) -> float:
    return sum(float(reason["points"]) for reason in reasons)


def spoken(reason: Stored, name: Name = str) -> list[Phrase]:
    """The sentences of one stored reason; `name` gives a specialty code the name a reader knows."""
    kind = reason["kind"]
    if kind in _PREFERENCES:
        return [_PREFERENCES[kind]]
    if kind == "specialty":
        return [
            _RELATIONS[relation](need=name(need), held=name(held)) for need, held, relation in reason.get("codes", ())
        ]
    speaker = _SPEAKERS.get(kind)
    return [speaker(reason)] if speaker else []


def link_of(reason: Stored) -> str:
    """Where the reason can be checked: the address of the evidence, or ""."""
    return str(reason.get("text", {}).get("link", ""))


def summary(reasons: Sequence[Stored], name: Name = str, most: int = 2) -> list[Phrase]:
    """The sentences of the reasons that count most, for a list."""
    weighty = sorted((one for one in reasons if one["points"] > 0), key=lambda one: -one["points"])
    return [sentence for one in weighty for sentence in spoken(one, name)][:most]


def _words(reason: Stored) -> Phrase:
    pairs = [need if need == held else f"{need} ≈ {held}" for need, held, _synonym in reason.get("words", ())]
    return say("Shared words: {words}", words=" · ".join(pairs)) if pairs else say("Shared words")


def _coverage(reason: Stored) -> Phrase:
    percent = round(100 * float(reason.get("share", 0)))
    return say("The evidence contains {percent} % of the need's words, counted by rarity", percent=percent)


def _evidence(reason: Stored) -> Phrase:
    return say("Closest evidence: {title}", title=reason.get("text", {}).get("title", ""))


def _feedback(reason: Stored) -> Phrase:
    counts, _, _why = str(reason.get("note", "")).partition(" ")
    useful, _, heard = counts.partition("/")
    return say("Earlier feedback: {useful} of {heard} proposals were found useful", useful=useful, heard=heard)


_SPEAKERS: dict[str, Callable[[Stored], Phrase]] = {
    "words": _words,
    "coverage": _coverage,
    "characters": lambda _reason: say("Similar wording: the same runs of characters"),
    "context": lambda reason: (
        say("Words of closely related evidence agree too") if reason["points"] >= 0 else
        say("Closely related evidence points elsewhere")
    ),
    "evidence": _evidence,
    "meaning": lambda reason: say("Re-ranked by the embedding model {model}", model=reason.get("note", "")),
    "availability": lambda reason: _AVAILABILITY.get(reason.get("note", ""), _AVAILABILITY["open"]),
    "feedback": _feedback,
    "same_organisation": lambda reason: say("Works at {place}, which is behind the need: please check",
                                            place=reason.get("note", "")),
    "conflict": lambda reason: say("Please check for a conflict of interest: {why}", why=reason.get("note", "")),
}  # fmt: skip
