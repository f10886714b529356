"""A grant call of a research fund: prepare, name its challenges within the budget, open, close or cancel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Day, Fen, Paragraph, ref
from xinglin.kernel.dossiers import numbered, seen
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.roster.actions.once import only_once
from xinglin.roster.actions.stages import require_stage
from xinglin.transfer.models import GrantCall, GrantChallenge
from xinglin.transfer.rules import funds as rules
from xinglin.transfer.words.funds import CHALLENGE, GrantStage

Title = Annotated[str, Ask("line", longest=120)]
Number = Annotated[str, Ask("line", longest=20)]
Reason = Annotated[str, Ask("text", longest=2_000)]


@dataclass(frozen=True)
class ChallengeRow:
    """One challenge by its number, with what the grant plans for it."""

    challenge_number: Number
    planned_fen: Fen


@transaction.atomic
def prepare_grant(
    *,
    title: Title,
    organisation_id: ref("roster.organisation"),
    terms: Paragraph,
    budget_fen: Fen,
    closes_on: Day | None = None,
    challenges: list[ChallengeRow] | None = None,
    by: Account,
) -> GrantCall:
    """Prepare a grant call of a research fund; what it calls for are challenges, named by number."""
    seen("roster.organisation", organisation_id, by, field="organisation_id")
    permits.require(by, *rules.FUNDERS, scopes=[("organisation", organisation_id)])
    one = GrantCall(number=lifecycle.next_number("GC"), title=title, organisation_id=organisation_id, terms=terms,
                    budget_fen=budget_fen, closes_on=closes_on)  # fmt: skip
    one.keys = keys_of(one.number, title)
    lifecycle.begin(one, by=by)
    _write(one, challenges or [], by)
    ledger.record("transfer.grant_prepared", by=by, subject=one, data={"number": one.number})
    return one


@transaction.atomic
def set_challenges(*, grantcall_id: str, challenges: list[ChallengeRow], by: Account) -> GrantCall:
    """Name the challenges anew, within the budget; while it runs too, as challenges come and go."""
    one = lifecycle.take(GrantCall, grantcall_id)
    permits.require(by, *rules.FUNDERS, scopes=one.scopes())
    require_stage(one, (GrantStage.DRAFT, GrantStage.OPEN))
    _write(one, challenges, by)
    lifecycle.touch(one)
    ledger.record("transfer.challenges_set", by=by, subject=one, data={"challenges": len(challenges)})
    return one


def _write(one: GrantCall, rows: list[ChallengeRow], by: Account) -> None:
    """The rows anew. Nobody names a challenge that is not there, or that they may not see."""
    rules.budget_holds(rules.Budget(one.budget_fen, [(row.challenge_number, row.planned_fen) for row in rows]))
    known = numbered(CHALLENGE, [row.challenge_number for row in rows], by)
    for row in rows:
        if row.challenge_number not in known:
            raise Refusal(
                "transfer.unknown_challenge",
                say("There is no challenge {number}, or you may not see it.", number=row.challenge_number),
                say("Write the number as it stands on the page of the challenge."),
                field="challenges",
            )
    one.challenges.all().delete()
    taken = Refusal("transfer.challenge_taken", say("Another grant call pays for one of these challenges already."),
                    field="challenges")  # fmt: skip
    with only_once({"challenge_paid_by_one_grant": taken}):
        for row in rows:
            GrantChallenge.objects.create(
                call=one, challenge_number=row.challenge_number, planned_fen=row.planned_fen
            )  # fmt: skip


def _budget(one: GrantCall) -> rules.Budget:
    return rules.Budget(one.budget_fen, list(one.challenges.values_list("challenge_number", "planned_fen")))


@transaction.atomic
def open_grant(*, grantcall_id: str, by: Account) -> GrantCall:
    """Open it: from now on everybody sees it."""
    one = lifecycle.take(GrantCall, grantcall_id)
    lifecycle.step(one, "open_call", by=by, facts=_budget(one), due_on=one.closes_on)
    ledger.record("transfer.grant_opened", by=by, subject=one)
    return one


@transaction.atomic
def close_grant(*, grantcall_id: str, by: Account) -> GrantCall:
    """Close it when its challenges have ended."""
    one = lifecycle.take(GrantCall, grantcall_id)
    lifecycle.step(one, "close", by=by)
    ledger.record("transfer.grant_closed", by=by, subject=one)
    return one


@transaction.atomic
def cancel_grant(*, grantcall_id: str, reason: Reason, by: Account) -> GrantCall:
    """Cancel it, and say why."""
    one = lifecycle.take(GrantCall, grantcall_id)
    one.ended_because = require_reason(reason)
    lifecycle.step(one, "cancel", by=by)
    ledger.record("transfer.grant_cancelled", by=by, subject=one)
    return one
