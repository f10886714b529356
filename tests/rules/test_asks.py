"""What a verb asks for is taken as typed or refused field by field; nothing anybody can send is a crash."""

import enum
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.asks import (
    Ask,
    Count,
    Day,
    Fen,
    File,
    Line,
    Moment,
    Paragraph,
    Upload,
    Yes,
    asks_of,
    coerce,
    ref,
)  # fmt: skip
from xinglin.kernel.clock import ZONE
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import FieldRefusals
from xinglin.kernel.words import Word


class Colour(Word):
    RED = "red", say("Red")
    BLUE = "blue", say("Blue")


@dataclass(frozen=True)
class Party:
    name: Line
    share: Count
    since: Day | None = None


def everything(
    *,
    line: Line,
    text: Paragraph,
    day: Day,
    moment: Moment,
    fen: Fen,
    count: Count,
    number: Decimal,
    colour: Colour,
    organisation_id: ref("roster.organisation"),  # type: ignore[valid-type]
    parties: list[Party],
    colours: list[Colour],
    paper: File | None = None,
    note: Line | None = None,
    small: Annotated[int, Ask("count", least=1, most=3)] = 2,
    sure: Yes = False,
    by: Any,
) -> None:
    """Asks for one of each."""


GOOD: dict[str, Any] = {
    "line": " 示例 ", "text": "a\r\nb", "day": "2026年11月22日", "moment": "2026-11-22 14:30", "fen": "1,200.50",
    "count": "１２", "number": "3.5", "colour": "red", "organisation_id": "01H", "colours": "red、blue",
    "parties": [{"name": "甲", "share": 60}, {"name": "乙", "share": "40", "since": "2026/1/2"}],
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.integers(10**20, 10**21)
    | st.sampled_from([10**4000, -(10**400), "1e999999999", "NaN", "-Infinity", "0001-01-01T00:00+23:59", "9999-12-31",
                       "\x00", "\ud800", "万", "¥", "٣", "1e-999999", "１万", "+", "2026-02-30", " " * 9]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def test_what_people_type_becomes_what_the_action_takes() -> None:
    taken = coerce(everything, GOOD, money="yuan")
    assert taken["line"] == "示例" and taken["text"] == "a\nb"
    assert taken["day"] == date(2026, 11, 22)
    assert taken["moment"] == datetime(2026, 11, 22, 14, 30, tzinfo=ZONE)
    assert taken["fen"] == 120_050 and taken["count"] == 12 and taken["number"] == Decimal("3.5")
    assert taken["colour"] is Colour.RED and taken["colours"] == [Colour.RED, Colour.BLUE]
    assert taken["parties"] == [Party("甲", 60), Party("乙", 40, date(2026, 1, 2))]
    assert taken["paper"] is None and taken["note"] is None and taken["small"] == 2 and taken["sure"] is False


@pytest.mark.parametrize(
    ("typed", "money", "fen"),
    [
        ("1.5万", "yuan", 1_500_000),
        ("¥ 12", "yuan", 1_200),
        ("12元", "yuan", 1_200),
        (700, "fen", 700),
        ("0", "yuan", 0),
    ],
)
def test_money(typed: Any, money: Any, fen: int) -> None:
    assert coerce(everything, GOOD | {"fen": typed}, money=money)["fen"] == fen


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("fen", "0.001", "fields.money"), ("fen", "-1", "fields.small"), ("fen", "1e400", "fields.money"),
        ("fen", "1e999999999", "fields.money"), ("number", "1e999999", "fields.number"),
        ("number", "x", "fields.number"),
        ("day", "2026-02-30", "fields.day"), ("day", "0026-02-03", "fields.day_far"), ("count", True, "fields.count"),
        ("count", 10**300, "fields.count"), ("count", 1.5, "fields.count"), ("small", 4, "fields.large"),
        ("line", "x" * 201, "fields.long"), ("line", "a\x00b", "fields.control"),
        ("line", "a\u202eb", "fields.control"),
        ("line", "", "fields.missing"), ("line", 5, "fields.text"), ("colour", "green", "fields.choice"),
        ("colour", ["red"], "fields.choice"), ("parties", [], "fields.missing"), ("parties", ["x"], "fields.row"),
        ("parties", [{"name": "x", "share": "y"}], "fields.count"), ("moment", "soon", "fields.moment"),
        ("paper", "x", "fields.file"), ("paper", Upload("a.pdf", b""), "fields.file_empty"),
        ("nme", "x", "fields.unknown"),
    ],
)  # fmt: skip
def test_every_bad_field_is_named(name: str, typed: Any, code: str) -> None:
    with pytest.raises(FieldRefusals) as caught:
        coerce(everything, GOOD | {name: typed}, money="yuan")
    assert {field: refusal.code for field, refusal in caught.value.fields.items()} == {name: code}


def test_all_bad_fields_are_named_at_once() -> None:
    with pytest.raises(FieldRefusals) as caught:
        coerce(everything, {"day": "x", "fen": "y"}, money="yuan")
    required = {name for name, ask in asks_of(everything).items() if not ask.optional and ask.kind != "yes"}
    assert set(caught.value.fields) == required


@given(st.dictionaries(st.sampled_from([*asks_of(everything), "strange"]), JSON), st.sampled_from(["yuan", "fen"]))
def test_nothing_that_can_be_sent_is_a_crash(sent: dict[str, Any], money: Any) -> None:
    try:
        taken = coerce(everything, GOOD | sent, money=money)
    except FieldRefusals as refusals:
        for refusal in refusals.fields.values():
            assert str(refusal.sentence)
    else:
        assert set(taken) == set(asks_of(everything))


@given(st.dictionaries(st.text(max_size=10), JSON, max_size=5))
def test_strange_names_are_refused_by_name(sent: dict[str, Any]) -> None:
    strange = set(sent) - set(asks_of(everything))
    try:
        coerce(everything, GOOD | sent, money="fen")
    except FieldRefusals as refusals:
        assert strange <= set(refusals.fields)
    else:
        assert not strange


def test_an_action_that_asks_for_something_no_page_can_ask_is_a_bug() -> None:
    def wrong(*, shape: enum.Flag, by: Any) -> None:
        """Asks for a flag."""

    with pytest.raises(TypeError, match="no page can ask"):
        asks_of(wrong)
