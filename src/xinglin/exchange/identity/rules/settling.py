"""Where arriving records belong: under a person already known, under a new one, or on the desk. Pure.

A record joins a person only if it matches one of that person's records and contradicts none of them. Of several such
persons it joins the strongest; the others become questions, because joining two persons is for people to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xinglin.exchange.identity.rules.judging import Scorer, Thresholds, Verdict, judge
from xinglin.exchange.identity.rules.records import Record
from xinglin.exchange.identity.words import Outcome

# A record like many others (a placeholder) must not fill the desk.
QUESTIONS = 5
# Records of one person that are compared: nobody has more, except a placeholder many were linked to.
MEMBERS = 200


@dataclass(slots=True)
class Known:
    """A record the index has: its person, and its keys if it may be met by them."""

    id: int
    person: int
    record: Record


@dataclass(slots=True)
class Arrival:
    """A record to settle. `person` is 0 for a record not seen before, else where it stands; `alone` if nobody else
    stands there."""

    id: int
    record: Record
    keys: tuple[int, ...]
    person: int = 0
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Joined:
    """A record comes to stand under a person."""

    id: int
    before: int
    after: int
    verdict: Verdict
    with_id: int


@dataclass(frozen=True, slots=True)
class Question:
    """A pair for the desk, the smaller id first."""

    left: int
    right: int
    verdict: Verdict


@dataclass(slots=True)
class Settled:
    """The outcome: the person of every arrival (negative: a new person to be opened), links and questions."""

    persons: dict[int, int] = field(default_factory=dict)
    joined: list[Joined] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


class Settler:
    """Settles a batch in its order; records settled earlier are known to those after them."""

    def __init__(
        self, known: Iterable[tuple[Known, Iterable[int]]], *, scorer: Scorer, thresholds: Thresholds,
        apart: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:  # fmt: skip
        self.scorer, self.thresholds, self.apart = scorer, thresholds, apart
        self.by_key: dict[int, set[int]] = defaultdict(set)
        self.members: dict[int, dict[int, Known]] = defaultdict(dict)
        self.person_of: dict[int, int] = {}
        self.opened = 0
        self.result = Settled()
        for one, keys in known:
            self._learn(one, keys)

    def settle(self, arrivals: Sequence[Arrival]) -> Settled:
        for one in arrivals:
            self._settle(one)
        return self.result

    def _learn(self, one: Known, keys: Iterable[int]) -> None:
        self.members[one.person][one.id] = one
        self.person_of[one.id] = one.person
        for key in keys:
            self.by_key[key].add(one.id)

    def _settle(self, one: Arrival) -> None:
        met = {person for key in one.keys for other in self.by_key.get(key, ()) if other != one.id
               and (person := self.person_of[other])}  # fmt: skip
        here = self.person_of.get(one.id, one.person)
        alone = one.alone and len(self.members.get(here, ())) <= 1
        if not alone:
            met.add(here)
        candidates: list[tuple[bool, float, int, Verdict, int]] = []
        questions: list[tuple[int, Verdict]] = []
        for person in met:
            best, with_id, conflicts = self._against(one, person)
            if best is None:
                continue
            if person == here:
                # Nobody is moved by machine; what no longer fits its own person is asked about.
                questions += conflicts or ([(with_id, _asked(best))] if best.outcome == Outcome.NEW else [])
            elif best.outcome == Outcome.MATCH and not conflicts:
                candidates.append((best.ground == "document", best.weight, -person, best, with_id))
            elif conflicts:
                questions.append(max(conflicts, key=lambda pair: pair[1].weight))
            elif best.outcome == Outcome.SIMILAR:
                questions.append((with_id, best))
        candidates.sort(key=lambda found: found[:3], reverse=True)
        joins = candidates[0] if candidates and alone else None
        person = self._place(one, here, joins)
        questions += [(found[4], _asked(found[3])) for found in candidates[1 if joins else 0 :]]
        questions.sort(key=lambda pair: -pair[1].weight)
        self._ask(one, questions)
        self._learn(Known(one.id, person, one.record), one.keys)

    def _against(self, one: Arrival, person: int) -> tuple[Verdict | None, int, list[tuple[int, Verdict]]]:
        """The strongest verdict against any record of `person`, whose record it is, and what contradicts."""
        best, with_id, conflicts = None, 0, []
        for other in list(self.members[person].values())[:MEMBERS]:
            if other.id == one.id:
                continue
            pair = (min(one.id, other.id), max(one.id, other.id))
            if pair in self.apart:
                # Somebody decided: no machine brings these two together again, and nobody is asked again.
                return None, 0, []
            verdict = judge(one.record, other.record, self.scorer, self.thresholds)
            if verdict.conflict:
                conflicts.append((other.id, verdict))
            if best is None or _strength(verdict) > _strength(best):
                best, with_id = verdict, other.id
        return best, with_id, conflicts

    def _place(self, one: Arrival, here: int, joins: tuple[bool, float, int, Verdict, int] | None) -> int:
        if joins is not None:
            person = -joins[2]
            self.members.get(here, {}).pop(one.id, None)
            self.result.joined.append(Joined(one.id, here, person, joins[3], joins[4]))
        elif here:
            person = here
        else:
            self.opened += 1
            person = -self.opened
        self.result.persons[one.id] = person
        return person

    def _ask(self, one: Arrival, questions: Sequence[tuple[int, Verdict]]) -> None:
        seen: set[int] = set()
        for other, verdict in questions:
            if other not in seen and len(seen) < QUESTIONS:
                seen.add(other)
                self.result.questions.append(Question(min(one.id, other), max(one.id, other), verdict))


def _strength(verdict: Verdict) -> tuple[int, bool, float]:
    order = {Outcome.MATCH: 2, Outcome.SIMILAR: 1, Outcome.NEW: 0}
    return order[Outcome(verdict.outcome)], verdict.ground == "document", verdict.weight


def _asked(verdict: Verdict) -> Verdict:
    return Verdict(Outcome.SIMILAR, verdict.reason, "", verdict.weight, verdict.bits)
