"""What the roster does in the background: each entry calls its actions part by part, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from xinglin.kernel import calendar, jobs, permits
from xinglin.kernel.collecting import undisturbed
from xinglin.kernel.machine import roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions import deadlines, duplicates, exports, imports
from xinglin.roster.queries.duplicates import made_by, unknown_pairs

OFFICE = roles(Role.SECRETARIAT)
PART = imports.PART

_progress: ContextVar[Callable[[int, int], None] | None] = ContextVar("progress", default=None)


@contextmanager
def watching(tick: Callable[[int, int], None]) -> Iterator[None]:
    """Inside, `tick(done, total)` hears how far an import in this very process is."""
    token = _progress.set(tick)
    try:
        yield
    finally:
        _progress.reset(token)


@contextmanager
def _failing(work: jobs.Work, run_id: str) -> Iterator[None]:
    """A refusal ends the run too, not only the job."""
    try:
        yield
    except Refusal as refusal:
        imports.fail_run(run_id=run_id, refusal=refusal, by=work.by)
        raise


@jobs.task(imports.CHECK, say("Check a roster without writing"), roles=OFFICE)
def check_import(work: jobs.Work, *, run_id: str) -> dict[str, Any]:
    with _failing(work, run_id):
        run = imports.check_run(run_id=run_id, by=work.by)
    return {"rows": run.rows, "refused": run.refused}


@jobs.task(imports.IMPORT, say("Import a roster"), roles=OFFICE)
def import_roster(work: jobs.Work, *, run_id: str) -> dict[str, Any]:
    """The file is read again; parts are taken from where the run stands, so a kill costs one part at most."""
    tick = _progress.get() or (lambda _done, _total: None)
    with _failing(work, run_id):
        with work.chunk():
            run, roster = imports.open_run(run_id=run_id, by=work.by)
        in_file, total = frozenset(roster.keys), len(roster.rows)
        work.expect(work.job.done + total - run.taken)
        while run.taken < total:
            rows = roster.part(run.taken, PART)
            with work.chunk(len(rows)), undisturbed():
                run = imports.take_part(run_id=run_id, rows=rows, at=run.taken, in_file=in_file, by=work.by)
            tick(run.taken, total)
        with work.chunk():
            run = imports.finish_run(run_id=run_id, by=work.by)
    return {name: getattr(run, name) for name in ("created", "updated", "unchanged", "refused")}


@jobs.task(exports.EXPORT, say("Write an export of the register"), roles=roles(*exports.EXPORTERS))
def export_roster(work: jobs.Work, *, run_id: str) -> dict[str, Any]:
    work.expect(1)
    with work.chunk(1):
        run = exports.write_export(run_id=run_id, by=work.by)
    return {"rows": run.rows}


@jobs.task(duplicates.FIND, say("Look for records that may be one"))
def find_duplicates(work: jobs.Work, *, run_id: str = "") -> dict[str, Any]:
    """A small import is compared record by record; a large one, and the day's round, everything with everything."""
    made = made_by(run_id) if run_id else []
    offered = 0
    if run_id and len(made) <= duplicates.ONE_BY_ONE:
        work.expect(len(made))
        for part in work.parts(made, of=50):
            with work.chunk(len(part)):
                offered += sum(len(duplicates.look_for(kind=kind, key=key, by=work.by)) for kind, key in part)
        return {"offered": offered, "further": 0}
    pairs = [pair for noun in ("organisation", "person") for pair in unknown_pairs(noun, work.listen)]
    pairs.sort(key=lambda pair: (-pair[3].score, pair[1], pair[2]))
    work.expect(work.job.done + min(len(pairs), duplicates.MOST))
    for start in range(0, min(len(pairs), duplicates.MOST), 200):
        part = pairs[start : min(start + 200, duplicates.MOST)]
        with work.chunk(len(part)):
            offered += duplicates.offer_pairs(pairs=part, by=work.by)
    return {"offered": offered, "further": max(0, len(pairs) - duplicates.MOST)}


calendar.daily("roster.duplicates", lambda _day: duplicates.ask_for_search(by=permits.the_program()))
calendar.daily("roster.abandoned_imports", lambda _day: imports.fail_abandoned(by=permits.the_program()))
calendar.daily("roster.forget_files", lambda _day: imports.forget_files(by=permits.the_program()))
calendar.daily("roster.forget_exports", lambda _day: exports.forget_old_exports(by=permits.the_program()))
calendar.daily("roster.deadlines", lambda _day: sum(deadlines.run_day().values()))
