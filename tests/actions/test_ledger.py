"""The ledger refuses change, and finds what a superuser changed behind its back."""

import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from xinglin.kernel import ledger, permits
from xinglin.kernel.events import EVENTS
from xinglin.kernel.models import Account, LedgerEntry, LedgerLeaf, LedgerSeal
from xinglin.kernel.phrases import Phrase

ENTRY, LEAF, SEAL = "kernel_ledgerentry", "kernel_ledgerleaf", "kernel_ledgerseal"


def write(count: int, by: Account) -> list[LedgerEntry]:
    with transaction.atomic():
        return [
            ledger.record("kernel.token_issued", by=by, subject=by, data={"name": f"示例 {n}", "abilities": []})
            for n in range(count)
        ]


@pytest.fixture
def by(db: None) -> Account:
    return permits.the_program()


@pytest.fixture
def sealed(by: Account) -> list[LedgerEntry]:
    """Three seals of four, four and three entries."""
    entries = write(11, by)
    while ledger.seal(limit=4):
        pass
    assert ledger.verify().sound
    return entries


def behind_its_back(*statements: str) -> None:
    """What a database superuser can do: switch the guards off, change rows, switch them on again."""
    with connection.cursor() as cursor:
        for table in (ENTRY, LEAF, SEAL):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in (ENTRY, LEAF, SEAL):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_an_entry_says_what_happened(by: Account) -> None:
    (entry,) = write(1, by)
    entry.refresh_from_db()
    assert (entry.actor_id, entry.subject_kind, entry.subject_id) == (by.pk, "kernel.account", by.pk)
    assert list(ledger.about(by)) == [entry]


def test_unknown_events_and_unlisted_data_are_bugs(by: Account) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        ledger.record("kernel.nonsense", by=by, subject=by)
    with pytest.raises(ValueError, match="may not carry"), transaction.atomic():
        ledger.record("kernel.signed_in", by=by, subject=by, data={"password": "x"})


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction() -> None:
    by = permits.the_program()
    with pytest.raises(RuntimeError, match="outside a transaction"):
        ledger.record("kernel.signed_in", by=by, subject=by)


@pytest.mark.parametrize("table", [ENTRY, LEAF, SEAL])
@pytest.mark.parametrize("deed", ["DELETE FROM {t}", "UPDATE {t} SET {c} = {c}", "TRUNCATE {t}"])
def test_the_database_itself_refuses(sealed: list[LedgerEntry], table: str, deed: str) -> None:
    column = {ENTRY: "data", LEAF: "digest", SEAL: "root"}[table]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed.format(t=table, c=column))


