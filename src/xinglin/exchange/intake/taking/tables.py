"""CSV deliveries: rows of results or of patients, in our layout or by the site's column map."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.db import transaction

from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.intake.models import ColumnMap, Quarantined
from xinglin.exchange.intake.rules import columns, times, values
from xinglin.exchange.intake.rules.columns import Layout
from xinglin.exchange.intake.rules.reasons import REASONS, sentence
from xinglin.exchange.intake.rules.values import Value
from xinglin.exchange.intake.taking import delivering, known, meaning, neighbours, reports, resources, results, storing
from xinglin.exchange.intake.taking.opening import MOST_DOCUMENT, Unreadable
from xinglin.exchange.intake.taking.parts import (
    ACCEPTED,
    UNCHANGED,
    Key,
    ReportRow,
    ResultRow,
    Running,
    Sender,
    digest16,
)
from xinglin.exchange.intake.words import Form, QuarantineStage, ReportStatus
from xinglin.kernel.clock import now
from xinglin.kernel.lifecycle import deadline
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import packed

# Rows of one transaction.
PART = 5_000
Out = Callable[[Quarantined, str], None]


@dataclass(slots=True)
class Line:
    """One row on its way: its fields, and what became of it."""

    position: int
    said: dict[str, str]
    outcome: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    awaits: str = ""
    patient: int = 0
    aside: Quarantined | None = None

    def refuse(self, code: str, awaits: str = "", **facts: Any) -> None:
        self.outcome, self.awaits, self.facts = code, awaits, facts


def take_rows(
    sender: Sender, stream: io.BufferedReader, running: Running, *, by: Account, tick: Callable[[int], None],
    arrived: Callable[[set[Key]], None] = lambda _keys: None,
) -> None:  # fmt: skip
    """Take a CSV stream in, part by part, in flat memory. Raises Unreadable for a heading that is none."""
    text = io.TextIOWrapper(stream, _encoding(stream), newline="", errors="strict")
    heading = text.readline(100_000)
    plan = columns.layout(heading.rstrip("\r\n"), mapped(sender.site))
    if plan.missing or plan.width < 2:
        raise Unreadable("csv.columns", columns=", ".join(plan.missing) or heading[:80])
    position = 0
    try:
        for part in _parts(text, plan):
            lines = [Line(position + number, said) if isinstance(said, dict) else _short(position + number, said, plan)
                     for number, said in enumerate(part)]  # fmt: skip
            position += len(part)
            came = take_lines(sender, lines, plan, running, by=by)
            if came:
                arrived(came)
            tick(len(part))
    except UnicodeDecodeError as wrong:
        raise Unreadable("malformed.encoding") from wrong
    finally:
        # The stream is the caller's to close.
        text.detach()


def _encoding(stream: io.BufferedReader) -> str:
    start = stream.peek(65536)[:65536]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        start[: start.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _short(position: int, cells: list[str], plan: Layout) -> Line:
    line = Line(position, {str(number): cell[:200] for number, cell in enumerate(cells[:60])})
    line.refuse("csv.cells", cells=len(cells), columns=plan.width)
    return line


def _parts(text: io.TextIOWrapper, plan: Layout) -> Iterator[list[Any]]:
    """Rows in parts: a dict of fields, or the cells of a row that does not fit the heading."""
    csv.field_size_limit(min(MOST_DOCUMENT, 10_000_000))
    at = list(plan.at.items())
    width = plan.width
    part: list[Any] = []
    for row in csv.reader(text, delimiter=plan.delimiter):
        if not row:
            continue
        if len(row) != width:
            part.append(row)
        else:
            part.append({name: cell for name, place in at if (cell := row[place].strip())})
        if len(part) == PART:
            yield part
            part = []
    if part:
        yield part


def mapped(site: int) -> dict[str, str]:
    """The column map of a site: folded heading to our name."""
    row = ColumnMap.objects.filter(site=site).first()
    return {columns.folded(heading): name for heading, name in row.columns.items()} if row is not None else {}


def take_lines(sender: Sender, lines: list[Line], plan: Layout, running: Running, *, by: Account) -> set[Key]:
    """One part, in one transaction; returns the patients that arrived with it."""
    with storing.site_locked(sender.site):
        ids, arrived = _patients(sender, lines, by)
        _take(sender, lines, ids, {name for _, name in arrived}, running, by)
    running.settle()
    return arrived


def _take(
    sender: Sender, lines: list[Line], ids: Mapping[str, int], fresh: set[str], running: Running, by: Account
) -> None:  # fmt: skip
    with transaction.atomic():
        _settle(sender, lines, ids, fresh, running, by)
        aside = [line for line in lines if line.outcome not in (ACCEPTED, UNCHANGED)]
        for line in lines:
            if line.outcome == ACCEPTED:
                running.accepted += 1
            elif line.outcome == UNCHANGED:
                running.unchanged += 1
            else:
                running.reasons[line.outcome] += 1
        delivering.write(running, by)
        delivering.set_aside_rows([_set_aside(line, running, by) for line in aside])


def _patients(sender: Sender, lines: Sequence[Line], by: Account) -> tuple[dict[str, int], set[Key]]:
    """The ids of the patients the rows are about. Rows that describe the patient bring or change the record."""
    told: dict[str, PatientFacts] = {}
    for line in lines:
        said = line.said
        name = said.get("patient_id", "")
        if not line.outcome and not name:
            line.refuse("csv.no_patient")
        if not line.outcome and len(name) > 80:
            line.refuse("entry.bad_id", id=name)
        if line.outcome or not _described(said):
            continue
        told[name] = facts_of(said, sender.site)
    wanted = {line.said.get("patient_id", "") for line in lines if not line.outcome}
    stands = known.stored(sender.site, [("Patient", name) for name in told])
    digests = {name: digest16(repr(facts).encode()) for name, facts in told.items()}
    fresh = {name: facts for name, facts in told.items()
             if (one := stands.get(("Patient", name))) is None or not one.knows(digests[name])}  # fmt: skip
    ids, refusals = neighbours.received(fresh, by)
    for line in lines:
        if not line.outcome and (why := refusals.get(line.said.get("patient_id", ""))):
            line.refuse("patient.refused", why=why)
    resources.remember(sender.site, {name: (pk, digests[name]) for name, pk in ids.items()})
    others = wanted - ids.keys()
    return neighbours.patient_ids(sender.site, others) | ids, {("Patient", name) for name in ids}


def _described(said: Mapping[str, str]) -> bool:
    return bool({"name", "family", "name_en", "id_number"} & said.keys())


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


def _settle(
    sender: Sender, lines: list[Line], ids: Mapping[str, int], fresh: set[str], running: Running, by: Account
) -> None:  # fmt: skip
    codes = neighbours.codes()
    rows: list[ResultRow] = []
    report_rows: dict[str, ReportRow] = {}
    for line in lines:
        if line.outcome:
            continue
        name = line.said["patient_id"]
        pk = ids.get(name, 0)
        if not pk:
            line.refuse("reference.waiting", awaits=f"Patient/{name}", reference=f"Patient/{name}")
            continue
        line.patient = pk
        running.new_patients.add(pk)
        if not {"value", "code", "loinc", "item_name"} & line.said.keys():
            # A row of a list of patients; said twice in one list, the second says nothing new.
            line.outcome = ACCEPTED if name in fresh else UNCHANGED
            fresh.discard(name)
            continue
        row = result_row(line, sender.site, codes)
        if row is None:
            continue
        row.entry = line
        rows.append(row)
        if number := line.said.get("report_no"):
            _gather(report_rows, number[:80], line, row, sender.site, running)
    _store(list(report_rows.values()), rows, running)
    neighbours.propose(codes.unmapped)


def result_row(line: Line, site: int, codes: meaning.Codes) -> ResultRow | None:
    """A row as a result; None, with the reason set, where it is none."""
    said = line.said
    status = columns.STATUS.get((said.get("status") or said.get("report_status") or "").casefold())
    if status is None:
        line.refuse("result.status", status=said.get("status") or said.get("report_status", ""))
        return None
    collected, issued = said.get("specimen_time"), said.get("report_time")
    effective = times.sheet_moment(collected) if collected else None
    reported = times.sheet_moment(issued) if issued else None
    if (collected and effective is None) or (issued and reported is None):
        line.refuse("result.bad_time", text=(collected if effective is None and collected else issued) or "")
        return None
    effective = effective or reported
    if effective is None:
        line.refuse("result.no_time")
        return None
    if effective > codes.latest:
        line.refuse("result.future", when=effective.isoformat())
        return None
    value = value_of(line)
    if value is None:
        return None
    loinc = said.get("loinc", "")
    item = codes.item(site, value.system, value.code, loinc)
    row = meaning.row_of(
        value, item, codes.snapshot.items.get(item), status=values.STATUSES[status], rank=values.RANK[status]
    )
    row.patient, row.site, row.effective, row.reported = line.patient, site, effective, reported or effective
    row.method, row.instrument = said.get("method", "")[:80], said.get("instrument", "")[:80]
    row.source_id = source_of(said, value)
    row.digest = meaning.digest_of(row)
    if not item:
        codes.unmapped[site, value.system, value.code, value.name, value.unit, said.get("specimen", "")[:60]] += 1
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


def source_of(said: Mapping[str, str], value: Value) -> str:
    """What names this result for ever: its own number, its report and code, or patient, code and time."""
    own = said.get("result_id")
    if own and len(own) <= 80:
        return own
    if number := said.get("report_no"):
        whole = f"{number}/{value.code}"
        return whole if len(whole) <= 80 else "r-" + digest16(whole.encode()).hex()
    when = said.get("specimen_time") or said.get("report_time", "")
    return "r-" + digest16(f"{said['patient_id']}|{value.system}|{value.code}|{when}".encode()).hex()


def _gather(
    found: dict[str, ReportRow], number: str, line: Line, row: ResultRow, site: int, running: Running
) -> None:  # fmt: skip
    said = line.said
    if number in found:
        found[number].names.append(row.source_id)
        return
    status = columns.STATUS.get((said.get("report_status") or said.get("status") or "").casefold(), "final")
    stage = meaning.REPORT_STATUS[status]
    ordered = times.sheet_moment(said.get("order_time", "")) if said.get("order_time") else None
    made = ReportRow(
        site=site, report_no=number, status=stage, rank=values.RANK[status], patient=row.patient,
        kind="examination" if said.get("image_url") else "laboratory", title=said.get("report_title", "")[:200],
        visit=said.get("visit_id", "")[:80], ordered=ordered, effective=row.effective, reported=row.reported,
        doctor=said.get("doctor", "")[:60], auditor=said.get("auditor", "")[:60],
        conclusion=said.get("conclusion", "")[:20_000], image_url=said.get("image_url", "")[:500],
        void_reason=said.get("void_reason", "")[:300],
        void_at=times.sheet_moment(said["void_time"]) if said.get("void_time") else None, source_id=number,
        digest=b"", delivery=running.row.pk, names=[row.source_id],
    )  # fmt: skip
    if stage == ReportStatus.VOID and not made.void_reason:
        made.void_reason = said.get("status", "")
    header = f"{made.patient}|{stage}|{made.title}|{made.visit}|{row.reported.timestamp()}|{made.conclusion}"
    made.digest = digest16(header.encode()) * 2
    found[number] = made


def _store(report_rows: list[ReportRow], rows: list[ResultRow], running: Running) -> None:
    outcomes, retired = reports.keep(report_rows) if report_rows else ([], [])
    numbers: dict[str, ReportRow] = {}
    refused: dict[str, str] = {}
    for report, outcome in zip(report_rows, outcomes, strict=True):
        numbers[report.report_no] = report
        if outcome not in (ACCEPTED, UNCHANGED):
            refused[report.report_no] = outcome
    going = []
    for row in rows:
        number = row.entry.said.get("report_no", "")[:80]
        if number in refused:
            row.entry.refuse(refused[number], number=number)
            continue
        if number:
            row.report = numbers[number].pk
        going.append(row)
    for row, outcome in zip(going, results.keep(going), strict=True):
        if outcome in (ACCEPTED, UNCHANGED):
            row.entry.outcome = outcome
            running.results += 1
        else:
            row.entry.refuse(outcome, number=row.source_id)
    moved = [report for report, outcome in zip(report_rows, outcomes, strict=True) if outcome == ACCEPTED]
    if moved and (retired or any(report.status == ReportStatus.VOID for report in moved)):
        reports.attach(moved, set())
    reports.retire(retired)


def _set_aside(line: Line, running: Running, by: Account) -> Quarantined:
    row = running.row
    made = Quarantined(
        organisation_id=row.organisation_id, site=row.site, delivery_id=row.pk, position=line.position, kind="row",
        form=Form.CSV, reason=line.outcome, detail=packed(sentence(line.outcome, **line.facts)),
        awaits=line.awaits[:160],
        body=json.dumps(line.said, ensure_ascii=False).replace("\x00", "�"),
    )  # fmt: skip
    made.stage, made.created_by = QuarantineStage.WAITING, by.pk
    made.stage_since = made.created_at = now()
    made.due_on = None if REASONS[line.outcome].waits else deadline(made)
    return made


def replay_rows(sender: Sender, asides: list[Quarantined], *, out: Out, still: Callable[..., None], by: Account) -> int:
    """Take quarantined rows in again; how many left the quarantine."""
    if not asides:
        return 0
    lines = []
    for one in asides:
        try:
            said = json.loads(one.body)
        except ValueError:
            said = {}
        line = Line(one.position, {str(name): str(text) for name, text in said.items()})
        line.aside = one
        lines.append(line)
    running = Running(asides[0].delivery, stored=True)
    ids, arrived = _patients(sender, lines, by)
    _settle(sender, lines, ids, {name for _, name in arrived}, running, by)
    left = 0
    for line in lines:
        assert line.aside is not None  # noqa: S101 - made above
        if line.outcome in (ACCEPTED, UNCHANGED):
            out(line.aside, line.outcome)
            left += 1
        else:
            still(line.aside, line.outcome, packed(sentence(line.outcome, **line.facts)), line.awaits)
    return left
