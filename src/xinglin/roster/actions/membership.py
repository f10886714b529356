"""Organisations join in batches: open a batch, apply, recommend, admit, announce; later suspend, resume, leave."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Count, Day, Line, Paragraph, ref
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions.bodies import organisation_or_absent
from xinglin.roster.models import Membership, MembershipBatch, Term
from xinglin.roster.words.bodies import BatchStage, MembershipKind, MembershipStage, TermStage
from xinglin.roster.words.register import RecordStage

Reason = Annotated[str, Ask("text", longest=2_000)]
FINISHED = (MembershipStage.LEFT, MembershipStage.REFUSED, MembershipStage.WITHDRAWN)


@transaction.atomic
def open_batch(
    *,
    term_id: ref("roster.term"),
    number: Count,
    title: Annotated[str, Ask("line", longest=120)],
    eligible_stated: Count | None = None,
    eligible_source: Line | None = None,
    by: Account,
) -> MembershipBatch:
    """Open a batch for applications; a published count of the eligible may be stated with its source."""
    permits.require(by, Role.SECRETARIAT)
    term = lifecycle.take(Term, term_id)
    if term.stage == TermStage.ENDED:
        raise Refusal("batches.term_over", say("This term has ended."), field="term_id")
    if MembershipBatch.objects.filter(term=term, number=number).exists():
        raise Refusal("batches.number", say("The term has a batch {number} already.", number=number), field="number")
    if eligible_stated is not None and not eligible_source:
        raise Refusal(
            "batches.source", say("A stated number of eligible institutions needs its source."), field="eligible_source"
        )
    batch = MembershipBatch(
        term=term, number=number, title=title, eligible_stated=eligible_stated, eligible_source=eligible_source or ""
    )
    lifecycle.begin(batch, by=by)
    ledger.record("roster.batch_opened", by=by, subject=batch, data={"number": number})
    return batch


@transaction.atomic
def apply_for_membership(
    *,
    organisation_id: ref("roster.organisation"),
    batch_id: ref("roster.membershipbatch"),
    statement: Paragraph | None = None,
    kind: MembershipKind = MembershipKind.MEMBER,
    by: Account,
) -> Membership:
    """An organisation of the register asks to join."""
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, Role.COMPANY, scopes=[("organisation", organisation_id)])
    organisation = organisation_or_absent(organisation_id)
    if organisation.stage != RecordStage.ACTIVE:
        raise Refusal(
            "membership.not_in_register",
            say("{name} is not in the register yet.", name=str(organisation)),
            say("The secretariat admits it to the register first."),
            field="organisation_id",
        )
    batch = lifecycle.take(MembershipBatch, batch_id)
    if batch.stage != BatchStage.OPEN:
        raise Refusal(
            "membership.batch_closed", say("This batch takes no more applications."),
            say("Ask the secretariat when the next batch opens."), field="batch_id",
        )  # fmt: skip
    if Membership.objects.filter(organisation=organisation).exclude(stage__in=FINISHED).exists():
        raise Refusal(
            "membership.again", say("{name} is a member or has applied already.", name=str(organisation)),
            field="organisation_id",
        )  # fmt: skip
    membership = Membership(organisation=organisation, batch=batch, kind=kind, statement=statement or "")
    lifecycle.begin(membership, by=by)
    ledger.record("roster.membership_applied", by=by, subject=membership, data={"kind": str(kind)})
    notices.tell(
        notices.holders(Role.SECRETARIAT), "roster.membership_applied", say("An organisation asks to join."),
        subject=membership,
    )  # fmt: skip
    return membership


def _decide(membership_id: str, move: str, event: str, because: str | None, by: Account, told: Phrase) -> Membership:
    membership = lifecycle.take(Membership, membership_id)
    if because is not None:
        membership.decided_because = because
    lifecycle.step(membership, move, by=by)
    ledger.record(event, by=by, subject=membership)
    members = notices.holders(Role.LIAISON, Role.COMPANY, scopes=membership.scopes())
    notices.tell(members, event, told, subject=membership)
    return membership


@transaction.atomic
def recommend_admission(*, membership_id: str, by: Account) -> Membership:
    """The papers are in order: recommend admission."""
    told = say("Your application was recommended for admission.")
    return _decide(membership_id, "recommend", "roster.membership_recommended", None, by, told)


@transaction.atomic
def admit_member(*, membership_id: str, joined_on: Day | None = None, by: Account) -> Membership:
    """Admit one organisation."""
    membership = lifecycle.take(Membership, membership_id)
    membership.joined_on = joined_on or today()
    lifecycle.step(membership, "admit", by=by)
    ledger.record(
        "roster.member_admitted", by=by, subject=membership, data={"joined_on": membership.joined_on.isoformat()}
    )
    members = notices.holders(Role.LIAISON, Role.COMPANY, scopes=membership.scopes())
    notices.tell(members, "roster.member_admitted", say("Your organisation is now a member."), subject=membership)
    return membership


@transaction.atomic
def refuse_application(*, membership_id: str, decided_because: Reason, by: Account) -> Membership:
    """Do not admit; the applicant reads the reason."""
    told = say("Your application was not accepted; the reason is on record.")
    return _decide(membership_id, "refuse", "roster.membership_refused", decided_because, by, told)


@transaction.atomic
def withdraw_application(*, membership_id: str, by: Account) -> Membership:
    """The applicant takes the application back."""
    told = say("The application was withdrawn.")
    return _decide(membership_id, "withdraw", "roster.membership_withdrawn", None, by, told)


@transaction.atomic
def announce_batch(*, membershipbatch_id: str, announced_on: Day | None = None, by: Account) -> MembershipBatch:
    """Admit everybody recommended in the batch on one day and announce it. Nothing may still wait for a decision."""
    batch = lifecycle.take(MembershipBatch, membershipbatch_id)
    waiting = batch.memberships.filter(stage=MembershipStage.APPLIED).count()
    if waiting:
        raise Refusal(
            "batches.undecided", say("{count} applications are not decided yet.", count=waiting),
            say("Recommend or refuse each of them first."),
        )  # fmt: skip
    day = announced_on or today()
    admitted = 0
    for key in list(batch.memberships.filter(stage=MembershipStage.REVIEWED).values_list("pk", flat=True)):
        admit_member(membership_id=key, joined_on=day, by=by)
        admitted += 1
    members = batch.memberships.filter(stage=MembershipStage.MEMBER).count()
    if not members:
        raise Refusal("batches.empty", say("Nobody has been recommended in this batch."))
    batch.announced_on = day
    lifecycle.step(batch, "announce", by=by)
    ledger.record("roster.batch_announced", by=by, subject=batch, data={"members": members, "admitted": admitted})
    return batch


@transaction.atomic
def cancel_batch(*, membershipbatch_id: str, by: Account) -> MembershipBatch:
    """Close a batch in which nobody applied."""
    batch = lifecycle.take(MembershipBatch, membershipbatch_id)
    if batch.memberships.exclude(stage__in=FINISHED).exists():
        raise Refusal("batches.not_empty", say("There are applications in this batch."), say("Decide them first."))
    lifecycle.step(batch, "cancel", by=by)
    ledger.record("roster.batch_cancelled", by=by, subject=batch)
    return batch


@transaction.atomic
def suspend_member(*, membership_id: str, decided_because: Reason, by: Account) -> Membership:
    """A member's rights rest for a time."""
    told = say("Your membership was suspended; the reason is on record.")
    return _decide(membership_id, "suspend", "roster.member_suspended", decided_because, by, told)


@transaction.atomic
def resume_member(*, membership_id: str, by: Account) -> Membership:
    """The suspension ends."""
    return _decide(membership_id, "resume", "roster.member_resumed", None, by, say("Your membership was resumed."))


@transaction.atomic
def leave_alliance(
    *, membership_id: str, decided_because: Reason, left_on: Day | None = None, by: Account
) -> Membership:
    """A member leaves; what it signed stays as it was signed."""
    membership = lifecycle.take(Membership, membership_id)
    membership.left_on, membership.decided_because = left_on or today(), decided_because
    if membership.joined_on and membership.left_on < membership.joined_on:
        raise Refusal("membership.dates", say("A member cannot leave before joining."), field="left_on")
    lifecycle.step(membership, "leave", by=by)
    ledger.record("roster.member_left", by=by, subject=membership)
    return membership
