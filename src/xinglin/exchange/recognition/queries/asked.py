"""The order-entry question for the command line: looked at, shown, and nobody reminded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xinglin.exchange.catalogue.queries import mappings
from xinglin.exchange.catalogue.queries import snapshot as catalogue
from xinglin.exchange.catalogue.rules.snapshot import SiteFacts, Snapshot
from xinglin.exchange.consent.words import Ground
from xinglin.exchange.identity.queries import patients
from xinglin.exchange.recognition.queries.decisions import Value, values
from xinglin.exchange.recognition.queries.order import at_order
from xinglin.exchange.recognition.rules.answer import ItemAnswer
from xinglin.exchange.recognition.rules.hooks import ITEM_SYSTEM, LOINC, Ordered, item_of
from xinglin.kernel.clock import now
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found: per asked code its answer, None for a code nobody mapped."""

    site: SiteFacts
    record: int
    at: datetime
    ground: Ground | None
    lines: list[tuple[str, ItemAnswer | None]]
    values: dict[int, Value]
    snapshot: Snapshot

    def name_of(self, site: int) -> str:
        found = self.snapshot.sites.get(site)
        return found.name if found else str(site)

    def code_of(self, item: int) -> str:
        found = self.snapshot.items.get(item)
        return found.code if found else str(item)


def look(*, patient: str, codes: Sequence[str], place: str, at: datetime | None = None) -> Looked:
    """Answer with the rights of hospital `place` itself. Raises Refusal for a hospital or patient nobody knows."""
    known, moment = catalogue.current(), at or now()
    number = int(place) if place.isascii() and place.isdigit() and len(place) < 5 else known.by_organisation.get(place)
    site = known.sites.get(number) if number is not None else None
    if site is None:
        raise Refusal(
            "recognition.site", say("There is no hospital {site} in the exchange.", site=place[:40]),
            say("Name it by its id in the register or by its number in the exchange."), field="at",
        )  # fmt: skip
    record = _record(patient, site.number)
    if not record:
        raise Refusal(
            "recognition.patient_unknown",
            say("Nobody knows the patient “{patient}” there.", patient=patient[:60]),
            say("Use the hospital's own number, or “kind:number” of a document."),
            field="patient",
        )
    table = mappings.table(site.number)
    numbers = {code: item_of(_order(code), known, table) for code in dict.fromkeys(codes)}
    wanted = [item for item in dict.fromkeys(numbers.values()) if item]
    found = at_order(patient=record, items=wanted, site=site.number, at=moment)
    by_item = {one.item: one for one in found.items}
    shown = [one.result_id for one in found.items if one.result_id]
    return Looked(site, record, moment, found.access.ground,
                  [(code, by_item.get(item)) for code, item in numbers.items()], values(shown), known)  # fmt: skip


def _order(code: str) -> Ordered:
    return Ordered(code, ((ITEM_SYSTEM, code), ("", code), (LOINC, code)), code)


def _record(patient: str, site: int) -> int:
    """A record number: of the hospital's own number, of "#17" itself, or of a document (the hospital's own first)."""
    if patient.startswith("#") and patient[1:].isascii() and patient[1:].isdigit() and len(patient) < 19:
        return int(patient[1:]) if patients.person_of(int(patient[1:])) else 0
    if found := patients.find_at(site, patient):
        return found
    kind, colon, number = patient.partition(":")
    records = patients.find(kind, number) if colon else []
    own = [record for record, (at, _local) in zip(records, patients.numbers_of(records), strict=False) if at == site]
    return (own or records or [0])[0]
