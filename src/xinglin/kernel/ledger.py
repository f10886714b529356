"""The ledger: what happened, by whom, to what, and the proof that nobody changed the record since.

Entries are written in the transaction of the deed. Sealing comes later and in batches, so writers never queue on a
chain: a batch's leaves make a Merkle tree, its root is hashed with the root before it. `verify` walks it all again.

    leaf  = SHA-256(0x00 || canonical JSON of the entry, its id included)
    node  = SHA-256(0x01 || left || right)          (an odd node is carried up)
    root  = SHA-256(previous root || merkle root || seal number || size)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Max, Q

from xinglin.kernel import copying
from xinglin.kernel.clock import now
from xinglin.kernel.events import EVENTS
from xinglin.kernel.models import Account, LedgerEntry, LedgerLeaf, LedgerSeal
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.prepared import JSON, Prepared

GENESIS = "0" * 64
SEALING_LOCK = 0x58494E47
BATCH = 5_000
# A transaction that stays open while others write more entries than this is sealed by the daily, thorough pass.
LOOK_BACK = 20_000
# Entries compared with their leaves at a time.
RANGE = 20_000
FIRST = -(2**63)
# Column -> its type in the database, of everything but the number.
_SENT = {
    "event": "text", "happened_at": "timestamptz", "actor_id": "text", "actor_name": "text", "subject_kind": "text",
    "subject_id": "text", "subject_title": "text", "person_id": "text", "data": "jsonb",
}  # fmt: skip


def record(event: str, *, by: Account, subject: Any, data: Mapping[str, Any] | None = None) -> LedgerEntry:
    """Write that `by` did `event` to `subject`. Must run inside the transaction of the deed itself."""
    kind = EVENTS[event]
    given = dict(data or {})
    if strange := given.keys() - kind.data:
        raise ValueError(f"{event} may not carry {sorted(strange)}")
    if not connection.in_atomic_block:
        raise RuntimeError(f"{event} was recorded outside a transaction")
    return LedgerEntry.objects.create(
        event=event,
        happened_at=now(),
        actor_id=by.pk,
        actor_name=str(by)[:120],
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_title=str(subject)[:300],
        person_id=_person_of(subject),
        data=given,
    )


_TURNED = f"{', '.join(_SENT)}, turn"
# What `sent` made, as rows in their order; {0} stands for the parameter.
ROWS = (
    f"SELECT {', '.join(_SENT)} FROM ROWS FROM "  # noqa: S608
    f"(json_to_recordset({{0}}) AS ({', '.join(f'{name} {kind}' for name, kind in _SENT.items())})) "
    f"WITH ORDINALITY AS g({_TURNED})"
)
INSERT = f"INSERT INTO kernel_ledgerentry ({', '.join(_SENT)})"
_EACH = Prepared(f"{INSERT} {ROWS.format('$1')} ORDER BY turn RETURNING id", JSON)


def record_each(event: str, deeds: Sequence[tuple[Account, Any, Mapping[str, Any]]]) -> list[LedgerEntry]:
    """`record` for several deeds of one kind, each (by whom, to what, its facts), in one statement."""
    made = _made(event, deeds)
    wanted = orjson.dumps([{name: getattr(entry, name) for name in _SENT} for entry in made])
    for entry, (number,) in zip(made, _EACH.rows(wanted) if made else (), strict=True):
        entry.pk = number
    return made


def sent(event: str, deeds: Iterable[tuple[Account, Any, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """What `record_each` would write, for a deed that writes all it does in one statement (INSERT, ROWS): a statement
    is a transaction. In JSON it is the parameter of ROWS."""
    kind, moment = EVENTS[event], now()
    return [_columns(event, kind.data, moment, *deed) for deed in deeds]


def record_many(
    event: str, *, by: Account, subjects: Iterable[Any], data: Callable[[Any], Mapping[str, Any]] = lambda _subject: {}
) -> int:
    """`record` for many subjects of one deed at once (an import); returns how many. `data` tells each one's facts."""
    return copying.copy_in(LedgerEntry, entries(event, by=by, subjects=subjects, data=data), leave_out=("id",))


def entries(
    event: str, *, by: Account, subjects: Iterable[Any], data: Callable[[Any], Mapping[str, Any]] = lambda _subject: {}
) -> list[LedgerEntry]:
    """What `record_many` writes, for a deed that stores it together with its other rows, in its own transaction."""
    return _made(event, ((by, subject, data(subject)) for subject in subjects))


def _made(event: str, deeds: Iterable[tuple[Account, Any, Mapping[str, Any]]]) -> list[LedgerEntry]:
    kind = EVENTS[event]
    if not connection.in_atomic_block:
        raise RuntimeError(f"{event} was recorded outside a transaction")
    moment = now()
    return [copying.fresh(LedgerEntry, **_columns(event, kind.data, moment, *deed)) for deed in deeds]


