"""Agreements and ceremonies, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.actions import agreements as actions
from xinglin.roster.actions import agreements_in_force as later
from xinglin.roster.actions import signings
from xinglin.roster.dossiers.bodies import dash, link
from xinglin.roster.models import Agreement, Signing
from xinglin.roster.queries import agreements as queries
from xinglin.roster.words.agreements import (
    IN_FORCE,
    AgreementCategory,
    AgreementKind,
    AgreementStage,
    PartyOpinion,
    PartyRole,
    Succession,
    TerminationGround,
)
from xinglin.roster.words.signings import SigningStage

PUBLIC = Privacy.PUBLIC
GROUP = say("Agreements")
SIDES = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY)
OFFICE = roles(Role.SECRETARIAT)


def _facts(one: Agreement, actor: Actor) -> Sequence[Fact]:
    facts = [
        Fact(say("Kind"), AgreementKind(one.kind), PUBLIC),
        Fact(say("Number"), dash(one.number), PUBLIC),
        Fact(say("Fields"), [AgreementCategory(category) for category in one.categories] or None, PUBLIC),
        Fact(say("Parties"), [str(party.organisation) for party in one.parties.all()], PUBLIC),
        Fact(say("Signed on"), one.signed_on, PUBLIC),
    ]
    return [*facts, *_inside_facts(one)] if queries.is_inside(one, actor) else facts


def _inside_facts(one: Agreement) -> list[Fact]:
    return [
        Fact(say("Purpose"), dash(one.purpose)),
        Fact(say("Clauses"), dash(one.terms)),
        Fact(say("Amount"), one.amount_fen, fen=True),
        Fact(say("From"), one.starts),
        Fact(say("Until"), one.until),
        Fact(say("Renews by itself"), say("For {months} months", months=one.renew_months) if one.auto_renews else None),
        Fact(say("Version"), one.edition),
        Fact(Succession(one.succession).label if one.succession else say("Comes after"),
             dash(str(one.predecessor or "")), links=link(one.predecessor)),
        Fact(say("Why it ended"), TerminationGround(one.end_ground) if one.end_ground else None),
        Fact(say("Ended on"), one.ended_on),
        Fact(say("Reason"), dash(one.closed_because)),
    ]  # fmt: skip


def _sections(one: Agreement, actor: Actor) -> Sequence[Section]:
    if not queries.is_inside(one, actor):
        return []
    parties = [
        [party.organisation, PartyRole(party.role), party.on_behalf_of, PartyOpinion(party.opinion),
         party.opinion_note, f"{party.signatory_name} {party.signatory_position}".strip(), party.signed_on]
        for party in one.parties.all()
    ]  # fmt: skip
    columns = [say("Organisation"), say("Role"), say("Signs for"), say("Opinion"), say("Note"), say("Signatory"),
               say("Signed on")]  # fmt: skip
    found = [Section(say("Parties"), columns, parties)]
    if promises := list(one.deliverables.select_related("organisation")):
        found.append(Section(
            say("Deliverables"),
            [say("No."), say("What"), say("Who"), say("Due on"), say("Done on"), say("Evidence"), say("State")],
            [[p.ordinal, p.what, p.organisation, p.due_on, p.done_on, p.evidence, _state(p)] for p in promises],
        ))  # fmt: skip
    return found


def _state(promise: Any) -> Phrase:
    if promise.done_on:
        return say("Done")
    return say("Overdue") if promise.due_on and promise.due_on < today() else say("Not done yet")


def _related(one: Agreement, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for successor in queries.agreements_for(actor).filter(predecessor=one):
        yield say("Comes next"), "roster.agreement", successor
    for item in one.ceremonies.filter(dropped=False).select_related("signing"):
        yield say("Ceremony"), "roster.signing", item.signing


def _as_written(one: Agreement, _by: Account) -> dict[str, Any]:
    names = ("title", "starts", "until", "purpose", "terms", "categories", "amount_fen", "auto_renews", "renew_months",
             "published")  # fmt: skip
    parties = [
        actions.PartyRow(p.organisation_id, PartyRole(p.role), p.on_behalf_of or None, p.signatory_name or None,
                         p.signatory_position or None)
        for p in one.parties.all()
    ]  # fmt: skip
    promises = [actions.DeliverableRow(p.what, p.organisation_id, p.due_on) for p in one.deliverables.all()]
    return {**{name: getattr(one, name) for name in names}, "parties": parties, "deliverables": promises}


def _stages(*stages: AgreementStage) -> frozenset[str]:
    return frozenset(map(str, stages))


register(Kind(
    name="roster.agreement", model=Agreement, key="agreement_id", label=say("Agreement"), plural=say("Agreements"),
    visible=queries.agreements_for, reminds_itself=frozenset({"expiring"}),
    mine=queries.own_agreements, turn=queries.is_turn, title=str, facts=_facts,
    sections=_sections, related=_related, search=find,
    columns=[
        (say("Title"), str), (say("Kind"), lambda one: AgreementKind(one.kind)),
        (say("Parties"), lambda one: [str(party.organisation) for party in one.parties.all()]),
        (say("Signed on"), lambda one: one.signed_on), (say("Stage"), lambda one: one.stage_word),
    ],
    verbs=[
        Verb("draft", actions.draft_agreement, say("Draft an agreement"), roles=SIDES, opening=True),
        Verb("edit", actions.edit_agreement, say("Change the draft"), roles=SIDES,
             stages=_stages(AgreementStage.DRAFT), prefill=_as_written),
        Verb("consult", actions.consult_agreement, say("Ask the parties for consent"), move="consult"),
        Verb("agree", actions.agree_to_agreement, say("Agree"), move="agree"),
        Verb("object", actions.object_to_agreement, say("Object"), move="object", danger=True),
        Verb("record_consent", actions.record_consent, say("Record a written consent"), move="record_consent"),
        Verb("record_objection", actions.record_objection, say("Record a written objection"), move="record_objection"),
        Verb("name_signatory", actions.name_signatory, say("Name the signatory"), roles=SIDES,
             stages=_stages(AgreementStage.CONSULTATION, AgreementStage.READY, AgreementStage.SIGNING)),
        Verb("open_signing", actions.open_signing, say("Open for signature"), move="open_signing"),
        Verb("sign", actions.sign_agreement, say("Sign"), move="sign"),
        Verb("record_signature", actions.record_signature, say("Record a signature on paper"), move="record_signature"),
        Verb("deliver", later.record_delivery, say("Record something delivered"), roles=SIDES,
             stages=_stages(*IN_FORCE)),
        Verb("renew", later.renew_agreement, say("Prepare a renewal"), move="renew"),
        Verb("amend", later.amend_agreement, say("Prepare a new version"), move="amend"),
        Verb("stop_auto_renewal", later.stop_auto_renewal, say("Do not renew by itself"), roles=SIDES,
             stages=_stages(*IN_FORCE)),
        Verb("revise", actions.revise_agreement, say("Take back to change it"), move="revise"),
        Verb("terminate", later.terminate_agreement, say("Terminate"), move="terminate", danger=True),
        Verb("withdraw", actions.withdraw_agreement, say("Withdraw"), move="withdraw", danger=True),
    ],
    filters={"kind": (say("Kind"), AgreementKind)}, public=True, group=GROUP,
))  # fmt: skip


def _signing_facts(one: Signing, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Theme"), dash(one.theme), PUBLIC),
        Fact(say("Place"), dash(one.place), PUBLIC),
        Fact(say("Planned on"), one.planned_on, PUBLIC),
        Fact(say("Held on"), one.held_on, PUBLIC),
        Fact(say("Note"), dash(one.note)),
        Fact(say("Reason"), dash(one.closed_because)),
    ]


def _signing_sections(one: Signing, actor: Actor) -> Sequence[Section]:
    visible = set(queries.agreements_for(actor).filter(ceremonies__signing=one).values_list("pk", flat=True))
    preparing = one.stage == SigningStage.PREPARING
    rows = [
        [item.agreement, item.agreement.stage_word, (why or say("Ready")) if preparing else None]
        for item, why in queries.readiness(one)
        if item.agreement_id in visible
    ]
    columns = [say("Agreement"), say("Stage"), say("Readiness")]
    return [Section(say("Agreements"), columns, rows)] if rows else []


PREPARING = frozenset({str(SigningStage.PREPARING)})

register(Kind(
    name="roster.signing", model=Signing, key="signing_id", label=say("Signing ceremony"),
    plural=say("Signing ceremonies"), visible=queries.signings_for, mine=queries.own_signings, title=str,
    facts=_signing_facts, sections=_signing_sections,
    columns=[
        (say("Title"), str), (say("Planned on"), lambda one: one.planned_on), (say("Held on"), lambda one: one.held_on),
        (say("Stage"), lambda one: one.stage_word),
    ],
    verbs=[
        Verb("plan", signings.plan_signing, say("Plan a ceremony"), roles=OFFICE, opening=True),
        Verb("add", signings.add_to_signing, say("Add agreements"), roles=OFFICE, stages=PREPARING),
        Verb("take_out", signings.take_out_of_signing, say("Take an agreement out"), roles=OFFICE, stages=PREPARING),
        Verb("hold", signings.hold_signing, say("Record that it was held"), move="hold"),
        Verb("cancel", signings.cancel_signing, say("Cancel"), move="cancel", danger=True),
    ],
    public=True, group=GROUP,
))  # fmt: skip
