"""Rows of a spreadsheet beside the register: found, new, or a person's question; then written, all of a part at once.

One `Register` serves one part of an import, or a whole dry run (which reads and never writes). What a row of the part
has just made counts as on record for the rows after it, so parts of any size give the same answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.db.models import Q

from xinglin.kernel import copying, ledger
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.models.base import new_id
from xinglin.kernel.privacy import fingerprint
from xinglin.roster import regions
from xinglin.roster.finding import document_hash, index_organisation, index_person, person_keys
from xinglin.roster.models import Affiliation, Organisation, Person, PersonSpecialty
from xinglin.roster.rosters import Keyed
from xinglin.roster.rules.imports import (
    KnownOrganisation,
    KnownPerson,
    Settled,
    kind_by_name,
    near,
    settle_organisation,
    settle_person,
)
from xinglin.roster.sheets import OrganisationRow, PersonRow
from xinglin.roster.words.register import OrganisationKind, RecordStage

CREATED, UPDATED, UNCHANGED, REFUSED = "created", "updated", "unchanged", "refused"
# Imports queue here, part by part: two imports of one file at once give one set of records.
LOCK = 0x524F5354

ORGANISATION_CELLS = (
    "name_zh", "name_en", "ownership", "credit_code", "medical_code", "insurance_code", "region", "address", "website",
    "contact_name", "contact_phone", "contact_email", "profile",
)  # fmt: skip
# What a place of work is recognised by.
PLACE_CELLS = ("name_zh", "credit_code", "region", "parent", "stage", "same_as")
PERSON_CELLS = (
    "name_zh", "name_latin", "birth_year", "native_region", "practice_region", "title", "licence_number",
    "licence_until", "phone", "email", "website", "load_limit", "profile",
)  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """What became of a row. `subject` is the record; `settled` says why not, when it was refused."""

    row: OrganisationRow | PersonRow
    outcome: str
    subject: Any = None
    changed: tuple[str, ...] = ()
    settled: Settled | None = None


@dataclass
class Register:
    """The part of the register that some rows touch, in memory."""

    by: Account
    in_file: Collection[str] = frozenset()
    writing: bool = False
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    # What decides about a person, without the person: namesakes are many, and their encrypted columns stay closed.
    known: dict[str, KnownPerson] = field(default_factory=dict)
    doubles: dict[str, str] = field(default_factory=dict)
    places: dict[str, list[Affiliation]] = field(default_factory=dict)
    codes: dict[str, list[str]] = field(default_factory=dict)
    # Index: ("name", 名), ("code", …), ("doc", hash), ("key", hash), ("latin", …) to ids of records.
    index: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    looked: set[tuple[str, str]] = field(default_factory=set)
    new_organisations: list[Organisation] = field(default_factory=list)
    proposed: list[Organisation] = field(default_factory=list)
    new_people: list[Person] = field(default_factory=list)
    new_places: list[Affiliation] = field(default_factory=list)
    changed_places: dict[str, Affiliation] = field(default_factory=dict)
    changed: dict[str, set[str]] = field(default_factory=dict)
    new_codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)

    def lock(self) -> None:
        """Wait until no other import is in the middle of a part; first thing in the part's transaction."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])

    def place(self, rows: Sequence[Keyed]) -> list[Placed]:
        """Settle rows (each with its import key) in their order: organisations first, then those who work there."""
        organisations = [row for row, _key in rows if isinstance(row, OrganisationRow)]
        people = [(row, key) for row, key in rows if isinstance(row, PersonRow)]
        self._load_organisations(organisations, [row.organisation for row, _key in people])
        placed = [self._place_organisation(row) for row in organisations]
        self._load_people(people)
        settled = [self._settle_person(row, key) for row, key in people]
        self._open_people([one.key for _row, one, _mine, _place in settled if one is not None and one.key])
        return placed + [self._place_person(*one) for one in settled]

    # Loading: everything a part may touch, in a handful of queries.

    def _fresh(self, kind: str, values: Iterable[str]) -> list[str]:
        wanted = {value for value in values if value and (kind, value) not in self.looked}
        self.looked.update((kind, value) for value in wanted)
        return sorted(wanted)

    def _load_organisations(self, rows: Sequence[OrganisationRow], workplaces: Sequence[str]) -> None:
        """Those that rows describe, whole; of those that are only somebody's place of work, what decides."""
        names = self._fresh("name", [name for row in rows for name in (row.name_zh, row.parent)])
        codes = self._fresh("code", [row.credit_code for row in rows])
        if names or codes:
            self._take_organisations(Organisation.objects.filter(Q(name_zh__among=names) | Q(credit_code__among=codes)))
        places = self._fresh("name", workplaces)
        if places:
            self._take_organisations(Organisation.objects.filter(name_zh__among=places).only(*PLACE_CELLS))
        unknown = [name for name in (*names, *places) if ("name", name) not in self.index]
        if unknown:
            self._take_organisations(Organisation.objects.filter(aliases__overlap=unknown), aliases=True)

    def _take_organisations(self, found: Any, *, aliases: bool = False) -> None:
        for one in found.select_for_update(of=("self",)).order_by("pk") if self.writing else found.order_by("pk"):
            one = self.organisations.setdefault(one.pk, one)
            self._point(one.pk, ("name", one.name_zh), ("code", one.credit_code))
            for alias in one.aliases if aliases else ():
                self._point(one.pk, ("alias", alias))

    def _load_people(self, keys: Sequence[tuple[PersonRow, str]]) -> None:
        rows = [row for row, _key in keys]
        hashes = self._fresh("doc", [document_hash(r.document.kind, r.document.match_key) for r in rows if r.document])
        fits = Q(import_key__among=self._fresh("key", [key for _row, key in keys]))
        fits |= Q(name_zh__among=self._fresh("person", [row.name_zh for row in rows]))
        latin = self._fresh("latin", [row.name_latin for row in rows if not row.name_zh])
        fits |= Q(name_latin__among=latin) if latin else Q()
        fits |= Q(document_hash__among=hashes) if hashes else Q()
        columns = ("pk", "same_as_id", "name_zh", "name_latin", "aliases", "birth_year", "sex", "document_hash",
                   "document_kind", "phone_hash", "email_hash", "import_key", "stage")  # fmt: skip
        fresh = [one for one in Person.objects.filter(fits).values_list(*columns) if one[0] not in self.known]
        places: dict[str, list[tuple[str, str]]] = {one[0]: [] for one in fresh}
        live = Affiliation.objects.filter(person__id__among=list(places), until=None).order_by("-main", "created_at")
        for person, place, name in live.values_list("person_id", "organisation_id", "organisation__name_zh"):
            places[person].append((place, name))
        for one in fresh:
            key, double = one[0], one[1]
            here = places[key]
            shown = f"{one[2] or one[3]} ({here[0][1]})" if here else one[2] or one[3]
            self._know(key, KnownPerson(
                double or key, shown, one[2], one[3], tuple(one[4]), one[5], one[6], one[7], one[8], one[9], one[10],
                frozenset(place for place, _name in here), one[11],
                closed=one[12] == RecordStage.CLOSED and not double,
            ))  # fmt: skip
            if double:
                self.doubles[key] = double

    def _know(self, key: str, one: KnownPerson) -> None:
        self.known[key] = one
        self._point(key, ("person", one.name_zh), ("latin", one.name_latin), ("doc", one.document_hash),
                    ("key", one.import_key))  # fmt: skip

    def _open_people(self, wanted: Iterable[str]) -> None:
        """Read the people whom rows mean, whole, and (when writing) keep others from changing them meanwhile."""
        ids = sorted({key for key in wanted if key not in self.people})
        if not ids:
            return
        found = Person.objects.filter(pk__among=ids).order_by("pk")
        for one in found.select_for_update(of=("self",)) if self.writing else found:
            self.people[one.pk], self.places[one.pk], self.codes[one.pk] = one, [], []
        for place in Affiliation.objects.filter(person__id__among=ids, until=None).order_by("-main", "created_at"):
            self.places[place.person_id].append(place)
        for row in PersonSpecialty.objects.filter(person__id__among=ids).order_by("-main", "code"):
            self.codes[row.person_id].append(row.code)
        events = LedgerEntry.objects.filter(event="roster.publication_withdrawn", person_id__among=ids)
        self.withdrawn.update(events.values_list("person_id", flat=True))

    def _point(self, key: str, *marks: tuple[str, str]) -> None:
        for mark in marks:
            if mark[1]:
                self.index.setdefault(mark, {})[key] = None

    def _met(self, *marks: tuple[str, str]) -> list[str]:
        return list(dict.fromkeys(key for mark in marks for key in self.index.get(mark, ())))

    # Organisations

    def _place_organisation(self, row: OrganisationRow) -> Placed:
        if row.kind != OrganisationKind.HOSPITAL and row.level != "0":
            return _refused(row, Settled(reason="import.level", column="grading"))
        parent, problem = self._parent_of(row)
        if problem is not None:
            return _refused(row, problem)
        mine = KnownOrganisation("", "", row.name_zh, row.kind, row.credit_code, row.region, parent)
        met = [self.organisations[key] for key in self._met(("code", row.credit_code), ("name", row.name_zh))]
        settled = settle_organisation(mine, [self._known_organisation(one) for one in met])
        if settled.reason:
            return _refused(row, settled)
        if not settled.key:
            return self._new_organisation(row, parent)
        if not any(one.pk == settled.key for one in met):
            # The row is what a double once was; the record kept in its place is not what it describes.
            return Placed(row, UNCHANGED, self.organisations.get(settled.key))
        one = self.organisations[settled.key]
        changed = self._revise_organisation(one, row)
        return Placed(row, UPDATED if changed else UNCHANGED, one, changed)

    def _parent_of(self, row: OrganisationRow) -> tuple[str, Settled | None]:
        if not row.parent:
            return "", None
        if row.parent == row.name_zh:
            return "", Settled(reason="import.parent_itself", column="parent")
        met = [self.organisations[key] for key in self._met(("name", row.parent), ("alias", row.parent))]
        live = [one for one in met if one.stage != RecordStage.CLOSED]
        if not live:
            return "", Settled(reason="import.parent_unknown", column="parent", params={"found": row.parent})
        whole = [one for one in live if one.parent_id is None]
        if not whole:
            return "", Settled(reason="import.parent_is_branch", column="parent", params={"found": row.parent})
        close = [one for one in whole if near(one.region, row.region)] or whole
        if len(close) > 1:
            return "", _several(row.parent, close, "parent")
        return close[0].pk, None

    def _known_organisation(self, one: Organisation) -> KnownOrganisation:
        double = one.same_as_id is not None
        return KnownOrganisation(
            one.same_as_id or one.pk, _shown_organisation(one), one.name_zh, one.kind, one.credit_code, one.region,
            one.parent_id or "", closed=one.stage == RecordStage.CLOSED and not double,
        )  # fmt: skip

    def _new_organisation(self, row: OrganisationRow, parent: str) -> Placed:
        cells = {name: getattr(row, name) for name in ORGANISATION_CELLS}
        one = copying.fresh(Organisation, kind=row.kind, level=row.level, grade=row.grade, aliases=list(row.aliases),
                            parent_id=parent or None, **cells)  # fmt: skip
        self._enter_organisation(one, RecordStage.ACTIVE)
        self.new_organisations.append(one)
        return Placed(row, CREATED, one)

    def _enter_organisation(self, one: Organisation, stage: RecordStage) -> None:
        self._enter(one, stage)
        index_organisation(one)
        self.organisations[one.pk] = one
        self._point(one.pk, ("name", one.name_zh), ("code", one.credit_code))

    def _enter(self, one: Organisation | Person, stage: RecordStage) -> None:
        one.stage, one.stage_since, one.created_by = str(stage), now(), self.by.pk

    def _revise_organisation(self, one: Organisation, row: OrganisationRow) -> tuple[str, ...]:
        former = one.name_zh
        changed = _take_cells(one, row, ORGANISATION_CELLS)
        if (row.level, row.grade) != ("0", "none") and (row.level, row.grade) != (one.level, one.grade):
            one.level, one.grade = row.level, row.grade
            changed += ["level", "grade"]
        changed += _take_aliases(one, row.aliases, *([former] if former != one.name_zh else []))
        if changed:
            index_organisation(one)
            self._point(one.pk, ("name", one.name_zh), ("code", one.credit_code))
            self.changed.setdefault(one.pk, set()).update(changed)
        return tuple(changed)

    # People

    def _settle_person(
        self, row: PersonRow, key: str
    ) -> tuple[PersonRow, Settled | None, KnownPerson, Organisation | None]:
        """Whom a row means, and where they work; None when the row is what a double once was."""
        organisation, problem = self._workplace(row)
        document = document_hash(row.document.kind, row.document.match_key) if row.document else ""
        mine = KnownPerson(
            "", "", row.name_zh, row.name_latin, row.aliases, row.birth_year, row.sex, document,
            row.document.kind if row.document else "", fingerprint(row.phone), fingerprint(row.email),
            frozenset([organisation.id]) if organisation else frozenset(), key,
        )  # fmt: skip
        if problem is not None:
            return row, problem, mine, None
        marks = [("doc", document), ("key", key), ("person", row.name_zh)]
        marks += [] if row.name_zh else [("latin", row.name_latin)]
        met = self._met(*marks)
        if any(other in self.doubles and self.known[other].import_key == key for other in met):
            # The record kept in its place is not what the row describes.
            return row, None, mine, None
        settled = settle_person(mine, [self.known[one] for one in met], in_file=self.in_file)
        if settled.reason:
            return row, settled, mine, None
        if organisation is None and row.organisation:
            organisation = self._propose_workplace(row)
        if not settled.key:
            shown = f"{row.name_zh or row.name_latin} ({row.organisation})" if row.organisation else row.name_zh
            fresh = new_id()
            places = frozenset([organisation.pk]) if organisation else frozenset()
            mine = replace(mine, key=fresh, shown=shown or row.name_latin, organisations=places)
            self._know(fresh, mine)
        return row, settled, mine, organisation

    def _place_person(
        self, row: PersonRow, settled: Settled | None, mine: KnownPerson, organisation: Organisation | None
    ) -> Placed:
        if settled is None:
            return Placed(row, UNCHANGED)
        if settled.reason:
            return _refused(row, settled)
        if not settled.key:
            return self._new_person(row, mine, organisation)
        one = self.people[settled.key]
        changed = self._revise_person(one, row, mine, organisation)
        return Placed(row, UPDATED if changed else UNCHANGED, one, changed)

    def _workplace(self, row: PersonRow) -> tuple[Organisation | None, Settled | None]:
        """The organisation a row names; None for one that is not on record yet."""
        if not row.organisation:
            return None, None
        met = [self.organisations[key] for key in self._met(("name", row.organisation), ("alias", row.organisation))]
        doubles = [self.organisations.get(one.same_as_id) or one.same_as for one in met if one.same_as_id]
        live = {one.pk: one for one in (*met, *doubles) if one and one.stage != RecordStage.CLOSED}
        if len(live) > 1 and row.practice_region:
            close = [one for one in live.values() if one.region and near(one.region, row.practice_region)]
            live = {one.pk: one for one in close} or live
        if len(live) > 1:
            return None, _several(row.organisation, list(live.values()), "organisation")
        return next(iter(live.values()), None), None

    def _propose_workplace(self, row: PersonRow) -> Organisation:
        """Enter a place of work nobody has on record, for the secretariat to admit or to close."""
        region = row.practice_region if regions.region(row.practice_region) else ""
        kind = kind_by_name(row.organisation)
        one = copying.fresh(Organisation, name_zh=row.organisation, kind=kind, region=region)
        self._enter_organisation(one, RecordStage.PROPOSED)
        self.proposed.append(one)
        return one

    def _new_person(self, row: PersonRow, mine: KnownPerson, organisation: Organisation | None) -> Placed:
        cells = {name: value for name in PERSON_CELLS if (value := getattr(row, name)) is not None}
        one = copying.fresh(
            Person, id=mine.key, sex=row.sex, title_rank=row.title_rank, aliases=list(row.aliases),
            import_key=mine.import_key, phone_hash=mine.phone_hash, email_hash=mine.email_hash,
            **cells,
        )  # fmt: skip
        if not one.practice_region and organisation is not None:
            one.practice_region = organisation.region
        self._take_document(one, row, mine)
        if row.consent_publish:
            one.consent_publish_at, one.consent_publish_by = now(), self.by.pk
        self._enter(one, RecordStage.ACTIVE)
        one.due_on = one.licence_until
        self.people[one.id], self.places[one.id], self.codes[one.id] = one, [], list(row.specialties)
        if organisation is not None:
            self._add_place(one, row, organisation)
        self.new_people.append(one)
        self.new_codes[one.id] = row.specialties
        return Placed(row, CREATED, one)

    def _take_document(self, one: Person, row: PersonRow, mine: KnownPerson) -> list[str]:
        if row.document is None or one.document_hash == mine.document_hash:
            return []
        one.document_kind, one.document_number = row.document.kind, row.document.number
        one.document_hash = mine.document_hash
        return ["document_kind", "document_number", "document_hash"]

    def _add_place(self, one: Person, row: PersonRow, organisation: Organisation) -> None:
        place = copying.fresh(
            Affiliation, person_id=one.id, organisation_id=organisation.id, department=row.department,
            position=row.position, main=not any(other.main for other in self.places[one.id]),
        )  # fmt: skip
        self.places[one.pk].append(place)
        self.new_places.append(place)

    def _revise_person(
        self, one: Person, row: PersonRow, mine: KnownPerson, organisation: Organisation | None
    ) -> tuple[str, ...]:
        # The name on record stays: a variant spelling in a file is no reason to rename somebody.
        changed = _take_cells(one, row, [cell for cell in PERSON_CELLS if cell not in ("name_zh", "name_latin")])
        if row.name_latin and not one.name_latin:
            one.name_latin = row.name_latin
            changed.append("name_latin")
        if row.title_rank != "none" and row.title_rank != one.title_rank:
            one.title_rank = row.title_rank
            changed.append("title_rank")
        if row.sex != "0" and row.sex != one.sex:
            one.sex = row.sex
            changed.append("sex")
        changed += self._take_document(one, row, mine)
        changed += _take_aliases(one, row.aliases)
        # Somebody who withdrew is not published again by an old file (PIPL art. 15).
        if row.consent_publish and one.consent_publish_at is None and one.pk not in self.withdrawn:
            one.consent_publish_at, one.consent_publish_by = now(), self.by.pk
            changed += ["consent_publish_at", "consent_publish_by"]
        if "licence_until" in changed and one.stage == RecordStage.ACTIVE:
            one.due_on = one.licence_until
            changed.append("due_on")
        wide = [*changed, *self._revise_place(one, row, organisation), *self._revise_codes(one, row)]
        if changed:
            index_person(one)
        if wide:
            self.changed.setdefault(one.pk, set()).update(changed)
        return tuple(dict.fromkeys(wide))

    def _revise_place(self, one: Person, row: PersonRow, organisation: Organisation | None) -> list[str]:
        if organisation is None:
            return []
        here = next((place for place in self.places[one.pk] if place.organisation_id == organisation.pk), None)
        if here is None:
            self._add_place(one, row, organisation)
            return ["organisation"]
        changed = [name for name in ("department", "position") if getattr(row, name) not in ("", getattr(here, name))]
        for name in changed:
            setattr(here, name, getattr(row, name))
        if changed and not any(here is place for place in self.new_places):
            self.changed_places[here.pk] = here
        return changed

    def _revise_codes(self, one: Person, row: PersonRow) -> list[str]:
        mine, theirs = self.codes[one.pk], list(row.specialties)
        if not theirs or (mine[:1] == theirs[:1] and set(mine) == set(theirs)):
            return []
        self.codes[one.pk] = theirs
        self.new_codes[one.pk] = row.specialties
        return ["specialties"]

    # Writing

    def write(self, placed: Sequence[Placed], *, run_id: str) -> None:
        """Write everything the rows made or changed, with the ledger; inside the part's transaction."""
        copying.copy_in(Organisation, [*self.proposed, *self.new_organisations])
        copying.copy_in(Person, map(_with_keys, self.new_people))
        self._write_changes(Organisation, self.organisations, ("keys",))
        self._write_changes(Person, self.people, ("keys", "phone_hash", "email_hash"))
        copying.copy_in(Affiliation, self.new_places)
        copying.copy_over(Affiliation, list(self.changed_places.values()), ("department", "position"))
        new = {one.pk for one in self.new_people}
        PersonSpecialty.objects.filter(person_id__in=[key for key in self.new_codes if key not in new]).delete()
        copying.copy_in(PersonSpecialty, [
            copying.fresh(PersonSpecialty, person_id=key, code=code, main=not place)
            for key, codes in self.new_codes.items() for place, code in enumerate(dict.fromkeys(codes))
        ])  # fmt: skip
        self._tell(placed, run_id)

    def _write_changes(self, model: Any, known: dict[str, Any], more: tuple[str, ...]) -> None:
        fresh = {one.pk for one in (*self.new_organisations, *self.proposed, *self.new_people)}
        rows = [known[key] for key in self.changed if key in known and key not in fresh]
        if not rows:
            return
        for one in rows:
            one.version += 1
        columns = {name for one in rows for name in self.changed[one.pk]}
        copying.copy_over(model, rows, sorted({*columns, *more, "version"}))

    def _tell(self, placed: Sequence[Placed], run_id: str) -> None:
        """One ledger entry per record that was made or changed; a person's history shows which import it was."""
        for model, noun in ((Organisation, "organisation"), (Person, "person")):
            made = {p.subject.pk: p for p in placed if p.outcome == CREATED and isinstance(p.subject, model)}
            ledger.record_many(f"roster.{noun}_imported", by=self.by, subjects=[p.subject for p in made.values()],
                               data=lambda one, made=made: {"run": run_id, "row": made[one.pk].row.row})  # fmt: skip
            revised = {p.subject.pk: p for p in placed if p.outcome == UPDATED and isinstance(p.subject, model)}
            ledger.record_many(
                f"roster.{noun}_import_revised", by=self.by, subjects=[p.subject for p in revised.values()],
                data=lambda one, rows=revised: {
                    "run": run_id, "row": rows[one.pk].row.row, "changed": sorted(rows[one.pk].changed)},
            )  # fmt: skip
        ledger.record_many("roster.organisation_named", by=self.by, subjects=self.proposed,
                           data=lambda _one: {"run": run_id})  # fmt: skip


