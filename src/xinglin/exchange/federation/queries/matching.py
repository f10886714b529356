"""`Patient/$match`: the index's own judgement of somebody described, told only of records the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from xinglin.exchange.federation.queries.clinical import Reader, visible
from xinglin.exchange.identity.models import Patient
from xinglin.exchange.identity.queries import candidates, judges
from xinglin.exchange.identity.rules import keys
from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.identity.rules.judging import judge
from xinglin.exchange.identity.rules.records import prepare
from xinglin.exchange.identity.words import Outcome
from xinglin.kernel.privacy import lookup_secret

CERTAIN, PROBABLE, POSSIBLE = "certain", "probable", "possible"


@dataclass(frozen=True)
class Match:
    """A record that may be the patient described: `score` is a probability at even odds, `grade` FHIR's match grade."""

    patient: Patient
    score: float
    grade: str


def described(**facts: Any) -> PatientFacts:
    """A patient as somebody describes them who is no hospital of ours, or has no number for them."""
    return PatientFacts(site=0, local_id="", **facts)


Declare = Callable[[Reader, int], None]


def match(
    who: Reader, facts: PatientFacts, *, only_certain: bool = False, most: int = 20, declare: Declare | None = None
) -> list[Match]:
    """The records that may be the patient, best first. Certain: a checked document and the name; probable: the weights
    alone would link; possible: a person would be asked. `declare(who, person)` is called for persons matched with
    certainty, before what may be seen is decided: a program may say there whom its hospital treats."""
    record = prepare(facts)
    secret = lookup_secret()
    wanted = {keys.number(key, secret) for key in keys.blocks(record)}
    if not wanted:
        return []
    scorer, thresholds = judges.in_force()
    found: dict[int, tuple[float, str]] = {}
    for known in candidates.known(wanted):
        verdict = judge(record, known.record, scorer, thresholds)
        if verdict.outcome == Outcome.NEW or (only_certain and verdict.outcome != Outcome.MATCH):
            continue
        certain = verdict.outcome == Outcome.MATCH
        grade = POSSIBLE if not certain else CERTAIN if verdict.ground == "document" else PROBABLE
        found[known.id] = (probability(verdict.weight, floor=0.99 if certain else 0.0), grade)
    certain_of = [key for key, (_score, grade) in found.items() if grade == CERTAIN]
    if declare is not None and certain_of:
        for person in sorted(set(Patient.objects.filter(pk__in=certain_of).values_list("person_id", flat=True))):
            declare(who, person)
    rows = visible(who, Patient.objects.filter(pk__in=found).order_by("pk").prefetch_related("documents"))
    matches = [Match(one, *found[one.pk]) for one in rows]
    order = (CERTAIN, PROBABLE, POSSIBLE)
    matches.sort(key=lambda one: (order.index(one.grade), -one.score, one.patient.pk))
    return matches[:most]


def probability(bits: float, *, floor: float = 0.0) -> float:
    """Bits of weight as a probability at even odds, rounded down so that nothing is ever quite certain."""
    return round(max(floor, min(0.9999, 1 - 1 / (1 + 2.0 ** min(60.0, max(-60.0, bits))))), 4)
