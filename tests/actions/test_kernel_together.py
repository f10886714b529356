"""Deeds of several requests in one transaction: shared when they come together, each its own when one is bad."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from xinglin.kernel import ledger, permits
from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.prepared import INT4S, INT8, TEXT, UUIDS, Prepared, int4s, int8, uuids
from xinglin.kernel.together import Together


class Clerk:
    """Opens accounts; waits inside its first transaction until `go` is set. A name that begins with "bad" is refused."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.inside, self.go = threading.Event(), threading.Event()

    def write(self, names: Sequence[str]) -> list[str]:
        self.batches.append(list(names))
        if not self.inside.is_set():
            self.inside.set()
            self.go.wait(20)
        for name in names:
            Account.objects.create(username=name, password="!")
        if any(name.startswith("bad") for name in names):
            raise ValueError("refused")
        return [name.upper() for name in names]


@pytest.mark.django_db(transaction=True)
def test_they_share_a_transaction_and_each_learns_its_own_end() -> None:
    clerk = Clerk()
    together, found = Together(clerk.write), dict[str, Any]()

    def ask(name: str) -> None:
        try:
            found[name] = together.do(name)
        except ValueError as error:
            found[name] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("first", "one", "bad one", "two")]
    threads[0].start()
    assert clerk.inside.wait(20)
    for thread in threads[1:]:
        thread.start()
    while len(together._queue) < 3:
        pass
    clerk.go.set()
    for thread in threads:
        thread.join(20)
    assert clerk.batches[0] == ["first"] and sorted(clerk.batches[1]) == ["bad one", "one", "two"]
    assert sorted(map(tuple, clerk.batches[2:])) == [("bad one",), ("one",), ("two",)]
    assert isinstance(found.pop("bad one"), ValueError) and found == {"first": "FIRST", "one": "ONE", "two": "TWO"}
    assert set(Account.objects.values_list("username", flat=True)) >= {"first", "one", "two"}
    assert not Account.objects.filter(username="bad one").exists()


@pytest.mark.django_db
def test_inside_a_transaction_it_takes_part_in_that_one() -> None:
    clerk = Clerk()
    clerk.inside.set()
    together = Together(clerk.write)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert together.do("one") == "ONE"
        raise ZeroDivisionError
    with pytest.raises(ValueError, match="refused"):
        together.do("bad")
    assert not Account.objects.filter(username__in=["one", "bad"]).exists()


@pytest.mark.django_db
def test_entries_of_one_statement_are_entries_like_others() -> None:
    by, other = permits.the_program(), Account.objects.create(username="示例", password="!")
    one, two = ledger.record_each("kernel.granted", [
        (by, other, {"role": "doctor", "scope": ["organisation", "“1”"]}), (other, by, {"role": "steward"}),
    ])  # fmt: skip
    assert one.pk < two.pk and ledger.record_each("kernel.granted", []) == []
    kept = LedgerEntry.objects.get(pk=one.pk)
    assert (kept.actor_id, kept.subject_id, kept.data["scope"]) == (by.pk, other.pk, ["organisation", "“1”"])
    assert ledger.leaf_of(kept) == ledger.leaf_of(one)
    ledger.seal_all()
    assert ledger.verify().sound
    with pytest.raises(ValueError, match="may not carry"):
        ledger.record_each("kernel.granted", [(by, other, {"strange": 1})])


@pytest.mark.django_db
def test_prepared_values_arrive_as_they_were_sent() -> None:
    from uuid import uuid4

    from django.db import DatabaseError

    some = [uuid4(), uuid4()]
    echo = Prepared("SELECT $1::bigint, $2::int[], $3::text, $4::uuid[]", INT8, INT4S, TEXT, UUIDS)
    for numbers in ([], [1], [-(2**31), 2**31 - 1]):
        found = echo.rows(int8(2**40), int4s(numbers), "示例".encode(), uuids(some))
        assert found == [(2**40, numbers, "示例", some)]
    assert echo.rows(None, None, None, None) == [(None, None, None, None)]
    with pytest.raises(DatabaseError), transaction.atomic():
        Prepared("SELECT 1 / $1", INT8).rows(int8(0))
    assert echo.rows(None, int4s([3]), None, None)[0][1] == [3]


@pytest.mark.django_db(transaction=True)
def test_prepared_statements_survive_a_rollback() -> None:
    echo = Prepared("SELECT $1::bigint", INT8)
    connection.ensure_connection()
    for _ in range(2):
        assert echo.rows(int8(1)) == [(1,)]
        raw: Any = connection.connection
        raw.prepare_threshold = 0
        with psycopg.Cursor(raw) as cursor:
            cursor.execute("SELECT 1", prepare=True)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            echo.rows(int8(1))
            with pytest.raises(KeyError), transaction.atomic():
                raise KeyError
            assert echo.rows(int8(2)) == [(2,)]
            raise ZeroDivisionError
        # What psycopg does when it lets go of all, at a rollback or behind DROP and ALTER.
        raw.wait(raw._deallocate(None))