def _with_keys(one: Person) -> Person:
    """Spelling names out is the longest work on a new person: it is done while the database stores those before."""
    one.keys = person_keys(one.name_zh, one.name_latin, one.aliases)
    return one


def _shown_organisation(one: Organisation) -> str:
    """How a refusal names an organisation: with its place, or its code."""
    more = regions.full_name(one.region) if one.region else one.credit_code
    return f"{one.name_zh} ({more})" if more else one.name_zh


def _several(name: str, found: Sequence[Organisation], column: str) -> Settled:
    shown = sorted(found, key=lambda one: one.pk)[:5]
    return Settled(
        reason="import.organisation_ambiguous", column=column, offers=tuple(one.pk for one in shown),
        params={"found": name, "candidates": "; ".join(map(_shown_organisation, shown))},
    )  # fmt: skip


def _refused(row: OrganisationRow | PersonRow, settled: Settled) -> Placed:
    return Placed(row, REFUSED, settled=settled)


def _take_cells(one: Any, row: Any, cells: Iterable[str]) -> list[str]:
    """Set what the row says and the record does not; an empty cell never empties a record."""
    changed = []
    for name in cells:
        value = getattr(row, name)
        if value not in (None, "") and value != getattr(one, name):
            setattr(one, name, value)
            changed.append(name)
    return changed


def _take_aliases(one: Any, *given: Any) -> list[str]:
    wanted = [alias for part in given for alias in ((part,) if isinstance(part, str) else part)]
    fresh = [alias for alias in dict.fromkeys(wanted) if alias not in one.aliases and alias != one.name_zh]
    one.aliases = [*one.aliases, *fresh]
    return ["aliases"] if fresh else []
