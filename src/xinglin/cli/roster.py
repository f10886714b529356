"""`xinglin roster`: members and experts from a spreadsheet, into a spreadsheet, and the empty template."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

# Seconds between two looks at an import that another worker took.
LOOK = 0.5


@click.group()
def roster() -> None:
    """Members and experts as spreadsheets: import, export, template."""


@roster.command("import", short_help="Bring in organisations and people.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", type=click.Choice(["auto", "organisations", "people"]), default="auto", show_default=True,
              help="What the file lists; auto reads the headings and takes every sheet it knows.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def import_(file: Path, sheet: str, dry_run: bool, as_json: bool) -> None:
    """Import FILE (.xlsx, .xls or .csv). Refused rows are listed with column and reason; the others are taken.

    Loading a file twice changes nothing. An import that was cut off goes on when a worker runs, or by loading again.
    """
    from xinglin.cli.main import ready, show

    upload = _upload(file)
    ready()
    from xinglin.kernel import permits
    from xinglin.roster import jobs
    from xinglin.roster.actions import imports
    from xinglin.roster.words.imports import RosterSheet

    by, tick = permits.the_program(), _bar()
    if dry_run:
        result = _rehearsed(upload.content, RosterSheet(sheet), tick, by)
    else:
        with jobs.watching(tick):
            result = _imported(imports.import_now(file=upload, sheet=RosterSheet(sheet), by=by))
    if sys.stderr.isatty():
        click.echo(err=True)
    show(result, as_json=as_json, text=_told(result, dry_run))


def _upload(file: Path) -> Any:
    from xinglin.kernel.asks import Upload
    from xinglin.kernel.phrases import say
    from xinglin.kernel.refusals import Refusal

    try:
        return Upload(file.name, file.read_bytes())
    except OSError as error:
        raise Refusal(
            "roster.file", say("{file} cannot be read: {why}.", file=str(file), why=error.strerror or str(error)),
            say("Give the path of an .xlsx, .xls or .csv file."),
        ) from error  # fmt: skip


def _rehearsed(content: bytes, sheet: Any, tick: Any, by: Any) -> dict[str, Any]:
    from xinglin.kernel.clock import today
    from xinglin.roster.actions import imports
    from xinglin.roster.actions.codes import refusal_of
    from xinglin.roster.rosters import read_roster
    from xinglin.roster.sheets import SheetRefused

    try:
        roster = read_roster(content, sheet, day=today())
    except SheetRefused as refused:
        raise refusal_of(refused, "file") from refused
    counts, refused_rows = imports.rehearsed_refusals(roster=roster, tick=tick, by=by)
    listed = [(name, one.row, one.column, one.reason_code, one.params) for name, one in refused_rows]
    return {"rows": roster.total, **counts, "refused": _listed(listed)}


def _imported(run: Any) -> dict[str, Any]:
    import time

    from xinglin.kernel import jobs
    from xinglin.kernel.phrases import say, unpacked
    from xinglin.kernel.refusals import Refusal
    from xinglin.roster.words.imports import ImportStage

    job = jobs.run_now(jobs.Job.objects.get(pk=run.job_id))
    run.refresh_from_db()
    while run.stage == ImportStage.IMPORTING and job.state in jobs.OPEN[1:]:
        # A worker on this home was quicker.
        time.sleep(LOOK)
        job.refresh_from_db()
        run.refresh_from_db()
    if run.stage == ImportStage.FAILED:
        step = run.failure.get("next_step")
        raise Refusal("imports.failed", unpacked(run.failure["sentence"]), unpacked(step) if step else None)
    if run.stage != ImportStage.DONE:
        raise Refusal(
            "imports.stopped", say("The import stopped after {taken} of {good} rows.", taken=run.taken, good=run.good),
            say("Load the file again: rows that were taken stay as they are, the others follow."),
        )  # fmt: skip
    refused = run.refusals.order_by("sheet", "row", "column").values_list("sheet", "row", "column", "code", "params")
    counts = {name: getattr(run, name) for name in ("rows", "created", "updated", "unchanged")}
    return {**counts, "refused": _listed(list(refused))}


def _listed(refused: list[tuple[str, int, str, str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Row, column and reason of each refused cell, organisations first, in the language of the terminal."""
    from django.utils.translation import get_language

    from xinglin.roster import reasons
    from xinglin.roster.sheets import SHEETS

    lang = "zh" if (get_language() or "").startswith("zh") else "en"
    found = []
    for sheet, row, column, code, params in sorted(refused, key=lambda one: one[:3]):
        heading = SHEETS[sheet].column(column)
        params = {**params, "column": heading.zh if lang == "zh" else heading.en}
        parts = (reasons.sentence(code, params, lang), reasons.next_step(code, params, lang))
        found.append({"row": row, "column": column, "reason": ("" if lang == "zh" else " ").join(filter(None, parts))})
    return found


