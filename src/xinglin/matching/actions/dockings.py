"""A docking's life: propose, accept on both sides, name contacts, meet, conclude with an outcome."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from django.db import transaction

from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Line, Moment, Paragraph, Yes, ref
from xinglin.kernel.clock import ZONE, now, today
from xinglin.kernel.dossiers import seen
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, not_yours
from xinglin.kernel.words import Role, Scope
from xinglin.matching.actions import inputs
from xinglin.matching.models import Docking, Meeting, Need, Offer, Suggestion
from xinglin.matching.queries.dockings import sides_of
from xinglin.matching.rules import dockings as rules
from xinglin.matching.words.dockings import DockingOutcome, DockingStage, MeetingWay, Side
from xinglin.matching.words.needs import NeedStage

Place = Annotated[str, Ask("line", longest=200)]
NextStep = Annotated[str, Ask("line", longest=300)]

configuration.rule(
    "matching.first_meeting_days", 14, say("Days from acceptance to the first meeting"), "set by the alliance"
)


@transaction.atomic
def propose_docking(
    *,
    need_id: ref("matching.need"),
    person_id: ref("roster.person") | None = None,
    organisation_id: ref("roster.organisation") | None = None,
    invitation: Paragraph | None = None,
    nda: Yes = False,
    by: Account,
) -> Docking:
    """Bring a need to somebody found by search, without any ranking: one expert or one organisation."""
    if bool(person_id) == bool(organisation_id):
        raise Refusal(
            "matching.one_answerer",
            say("A docking goes to one expert or to one organisation, not both."),
            say("Fill one of the two."),
            field="person_id",
        )
    inputs.registered_person(person_id, field="person_id")
    seen("roster.organisation", organisation_id, by, field="organisation_id")
    return begin_docking(need_id=need_id, person_id=person_id, organisation_id=organisation_id, suggestion=None,
                         offer=None, invitation=invitation or "", nda=nda, by=by)  # fmt: skip


def begin_docking(
    *,
    need_id: str,
    person_id: str | None,
    organisation_id: str | None,
    suggestion: Suggestion | None,
    offer: Offer | None,
    invitation: str,
    nda: bool,
    by: Account,
) -> Docking:
    """Begin a docking inside the transaction of a person's choice: a suggestion, a proposal, or a search."""
    need = lifecycle.take(Need, need_id)
    if organisation_id == need.organisation_id:
        raise Refusal(
            "matching.own_need", say("A need is not brought to the organisation it comes from."),
            say("Choose another organisation, or an expert."), field="organisation_id",
        )  # fmt: skip
    open_already = Docking.objects.filter(
        need=need, answering_person_id=person_id, answering_organisation_id=organisation_id, stage__in=rules.OPEN_STAGES
    )
    if open_already.exists():
        raise Refusal(
            "matching.docking_open",
            say("This need has already been brought to them, and the docking is still open."),
            say("Open that docking; it shows whose turn it is."),
        )
    lifecycle.step(need, "dock", by=by)
    docking = Docking(
        number=lifecycle.next_number("DK"), need=need, suggestion=suggestion, offer=offer,
        asking_organisation_id=need.organisation_id, asking_contact=need.contact_account, answering_person_id=person_id,
        answering_organisation_id=organisation_id, answering_contact=offer.contact_account if offer else None,
        invitation=invitation, nda=nda,
    )  # fmt: skip
    lifecycle.begin(docking, by=by)
    ledger.record("matching.docking_proposed", by=by, subject=docking,
                  data={"number": docking.number, "need": need.number, "nda": nda})  # fmt: skip
    if not permits.holds(by, Role.SECRETARIAT) and Side.ASKING in sides_of(docking, by):
        _accept(docking, Side.ASKING, by)
    _tell(docking, Side.ANSWERING, "matching.docking_proposed",
          say("You are asked to help with “{title}”.", title=need.title))  # fmt: skip
    if permits.holds(by, Role.SECRETARIAT):
        _tell(docking, Side.ASKING, "matching.docking_proposed",
              say("Somebody is proposed for your need “{title}”.", title=need.title))  # fmt: skip
    return docking


@transaction.atomic
def accept_docking(*, docking_id: str, side: Side | None = None, by: Account) -> Docking:
    """Accept for one's own side; who accepts becomes that side's contact unless one is named. After both, the clock
    to the first meeting runs."""
    docking = lifecycle.take(Docking, docking_id)
    _accept(docking, _own_side(docking, side, by), by)
    return docking