Damage = Callable[[list[LedgerEntry]], list[str]]
DAMAGES: dict[str, tuple[Damage, dict[str, int | str]]] = {
    "an entry's data changed": (
        lambda e: [f'UPDATE {ENTRY} SET data = \'{{"name": "x"}}\' WHERE id = {e[5].pk}'],
        {"what": "entry_changed", "seal": 2, "place": 2},
    ),
    "an entry's actor changed": (
        lambda e: [f"UPDATE {ENTRY} SET actor_name = 'somebody else' WHERE id = {e[0].pk}"],
        {"what": "entry_changed", "seal": 1, "place": 1},
    ),
    "an entry's time changed by a microsecond": (
        lambda e: [f"UPDATE {ENTRY} SET happened_at = happened_at + interval '1 microsecond' WHERE id = {e[3].pk}"],
        {"what": "entry_changed", "seal": 1, "place": 4},
    ),
    "an entry removed": (
        lambda e: [f"DELETE FROM {ENTRY} WHERE id = {e[6].pk}"],
        {"what": "entry_missing", "seal": 2, "place": 3},
    ),
    "two entries swapped": (
        lambda e: [
            f"UPDATE {ENTRY} SET id = -1 WHERE id = {e[1].pk}",
            f"UPDATE {ENTRY} SET id = {e[1].pk} WHERE id = {e[2].pk}",
            f"UPDATE {ENTRY} SET id = {e[2].pk} WHERE id = -1",
        ],
        {"what": "entry_changed", "seal": 1, "place": 2},
    ),
    "an entry and its hash removed": (
        lambda e: [f"DELETE FROM {LEAF} WHERE entry_id = {e[9].pk}", f"DELETE FROM {ENTRY} WHERE id = {e[9].pk}"],
        {"what": "leaf_missing", "seal": 3, "place": 2},
    ),
    "the last entry of a seal and its hash removed": (
        lambda e: [f"DELETE FROM {LEAF} WHERE entry_id = {e[10].pk}", f"DELETE FROM {ENTRY} WHERE id = {e[10].pk}"],
        {"what": "leaf_missing", "seal": 3, "place": 3},
    ),
    "an entry inserted into a sealed batch": (
        lambda e: [
            f"INSERT INTO {ENTRY} SELECT id + 1000, event, happened_at, actor_id, actor_name, subject_kind, "
            f"subject_id, subject_title, person_id, data FROM {ENTRY} WHERE id = {e[0].pk}",
            f"INSERT INTO {LEAF} SELECT entry_id + 1000, seal_id, 4, digest FROM {LEAF} WHERE entry_id = {e[0].pk}",
        ],
        {"what": "leaf_added", "seal": 1, "place": 5},
    ),
    "two hashes swapped": (
        lambda e: [
            f"UPDATE {LEAF} SET position = 99 WHERE entry_id = {e[4].pk}",
            f"UPDATE {LEAF} SET position = 0 WHERE entry_id = {e[5].pk}",
            f"UPDATE {LEAF} SET position = 1 WHERE entry_id = {e[4].pk}",
        ],
        {"what": "leaves_changed_or_reordered", "seal": 2},
    ),
    "a hash changed": (
        lambda e: [f"UPDATE {LEAF} SET digest = repeat('0', 64) WHERE entry_id = {e[4].pk}"],
        {"what": "entry_changed", "seal": 2, "place": 1},
    ),
    "a hash that is none": (
        lambda e: [f"UPDATE {LEAF} SET digest = 'nonsense' WHERE entry_id = {e[4].pk}"],
        {"what": "entry_changed", "seal": 2, "place": 1},
    ),
    "the first seal removed": (lambda _: [f"DELETE FROM {SEAL} WHERE id = 1"], {"what": "seal_missing", "seal": 1}),
    "a seal in the middle removed": (
        lambda _: [f"DELETE FROM {SEAL} WHERE id = 2"],
        {"what": "seal_missing", "seal": 2},
    ),
    "the last seal removed": (
        lambda e: [f"DELETE FROM {SEAL} WHERE id = 3"],
        {"what": "leaf_without_seal", "seal": 3},
    ),
    "a seal's root changed": (
        lambda _: [f"UPDATE {SEAL} SET root = repeat('a', 64) WHERE id = 2"],
        {"what": "chain_broken", "seal": 2},
    ),
    "a seal's size changed": (
        lambda _: [f"UPDATE {SEAL} SET size = 5 WHERE id = 1"],
        {"what": "leaf_missing", "seal": 1, "place": 5},
    ),
    "a seal changed with all that follows from it but the chain": (
        lambda e: [f"UPDATE {SEAL} SET merkle_root = repeat('b', 64) WHERE id = 3"],
        {"what": "leaves_changed_or_reordered", "seal": 3},
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_a_superuser_changed_is_found(sealed: list[LedgerEntry], name: str) -> None:
    damage, expected = DAMAGES[name]
    behind_its_back(*damage(sealed))
    verdict = ledger.verify()
    assert verdict.fault is not None
    assert {key: verdict.fault.get(key) for key in expected} == expected
    assert "{" not in str(verdict.sentence)


def test_the_first_of_several_faults_is_named(sealed: list[LedgerEntry]) -> None:
    behind_its_back(
        f"DELETE FROM {ENTRY} WHERE id = {sealed[8].pk}",
        f"UPDATE {ENTRY} SET actor_name = 'x' WHERE id = {sealed[2].pk}",
    )
    fault = ledger.verify().fault
    assert fault is not None and fault["entry"] == sealed[2].pk


def test_a_cut_tail_is_found_by_a_root_known_from_elsewhere(sealed: list[LedgerEntry]) -> None:
    published = ledger.latest_root()
    cut = ", ".join(str(entry.pk) for entry in sealed[8:])
    behind_its_back(
        f"DELETE FROM {ENTRY} WHERE id IN ({cut})",
        f"DELETE FROM {LEAF} WHERE seal_id = 3",
        f"DELETE FROM {SEAL} WHERE id = 3",
    )
    assert ledger.verify().sound, "nothing inside can show it: the rest is a whole, shorter ledger"
    verdict = ledger.verify(expected_root=published)
    assert verdict.fault == {"what": "root_not_found", "root": published}


def test_a_root_from_the_middle_still_occurs(sealed: list[LedgerEntry]) -> None:
    for root in LedgerSeal.objects.values_list("root", flat=True):
        assert ledger.verify(expected_root=root).sound


def test_an_entry_sealed_again_after_a_change_breaks_every_root_since(sealed: list[LedgerEntry]) -> None:
    """Somebody who rewrites a seal and all that follow it consistently is found by any root published before."""
    published = ledger.latest_root()
    behind_its_back(
        f"UPDATE {ENTRY} SET actor_name = 'x' WHERE id = {sealed[5].pk}",
        f"DELETE FROM {LEAF} WHERE seal_id >= 2",
        f"DELETE FROM {SEAL} WHERE id >= 2",
    )
    ledger.seal_all()
    assert ledger.verify().sound
    assert ledger.verify(expected_root=published).fault is not None


def test_every_fault_and_event_has_a_sentence() -> None:
    assert all(isinstance(sentence, Phrase) and sentence.msgid for sentence in ledger.FAULTS.values())
    assert all(event.sentence.msgid for event in EVENTS.values())


@pytest.fixture
def threads() -> Iterator[list[threading.Thread]]:
    made: list[threading.Thread] = []
    yield made
    for thread in made:
        thread.join(timeout=30)


@pytest.mark.django_db(transaction=True)
def test_two_writers_and_a_sealer_never_wait_for_each_other_and_lose_nothing(threads: list[threading.Thread]) -> None:
    by, rounds, done, troubles = permits.the_program(), 40, threading.Event(), []

    def writer() -> None:
        try:
            for _ in range(rounds):
                write(3, by)
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    def sealer() -> None:
        try:
            while not done.is_set():
                ledger.seal(limit=7)
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=writer) for _ in range(2)]
    sealing = threading.Thread(target=sealer)
    threads += [*writers, sealing]
    for thread in threads:
        thread.start()
    for thread in writers:
        thread.join(timeout=30)
    done.set()
    sealing.join(timeout=30)
    ledger.seal_all()
    verdict = ledger.verify()
    assert not troubles
    assert verdict.sound and verdict.entries == 2 * rounds * 3 and verdict.unsealed == 0


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_sealed_next_time(threads: list[threading.Thread]) -> None:
    by = permits.the_program()
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write(1, by)
            written.set()
            may_commit.wait(timeout=20)
        connection.close()

    thread = threading.Thread(target=slow)
    threads.append(thread)
    thread.start()
    assert written.wait(timeout=20)
    later = write(2, by)
    first = ledger.seal()
    assert first is not None and first.size == 2
    may_commit.set()
    thread.join(timeout=20)
    second = ledger.seal()
    assert second is not None and second.size == 1
    late = LedgerLeaf.objects.get(seal_id=second.pk).entry_id
    assert late < later[0].pk
    assert ledger.verify().sound


