"""The region as sheets, from hospitals that have no FHIR: patients.csv and results.csv, one result per row."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any

from xinglin.exchange.invented.histories import CODES, CORRECTED, FINAL, VOID
from xinglin.exchange.invented.offered import BY_CODE, PANELS, Exam
from xinglin.exchange.invented.places import Hospital
from xinglin.exchange.invented.writing import STATUS, Line, Written

# Headings as intake knows them (docs/how-to/connect-fhir.md).
PATIENT = "patient_id name name_en birth_date sex id_type id_number phone address"
RESULT = (
    "patient_id report_no report_status report_title visit_id specimen_time report_time result_id code_system code "
    "item_name value unit low high flag status conclusion image_url"
)


def write_sheets(
    home: Path, hospital: Hospital, written: Written, mine: Sequence[int], words: Sequence[Line],
    open_text: Callable[[Path, bool], AbstractContextManager[IO[str]]], packed: bool,
) -> int:  # fmt: skip
    """Write both sheets of one hospital; returns how many rows they hold together."""
    with open_text(home / "patients.csv", packed) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(PATIENT.split())
        for record in mine:
            one = written.records[record]
            kind, number = one.documents[0] if one.documents else ("", "")
            writer.writerow([one.local_id, one.name_zh, one.name_en, one.birth_date or "", one.sex, kind, number,
                             one.phone, one.address])  # fmt: skip
    count = len(mine)
    with open_text(home / "results.csv", packed) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(RESULT.split())
        for record in mine:
            rows = _rows(hospital, written, record, words)
            writer.writerows(rows)
            count += len(rows)
    return count


def _rows(hospital: Hospital, written: Written, record: int, words: Sequence[Line]) -> list[list[Any]]:
    rows: list[list[Any]] = []
    local = written.records[record].local_id
    for visit in range(written.visits_of[record], written.visits_of[record + 1]):
        for report in range(written.reports_of[visit], written.reports_of[visit + 1]):
            status = written.statuses[report]
            twice = status in (CORRECTED, VOID)
            for version, said in ((1, FINAL), (2, status)) if twice else ((1, status),):
                issued = written.corrected[report] if version > 1 else written.reported[report]
                for one in range(written.results_of[report], written.results_of[report + 1]):
                    line, code = words[written.items[one]], CODES[written.items[one]]
                    value = (written.firsts if version == 1 else written.values)[one]
                    exam = BY_CODE[code] if line.is_exam else None
                    rows.append([
                        local, f"{hospital.key.upper()}-{report}", STATUS[said],
                        PANELS[written.panels[report]].zh, f"V{visit}", written.effective[report], issued,
                        f"R{report}" if exam else f"O{one}", hospital.system, line.code, line.name,
                        "见结论" if exam else f"{value:.{line.digits}f}", line.unit, _or(line.low), _or(line.high),
                        "HH" if written.critical[one] else "", STATUS[said],
                        exam.findings[report % len(exam.findings)] if isinstance(exam, Exam) else "",
                        f"https://{hospital.key}.example/pacs/R{report}" if exam else "",
                    ])  # fmt: skip
    return rows


def _or(value: float | None) -> float | str:
    return "" if value is None else value
