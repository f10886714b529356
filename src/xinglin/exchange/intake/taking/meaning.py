"""What entries mean: Observations as result rows, DiagnosticReports as report rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from xinglin.exchange.catalogue.rules.snapshot import ItemFacts, Snapshot
from xinglin.exchange.intake.rules import structs, times, units, values
from xinglin.exchange.intake.rules.fitting import unfit
from xinglin.exchange.intake.rules.values import Value
from xinglin.exchange.intake.taking.parts import Entry, ReportRow, ResultRow, digest16
from xinglin.exchange.intake.words import CORRECTED, CRITICAL, IMAGE, SENSITIVE, UNCONVERTED, VOID, ReportStatus
from xinglin.kernel.clock import now

# A clock may run ahead by a day; what lies further ahead is an error that would make a result fresh for ever.
AHEAD = timedelta(days=1)
_CRITICAL = frozenset({"HH", "LL", "AA", "HU", "LU"})
REPORT_STATUS = {
    "registered": ReportStatus.PRELIMINARY, "partial": ReportStatus.PRELIMINARY,
    "preliminary": ReportStatus.PRELIMINARY, "unknown": ReportStatus.PRELIMINARY, "final": ReportStatus.FINAL,
    "amended": ReportStatus.CORRECTED, "corrected": ReportStatus.CORRECTED, "appended": ReportStatus.CORRECTED,
    "cancelled": ReportStatus.VOID, "entered-in-error": ReportStatus.VOID,
}  # fmt: skip


@dataclass
class Codes:
    """The catalogue as a chunk reads it: what a site's codes mean, and which ones nobody has mapped yet."""

    snapshot: Snapshot
    table_of: Callable[[int], Mapping[tuple[str, str], int]]
    # The latest moment a result may be from.
    latest: datetime = field(default_factory=lambda: now() + AHEAD)
    tables: dict[int, Mapping[tuple[str, str], int]] = field(default_factory=dict)
    # (site, system, code, name, unit, specimen) seen without an item, and how often.
    unmapped: Counter[tuple[int, str, str, str, str, str]] = field(default_factory=Counter)

    def table(self, site: int) -> Mapping[tuple[str, str], int]:
        """The confirmed codes of a site, asked for once."""
        if site not in self.tables:
            self.tables[site] = self.table_of(site)
        return self.tables[site]

    def item(self, site: int, system: str, code: str, loinc: str = "") -> int:
        """The number of the standard item; 0 while nobody has said which."""
        found = self.table(site).get((system, code))
        if found is None:
            found = self.snapshot.by_loinc.get(loinc or (code if system == values.LOINC else ""))
        return found or 0


class Drawn(NamedTuple):
    """What a result was made of: the specimen in the sender's words, and the number of the Specimen that says so."""

    specimen: str = ""
    number: str = ""


def result_rows(entry: Entry, codes: Codes, drawn: Drawn) -> list[ResultRow]:
    """The rows of an Observation; none where it has no value. Sets the entry's outcome when it must be refused."""
    observation = entry.resource
    assert isinstance(observation, structs.Observation)  # noqa: S101 - routed by type
    try:
        read = values.measured(observation)
    except values.BadNumber as bad:
        entry.refuse("malformed.number", why=str(bad))
        return []
    if not _is_possible(entry, read):
        return []
    effective = read.effective or read.reported
    assert effective is not None  # noqa: S101 - just made sure of
    reported = read.reported or _updated(observation) or effective
    loinc = values.loinc_of(observation.code)
    rows = []
    for value in read.values:
        item = codes.item(entry.hospital, value.system, value.code, loinc if not value.suffix else "")
        row = row_of(value, item, codes.snapshot.items.get(item), status=read.status, rank=read.rank)
        row.patient, row.site, row.effective, row.reported = entry.patient, entry.hospital, effective, reported
        row.method, row.instrument, row.entry = read.method, read.instrument, entry
        row.specimen, row.specimen_no = drawn.specimen, drawn.number
        row.flags |= unfit(codes.snapshot.items.get(item), method=read.method, specimen=drawn.specimen)
        row.source_id = entry.key[1] + value.suffix
        row.digest = digest_of(row)
        if not item:
            codes.unmapped[entry.hospital, value.system, value.code, value.name, value.unit, drawn.specimen] += 1
        rows.append(row)
    return rows


