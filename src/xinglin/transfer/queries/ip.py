"""Who may see which rights, and the calendar of their days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.kernel import configuration
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.matching.queries.sights import organisations_of, persons_of, sees_all
from xinglin.transfer.models import IntellectualProperty
from xinglin.transfer.rules import ip as rules
from xinglin.transfer.words.ip import IPKind, IPStage

ALIVE = (IPStage.FILED, IPStage.GRANTED)


def _are_amounts(value: Any) -> None:
    if any(type(fen) is not int or fen < 0 for fen in value.values()):
        raise Refusal("transfer.rule_amounts", say("Every amount is a whole number of fen."), field="value")


configuration.rule(
    "transfer.grant_rewards",
    rules.REWARDS,
    say("Least reward of the inventors on the grant of a patent, in fen"),
    say("Implementing rules of the Patent Law 2023, art. 93").msgid,
    check=_are_amounts,
)
configuration.rule(
    "transfer.fee_grace_days",
    183,
    say("Days after an annual fee was due until the right lapses"),
    say("Implementing rules of the Patent Law 2023, art. 115: six months").msgid,
)


def rights_for(actor: Actor) -> QuerySet[IntellectualProperty]:
    """Everybody sees granted rights, which the office publishes; the owner and the inventors see all of theirs."""
    rows = IntellectualProperty.objects.select_related("organisation", "achievement")
    if sees_all(actor):
        return rows
    return rows.filter(Q(stage=IPStage.GRANTED) | own_rights(actor))


def own_rights(actor: Actor) -> Q:
    people = persons_of(actor)
    mine = Q(organisation_id__in=organisations_of(actor))
    if people:
        theirs = IntellectualProperty.objects.filter(achievement__contributors__person_id__in=people)
        mine |= Q(pk__in=theirs.values("pk"))
    return mine


def facts_of(one: IntellectualProperty) -> rules.Right:
    return rules.Right(
        kind=IPKind(one.kind),
        filed_on=one.filed_on,
        granted_on=one.granted_on,
        priority_on=one.priority_on,
        pct=one.pct,
        ends_on=one.ends_on,
        fees_paid=frozenset(fee.year for fee in one.fees.all()),
        rewarded=one.rewarded_on is not None,
        in_force=one.stage == IPStage.GRANTED,
        abroad_done=one.abroad_on is not None or one.stage not in ALIVE,
    )


@dataclass(frozen=True)
class Dated:
    """One day of the calendar with the right it belongs to."""

    due: rules.Due
    right: IntellectualProperty


def calendar_for(actor: Actor, *, until: date) -> list[Dated]:
    """Every day up to `until` on which something is due for a right the actor's own organisations (or, for the
    secretariat and the authority, any) hold; the earliest first.
    """
    rows = rights_for(actor).filter(stage__in=ALIVE).prefetch_related("fees")
    if not sees_all(actor):
        rows = rows.filter(own_rights(actor))
    found = [
        Dated(due, one) for one in rows for due in rules.calendar_of(facts_of(one)) if due.on <= until
    ]  # fmt: skip
    return sorted(found, key=lambda dated: (dated.due.on, dated.right.number))