def _told(result: dict[str, Any], dry_run: bool) -> str:
    from django.utils.translation import gettext

    head = gettext("Nothing was written; this is what an import would do.") + "\n" if dry_run else ""
    rows = len({one["row"] for one in result["refused"]})
    counts = gettext("{rows} rows: {created} created, {updated} updated, {unchanged} unchanged, {refused} refused.")
    lines = [f"{one['row']:>7}  {one['column']}: {one['reason']}" for one in result["refused"][:200]]
    if len(result["refused"]) > 200:
        lines.append("…")
    return head + "\n".join([counts.format(**{**result, "refused": rows}), *lines])


def _bar() -> Any:
    """How far it is, on stderr, when somebody is watching."""

    def shown(done: int, total: int) -> None:
        click.echo(f"\r{done:>9,} / {total:,}", nl=False, err=True)

    return shown if sys.stderr.isatty() else lambda _done, _total: None


@roster.command(short_help="Write the register into a spreadsheet.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", type=click.Choice(["both", "organisations", "people"]), default="both", show_default=True)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--personal", is_flag=True, help="With telephone, e-mail and documents; needs --purpose.")
@click.option("--purpose", metavar="TEXT", help="What the personal data is for; it is kept on record.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def export(file: Path, sheet: str, lang: str, personal: bool, purpose: str | None, as_json: bool) -> None:
    """Write organisations and people into FILE (.xlsx, or .csv for one sheet). It can be imported again."""
    from xinglin.cli.main import ready, refuse, show

    form = file.suffix.lower().lstrip(".")
    if form not in ("xlsx", "csv"):
        raise click.BadParameter("the name must end in .xlsx or .csv", param_hint="FILE")
    if form == "csv" and sheet == "both":
        raise click.UsageError("a .csv holds one sheet: give --sheet organisations or --sheet people")
    if personal and not purpose:
        raise click.UsageError("--personal needs --purpose")
    ready()
    from django.db import transaction

    from xinglin.kernel import home, permits, reading
    from xinglin.roster.queries import exports
    from xinglin.roster.words.imports import ExportedSheet, FileForm, FileLanguage

    by = permits.the_program()
    if not file.parent.is_dir():
        refuse(f"There is no folder {file.parent}.", "Make it first, or give another path.")
    with transaction.atomic():
        content, rows = exports.written(
            ExportedSheet(sheet), FileForm(form), FileLanguage(lang), personal=personal, actor=by
        )
        filters = {"sheet": sheet, "personal": str(personal), "purpose": purpose or ""}
        reading.record_export(rows=rows, what="roster.register", filters=filters, by=by)
        home.write_atomically(file.resolve(), content)
    show({"rows": rows, "file": str(file)}, as_json=as_json, text=f"{file}: {rows}")


@roster.command(short_help="Write the empty template.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", type=click.Choice(["both", "organisations", "people"]), default="both", show_default=True)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def template(file: Path, sheet: str, lang: str) -> None:
    """Write an empty workbook to fill in: headings in one language, notes in both, one example row marked 示例."""
    from xinglin.cli.main import ready, refuse

    ready()
    from xinglin.kernel import home
    from xinglin.roster.queries import exports
    from xinglin.roster.words.imports import ExportedSheet, FileLanguage

    if not file.parent.is_dir():
        refuse(f"There is no folder {file.parent}.", "Make it first, or give another path.")
    home.write_atomically(file.resolve(), exports.template(ExportedSheet(sheet), FileLanguage(lang)))
    click.echo(str(file))