def _is_possible(entry: Entry, read: values.Measured) -> bool:
    observation = entry.resource
    assert isinstance(observation, structs.Observation)  # noqa: S101 - routed by type
    if read.status < 0:
        entry.refuse("result.status", status=observation.status or "")
    elif read.values and not any(value.code or value.name for value in read.values):
        entry.refuse("result.no_code")
    elif read.effective is None and (observation.effectiveDateTime or observation.effectiveInstant):
        entry.refuse("result.bad_time", text=observation.effectiveDateTime or observation.effectiveInstant or "")
    elif read.effective is None and read.reported is None:
        entry.refuse("result.no_time")
    elif (read.effective or read.reported or now()) > now() + AHEAD:
        entry.refuse("result.future", when=(read.effective or read.reported or now()).isoformat())
    return not entry.outcome


def _updated(resource: structs.Resource) -> datetime | None:
    return times.moment(resource.meta.last_updated) if resource.meta is not None else None


@lru_cache(maxsize=8192)
def _plan(unit: str, wanted: str, molar_mass: Decimal | None) -> tuple[str, Decimal | None]:
    """The UCUM unit of a spelling, and the factor to the item's unit."""
    ucum = units.normal(unit)
    if not wanted:
        return ucum, Decimal(1)
    by = units.factor(ucum, wanted)
    if by is None and molar_mass is not None:
        by = units.molar_factor(ucum, wanted, molar_mass)
    return ucum, by


def row_of(value: Value, item: int, facts: ItemFacts | None, *, status: int, rank: int) -> ResultRow:
    """A value as a row, in the item's unit, with the flags it earns. The caller fills in who, where and when."""
    flags = values.flags_of(value) | (CORRECTED if rank == 3 else 0)
    sent = ""
    number, unit, text = value.number, value.unit, value.text
    if number is not None:
        sent = f"{value.comparator}{values.plain(number)} {value.unit}".strip()[:120]
        wanted = facts.unit if facts is not None else ""
        ucum, by = _plan(value.unit, wanted, values.molar_mass(value, facts) if facts is not None else None)
        stored = None if by is None else units.stored(number if by == 1 else units.EXACT.multiply(number, by))
        if value.comparator or stored is None:
            # "<0.05" is no number to compare with, and what does not convert is kept as it was sent.
            text = sent
            flags |= UNCONVERTED if not value.comparator else 0
            unit = ucum
            limit = stored
            stored = None
        else:
            unit, limit = (wanted or ucum), stored
        number = stored
        if facts is not None and limit is not None and _beyond(limit, facts):
            flags |= CRITICAL
    if value.interpretation.strip().upper() in _CRITICAL:
        flags |= CRITICAL
    if facts is not None and facts.treating_only:
        flags |= SENSITIVE
    return ResultRow(
        patient=0, item=item, effective=_EPOCH, reported=_EPOCH, site=0, status=status, flags=flags, report=0,
        number=number, text=_clean(text)[:400], unit=unit[:30], sent=_clean(sent or value.text)[:120],
        system=value.system, code=_clean(value.code), name=_clean(value.name), reference=_clean(value.reference),
        interpretation=_clean(value.interpretation), method="", instrument="", source_id="", digest=b"", rank=rank,
    )  # fmt: skip


_EPOCH = datetime(1970, 1, 1, tzinfo=times.CST)


def _clean(text: str) -> str:
    return text.replace("\x00", "") if "\x00" in text else text


def _beyond(number: Decimal, facts: ItemFacts) -> bool:
    """At or beyond a critical limit, both given in the item's unit."""
    low, high = facts.critical_low, facts.critical_high
    return (low is not None and number <= low) or (high is not None and number >= high)


def digest_of(row: ResultRow) -> bytes:
    """What the row says; not what our catalogue makes of it, so that a new mapping changes no digest."""
    before, after = said_of(row)
    effective, reported = row.effective.timestamp(), row.reported.timestamp()
    return digest16(f"{row.patient}{before}{effective}|{reported}{after}".encode("utf-8", "replace"))