@transaction.atomic
def decline_docking(
    *, docking_id: str, outcome_text: Paragraph | None = None, side: Side | None = None, by: Account
) -> Docking:
    """Decline before talks begin."""
    docking = lifecycle.take(Docking, docking_id)
    chosen = _own_side(docking, side, by)
    docking.declined_by, docking.outcome_text = chosen, outcome_text or ""
    docking.outcome = DockingOutcome.NO_INTEREST
    lifecycle.step(docking, "decline", by=by)
    ledger.record("matching.docking_declined", by=by, subject=docking, data={"declined_by": str(chosen)})
    other = Side.ASKING if chosen is Side.ANSWERING else Side.ANSWERING
    _tell(docking, other, "matching.docking_declined",
          say("The other side declined the docking for “{title}”.", title=docking.need.title))  # fmt: skip
    _free_need(docking)
    return docking


@transaction.atomic
def name_contact(*, docking_id: str, contact: Line, side: Side | None = None, by: Account) -> Docking:
    """Name the one contact of a side, by user name or e-mail address; they must belong to that side."""
    docking = lifecycle.take(Docking, docking_id)
    chosen = _own_side(docking, side, by)
    _must_be_open(docking)
    account = _account_of(contact)
    scope = docking.asking_scope() if chosen is Side.ASKING else docking.answering_scope()
    if account is None or not permits.roles_of(account, [scope]):
        raise Refusal(
            "matching.no_contact",
            say("Nobody of this side has an account under “{contact}”.", contact=contact[:60]),
            say("Check the address, or ask the secretariat to invite them."),
            field="contact",
        )
    setattr(docking, f"{chosen}_contact", account)
    lifecycle.touch(docking)
    ledger.record("matching.docking_contact_named", by=by, subject=docking,
                  data={"side": str(chosen), "contact": str(account)})  # fmt: skip
    notices.tell([account], "matching.docking_contact_named",
                 say("You are the contact for “{title}”.", title=docking.need.title), subject=docking)  # fmt: skip
    return docking


@transaction.atomic
def record_nda(*, docking_id: str, signed_on: Day, by: Account) -> Docking:
    """Record that the confidentiality agreement was signed."""
    docking = lifecycle.take(Docking, docking_id)
    _require_side(docking, by)
    _must_be_open(docking)
    if signed_on > today():
        raise Refusal("matching.nda_future", say("A signature lies in the past or is of today."),
                      say("Record it once it is signed."), field="signed_on")  # fmt: skip
    docking.nda, docking.nda_signed_on = True, signed_on
    lifecycle.touch(docking)
    ledger.record("matching.docking_nda_signed", by=by, subject=docking, data={"day": signed_on.isoformat()})
    return docking


@transaction.atomic
def plan_meeting(
    *, docking_id: str, planned_at: Moment, way: MeetingWay, place: Place | None = None,
    attendees: Paragraph | None = None, by: Account,
) -> Docking:  # fmt: skip
    """Agree on a time to meet; both sides are told."""
    docking = lifecycle.take(Docking, docking_id)
    _require_side(docking, by)
    if docking.stage not in (DockingStage.ACCEPTED, DockingStage.TALKING):
        raise _not_talking(docking)
    if planned_at < now():
        raise Refusal("matching.meeting_past", say("A meeting is planned for a time that lies ahead."),
                      say("Choose a later time, or record a meeting that was held."), field="planned_at")  # fmt: skip
    Meeting.objects.create(
        docking=docking, planned_at=planned_at, way=way, place=place or "", attendees=attendees or ""
    )
    lifecycle.touch(docking)
    day = planned_at.astimezone(ZONE).date()
    ledger.record("matching.meeting_planned", by=by, subject=docking, data={"day": day.isoformat(), "way": str(way)})
    for side in Side:
        _tell(docking, side, "matching.meeting_planned",
              say("A meeting about “{title}” is planned for {day}.", title=docking.need.title, day=day))  # fmt: skip
    return docking


@transaction.atomic
def cancel_meeting(*, docking_id: str, by: Account) -> Docking:
    """Cancel the next planned meeting."""
    docking = lifecycle.take(Docking, docking_id)
    _require_side(docking, by)
    meeting = _planned(docking)
    if meeting is None:
        raise Refusal("matching.no_planned_meeting", say("No meeting is planned."), say("Plan one first."))
    meeting.cancelled_at, meeting.cancelled_by = now(), by.pk
    meeting.save(update_fields=["cancelled_at", "cancelled_by"])
    lifecycle.touch(docking)
    day = meeting.planned_at.astimezone(ZONE).date()
    ledger.record("matching.meeting_cancelled", by=by, subject=docking, data={"day": day.isoformat()})
    for side in Side:
        _tell(
            docking,
            side,
            "matching.meeting_cancelled",
            say("The meeting about “{title}” on {day} was cancelled.", title=docking.need.title, day=day),
        )
    return docking


