"""The alliance and its terms: describe, prepare, seat, open, end."""

from __future__ import annotations

from typing import Annotated

from django.db import IntegrityError, transaction

from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Count, Day, Line, Paragraph, ref
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role
from xinglin.roster.actions.codes import region_code
from xinglin.roster.models import Alliance, Committee, Organisation, Person, Seat, Term
from xinglin.roster.words.bodies import CommitteeKind, Pool, SeatRole, TermStage


@transaction.atomic
def describe_alliance(
    *,
    name_zh: Annotated[str, Ask("line", longest=120)],
    region: Annotated[str, Ask("line", longest=60)],
    name_en: Line | None = None,
    theme: Line | None = None,
    lead_authority_id: ref("roster.organisation") | None = None,
    secretariat_id: ref("roster.organisation") | None = None,
    founded_on: Day | None = None,
    charter: Paragraph | None = None,
    by: Account,
) -> Alliance:
    """Say what this alliance is: its name, its home region, who leads it and who keeps its office."""
    permits.require(by, Role.SECRETARIAT)
    region = region_code(region)
    alliance = Alliance.objects.select_for_update().first() or Alliance()
    alliance.name_zh, alliance.name_en, alliance.theme, alliance.region = name_zh, name_en or "", theme or "", region
    alliance.lead_authority_id, alliance.secretariat_id = lead_authority_id, secretariat_id
    alliance.founded_on, alliance.charter = founded_on, charter or ""
    alliance.save()
    ledger.record("roster.alliance_described", by=by, subject=alliance, data={"region": region})
    return alliance


@transaction.atomic
def prepare_term(
    *,
    number: Count,
    title: Annotated[str, Ask("line", longest=120)],
    aims: Paragraph | None = None,
    begins_on: Day | None = None,
    ends_on: Day | None = None,
    by: Account,
) -> Term:
    """Begin preparing a term (筹建)."""
    permits.require(by, Role.SECRETARIAT)
    if Term.objects.filter(number=number).exists():
        raise Refusal("terms.number", say("Term {number} exists already.", number=number), field="number")
    if begins_on and ends_on and ends_on < begins_on:
        raise Refusal("terms.dates", say("A term ends after it begins."), field="ends_on")
    term = Term(number=number, title=title, aims=aims or "", begins_on=begins_on, ends_on=ends_on)
    lifecycle.begin(term, by=by)
    ledger.record("roster.term_prepared", by=by, subject=term, data={"number": number})
    return term


@transaction.atomic
def open_term(*, term_id: str, begins_on: Day | None = None, by: Account) -> Term:
    """The term takes office. One term is in office at a time."""
    term = lifecycle.take(Term, term_id)
    if Term.objects.filter(stage=TermStage.CURRENT).exclude(pk=term.pk).exists():
        raise Refusal(
            "terms.another",
            say("Another term is still in office."),
            say("End that term first; its seats stay on record."),
        )
    term.begins_on = begins_on or term.begins_on or today()
    lifecycle.step(term, "open", by=by, due_on=term.ends_on)
    ledger.record("roster.term_opened", by=by, subject=term, data={"begins_on": term.begins_on.isoformat()})
    return term


@transaction.atomic
def end_term(*, term_id: str, ends_on: Day | None = None, by: Account) -> Term:
    """The term is over; its seats end with it."""
    term = lifecycle.take(Term, term_id)
    term.ends_on = ends_on or today()
    if term.begins_on and term.ends_on < term.begins_on:
        raise Refusal("terms.dates", say("A term ends after it begins."), field="ends_on")
    lifecycle.step(term, "end", by=by)
    seats = list(Seat.objects.select_for_update().filter(committee__term=term, stage="seated"))
    for seat in seats:
        seat.until = term.ends_on
        lifecycle.step(seat, "leave", by=by)
    ledger.record("roster.term_ended", by=by, subject=term, data={"seats": len(seats)})
    return term


@transaction.atomic
def set_up_committee(
    *,
    term_id: ref("roster.term"),
    kind: CommitteeKind,
    name: Annotated[str, Ask("line", longest=120)],
    duties: Paragraph | None = None,
    by: Account,
) -> Committee:
    """Set up a committee of a term."""
    permits.require(by, Role.SECRETARIAT)
    term = lifecycle.take(Term, term_id)
    if term.stage == TermStage.ENDED:
        raise Refusal("committees.term_over", say("This term has ended."), field="term_id")
    try:
        with transaction.atomic():
            committee = Committee.objects.create(term=term, kind=kind, name=name, duties=duties or "")
    except IntegrityError:
        raise Refusal("committees.name", say("The term has a committee of this name already."), field="name") from None
    ledger.record("roster.committee_set_up", by=by, subject=committee, data={"kind": str(kind)})
    return committee


@transaction.atomic
def seat_person(
    *,
    committee_id: ref("roster.committee"),
    person_id: ref("roster.person"),
    role: SeatRole,
    pool: Pool | None = None,
    since: Day | None = None,
    by: Account,
) -> Seat:
    """Give somebody a seat outside the nomination round: a chair, an honorary expert, a secretary."""
    permits.require(by, Role.SECRETARIAT)
    committee = Committee.objects.filter(pk=committee_id).first()
    person = Person.objects.filter(pk=person_id).first()
    if committee is None or person is None:
        raise absent()
    return _seat(committee, person, role, pool or "", since or today(), by)


def _seat(committee: Committee, person: Person, role: SeatRole, pool: str, since: object, by: Account) -> Seat:
    if Seat.objects.filter(committee=committee, person=person, stage="seated").exists():
        raise Refusal(
            "seats.taken", say("{name} already has a seat on this committee.", name=str(person)), field="person_id"
        )
    chairs = Seat.objects.filter(committee=committee, role=SeatRole.CHAIR, stage="seated")
    if role == SeatRole.CHAIR and chairs.exists():
        raise Refusal(
            "seats.chair",
            say("The committee has a chair."),
            say("End that seat first, or choose vice chair."),
            field="role",
        )
    seat = Seat(committee=committee, person=person, role=role, pool=pool, since=since)
    lifecycle.begin(seat, by=by)
    ledger.record("roster.seated", by=by, subject=seat, data={"role": str(role), "pool": str(pool)})
    return seat


@transaction.atomic
def end_seat(*, seat_id: str, left_because: Line, until: Day | None = None, by: Account) -> Seat:
    """A seat ends before the term does."""
    seat = lifecycle.take(Seat, seat_id)
    seat.until, seat.left_because = until or today(), left_because
    if seat.until < seat.since:
        raise Refusal("seats.dates", say("A seat cannot end before it began."), field="until")
    lifecycle.step(seat, "leave", by=by)
    ledger.record("roster.seat_ended", by=by, subject=seat)
    return seat


def organisation_or_absent(key: str) -> Organisation:
    """A register organisation, or the refusal that looks the same for absent and forbidden."""
    found = Organisation.objects.filter(pk=key).first()
    if found is None:
        raise absent()
    return found


def person_or_absent(key: str) -> Person:
    found = Person.objects.filter(pk=key).first()
    if found is None:
        raise absent()
    return found
