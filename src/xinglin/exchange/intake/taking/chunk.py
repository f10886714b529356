"""One chunk: entries in, rows out, in the caller's transaction.

Order inside: read, compare with what is stored, patients, places, then everything that refers to them. What refers to
something that has not arrived waits in quarantine and is taken in by the program when it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.intake.rules import patients, structs, values
from xinglin.exchange.intake.rules.structs import Reference
from xinglin.exchange.intake.taking import known, meaning, neighbours, reading, reports, resources, results, specimens
from xinglin.exchange.intake.taking.known import UNFOLLOWABLE
from xinglin.exchange.intake.taking.parts import (
    ACCEPTED,
    UNCHANGED,
    Entry,
    Key,
    ReportRow,
    ResultRow,
    Sender,
    Sent,
    Stored,
)
from xinglin.kernel.models import Account

# What is about nobody in particular, or about whole groups.
_NOT_PATIENTS = frozenset({"Group", "Device", "Location", "Organization", "Medication", "Substance", "Specimen"})


@dataclass
class Chunk:
    """The state of one chunk while it is taken."""

    sender: Sender
    by: Account
    entries: list[Entry] = field(default_factory=list)
    refused: list[Sent] = field(default_factory=list)
    stored: dict[Key, Stored] = field(default_factory=dict)
    # Resources of this chunk that stand or will: key to (patient id, hospital).
    patients: dict[Key, int] = field(default_factory=dict)
    hospitals: dict[Key, int] = field(default_factory=dict)
    arrived: set[Key] = field(default_factory=set)

    def prepare(self, sent: Sequence[Sent]) -> None:
        """Read every entry, and bring patients to identity, in short transactions of its own."""
        for one in sent:
            entry = reading.read(one)
            if entry is None:
                self.refused.append(one)
            else:
                self.entries.append(entry)
        self._look_up()
        self._patients([one for one in self.entries if not one.outcome and one.key[0] == "Patient"])

    def take(self) -> None:
        """Settle every entry; afterwards each has an outcome, and `refused` holds those nobody could read."""
        self.codes = neighbours.codes()
        fresh = [one for one in self.entries if not one.outcome]
        self._organisations([one for one in fresh if one.key[0] == "Organization"])
        self._encounters([one for one in fresh if one.key[0] == "Encounter"])
        rest = [one for one in fresh if one.key[0] not in ("Organization", "Patient", "Encounter")]
        for one in rest:
            self._place(one)
        self._measured([one for one in rest if not one.outcome])
        resources.keep(self.sender.site, [one for one in fresh if one.outcome in ("", ACCEPTED, UNCHANGED)])
        specimens.meet(self.sender.site, [one for one in rest if one.outcome == ACCEPTED], self.codes.snapshot)
        neighbours.propose(self.codes.unmapped)

    def _look_up(self) -> None:
        keys: set[Key] = set()
        for entry in self.entries:
            keys.add(entry.key)
            for reference, kind in _references(entry):
                key = known.followed(entry, reference, kind)
                if key and key != UNFOLLOWABLE:
                    keys.add(key)
        self.stored = known.stored(self.sender.site, keys)
        seen: dict[Key, set[bytes]] = {}
        for entry in self.entries:
            entry.stored = self.stored.get(entry.key)
            said = seen.setdefault(entry.key, set())
            if (entry.stored is not None and entry.stored.knows(entry.digest)) or entry.digest in said:
                entry.outcome = UNCHANGED
                if entry.stored is not None:
                    entry.patient, entry.hospital = entry.stored.patient, entry.stored.hospital
            said.add(entry.digest)

    def _organisations(self, entries: list[Entry]) -> None:
        for entry in entries:
            organisation = entry.resource
            assert isinstance(organisation, structs.Organization)  # noqa: S101 - routed by type
            name = " ".join((organisation.name or "").split())[:120]
            if not name and self.sender.many:
                entry.refuse("organisation.unnamed")
                continue
            entry.hospital = neighbours.site_named(name) if self.sender.many else self.sender.site
            self.hospitals[entry.key] = entry.hospital
            self.arrived.add(entry.key)

    def _patients(self, entries: list[Entry]) -> None:
        """Each record settled under a person. What identity refuses is refused alone."""
        ready: dict[Key, PatientFacts] = {}
        for entry in entries:
            record = entry.resource
            assert isinstance(record, structs.Patient)  # noqa: S101 - routed by type
            # Of several versions of one record in a chunk the last one stands.
            ready[entry.key] = patients.facts_of(record, site=self.sender.site, local_id=entry.key[1])
        ids, refusals = neighbours.received(ready, self.by)
        for entry in entries:
            if entry.key in refusals:
                entry.refuse("patient.refused", why=refusals[entry.key])
                continue
            entry.patient = self.patients[entry.key] = ids[entry.key]
            self.arrived.add(entry.key)

    def _encounters(self, entries: list[Entry]) -> None:
        for entry in entries:
            encounter = entry.resource
            assert isinstance(encounter, structs.Encounter)  # noqa: S101 - routed by type
            self._about(entry, encounter.subject)
            if entry.outcome:
                continue
            entry.hospital = self._hospital(entry, encounter.serviceProvider, "Organization")
            if not entry.outcome:
                self.hospitals[entry.key] = entry.hospital
                self.arrived.add(entry.key)

    def _place(self, entry: Entry) -> None:
        """Whom it is about, and whose it is."""
        subject = _subject(entry.resource)
        self._about(entry, subject)
        if entry.outcome:
            return
        if not isinstance(entry.resource, (structs.Observation, structs.DiagnosticReport)):
            entry.hospital = self.sender.site
            return
        if not self.sender.many:
            entry.hospital = self.sender.site
            return
        for performer in entry.resource.performer:
            key = known.followed(entry, performer, "Organization")
            if key and key[0] == "Organization":
                entry.hospital = self._hospital(entry, performer, "Organization")
                return
        entry.hospital = self._hospital(entry, entry.resource.encounter, "Encounter")

    def _about(self, entry: Entry, subject: Reference | None) -> None:
        key = known.followed(entry, subject, "Patient")
        if key is None or key[0] in _NOT_PATIENTS:
            return
        if key == UNFOLLOWABLE:
            entry.refuse("reference.foreign", reference=(subject.reference if subject else "") or "")
            return
        if key[0] != "Patient":
            return
        found = self.patients.get(key)
        if found is None and (stands := self.stored.get(key)) is not None:
            found = stands.patient
        if not found:
            entry.refuse("reference.waiting", awaits="/".join(key), reference="/".join(key))
            return
        entry.patient = found

    def _hospital(self, entry: Entry, reference: Reference | None, kind: str) -> int:
        """The site a reference leads to; the sender's where there is none. Waits for what has not arrived."""
        if not self.sender.many:
            return self.sender.site
        key = known.followed(entry, reference, kind)
        if key is None or key == UNFOLLOWABLE or key[0] not in ("Organization", "Encounter"):
            return self.sender.site
        found = self.hospitals.get(key)
        if found is None and (stands := self.stored.get(key)) is not None:
            found = stands.hospital
        if found is None:
            entry.refuse("reference.waiting", awaits="/".join(key), reference="/".join(key))
            return 0
        return found

    def _measured(self, entries: list[Entry]) -> None:
        """Reports first, since results carry their numbers; then results; then both are brought together."""
        report_rows: list[ReportRow] = []
        result_rows: list[ResultRow] = []
        voided: dict[int, list[str]] = {}
        self.drawn = specimens.drawn(self.sender.site, entries)
        for entry in entries:
            if isinstance(entry.resource, structs.DiagnosticReport):
                self._report(entry, report_rows, result_rows)
            elif isinstance(entry.resource, structs.Observation) and values.is_result(entry.resource):
                self._result(entry, result_rows, voided)
        outcomes, retired = reports.keep(report_rows)
        for report, outcome in zip(report_rows, outcomes, strict=True):
            if outcome not in (ACCEPTED, UNCHANGED):
                report.entry.refuse(outcome, number=report.report_no)
        kept = [row for row in report_rows if not row.entry.outcome]
        self._join(kept, result_rows)
        result_rows = [row for row in result_rows if not row.entry.outcome]
        for row, outcome in zip(result_rows, results.keep(result_rows), strict=True):
            if outcome not in (ACCEPTED, UNCHANGED):
                row.entry.refuse(outcome, number=row.source_id)
            else:
                row.entry.sent.running.results += 1
        for site, names in voided.items():
            results.void_of(site, names)
        reports.attach(kept, {(row.site, row.entry.key[1]) for row in result_rows})
        reports.retire(retired)

    def _report(self, entry: Entry, report_rows: list[ReportRow], result_rows: list[ResultRow]) -> None:
        report = entry.resource
        assert isinstance(report, structs.DiagnosticReport)  # noqa: S101 - routed by type
        if not entry.patient:
            # About a group or a place: kept as it came, a report of nobody.
            return
        row = meaning.report_row(entry)
        if row is None:
            return
        row.delivery = entry.sent.running.row.pk
        for reference in report.result:
            key = known.followed(entry, reference, "Observation")
            if key and key[0] == "Observation":
                row.names.append(key[1])
        report_rows.append(row)
        examination = meaning.examination_row(entry, row, self.codes)
        if examination is not None:
            result_rows.append(examination)

    def _result(self, entry: Entry, result_rows: list[ResultRow], voided: dict[int, list[str]]) -> None:
        observation = entry.resource
        assert isinstance(observation, structs.Observation)  # noqa: S101 - routed by type
        if not entry.patient:
            if observation.subject is None:
                entry.refuse("reference.none")
            return
        rows = meaning.result_rows(entry, self.codes, self.drawn.get(id(entry), meaning.Drawn()))
        if not entry.outcome and values.STATUSES.get(observation.status or "") == meaning.VOID:
            names = [entry.key[1], *(f"{entry.key[1]}.{part}" for part in range(1, reports.PARTS))]
            voided.setdefault(entry.hospital, []).extend(names)
        result_rows.extend(rows)

    def _join(self, report_rows: list[ReportRow], result_rows: list[ResultRow]) -> None:
        """Give results the numbers of their reports, whichever of them came first."""
        named: dict[tuple[int, str], ReportRow] = {}
        for report in sorted(report_rows, key=lambda one: not one.past):
            for name in report.names:
                named[report.site, name] = report
        own = {id(report.entry): report for report in report_rows}
        alone: dict[int, list[str]] = {}
        for row in result_rows:
            found = own.get(id(row.entry)) or named.get((row.site, row.entry.key[1]))
            if found is not None:
                row.report = found.pk
                if found.status == "void":
                    row.status = meaning.VOID
            else:
                alone.setdefault(row.site, []).append(row.entry.key[1])
        for site, names in alone.items():
            awaited = reports.expected(site, names)
            status = reports.standing(sorted(set(awaited.values())))
            for row in result_rows:
                if row.site == site and not row.report and (pk := awaited.get(row.entry.key[1])):
                    row.report = pk
                    if status.get(pk) == "void":
                        row.status = meaning.VOID

    def count(self) -> None:
        """Tell each delivery what became of its entries."""
        for sent in self.refused:
            sent.running.reasons[sent.code] += 1
        for entry in self.entries:
            running = entry.sent.running
            if entry.outcome == ACCEPTED:
                running.accepted += 1
            elif entry.outcome == UNCHANGED:
                running.unchanged += 1
                running.results += values.count_of(entry.resource)
            else:
                running.reasons[entry.outcome] += 1
                continue
            if entry.key[0] == "Patient" and entry.patient:
                running.new_patients.add(entry.patient)
            elif entry.key[0] == "Organization" and self.sender.many and entry.hospital:
                running.new_hospitals.add(entry.hospital)


def _references(entry: Entry) -> list[tuple[Reference, str]]:
    """The references that decide where an entry belongs."""
    one = entry.resource
    found: list[tuple[Reference, str]] = []
    subject = _subject(one)
    if subject is not None:
        found.append((subject, "Patient"))
    if isinstance(one, structs.Encounter):
        if one.serviceProvider is not None:
            found.append((one.serviceProvider, "Organization"))
    elif isinstance(one, (structs.Observation, structs.DiagnosticReport)):
        if one.encounter is not None:
            found.append((one.encounter, "Encounter"))
        found.extend((each, "Organization") for each in one.performer)
    return found


def _subject(resource: structs.Resource) -> Reference | None:
    if isinstance(resource, structs.Kept):
        return structs.reference_of(resource)
    return getattr(resource, "subject", None)
