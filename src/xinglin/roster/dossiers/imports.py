"""Roster files in and out, and the duplicates desk, as the house shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.kernel import finding, jobs
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Job
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say, unpacked
from xinglin.kernel.words import JobState, Privacy, Role
from xinglin.roster import reasons
from xinglin.roster.actions import duplicates, exports, imports
from xinglin.roster.dossiers.register import GROUP, specialty_name
from xinglin.roster.duplicates import FINDINGS
from xinglin.roster.finding import find_people
from xinglin.roster.models import Duplicate, ExportRun, ImportRefusal, ImportRun, Organisation, Person
from xinglin.roster.places import place_name
from xinglin.roster.queries import imports as queries
from xinglin.roster.sheets import SHEETS
from xinglin.roster.words.imports import ExportedSheet, FileForm, FileLanguage, ImportStage, Kept, RosterSheet
from xinglin.roster.words.register import OrganisationKind, RecordStage

OFFICE = roles(Role.SECRETARIAT)
PERSONAL = Privacy.PERSONAL
# Refused rows on the page; all of them are in the file that can be fetched.
SHOWN = 200


def reason_of(one: ImportRefusal) -> Phrase:
    """Why a cell was refused, to be spoken in the reader's language."""
    return Phrase(reasons.catalogue()[one.code].en, {**one.params, "column": column_of(one)})


def next_of(one: ImportRefusal) -> Phrase | None:
    step = reasons.catalogue()[one.code].next_en
    return Phrase(step, one.params) if step else None


def column_of(one: ImportRefusal) -> str:
    """A heading in both languages, as the template writes it."""
    try:
        column = SHEETS[one.sheet].column(one.column)
    except KeyError:
        return one.column
    return f"{column.zh} {column.en}"


def _import_facts(run: ImportRun, _actor: Actor) -> Sequence[Fact]:
    ahead = run.ahead if run.stage == ImportStage.CHECKED else {}
    facts = [
        Fact(say("What it lists"), RosterSheet(run.sheet)),
        Fact(say("Rows"), run.rows),
        Fact(say("Would be created"), ahead.get("created")),
        Fact(say("Would be updated"), ahead.get("updated")),
        Fact(say("Would stay unchanged"), ahead.get("unchanged")),
        Fact(say("Organisations that would be proposed as places of work"), ahead.get("proposed") or None),
        Fact(say("Refused rows"), run.refused),
    ]
    if run.stage not in (ImportStage.UPLOADED, ImportStage.CHECKED):
        share = f"{run.taken} / {run.good}" + (f" ({100 * run.taken // run.good} %)" if run.good else "")
        facts += [
            Fact(say("Rows taken so far"), share),
            Fact(say("Created"), run.created),
            Fact(say("Updated"), run.updated),
            Fact(say("Unchanged"), run.unchanged),
            Fact(say("Organisations proposed as places of work"), run.proposed or None),
        ]
    facts.append(Fact(say("Columns nobody asked for"), run.extra_columns or None))
    job = Job.objects.filter(pk=run.job_id).first() if run.job_id else None
    if job is not None and job.state in jobs.OPEN:
        facts.append(Fact(say("Work in the background"), JobState(job.state)))
    if run.failure:
        facts.append(Fact(say("Why it stopped"), unpacked(run.failure["sentence"])))
        if step := run.failure.get("next_step"):
            facts.append(Fact(say("What to do"), unpacked(step)))
    return facts


def _import_sections(run: ImportRun, _actor: Actor) -> Sequence[Section]:
    rows = list(run.refusals.order_by("sheet", "row", "column")[: SHOWN + 1])
    if not rows:
        return []
    title = say("Refused rows")
    if len(rows) > SHOWN:
        title = say("Refused rows: the first {shown}; all are in the file", shown=SHOWN)
    columns = [say("Sheet"), say("Row"), say("Column"), say("Why"), say("What to do"), say("It may be")]
    return [Section(title, columns, [_refusal_cells(one) for one in rows[:SHOWN]])]


def _refusal_cells(one: ImportRefusal) -> list[Any]:
    kind = "roster.person" if one.sheet == "people" and one.column != "organisation" else "roster.organisation"
    offer = Fact(say("It may be"), say("the record"), links=(kind, one.offers[0])) if one.offers else None
    return [RosterSheet(one.sheet), one.row, column_of(one), reason_of(one), next_of(one), offer]


def _export_facts(run: ExportRun, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("What it lists"), ExportedSheet(run.sheet)), Fact(say("Form of the file"), FileForm(run.form)),
        Fact(say("Language"), FileLanguage(run.language)),
        Fact(say("With personal data"), say("yes") if run.personal else say("no")),
        Fact(say("Purpose"), run.purpose or None), Fact(say("Rows"), run.rows),
        Fact(say("Kept until"), run.file.kept_until if run.file else None),
    ]  # fmt: skip


def _link(one: Organisation | Person) -> Fact:
    return Fact(say("Record"), str(one), links=(one._meta.label_lower, one.pk))


def _duplicate_facts(row: Duplicate, _actor: Actor) -> Sequence[Fact]:
    first, second = row.first, row.second
    return [
        Fact(say("The first record"), str(first), links=(first._meta.label_lower, first.pk)),
        Fact(say("The second record"), str(second), links=(second._meta.label_lower, second.pk)),
        Fact(say("How much speaks for one record (0 to 100)"), row.score),
        Fact(say("Which record stays"), Kept(row.kept) if row.kept else None),
        Fact(say("Why"), row.reason or None),
    ]