def test_a_very_late_entry_is_sealed_by_the_thorough_pass(by: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "LOOK_BACK", 2)
    entries = write(6, by)
    ledger.seal()
    behind_its_back(
        f"INSERT INTO {ENTRY} SELECT id - 100000, event, happened_at, actor_id, actor_name, subject_kind, subject_id, "
        f"subject_title, person_id, data FROM {ENTRY} WHERE id = {entries[0].pk}"
    )
    assert ledger.seal() is None
    assert ledger.seal_all() == 1
    assert ledger.verify().unsealed == 0


def test_a_rolled_back_deed_leaves_no_entry(by: Account) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(1, by)
        raise ZeroDivisionError
    assert not LedgerEntry.objects.exists()


def many(count: int, by: Account) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {ENTRY} (event, happened_at, actor_id, actor_name, subject_kind, subject_id, subject_title, "
            "person_id, data) SELECT 'kernel.signed_in', now(), %s, '示例', 'kernel.account', %s, '示例', '', "
            "jsonb_build_object('factor', n) FROM generate_series(1, %s) n",
            [by.pk, by.pk, count],
        )


@pytest.mark.slow
def test_a_hundred_thousand_entries_are_sealed_and_verified(by: Account, capsys: pytest.CaptureFixture) -> None:
    many(100_000, by)
    begun = time.perf_counter()
    seals = ledger.seal_all()
    sealed = time.perf_counter()
    verdict = ledger.verify()
    verified = time.perf_counter()
    with capsys.disabled():
        print(f"\n100,000 entries: {seals} seals in {sealed - begun:.1f} s, verified in {verified - sealed:.1f} s")
    assert verdict.sound and verdict.entries == 100_000


def test_verification_holds_one_seal_in_memory_at_a_time(by: Account) -> None:
    def peak() -> int:
        tracemalloc.start()
        assert ledger.verify().sound
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    many(1_000, by)
    while ledger.seal(limit=500):
        pass
    few = peak()
    many(5_000, by)
    while ledger.seal(limit=500):
        pass
    assert peak() < 1.5 * few
