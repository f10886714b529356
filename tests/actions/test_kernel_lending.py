"""Connections outlive the threads that used them: as many are open as work at once, however many threads there were."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction

from xinglin.kernel.lending import close_all, lent
from xinglin.kernel.prepared import Prepared


def backend(found: list[Any]) -> None:
    try:
        with lent(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            found.append(cursor.fetchone()[0])
        found.append([one.connection for one in connections.all(initialized_only=True)])
    except BaseException as error:
        found.append(error)


def threads(count: int) -> list[Any]:
    told: list[list[Any]] = []
    for _ in range(count):
        found: list[Any] = []
        one = threading.Thread(target=backend, args=(found,))
        one.start()
        one.join(20)
        told.append(found)
    return told


@pytest.mark.django_db(transaction=True)
def test_many_threads_one_after_the_other_share_one_connection() -> None:
    close_all()
    try:
        told = threads(40)
        assert len({found[0] for found in told}) == 1 and all(found[1] == [] for found in told)
        # The database let go of it: the next one is another, and nobody notices.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [told[0][0]])
        again = threads(2)
        assert again[0][0] == again[1][0] != told[0][0]
    finally:
        close_all()


@pytest.mark.django_db
def test_inside_a_transaction_the_thread_keeps_its_own() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = cursor.fetchone()[0]
        found: list[Any] = []
        backend(found)
        assert found[0] == mine and connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_a_prepared_statement_runs_on_the_connection_that_is_lent_now() -> None:
    close_all()
    mine = Prepared("SELECT pg_backend_pid()")
    told: list[tuple[int, int]] = []
    taken, done = threading.Event(), threading.Event()

    def ask() -> None:
        with lent(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            told.append((mine.rows()[0][0], cursor.fetchone()[0]))

    def hold() -> None:
        with lent(), connection.cursor():
            taken.set()
            done.wait(20)

    def twice() -> None:
        ask()
        other = threading.Thread(target=hold)
        other.start()
        taken.wait(20)
        ask()
        done.set()
        other.join(20)

    one = threading.Thread(target=twice)
    one.start()
    one.join(60)
    try:
        assert len(told) == 2 and all(prepared == usual for prepared, usual in told) and told[0] != told[1]
    finally:
        close_all()
