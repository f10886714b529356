"""One row of a CSV delivery: whom it is about, what it says, or why it cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.intake.models import Quarantined
from xinglin.exchange.intake.rules import columns, times, values
from xinglin.exchange.intake.rules.fitting import unfit
from xinglin.exchange.intake.rules.values import Value
from xinglin.exchange.intake.taking import meaning
from xinglin.exchange.intake.taking.parts import ReportRow, ResultRow, digest16
from xinglin.exchange.intake.words import ReportStatus

# The longest number of a patient, a report or a result of the site's own.
MOST_NAME = 80
# A row with one of these says who the patient is, beside the number.
DESCRIBING = ("name", "family", "name_en", "id_number")


@dataclass(slots=True)
class Line:
    """One row on its way: its fields, and what became of it."""

    position: int
    said: Mapping[str, str]
    outcome: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    awaits: str = ""
    aside: Quarantined | None = None

    def refuse(self, code: str, awaits: str = "", **facts: Any) -> None:
        self.outcome, self.awaits, self.facts = code, awaits, facts


def is_named(line: Line) -> bool:
    """Whether a row says whom it is about, in letters that can be stored; the reason is set where not."""
    name = line.said.get("patient_id", "")
    if any("\x00" in cell for cell in line.said.values()):
        line.refuse("store.refused", why="NUL")
    elif not name:
        line.refuse("csv.no_patient")
    elif len(name) > MOST_NAME:
        line.refuse("entry.bad_id", id=name)
    return not line.outcome


def is_measured(said: Mapping[str, str]) -> bool:
    """Whether a row is a result; otherwise it is one of a list of patients."""
    return any(said.get(name) for name in ("value", "code", "loinc", "item_name"))


def facts_of(said: Mapping[str, str], site: int) -> PatientFacts:
    """A row's patient as identity takes it."""
    name = said.get("name", "")
    if not name and (said.get("family") or said.get("given")):
        family, given = said.get("family", ""), said.get("given", "")
        name = f"{family}{given}" if any("一" <= sign <= "鿿" for sign in family) else f"{given} {family}".strip()
    chinese = any("㐀" <= sign <= "鿿" or sign > "\U00020000" for sign in name)
    born = times.day(said.get("birth_date"))
    kind = said.get("id_type", "").strip().lower()
    number = said.get("id_number", "")
    documents = ((kind if kind in _KINDS else _KINDS.get(kind, "id_card"), number[:60]),) if number else ()
    return PatientFacts(
        site=site, local_id=said["patient_id"], name_zh=name[:120] if chinese else "",
        name_en=(said.get("name_en") or ("" if chinese else name))[:120], birth_date=born,
        sex=columns.SEXES.get(said.get("sex", "").casefold(), 0), phone=said.get("phone", "")[:40],
        address=said.get("address", "")[:300], documents=documents,
    )  # fmt: skip


_KINDS = {
    "01": "id_card", "身份证": "id_card", "居民身份证": "id_card", "id_card": "id_card", "03": "passport",
    "护照": "passport", "passport": "passport", "04": "officer", "军官证": "officer", "officer": "officer",
    "06": "hm_permit", "港澳居民来往内地通行证": "hm_permit", "hm_permit": "hm_permit", "07": "tw_permit",
    "tw_permit": "tw_permit", "香港身份证": "hkid", "hkid": "hkid", "澳门身份证": "macau_bir", "macau_bir": "macau_bir",
    "hmt_residence": "hmt_residence", "permanent_residence": "permanent_residence",
    "birth_certificate": "birth_certificate", "出生医学证明": "birth_certificate",
}  # fmt: skip


def result_row(line: Line, patient: int, site: int, codes: meaning.Codes) -> ResultRow | None:
    """A row as a result, but for its name and digest; None, with the reason set, where it is none."""
    status = status_of(line)
    when = _times_of(line, codes.latest) if status else None
    row = measured(line, status, site, codes) if status and when else None
    if row is None or when is None:
        return None
    row.patient = patient
    row.effective, row.reported = when
    return row


def status_of(line: Line) -> str:
    """FHIR's word for the status of a result; "", with the reason set, for a word nobody knows."""
    said = line.said
    text = said.get("status") or said.get("report_status") or ""
    status = columns.STATUS.get(text.casefold(), "")
    if not status:
        line.refuse("result.status", status=text)
    return status


def _times_of(line: Line, latest: datetime) -> tuple[datetime, datetime] | None:
    """When the specimen was taken and when it was reported; each stands for the other where it is not given."""
    collected, issued = line.said.get("specimen_time"), line.said.get("report_time")
    effective = times.sheet_moment(collected) if collected else None
    reported = times.sheet_moment(issued) if issued else None
    if (collected and effective is None) or (issued and reported is None):
        line.refuse("result.bad_time", text=(collected if effective is None and collected else issued) or "")
        return None
    effective = effective or reported
    if effective is None:
        line.refuse("result.no_time")
        return None
    if effective > latest:
        line.refuse("result.future", when=effective.isoformat())
        return None
    return effective, reported or effective


