"""Reports and their versions (domain 2.5): a corrected one supersedes, a void one stays and is never taken again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from xinglin.exchange.intake.models import AwaitedResult, Report
from xinglin.exchange.intake.taking import storing
from xinglin.exchange.intake.taking.parts import ACCEPTED, UNCHANGED, ReportRow
from xinglin.exchange.intake.words import FINAL, PRELIMINARY, SUPERSEDED, VOID, ReportStatus
from xinglin.kernel.clock import now

COLUMNS = (
    "id", "site", "report_no", "version", "current", "status", "patient", "kind", "title", "visit", "ordered_at",
    "effective_at", "reported_at", "audited_at", "received_at", "doctor", "auditor", "conclusion", "image_url",
    "void_reason", "void_at", "delivery", "digest", "source_id",
)  # fmt: skip
RANK = {ReportStatus.PRELIMINARY: 1, ReportStatus.FINAL: 2, ReportStatus.CORRECTED: 3, ReportStatus.VOID: 4}
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
Number = tuple[int, str]


@dataclass(slots=True)
class Version:
    """A version of a report, stored or about to be."""

    pk: int
    number: int
    current: bool
    status: str
    reported: datetime | None
    received: datetime
    digest: bytes
    row: ReportRow | None = None

    @property
    def order(self) -> tuple[datetime, int]:
        return self.reported or LONG_AGO, RANK[ReportStatus(self.status)]


def keep(rows: Sequence[ReportRow]) -> tuple[list[str], list[int]]:
    """Store reports and set each row's `pk`; what became of each, and the ids of versions that no longer count."""
    standing = _known(rows)
    ids = iter(storing.next_ids("intake_report", len(rows)))
    outcomes, renumbered = [], set[Number]()
    fresh: list[Version] = []
    for row in rows:
        key = (row.site, row.report_no)
        outcome = _place(row, standing[key], next(ids), fresh)
        outcomes.append(outcome)
        if outcome == ACCEPTED and len(standing[key]) > 1:
            renumbered.add(key)
    retired = _renumber([standing[key] for key in sorted(renumbered)])
    _copy(fresh)
    return outcomes, retired


def _known(rows: Sequence[ReportRow]) -> dict[Number, list[Version]]:
    wanted: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        wanted[row.site].add(row.report_no)
    found: dict[Number, list[Version]] = defaultdict(list)
    for site, numbers in wanted.items():
        for number, pk, version, current, status, reported, received, digest in storing.rows_of(
            "SELECT report_no, id, version, current, status, reported_at, received_at, digest FROM intake_report "
            "WHERE site = %s AND report_no = ANY(%s) ORDER BY version", [site, list(numbers)],
        ):  # fmt: skip
            found[site, number].append(Version(pk, version, current, status, reported, received, bytes(digest)))
    return found


def _place(row: ReportRow, versions: list[Version], pk: int, fresh: list[Version]) -> str:
    """Where this version belongs among those there are; the outcome as a word or a reason code."""
    current = next((one for one in versions if one.current), None)
    made = Version(pk, len(versions) + 1, True, row.status, row.reported, now(), row.digest, row)
    if current is None:
        row.pk = pk
        versions.append(made)
        fresh.append(made)
        return ACCEPTED
    row.pk = current.pk
    if any(one.digest == row.digest for one in versions):
        return UNCHANGED
    if row.status == ReportStatus.VOID:
        return _make_void(row, current)
    if current.status == ReportStatus.VOID:
        if row.reported is None or row.reported >= (current.reported or LONG_AGO):
            return "report.void"
        made.current, row.pk, row.past = False, pk, True
    elif made.order >= current.order:
        current.current = False
        row.pk = pk
    else:
        made.current, row.pk, row.past = False, pk, True
    versions.append(made)
    fresh.append(made)
    return ACCEPTED


def _make_void(row: ReportRow, current: Version) -> str:
    when = row.void_at or now()
    if when < current.received and row.void_at is not None:
        return "report.void_time"
    if current.row is not None:
        current.row.status, current.row.void_at, current.row.void_reason = row.status, when, row.void_reason
    current.status, current.digest, current.reported = row.status, row.digest, row.reported or current.reported
    storing.run(
        "UPDATE intake_report SET status = 'void', void_at = %s, void_reason = %s, digest = %s, "
        "reported_at = coalesce(%s, reported_at) WHERE id = %s",
        [when, row.void_reason[:300], row.digest, row.reported, current.pk],
    )
    storing.run(
        storing.let_fall(f"UPDATE intake_result SET status = {VOID} WHERE report = %s AND status <> {VOID}"),  # noqa: S608 - a number of our own
        [current.pk],
    )
    return ACCEPTED


