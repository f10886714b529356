"""A roster file's way into the register: upload, check without writing, import in parts, cancel, go on.

Each part is one transaction: its rows, its refusals, the counts and the place to go on from commit together. A killed
worker therefore goes on exactly behind the last part, and a row is taken once; loading the file again changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from xinglin.kernel import home, jobs, ledger, lifecycle, notices, permits, privacy
from xinglin.kernel.asks import File, Upload
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, packed, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import JobState, Role
from xinglin.roster import sheets
from xinglin.roster.actions.codes import refusal_of
from xinglin.roster.actions.placing import REFUSED, Placed, Register
from xinglin.roster.models import ImportRefusal, ImportRun, RosterFile
from xinglin.roster.rosters import Keyed, Roster, read_roster, source_rows
from xinglin.roster.sheets import PersonRow, RowRefusal, SheetRefused
from xinglin.roster.words.imports import ImportStage, RosterSheet

PART = 2_000
# A file up to this many bytes is checked while the person waits; larger ones by the worker.
CHECKED_AT_ONCE = 256 * 1024
# Days a file stays in the house.
KEPT = 30
# Refused cells that are stored of one file; more would say nothing new.
MOST_REFUSALS = 50_000
Tick = Callable[[int, int], None]
CHECK, IMPORT, FIND = "roster.check_import", "roster.import", "roster.find_duplicates"


def _unheard(_done: int, _total: int) -> None:
    """Nobody watches."""


@dataclass
class Rehearsed:
    """What an import would do."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    proposed: int = 0
    late: list[Placed] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {"created": self.created, "updated": self.updated, "unchanged": self.unchanged}


@transaction.atomic
def rehearse(*, roster: Roster, tick: Tick = _unheard, by: Account) -> Rehearsed:
    """Settle every row without writing anything; the answer the import itself would give now."""
    register = Register(by=by, in_file=frozenset(roster.keys))
    found = Rehearsed()
    for start in range(0, len(roster.rows), PART):
        for placed in register.place(roster.part(start, PART)):
            if placed.outcome == REFUSED:
                found.late.append(placed)
            else:
                setattr(found, placed.outcome, getattr(found, placed.outcome) + 1)
        tick(min(start + PART, len(roster.rows)), len(roster.rows))
    found.proposed = len(register.proposed)
    return found


@transaction.atomic
def upload_roster(*, file: File, sheet: RosterSheet = RosterSheet.AUTO, by: Account) -> ImportRun:
    """Bring an .xlsx, .xls or .csv of organisations or people; it is checked and waits for your word."""
    _require_office(by)
    run = _new_run(file, sheet, by)
    if len(file.content) <= CHECKED_AT_ONCE:
        run = check_run(run_id=run.pk, by=by)
    else:
        run.job_id = jobs.ask(CHECK, by=by, arguments={"run_id": run.pk}).pk
        run.save(update_fields=["job_id"])
    return run


def _require_office(by: Account) -> None:
    if not permits.is_the_program(by):
        permits.require(by, Role.SECRETARIAT)


def _new_run(file: Upload, sheet: RosterSheet, by: Account) -> ImportRun:
    try:
        home.refuse_when_nearly_full()
    except home.HomeProblem as full:
        raise Refusal(full.code, say(full.sentence), say(full.next_step), field="file") from full
    try:
        sheets.guard(file.content)
    except SheetRefused as refused:
        raise refusal_of(refused, "file") from refused
    kept = RosterFile.objects.create(
        name=file.name[-200:], sha256=hashlib.sha256(file.content).hexdigest(), size=len(file.content),
        content=privacy.encrypt_bytes(file.content), kept_until=today() + timedelta(days=KEPT),
    )  # fmt: skip
    run = ImportRun(file=kept, file_name=kept.name, sheet=sheet)
    lifecycle.begin(run, by=by)
    ledger.record("roster.import_uploaded", by=by, subject=run, data={"file": kept.name, "sha256": kept.sha256})
    return run


def _content(run: ImportRun) -> bytes:
    if run.file is None:
        raise Refusal(
            "imports.file_gone", say("The file was removed after {days} days.", days=KEPT), say("Upload it again.")
        )
    return privacy.decrypt_bytes(bytes(run.file.content))


@transaction.atomic
def check_run(*, run_id: str, by: Account) -> ImportRun:
    """Read the file and rehearse the import; the counts and refusals are kept for the person to decide on.

    Raises Refusal at `file` when the file cannot be taken as a whole.
    """
    run = lifecycle.take(ImportRun, run_id)
    roster = _read(run)
    found = rehearse(roster=roster, by=by)
    _keep_reading(run, roster)
    _keep_refusals(run, [_late(placed) for placed in found.late], late=True)
    run.ahead = {**found.counts(), "proposed": found.proposed}
    run.refused = roster.refused_rows + len(found.late)
    lifecycle.step(run, "check", by=permits.the_program())
    ledger.record("roster.import_checked", by=by, subject=run, data={"rows": run.rows, "refused": run.refused})
    return run