def measured(line: Line, status: str, site: int, codes: meaning.Codes) -> ResultRow | None:
    """What a row measured, in the item's unit: all of the result but whose it is, when it was and its number."""
    said = line.said
    value = value_of(line)
    if value is None:
        return None
    item = codes.item(site, value.system, value.code, said.get("loinc", ""))
    row = meaning.row_of(
        value, item, codes.snapshot.items.get(item), status=values.STATUSES[status], rank=values.RANK[status]
    )
    row.site, row.method, row.instrument = site, said.get("method", "")[:80], said.get("instrument", "")[:80]
    row.specimen = said.get("specimen", "")[:60]
    row.flags |= unfit(codes.snapshot.items.get(item), method=row.method, specimen=row.specimen)
    return row


def value_of(line: Line) -> Value | None:
    """The value of a row: a number, "<0.05", or text."""
    said = line.said
    code, loinc = said.get("code", ""), said.get("loinc", "")
    name = said.get("item_name", "")
    system = said.get("code_system", "") or ("" if code else values.LOINC if loinc else "")
    value = Value("", system[:120], (code or loinc or name)[:80], name[:200], unit=said.get("unit", "")[:60])
    if not value.code:
        line.refuse("result.no_code")
        return None
    text = said.get("value", "")
    plain = text.lstrip("<>≤≥= ")
    mark = text[: len(text) - len(plain)].strip()
    try:
        number = values.checked(Decimal(plain)) if plain and plain[0] in "0123456789.-+" else None
    except (InvalidOperation, values.BadNumber):
        number = None
        if len(plain) > 60:
            line.refuse("malformed.number", why=plain[:40])
            return None
    if number is not None:
        value.number, value.comparator = number, {"≤": "<=", "≥": ">="}.get(mark, mark)[:2]
    else:
        value.text, value.unit = text[:400], value.unit
    if not text:
        line.refuse("result.bad_value", text="")
        return None
    value.low, value.high = _limit_of(said.get("low")), _limit_of(said.get("high"))
    shown = said.get("reference") or " – ".join(part for part in (said.get("low", ""), said.get("high", "")) if part)
    value.reference, value.interpretation = shown[:120], said.get("flag", "")[:8]
    return value


@lru_cache(maxsize=8192)
def _limit_of(text: str | None) -> Decimal | None:
    if not text:
        return None
    try:
        return values.checked(Decimal(text))
    except (InvalidOperation, values.BadNumber):
        return None


def source_of(own: str, number: str, whom: str, when: str, row: ResultRow) -> str:
    """What names this result for ever: its own number, its report and code, or patient, code and time."""
    if own and len(own) <= MOST_NAME:
        return own
    if number:
        whole = f"{number}/{row.code}"
        return whole if len(whole) <= MOST_NAME else "r-" + digest16(whole.encode()).hex()
    return "r-" + digest16(f"{whom}|{row.system}|{row.code}|{when}".encode()).hex()


def report_of(
    said: Mapping[str, str], patient: int, site: int, delivery: str, effective: datetime, reported: datetime
) -> ReportRow:  # fmt: skip
    """The report a row belongs to, as this row, the first of it, describes it."""
    status = columns.STATUS.get((said.get("report_status") or said.get("status") or "").casefold(), "final")
    stage = meaning.REPORT_STATUS[status]
    number = said["report_no"][:MOST_NAME]
    made = ReportRow(
        site=site, report_no=number, status=stage, rank=values.RANK[status], patient=patient,
        kind="examination" if said.get("image_url") else "laboratory", title=said.get("report_title", "")[:200],
        visit=said.get("visit_id", "")[:80],
        ordered=times.sheet_moment(said["order_time"]) if said.get("order_time") else None, effective=effective,
        reported=reported, doctor=said.get("doctor", "")[:60], auditor=said.get("auditor", "")[:60],
        conclusion=said.get("conclusion", "")[:20_000], image_url=said.get("image_url", "")[:500],
        void_reason=said.get("void_reason", "")[:300],
        void_at=times.sheet_moment(said["void_time"]) if said.get("void_time") else None, source_id=number,
        digest=b"", delivery=delivery,
    )  # fmt: skip
    if stage == ReportStatus.VOID and not made.void_reason:
        made.void_reason = said.get("status", "")
    header = f"{patient}|{stage}|{made.title}|{made.visit}|{reported.timestamp()}|{made.conclusion}"
    made.digest = digest16(header.encode()) * 2
    return made