@transaction.atomic
def record_meeting(
    *,
    docking_id: str,
    held_at: Moment,
    way: MeetingWay,
    minutes: Paragraph,
    attendees: Paragraph | None = None,
    place: Place | None = None,
    next_step: NextStep | None = None,
    next_on: Day | None = None,
    by: Account,
) -> Docking:
    """Write down a meeting that was held: who, where, what was said, what comes next and when."""
    docking = lifecycle.take(Docking, docking_id)
    _require_side(docking, by)
    day = held_at.astimezone(ZONE).date()
    rules.held_in_order(day, today(), docking.created_at.astimezone(ZONE).date())
    meeting = _planned(docking, day=day) or Meeting(docking=docking)
    meeting.held_at, meeting.recorded_by, meeting.way, meeting.minutes = held_at, by.pk, way, minutes
    meeting.place, meeting.attendees = place or meeting.place, attendees or meeting.attendees
    meeting.next_step, meeting.next_on = next_step or "", next_on
    meeting.save()
    lifecycle.step(docking, "meet", by=by, due_on=next_on)
    ledger.record("matching.meeting_held", by=by, subject=docking, data={
        "day": day.isoformat(), "way": str(way), "next_on": next_on.isoformat() if next_on else "",
    })  # fmt: skip
    return docking


@transaction.atomic
def conclude_docking(
    *, docking_id: str, outcome: DockingOutcome, outcome_text: Paragraph | None = None, by: Account
) -> Docking:
    """Conclude with an outcome. An agreement needs a meeting, both contacts and, where asked for, the signed NDA."""
    docking = lifecycle.take(Docking, docking_id)
    _require_side(docking, by)
    docking.outcome, docking.outcome_text = outcome, outcome_text or ""
    facts = rules.ConcludeFacts(
        outcome=outcome,
        meetings_held=docking.meetings.filter(held_at__isnull=False).count(),
        asking_contact=docking.asking_contact_id is not None,
        answering_contact=docking.answering_contact_id is not None,
        nda_open=docking.nda and docking.nda_signed_on is None,
    )
    lifecycle.step(docking, "conclude", by=by, facts=facts)
    ledger.record("matching.docking_concluded", by=by, subject=docking, data={"outcome": str(outcome)})
    sentence = say(
        "The docking for “{title}” was concluded: {outcome}.", title=docking.need.title, outcome=outcome.label
    )
    for side in Side:
        _tell(docking, side, "matching.docking_concluded", sentence)
    notices.tell(notices.holders(Role.SECRETARIAT), "matching.docking_concluded", sentence, subject=docking)
    if outcome not in (DockingOutcome.AGREEMENT, DockingOutcome.HELPED):
        _free_need(docking)
    return docking


@transaction.atomic
def end_docking(*, docking_id: str, outcome_text: Paragraph, by: Account) -> Docking:
    """End a docking that leads nowhere; the secretariat's last resort."""
    docking = lifecycle.take(Docking, docking_id)
    docking.outcome_text = outcome_text
    lifecycle.step(docking, "end", by=by)
    ledger.record("matching.docking_ended", by=by, subject=docking, data={"reason": "secretariat"})
    for side in Side:
        _tell(
            docking,
            side,
            "matching.docking_ended",
            say("The docking for “{title}” was ended.", title=docking.need.title),
        )
    _free_need(docking)
    return docking


@transaction.atomic
def link_agreement(*, docking_id: str, agreement_id: str, by: Account) -> Docking:
    """Note which agreement followed. Called by the flow that opens it, in its transaction."""
    docking = lifecycle.take(Docking, docking_id)
    _require_side(docking, by)
    if docking.outcome != DockingOutcome.AGREEMENT or docking.agreement_id:
        raise Refusal(
            "matching.no_agreement_due",
            say("This docking did not end with an agreement to be drawn up, or has one already."),
            say("Open the agreement it names."),
        )
    docking.agreement_id = agreement_id
    lifecycle.touch(docking)
    ledger.record("matching.docking_agreement_opened", by=by, subject=docking, data={"agreement": agreement_id})
    return docking