def _read(run: ImportRun) -> Roster:
    try:
        return read_roster(_content(run), RosterSheet(run.sheet), day=today())
    except SheetRefused as refused:
        raise refusal_of(refused, "file") from refused


def _keep_reading(run: ImportRun, roster: Roster) -> None:
    run.rows, run.good = roster.total, len(roster.rows)
    run.extra_columns = [name[:80] for name in roster.extra[:100]]
    run.refusals.all().delete()
    _keep_refusals(run, roster.refusals, late=False)


def _late(placed: Placed) -> tuple[str, RowRefusal, tuple[str, ...]]:
    settled = placed.settled
    if settled is None:
        raise TypeError("a refused row without its reason")
    sheet = "people" if isinstance(placed.row, PersonRow) else "organisations"
    return sheet, RowRefusal(placed.row.row, settled.column, settled.reason, settled.params), settled.offers


def _keep_refusals(run: ImportRun, refusals: Sequence[tuple[Any, ...]], *, late: bool) -> None:
    room = max(0, MOST_REFUSALS - (run.refusals.count() if late else 0))
    ImportRefusal.objects.bulk_create([
        ImportRefusal(
            run=run, sheet=sheet, row=one.row, column=one.column, code=one.reason_code, params=_plain(one.params),
            offers=list(offers[0]) if offers else [], late=late,
        )
        for sheet, one, *offers in refusals[:room]
    ], batch_size=2_000)  # fmt: skip


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    return {k: v if isinstance(v, (int, float, bool)) or v is None else str(v).replace("\x00", "")[:300]
            for k, v in params.items()}  # fmt: skip


@transaction.atomic
def begin_import(*, importrun_id: str, by: Account) -> ImportRun:
    """Import what was checked; it runs in the background and can be stopped at any time."""
    run = lifecycle.take(ImportRun, importrun_id)
    lifecycle.step(run, "begin", by=by)
    return _start(run, by)


@transaction.atomic
def resume_import(*, importrun_id: str, by: Account) -> ImportRun:
    """Go on with an import that was cancelled or failed, behind the last row that was taken."""
    run = lifecycle.take(ImportRun, importrun_id)
    _content(run)
    lifecycle.step(run, "resume", by=by)
    run.failure = {}
    return _start(run, by)


def _start(run: ImportRun, by: Account) -> ImportRun:
    # Asked by the one who says so: the job, like the records it makes, carries their name.
    run.job_id = jobs.ask(IMPORT, by=by, arguments={"run_id": run.pk}).pk
    run.save(update_fields=["job_id", "failure"])
    ledger.record("roster.import_begun", by=by, subject=run, data={"taken": run.taken})
    return run


@transaction.atomic
def cancel_import(*, importrun_id: str, by: Account) -> ImportRun:
    """Stop: rows that were taken stay, no further one is. It can be taken up again later."""
    run = lifecycle.take(ImportRun, importrun_id)
    lifecycle.step(run, "cancel", by=by)
    job = jobs.jobs_for(by).filter(pk=run.job_id, state__in=jobs.OPEN).first()
    if job is not None:
        jobs.cancel_job(job_id=job.pk, by=by)
    ledger.record("roster.import_cancelled", by=by, subject=run, data={"taken": run.taken, "good": run.good})
    return run


@transaction.atomic
def import_now(*, file: Upload, sheet: RosterSheet = RosterSheet.AUTO, by: Account) -> ImportRun:
    """Upload and begin at once, without a check that waits for a person: for the command line. Returns the run."""
    if not permits.is_the_program(by):
        raise Refusal("imports.check_first", say("A file is checked before it is imported."))
    run = _new_run(file, sheet, by)
    lifecycle.step(run, "begin_unchecked", by=by)
    return _start(run, by)


@transaction.atomic
def open_run(*, run_id: str, by: Account) -> tuple[ImportRun, Roster]:
    """The run and its rows, read again; a run that begins forgets what a check had found."""
    run = lifecycle.take(ImportRun, run_id)
    roster = _read(run)
    if not run.taken and run.stage == ImportStage.IMPORTING:
        _keep_reading(run, roster)
        run.refused = roster.refused_rows
        run.created = run.updated = run.unchanged = run.proposed = 0
        lifecycle.touch(run)
    return run, roster


