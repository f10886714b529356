"""CSV rows taken in by columns say the same as rows taken in one by one, whatever a file holds."""

import csv
import io
from collections import Counter
from typing import Any

import pytest
from django.db import DataError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.intake import bundle, counts, hospital, patient, send

from xinglin.exchange.catalogue.models import ItemMapping
from xinglin.exchange.identity.models import Patient
from xinglin.exchange.intake.models import Delivery, Quarantined, Report, Result
from xinglin.exchange.intake.rules import columns
from xinglin.exchange.intake.taking import delivering, meaning, neighbours, reports, results, rows, tables
from xinglin.exchange.intake.taking.loading import sender_of
from xinglin.exchange.intake.taking.parts import ACCEPTED, UNCHANGED, ReportRow, ResultRow, Running, Sender
from xinglin.exchange.intake.taking.rows import Line
from xinglin.exchange.intake.words import FINAL, SUPERSEDED, VOID, Form, ReportStatus, Way
from xinglin.kernel import permits
from xinglin.kernel.models import LedgerEntry

pytestmark = pytest.mark.django_db
HEADINGS = ("patient_id", "name", "report_no", "report_title", "result_id", "code_system", "code", "loinc",
            "item_name", "value", "unit", "low", "high", "flag", "specimen", "specimen_time", "report_time",
            "status", "report_status", "void_reason", "method")  # fmt: skip
CELLS: dict[str, list[str]] = {
    "patient_id": ["p1", "p1", "p2", " p2 ", "p3", "p4", "", "x" * 81],
    "name": ["", "", "", "陈示例", "李示例"],
    "report_no": ["", "R1", "R1", "R2", "R\\3", "R" * 85],
    "report_title": ["", "生化"],
    "result_id": ["", "", "1", "2", "tab\there", "z" * 81],
    "code_system": ["", "urn:his", "http://loinc.org"],
    "code": ["K", "GLU", "14749-6", ""],
    "loinc": ["", "14749-6"],
    "item_name": ["", "钾", "line\nbreak"],
    "value": ["5.1", "5.1", " 7 ", "<0.05", "≥ 3", "阳性", "1e5", "-", "", "9" * 70],
    "unit": ["mmol/L", "mg/dL", "", "Zwerge"],
    "low": ["", "3.9", "x"],
    "high": ["", "6.1"],
    "flag": ["", "HH", "↑"],
    "specimen": ["", "血清"],
    "specimen_time": ["2026-03-01 08:00", "2026/3/1 8:00", "2026-03-02", "", "gestern", "2126-01-01"],
    "report_time": ["2026-03-02 10:00:00", "2026-03-02 11:00", "", "morgen", "2126-01-01"],
    "status": ["", "final", "更正", "作废", "初步", "weird"],
    "report_status": ["", "", "正式", "作废"],
    "void_reason": ["", "溶血"],
    "method": ["", "back\\slash"],
}


@st.composite
def files(draw: st.DrawFn) -> str:
    """A messy file: any columns, few values many times over, rows too short, blank lines."""
    some = draw(st.sets(st.sampled_from(HEADINGS)))
    some |= {"patient_id", "value", "code", "specimen_time"}
    headings = [name for name in HEADINGS if name in some]
    # The first cells of a pool are the usual ones: most rows are good.
    cell = {name: st.sampled_from(CELLS[name]) | st.just(CELLS[name][0]) for name in headings}
    lines = [list(one) for one in draw(st.lists(st.tuples(*cell.values()), min_size=1, max_size=14))]
    for at in draw(st.sets(st.integers(0, len(lines) - 1), max_size=2)):
        lines[at] = draw(st.sampled_from([[], lines[at][:-1], [*lines[at], "more"]]))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([headings, *lines])
    return out.getvalue()


def plainly(organisation: str, text: str) -> Delivery:
    """The same file taken in as a person would: row after row, nothing remembered from one to the next."""
    by = permits.the_program()
    sender = sender_of(organisation, by)
    running = Running(Delivery(organisation_id=organisation, site=sender.site, way=Way.API, form=Form.CSV))
    first, *cells = csv.reader(io.StringIO(text, newline=""))
    plan = columns.layout(text.partition("\n")[0], {})
    assert len(first) == plan.width
    lines = [_line(position, row, plan) for position, row in enumerate(row for row in cells if row)]
    told = {line.said["patient_id"]: rows.facts_of(line.said, sender.site) for line in lines
            if not line.outcome and rows.is_named(line) and {"name"} & line.said.keys()}  # fmt: skip
    known = set(Patient.objects.filter(site=sender.site).values_list("local_id", flat=True))
    neighbours.received(told, by)
    fresh = told.keys() - known
    with transaction.atomic():
        made = [(line, row) for line in lines if (row := _result(sender, line, fresh, running)) is not None]
        _keep(sender, made, running)
        for line in lines:
            running.accepted += line.outcome == ACCEPTED
            running.unchanged += line.outcome == UNCHANGED
        aside = [line for line in lines if line.outcome not in (ACCEPTED, UNCHANGED)]
        running.reasons = Counter(line.outcome for line in aside)
        delivering.write(running, by)
        delivering.set_aside_rows([tables._set_aside(line, running, by) for line in aside])
    running.row.refresh_from_db()
    return running.row


