"""The register taken out as a file; the ledger keeps who took what, and what for.

Personal columns leave only with the secretariat and a stated purpose (PIPL arts. 6, 51). Small exports are written at
once, larger ones by the worker. The file lies encrypted in the house for a few days.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Annotated

from django.db import transaction

from xinglin.kernel import home, jobs, ledger, lifecycle, notices, permits, privacy, reading
from xinglin.kernel.asks import Ask, Yes
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role
from xinglin.roster.models import ExportRun, RosterFile
from xinglin.roster.queries import exports as files
from xinglin.roster.words.imports import ExportedSheet, ExportStage, FileForm, FileLanguage

Purpose = Annotated[str, Ask("line", longest=300)]
EXPORT = "roster.export"
# Up to this many rows are written while the person waits.
WRITTEN_AT_ONCE = 1_000
KEPT = 7
EXPORTERS = (Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.AUTHORITY)


@transaction.atomic
def export_roster(
    *,
    sheet: ExportedSheet = ExportedSheet.BOTH,
    form: FileForm = FileForm.XLSX,
    language: FileLanguage = FileLanguage.CHINESE,
    personal: Yes = False,
    purpose: Purpose | None = None,
    by: Account,
) -> ExportRun:
    """Write what you may see of the register into a file. Personal data needs a purpose, and is the secretariat's."""
    _require(by, personal=personal, purpose=purpose, sheet=sheet, form=form)
    run = ExportRun(sheet=sheet, form=form, language=language, personal=personal, purpose=purpose or "")
    lifecycle.begin(run, by=by)
    ledger.record("roster.export_asked", by=by, subject=run, data={
        "sheet": str(sheet), "form": str(form), "personal": personal, "purpose": purpose or ""})  # fmt: skip
    if sum(rows.count() for rows in files.wanted(sheet, by).values()) <= WRITTEN_AT_ONCE:
        return write_export(run_id=run.pk, by=by)
    run.job_id = jobs.ask(EXPORT, by=by, arguments={"run_id": run.pk}).pk
    run.save(update_fields=["job_id"])
    return run


def _require(by: Account, *, personal: bool, purpose: str | None, sheet: ExportedSheet, form: FileForm) -> None:
    if not permits.is_the_program(by) and not {role for role, _ in permits.grants_of(by)} & set(EXPORTERS):
        permits.require(by, *EXPORTERS)
    if personal and not permits.is_the_program(by):
        permits.require(by, Role.SECRETARIAT)
    if personal and not purpose:
        raise Refusal(
            "exports.purpose", say("Personal data leaves the register for a stated purpose only."),
            say("Say what the file is for; it is kept on record."), field="purpose",
        )  # fmt: skip
    if sheet == ExportedSheet.BOTH and form == FileForm.CSV:
        raise Refusal(
            "exports.one_sheet", say("A text table holds one sheet only."),
            say("Choose organisations or people, or an Excel workbook."), field="form",
        )  # fmt: skip


@transaction.atomic
def write_export(*, run_id: str, by: Account) -> ExportRun:
    """Write the file of an export that was asked for, as the one who asked sees the register now."""
    run = lifecycle.take(ExportRun, run_id)
    if run.stage != ExportStage.ASKED:
        return run
    content, count = files.written(
        ExportedSheet(run.sheet), FileForm(run.form), FileLanguage(run.language), personal=run.personal, actor=by,
    )  # fmt: skip
    try:
        home.refuse_when_nearly_full()
    except home.HomeProblem as full:
        raise Refusal(full.code, say(full.sentence), say(full.next_step)) from full
    run.file = RosterFile.objects.create(
        name=f"xinglin-{run.sheet}-{today():%Y%m%d}.{run.form}", sha256=hashlib.sha256(content).hexdigest(),
        size=len(content), content=privacy.encrypt_bytes(content), kept_until=today() + timedelta(days=KEPT),
    )  # fmt: skip
    run.rows = count
    lifecycle.step(run, "write", by=permits.the_program())
    ledger.record("roster.export_written", by=by, subject=run, data={"rows": count})
    filters = {"sheet": run.sheet, "personal": str(run.personal), "purpose": run.purpose}
    reading.record_export(rows=count, what="roster.register", filters=filters, by=by)
    if run.job_id and not permits.is_the_program(by):
        notices.tell([by], "roster.export_written", say("The export you asked for is ready: {rows} rows.", rows=count),
                     subject=run)  # fmt: skip
    return run


@transaction.atomic
def fetch_export(*, exportrun_id: str, by: Account) -> tuple[str, bytes]:
    """The name and content of a written export, for the one who asked for it; that it was fetched is on record."""
    run = lifecycle.take(ExportRun, exportrun_id)
    if run.created_by != by.pk or run.file is None or run.stage != ExportStage.READY:
        raise absent()
    if run.personal:
        permits.require(by, Role.SECRETARIAT)
    ledger.record("roster.export_fetched", by=by, subject=run, data={"rows": run.rows})
    return run.file.name, privacy.decrypt_bytes(bytes(run.file.content))


@transaction.atomic
def forget_export(*, exportrun_id: str, by: Account) -> ExportRun:
    """Remove the file of an export before its time; what was exported, when and why stays on record."""
    run = lifecycle.take(ExportRun, exportrun_id)
    if run.created_by != by.pk and not permits.is_the_program(by):
        permits.require(by, Role.SECRETARIAT)
    kept, run.file = run.file, None
    lifecycle.step(run, "forget", by=by if permits.holds(by, *EXPORTERS) else permits.the_program())
    if kept is not None:
        kept.delete()
    ledger.record("roster.export_forgotten", by=by, subject=run)
    return run


@transaction.atomic
def forget_old_exports(*, by: Account) -> int:
    """Say on exports whose file was removed by time that it is gone. Returns how many."""
    count = 0
    for run in ExportRun.objects.filter(stage=ExportStage.READY, file=None):
        forget_export(exportrun_id=run.pk, by=by)
        count += 1
    return count
