"""An agreement's life until it is in force: draft, consult the parties, sign. Each party speaks for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Fen, Paragraph, Yes, ref
from xinglin.kernel.clock import now, today
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, absent, require_reason
from xinglin.kernel.words import Role
from xinglin.roster.actions.bodies import organisation_or_absent
from xinglin.roster.actions.once import only_once
from xinglin.roster.actions.papers import agreement_paper
from xinglin.roster.actions.stages import require_stage
from xinglin.roster.models import Agreement, AgreementParty, Deliverable
from xinglin.roster.queries import agreements as queries
from xinglin.roster.rules import agreements as rules
from xinglin.roster.words.agreements import (
    AgreementCategory,
    AgreementKind,
    AgreementStage,
    PartyOpinion,
    PartyRole,
    Succession,
)

PARTY = queries.PARTY_ROLES
Title = Annotated[str, Ask("line", longest=160)]
Name = Annotated[str, Ask("line", longest=60)]
Position = Annotated[str, Ask("line", longest=80)]
Paper = Annotated[str, Ask("line", longest=200)]
What = Annotated[str, Ask("line", longest=300)]
Months = Annotated[int, Ask("count", least=1, most=240)]
Reason = Annotated[str, Ask("text", longest=2_000)]
Evidence = Annotated[str, Ask("text", longest=4_000)]


@dataclass(frozen=True)
class PartyRow:
    """One party: the legal person, its role, whom it signs for if not itself, who signs."""

    organisation_id: ref("roster.organisation")
    role: PartyRole
    on_behalf_of: Title | None = None
    signatory_name: Name | None = None
    signatory_position: Position | None = None


@dataclass(frozen=True)
class DeliverableRow:
    """One promise: what, by which party, by when."""

    what: What
    organisation_id: ref("roster.organisation") | None = None
    due_on: Day | None = None


@transaction.atomic
def draft_agreement(
    *,
    title: Title,
    kind: AgreementKind,
    parties: list[PartyRow],
    starts: Day,
    until: Day | None = None,
    purpose: Paragraph | None = None,
    terms: Paragraph | None = None,
    categories: list[AgreementCategory] | None = None,
    amount_fen: Fen | None = None,
    auto_renews: Yes = False,
    renew_months: Months | None = None,
    published: Yes = False,
    deliverables: list[DeliverableRow] | None = None,
    by: Account,
) -> Agreement:
    """Write an agreement down. Parties are legal persons; an unregistered alliance signs through its lead unit."""
    _require_side(by, [row.organisation_id for row in parties])
    agreement = Agreement(kind=kind)
    fields = {"title": title, "starts": starts, "until": until, "purpose": purpose, "terms": terms,
              "categories": categories, "amount_fen": amount_fen, "auto_renews": auto_renews,
              "renew_months": renew_months, "published": published}  # fmt: skip
    _write(agreement, fields)
    lifecycle.begin(agreement, by=by)
    _write_rows(agreement, parties, deliverables or [])
    ledger.record(
        "roster.agreement_drafted", by=by, subject=agreement, data={"kind": str(kind), "parties": len(parties)}
    )
    return agreement


@transaction.atomic
def edit_agreement(
    *,
    agreement_id: str,
    title: Title,
    parties: list[PartyRow],
    starts: Day,
    until: Day | None = None,
    purpose: Paragraph | None = None,
    terms: Paragraph | None = None,
    categories: list[AgreementCategory] | None = None,
    amount_fen: Fen | None = None,
    auto_renews: Yes = False,
    renew_months: Months | None = None,
    published: Yes = False,
    deliverables: list[DeliverableRow] | None = None,
    by: Account,
) -> Agreement:
    """Change a draft. What the parties are looking at is taken back first."""
    agreement = lifecycle.take(Agreement, agreement_id)
    permits.require(by, Role.SECRETARIAT, *PARTY, scopes=agreement.scopes())
    require_stage(agreement, (AgreementStage.DRAFT,))
    # Nobody writes themselves out of an agreement and then into one between others.
    _require_side(by, [row.organisation_id for row in parties])
    fields = {"title": title, "starts": starts, "until": until, "purpose": purpose, "terms": terms,
              "categories": categories, "amount_fen": amount_fen, "auto_renews": auto_renews,
              "renew_months": renew_months, "published": published}  # fmt: skip
    _write(agreement, fields)
    agreement.parties.all().delete()
    agreement.deliverables.all().delete()
    _write_rows(agreement, parties, deliverables or [])
    lifecycle.touch(agreement)
    ledger.record("roster.agreement_edited", by=by, subject=agreement, data={"parties": len(parties)})
    return agreement


def _require_side(by: Account, organisations: Sequence[str]) -> None:
    permits.require(by, Role.SECRETARIAT, *PARTY, scopes=[("organisation", key) for key in organisations])


def _write(agreement: Agreement, fields: dict[str, Any]) -> None:
    rules.term_makes_sense(fields["starts"], fields["until"], fields["auto_renews"], fields["renew_months"])
    if fields["published"] and agreement.kind == AgreementKind.CONFIDENTIALITY:
        raise Refusal(
            "agreements.confidential",
            say("A confidentiality agreement is not published."),
            say("Leave it unpublished."),
            field="published",
        )
    for name in ("title", "starts", "until", "amount_fen", "auto_renews", "renew_months", "published"):
        setattr(agreement, name, fields[name])
    agreement.purpose, agreement.terms = fields["purpose"] or "", fields["terms"] or ""
    agreement.categories = sorted({str(category) for category in fields["categories"] or []})


def _write_rows(agreement: Agreement, parties: Sequence[PartyRow], deliverables: Sequence[DeliverableRow]) -> None:
    twice = Refusal("agreements.party_twice", say("The same organisation is named twice."), field="parties")
    with only_once({"party_once": twice}):
        for number, row in enumerate(parties, start=1):
            AgreementParty.objects.create(
                agreement=agreement, organisation=organisation_or_absent(row.organisation_id), role=row.role,
                ordinal=number, on_behalf_of=row.on_behalf_of or "", signatory_name=row.signatory_name or "",
                signatory_position=row.signatory_position or "",
            )  # fmt: skip
    members = {row.organisation_id for row in parties}
    for number, promise in enumerate(deliverables, start=1):
        if promise.organisation_id and promise.organisation_id not in members:
            raise Refusal(
                "agreements.deliverable_by_stranger",
                say("“{what}” is promised by an organisation that is not a party.", what=promise.what),
                say("Name a party, or leave the organisation open."),
                field="deliverables",
            )
        Deliverable.objects.create(
            agreement=agreement, ordinal=number, what=promise.what, organisation_id=promise.organisation_id,
            due_on=promise.due_on,
        )  # fmt: skip
    names = [str(party.organisation) for party in agreement.parties.select_related("organisation")]
    agreement.keys = keys_of(agreement.title, agreement.number, *names)
    agreement.save(update_fields=["keys"])


@transaction.atomic
def consult_agreement(*, agreement_id: str, by: Account) -> Agreement:
    """Send the draft to every party for consent."""
    agreement = lifecycle.take(Agreement, agreement_id)
    lifecycle.step(agreement, "consult", by=by, facts=queries.facts_of(agreement))
    ledger.record("roster.agreement_consulted", by=by, subject=agreement)
    tell_parties(agreement, "roster.agreement_consulted", say("A draft waits for your consent."))
    return agreement


@transaction.atomic
def agree_to_agreement(
    *,
    agreement_id: str,
    organisation_id: ref("roster.organisation") | None = None,
    note: Reason | None = None,
    by: Account,
) -> Agreement:
    """A party agrees to the draft. When all have, it is ready to be signed."""
    agreement = lifecycle.take(Agreement, agreement_id)
    party = _own_party(agreement, organisation_id, by, signing=False)
    return _consent(agreement, party, "agree", note or "", by)


@transaction.atomic
def record_consent(
    *, agreement_id: str, organisation_id: ref("roster.organisation"), paper: Paper, by: Account
) -> Agreement:
    """A party agreed in writing; say where the paper is kept."""
    agreement = lifecycle.take(Agreement, agreement_id)
    return _consent(agreement, _party(agreement, organisation_id), "record_consent", require_reason(paper), by)


def _consent(agreement: Agreement, party: AgreementParty, move: str, note: str, by: Account) -> Agreement:
    lifecycle.step(agreement, move, by=by, due_on=agreement.due_on)
    _set_opinion(party, PartyOpinion.AGREES, note, by)
    data = {"party": str(party.organisation), "opinion": "agrees"}
    ledger.record("roster.agreement_agreed", by=by, subject=agreement, data=data)
    if all(one.opinion == PartyOpinion.AGREES for one in agreement.parties.all()):
        lifecycle.step(agreement, "settle", by=by, facts=queries.facts_of(agreement))
        ledger.record("roster.agreement_ready", by=by, subject=agreement)
        tell_parties(agreement, "roster.agreement_ready", say("All parties agree; it can be signed."))
    return agreement


@transaction.atomic
def object_to_agreement(
    *, agreement_id: str, reason: Reason, organisation_id: ref("roster.organisation") | None = None, by: Account
) -> Agreement:
    """A party objects, and says to what. The draft goes back to be changed."""
    agreement = lifecycle.take(Agreement, agreement_id)
    return _object(agreement, _own_party(agreement, organisation_id, by, signing=False), "object", reason, by)


@transaction.atomic
def record_objection(
    *, agreement_id: str, organisation_id: ref("roster.organisation"), reason: Reason, by: Account
) -> Agreement:
    """A party objected in writing."""
    agreement = lifecycle.take(Agreement, agreement_id)
    return _object(agreement, _party(agreement, organisation_id), "record_objection", reason, by)


def _object(agreement: Agreement, party: AgreementParty, move: str, reason: str, by: Account) -> Agreement:
    lifecycle.step(agreement, move, by=by)
    _set_opinion(party, PartyOpinion.OBJECTS, require_reason(reason), by)
    data = {"party": str(party.organisation), "opinion": "objects"}
    ledger.record("roster.agreement_objected", by=by, subject=agreement, data=data)
    sentence = say("{party} objects; the draft must be changed.", party=str(party.organisation))
    tell_parties(agreement, "roster.agreement_objected", sentence)
    return agreement


def _set_opinion(party: AgreementParty, opinion: PartyOpinion, note: str, by: Account) -> None:
    if party.opinion != PartyOpinion.OPEN:
        raise Refusal(
            "agreements.heard",
            say("{party} has given its opinion already.", party=str(party.organisation)),
            say("To change it, take the draft back and consult again."),
        )
    party.opinion, party.opinion_note, party.opinion_at, party.opinion_by = opinion, note, now(), by.pk
    party.save()


@transaction.atomic
def revise_agreement(*, agreement_id: str, by: Account) -> Agreement:
    """Take the draft back to change it; every party will be asked again."""
    agreement = lifecycle.take(Agreement, agreement_id)
    lifecycle.step(agreement, "revise", by=by)
    agreement.parties.update(opinion=PartyOpinion.OPEN, opinion_note="", opinion_at=None, opinion_by="")
    ledger.record("roster.agreement_revised", by=by, subject=agreement)
    tell_parties(agreement, "roster.agreement_revised", say("The draft was taken back to be changed."))
    return agreement


@transaction.atomic
def name_signatory(
    *,
    agreement_id: str,
    signatory_name: Name,
    signatory_position: Position,
    organisation_id: ref("roster.organisation") | None = None,
    by: Account,
) -> Agreement:
    """Say who signs for a party that has not signed yet."""
    agreement = lifecycle.take(Agreement, agreement_id)
    require_stage(agreement, (AgreementStage.CONSULTATION, AgreementStage.READY, AgreementStage.SIGNING))
    if organisation_id and permits.holds(by, Role.SECRETARIAT):
        party = _party(agreement, organisation_id)
    else:
        party = _own_party(agreement, organisation_id, by, signing=True)
    if party.signed_at is not None:
        raise _signed_already(party)
    party.signatory_name, party.signatory_position = signatory_name, signatory_position
    party.save()
    lifecycle.touch(agreement)
    ledger.record("roster.signatory_named", by=by, subject=agreement, data={"party": str(party.organisation)})
    return agreement


@transaction.atomic
def open_signing(*, agreement_id: str, by: Account) -> Agreement:
    """Give the agreement its number and open it for signature."""
    agreement = lifecycle.take(Agreement, agreement_id)
    _open(agreement, by)
    tell_parties(
        agreement, "roster.agreement_to_sign", say("{number} waits for your signature.", number=agreement.number)
    )
    return agreement


def _open(agreement: Agreement, by: Account) -> None:
    agreement.number = agreement.number or lifecycle.next_number("AG")
    lifecycle.step(agreement, "open_signing", by=by, facts=queries.facts_of(agreement))
    ledger.record("roster.agreement_to_sign", by=by, subject=agreement, data={"number": agreement.number})
    agreement_paper(agreement, by)


@transaction.atomic
def sign_agreement(
    *,
    agreement_id: str,
    organisation_id: ref("roster.organisation") | None = None,
    signed_on: Day | None = None,
    by: Account,
) -> Agreement:
    """A party signs for itself. The last signature brings the agreement into force."""
    agreement = lifecycle.take(Agreement, agreement_id)
    party = _own_party(agreement, organisation_id, by, signing=True)
    _sign(agreement, party, "sign", signed_on or today(), "", by)
    _in_force_when_all_have_signed(agreement, by)
    return agreement


@transaction.atomic
def record_signature(
    *,
    agreement_id: str,
    organisation_id: ref("roster.organisation"),
    paper: Paper,
    signed_on: Day | None = None,
    by: Account,
) -> Agreement:
    """A party signed on paper; say where the paper is kept."""
    agreement = lifecycle.take(Agreement, agreement_id)
    party = _party(agreement, organisation_id)
    _sign(agreement, party, "record_signature", signed_on or today(), require_reason(paper, field="paper"), by)
    _in_force_when_all_have_signed(agreement, by)
    return agreement


def sign_at_ceremony(agreement: Agreement, *, held_on: date, paper: str, by: Account) -> None:
    """All parties that have not signed yet signed on paper, at a ceremony. The agreement is locked by the caller."""
    if agreement.stage == AgreementStage.READY:
        _open(agreement, by)
    for party in agreement.parties.select_related("organisation").filter(signed_at=None):
        _sign(agreement, party, "record_signature", held_on, paper, by)
    _in_force_when_all_have_signed(agreement, by)


def _sign(agreement: Agreement, party: AgreementParty, move: str, signed_on: date, paper: str, by: Account) -> None:
    lifecycle.step(agreement, move, by=by, due_on=agreement.due_on)
    if party.signed_at is not None:
        raise _signed_already(party)
    if signed_on > today():
        raise Refusal(
            "agreements.signed_later", say("A signature cannot lie in the future."),
            say("Enter the day it was signed."), field="signed_on",
        )  # fmt: skip
    party.signed_on, party.signed_at, party.signed_by, party.paper = signed_on, now(), by.pk, paper
    party.save()
    data = {"party": str(party.organisation), "on": signed_on.isoformat(), "on_paper": bool(paper)}
    ledger.record("roster.agreement_signed", by=by, subject=agreement, data=data)


def _in_force_when_all_have_signed(agreement: Agreement, by: Account) -> None:
    signatures = list(agreement.parties.values_list("signed_on", flat=True))
    if not all(signatures):
        return
    agreement.signed_on = max(day for day in signatures if day)
    lifecycle.step(agreement, "come_into_force", by=by, facts=queries.facts_of(agreement))
    data = {"number": agreement.number, "on": agreement.signed_on.isoformat()}
    ledger.record("roster.agreement_in_force", by=by, subject=agreement, data=data)
    agreement_paper(agreement, by)
    _succeed(agreement, by)
    sentence = say("{number} is signed by all and in force.", number=agreement.number)
    tell_parties(agreement, "roster.agreement_in_force", sentence)


def _succeed(agreement: Agreement, by: Account) -> None:
    """What it renews or replaces gives way now, not when this was drafted."""
    if agreement.predecessor_id is None:
        return
    before = lifecycle.take(Agreement, agreement.predecessor_id)
    if before.stage not in rules.IN_FORCE:
        return
    renewal = agreement.succession == Succession.RENEWAL
    lifecycle.step(before, "be_renewed" if renewal else "be_replaced", by=permits.the_program())
    event = "roster.agreement_renewed" if renewal else "roster.agreement_replaced"
    ledger.record(event, by=by, subject=before, data={"number": agreement.number})


@transaction.atomic
def withdraw_agreement(*, agreement_id: str, reason: Reason, by: Account) -> Agreement:
    """Drop an agreement that was not signed by all."""
    agreement = lifecycle.take(Agreement, agreement_id)
    agreement.closed_because = require_reason(reason)
    lifecycle.step(agreement, "withdraw", by=by)
    agreement.ceremonies.filter(signed_here=False).update(dropped=True)
    ledger.record("roster.agreement_withdrawn", by=by, subject=agreement)
    tell_parties(agreement, "roster.agreement_withdrawn", say("The agreement was withdrawn; the reason is on record."))
    return agreement


def _party(agreement: Agreement, organisation_id: str) -> AgreementParty:
    party = agreement.parties.select_related("organisation").filter(organisation_id=organisation_id).first()
    if party is None:
        raise Refusal("agreements.not_a_party", say("This organisation is not a party."), field="organisation_id")
    return party


def _own_party(agreement: Agreement, organisation_id: str | None, by: Account, *, signing: bool) -> AgreementParty:
    """The party the actor speaks for: the one named, or the only one that is still to speak."""
    own = [party for party in agreement.parties.select_related("organisation") if queries.may_speak_for(party, by)]
    if organisation_id:
        own = [party for party in own if party.organisation_id == organisation_id]
    if not own:
        # Seen by the secretariat or another party, who cannot speak for this one; to a stranger it is absent.
        permits.require(by, *PARTY, scopes=[("organisation", organisation_id or "")])
        raise absent()
    still = [p for p in own if (p.signed_at is None if signing else p.opinion == PartyOpinion.OPEN)]
    if len(still) > 1:
        raise Refusal(
            "agreements.which_party",
            say("You speak for more than one party."),
            say("Name the party."),
            field="organisation_id",
        )
    return (still or own)[0]


def _signed_already(party: AgreementParty) -> Refusal:
    return Refusal(
        "agreements.signed_already",
        say("{party} has signed already.", party=str(party.organisation)),
        say("Nothing more is needed from this party."),
    )


def tell_parties(agreement: Agreement, event: str, sentence: Phrase) -> None:
    scopes = [("organisation", key) for key in agreement.parties.values_list("organisation_id", flat=True)]
    notices.tell(notices.holders(*PARTY, scopes=scopes), event, sentence, subject=agreement)
