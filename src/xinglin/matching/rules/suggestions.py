"""What may happen to a suggestion, who counts as suitable, and how preferences move a score. Pure.

A suggestion is a proposal of the machine; only people take it or decline it (PIPL art. 24). Whoever refuses automated
matching is never ranked; the search still finds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xinglin.kernel.machine import Machine, Move
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.rules.needs import OWNERS, PROGRAM
from xinglin.matching.words.needs import HomePreference, SeniorityWanted
from xinglin.matching.words.suggestions import ConflictStage, DeclineReason
from xinglin.matching.words.suggestions import SuggestionStage as S

SUGGESTION_MOVES = Machine(
    "matching.suggestion",
    S,
    S.PROPOSED,
    frozenset({S.USEFUL, S.DECLINED, S.CHOSEN, S.SUPERSEDED}),
    (
        Move("find_useful", (S.PROPOSED, S.DECLINED), S.USEFUL, OWNERS, say("Mark as useful")),
        Move("decline", (S.PROPOSED, S.USEFUL), S.DECLINED, OWNERS, say("Decline with a reason")),
        Move("choose", (S.PROPOSED, S.USEFUL), S.CHOSEN, OWNERS, say("Choose and bring together")),
        Move("supersede", S.PROPOSED, S.SUPERSEDED, PROGRAM, say("Replaced by a later ranking")),
    ),
)

CONFLICT_MOVES = Machine(
    "matching.conflictofinterest",
    ConflictStage,
    ConflictStage.DECLARED,
    frozenset({ConflictStage.DECLARED, ConflictStage.ENDED}),
    (Move("end", ConflictStage.DECLARED, ConflictStage.ENDED, frozenset({Role.SECRETARIAT, Role.EXPERT}), say("End")),),
)

# A decline for one of these speaks of the expert's field; the others speak of this need alone.
ABOUT_FIT = frozenset({DeclineReason.WRONG_FIELD, DeclineReason.NOT_SENIOR, DeclineReason.EVIDENCE_WEAK})
# How far a stated preference may move a score: less than any real difference of content.
PREFERENCE_POINTS = 0.03
_RANKS = {"none": 0, "junior": 0, "middle": 1, "associate": 2, "senior": 3}
_WANTED = {SeniorityWanted.ANY: 0, SeniorityWanted.MIDDLE: 1, SeniorityWanted.ASSOCIATE: 2, SeniorityWanted.SENIOR: 3}


@dataclass(frozen=True)
class Wishes:
    """What a need prefers, beside its words. Regions are six-digit codes; `home` is the alliance's home region."""

    region: str
    home_preference: HomePreference
    seniority: SeniorityWanted
    home: str = ""


@dataclass(frozen=True)
class Standing:
    """What of an expert the wishes are compared with."""

    practice_region: str
    native_region: str
    title_rank: str


@dataclass(frozen=True)
class Preference:
    """One preference met or missed: `kind` names its sentence, `points` what it moved the score by."""

    kind: str
    points: float


def senior_enough(rank: str, wanted: SeniorityWanted) -> bool:
    return _RANKS.get(rank, 0) >= _WANTED[wanted]


def same_place(left: str, right: str) -> bool:
    """Whether one region lies in the other: a province holds its cities, a city its districts (GB/T 2260)."""
    trimmed = [code.rstrip("0") + ("0" if len(code.rstrip("0")) % 2 else "") for code in (left, right)]
    return all(trimmed) and (trimmed[0].startswith(trimmed[1]) or trimmed[1].startswith(trimmed[0]))


def preferences(wishes: Wishes, standing: Standing) -> list[Preference]:
    """The wishes an expert meets or misses, each with its bounded effect. Nobody is excluded by a preference."""
    found = []
    if wishes.seniority is not SeniorityWanted.ANY:
        met = senior_enough(standing.title_rank, wishes.seniority)
        found.append(Preference("seniority_met" if met else "seniority_missed", 0.0 if met else -2 * PREFERENCE_POINTS))
    if wishes.region and same_place(wishes.region, standing.practice_region):
        found.append(Preference("region_met", PREFERENCE_POINTS))
    from_home = bool(wishes.home) and same_place(wishes.home, standing.native_region)
    works_away = bool(wishes.home and standing.practice_region) and not same_place(
        wishes.home, standing.practice_region
    )
    if wishes.home_preference is HomePreference.HOME and from_home:
        found.append(Preference("home_met", PREFERENCE_POINTS))
    if wishes.home_preference is HomePreference.AWAY and works_away:
        found.append(Preference("away_met", PREFERENCE_POINTS))
    return found


def available(*, is_available: bool, open_dockings: int, load_limit: int) -> str:
    """The ranker's word for how much room somebody has: open, limited, full or away."""
    if not is_available:
        return "away"
    if open_dockings >= load_limit:
        return "full"
    return "limited" if open_dockings and open_dockings == load_limit - 1 else "open"


def dates_in_order(since: date, until: date | None) -> None:
    if until is not None and until < since:
        raise Refusal(
            "matching.ends_before", say("It ends before it begins."), say("Correct one of the two days."), field="until"
        )


def one_party(organisation_id: str | None, other_person_id: str | None, person_id: str) -> None:
    """A conflict lies between a person and exactly one other: an organisation or another person."""
    if bool(organisation_id) == bool(other_person_id):
        raise Refusal(
            "matching.one_party",
            say("A conflict of interest names one organisation or one other person, not both."),
            say("Fill one of the two; declare the second conflict separately."),
            field="organisation_id",
        )
    if other_person_id == person_id:
        raise Refusal("matching.same_person", say("Nobody is in conflict with themselves."), field="other_person_id")


def reason_given(reason: DeclineReason, text: str) -> None:
    """“Another reason” says which."""
    if reason is DeclineReason.OTHER and not text.strip():
        raise Refusal(
            "matching.reason_missing", say("Another reason needs a few words."),
            say("Write what was missing, so that the next ranking can be understood."), field="reason_text",
        )  # fmt: skip


def total_of(points: Sequence[float]) -> float:
    """A score from what contributed to it, kept between 0 and 1."""
    return min(1.0, max(0.0, sum(points)))
