"""A part of a CSV delivery and what is stored: whose each row is, which are new, which change something, which do not.

Most rows are new or known to the last letter: those go in, or are left, together. What competes with a row that is
there (a correction, a voided value, the same number twice in one part) is decided one by one in `results.keep`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.intake.taking import known, neighbours, reports, resources, results, rows, storing
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
from xinglin.exchange.intake.taking.rows import MOST_NAME, Line
from xinglin.exchange.intake.taking.sheets import UNREADABLE, Moment, Shape, Sheet, moment_of, shape_of
from xinglin.exchange.intake.words import ReportStatus
from xinglin.kernel.models import Account


@dataclass
class People:
    """The patients rows are about: ids by the site's number, why identity refused some, and which are new or changed.

    `fresh` are those of whom no row of the part's list of patients has spoken yet.
    """

    ids: dict[str, int]
    refusals: dict[str, str]
    arrived: set[Key]
    fresh: set[str]


@dataclass
class Settling:
    """What became of the rows of a sheet; and, row by row, of those that are results: where they stand in the sheet,
    whose they are, what they say, and when."""

    outcomes: list[str]
    fresh: set[str]
    refused: dict[int, Line] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)
    patients: list[int] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    effective: list[Moment] = field(default_factory=list)
    reported: list[Moment] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    reports: dict[str, ReportRow] = field(default_factory=dict)

    def refuse(self, at: int, line: Line) -> None:
        self.refused[at] = line
        self.outcomes[at] = line.outcome

    def row(self, one: int) -> ResultRow:
        """A result as `results.keep` takes it."""
        row = self.shapes[one].made(
            self.patients[one], self.effective[one].when, self.reported[one].when, self.names[one], self.digests[one]
        )
        row.report = self._report(one)
        return row

    def _report(self, one: int) -> int:
        number = self.numbers[one]
        return self.reports[number].pk if number else 0

    def copied(self, some: Sequence[int]) -> list[str]:
        """Results as lines of a COPY, in the order of `results.COPIED`."""
        return [
            f"{self.shapes[one].cells}\t{self.patients[one]}\t{self._report(one)}\t{self.effective[one].stored}\t"
            f"{self.reported[one].stored}\t{name}\t\\\\x{self.digests[one].hex()}\n"
            for one, name in zip(some, storing.cells([self.names[one] for one in some]), strict=True)
        ]


def patients(sender: Sender, sheet: Sheet, by: Account) -> People:
    """The ids of the patients the rows are about. Rows that describe the patient bring or change the record."""
    whom = sheet.column("patient_id")
    wanted = {name for name in whom if name and len(name) <= MOST_NAME and "\x00" not in name}
    told: dict[str, PatientFacts] = {}
    describing = [sheet.columns[name] for name in rows.DESCRIBING if name in sheet.columns]
    if describing:
        # Of several rows about one patient the last one stands.
        last = {whom[at]: at for at, said in enumerate(zip(*describing, strict=True))
                if whom[at] in wanted and any(said) and at not in sheet.strange}  # fmt: skip
        told = {name: rows.facts_of(sheet.said(at), sender.site) for name, at in last.items()}
    stands = known.stored(sender.site, [("Patient", name) for name in told])
    digests = {name: digest16(repr(facts).encode()) for name, facts in told.items()}
    fresh = {name: facts for name, facts in told.items()
             if (one := stands.get(("Patient", name))) is None or not one.knows(digests[name])}  # fmt: skip
    ids, refusals = neighbours.received(fresh, by)
    resources.remember(sender.site, {name: (pk, digests[name]) for name, pk in ids.items()})
    others = neighbours.patient_ids(sender.site, wanted - ids.keys() - refusals.keys())
    return People(others | ids, refusals, {("Patient", name) for name in ids}, set(ids))


def settle(sender: Sender, sheet: Sheet, people: People, running: Running) -> Settling:
    """Settle every row of a sheet and store what it brings."""
    settled = Settling([""] * len(sheet), set(people.fresh))
    _read(sender, sheet, people, running, settled)
    unmapped = Counter(shape.seen for shape in settled.shapes if shape.seen is not None)
    _store(sender.site, sheet, settled, running)
    neighbours.propose(unmapped)
    running.new_patients.update(people.ids[name] for name in set(sheet.column("patient_id")) & people.ids.keys())
    return settled


def _read(sender: Sender, sheet: Sheet, people: People, running: Running, settled: Settling) -> None:
    """Find the results among the rows; what is none gets its outcome."""
    latest = sheet.codes.latest.timestamp()
    ids, delivery = people.ids, running.row.pk
    columns = [sheet.column(name) for name in ("patient_id", "report_no", "result_id", "specimen_time", "report_time")]
    for at, (whom, number, own, taken, told, shape, collected, issued) in enumerate(
        zip(*columns, sheet.shapes, sheet.collected, sheet.issued, strict=True)
    ):
        patient = ids.get(whom)
        effective = collected or issued
        if (
            shape is None or not patient or effective is None or effective.second > latest or issued is UNREADABLE
        ):  # fmt: skip
            row = _alone(sender, sheet, at, people, settled)
            if row is None:
                continue
            patient, shape = row.patient, shape_of(row, sheet.said(at))
            effective, issued = moment_of(row.effective), moment_of(row.reported)
        reported = issued or effective
        settled.places.append(at)
        settled.patients.append(patient)
        settled.shapes.append(shape)
        settled.effective.append(effective)
        settled.reported.append(reported)
        settled.names.append(rows.source_of(own, number, whom, taken or told, shape.row))
        said = f"{patient}{shape.before}{effective.stamp}|{reported.stamp}{shape.after}"
        settled.digests.append(digest16(said.encode("utf-8", "replace")))
        number = number[:MOST_NAME]
        settled.numbers.append(number)
        if number and number not in settled.reports:
            settled.reports[number] = rows.report_of(
                sheet.said(at), patient, sender.site, delivery, effective.when, reported.when
            )


def _alone(sender: Sender, sheet: Sheet, at: int, people: People, settled: Settling) -> ResultRow | None:
    """A row that cannot be read by its shape: read by itself, which tells why."""
    said = sheet.said(at)
    line = Line(sheet.positions[at], said)
    row = None
    if rows.is_named(line):
        name = said["patient_id"]
        if name in people.refusals:
            line.refuse("patient.refused", why=people.refusals[name])
        elif not (patient := people.ids.get(name)):
            line.refuse("reference.waiting", awaits=f"Patient/{name}", reference=f"Patient/{name}")
        elif rows.is_measured(said):
            row = rows.result_row(line, patient, sender.site, sheet.codes)
        else:
            # A row of a list of patients; said twice in one list, the second says nothing new.
            settled.outcomes[at] = ACCEPTED if name in settled.fresh else UNCHANGED
            settled.fresh.discard(name)
    if line.outcome:
        settled.refuse(at, line)
    return row


def _store(site: int, sheet: Sheet, settled: Settling, running: Running) -> None:
    report_rows = list(settled.reports.values())
    outcomes, retired = reports.keep(report_rows) if report_rows else ([], [])
    refused: dict[str, str] = {}
    moved: list[ReportRow] = []
    for report, outcome in zip(report_rows, outcomes, strict=True):
        if outcome == ACCEPTED:
            moved.append(report)
        elif outcome != UNCHANGED:
            refused[report.report_no] = outcome
    going: Sequence[int] = range(len(settled.places))
    if refused:
        for one in going:
            if (number := settled.numbers[one]) in refused:
                _refuse(sheet, settled, one, refused[number], number)
        going = [one for one in going if settled.numbers[one] not in refused]
    _keep(site, sheet, settled, going, running)
    if moved and (retired or any(report.status == ReportStatus.VOID for report in moved)):
        for one, number in enumerate(settled.numbers):
            if number:
                settled.reports[number].names.append(settled.names[one])
        reports.attach(moved, set())
    reports.retire(retired)


def _keep(site: int, sheet: Sheet, settled: Settling, going: Sequence[int], running: Running) -> None:
    """Store results: those that are new together, those that compete with others one by one."""
    if not going:
        return
    names, digests = settled.names, settled.digests
    stands = results.known_names(site, [names[one] for one in going])
    times = Counter(names[one] for one in going)
    fresh: Sequence[int] = going
    compete: list[int] = []
    if stands or len(times) < len(going):
        fresh = []
        for one in going:
            name = names[one]
            found = stands.get((site, name))
            if times[name] > 1 or (found is not None and found[1] != digests[one]):
                compete.append(one)
            elif found is None:
                fresh.append(one)
            else:
                settled.outcomes[settled.places[one]] = UNCHANGED
    for one in fresh:
        settled.outcomes[settled.places[one]] = ACCEPTED
    results.copy_in(settled.copied(fresh))
    competing = [settled.row(one) for one in compete]
    running.results += len(going) - len(compete)
    for one, outcome in zip(compete, results.keep(competing, stands), strict=True):
        if outcome in (ACCEPTED, UNCHANGED):
            settled.outcomes[settled.places[one]] = outcome
            running.results += 1
        else:
            _refuse(sheet, settled, one, outcome, names[one])


def _refuse(sheet: Sheet, settled: Settling, one: int, outcome: str, number: str) -> None:
    at = settled.places[one]
    line = Line(sheet.positions[at], sheet.said(at))
    line.refuse(outcome, number=number)
    settled.refuse(at, line)