def said_of(row: ResultRow) -> tuple[str, str]:
    """The text of the digest between the patient and the times, and behind them."""
    # A Specimen is a resource of its own: what it says of itself may change, which one it is belongs to the result.
    specimen = row.specimen_no or row.specimen
    return (
        f"|{row.system}|{row.code}|{row.name}|{row.sent}|{row.text if not row.sent else ''}|{row.status}|{row.rank}|",
        f"|{row.reference}|{row.interpretation}|{row.method}|{row.instrument}|{specimen}",
    )


def report_row(entry: Entry) -> ReportRow | None:
    """The row of a DiagnosticReport; None, with the reason set, where it must be refused."""
    report = entry.resource
    assert isinstance(report, structs.DiagnosticReport)  # noqa: S101 - routed by type
    status = REPORT_STATUS.get(report.status or "")
    if status is None:
        entry.refuse("result.status", status=report.status or "")
        return None
    period = report.effectivePeriod
    effective = times.moment(report.effectiveDateTime or (period and (period.start or period.end)) or None)
    reported = times.moment(report.issued) or _updated(report) or effective
    if (effective or reported or now()) > now() + AHEAD:
        entry.refuse("result.future", when=(effective or reported or now()).isoformat())
        return None
    found = values.categories(report.category)
    imaging = bool(found & values.IMAGING_CATEGORIES) or bool(report.imagingStudy)
    return ReportRow(
        site=entry.hospital, report_no=entry.key[1], status=status, rank=values.RANK.get(report.status or "", 0),
        patient=entry.patient, kind="examination" if imaging else "laboratory",
        title=_clean(values.coded(report.code)[2])[:200], visit=_tail(report.encounter), ordered=None,
        effective=effective, reported=reported, doctor=_people(report.performer),
        auditor=_people(report.resultsInterpreter), conclusion=_clean(report.conclusion or "")[:20_000],
        image_url=_image(report), void_reason="" if status != ReportStatus.VOID else (report.status or ""),
        void_at=None, source_id=entry.key[1], digest=entry.digest + entry.digest, delivery="", entry=entry,
    )  # fmt: skip


def examination_row(entry: Entry, row: ReportRow, codes: Codes) -> ResultRow | None:
    """An imaging report that names no observations is itself the result of its examination. Not its conclusion."""
    report = entry.resource
    assert isinstance(report, structs.DiagnosticReport)  # noqa: S101 - routed by type
    effective = row.effective or row.reported
    if row.kind != "examination" or report.result or effective is None:
        return None
    system, code, name = values.coded(report.code)
    if not code:
        return None
    item = codes.item(entry.hospital, system, code, values.loinc_of(report.code))
    if not item:
        codes.unmapped[entry.hospital, system, code, name, "", ""] += 1
    status = VOID if row.status == ReportStatus.VOID else values.STATUSES[report.status or ""]
    rank = values.RANK.get(report.status or "", 0)
    made = row_of(Value("", system, code, name), item, codes.snapshot.items.get(item), status=status, rank=rank)
    made.patient, made.site, made.effective, made.reported = (
        entry.patient,
        entry.hospital,
        effective,
        row.reported or effective,
    )
    made.flags |= IMAGE
    made.source_id, made.entry = f"report.{entry.key[1]}", entry
    made.digest = digest_of(made)
    return made


def _tail(reference: structs.Reference | None) -> str:
    text = (reference.reference if reference is not None else "") or ""
    return text.replace(":", "/").rpartition("/")[2][:80]


def _people(references: list[structs.Reference]) -> str:
    return "、".join(one.display for one in references if one.display)[:60]


def _image(report: structs.DiagnosticReport) -> str:
    for form in report.presentedForm:
        if form.url and form.url.startswith(("http://", "https://")) and len(form.url) <= 500:
            return form.url
    for one in (*report.imagingStudy, *(media.link for media in report.media if media.link is not None)):
        if one.reference and len(one.reference) <= 500:
            return one.reference
    return ""