def _accept(docking: Docking, side: Side, by: Account) -> None:
    """One side accepts; with the second acceptance both contacts must be known (domain 1 row 64)."""
    accepted = frozenset(one for one in Side if getattr(docking, f"{one}_accepted_at") is not None)
    facts = rules.AcceptFacts(sides=sides_of(docking, by), accepted=accepted, side=side)
    own_person = not permits.holds(by, Role.SECRETARIAT)
    if own_person and (getattr(docking, f"{side}_contact_id") is None or side is Side.ANSWERING):
        setattr(docking, f"{side}_contact", by)
    setattr(docking, f"{side}_accepted_at", now())
    setattr(docking, f"{side}_accepted_by", by.pk)
    both = bool(accepted - {side})
    if both and side not in accepted and not (docking.asking_contact_id and docking.answering_contact_id):
        raise Refusal(
            "matching.contact_missing",
            say("Each side names exactly one contact before talks begin."),
            say("Name the contact that is missing, then accept."),
        )
    due = None
    if both:
        due = today() + timedelta(days=configuration.value("matching.first_meeting_days"))
        docking.first_meeting_due = due
    lifecycle.step(docking, "accept", by=by, facts=facts, due_on=due)
    ledger.record("matching.docking_accepted", by=by, subject=docking, data={
        "side": str(side), "both": both, "due": due.isoformat() if due else "",
    })  # fmt: skip
    if both:
        for one in Side:
            _tell(docking, one, "matching.docking_accepted",
                  say("Both sides accepted “{title}”; the first meeting is due on {day}.",
                      title=docking.need.title, day=due))  # fmt: skip


def _own_side(docking: Docking, side: Side | None, by: Account) -> Side:
    """The side the actor acts for: the one named, or the only one that is theirs."""
    sides = sides_of(docking, by)
    if not sides:
        raise not_yours()
    if side is not None:
        if side not in sides:
            raise Refusal(
                "matching.other_side",
                say("This is the other side's to accept."),
                say("Wait for their answer; the page shows who is asked and until when."),
                field="side",
            )
        return side
    if len(sides) == 1:
        return next(iter(sides))
    raise Refusal(
        "matching.which_side", say("You may act for both sides; say for which."), say("Choose the side."), field="side"
    )


def _require_side(docking: Docking, by: Account) -> None:
    if not sides_of(docking, by):
        raise not_yours()


def _must_be_open(docking: Docking) -> None:
    if docking.stage not in rules.OPEN_STAGES:
        raise _not_talking(docking)


def _not_talking(docking: Docking) -> Refusal:
    return Refusal(
        "machine.wrong_stage",
        say("This is not possible while the record is “{stage}”.", stage=docking.stage_word.label),
        say("Reload the page: somebody may have moved it on since you opened it."),
    )


def _planned(docking: Docking, *, day: object = None) -> Meeting | None:
    """The next meeting that is planned and neither held nor cancelled (on `day`, if one is named)."""
    open_ones = docking.meetings.filter(held_at=None, cancelled_at=None).order_by("planned_at")
    for meeting in open_ones:
        if day is None or (meeting.planned_at and meeting.planned_at.astimezone(ZONE).date() == day):
            return meeting
    return None


def _account_of(contact: str) -> Account | None:
    text = contact.strip()
    found = Account.objects.filter(is_active=True, username__iexact=text).first()
    return found or (Account.objects.filter(is_active=True, email__iexact=text).first() if "@" in text else None)


def _free_need(docking: Docking) -> None:
    """When the last open docking of a need came to nothing, the need looks for others again."""
    need = lifecycle.take(Need, docking.need_id)
    if need.stage == NeedStage.DOCKED and not need.dockings.filter(stage__in=rules.OPEN_STAGES).exists():
        useful = need.dockings.filter(outcome__in=[DockingOutcome.AGREEMENT, DockingOutcome.HELPED])
        if not useful.exists():
            program = permits.the_program()
            lifecycle.step(need, "resume", by=program)
            ledger.record("matching.need_resumed", by=program, subject=need)


def _tell(docking: Docking, side: Side, event: str, sentence: Phrase, *, once: str = "") -> None:
    """Tell one side: its contact and, until there is one, everybody who acts for it."""
    contact = docking.asking_contact if side is Side.ASKING else docking.answering_contact
    scope: Scope = docking.asking_scope() if side is Side.ASKING else docking.answering_scope()
    people = [contact] if contact else notices.holders(
        Role.EXPERT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, scopes=[scope]
    )  # fmt: skip
    notices.tell(people, event, sentence, subject=docking, once=once)
