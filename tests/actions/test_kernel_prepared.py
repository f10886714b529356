"""Prepared statements: values arrive as they were sent, plans are kept; and no table carries an index for nothing."""

from __future__ import annotations

import threading
import time
from uuid import UUID

import pytest
from django.db import DataError, OperationalError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.models import Account
from xinglin.kernel.prepared import (
    INT4S,
    INT8,
    INT8S,
    TEXTS,
    UUIDS,
    Prepared,
    in_turn,
    int4s,
    int8,
    int8s,
    texts,
    uuids,
)

pytestmark = pytest.mark.django_db

_INT4S, _INT8S = Prepared("SELECT $1", INT4S), Prepared("SELECT $1", INT8S)
_TEXTS, _UUIDS = Prepared("SELECT $1", TEXTS), Prepared("SELECT $1", UUIDS)


@given(
    st.lists(st.integers(-(2**31), 2**31 - 1), max_size=400),
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=400),
    st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=9),
    st.lists(st.uuids(), max_size=9),
)
def test_lists_arrive_as_they_were_sent(four: list[int], eight: list[int], words: list[str], keys: list[UUID]) -> None:
    assert _INT4S.rows(int4s(four)) == [(four,)]
    assert _INT8S.rows(int8s(eight)) == [(eight,)]
    assert _TEXTS.rows(texts(words)) == [(words,)]
    assert _UUIDS.rows(uuids(keys)) == [(keys,)]


def test_a_text_the_database_cannot_hold_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="NUL"):
        texts(["a\0b"])


def test_a_statement_is_planned_once_whatever_the_lengths_of_its_lists() -> None:
    statement = Prepared("SELECT count(*) FROM unnest($1)", INT4S)
    for length in range(1, 12):
        assert statement.rows(int4s(range(length))) == [(length,)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = %s", [statement._name.decode()]
        )
        assert cursor.fetchall() == [(11, 0)]


_COUNTED = Prepared("SELECT count(*) FROM kernel_account WHERE username LIKE 'turn%'")
_PORTION = Prepared("SELECT 12 / $1", INT8)
_LOCKED = Prepared("SELECT pg_advisory_xact_lock($1)", INT8)


def _in_turn_ready() -> None:
    """What is prepared on the connection goes in one round trip; what is not, one by one."""
    assert in_turn((_COUNTED, ()), (_PORTION, (int8(1),)), (_LOCKED, (int8(0x7E57),)))[:2] == [[(0,)], [(12,)]]


def test_statements_in_turn_answer_in_their_order_and_inside_a_transaction() -> None:
    _in_turn_ready()
    Account.objects.create(username="turn-one", password="!")
    assert in_turn((_PORTION, (int8(4),)), (_COUNTED, ()), (_PORTION, (int8(3),))) == [[(3,)], [(1,)], [(4,)]]


@pytest.mark.django_db(transaction=True)
def test_statements_in_turn_begin_the_transaction_and_are_rolled_back_with_it() -> None:
    _in_turn_ready()
    opened = Prepared("INSERT INTO of_turns VALUES ($1)", INT8)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE of_turns (number bigint)")
    opened.rows(int8(1))
    kept = Prepared("SELECT count(*) FROM of_turns")
    assert kept.rows() == [(1,)]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert in_turn((opened, (int8(2),)), (kept, ())) == [[], [(2,)]]
        raise ZeroDivisionError
    assert kept.rows() == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_after_a_statement_that_fails_none_is_run_and_the_connection_goes_on() -> None:
    _in_turn_ready()
    with pytest.raises(DataError, match="division"), transaction.atomic():
        in_turn((_COUNTED, ()), (_PORTION, (int8(0),)), (_COUNTED, ()))
    assert in_turn((_PORTION, (int8(2),)), (_COUNTED, ())) == [[(6,)], [(0,)]]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_ends_between_them_is_an_error_and_no_endless_wait() -> None:
    _in_turn_ready()
    ends = Prepared("SELECT pg_terminate_backend($1::int)", INT8)
    assert ends.rows(int8(0)) == [(False,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = cursor.fetchone()[0]
    with pytest.raises(OperationalError):
        in_turn((_COUNTED, ()), (ends, (int8(own),)), (_COUNTED, ()))
    connection.close()
    assert _COUNTED.rows() == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_each_in_turn_sees_what_was_committed_when_it_began_and_waiting_stops_nobody() -> None:
    _in_turn_ready()
    held, go = threading.Event(), threading.Event()

    def other() -> None:
        with transaction.atomic():
            _LOCKED.rows(int8(0x7E57))
            held.set()
            go.wait(20)
            # The one who waits must not keep this thread from running: it waits for this very commit.
            time.sleep(0.2)
            Account.objects.create(username="turn-two", password="!")
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    assert held.wait(20)
    with transaction.atomic():
        go.set()
        _, found = in_turn((_LOCKED, (int8(0x7E57),)), (_COUNTED, ()))
    thread.join(20)
    assert found == [(1,)]


def test_no_text_has_a_second_index_for_prefixes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%\\_pattern\\_ops%'")
        assert cursor.fetchall() == []
