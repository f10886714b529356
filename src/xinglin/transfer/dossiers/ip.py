"""Intellectual property, as the house shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.matching.queries.sights import organisations_of, sees_all
from xinglin.transfer.actions import ip as actions
from xinglin.transfer.dossiers.naming import GROUP, PUBLIC, leads_to, stages
from xinglin.transfer.models import IntellectualProperty
from xinglin.transfer.queries import ip as queries
from xinglin.transfer.rules.ip import OFFICE, calendar_of, fee_year
from xinglin.transfer.words.ip import IPKind
from xinglin.transfer.words.ip import IPStage as S


def _facts(one: IntellectualProperty, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number, PUBLIC),
        Fact(say("Kind"), IPKind(one.kind), PUBLIC),
        leads_to(say("Owner"), one.organisation, PUBLIC),
        Fact(say("Application number"), one.application_number, PUBLIC),
        Fact(say("Filed on"), one.filed_on, PUBLIC),
        Fact(say("Granted on"), one.granted_on, PUBLIC),
        Fact(say("Number of the certificate"), one.certificate_number or None, PUBLIC),
        Fact(say("End of the term"), one.ends_on, PUBLIC),
        leads_to(say("Achievement"), one.achievement),
        Fact(say("Priority claimed from"), one.priority_on),
        Fact(say("Filed under the PCT"), one.pct),
        Fact(say("Filed abroad on"), one.abroad_on),
        Fact(say("Day the drug was approved"), one.approved_on),
        Fact(say("Months of compensated term"), one.compensated_months or None),
        Fact(say("Reward of the inventors"), one.reward_fen, fen=one.reward_fen is not None),
        Fact(say("Why it ended"), one.ended_because or None),
    ]


def _sections(one: IntellectualProperty, actor: Actor) -> Sequence[Section]:
    if not sees_all(actor) and one.organisation_id not in organisations_of(actor):
        return []
    days = [[due.on, due.what, due.year or None] for due in calendar_of(queries.facts_of(one))]
    fees = [[fee.year, Fact(say("Amount"), fee.amount_fen, fen=True), fee.paid_on] for fee in one.fees.all()]
    rewards = [[row.name, Fact(say("Amount"), row.amount_fen, fen=True)] for row in one.rewards.all()]
    return [
        Section(say("Days ahead"), [say("Day"), say("What for"), say("Patent year")], days),
        Section(say("Annual fees paid"), [say("Patent year"), say("Amount"), say("Paid on")], fees),
        Section(say("Reward of the inventors"), [say("Name"), say("Amount")], rewards),
    ]


def _next_fee(one: IntellectualProperty, _by: Account) -> dict[str, Any]:
    return {"year": fee_year(queries.facts_of(one))}


register(Kind(
    name="transfer.intellectualproperty", model=IntellectualProperty, key="intellectualproperty_id",
    label=say("Intellectual property right"), plural=say("Rights of intellectual property"), visible=queries.rights_for,
    mine=queries.own_rights, title=str, facts=_facts, sections=_sections, search=find,
    columns=[
        (say("Number"), lambda row: row.number), (say("Title"), str), (say("Kind"), lambda row: IPKind(row.kind)),
        (say("Owner"), lambda row: str(row.organisation)), (say("Filed on"), lambda row: row.filed_on),
        (say("End of the term"), lambda row: row.ends_on), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("file", actions.file_right, say("Enter an application"), roles=OFFICE, opening=True),
        Verb("grant", actions.grant_right, say("Enter the grant"), move="grant"),
        Verb("pay_fee", actions.pay_fee, say("Note the annual fee"), roles=OFFICE, stages=stages(S.GRANTED),
             prefill=_next_fee),
        Verb("reward", actions.reward_inventors, say("Pay the inventors' reward"), roles=OFFICE,
             stages=stages(S.GRANTED)),
        Verb("note_abroad", actions.note_abroad, say("Note the filing abroad"), roles=OFFICE,
             stages=stages(S.FILED, S.GRANTED)),
        Verb("compensate", actions.compensate_term, say("Enter the compensation of the term"), roles=OFFICE,
             stages=stages(S.GRANTED)),
        Verb("refuse", actions.refuse_right, say("Enter the refusal"), move="refuse", danger=True),
        Verb("abandon", actions.abandon_right, say("Give it up"), move="abandon", danger=True),
    ],
    filters={"kind": (say("Kind"), IPKind)}, public=True, group=GROUP,
))  # fmt: skip
