"""Investment leads, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.matching.actions import leads as actions
from xinglin.matching.dossiers.naming import GROUP, PERSONAL, leads_to, stages
from xinglin.matching.models import Lead
from xinglin.matching.queries import leads as queries
from xinglin.matching.queries.sights import reads_personal
from xinglin.matching.rules.leads import KEEPERS, RUNNING
from xinglin.matching.words.leads import LeadField, LeadStage, LossReason
from xinglin.roster.places import place_name


def _facts(one: Lead, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number),
        Fact(say("Investor"), one.investor),
        leads_to(say("Investor in the register"), one.organisation),
        leads_to(say("Hosting organisation"), one.host),
        Fact(say("Field"), LeadField(one.field)),
        Fact(say("Region"), place_name(one.region)),
        Fact(say("Amount"), one.amount_fen, fen=one.amount_fen is not None),
        leads_to(say("Brought by"), one.source_person),
        Fact(say("Kept by"), str(one.owner)),
        Fact(say("Next step"), one.next_step or None),
        Fact(say("Next on"), one.due_on),
        Fact(say("About the lead"), one.body or None, PERSONAL),
        Fact(say("Why it was lost"), LossReason(one.loss_reason) if one.loss_reason else None),
        Fact(say("In words"), one.loss_text or None, PERSONAL),
    ]


def _sections(one: Lead, actor: Actor) -> Sequence[Section]:
    inside = reads_personal(actor, *one.scopes())
    rows = [
        [
            step.done_on,
            LeadStage(step.stage),
            *([step.text or None, step.next_step or None] if inside else []),
            step.next_on,
        ]
        for step in one.steps.order_by("created_at")
    ]
    told = [say("What was done"), say("Next step")] if inside else []
    return [Section(say("Steps"), [say("When"), say("Stage"), *told, say("Next on")], rows)] if rows else []


def _now(one: Lead, _by: Account) -> dict[str, Any]:
    names = ("title", "investor", "field", "body", "organisation_id", "region", "amount_fen", "source_person_id")
    return {name: getattr(one, name) for name in names}


register(Kind(
    name="matching.lead", model=Lead, key="lead_id", label=say("Investment lead"), plural=say("Investment leads"),
    visible=queries.leads_for, mine=queries.own_leads, title=str, facts=_facts, sections=_sections, search=find,
    columns=[
        (say("Number"), lambda row: row.number), (say("Title"), str), (say("Investor"), lambda row: row.investor),
        (say("Field"), lambda row: LeadField(row.field)), (say("Next step"), lambda row: row.next_step or None),
        (say("Due"), lambda row: row.due_on), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("enter", actions.enter_lead, say("Enter an investment lead"), roles=KEEPERS, opening=True),
        Verb("change", actions.change_lead, say("Change"), roles=KEEPERS, stages=stages(*RUNNING), prefill=_now),
        Verb("note_step", actions.note_step, say("Note a step"), roles=KEEPERS, stages=stages(*RUNNING)),
        Verb("contact", actions.contact_lead, say("Contact made"), move="contact"),
        Verb("visit", actions.visit_lead, say("Visited"), move="visit"),
        Verb("sign", actions.sign_memorandum, say("Memorandum signed"), move="sign"),
        Verb("settle", actions.settle_lead, say("Settled here"), move="settle"),
        Verb("hand_over", actions.hand_over_lead, say("Hand over"), roles=KEEPERS, stages=stages(*RUNNING)),
        Verb("lose", actions.lose_lead, say("Lost"), move="lose", danger=True),
        Verb("revive", actions.revive_lead, say("Take up again"), move="revive"),
    ],
    filters={"field": (say("Field"), LeadField)}, group=GROUP,
))  # fmt: skip
