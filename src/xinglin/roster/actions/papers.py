"""The papers of the bonds: letters of appointment, agreements, plaques, made from the record as it stands."""

from __future__ import annotations

from typing import Any

from xinglin.kernel import documents
from xinglin.kernel.environment import read
from xinglin.kernel.models import Account, DocumentVersion
from xinglin.kernel.phrases import say
from xinglin.roster.models import Agreement, Appointment, AppointmentTerm, Plaque
from xinglin.roster.words.agreements import PartyRole
from xinglin.roster.words.appointments import AppointmentKind


def letter_of_appointment(appointment: Appointment, term: AppointmentTerm, by: Account) -> DocumentVersion:
    """The letter for one term; the next term's becomes the next version."""
    facts = {
        "number": term.number,
        "person": str(appointment.person),
        "post": say(
            "{kind} of {place}",
            kind=AppointmentKind(appointment.kind).label,
            place=f"{appointment.organisation}{appointment.department}",
        ),
        "starts_on": term.starts,
        "ends_on": term.until,
        "issuer": str(appointment.organisation),
        "issued_on": term.issued_on,
        "note": appointment.duties,
    }
    return documents.produce(template="appointment_letter", subject=appointment, facts=facts, by=by)


def agreement_paper(agreement: Agreement, by: Account) -> DocumentVersion:
    """The agreement as it goes out for signature, and again with its dates once all have signed."""
    facts: dict[str, Any] = {
        "title": agreement.title,
        "number": agreement.number,
        "purpose": agreement.purpose,
        "parties": [
            {
                "name": f"{party.organisation}（{party.on_behalf_of}）"
                if party.on_behalf_of
                else str(party.organisation),
                "role": PartyRole(party.role),
                "representative": f"{party.signatory_name} {party.signatory_position}".strip(),
                "signature": "",
                "signed_on": party.signed_on,
            }
            for party in agreement.parties.select_related("organisation")
        ],
        "deliverables": [{"what": each.what, "due_on": each.due_on} for each in agreement.deliverables.all()],
        "terms": [line for line in agreement.terms.splitlines() if line.strip()],
        "starts_on": agreement.starts,
        "ends_on": agreement.until or say("the day the parties end it"),
    }
    return documents.produce(template="agreement", subject=agreement, facts=facts, by=by)


def plaque_paper(plaque: Plaque, by: Account) -> DocumentVersion:
    """The plaque for the workshop, with the code the public scans."""
    facts = {
        "number": plaque.number,
        "title": plaque.name,
        "holder": f"{plaque.receiving}{plaque.department}",
        "issuer": str(plaque.granting),
        "issued_on": plaque.granted_on,
        "valid_until": plaque.until,
        "verify_at": verification_address(plaque.code or ""),
    }
    return documents.produce(template="plaque", subject=plaque, facts=facts, by=by)


def verification_address(code: str) -> str:
    """Where the public checks a plaque; this is what its QR code says."""
    return f"{read('XINGLIN_URL').rstrip('/')}/v/{code}/"