def _line(position: int, cells: list[str], plan: columns.Layout) -> Line:
    return Line(position, columns.cells(cells, plan)) if len(cells) == plan.width else (
        tables._short(position, cells, plan)
    )  # fmt: skip


def _result(sender: Sender, line: Line, fresh: set[str], running: Running) -> ResultRow | None:
    if line.outcome or not rows.is_named(line):
        return None
    name = line.said["patient_id"]
    found = Patient.objects.filter(site=sender.site, local_id=name).first()
    if found is None:
        line.refuse("reference.waiting", awaits=f"Patient/{name}", reference=f"Patient/{name}")
        return None
    running.new_patients.add(found.pk)
    if not rows.is_measured(line.said):
        line.outcome = ACCEPTED if name in fresh else UNCHANGED
        fresh.discard(name)
        return None
    codes = neighbours.codes()
    row = rows.result_row(line, found.pk, sender.site, codes)
    if row is not None:
        said = line.said
        own, number, when = said.get("result_id", ""), said.get("report_no", ""), said.get("specimen_time")
        row.source_id = rows.source_of(own, number, name, when or said.get("report_time", ""), row)
        row.digest = meaning.digest_of(row)
    return row


def _keep(sender: Sender, made: list[tuple[Line, ResultRow]], running: Running) -> None:
    gathered: dict[str, ReportRow] = {}
    for line, row in made:
        if number := line.said.get("report_no", "")[:80]:
            if number not in gathered:
                gathered[number] = rows.report_of(
                    line.said, row.patient, sender.site, running.row.pk, row.effective, row.reported
                )
            gathered[number].names.append(row.source_id)
    outcomes, retired = reports.keep(list(gathered.values()))
    became = dict(zip(gathered, outcomes, strict=True))
    for line, row in made:
        number = line.said.get("report_no", "")[:80]
        if became.get(number, ACCEPTED) not in (ACCEPTED, UNCHANGED):
            line.refuse(became[number], number=number)
            continue
        row.report = gathered[number].pk if number else 0
        name = row.source_id
        [outcome] = results.keep([row])
        if outcome in (ACCEPTED, UNCHANGED):
            line.outcome = outcome
            running.results += 1
        else:
            line.refuse(outcome, number=name)
    moved = [gathered[number] for number, outcome in became.items() if outcome == ACCEPTED]
    if moved and (retired or any(one.status == ReportStatus.VOID for one in moved)):
        reports.attach(moved, set())
    reports.retire(retired)


def held() -> list[tuple[Any, ...]]:
    """Everything that is held, without running numbers and the time of day."""
    people = dict(Patient.objects.values_list("id", "local_id"))
    report = {one.pk: (one.report_no, one.version) for one in Report.objects.all()}
    # An earlier version is named by its digest, which knows the running numbers.
    state: list[tuple[Any, ...]] = [
        ("result", *one.source_id.partition("~")[:2], people[one.patient], one.item, one.effective_at, one.reported_at, one.status, one.flags,
         report.get(one.report), one.number, one.text, one.unit, one.sent, one.local_system, one.local_code,
         one.local_name, one.reference, one.interpretation, one.method, one.instrument)
        for one in Result.objects.all()
    ]  # fmt: skip
    state.sort(key=repr)
    state += [("report", one.report_no, one.version, one.current, one.status, people[one.patient], one.title,
               one.effective_at, one.reported_at, one.void_reason, one.source_id)
              for one in Report.objects.order_by("report_no", "version")]  # fmt: skip
    state += [("aside", one.position, one.reason, one.detail, one.awaits, one.body, one.stage, one.due_on)
              for one in Quarantined.objects.order_by("delivery__created_at", "position")]  # fmt: skip
    state += [("delivery", one.entries, *counts(one), one.reasons, one.patients, one.results)
              for one in Delivery.objects.order_by("created_at")]  # fmt: skip
    return state


def desk() -> set[tuple[Any, ...]]:
    return set(ItemMapping.objects.values_list("local_system", "local_code", "seen"))


