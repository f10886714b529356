"""Counting again what was played: every figure the sources state, by the queries a person would use."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Sum

from demo import facts, the_contract, the_result
from xinglin.challenges.models import Bid, Challenge, Flag, Milestone, Tranche
from xinglin.challenges.words.bids import BidStage
from xinglin.challenges.words.milestones import MilestoneStage
from xinglin.challenges.words.money import TrancheStage
from xinglin.exchange.catalogue.models import ItemMapping
from xinglin.exchange.identity.models import Patient, Review
from xinglin.exchange.intake.models import Quarantined, Result
from xinglin.exchange.recognition.models import Decision, SavingEntry
from xinglin.exchange.recognition.queries import board
from xinglin.exchange.recognition.words import DecisionStage
from xinglin.kernel import ledger
from xinglin.kernel.models import LedgerEntry, Notice
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
from xinglin.transfer.models import (
    Achievement,
    Deal,
    Declaration,
    Distribution,
    GrantCall,
    IntellectualProperty,
    JointProject,
    ShareLine,
    Transfer,
    Valuation,
)
from xinglin.transfer.words.transfers import Pricing, TransferStage

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
        **result_figures(),
        **challenge_figures(),
        **transfer_figures(),
        "ledger_entries": LedgerEntry.objects.count(),
        "ledger_sound": verdict.sound,
        "ledger_unsealed": verdict.unsealed,
        "ledger_root": verdict.root,
    }


def challenge_figures() -> dict[str, Any]:
    """The third story's: bids, what was paid only after acceptance, the licence and how its income was shared."""
    paid = Tranche.objects.filter(stage=TrancheStage.PAID)
    shared = ShareLine.objects.values_list("party").annotate(fen=Sum("amount"))
    return {
        "challenges": Challenge.objects.count(),
        "bids_sealed": Bid.objects.count(),
        "bids_late": LedgerEntry.objects.filter(event="challenges.bid_late").count(),
        "bids_awarded": Bid.objects.filter(stage=BidStage.AWARDED).count(),
        "bids_excluded": Bid.objects.filter(stage=BidStage.DISQUALIFIED).count(),
        "collusions_confirmed": len(
            {tuple(ids) for ids in Flag.objects.filter(stage="confirmed").values_list("bid_ids", flat=True)}
        ),
        "milestones_accepted": Milestone.objects.filter(stage=MilestoneStage.ACCEPTED).count(),
        "paid_fen": paid.aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "paid_unaccepted": paid.exclude(milestone__stage=MilestoneStage.ACCEPTED).count(),
        "net_income_fen": Distribution.objects.aggregate(fen=Sum("base"))["fen"] or 0,
        **{f"shared_{party}_fen": fen for party, fen in sorted(shared)},
    }


def transfer_figures() -> dict[str, Any]:
    """What is on its way today: a transfer at every step, a right of inventors, and two funds apart."""
    return {
        "achievements": Achievement.objects.filter(published=True).count(),
        "transfers_auctioned": Transfer.objects.filter(
            pricing=Pricing.AUCTION, stage=TransferStage.REGISTERING
        ).count(),
        "transfers_listed": Transfer.objects.filter(pricing=Pricing.LISTING, stage=TransferStage.PRICED).count(),
        "transfers_under_notice": Transfer.objects.filter(stage=TransferStage.NOTICE).count(),
        "transfers_by_inventors": Transfer.objects.filter(by_inventors=True).count(),
        "transfers_followed_up": Transfer.objects.filter(stage=TransferStage.FOLLOW_UP).count(),
        "rights_of_inventors": Achievement.objects.filter(right_on__isnull=False).count(),
        "reminded_of_unused": Notice.objects.filter(
            subject_kind="transfer.achievement", event="kernel.deadline_near"
        ).count(),
        "valuations": Valuation.objects.count(),
        "rights_in_force": IntellectualProperty.objects.filter(stage="granted").count(),
        "joint_projects": JointProject.objects.filter(stage="running").count(),
        "grant_calls": GrantCall.objects.filter(stage="open").count(),
        "deals": Deal.objects.count(),
        "interests_declared": Declaration.objects.filter(has_interest=True).count(),
    }


def result_figures() -> dict[str, Any]:
    """The second story's: what was sent, who it is, what was decided, what it saved."""
    saved = SavingEntry.objects.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    decided = Decision.objects.values_list("stage", flat=True)
    return {
        "results": Result.objects.count(),
        "residents": Patient.objects.values("person_id").distinct().count(),
        "patient_records": Patient.objects.count(),
        "quarantined": Quarantined.objects.filter(stage="waiting").count(),
        "codes_to_map": ItemMapping.objects.filter(stage="proposed").count(),
        "pairs_to_judge": Review.objects.filter(stage="open").count(),
        "recognised": sum(stage == DecisionStage.RECOGNISED for stage in decided),
        "declined": sum(stage == DecisionStage.DECLINED for stage in decided),
        "taken_back": SavingEntry.objects.filter(amount_fen__lt=0).count(),
        "saved_fen": saved,
        "board_saved_fen": board.total(board.Span(date(2026, 1, 1), date(2026, 12, 31))).saved_fen,
    }


EXPECTED = {
    "challenges": 4,
    "bids_late": 1,
    "bids_awarded": 3,
    "bids_excluded": 2,
    "collusions_confirmed": 1,
    "milestones_accepted": 4,
    "paid_fen": the_contract.PRICE + sum(the_contract.RACE_STEPS[0][2:]),
    "paid_unaccepted": 0,
    # 4.2 million less 0.2 million of costs and taxes: pool 70 %, of it 70 % to the main contributors, 5 % to transfer staff.
    "net_income_fen": 4_000_000_00,
    "shared_main_fen": 1_960_000_00,
    "shared_staff_fen": 140_000_00,
    "shared_other_fen": 700_000_00,
    "shared_unit_fen": 1_200_000_00,
    "achievements": 5,
    "transfers_auctioned": 1,
    "transfers_listed": 1,
    "transfers_under_notice": 1,
    "transfers_by_inventors": 1,
    "transfers_followed_up": 1,
    "rights_of_inventors": 1,
    # The unit and the inventor, a month before the year is over and a week; then nobody until they act.
    "reminded_of_unused": 4,
    "valuations": 2,
    "rights_in_force": 1,
    "joint_projects": 1,
    "grant_calls": 1,
    "deals": 1,
    "interests_declared": 1,
    "results": 9,
    "residents": 3,  # two of them may be one person: that is left for the desk
    "patient_records": 5,
    "quarantined": 1,
    "codes_to_map": 1,
    "pairs_to_judge": 1,
    "recognised": 2,
    "declined": 1,
    "taken_back": 1,
    "board_saved_fen": the_result.PRICES["LAB-CHEM-ALT"] + the_result.PRICES["IMG-CT-CHEST-P"],
    "saved_fen": the_result.PRICES["LAB-CHEM-ALT"] + the_result.PRICES["IMG-CT-CHEST-P"],
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