def _duplicate_sections(row: Duplicate, _actor: Actor) -> Sequence[Section]:
    found = [[Phrase(FINDINGS[one["code"]][0]), f"{one['weight']:+d}", one["detail"] or None] for one in row.findings]
    pairs = _beside(row.first, row.second)
    return [
        Section(say("What speaks for and against"), [say("Finding"), say("Weight"), say("Detail")], found),
        Section(say("Both records side by side"),
                [say("Particular"), say("The first record"), say("The second record")], pairs),
    ]  # fmt: skip


def _beside(first: Any, second: Any) -> list[list[Any]]:
    side: Callable[[Any], list[tuple[Phrase, Any]]] = SIDES[type(first)]
    left, right = side(first), side(second)
    return [[label, one, other] for (label, one), (_label, other) in zip(left, right, strict=True)]


def _organisation_side(one: Organisation) -> list[tuple[Phrase, Any]]:
    return [
        (say("Name"), _link(one)), (say("Stage"), RecordStage(one.stage)), (say("Kind"), OrganisationKind(one.kind)),
        (say("Credit code"), one.credit_code or None), (say("Medical institution code"), one.medical_code or None),
        (say("Region"), place_name(one.region)), (say("Branch of"), str(one.parent) if one.parent else None),
        (say("Also known as"), one.aliases or None), (say("Entered on"), one.created_at),
    ]  # fmt: skip


def _person_side(one: Person) -> list[tuple[Phrase, Any]]:
    places = [str(p.organisation) for p in one.affiliations.filter(until=None).select_related("organisation")]
    return [
        (say("Name"), _link(one)), (say("Stage"), RecordStage(one.stage)), (say("Title"), one.title or None),
        (say("Place of work"), places or None),
        (say("Specialties"), [specialty_name(s.code) for s in one.specialties.all()] or None),
        (say("Native place"), place_name(one.native_region)), (say("Also known as"), one.aliases or None),
        (say("Entered on"), one.created_at),
    ]  # fmt: skip


SIDES: dict[type, Callable[[Any], list[tuple[Phrase, Any]]]] = {Organisation: _organisation_side, Person: _person_side}


def _find_duplicates(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    people = find_people(Person.objects.all(), text).values("pk")
    places = finding.find(Organisation.objects.all(), text).values("pk")
    return rows.filter(Q(first_person__in=people) | Q(second_person__in=people) | Q(first_organisation__in=places)
                       | Q(second_organisation__in=places))  # fmt: skip


def _about(row: Duplicate, _actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for side, one in ((say("The first record"), row.first), (say("The second record"), row.second)):
        yield side, one._meta.label_lower, one


register(Kind(
    name="roster.importrun", model=ImportRun, key="importrun_id", label=say("Roster import"),
    plural=say("Roster imports"), visible=queries.imports_for, title=str, facts=_import_facts,
    sections=_import_sections,
    columns=[
        (say("File"), str), (say("Rows"), lambda run: run.rows), (say("Created"), lambda run: run.created),
        (say("Updated"), lambda run: run.updated), (say("Unchanged"), lambda run: run.unchanged),
        (say("Refused rows"), lambda run: run.refused),
    ],
    verbs=[
        Verb("upload", imports.upload_roster, say("Upload a roster"), opening=True, roles=OFFICE),
        Verb("begin", imports.begin_import, say("Import"), move="begin"),
        Verb("cancel", imports.cancel_import, say("Cancel"), move="cancel", danger=True),
        Verb("resume", imports.resume_import, say("Go on"), move="resume"),
    ],
    group=GROUP,
))  # fmt: skip

register(Kind(
    name="roster.exportrun", model=ExportRun, key="exportrun_id", label=say("Roster export"),
    plural=say("Roster exports"), visible=queries.exports_for, mine=queries.own_exports,
    title=lambda run: run.file.name if run.file else str(run), facts=_export_facts,
    columns=[
        (say("What it lists"), lambda run: ExportedSheet(run.sheet)),
        (say("With personal data"), lambda run: say("yes") if run.personal else say("no")),
        (say("Purpose"), lambda run: run.purpose or None), (say("Rows"), lambda run: run.rows),
        (say("Asked on"), lambda run: run.created_at),
    ],
    verbs=[
        Verb("export", exports.export_roster, say("Export the register"), opening=True,
             roles=roles(*exports.EXPORTERS)),
        Verb("forget", exports.forget_export, say("Remove the file"), move="forget", danger=True),
    ],
    group=GROUP,
))  # fmt: skip

register(Kind(
    name="roster.duplicate", model=Duplicate, key="duplicate_id", label=say("Possible duplicate"),
    plural=say("Possible duplicates"), visible=queries.duplicates_for, title=str, facts=_duplicate_facts,
    sections=_duplicate_sections, related=_about, search=_find_duplicates,
    columns=[
        (say("Records"), str),
        (say("Kind"), lambda row: say("Organisation") if row.first_organisation_id else say("Person")),
        (say("Score"), lambda row: row.score),
        (say("Findings"), lambda row: [Phrase(FINDINGS[one["code"]][0]) for one in row.findings[:3]]),
    ],
    verbs=[
        Verb("link", duplicates.link_records, say("They are the same: link them"), move="link"),
        Verb("tell_apart", duplicates.tell_apart, say("They are different"), move="tell_apart"),
        Verb("put_off", duplicates.put_off, say("Decide later"), move="put_off"),
        Verb("unlink", duplicates.unlink_records, say("Undo the link"), move="unlink", danger=True),
        Verb("look_again", duplicates.look_again, say("Look again"), move="look_again"),
    ],
    group=GROUP,
))  # fmt: skip
