"""Who may see which agreements and ceremonies, and whose turn it is."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase
from xinglin.kernel.words import Role
from xinglin.roster.models import Agreement, AgreementParty, Signing, SigningItem
from xinglin.roster.queries.register import WHOLE_ALLIANCE
from xinglin.roster.rules import agreements as rules
from xinglin.roster.words.agreements import (
    IN_FORCE,
    AgreementStage,
    PartyOpinion,
    PartyRole,
)
from xinglin.roster.words.register import OrganisationKind
from xinglin.roster.words.signings import SigningStage

PARTY_ROLES = (Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY)


def agreements_for(actor: Actor) -> QuerySet[Agreement]:
    """Parties see theirs; everybody sees what is in force and published."""
    rows = Agreement.objects.select_related("predecessor").prefetch_related("parties__organisation")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(Q(published=True, stage__in=IN_FORCE) | own_agreements(actor))


def own_agreements(actor: Actor) -> Q:
    """Those the actor's organisations are a party to."""
    mine = AgreementParty.objects.filter(organisation_id__in=permits.scope_ids(actor, "organisation"))
    return Q(pk__in=mine.values("agreement_id"))


def is_inside(agreement: Agreement, actor: Actor) -> bool:
    """Whether the actor may read what the parties agreed, and not only that they did."""
    return permits.holds(actor, *WHOLE_ALLIANCE, *PARTY_ROLES, scopes=agreement.scopes())


def facts_of(agreement: Agreement) -> rules.AgreementFacts:
    """What the guards look at, read now."""
    return rules.AgreementFacts(
        parties=[_as_ruled(party) for party in agreement.parties.select_related("organisation")],
        purpose=agreement.purpose,
        starts=agreement.starts,
        until=agreement.until,
        auto_renews=agreement.auto_renews,
        renew_months=agreement.renew_months,
    )


def _as_ruled(party: AgreementParty) -> rules.Party:
    organisation = party.organisation
    legal = rules.is_legal_person(
        OrganisationKind(organisation.kind),
        is_branch=organisation.parent_id is not None,
        credit_code=organisation.credit_code,
    )
    return rules.Party(
        name=str(organisation),
        role=PartyRole(party.role),
        legal=legal,
        opinion=PartyOpinion(party.opinion),
        signatory=party.signatory_name,
        signed=party.signed_at is not None,
    )


def may_speak_for(party: AgreementParty, actor: Actor) -> bool:
    """Whether the actor speaks for this party, and not merely for the alliance."""
    wanted = ("organisation", party.organisation_id)
    return any(role in PARTY_ROLES and scope == wanted for role, scope in permits.grants_of(actor))


def is_turn(agreement: Agreement, actor: Actor, move: str) -> bool:
    """Each party is asked until it has spoken or signed; a renewal is asked for until one is in preparation."""
    if move in ("agree", "object"):
        return any(p.opinion == PartyOpinion.OPEN and may_speak_for(p, actor) for p in agreement.parties.all())
    if move == "sign":
        return any(p.signed_at is None and may_speak_for(p, actor) for p in agreement.parties.all())
    if move in ("renew", "amend"):
        return not agreement.successors.exclude(stage=AgreementStage.WITHDRAWN).exists()
    if move == "open_signing":
        return not agreement.ceremonies.filter(dropped=False, signing__stage=SigningStage.PREPARING).exists()
    return True


def signings_for(actor: Actor) -> QuerySet[Signing]:
    """Parties see the ceremonies at which something of theirs is signed; everybody sees those that were held."""
    rows = Signing.objects.all()
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(Q(stage=SigningStage.HELD) | own_signings(actor))


def own_signings(actor: Actor) -> Q:
    places = permits.scope_ids(actor, "organisation")
    mine = SigningItem.objects.filter(agreement__parties__organisation_id__in=places, dropped=False)
    return Q(pk__in=mine.values("signing_id"))


def readiness(signing: Signing) -> list[tuple[SigningItem, Phrase | None]]:
    """Each agreement of the batch with what keeps it from being signed, None when nothing does."""
    items = signing.items.filter(dropped=False).select_related("agreement")
    return [
        (item, rules.unready(facts_of(item.agreement), AgreementStage(item.agreement.stage)))
        for item in items.order_by("ordinal")
    ]
