"""What the guards ask of a stored demand: its parts, the opinions on it, and who stands behind both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from xinglin.challenges.models import Appraisal, Challenge
from xinglin.challenges.queries.keys import key_roles
from xinglin.challenges.queries.objections import notice_facts
from xinglin.challenges.rules.appraisals import ArgumentFacts
from xinglin.challenges.rules.calls import PublishFacts
from xinglin.challenges.rules.demands import DemandFacts, IndicatorFacts, MilestoneFacts
from xinglin.challenges.words.calls import AppraisalStage, NoticeSubject
from xinglin.kernel import configuration, permits
from xinglin.kernel.clock import now, today
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.matching.queries.suggestions import conflicts_on
from xinglin.roster.queries.appointments import appointments_for
from xinglin.roster.queries.register import people_for
from xinglin.roster.words.appointments import IN_OFFICE

# Somebody who left a party this many years ago is still no stranger to it (domain 4.5).
YEARS = 3


def demand_facts(one: Challenge) -> DemandFacts:
    """The demand and its parts, as the rules see them."""
    return DemandFacts(
        problem=one.problem, end_user=one.end_user, months=one.months, most_fen=one.most_fen, ip_clause=one.ip_clause,
        indicators=[IndicatorFacts(row.name, row.unit, row.target, row.test_method) for row in one.indicators.all()],
        budget=[row.amount_fen for row in one.budget_lines.all()],
        milestones=[
            MilestoneFacts(row.content, row.due_months, row.share_percent) for row in one.planned_milestones.all()
        ],
    )  # fmt: skip


def publish_facts(one: Challenge, closes_at: datetime | None) -> PublishFacts:
    """Everything the guard of publication looks at, with the deadline that is proposed."""
    return PublishFacts(
        demand=demand_facts(one), closes_at=closes_at, now=now(),
        least_days=configuration.value("challenges.call_days"),
        notice=notice_facts(one, NoticeSubject.LIST), key_roles=key_roles(one),
    )  # fmt: skip


def opinions(one: Challenge) -> list[Appraisal]:
    """The opinions of the present round."""
    rows = Appraisal.objects.filter(challenge=one, round=one.argument_round).select_related("person")
    return list(rows.order_by("id"))


def argument_facts(one: Challenge) -> ArgumentFacts:
    """What the opinions of the present round amount to."""
    rows = opinions(one)
    return ArgumentFacts(
        means=[row.mean_centi or 0 for row in rows if row.stage == AppraisalStage.SIGNED],
        waiting=sum(row.stage == AppraisalStage.ASKED for row in rows),
        least_opinions=configuration.value("challenges.opinions_least"),
        pass_mark=configuration.value("challenges.pass_mark"),
    )


def experts_of(one: Challenge) -> list[str]:
    """The persons who argue this case, or argued it: nobody of them manages it. Those released or who declined may."""
    rows = Appraisal.objects.filter(challenge=one, stage__in=[AppraisalStage.ASKED, AppraisalStage.SIGNED])
    return list(rows.values_list("person_id", flat=True))


def persons_behind(account: Account | None) -> list[str]:
    """Who an account is in the register of people."""
    if account is None:
        return []
    own = [account.person_id] if account.person_id else []
    return sorted({*own, *permits.scope_ids(account, "person")})


def partial_experts(one: Challenge, persons: Iterable[str], actor: Actor) -> dict[str, Phrase]:
    """Who of `persons` may not argue this demand, and why: work at the demander now or in the last three years, an
    appointment of the demander in force, or a declared conflict of interest (domain 4.5)."""
    ids = list(persons)
    parties = {one.organisation_id, one.organisation.parent_id} - {None}
    found: dict[str, Phrase] = {}
    for person, rows in conflicts_on(today(), ids).items():
        if any({row.organisation_id} & parties for row in rows):
            found[person] = say("declared a conflict of interest with the demander")
    held = appointments_for(actor).filter(person_id__in=ids, organisation_id__in=parties, stage__in=IN_OFFICE)
    for person in held.values_list("person_id", flat=True):
        found[person] = say("holds an appointment of the demander")
    since = today() - timedelta(days=365 * YEARS)
    for person in people_for(actor).filter(pk__in=ids).prefetch_related("affiliations"):
        if any(
            p.organisation_id in parties and (p.until is None or p.until >= since) for p in person.affiliations.all()
        ):
            found[person.pk] = say("works at the demander, or did in the last {years} years", years=YEARS)
    return found