def _columns(
    event: str, allowed: Collection[str], moment: datetime, by: Account, subject: Any, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """An entry's columns but its number."""
    given = dict(facts)
    if strange := given.keys() - set(allowed):
        raise ValueError(f"{event} may not carry {sorted(strange)}")
    return {
        "event": event, "happened_at": moment, "actor_id": by.pk, "actor_name": str(by)[:120],
        "subject_kind": subject._meta.label_lower, "subject_id": str(subject.pk),
        "subject_title": str(subject)[:300], "person_id": _person_of(subject), "data": given,
    }  # fmt: skip


def _person_of(subject: Any) -> str:
    """Entries about a person can be shown to that person, whatever kind of record they were on."""
    return str(getattr(subject, "person_id", None) or "")


# What a wing withholds from those who read the ledger until its time has come (how many sealed bids there are). The
# entries are written, sealed and verified like all others.
WITHHELD: list[Callable[[], Q]] = []


def shown(rows: Any) -> Any:
    """`rows` of the ledger without what is withheld now."""
    for hidden in WITHHELD:
        rows = rows.exclude(hidden())
    return rows


def about(subject: Any) -> Any:
    """The entries on one record, oldest first."""
    return LedgerEntry.objects.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("id")


def leaf_of(entry: LedgerEntry) -> bytes:
    """The entry's leaf hash. Every column takes part, so a change to any of them shows."""
    fields = {
        "id": entry.pk,
        "event": entry.event,
        "at": entry.happened_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "name": entry.actor_name,
        "kind": entry.subject_kind,
        "subject": entry.subject_id,
        "title": entry.subject_title,
        "person": entry.person_id,
        "data": entry.data,
    }
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The root over `leaves` in their order; 32 zero bytes for none."""
    level = list(leaves)
    if not level:
        return bytes(32)
    while len(level) > 1:
        paired = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def chained(previous: str, merkle: str, number: int, size: int) -> str:
    return hashlib.sha256(f"{previous}|{merkle}|{number}|{size}".encode()).hexdigest()


@transaction.atomic
def seal(*, limit: int = BATCH, thorough: bool = False) -> LedgerSeal | None:
    """Seal what is committed and not sealed yet, up to `limit` entries; None when there is nothing to seal.

    One sealer at a time (an advisory lock); writers are never waited for. An entry whose transaction commits after
    a later one was sealed simply takes part in the next seal. Each minute only the entries after the last sealed one,
    and LOOK_BACK numbers before it, are looked through; `thorough` (daily, and before a backup) looks at all of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING_LOCK])
    newest = LedgerLeaf.objects.aggregate(newest=Max("entry_id"))["newest"] or 0
    entries = _unsealed(after=FIRST if thorough else newest - LOOK_BACK, limit=limit)
    if not entries:
        return None
    last = LedgerSeal.objects.order_by("-id").first()
    number, previous = (last.pk + 1, last.root) if last else (1, GENESIS)
    leaves = [leaf_of(entry) for entry in entries]
    merkle = merkle_root(leaves).hex()
    made = LedgerSeal.objects.create(
        id=number, sealed_at=now(), size=len(leaves), merkle_root=merkle, previous_root=previous,
        root=chained(previous, merkle, number, len(leaves)),
    )  # fmt: skip
    LedgerLeaf.objects.bulk_create(
        LedgerLeaf(entry_id=entry.pk, seal_id=number, position=place, digest=leaf.hex())
        for place, (entry, leaf) in enumerate(zip(entries, leaves, strict=True))
    )
    return made


def _unsealed(*, after: int, limit: int) -> list[LedgerEntry]:
    """The first entries behind `after` that no seal holds.

    Compared range by range here rather than by an anti-join: right after a bulk load the database knows nothing of the
    tables' sizes yet, and its plan for NOT EXISTS was then quadratic (minutes for 100,000 entries).
    """
    found: list[int] = []
    while len(found) < limit:
        entries = LedgerEntry.objects.filter(pk__gt=after).order_by("pk")
        numbers = list(entries.values_list("pk", flat=True)[:RANGE])
        if not numbers:
            break
        after = numbers[-1]
        leaves = LedgerLeaf.objects.filter(entry_id__gte=numbers[0], entry_id__lte=after)
        sealed = set(leaves.values_list("entry_id", flat=True))
        found += [number for number in numbers if number not in sealed]
    return list(LedgerEntry.objects.filter(pk__in=found[:limit]).order_by("pk"))


def seal_all() -> int:
    """Seal until nothing is left, late ones of any age included; returns how many seals were made."""
    made = 0
    while seal() is not None:
        made += 1
    while seal(thorough=True) is not None:
        made += 1
    return made


