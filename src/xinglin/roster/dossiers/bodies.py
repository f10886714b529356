"""The alliance, its terms, committees and seats, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.machine import roles
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.actions import bodies as actions
from xinglin.roster.dossiers.register import link
from xinglin.roster.models import Alliance, Committee, Seat, Term
from xinglin.roster.queries import bodies as queries
from xinglin.roster.words.bodies import CommitteeKind, Pool, SeatRole

PUBLIC = Privacy.PUBLIC
OFFICE = roles(Role.SECRETARIAT)
GROUP = say("The alliance")


def dash(value: Any) -> Any:
    """An empty text is nothing, which a page shows as a dash."""
    return value or None


def _alliance_facts(one: Alliance, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Chinese name"), one.name_zh, PUBLIC),
        Fact(say("English name"), dash(one.name_en), PUBLIC),
        Fact(say("Theme"), dash(one.theme), PUBLIC),
        Fact(say("Home region"), one.region, PUBLIC),
        Fact(say("Lead authority"), dash(str(one.lead_authority or "")), PUBLIC, link(one.lead_authority)),
        Fact(say("Secretariat"), dash(str(one.secretariat or "")), PUBLIC, link(one.secretariat)),
        Fact(say("Founded on"), one.founded_on, PUBLIC),
        Fact(say("Charter"), dash(one.charter), PUBLIC),
    ]


def _as_described(_one: Any, _actor: Any) -> dict[str, Any]:
    """What is known of the alliance already, so that describing it again changes only what is retyped."""
    one = queries.the_alliance()
    names = ("name_zh", "name_en", "theme", "region", "lead_authority_id", "secretariat_id", "founded_on", "charter")
    return {name: getattr(one, name) for name in names} if one else {}


def _term_facts(term: Term, _actor: Actor) -> Sequence[Fact]:
    counts = queries.seat_counts(term)
    return [
        Fact(say("Term number"), term.number, PUBLIC),
        Fact(say("From"), term.begins_on, PUBLIC),
        Fact(say("Until"), term.ends_on, PUBLIC),
        Fact(Pool.ELSEWHERE.label, counts[Pool.ELSEWHERE], PUBLIC),
        Fact(Pool.LOCAL.label, counts[Pool.LOCAL], PUBLIC),
        Fact(say("Aims"), dash(term.aims), PUBLIC),
    ]


def _term_related(term: Term, _actor: Actor) -> Any:
    yield from ((say("Committees"), "roster.committee", one) for one in term.committees.all())
    yield from ((say("Batches"), "roster.membershipbatch", one) for one in term.batches.all())
    yield from ((say("Lists"), "roster.publishedlist", one) for one in term.lists.order_by("-created_at"))


def _committee_sections(committee: Committee, actor: Actor) -> Sequence[Section]:
    seats = queries.seats_for(actor).filter(committee=committee).order_by("role", "created_at")[:500]
    rows = [
        [one.person, SeatRole(one.role), Pool(one.pool) if one.pool else None, one.since, one.until] for one in seats
    ]
    columns = [say("Person"), say("Role"), say("Pool"), say("From"), say("Until")]
    return [Section(say("Seats"), columns, rows)] if rows else []


def _seat_facts(seat: Seat, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Committee"), str(seat.committee), PUBLIC, link(seat.committee)),
        Fact(say("Person"), str(seat.person), PUBLIC, link(seat.person)),
        Fact(say("Role"), SeatRole(seat.role), PUBLIC),
        Fact(say("Pool"), Pool(seat.pool) if seat.pool else None, PUBLIC),
        Fact(say("From"), seat.since, PUBLIC),
        Fact(say("Until"), seat.until, PUBLIC),
        Fact(say("Why it ended"), dash(seat.left_because)),
    ]


register(Kind(
    name="roster.alliance", model=Alliance, key="alliance_id", label=say("The alliance"), plural=say("The alliance"),
    visible=queries.alliances_for, title=str, facts=_alliance_facts,
    columns=[
        (say("Name"), str), (say("Theme"), lambda one: one.theme), (say("Founded on"), lambda one: one.founded_on),
    ],
    verbs=[Verb("describe", actions.describe_alliance, say("Describe the alliance"), roles=OFFICE, opening=True,
                prefill=_as_described)],
    public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="roster.term", model=Term, key="term_id", label=say("Term of office"), plural=say("Terms of office"),
    visible=queries.terms_for, title=str, facts=_term_facts, related=_term_related,
    columns=[
        (say("Term of office"), str), (say("From"), lambda one: one.begins_on),
        (say("Until"), lambda one: one.ends_on),
    ],
    verbs=[
        Verb("prepare", actions.prepare_term, say("Prepare a term"), roles=OFFICE, opening=True),
        Verb("open", actions.open_term, say("Take office"), move="open"),
        Verb("end", actions.end_term, say("End the term"), move="end", danger=True),
    ],
    public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="roster.committee", model=Committee, key="committee_id", label=say("Committee"), plural=say("Committees"),
    visible=queries.committees_for, title=str, sections=_committee_sections,
    facts=lambda one, _actor: [
        Fact(say("Term of office"), str(one.term), PUBLIC, link(one.term)),
        Fact(say("Kind"), CommitteeKind(one.kind), PUBLIC),
        Fact(say("Duties"), dash(one.duties), PUBLIC),
    ],
    columns=[
        (say("Committee"), str), (say("Kind"), lambda one: CommitteeKind(one.kind)),
        (say("Term of office"), lambda one: one.term),
    ],
    verbs=[Verb("set_up", actions.set_up_committee, say("Set up a committee"), roles=OFFICE, opening=True)],
    filters={"kind": (say("Kind"), CommitteeKind)}, public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="roster.seat", model=Seat, key="seat_id", label=say("Seat"), plural=say("Seats"),
    visible=queries.seats_for, title=str, facts=_seat_facts,
    columns=[
        (say("Person"), lambda one: one.person), (say("Committee"), lambda one: one.committee),
        (say("Role"), lambda one: SeatRole(one.role)), (say("Pool"), lambda one: Pool(one.pool) if one.pool else None),
        (say("From"), lambda one: one.since),
    ],
    verbs=[
        Verb("seat", actions.seat_person, say("Give a seat"), roles=OFFICE, opening=True),
        Verb("end", actions.end_seat, say("End the seat"), move="leave", danger=True),
    ],
    filters={"role": (say("Role"), SeatRole), "pool": (say("Pool"), Pool)}, public=True, group=GROUP,
))  # fmt: skip
