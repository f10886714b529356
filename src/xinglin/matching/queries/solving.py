"""An assignment round put to the solver: what is read, which limits hold, and the answer in words. Stores nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.matching.assignment import (
    BadProblem,
    Coverage,
    Outcome,
    Problem,
    Quota,
    Relaxation,
    assign,
    gap_sentence,
    problem_from_scores,
    relaxation_sentence,
)
from xinglin.matching.models import Need, Round
from xinglin.matching.queries import ranking
from xinglin.matching.queries.ranking import Ranked
from xinglin.matching.queries.suggestions import open_dockings_by_person
from xinglin.matching.rules.suggestions import same_place
from xinglin.matching.words.rounds import QuotaOn
from xinglin.roster.queries import candidates
from xinglin.roster.queries.candidates import CandidateFacts

Told = Callable[[str, float], None]
TIME_LIMIT = 120.0
# Needs ranked in one pass.
PART = 200


@dataclass
class Solution:
    """What the solver found. `chosen` is empty when there is no assignment; then `relax` says what to change.

    `gap_sentence` {"zh", "en"} and `relax` [{"zh", "en"}] are finished sentences; `ranked` keeps why a pair was scored.
    """

    chosen: list[tuple[str, str]]
    ranked: dict[tuple[str, str], Ranked]
    total: float = 0.0
    worst: float = 0.0
    optimal: bool = False
    gap: float | None = None
    seconds: float = 0.0
    pairs: int = 0
    candidates: int = 0
    gap_sentence: dict[str, str] = field(default_factory=dict)
    relax: list[dict[str, str]] = field(default_factory=list)


def solve(round_: Round, *, told: Told, should_stop: Callable[[], bool]) -> Solution:
    """Rank every need of the round, then assign under its limits. Raises Refusal when there is nothing to assign."""
    needs = list(Need.objects.filter(pk__in=round_.need_ids).select_related("organisation").order_by("pk"))
    ranked = _ranked(needs, round_.candidates_each, told, should_stop)
    if not ranked:
        raise Refusal(
            "matching.round_nobody",
            say("Nobody in the register fits any need of this round."),
            say("Add evidence and specialties to the experts, or describe the needs in more detail."),
        )
    people = candidates.candidate_facts({person for _need, person in ranked})
    try:
        problem = _problem(round_, needs, ranked, people)
        outcome = assign(problem, round_.objective, should_stop=should_stop,
                         progress=lambda step, share: told(step, 0.5 + share / 2), time_limit=TIME_LIMIT)  # fmt: skip
    except BadProblem as bad:
        raise Refusal(
            "matching.round_contradicts",
            say("The limits of this round contradict each other."),
            say("Change the limits."),
        ) from bad
    return _solution(round_, needs, people, problem, outcome, ranked)


def _ranked(needs: list[Need], each: int, told: Told, should_stop: Callable[[], bool]) -> dict[tuple[str, str], Ranked]:
    found: dict[tuple[str, str], Ranked] = {}
    for at in range(0, len(needs), PART):
        if should_stop():
            break
        part = needs[at : at + PART]
        told("rank", 0.5 * at / len(needs))
        for need_id, result in ranking.experts_of_many(part, each).items():
            found.update({(need_id, one.id): one for one in result.best})
    return found


def _problem(
    round_: Round, needs: list[Need], ranked: dict[tuple[str, str], Ranked], people: list[CandidateFacts]
) -> Problem:
    present = {person.id for person in people}
    scores = [(need, person, one.score) for (need, person), one in ranked.items() if person in present]
    room = _room(people)
    partial = 0 < round_.cover_needs < len(needs)
    return problem_from_scores(
        scores,
        extra_needs=[need.pk for need in needs],
        load=round_.load_limit,
        loads={person: left for person, left in room.items() if left < round_.load_limit},
        per_need=(0, round_.per_need) if partial else round_.per_need,
        coverage=Coverage(needs=round_.cover_needs) if partial else None,
        quotas=[Quota(_attribute(at), "yes", row["at_least"], row["at_most"], per=row["per"])
                for at, row in enumerate(round_.quotas)],
        attributes=_attributes(round_, people),
    )  # fmt: skip


def _room(people: Iterable[CandidateFacts]) -> dict[str, int]:
    """How many more needs each expert accepts: their own limit less what is open; nothing while they are away."""
    open_now = open_dockings_by_person([person.id for person in people])
    return {
        person.id: max(0, person.load_limit - open_now.get(person.id, 0)) if person.available else 0
        for person in people
    }


def _attribute(at: int) -> str:
    return f"quota {at}"


def _attributes(round_: Round, people: list[CandidateFacts]) -> dict[str, dict[str, str]]:
    """Per expert, whether each quota counts them."""
    home = candidates.home_region()
    return {
        person.id: {
            _attribute(at): "yes" if _counts(row, person, home) else "no" for at, row in enumerate(round_.quotas)
        }
        for person in people
    }


def _counts(row: dict[str, Any], person: CandidateFacts, home: str) -> bool:
    match QuotaOn(row["on"]):
        case QuotaOn.SPECIALTY:
            return any(code == row["value"] or code.startswith(f"{row['value']}.") for code in person.specialties)
        case QuotaOn.REGION:
            return same_place(row["value"], person.practice_region)
        case QuotaOn.SENIORITY:
            return person.title_rank == row["value"]
        case QuotaOn.HOME_TOWN:
            return (row["value"] == "yes") == (bool(home) and same_place(home, person.native_region))


def _solution(
    round_: Round, needs: list[Need], people: list[CandidateFacts], problem: Problem, outcome: Outcome,
    ranked: dict[tuple[str, str], Ranked],
) -> Solution:  # fmt: skip
    names = {need.pk: need.title for need in needs} | {person.id: person.name for person in people}
    relax = [_sentences(problem, round_, change, names) for change in outcome.infeasible or ()]
    if not outcome.assignments and not relax:
        relax = [{
            "zh": "时限内没有找到分配，也没有证明不存在；请减少需求或放宽配额后再试。",
            "en": "No assignment was found in time, nor proof that there is none; take fewer needs or drop quotas.",
        }]  # fmt: skip
    return Solution(
        chosen=list(outcome.assignments), ranked=ranked, total=outcome.total, worst=outcome.worst,
        optimal=outcome.optimal, gap=outcome.gap, seconds=outcome.seconds, pairs=len(problem.score),
        candidates=len(problem.candidates), relax=relax,
        gap_sentence={lang: gap_sentence(outcome, round_.objective, lang) for lang in ("zh", "en")}
        if outcome.assignments else {},
    )  # fmt: skip


def _sentences(problem: Problem, round_: Round, change: Relaxation, names: dict[str, str]) -> dict[str, str]:
    """One limit to relax, in both languages, with names where the solver knows only ids."""
    found = {}
    for lang in ("zh", "en"):
        renamed = tuple(
            replace(quota, attribute=round_.quotas[at][lang], value="是" if lang == "zh" else "yes")
            for at, quota in enumerate(problem.quotas)
        )
        plain = replace(problem, quotas=renamed)
        text = relaxation_sentence(plain, replace(change, subject=names.get(change.subject, change.subject)), lang)
        found[lang] = text[:1].upper() + text[1:] + ("。" if lang == "zh" else ".")
    return found
