"""What an order-entry system sends, read: FHIR resources of a CDS Hooks request as plain facts. Pure.

Everything in it is somebody else's: what has another shape than expected is passed over or refused, never trusted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

import msgspec

from xinglin.exchange.catalogue.rules.snapshot import Snapshot
from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.intake.rules import structs, times
from xinglin.exchange.intake.rules.patients import facts_of
from xinglin.exchange.recognition.rules.answer import Wanted
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

LOINC = "http://loinc.org"
ITEM_SYSTEM = "urn:xinglin:item"
MOST_ORDERS = 100
CHINA = timezone(timedelta(hours=8))
ORDER_KINDS = frozenset({"ServiceRequest", "ProcedureRequest", "DiagnosticOrder"})
# Draft orders of these statuses are no orders any more.
ENDED = ("revoked", "cancelled", "entered-in-error", "completed")


class Ordered(NamedTuple):
    """One draft order: its reference ("ServiceRequest/1"), its codes as (system, code), what else it says."""

    reference: str
    codes: tuple[tuple[str, str], ...]
    text: str = ""
    wanted: Wanted | None = None


def orders_of(bundle: Any, selections: Sequence[str] | None = None) -> list[Ordered]:
    """The draft orders of a Bundle; only the selected ones when `selections` names any."""
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    found = []
    wanted = {str(one) for one in selections or ()}
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or resource.get("resourceType") not in ORDER_KINDS:
            continue
        if resource.get("status") in ENDED:
            continue
        number = resource.get("id", "")
        reference = f"{resource['resourceType']}/{_kept(number)[:64]}"
        if wanted and reference not in wanted and str(number) not in wanted:
            continue
        beyond = _wanted(resource) if "bodySite" in resource else None
        found.append(Ordered(reference, *_said(resource.get("code")), beyond))
        if len(found) > MOST_ORDERS:
            raise Refusal(
                "recognition.too_many_orders",
                say("At most {most} orders can be asked about at once.", most=MOST_ORDERS),
                say("Ask in several requests."),
            )
    return found


def _said(concept: Any) -> tuple[tuple[tuple[str, str], ...], str]:
    """What a CodeableConcept says: its codes as (system, code), and in words."""
    if not isinstance(concept, dict):
        return (), ""
    codings, text = concept.get("coding"), concept.get("text")
    if not isinstance(codings, list):
        return (), str(text or "")[:200]
    codes = tuple([(str(one.get("system") or ""), str(one["code"])[:80])
                   for one in codings if isinstance(one, dict) and one.get("code")])  # fmt: skip
    if not text and codings and isinstance(codings[0], dict):
        text = codings[0].get("display")
    return codes, str(text or "")[:200]


def _wanted(resource: Mapping[str, Any]) -> Wanted | None:
    """What the order asks beyond its code, in our own words only: texts and foreign codes are not compared."""
    sites = resource.get("bodySite")
    body = _own(sites[0]) if isinstance(sites, list) and sites else ""
    return Wanted(body_part=body) if body else None


def _own(concept: Any) -> str:
    return next((code for system, code in _said(concept)[0] if system.startswith("urn:xinglin:")), "")


def item_of(order: Ordered, snapshot: Snapshot, table: Mapping[tuple[str, str], int]) -> int:
    """The catalogue's item of an order, 0 for none: our own code, the hospital's confirmed mapping, then LOINC."""
    for system, code in order.codes:
        if system == ITEM_SYSTEM and code in snapshot.by_code:
            return snapshot.by_code[code]
    for key in order.codes:
        if key in table:
            return table[key]
        if not key[0] and (found := [item for (_system, code), item in table.items() if code == key[1]]):
            # A bare code: the hospital's own, whatever it calls its system, if it means one thing only.
            return found[0] if len(set(found)) == 1 else 0
    for system, code in order.codes:
        if system == LOINC and code in snapshot.by_loinc:
            return snapshot.by_loinc[code]
        if not system and code in snapshot.by_code:
            return snapshot.by_code[code]
    return 0


def patient_facts(resource: Any, *, site: int, local_id: str) -> PatientFacts | None:
    """A prefetched Patient as identity takes it in, read as intake reads one; None for anything else.

    Raises Refusal for a misshapen one: a wrong shape or birth date read as "nothing" would lose a document or a person.
    """
    if not isinstance(resource, dict) or resource.get("resourceType") != "Patient":
        return None
    try:
        patient = msgspec.convert(resource, structs.Patient)
    except msgspec.ValidationError:
        raise _misshapen() from None
    if patient.birthDate and times.moment(patient.birthDate) is None:
        raise _misshapen()
    return facts_of(patient, site=site, local_id=local_id)


def _misshapen() -> Refusal:
    return Refusal(
        "recognition.patient_shape",
        say("The prefetched Patient does not have the shape of FHIR R4."),
        say("Leave it out, or correct it; the stored record is used then."),
    )


def last_part(reference: Any) -> str:
    """ "Practitioner/7" or "7" as "7"."""
    return _kept(reference or "").rpartition("/")[2][:60]


def _kept(said: Any) -> str:
    """Text that a database can keep: without the sign that ends a text there."""
    return str(said).replace("\0", "")


def visit_of(encounter: Any, at: datetime) -> str:
    """The hospital's number of the visit; where it sends none, everything of one day is one visit."""
    return last_part(encounter) or f"day:{at.astimezone(CHINA):%Y-%m-%d}"
