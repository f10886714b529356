"""What the roster does in the background: each entry calls its action, nothing else."""

from __future__ import annotations

from typing import Any

from xinglin.kernel import calendar, jobs
from xinglin.kernel.machine import roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions import deadlines, duplicates, exports, imports
from xinglin.roster.models import ExportRun, ImportRun

OFFICE = roles(Role.SECRETARIAT)


@jobs.task(imports.CHECK, say("Check a roster without writing"), roles=OFFICE)
def check_import(work: jobs.Work, *, run_id: str) -> dict[str, Any]:
    with _failing(work, run_id):
        run = imports.check_run(ImportRun.objects.select_related("file").get(pk=run_id), by=work.by)
    return {"rows": run.rows, "refused": run.refused}


@jobs.task(imports.IMPORT, say("Import a roster"), roles=OFFICE)
def import_roster(work: jobs.Work, *, run_id: str) -> dict[str, Any]:
    with _failing(work, run_id):
        return imports.run_import(work, run_id)


class _failing:  # noqa: N801 - read as a sentence: with _failing(...)
    """A refusal ends the run too, not only the job."""

    def __init__(self, work: jobs.Work, run_id: str) -> None:
        self.work, self.run_id = work, run_id

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, problem: Any, _trace: Any) -> None:
        if isinstance(problem, Refusal):
            imports.fail_run(run_id=self.run_id, refusal=problem, by=self.work.by)


@jobs.task(exports.EXPORT, say("Write an export of the register"), roles=roles(*exports.EXPORTERS))
def export_roster(work: jobs.Work, *, run_id: str) -> dict[str, Any]:
    work.expect(1)
    with work.chunk(1):
        run: ExportRun = exports.write_export(run_id=run_id, by=work.by)
    return {"rows": run.rows}


@jobs.task(duplicates.FIND, say("Look for records that may be one"))
def find_duplicates(work: jobs.Work, *, run_id: str = "") -> dict[str, Any]:
    return duplicates.find_all(work, run_id)


calendar.daily("roster.duplicates", duplicates.ask_for_search)
calendar.daily("roster.abandoned_imports", imports.fail_abandoned)
calendar.daily("roster.forget_files", imports.forget_files)
calendar.daily("roster.forget_exports", exports.forget_old_exports)
calendar.daily("roster.deadlines", lambda _day: sum(deadlines.run_day().values()))
