"""What several deeds of running do: end what ends with a contract, enlarge a milestone, give one time."""

from __future__ import annotations

from datetime import date

from xinglin.challenges.actions.notices import end_notices
from xinglin.challenges.actions.telling import Telling
from xinglin.challenges.models import ChangeRequest, Contract, Milestone, Tranche
from xinglin.challenges.rules import milestones as rules
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.contracts import ChangeStage
from xinglin.challenges.words.money import TrancheStage
from xinglin.kernel import configuration, ledger, lifecycle, permits
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say


class Ending:
    """Steps taken inside other deeds."""

    @staticmethod
    def call_off(contract: Contract) -> None:
        """Milestones that are not over, tranches that were not earned, changes that are open."""
        program = permits.the_program()
        milestones = (
            Milestone.objects.select_for_update(of=("self",)).filter(contract=contract).exclude(stage__in=rules.OVER)
        )
        for milestone in milestones.order_by("number"):
            lifecycle.step(milestone, "call_off", by=program)
        tranches = Tranche.objects.select_for_update(of=("self",)).filter(
            milestone__contract=contract, stage=TrancheStage.PLANNED
        )
        for tranche in tranches:
            lifecycle.step(tranche, "call_off", by=program)
        open_changes = ChangeRequest.objects.select_for_update().filter(
            contract=contract, stage__in=[ChangeStage.REQUESTED, ChangeStage.NOTICE]
        )
        for change in open_changes:
            lifecycle.step(change, "lapse", by=program)
            if change.notice is not None:
                end_notices(challenge=contract.challenge, because="contract_ended", only=change.notice, by=program)

    @staticmethod
    def upset(change: ChangeRequest, objection: str) -> None:
        """An objection to a change under notice was upheld: it does not come into force."""
        lifecycle.step(change, "uphold", by=permits.the_program())
        ledger.record("challenges.change_upset", by=permits.the_program(), subject=change,
                      data={"objection": objection})  # fmt: skip
        Telling.sides(change.contract, "challenges.change_upset",
                      say("An objection to a change of the contract was upheld; it does not come into force."),
                      change)  # fmt: skip

    @staticmethod
    def enlarge(milestone: Milestone, source: BudgetSource, fen: int, by: Account) -> None:
        """A milestone that is not over earns more from a source."""
        tranche = Tranche.objects.select_for_update(of=("self",)).filter(milestone=milestone, source=source).first()
        if tranche is None:
            lifecycle.begin(Tranche(milestone=milestone, source=source, amount_fen=fen), by=by)
            return
        tranche.amount_fen += fen
        lifecycle.touch(tranche)

    @staticmethod
    def repair(milestone: Milestone, until: date, reason: str, by: Account) -> Milestone:
        """A failed milestone is given time; it is submitted again by that day."""
        rules.check_repair(until, today(), milestone.repairs, configuration.value("challenges.repairs"))
        milestone.repairs, milestone.repair_note = milestone.repairs + 1, reason
        lifecycle.step(milestone, "allow_repair", by=by, due_on=until)
        data = {"until": until.isoformat(), "reason": reason[:200]}
        ledger.record("challenges.repair_allowed", by=by, subject=milestone, data=data)
        said = say("You have time until {day} to repair a milestone.", day=until)
        Telling.bidder(milestone.contract.bid, "challenges.repair_allowed", said, milestone)
        return milestone