@transaction.atomic
def take_part(*, run_id: str, rows: Sequence[Keyed], at: int, in_file: frozenset[str], by: Account) -> ImportRun:
    """Take one part of the rows, all or nothing. Raises jobs.Cancelled when the run was stopped meanwhile.

    `rows` come with their import keys; `in_file` holds those of the whole file.
    """
    register = Register(by=by, in_file=in_file, writing=True)
    register.lock()
    run = lifecycle.take(ImportRun, run_id)
    if run.stage != ImportStage.IMPORTING or run.taken != at:
        raise jobs.Cancelled
    placed = register.place(rows)
    register.write(placed, run_id=run.pk)
    late = [_late(one) for one in placed if one.outcome == REFUSED]
    _keep_refusals(run, late, late=True)
    for name in ("created", "updated", "unchanged", "refused"):
        setattr(run, name, getattr(run, name) + sum(1 for one in placed if one.outcome == name))
    run.proposed += len(register.proposed)
    run.taken += len(rows)
    lifecycle.touch(run)
    return run


@transaction.atomic
def finish_run(*, run_id: str, by: Account) -> ImportRun:
    """Every row was taken: say so, and have doubles looked for among what is new."""
    run = lifecycle.take(ImportRun, run_id)
    lifecycle.step(run, "finish", by=permits.the_program())
    counts = {name: getattr(run, name) for name in ("rows", "created", "updated", "unchanged", "refused")}
    ledger.record("roster.import_finished", by=by, subject=run, data=counts)
    _tell(
        run,
        "roster.import_finished",
        say(
            "The import of “{file}” is done: {created} created, {updated} updated, "
            "{unchanged} unchanged, {refused} refused.",
            file=run.file_name,
            **counts,
        ),
    )
    if run.created or run.proposed:
        jobs.ask(FIND, by=permits.the_program(), arguments={"run_id": run.pk})
    return run


@transaction.atomic
def fail_run(*, run_id: str, refusal: Refusal, by: Account) -> ImportRun | None:
    """The import cannot go on; what was taken stays, and the reason is kept for the page."""
    run = lifecycle.take(ImportRun, run_id)
    if run.stage not in (ImportStage.UPLOADED, ImportStage.IMPORTING):
        return None
    run.failure = {"sentence": packed(refusal.sentence)}
    if refusal.next_step is not None:
        run.failure["next_step"] = packed(refusal.next_step)
    lifecycle.step(run, "fail", by=permits.the_program())
    ledger.record("roster.import_failed", by=by, subject=run, data={"taken": run.taken, "code": refusal.code})
    _tell(run, "roster.import_failed", say("The import of “{file}” stopped: {why}", file=run.file_name,
                                           why=refusal.sentence))  # fmt: skip
    return run


@transaction.atomic
def fail_abandoned(*, by: Account) -> int:
    """Runs whose job was given up (killed again and again): say so on the run. Returns how many."""
    waiting = ImportRun.objects.filter(stage__in=[ImportStage.UPLOADED, ImportStage.IMPORTING]).exclude(job_id="")
    lost = jobs.Job.objects.filter(pk__in=waiting.values("job_id"), state=JobState.FAILED)
    count = 0
    for run in waiting.filter(job_id__in=lost.values("pk")):
        job = lost.get(pk=run.job_id)
        sentence, step = jobs.failure_of(job) or (say("The work was given up."), None)
        fail_run(run_id=run.pk, refusal=Refusal("imports.job", sentence, step), by=by)
        count += 1
    return count


@transaction.atomic
def forget_files(*, by: Account) -> int:
    """Remove roster files whose time is over; the runs stay, with their counts and their ledger. Returns how many."""
    gone = RosterFile.objects.filter(kept_until__lt=today())
    count = gone.count()
    if count:
        gone.delete()
        ledger.record("roster.files_forgotten", by=by, subject=by, data={"count": count})
    return count


def _tell(run: ImportRun, event: str, sentence: Phrase) -> None:
    by = Account.objects.filter(pk=run.created_by, is_active=True).first()
    if by is not None and not permits.is_the_program(by):
        notices.tell([by], event, sentence, subject=run)


@transaction.atomic
def refused_rows_of(*, importrun_id: str, by: Account) -> list[tuple[ImportRefusal, list[Any]]]:
    """Every refusal of an import beside the cells of its row, as long as the file is kept; who read it is on record."""
    _require_office(by)
    run = lifecycle.take(ImportRun, importrun_id)
    found = list(run.refusals.order_by("sheet", "row", "column"))
    cells = {}
    if run.file is not None:
        cells = source_rows(_content(run), RosterSheet(run.sheet), {(one.sheet, one.row) for one in found})
    ledger.record("roster.refused_rows_read", by=by, subject=run, data={"rows": len(cells)})
    return [(one, cells.get((one.sheet, one.row), [])) for one in found]


@transaction.atomic
def rehearsed_refusals(*, roster: Roster, tick: Tick = _unheard, by: Account) -> tuple[dict[str, int], list[Any]]:
    """The counts of a rehearsal, and (sheet, refusal) of every row that would be refused."""
    found = rehearse(roster=roster, tick=tick, by=by)
    return found.counts(), [*roster.refusals, *((sheet, one) for sheet, one, _ in map(_late, found.late))]
