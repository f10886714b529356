"""The life of an agreement: who may be a party, when all agree, when all have signed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.rules.lapsing import require_order
from xinglin.roster.words.agreements import (
    BEFORE_SIGNATURE,
    IN_FORCE,
    AgreementStage,
    PartyOpinion,
    PartyRole,
)
from xinglin.roster.words.register import OrganisationKind

PARTY = roles(Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY)
SECRETARIAT = roles(Role.SECRETARIAT)
ANY_PARTY = PARTY | SECRETARIAT
PROGRAM = roles()


@dataclass(frozen=True)
class Party:
    """One party as the rules see it."""

    name: str
    role: PartyRole
    legal: bool
    opinion: PartyOpinion = PartyOpinion.OPEN
    signatory: str = ""
    signed: bool = False

    @property
    def binds(self) -> bool:
        """A witness signs, but is not bound."""
        return self.role != PartyRole.WITNESS


def is_legal_person(kind: OrganisationKind, *, is_branch: bool, credit_code: str) -> bool:
    """Whether an organisation can be a party (domain 5.5).

    A branch signs through its parent. A society without a credit code is not registered (社会团体登记管理条例): an
    unregistered alliance signs through its lead unit.
    """
    return not is_branch and not (kind == OrganisationKind.SOCIETY and not credit_code)


@dataclass(frozen=True)
class AgreementFacts:
    """What the guards of the lifecycle look at."""

    parties: Sequence[Party]
    purpose: str
    starts: date
    until: date | None
    auto_renews: bool = False
    renew_months: int | None = None


def may_be_consulted(facts: AgreementFacts) -> None:
    """Two legal persons at least, a purpose, a term that makes sense."""
    if strangers := [party.name for party in facts.parties if not party.legal]:
        raise Refusal(
            "agreements.not_a_legal_person",
            say("{names} cannot sign: only legal persons can be parties.", names="、".join(strangers)),
            say("Name the legal person it belongs to; an unregistered alliance signs through its lead unit."),
            field="parties",
        )
    if sum(party.binds for party in facts.parties) < 2:
        raise Refusal(
            "agreements.too_few_parties",
            say("An agreement needs two parties or more."),
            say("Add the other party."),
            field="parties",
        )
    if not facts.purpose.strip():
        raise Refusal("agreements.no_purpose", say("The agreement does not say what it is for."), field="purpose")
    term_makes_sense(facts.starts, facts.until, facts.auto_renews, facts.renew_months)


def term_makes_sense(starts: date, until: date | None, auto_renews: bool, renew_months: int | None) -> None:
    require_order(starts, until)
    if auto_renews and (until is None or not renew_months):
        raise Refusal(
            "agreements.auto_renewal",
            say("To renew by itself, an agreement needs a last day and the months it is renewed for."),
            say("Enter both, or let the parties renew it."),
            field="renew_months",
        )


def all_agree(facts: AgreementFacts) -> None:
    """Ready only when every party has agreed; the others are named."""
    missing = [party.name for party in facts.parties if party.opinion != PartyOpinion.AGREES]
    if missing:
        raise Refusal(
            "agreements.not_agreed",
            say("Not agreed yet: {names}.", names="、".join(missing)),
            say("Wait for their answer, or change the draft to meet an objection."),
        )


def signatories_are_named(facts: AgreementFacts) -> None:
    """Who signs for each party is known before the papers are printed."""
    missing = [party.name for party in facts.parties if not party.signatory.strip()]
    if missing:
        raise Refusal(
            "agreements.no_signatory",
            say("Nobody is named yet to sign for {names}.", names="、".join(missing)),
            say("Each party names the person who signs for it."),
        )


def all_have_signed(facts: AgreementFacts) -> None:
    """In force only when all have signed."""
    missing = [party.name for party in facts.parties if not party.signed]
    if missing:
        raise Refusal("agreements.not_signed", say("Not signed yet: {names}.", names="、".join(missing)))


def unready(facts: AgreementFacts, stage: AgreementStage) -> Phrase | None:
    """Why an agreement cannot be signed at a ceremony; None when it can."""
    if stage not in (AgreementStage.READY, AgreementStage.SIGNING):
        return say("it is “{stage}”", stage=stage.label)
    try:
        signatories_are_named(facts)
    except Refusal as refusal:
        return refusal.sentence
    return None


S = AgreementStage
AGREEMENT_MOVES = Machine(
    "roster.agreement",
    AgreementStage,
    S.DRAFT,
    frozenset({S.RENEWED, S.REPLACED, S.EXPIRED, S.TERMINATED, S.WITHDRAWN, S.SIGNED}),
    (
        Move("consult", S.DRAFT, S.CONSULTATION, ANY_PARTY, say("Ask the parties for consent"), may_be_consulted,
             awaited=True, due=30),
        Move("agree", S.CONSULTATION, S.CONSULTATION, PARTY, say("Agree"), awaited=True, due=10),
        Move("object", S.CONSULTATION, S.OBJECTED, PARTY, say("Object")),
        Move("record_consent", S.CONSULTATION, S.CONSULTATION, SECRETARIAT, say("Record a written consent")),
        Move("record_objection", S.CONSULTATION, S.OBJECTED, SECRETARIAT, say("Record a written objection")),
        Move("revise", S.OBJECTED, S.DRAFT, ANY_PARTY, say("Take back to change it"), awaited=True, due=14),
        Move("settle", S.CONSULTATION, S.READY, ANY_PARTY, say("All agree"), all_agree),
        Move("revise", (S.CONSULTATION, S.READY), S.DRAFT, ANY_PARTY, say("Take back to change it")),
        Move("open_signing", S.READY, S.SIGNING, ANY_PARTY, say("Open for signature"), signatories_are_named,
             awaited=True, due=30),
        Move("sign", S.SIGNING, S.SIGNING, PARTY, say("Sign"), awaited=True, due=14),
        Move("record_signature", S.SIGNING, S.SIGNING, SECRETARIAT, say("Record a signature on paper")),
        Move("come_into_force", S.SIGNING, S.SIGNED, ANY_PARTY, say("All have signed"), all_have_signed),
        Move("near_end", S.SIGNED, S.EXPIRING, PROGRAM, say("The end comes near")),
        Move("renew", S.EXPIRING, S.EXPIRING, ANY_PARTY, say("Prepare a renewal"), awaited=True),
        Move("renew", S.SIGNED, S.SIGNED, ANY_PARTY, say("Prepare a renewal")),
        Move("amend", S.SIGNED, S.SIGNED, ANY_PARTY, say("Prepare a new version")),
        Move("amend", S.EXPIRING, S.EXPIRING, ANY_PARTY, say("Prepare a new version")),
        Move("extend", IN_FORCE, S.SIGNED, PROGRAM, say("Renewed by itself")),
        Move("be_renewed", IN_FORCE, S.RENEWED, PROGRAM, say("The renewal is signed")),
        Move("be_replaced", IN_FORCE, S.REPLACED, PROGRAM, say("The new version is signed")),
        Move("terminate", IN_FORCE, S.TERMINATED, ANY_PARTY, say("Terminate")),
        Move("expire", IN_FORCE, S.EXPIRED, PROGRAM, say("The term is over")),
        Move("withdraw", BEFORE_SIGNATURE, S.WITHDRAWN, ANY_PARTY, say("Withdraw")),
    ),
)  # fmt: skip
