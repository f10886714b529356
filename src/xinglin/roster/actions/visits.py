"""联络拜访: plan a visit, report it, follow it up."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Day, Line, Paragraph, ref
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions.bodies import organisation_or_absent, person_or_absent
from xinglin.roster.models import Visit

Telling = Annotated[str, Ask("text", longest=4_000)]


@transaction.atomic
def plan_visit(
    *,
    visitor_id: ref("roster.organisation"),
    visited_on: Day,
    purpose: Telling,
    host_id: ref("roster.organisation") | None = None,
    people_ids: list[ref("roster.person")] | None = None,
    place: Line | None = None,
    series: Line | None = None,
    by: Account,
) -> Visit:
    """Plan whom to see, when and why. A series (赴沪对接) counts its visits."""
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, scopes=[("organisation", visitor_id)])
    if host_id is None and not place and not people_ids:
        raise Refusal("visits.whom", say("Say whom or where the visit is to."), field="host_id")
    visitor = organisation_or_absent(visitor_id)
    host = organisation_or_absent(host_id) if host_id else None
    people = [person_or_absent(key) for key in people_ids or []]
    visit = Visit(
        visitor=visitor, host=host, visited_on=visited_on, purpose=purpose, place=place or "", series=series or "",
        due_on=visited_on,
    )  # fmt: skip
    lifecycle.begin(visit, by=by)
    visit.people.set(people)
    ledger.record(
        "roster.visit_planned", by=by, subject=visit, data={"on": visited_on.isoformat(), "series": visit.series}
    )
    return visit


@transaction.atomic
def report_visit(
    *,
    visit_id: str,
    outcome: Telling,
    visited_on: Day | None = None,
    next_step: Line | None = None,
    next_step_on: Day | None = None,
    by: Account,
) -> Visit:
    """The visit was made: what came of it and what is next."""
    visit = lifecycle.take(Visit, visit_id)
    visit.visited_on = visited_on or visit.visited_on
    if visit.visited_on > today():
        raise Refusal("visits.future", say("This visit has not taken place yet."), field="visited_on")
    visit.outcome, visit.next_step, visit.next_step_on = outcome, next_step or "", next_step_on
    lifecycle.step(visit, "report", by=by, due_on=next_step_on)
    ledger.record("roster.visit_reported", by=by, subject=visit, data={"on": visit.visited_on.isoformat()})
    return visit


@transaction.atomic
def follow_up_visit(*, visit_id: str, followed: Paragraph, by: Account) -> Visit:
    """What followed from the visit."""
    visit = lifecycle.take(Visit, visit_id)
    visit.followed = followed
    lifecycle.step(visit, "follow_up", by=by)
    ledger.record("roster.visit_followed_up", by=by, subject=visit)
    return visit


@transaction.atomic
def cancel_visit(*, visit_id: str, followed: Line, by: Account) -> Visit:
    """The visit does not take place; say why."""
    visit = lifecycle.take(Visit, visit_id)
    visit.followed = followed
    lifecycle.step(visit, "cancel", by=by)
    ledger.record("roster.visit_cancelled", by=by, subject=visit)
    return visit
