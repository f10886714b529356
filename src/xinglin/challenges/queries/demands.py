"""What the guards ask of a stored demand: its parts, the opinions on it, and who stands behind both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from xinglin.challenges.models import Appraisal, Challenge
from xinglin.challenges.panels.exclusions import weighs
from xinglin.challenges.queries.keys import key_roles
from xinglin.challenges.queries.objections import notice_facts
from xinglin.challenges.queries.panels import panel_rules, ties_of
from xinglin.challenges.rules.appraisals import ArgumentFacts
from xinglin.challenges.rules.calls import PublishFacts
from xinglin.challenges.rules.demands import DemandFacts, IndicatorFacts, MilestoneFacts
from xinglin.challenges.words.calls import AppraisalStage, NoticeSubject
from xinglin.challenges.words.reviews import ExclusionReason as R
from xinglin.kernel import configuration, permits
from xinglin.kernel.clock import now, today
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.roster.queries import reviewers
from xinglin.roster.queries.register import people_for


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


def text_agreed(one: Challenge) -> bool:
    """Whether the list may say it: the demander agreed to the text, or need not."""
    return one.text_agreed_on is not None or not configuration.value("challenges.demander_agrees")


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
    """Who of `persons` may not argue this demand, and why: a post or an appointment at the demander or a declared
    conflict of interest with it, now or so lately that the draw of reviewers would exclude them too (domain 4.5)."""
    day = today()
    rules = panel_rules(day)
    parties = {one.organisation_id, one.organisation.parent_id}
    people = reviewers.facts_of(list(people_for(actor).filter(pk__in=list(persons))))
    found: dict[str, Phrase] = {}
    for person, ties in ties_of(people, day).items():
        near = [tie.reason for tie in ties if tie.other in parties and weighs(tie, rules, day)]
        if R.SAME_ORGANISATION in near:
            found[person] = say("works at the demander, or did in the last {years} years", years=rules.tie_years)
        elif R.APPOINTED in near:
            found[person] = say(
                "holds an appointment of the demander, or did in the last {years} years", years=rules.tie_years
            )
        elif near:
            found[person] = say("declared a conflict of interest with the demander")
    return found