def taken(way: Any, text: str) -> tuple[list[Any], list[Any]]:
    """What is held after one load and after a second, and nothing of it remains."""
    with transaction.atomic():
        place = hospital()
        send(place, bundle(patient("p1"), patient("p2", "李示例")))
        way(place, text)
        once = held()
        way(place, text)
        twice = held()
        transaction.set_rollback(True)
    return once, twice


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(files())
def test_by_columns_or_one_by_one_the_same_is_held(text: str) -> None:
    by_columns = taken(lambda place, said: send(place, said.encode(), "示例.csv"), text)
    one_by_one = taken(plainly, text)
    assert by_columns[0] == one_by_one[0]
    assert by_columns[1] == one_by_one[1]


HEADING = "patient_id,report_no,code,item_name,value,unit,specimen_time,report_time,status\n"


def row(value: object, *, number: str = "R1", code: str = "K", status: str = "", issued: str = "10:00") -> str:
    return f"p1,{number},{code},钾,{value},mmol/L,2026-03-01 08:00,2026-03-01 {issued},{status}\n"


def load(place: str, *lines: str) -> Delivery:
    return send(place, (HEADING + "".join(lines)).encode(), "示例.csv")


def test_in_one_part_or_in_many_and_twice_the_same_results_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    place = hospital()
    send(place, bundle(patient()))
    lines = [row(n / 10, number=f"R{n // 7}", code=f"C{n % 7}") for n in range(100)]
    monkeypatch.setattr(tables, "PART", 13)
    assert counts(load(place, *lines)) == (100, 0, 0)
    assert LedgerEntry.objects.filter(event="intake.taken").count() == 1 + 8
    assert counts(load(place, *reversed(lines))) == (0, 100, 0)
    monkeypatch.setattr(tables, "PART", 20_000)
    assert counts(load(place, *lines)) == (0, 100, 0)
    assert Result.objects.count() == 100 and Report.objects.count() == 15


def test_corrected_and_voided_rows_compete_with_what_is_there_and_the_rest_goes_in_together() -> None:
    place = hospital()
    send(place, bundle(patient()))
    load(place, row(5.1), row(140, code="NA"))
    again = load(place, row(5.3, status="更正", issued="11:00"), row(140, code="NA"), row(1, number="R2"))
    assert counts(again) == (2, 1, 0)
    found = {(one.local_code, str(one.number.normalize())): one.status for one in Result.objects.all()}  # type: ignore[union-attr]
    assert found == {("K", "5.1"): SUPERSEDED, ("K", "5.3"): FINAL, ("NA", "1.4E+2"): FINAL, ("K", "1"): FINAL}
    assert counts(load(place, row(1, number="R2", status="作废", issued="12:00"))) == (1, 0, 0)
    assert Report.objects.get(report_no="R2").status == "void"
    assert Result.objects.get(source_id="R2/K").status == VOID
    late = load(place, row(2, number="R2", issued="13:00"), row(3, number="R3"))
    assert counts(late) == (1, 0, 1) and late.reasons == {"report.void": 1}


def test_a_row_the_database_refuses_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    place = hospital()
    send(place, bundle(patient()))
    plain = results.copy_in

    def refusing(lines: Any) -> None:
        if any("BAD" in line for line in lines):
            raise DataError("示例: no such letter")
        plain(lines)

    monkeypatch.setattr(results, "copy_in", refusing)
    good = [row(n, number=f"R{n}") for n in range(9)]
    found = load(place, *good[:4], row(1, number="R99", code="BAD"), "short,row\n", *good[4:])
    assert counts(found) == (9, 0, 2) and found.reasons == {"store.refused": 1, "csv.cells": 1}
    assert [one.position for one in Quarantined.objects.order_by("position")] == [4, 5]


def test_a_letter_that_cannot_be_stored_costs_only_its_row() -> None:
    place = hospital()
    send(place, bundle(patient()))
    good = [row(n, number=f"R{n}") for n in range(200)]
    found = load(place, *good, row("1\x00", number="R999"), row(1, number="R998\x00"))
    assert counts(found) == (200, 0, 2) and found.reasons == {"store.refused": 2}


def test_rows_before_an_unreadable_place_are_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    place = hospital()
    send(place, bundle(patient()))
    content = (HEADING + "".join(row(n, number=f"R{n}") for n in range(3_000))).encode() + b"\xff\xfe\xff,,\n"
    found = send(place, content, "示例.csv")
    assert found.reasons == {"malformed.encoding": 1} and 2_500 < found.accepted < 3_000
    assert Result.objects.count() == found.accepted
