"""What results were made of, as their Specimens say it, whichever of the two arrives first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from xinglin.exchange.catalogue.rules.snapshot import Snapshot
from xinglin.exchange.intake.rules import structs
from xinglin.exchange.intake.rules.fitting import LONGEST, examined, unfit
from xinglin.exchange.intake.taking import known, storing
from xinglin.exchange.intake.taking.meaning import Drawn
from xinglin.exchange.intake.taking.parts import Entry
from xinglin.exchange.intake.words import UNFIT

KIND = "Specimen"
# The longest number of a Specimen a result keeps.
MOST_NUMBER = 80


def drawn(site: int, entries: Sequence[Entry]) -> dict[int, Drawn]:
    """What the Observations among `entries` were made of, by the entry's identity: what their Specimen says, contained
    in them, of this chunk or stored; what the reference itself calls it where that has not arrived or cannot be
    followed."""
    numbers: dict[int, str] = {}
    displays: dict[int, str] = {}
    for entry in entries:
        if isinstance(entry.resource, structs.Observation) and (reference := entry.resource.specimen) is not None:
            key = known.followed(entry, reference, KIND)
            numbers[id(entry)] = key[1] if key and key[0] == KIND and len(key[1]) <= MOST_NUMBER else ""
            inside = _contained(entry.resource, reference.reference or "")
            displays[id(entry)] = (inside or reference.display or "").replace("\x00", "")[:LONGEST]
    if not numbers:
        return {}
    here = {one.key[1]: examined(one.resource.type) for one in entries if isinstance(one.resource, structs.Specimen)}
    said = here | _said(site, set(numbers.values()) - here.keys() - {""})
    return {which: Drawn(said.get(number) or displays[which], number) for which, number in numbers.items()}


class _Contained(msgspec.Struct, kw_only=True):
    kind: str = msgspec.field(name="resourceType", default="")
    id: str = ""
    type: structs.CodeableConcept | None = None


_READ = msgspec.json.Decoder(list[_Contained])


def _contained(resource: structs.Observation, reference: str) -> str:
    """What a Specimen inside the Observation itself ("#1") says; "" for none, and for one that cannot be read."""
    if not reference.startswith("#") or resource.contained is msgspec.UNSET:
        return ""
    try:
        inside = _READ.decode(resource.contained)
    except msgspec.DecodeError:
        return ""
    return next((examined(one.type) for one in inside if one.kind == KIND and one.id == reference[1:]), "")


def _said(site: int, numbers: Collection[str]) -> dict[str, str]:
    """What the stored Specimens of a sender with these numbers say of themselves."""
    if not numbers:
        return {}
    rows = storing.rows_of(
        "SELECT source_id, (body -> 'type')::text FROM intake_resource "
        "WHERE site = %s AND kind = %s AND source_id = ANY(%s)", [site, KIND, list(numbers)],
    )  # fmt: skip
    return {number: examined(_type(text)) for number, text in rows}


def _type(text: str | None) -> structs.CodeableConcept | None:
    return msgspec.json.decode(text, type=structs.CodeableConcept | None) if text else None


def meet(site: int, entries: Sequence[Entry], snapshot: Snapshot) -> None:
    """Tell results that arrived before their Specimens, or with what those said before, what these `entries` say.

    A result of another specimen than its item's stands for no order from now on; whoever relied on it is looked at.
    """
    brought = {one.key[1]: one.patient for one in entries if isinstance(one.resource, structs.Specimen)}
    if not brought:
        return
    said = _said(site, brought)
    rows = storing.rows_of(
        # Number by number through the index: of a table that grows faster than it is counted the planner believes that
        # few numbers are all there are, and reads the whole of it.
        "SELECT id, item, method, flags, specimen, specimen_no FROM intake_result WHERE id = ANY(ARRAY("
        "SELECT r.id FROM unnest(%s::text[], %s::bigint[]) AS s(number, patient) CROSS JOIN LATERAL "
        "(SELECT id FROM intake_result WHERE specimen_no = s.number AND specimen_no <> '' "
        "AND (site = %s OR patient = s.patient) OFFSET 0) r)) ORDER BY id FOR UPDATE",
        [list(brought), list(brought.values()), site],
    )
    fell, told = [], []
    for key, item, method, flags, before, number in rows:
        now = said.get(number, "")
        if not now or now == before:
            continue
        fits = (flags & ~UNFIT) | unfit(snapshot.items.get(item), method=method, specimen=now)
        (fell if fits & ~flags else told).append((now, fits, key))
    change = "UPDATE intake_result SET specimen = %s, flags = %s WHERE id = %s"
    storing.run_many(storing.let_fall(change), fell)
    storing.run_many(change, told)