def _renumber(all_versions: list[list[Version]]) -> list[int]:
    """Numbers follow the times the versions carry, in whatever order they arrived; one of them counts."""
    changes: list[tuple[int, bool, int]] = []
    retired: list[int] = []
    for versions in all_versions:
        versions.sort(key=lambda one: (one.order, one.digest))
        for number, one in enumerate(versions, 1):
            if not one.current:
                retired.append(one.pk)
            if one.row is not None:
                one.number = number
            else:
                changes.append((number, one.current, one.pk))
    # Two steps: numbers and the mark of the current version are unique at every moment.
    storing.run_many("UPDATE intake_report SET version = version + 10000, current = false WHERE id = %s",
                     [(pk,) for _, _, pk in changes])  # fmt: skip
    storing.run_many("UPDATE intake_report SET version = %s, current = %s WHERE id = %s", changes)
    return retired


def retire(pks: Sequence[int]) -> None:
    """What still stands under a version that no longer counts, counts no longer: the new version does not name it."""
    if pks:
        storing.run(storing.let_fall(
            f"UPDATE intake_result SET status = {SUPERSEDED} "  # noqa: S608 - numbers of our own
            f"WHERE report = ANY(%s) AND status IN ({PRELIMINARY}, {FINAL})"
        ), [list(pks)])  # fmt: skip


def _copy(fresh: list[Version]) -> None:
    moment = now()
    storing.copy_rows(Report, COLUMNS, (
        (
            one.pk, row.site, row.report_no, one.number, one.current, row.status, row.patient, row.kind, row.title,
            row.visit, row.ordered, row.effective, row.reported, row.audited, moment, row.doctor, row.auditor,
            row.conclusion, row.image_url, row.void_reason,
            (row.void_at or moment) if row.status == ReportStatus.VOID else None, row.delivery, row.digest,
            row.source_id,
        )
        for one in fresh if (row := one.row) is not None
    ))  # fmt: skip


def expected(site: int, names: Sequence[str]) -> dict[str, int]:
    """Reports that named these results before they arrived: source id to the report's id. They are met now."""
    if not names:
        return {}
    found = storing.rows_of(
        "WITH met AS (DELETE FROM intake_awaitedresult WHERE site = %s AND source_id = ANY(%s) "
        "RETURNING source_id, report) SELECT met.source_id, met.report FROM met "
        "LEFT JOIN intake_report r ON r.id = met.report ORDER BY coalesce(r.current, false), met.report",
        [site, list(names)],
    )
    return dict(found)


# Components of an observation are stored as `id.1`, `id.2`…
PARTS = 24


def attach(rows: Sequence[ReportRow], arriving: set[tuple[int, str]]) -> None:
    """Results that were stored before their report are told of it; those still to come are awaited."""
    for row in rows:
        names = [name for name in row.names if (row.site, name) not in arriving]
        if not names:
            continue
        met = _told(row, names)
        missing = set(names) - met
        parts = {f"{name}.{number}": name for name in missing for number in range(1, PARTS)}
        missing -= {parts[name] for name in _told(row, list(parts))} if parts else set()
        AwaitedResult.objects.bulk_create(
            [AwaitedResult(site=row.site, source_id=name, report=row.pk) for name in sorted(missing)],
            ignore_conflicts=True,
        )


def _told(row: ReportRow, names: list[str]) -> set[str]:
    # An overtaken version never takes a result from the one that counts.
    only = " AND report = 0" if row.past else ""
    if row.status == ReportStatus.VOID:
        storing.run(storing.let_fall(
            f"UPDATE intake_result SET status = {VOID} WHERE site = %s AND source_id = ANY(%s){only}"  # noqa: S608 - fixed texts
        ), [row.site, names])  # fmt: skip
    met = storing.rows_of(
        f"UPDATE intake_result SET report = %s WHERE site = %s AND source_id = ANY(%s){only} "  # noqa: S608 - fixed texts
        "RETURNING source_id", [row.pk, row.site, names],
    )  # fmt: skip
    return {name for (name,) in met}


def standing(pks: Sequence[int]) -> dict[int, str]:
    """The status of reports by id."""
    if not pks:
        return {}
    return dict(storing.rows_of("SELECT id, status FROM intake_report WHERE id = ANY(%s)", [list(pks)]))
