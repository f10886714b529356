"""Results sent by programs: handed to intake as they are, answered with what became of every entry."""

from __future__ import annotations

from typing import Any

from xinglin.exchange.intake.actions.receive import SENDERS, take_in
from xinglin.exchange.intake.queries.desk import quarantined_for
from xinglin.exchange.intake.words import Form, QuarantineReason, Way
from xinglin.kernel import permits
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say, unpacked
from xinglin.kernel.refusals import Refusal
from xinglin.portal.speaking import spoken

# Refused entries that are listed in the answer; all of them are on the delivery's page.
LISTED = 100
FORMS = {
    "application/fhir+json": Form.BUNDLE, "application/json": Form.BUNDLE, "application/fhir+ndjson": Form.NDJSON,
    "application/x-ndjson": Form.NDJSON, "application/ndjson": Form.NDJSON, "text/csv": Form.CSV,
    "text/tab-separated-values": Form.CSV,
}  # fmt: skip
# Content of these types says itself what it is.
OPEN = ("", "application/octet-stream", "application/gzip", "text/plain")
DESCRIPTION: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in FORMS},
    }
}


def send(actor: Account, body: bytes, media: str, organisation: str, name: str) -> tuple[dict[str, Any], int]:
    """The answer to a delivery, and its status: 201 when something new was kept, else 200."""
    form = FORMS.get(media)
    if form is None and media not in OPEN:
        raise Refusal(
            "intake.media", say("Content of the type “{media}” is not read here.", media=media[:80]),
            say("Send application/fhir+json, application/fhir+ndjson or text/csv."),
        )  # fmt: skip
    row = take_in(
        source=body, form=form, organisation_id=_organisation(actor, organisation), way=Way.API,
        name=name.replace("\x00", "")[:200], by=actor,
    )  # fmt: skip
    aside = quarantined_for(permits.the_program()).filter(delivery=row).order_by("position")[:LISTED]
    refused = [
        {"position": one.position, "kind": one.kind, "reason": one.reason,
         "label": spoken(QuarantineReason(one.reason).label), "sentence": spoken(unpacked(one.detail)), "id": one.pk}
        for one in aside
    ]  # fmt: skip
    told = {
        "id": row.pk, "href": f"/intake/delivery/{row.pk}/", "form": row.form, "entries": row.entries,
        "accepted": row.accepted, "unchanged": row.unchanged, "quarantined": row.quarantined,
        "patients": row.patients, "results": row.results, "reasons": row.reasons, "refused": refused,
    }  # fmt: skip
    return told, 201 if row.accepted else 200


def _organisation(actor: Account, named: str) -> str:
    """Whom the account sends for: the hospital it names, or its only one."""
    held = permits.scope_ids(actor, "organisation", *SENDERS)
    if named:
        if named in held or permits.holds(actor, *SENDERS):
            return named
        raise Refusal(
            "intake.not_your_hospital", say("This account does not send for the hospital it names."),
            say("Leave the name out, or ask the secretariat for the role."),
        )  # fmt: skip
    if len(held) != 1:
        raise Refusal(
            "intake.which_hospital", say("It is not clear which hospital this account sends for."),
            say("Name it in the address: ?organisation=…"),
        )  # fmt: skip
    return held[0]
