"""A ceremony's life: plan it, put agreements into its batch, record what was signed."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Paragraph, Yes, ref
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent, require_reason
from xinglin.kernel.words import Role
from xinglin.roster.actions.agreements import sign_at_ceremony
from xinglin.roster.actions.once import only_once
from xinglin.roster.actions.stages import require_stage
from xinglin.roster.models import Agreement, Signing, SigningItem
from xinglin.roster.queries import agreements as queries
from xinglin.roster.rules import signings as rules
from xinglin.roster.words.signings import SigningStage

Title = Annotated[str, Ask("line", longest=160)]
Theme = Annotated[str, Ask("line", longest=200)]
Reason = Annotated[str, Ask("text", longest=2_000)]


@transaction.atomic
def plan_signing(
    *,
    title: Title,
    planned_on: Day,
    place: Title | None = None,
    theme: Theme | None = None,
    agreement_ids: list[ref("roster.agreement")] | None = None,
    by: Account,
) -> Signing:
    """Plan a ceremony and the agreements to be signed at it."""
    permits.require(by, Role.SECRETARIAT)
    signing = Signing(title=title, planned_on=planned_on, place=place or "", theme=theme or "", due_on=planned_on)
    lifecycle.begin(signing, by=by)
    data = {"on": planned_on.isoformat()}
    ledger.record("roster.signing_planned", by=by, subject=signing, data=data)
    if agreement_ids:
        _add(signing, agreement_ids, by)
    return signing


@transaction.atomic
def add_to_signing(*, signing_id: str, agreement_ids: list[ref("roster.agreement")], by: Account) -> Signing:
    """Put agreements into the batch."""
    signing = _preparing(signing_id, by)
    _add(signing, agreement_ids, by)
    lifecycle.touch(signing)
    return signing


def _add(signing: Signing, keys: list[str], by: Account) -> None:
    elsewhere = Refusal(
        "signings.elsewhere",
        say("One of these agreements is in a batch already."),
        say("Take it out of the other ceremony first."),
        field="agreement_ids",
    )
    number = signing.items.count()
    with only_once({"agreement_in_one_ceremony": elsewhere}):
        for key in keys:
            agreement = Agreement.objects.filter(pk=key).first()
            if agreement is None:
                raise absent()
            number += 1
            SigningItem.objects.create(signing=signing, agreement=agreement, ordinal=number)
    ledger.record("roster.signing_filled", by=by, subject=signing, data={"added": len(keys)})


@transaction.atomic
def take_out_of_signing(*, signing_id: str, agreement_id: ref("roster.agreement"), by: Account) -> Signing:
    """Take an agreement out of the batch; it keeps its own course."""
    signing = _preparing(signing_id, by)
    if not signing.items.filter(agreement_id=agreement_id, dropped=False).update(dropped=True):
        raise Refusal("signings.not_in_batch", say("This agreement is not in the batch."), field="agreement_id")
    lifecycle.touch(signing)
    ledger.record("roster.signing_thinned", by=by, subject=signing)
    return signing


@transaction.atomic
def hold_signing(
    *,
    signing_id: str,
    held_on: Day | None = None,
    leave_out_unready: Yes = False,
    note: Paragraph | None = None,
    by: Account,
) -> Signing:
    """The ceremony was held: every agreement that is ready was signed by all its parties, in one transaction.

    Those that are not ready are named and nothing is signed, unless they are left out knowingly.
    """
    signing = lifecycle.take(Signing, signing_id)
    day = held_on or today()
    if day > today():
        raise Refusal("signings.future", say("The ceremony has not taken place yet."), field="held_on")
    keys = signing.items.filter(dropped=False).values_list("agreement_id", flat=True)
    # Locked in the order of their ids, as every other batch would be, so that two never wait for each other.
    locked = {key: lifecycle.take(Agreement, key) for key in sorted(keys)}
    found = queries.readiness(signing)
    batch = rules.Batch(
        ready=tuple(str(item.agreement) for item, why in found if why is None),
        unready={str(item.agreement): why for item, why in found if why is not None},
        leave_out=leave_out_unready,
    )
    signing.held_on, signing.note = day, note or ""
    lifecycle.step(signing, "hold", by=by, facts=batch)
    for item, why in found:
        item.signed_here, item.dropped = why is None, why is not None
        item.save(update_fields=["signed_here", "dropped"])
        if why is None:
            sign_at_ceremony(locked[item.agreement_id], held_on=day, paper=signing.title, by=by)
    data = {"signed": len(batch.ready), "left_out": len(batch.unready), "on": day.isoformat()}
    ledger.record("roster.signing_held", by=by, subject=signing, data=data)
    return signing


@transaction.atomic
def cancel_signing(*, signing_id: str, reason: Reason, by: Account) -> Signing:
    """Call the ceremony off; its agreements keep their own course."""
    signing = lifecycle.take(Signing, signing_id)
    signing.closed_because = require_reason(reason)
    lifecycle.step(signing, "cancel", by=by)
    parties = signing.items.filter(dropped=False).values_list("agreement__parties__organisation_id", flat=True)
    scopes = [("organisation", key) for key in set(parties) if key]
    signing.items.update(dropped=True)
    ledger.record("roster.signing_cancelled", by=by, subject=signing)
    told = notices.holders(Role.LIAISON, scopes=scopes)
    notices.tell(told, "roster.signing_cancelled", say("The ceremony was called off."), subject=signing)
    return signing


def _preparing(key: str, by: Account) -> Signing:
    signing = lifecycle.take(Signing, key)
    permits.require(by, Role.SECRETARIAT)
    require_stage(signing, (SigningStage.PREPARING,))
    return signing
