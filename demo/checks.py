"""Counting again what was played: every figure the sources state, by the queries a person would use."""

from __future__ import annotations

from typing import Any

from demo import facts
from xinglin.kernel import ledger
from xinglin.kernel.models import LedgerEntry
from xinglin.matching.models import Docking, Need, Suggestion
from xinglin.matching.words.dockings import DockingStage
from xinglin.matching.words.needs import NeedStage
from xinglin.roster.models import (
    Agreement,
    AllianceMember,
    Appointment,
    Pairing,
    Plaque,
    PublishedList,
    Studio,
    Term,
    Visit,
)
from xinglin.roster.queries import bodies
from xinglin.roster.words.agreements import AgreementStage
from xinglin.roster.words.appointments import AppointmentKind, AppointmentStage
from xinglin.roster.words.bodies import ListKind, ListStage, Pool

SIGNED = (AgreementStage.SIGNED, AgreementStage.EXPIRING)


def figures() -> dict[str, Any]:
    """What the year holds, counted from the records."""
    term = Term.objects.get(number=1)
    seats = bodies.seat_counts(term)
    listed = PublishedList.objects.filter(kind=ListKind.EXPERTS, stage=ListStage.PUBLISHED).first()
    verdict = ledger.verify()
    return {
        "experts_elsewhere": seats[Pool.ELSEWHERE],
        "experts_local": seats[Pool.LOCAL],
        "listed": len(listed.entries) if listed else 0,
        "members": bodies.members_of().count(),
        "visits": Visit.objects.filter(series="筹建联络拜访").count(),
        "chief_experts": Appointment.objects.filter(kind=AppointmentKind.CHIEF, stage=AppointmentStage.ISSUED).count(),
        "agreements_of_the_day": Agreement.objects.filter(stage__in=SIGNED, starts=term.begins_on).count(),
        "studios": Studio.objects.count(),
        "specialty_alliances_joined": AllianceMember.objects.filter(stage="member")
        .exclude(
            organisation__name_zh__in=[facts.INSTITUTIONS[lead][0] for _n, lead, *_rest in facts.SPECIALTY_ALLIANCES]
        )
        .count(),
        "plaques": Plaque.objects.filter(stage="granted").count(),
        "pairings": Pairing.objects.filter(stage="running").count(),
        "needs": Need.objects.count(),
        "ranked": Suggestion.objects.count(),
        "docked": Docking.objects.filter(stage=DockingStage.CONCLUDED).count(),
        "signed_from_need": Agreement.objects.filter(stage__in=SIGNED, starts="2025-11-01").count(),
        "needs_met": Need.objects.filter(stage=NeedStage.MET).count(),
        "ledger_entries": LedgerEntry.objects.count(),
        "ledger_sound": verdict.sound,
        "ledger_unsealed": verdict.unsealed,
        "ledger_root": verdict.root,
    }


EXPECTED = {
    "experts_elsewhere": facts.EXPERTS_ELSEWHERE,
    "experts_local": facts.EXPERTS_LOCAL,
    "listed": facts.EXPERTS_ELSEWHERE + facts.EXPERTS_LOCAL,
    "visits": 6,
    "chief_experts": len(facts.CHIEF_EXPERTS),
    "agreements_of_the_day": facts.AGREEMENTS,
    "studios": 1,
    "specialty_alliances_joined": len(facts.SPECIALTY_ALLIANCES),
    "plaques": 3,
    "pairings": 3,
    "docked": 1,
    "signed_from_need": 1,
    "needs_met": 1,
    "ledger_sound": True,
    "ledger_unsealed": 0,
}


def faults(found: dict[str, Any]) -> list[str]:
    """The figures that are not what the sources, or the story, say."""
    return [
        f"{name}: {found[name]!r}, expected {wanted!r}" for name, wanted in EXPECTED.items() if found[name] != wanted
    ]