def latest_root() -> str:
    """The root of the newest seal, to be kept elsewhere: printed, published, written into backups."""
    newest = LedgerSeal.objects.order_by("-id").first()
    return newest.root if newest else GENESIS


@dataclass(frozen=True)
class Verdict:
    """What verification found. `fault` is None, or the first thing wrong with where it is; `sentence` says it."""

    entries: int
    seals: int
    unsealed: int
    root: str
    fault: dict[str, Any] | None

    @property
    def sound(self) -> bool:
        return self.fault is None

    @property
    def sentence(self) -> Phrase:
        """The verdict as people read it."""
        if self.fault is None:
            return say("The ledger is whole: {entries} entries in {seals} seals, {unsealed} not sealed yet.",
                       entries=self.entries, seals=self.seals, unsealed=self.unsealed)  # fmt: skip
        return FAULTS[self.fault["what"]](**{name: at for name, at in self.fault.items() if name != "what"})


# Places are counted from 1 in sentences, as people do.
FAULTS: dict[str, Phrase] = {
    "seal_missing": say("Seal {seal} is missing."),
    "leaf_missing": say("Seal {seal} has lost what stood at place {place}."),
    "leaf_added": say("Something was added to seal {seal} at place {place} after it was sealed."),
    "leaf_without_seal": say("Entry {entry} stands in seal {seal}, which does not exist."),
    "entry_missing": say("Entry {entry} is missing; it stood at place {place} of seal {seal}."),
    "entry_changed": say("Entry {entry} was changed after it was sealed; it stands at place {place} of seal {seal}."),
    "leaves_changed_or_reordered": say("The entries of seal {seal} were reordered, or their hashes were changed."),
    "chain_broken": say("Seal {seal} does not follow from the seal before it."),
    "root_not_found": say("The root {root} does not occur: seals were removed or made again since it was published."),
}


def verify(*, expected_root: str | None = None) -> Verdict:
    """Walk every seal again, a batch at a time. `expected_root`, known from elsewhere (a backup, a printed page), must
    occur; without it, a ledger whose newest seals were all removed together cannot be told from a shorter one.
    """
    with transaction.atomic():
        if _outermost():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        fault, root, seals, met = None, GENESIS, 0, expected_root in (None, GENESIS)
        for number, one in enumerate(LedgerSeal.objects.order_by("id").iterator(), start=1):
            fault = _fault_in(one, number, root)
            if fault:
                break
            root, seals = one.root, number
            met = met or root == expected_root
        fault = fault or _leaf_without_seal()
        if not fault and not met:
            fault = {"what": "root_not_found", "root": expected_root}
        leaves = LedgerLeaf.objects.count()
        entries = LedgerEntry.objects.count()
        return Verdict(entries, seals, max(0, entries - leaves), root, fault)


def _outermost() -> bool:
    return connection.in_atomic_block and not connection.savepoint_ids


def _leaf_without_seal() -> dict[str, Any] | None:
    strays = LedgerLeaf.objects.exclude(seal_id__in=LedgerSeal.objects.values("id"))
    stray = strays.order_by("seal_id", "position").first()
    return {"what": "leaf_without_seal", "seal": stray.seal_id, "entry": stray.entry_id} if stray else None


def _fault_in(one: LedgerSeal, number: int, previous: str) -> dict[str, Any] | None:
    """The first fault inside one seal, or None."""
    if one.pk != number:
        return {"what": "seal_missing", "seal": number}
    leaves = list(LedgerLeaf.objects.filter(seal_id=one.pk).order_by("position"))
    entries = LedgerEntry.objects.in_bulk([leaf.entry_id for leaf in leaves])
    for place, leaf in enumerate(leaves):
        entry = entries.get(leaf.entry_id)
        where = {"seal": one.pk, "place": place + 1, "entry": leaf.entry_id}
        if place >= one.size:
            return {"what": "leaf_added", **where}
        if leaf.position != place:
            return {"what": "leaf_missing", "seal": one.pk, "place": place + 1}
        if entry is None:
            return {"what": "entry_missing", **where}
        if leaf_of(entry).hex() != leaf.digest:
            return {"what": "entry_changed", **where}
    if len(leaves) < one.size:
        return {"what": "leaf_missing", "seal": one.pk, "place": len(leaves) + 1}
    merkle = merkle_root(bytes.fromhex(leaf.digest) for leaf in leaves).hex()
    if merkle != one.merkle_root:
        return {"what": "leaves_changed_or_reordered", "seal": one.pk}
    if one.previous_root != previous or one.root != chained(previous, merkle, one.pk, one.size):
        return {"what": "chain_broken", "seal": one.pk}
    return None
