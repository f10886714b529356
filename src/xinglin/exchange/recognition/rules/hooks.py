"""What an order-entry system sends, read: FHIR resources of a CDS Hooks request as plain facts. Pure.

Everything in it is somebody else's: what has another shape than expected is passed over or refused, never trusted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from xinglin.exchange.catalogue.rules.snapshot import Snapshot
from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.recognition.rules.answer import Wanted
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

LOINC = "http://loinc.org"
ITEM_SYSTEM = "urn:xinglin:item"
MOST_ORDERS = 100
CHINA = timezone(timedelta(hours=8))
# FHIR gender to GB/T 2261.1.
SEX = {"male": 1, "female": 2, "other": 9}
# Identifier types (HL7 v2-0203, WS/T 364 credentials) and words of systems, to kinds of document (domain 3.1).
DOCUMENTS = {
    "NI": "id_card", "NNCHN": "id_card", "PPN": "passport", "NNHKG": "hkid", "NNMAC": "macau_bir", "NNTWN": "taiwan_id",
    "01": "id_card", "03": "passport", "06": "hm_permit", "07": "tw_permit",
}  # fmt: skip
SYSTEMS = {
    "2.16.156.10011.1.3": "id_card", "id-card": "id_card", "id_card": "id_card", "hkid": "hkid",
    "hm-permit": "hm_permit", "hm_permit": "hm_permit", "hmt-residence": "hmt_residence",
    "hmt_residence": "hmt_residence", "passport": "passport", "macau": "macau_bir",
}  # fmt: skip
ORDER_KINDS = frozenset({"ServiceRequest", "ProcedureRequest", "DiagnosticOrder"})


@dataclass(frozen=True, slots=True)
class Ordered:
    """One draft order: its reference ("ServiceRequest/1"), its codes as (system, code), what else it says."""

    reference: str
    codes: tuple[tuple[str, str], ...]
    text: str = ""
    wanted: Wanted | None = None


def orders_of(bundle: Any, selections: Sequence[str] | None = None) -> list[Ordered]:
    """The draft orders of a Bundle; only the selected ones when `selections` names any."""
    entries = bundle.get("entry") if isinstance(bundle, Mapping) else None
    found = []
    wanted = {str(one) for one in selections or ()}
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, Mapping) else None
        if not isinstance(resource, Mapping) or resource.get("resourceType") not in ORDER_KINDS:
            continue
        if resource.get("status") in ("revoked", "cancelled", "entered-in-error", "completed"):
            continue
        reference = f"{resource['resourceType']}/{str(resource.get('id', ''))[:64]}"
        if wanted and reference not in wanted and str(resource.get("id", "")) not in wanted:
            continue
        found.append(Ordered(reference, _codes(resource.get("code")), _text(resource.get("code")), _wanted(resource)))
        if len(found) > MOST_ORDERS:
            raise Refusal(
                "recognition.too_many_orders",
                say("At most {most} orders can be asked about at once.", most=MOST_ORDERS),
                say("Ask in several requests."),
            )
    return found


def _codes(concept: Any) -> tuple[tuple[str, str], ...]:
    codings = concept.get("coding") if isinstance(concept, Mapping) else None
    return tuple(
        (str(one.get("system") or ""), str(one["code"])[:80])
        for one in (codings if isinstance(codings, list) else ())
        if isinstance(one, Mapping) and one.get("code")
    )


def _text(concept: Any) -> str:
    if not isinstance(concept, Mapping):
        return ""
    codings = concept.get("coding")
    first = codings[0] if isinstance(codings, list) and codings and isinstance(codings[0], Mapping) else {}
    return str(concept.get("text") or first.get("display") or "")[:200]


def _wanted(resource: Mapping[str, Any]) -> Wanted | None:
    """What the order asks beyond its code, in our own words only: texts and foreign codes are not compared."""
    sites = resource.get("bodySite")
    body = _own(sites[0]) if isinstance(sites, list) and sites else ""
    return Wanted(body_part=body) if body else None


def _own(concept: Any) -> str:
    return next((code for system, code in _codes(concept) if system.startswith("urn:xinglin:")), "")


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
    """A prefetched Patient as identity takes it in; None for anything else. Raises Refusal for a misshapen one."""
    if not isinstance(resource, Mapping) or resource.get("resourceType") != "Patient":
        return None
    names = [_name(one) for one in _list(resource, "name")]
    zh = next((name for name in names if name and not name.isascii()), "")
    en = next((name for name in names if name and name.isascii()), "")
    try:
        born = date.fromisoformat(str(resource["birthDate"])) if resource.get("birthDate") else None
    except ValueError:
        raise _misshapen() from None
    phones = [str(one["value"]) for one in _list(resource, "telecom") if one.get("value")
              and one.get("system") in (None, "phone", "sms")]  # fmt: skip
    documents = {(kind, str(one["value"]).strip()[:60]): None for one in _list(resource, "identifier")
                 if one.get("value") and (kind := _document_kind(one))}  # fmt: skip
    return PatientFacts(
        site=site, local_id=local_id, name_zh=zh, name_en=en, birth_date=born,
        sex=SEX.get(str(resource.get("gender")), 0), phone=phones[0][:40] if phones else "",
        documents=tuple(documents), deceased=bool(resource.get("deceasedBoolean") or resource.get("deceasedDateTime")),
    )  # fmt: skip


def _list(resource: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A repeating element; refused when it is none, since a wrong shape read as "nothing" would lose a document."""
    found = resource.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise _misshapen()
    return found


def _name(name: Mapping[str, Any]) -> str:
    if name.get("text"):
        return str(name["text"]).strip()[:120]
    given = name.get("given")
    parts = [str(one) for one in (given if isinstance(given, list) else []) if one]
    family = str(name.get("family") or "")
    if family.isascii() and all(part.isascii() for part in parts):
        return " ".join([*parts, family]).strip()[:120]
    return (family + "".join(parts)).strip()[:120]


def _document_kind(identifier: Mapping[str, Any]) -> str:
    """The kind of document of an identifier; "" for the hospital's own record numbers and what is not known."""
    for _system, code in _codes(identifier.get("type")):
        if code in DOCUMENTS:
            return DOCUMENTS[code]
    system = str(identifier.get("system") or "").casefold()
    return next((kind for word, kind in SYSTEMS.items() if word in system), "")


def _misshapen() -> Refusal:
    return Refusal(
        "recognition.patient_shape",
        say("The prefetched Patient does not have the shape of FHIR R4."),
        say("Leave it out, or correct it; the stored record is used then."),
    )


def last_part(reference: Any) -> str:
    """ "Practitioner/7" or "7" as "7"."""
    return str(reference or "").rpartition("/")[2][:60]


def visit_of(encounter: Any, at: datetime) -> str:
    """The hospital's number of the visit; where it sends none, everything of one day is one visit."""
    return last_part(encounter) or f"day:{at.astimezone(CHINA):%Y-%m-%d}"
