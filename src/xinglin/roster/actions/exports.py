"""The register as a file: what the actor may see, in columns their privacy class allows; the ledger keeps who took what.

Personal columns leave only with the secretariat and a stated purpose (PIPL arts. 6, 51). Small exports are written at
once, larger ones by the worker. The file lies encrypted in the house for a few days.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from xinglin.kernel import home, jobs, ledger, lifecycle, notices, permits, privacy, reading
from xinglin.kernel.asks import Ask, Yes
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Privacy, Role
from xinglin.roster import sheets
from xinglin.roster.models import Affiliation, ExportRun, Organisation, Person, RosterFile
from xinglin.roster.queries import register as queries
from xinglin.roster.words.imports import ExportedSheet, ExportStage, FileForm, FileLanguage
from xinglin.roster.words.register import RecordStage

Purpose = Annotated[str, Ask("line", longest=300)]
EXPORT = "roster.export"
# Up to this many rows are written while the person waits.
WRITTEN_AT_ONCE = 1_000
KEPT = 7
EXPORTERS = (Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.AUTHORITY)
Tick = Callable[[int], None]

# What a column of the sheet is on the record, where the names differ.
_SOURCES = {
    "organisations": {"grading": "level", "parent": "parent"},
    "people": {"organisation": "", "department": "", "position": "", "specialties": "",
               "consent_publish": "consent_publish_at"},
}  # fmt: skip


def personal_columns(sheet: str) -> frozenset[str]:
    """The keys of the columns of a sheet that hold personal data, read from the records' own classes."""
    model = Organisation if sheet == "organisations" else Person
    found = set()
    for column in sheets.SHEETS[sheet].columns:
        source = _SOURCES[sheet].get(column.key, column.key)
        if source and privacy.class_of(model, source) not in (Privacy.PUBLIC, Privacy.ALLIANCE):
            found.add(column.key)
    return frozenset(found)


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
    if sum(rows.count() for rows in _wanted(sheet, by).values()) <= WRITTEN_AT_ONCE:
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
def write_export(*, run_id: str, by: Account, tick: Tick = lambda _count: None) -> ExportRun:
    """Write the file of an export that was asked for, as the one who asked sees the register now."""
    run = lifecycle.take(ExportRun, run_id)
    if run.stage != ExportStage.ASKED:
        return run
    content, count = written(
        ExportedSheet(run.sheet), FileForm(run.form), FileLanguage(run.language), personal=run.personal, by=by,
        tick=tick,
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
    if run.created_by != by.pk:
        permits.require(by, Role.SECRETARIAT)
    kept, run.file = run.file, None
    lifecycle.step(run, "forget", by=by if permits.holds(by, *EXPORTERS) else permits.the_program())
    if kept is not None:
        kept.delete()
    ledger.record("roster.export_forgotten", by=by, subject=run)
    return run


def written(
    sheet: ExportedSheet, form: FileForm, language: FileLanguage, *, personal: bool, by: Account,
    tick: Tick = lambda _count: None,
) -> tuple[bytes, int]:  # fmt: skip
    """The file as bytes, and its rows. Nothing in it is executed by a spreadsheet."""
    wanted = _wanted(sheet, by)
    left_out = frozenset() if personal else frozenset().union(*(personal_columns(key) for key in wanted))
    rows = {key: _rows(key, found, personal) for key, found in wanted.items()}
    if form == FileForm.CSV:
        key, only = next(iter(rows.items()))
        text = io.StringIO(newline="")
        count = sheets.write_csv(text, key, only, str(language), leave_out=left_out, tick=tick)
        return b"\xef\xbb\xbf" + text.getvalue().encode(), count
    target = io.BytesIO()
    count = sheets.write_book(target, rows, str(language), leave_out=left_out, tick=tick)
    return target.getvalue(), count


def _wanted(sheet: ExportedSheet, by: Account) -> dict[str, QuerySet[Any]]:
    program = permits.is_the_program(by)
    found: dict[str, QuerySet[Any]] = {}
    if sheet != ExportedSheet.PEOPLE:
        rows = Organisation.objects.all() if program else queries.organisations_for(by)
        found["organisations"] = rows.exclude(stage=RecordStage.CLOSED).select_related("parent").order_by("pk")
    if sheet != ExportedSheet.ORGANISATIONS:
        people = Person.objects.all() if program else queries.people_for(by).prefetch_related(None)
        live = Affiliation.objects.filter(until=None).select_related("organisation").order_by("-main", "created_at")
        found["people"] = (
            people.exclude(stage=RecordStage.CLOSED).order_by("pk")
            .prefetch_related(Prefetch("affiliations", live, to_attr="places"), "specialties")
        )  # fmt: skip
    return found


def _rows(key: str, found: QuerySet[Any], personal: bool) -> Iterator[dict[str, object]]:
    shown = _organisation_row if key == "organisations" else _person_row
    # Encrypted columns that are not exported are not decrypted either.
    sealed = ("contact_phone", "contact_email") if key == "organisations" else (
        "phone", "email", "licence_number", "document_number")  # fmt: skip
    for one in (found if personal else found.defer(*sealed, "keys")).iterator(chunk_size=2_000):
        yield shown(one, personal)


def _organisation_row(one: Organisation, personal: bool) -> dict[str, object]:
    names = ("name_zh", "name_en", "aliases", "kind", "level", "grade", "ownership", "credit_code", "medical_code",
             "insurance_code", "region", "address", "website", "contact_name", "profile")  # fmt: skip
    row: dict[str, object] = {name: getattr(one, name) for name in names}
    row["parent"] = one.parent.name_zh if one.parent else ""
    if personal:
        row |= {"contact_phone": one.contact_phone, "contact_email": one.contact_email}
    return row


def _person_row(one: Person, personal: bool) -> dict[str, object]:
    names = ("name_zh", "name_latin", "aliases", "sex", "native_region", "practice_region", "title", "title_rank",
             "licence_until", "website", "load_limit", "profile")  # fmt: skip
    row: dict[str, object] = {name: getattr(one, name) for name in names}
    place = next(iter(one.places), None)
    if place is not None:
        row |= {"organisation": place.organisation.name_zh, "department": place.department, "position": place.position}
    row["specialties"] = [s.code for s in sorted(one.specialties.all(), key=lambda s: (not s.main, s.code))]
    row["consent_publish"] = one.consent_publish_at is not None
    if personal:
        more = ("birth_year", "licence_number", "document_kind", "document_number", "phone", "email")
        row |= {name: getattr(one, name) for name in more}
    return row


def forget_old_exports(day: Any) -> int:
    """Say on exports whose file was removed by time that it is gone. Returns how many."""
    count = 0
    for run in ExportRun.objects.filter(stage=ExportStage.READY, file=None):
        forget_export(exportrun_id=run.pk, by=permits.the_program())
        count += 1
    return count


def template(sheet: ExportedSheet, language: FileLanguage) -> bytes:
    """An empty workbook to fill in, with notes in both languages."""
    target = io.BytesIO()
    sheets.write_template(target, str(sheet), str(language))
    return target.getvalue()
