"""Prepared statements: values arrive as they were sent, plans are kept; and no table carries an index for nothing."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.prepared import INT4S, INT8S, TEXTS, UUIDS, Prepared, int4s, int8s, texts, uuids

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


def test_no_text_has_a_second_index_for_prefixes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%\\_pattern\\_ops%'")
        assert cursor.fetchall() == []
