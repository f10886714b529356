"""Results into the one table the order-entry question reads. Corrected values supersede, void ones stay, both kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from xinglin.exchange.intake.models import Result
from xinglin.exchange.intake.taking import storing
from xinglin.exchange.intake.taking.parts import ACCEPTED, UNCHANGED, ResultRow
from xinglin.exchange.intake.words import CORRECTED, PRELIMINARY, SUPERSEDED, VOID

COLUMNS = (
    "patient", "item", "effective_at", "reported_at", "site", "status", "flags", "report", "number", "text", "unit",
    "sent", "local_system", "local_code", "local_name", "reference", "interpretation", "method", "instrument",
    "specimen", "specimen_no", "source_id", "digest",
)  # fmt: skip
# The same as lines of a COPY are written: what rows of one kind share comes first.
COPIED = (
    "site", "item", "status", "flags", "number", "text", "unit", "sent", "local_system", "local_code", "local_name",
    "reference", "interpretation", "method", "instrument", "specimen", "specimen_no", "patient", "report",
    "effective_at", "reported_at", "source_id", "digest",
)  # fmt: skip
REFUSED_VOID = "report.void"
# (site, source_id) to (id, digest, reported_at, status, flags); id 0 is a row of this very chunk.
Known = dict[tuple[int, str], tuple[int, bytes, datetime, int, int]]


def stored_rank(status: int, flags: int) -> int:
    """The rank of a stored result (`rules.values.RANK`), as far as the row tells."""
    if status == PRELIMINARY:
        return 1
    return 4 if status == VOID else 3 if flags & CORRECTED else 2


def known_results(rows: Iterable[ResultRow]) -> Known:
    """What stands under the ids of these rows now."""
    wanted: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        wanted[row.site].append(row.source_id)
    found: Known = {}
    for site, names in wanted.items():
        found |= known_names(site, names)
    return found


def known_names(site: int, names: Sequence[str]) -> Known:
    """What stands under these ids of a site now."""
    return {
        (site, name): (pk, digest, reported, status, flags)
        for pk, name, digest, reported, status, flags in storing.rows_of(
            "SELECT id, source_id, digest, reported_at, status, flags FROM intake_result "
            "WHERE site = %s AND source_id = ANY(%s)", [site, list(names)],
        )
    }  # fmt: skip


def archived(source_id: str, digest: bytes) -> str:
    """The name a version takes when it no longer counts: it says which content it had."""
    return f"{source_id}~{digest.hex()}"


def keep(rows: Sequence[ResultRow], known: Known | None = None) -> list[str]:
    """Store results; returns for each what became of it: accepted, unchanged, or the reason it was refused."""
    known = known_results(rows) if known is None else known
    known |= _archive(rows, known)
    outcomes, fresh, archive, voided = [], list[ResultRow](), list[tuple[str, int]](), list[tuple[bytes, int]]()
    places: dict[tuple[int, str], int] = {}
    for row in rows:
        key = (row.site, row.source_id)
        stands = known.get(key)
        if stands is None:
            places[key] = len(fresh)
            fresh.append(row)
            known[key] = (0, row.digest, row.reported, row.status, row.flags)
            outcomes.append(ACCEPTED)
            continue
        pk, digest, reported, status, flags = stands
        if digest == row.digest or (row.site, archived(row.source_id, row.digest)) in known:
            outcomes.append(UNCHANGED)
            continue
        newer = (row.reported, row.rank) >= (reported, stored_rank(status, flags))
        if status == VOID and row.status != VOID and newer:
            outcomes.append(REFUSED_VOID)
            continue
        outcomes.append(ACCEPTED)
        if row.status == VOID and newer:
            # The value stays as it was; only its standing changes.
            if pk:
                voided.append((row.digest, pk))
            else:
                fresh[places[key]].status = VOID
            known[key] = (pk, row.digest, row.reported, VOID, flags)
        elif newer:
            if pk:
                archive.append((archived(row.source_id, digest), pk))
            else:
                old = fresh[places[key]]
                old.source_id, old.status = archived(old.source_id, old.digest), _past(old.status)
            known[key[0], archived(row.source_id, digest)] = stands
            places[key] = len(fresh)
            fresh.append(row)
            known[key] = (0, row.digest, row.reported, row.status, row.flags)
        else:
            name = archived(row.source_id, row.digest)
            known[row.site, name] = (0, row.digest, row.reported, row.status, row.flags)
            row.source_id, row.status = name, _past(row.status)
            fresh.append(row)
    _write(fresh, archive, voided)
    return outcomes


def _past(status: int) -> int:
    return VOID if status == VOID else SUPERSEDED


def _archive(rows: Sequence[ResultRow], known: Known) -> Known:
    """The earlier versions that are kept already of rows that differ from what stands under their ids."""
    wanted: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        stands = known.get((row.site, row.source_id))
        if stands is not None and stands[1] != row.digest:
            wanted[row.site].append(archived(row.source_id, row.digest))
    found: Known = {}
    for site, names in wanted.items():
        found |= known_names(site, names)
    return found


def _write(fresh: list[ResultRow], archive: list[tuple[str, int]], voided: list[tuple[bytes, int]]) -> None:
    storing.run_many(storing.let_fall(
        f"UPDATE intake_result SET source_id = %s, status = CASE status WHEN {VOID} THEN status ELSE {SUPERSEDED} END "  # noqa: S608 - numbers of our own
        "WHERE id = %s"
    ), archive)  # fmt: skip
    storing.run_many(
        storing.let_fall(f"UPDATE intake_result SET digest = %s, status = {VOID} WHERE id = %s"),  # noqa: S608 - a number of our own
        voided,
    )
    if fresh:
        storing.copy_rows(Result, COLUMNS, (
            (
                one.patient, one.item, one.effective, one.reported, one.site, one.status, one.flags, one.report,
                one.number, one.text, one.unit, one.sent, one.system, one.code, one.name, one.reference,
                one.interpretation, one.method, one.instrument, one.specimen, one.specimen_no, one.source_id,
                one.digest,
            )
            for one in fresh
        ))  # fmt: skip


def copy_in(lines: Sequence[str]) -> None:
    """Store results nobody competes with, written as lines in the order of COPIED."""
    if lines:
        storing.copy_lines(Result, COPIED, lines)


def void_of(site: int, names: Sequence[str]) -> None:
    """Make void what stands under these ids: cancelled, or entered in error."""
    if names:
        storing.run(storing.let_fall(
            f"UPDATE intake_result SET status = {VOID} WHERE site = %s AND status <> {VOID} AND source_id = ANY(%s)"  # noqa: S608 - numbers of our own
        ), [site, list(names)])  # fmt: skip
