"""Breaking the glass: opened at once with a reason, over by itself, judged afterwards by somebody else (domain 9.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from django.db import transaction

from xinglin.exchange.catalogue.queries.sites import site_of
from xinglin.exchange.consent.actions.consents import Person
from xinglin.exchange.consent.models import BreakGlass
from xinglin.exchange.consent.queries.people import record_of
from xinglin.exchange.consent.queries.residents import accounts_of
from xinglin.exchange.consent.queries.reviewing import refuse_reviewer, reviewers_of
from xinglin.exchange.identity.models import IndexPerson
from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, ref
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role

Reason = Annotated[str, Ask("text", longest=300)]
SHORTEST_REASON = 4

configuration.rule("consent.emergency_hours", 24, say("Hours an emergency access lasts"), "set by the alliance")


@transaction.atomic
def break_glass(
    *, person: Person, organisation_id: ref("roster.organisation"), reason: Reason, by: Account
) -> BreakGlass:
    """Look at a patient's results of other hospitals in an emergency: at once, for some hours, on the record.

    The person is warned on their page, and somebody else judges it afterwards.
    """
    permits.require(by, Role.DOCTOR, scopes=[("organisation", organisation_id)])
    site = site_of(organisation_id)
    if site is None or not IndexPerson.objects.filter(pk=person).exists():
        raise absent()
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal("consent.reason", say("Say in a few words what the emergency is."), field="reason")
    ends_at = now() + timedelta(hours=configuration.value("consent.emergency_hours"))
    opened = BreakGlass(
        person=person, record=record_of(person, site.number), site=site.number, organisation_id=organisation_id,
        reason=reason.strip(), ends_at=ends_at,
    )  # fmt: skip
    lifecycle.begin(opened, by=by)
    ledger.record("consent.glass_broken", by=by, subject=IndexPerson(pk=person),
                  data={"site": site.number, "until": ends_at.isoformat(timespec="minutes")})  # fmt: skip
    notices.tell(
        accounts_of(person), "consent.glass_broken",
        say("A hospital opened your results in an emergency. Your page shows who it was; you may object."),
    )  # fmt: skip
    notices.tell(
        reviewers_of(opened), "consent.glass_broken",
        say("An emergency access was opened and waits to be judged by somebody other than who opened it."),
        subject=opened,
    )  # fmt: skip
    return opened


@transaction.atomic
def find_justified(*, emergency_id: str, finding: Reason, by: Account) -> BreakGlass:
    """Judge that the emergency was one."""
    return _judge(emergency_id, finding, "find_justified", by)


@transaction.atomic
def find_not_justified(*, emergency_id: str, finding: Reason, by: Account) -> BreakGlass:
    """Judge that it was none: the access ends now, the person and whoever opened it are told."""
    opened = _judge(emergency_id, finding, "find_not_justified", by)
    notices.tell(
        [*accounts_of(opened.person), *Account.objects.filter(pk=opened.created_by)], "consent.glass_judged",
        say("An emergency access was found not justified and is closed."),
    )  # fmt: skip
    return opened


def _judge(key: str, finding: str, move: str, by: Account) -> BreakGlass:
    opened = lifecycle.take(BreakGlass, key)
    refuse_reviewer(opened, by)
    if not finding.strip():
        raise Refusal("consent.finding", say("Say what you found."), field="finding")
    opened.finding = finding.strip()
    if move == "find_not_justified":
        opened.ends_at = max(min(opened.ends_at, now()), opened.created_at)
    lifecycle.step(opened, move, by=by)
    ledger.record("consent.glass_judged", by=by, subject=opened, data={"justified": move == "find_justified"})
    return opened
