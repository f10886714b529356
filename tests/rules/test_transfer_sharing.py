"""Sharing out: the worked example to the fen, every floor proved, nothing lost or made by any rounding."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xinglin.kernel.machine import Machine
from xinglin.kernel.refusals import Refusal
from xinglin.transfer.rules import income, sharing
from xinglin.transfer.rules.ip import split
from xinglin.transfer.rules.sharing import FLOORS, Member, Parts, proofs, shared_out, sums_of
from xinglin.transfer.rules.transfers import TRANSFER_MOVES
from xinglin.transfer.words.achievements import Post
from xinglin.transfer.words.income import CostKind, EntryKind, Party
from xinglin.transfer.words.transfers import TransferStage as S
from xinglin.transfer.words.transfers import Way

WAN = 1_000_000  # fen
COSTS = frozenset(map(str, CostKind))


def entry(kind: EntryKind, amount: int, **more) -> income.Entry:
    return income.Entry(kind, amount, **more)


def test_the_worked_example_of_42_million() -> None:
    book = income.book_of(
        [entry(EntryKind.RECEIVED, 4_200 * WAN), entry(EntryKind.COST, 150 * WAN, cost_kind=CostKind.PATENT),
         entry(EntryKind.COST, 30 * WAN, cost_kind=CostKind.VALUATION), entry(EntryKind.TAX, 20 * WAN),
         entry(EntryKind.COST, 900 * WAN, cost_kind=CostKind.RESEARCH, fiscal_funded=True)], COSTS,
    )  # fmt: skip
    assert book.net == 4_000 * WAN and book.costs_not_counted == 900 * WAN
    people = [Member("示例甲", 6_000), Member("示例乙", 4_000), Member("示例丙", 10_000, main=False)]
    staff = [Member("示例丁", 10_000)]
    lines = shared_out(
        book.net, contributors=people, staff=staff, parts=Parts(7_000, 7_000, 500), unit="示例", way=Way.LICENCE
    )
    assert sums_of(lines) == {
        Party.OWNER: 0, Party.MAIN: 1_960 * WAN, Party.OTHER: 700 * WAN, Party.STAFF: 140 * WAN,
        Party.UNIT: 1_200 * WAN,
    }  # fmt: skip
    found = {(one.name, one.part): one for one in proofs(lines, floors=FLOORS, way=Way.LICENCE, region="330100")}
    assert found[sharing.LAW, "pool"].required == 2_000 * WAN
    assert found[sharing.BEIJING, "pool"].required == 2_800 * WAN and not found[sharing.BEIJING, "pool"].binding
    assert found[sharing.ZHEJIANG, "pool"].required == 2_800 * WAN
    assert found[sharing.ZHEJIANG, "main"].required == 1_960 * WAN
    assert found[sharing.ZHEJIANG, "staff"].required == 140 * WAN
    assert all(one.held for one in found.values())
    law = shared_out(
        book.net, contributors=people[:2], staff=[], parts=Parts(5_000, 5_000, 0), unit="示例", way=Way.ASSIGN
    )
    kept = [one for one in proofs(law, floors=FLOORS, way=Way.ASSIGN, region="445100") if one.binding]
    assert [(one.part, one.required) for one in kept] == [("pool", 2_000 * WAN), ("main", 1_000 * WAN)]
    sharing.floors_are_kept(kept)


@pytest.mark.parametrize(("parts", "part"), [
    (Parts(6_999, 7_000, 500), "pool_bp"), (Parts(7_000, 6_999, 500), "main_bp"), (Parts(7_000, 7_000, 499), "staff_bp"),
])  # fmt: skip
def test_a_floor_is_broken_by_one_basis_point(parts, part) -> None:
    lines = shared_out(4_000 * WAN, contributors=[Member("示例甲", 10_000), Member("示例乙", 1, main=False)],
                       staff=[Member("示例丁", 10_000)], parts=parts, unit="示例", way=Way.LICENCE)  # fmt: skip
    with pytest.raises(Refusal, match=r"transfer\.floor") as refused:
        sharing.floors_are_kept(proofs(lines, floors=FLOORS, way=Way.LICENCE, region="330100"))
    assert refused.value.field == part
    # Elsewhere the law's own floor is kept.
    sharing.floors_are_kept(proofs(lines, floors=FLOORS, way=Way.LICENCE, region="445100"))


@pytest.mark.parametrize(("base", "pool", "main", "staff", "unit"), [
    (101, 51, 26, 3, 50), (1, 1, 1, 0, 0), (99, 50, 25, 3, 49), (1_000, 500, 250, 25, 500),
])  # fmt: skip
def test_a_fraction_of_a_fen_falls_to_those_the_floors_protect(base, pool, main, staff, unit) -> None:
    lines = shared_out(
        base, contributors=[Member("示例甲", 10_000), Member("示例乙", 1, main=False)], staff=[Member("示例丁", 10_000)],
        parts=Parts(5_000, 5_000, 500), unit="示例", way=Way.LICENCE,
    )  # fmt: skip
    found = sums_of(lines)
    assert (found[Party.MAIN], found[Party.STAFF], found[Party.UNIT]) == (main, staff, unit)
    assert found[Party.OTHER] == pool - main - staff
    law = proofs(lines, floors=FLOORS, way=Way.LICENCE, region="445100")
    assert [(one.part, one.required) for one in law if one.binding] == [("pool", pool), ("main", main)]


def test_own_implementation_and_shares_have_floors_of_their_own() -> None:
    one = [Member("示例甲", 10_000)]
    for region, bp, ok in (
        ("445100", 499, False),
        ("445100", 500, True),
        ("330100", 999, False),
        ("330100", 1_000, True),
    ):
        lines = shared_out(
            1_000 * WAN, contributors=one, staff=[], parts=Parts(bp, 7_000, 0), unit="示例", way=Way.SELF
        )
        found = [each for each in proofs(lines, floors=FLOORS, way=Way.SELF, region=region)
                 if each.binding and each.part == "pool"]  # fmt: skip
        assert all(each.held for each in found) is ok
    with pytest.raises(Refusal, match="head_takes_no_shares"):
        shared_out(100, contributors=[Member("示例院长", 10_000, post=Post.HEAD)], staff=[], parts=Parts(5_000, 5_000, 0),
                   unit="示例", way=Way.SHARES)  # fmt: skip
    cash = shared_out(100, contributors=[Member("示例院长", 10_000, post=Post.HEAD)], staff=[], parts=Parts(5_000, 5_000, 0),
                      unit="示例", way=Way.LICENCE)  # fmt: skip
    assert sums_of(cash)[Party.MAIN] == 50


def test_who_owns_has_no_share_of_the_pool() -> None:
    people = [Member("示例甲", 5_000, owner_bp=3_000), Member("示例乙", 5_000)]
    lines = shared_out(1_000, contributors=people, staff=[], parts=Parts(5_000, 10_000, 0), unit="示例", way=Way.ASSIGN)
    assert [(line.party, line.amount) for line in lines] == [(Party.OWNER, 300), (Party.MAIN, 350), (Party.UNIT, 350)]


members = st.lists(
    st.builds(Member, name=st.text("甲乙丙丁", min_size=1, max_size=3), share_bp=st.integers(1, 10_000), main=st.booleans(),
              owner_bp=st.sampled_from([0, 0, 0, 700, 1_333])),
    min_size=1, max_size=6,
)  # fmt: skip


@given(
    base=st.integers(1, 10**13), people=members, pool=st.integers(0, 10_000), main=st.integers(0, 10_000),
    staff=st.integers(0, 3_000), region=st.sampled_from(["110100", "330100", "445100"]), way=st.sampled_from(list(Way)),
)  # fmt: skip
def test_no_fen_is_lost_or_made_and_what_passes_keeps_every_floor(base, people, pool, main, staff, region, way) -> None:
    inside = [one for one in people if not one.owner_bp]
    assume(main + staff <= 10_000 and (not inside or any(one.main for one in inside)))
    helpers = [Member("示例", 3_333), Member("示例二", 6_667)] if staff else []
    lines = shared_out(base, contributors=people, staff=helpers, parts=Parts(pool, main, staff), unit="单位", way=way)
    assert sum(line.amount for line in lines) == base and all(line.amount >= 0 for line in lines)
    found = proofs(lines, floors=FLOORS, way=way, region=region)
    try:
        sharing.floors_are_kept(found)
    except Refusal:
        return
    sums = sums_of(lines)
    given_out = sums[Party.MAIN] + sums[Party.OTHER] + sums[Party.STAFF]
    for one in found:
        if one.binding:
            part = {"pool": given_out, "main": sums[Party.MAIN], "staff": sums[Party.STAFF]}[one.part]
            assert part * 10_000 >= one.of * one.bp


@given(amount=st.integers(0, 10**15), weights=st.lists(st.integers(0, 10_000), min_size=1, max_size=20))
def test_splitting_is_exact_and_fair_to_one_unit(amount, weights) -> None:
    assume(sum(weights) > 0)
    parts = split(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights) and (part == 0 or weight > 0)


lines_of_a_book = st.lists(
    st.tuples(st.sampled_from([EntryKind.RECEIVED, EntryKind.RETURNED, EntryKind.COST, EntryKind.TAX]), st.integers(1, 10**9),
              st.booleans(), st.sampled_from(list(CostKind))), max_size=12,
)  # fmt: skip


@given(rows=lines_of_a_book)
def test_a_line_and_its_reversal_are_nothing(rows) -> None:
    entries = [entry(kind, amount, cost_kind=cost if kind == EntryKind.COST else None,
                     fiscal_funded=funded and kind == EntryKind.COST) for kind, amount, funded, cost in rows]  # fmt: skip
    back = [income.Entry(one.kind, one.amount, -1, one.cost_kind, one.fiscal_funded) for one in entries]
    assert income.book_of([*entries, *back], COSTS) == income.book_of([], COSTS)
    book = income.book_of(entries, COSTS)
    assert book.net == book.received - book.returned - book.costs - book.taxes


def _ways(machine: Machine, goal: S) -> list[tuple[str, ...]]:
    """Every way through the table to `goal` that meets no stage twice, as the names of its moves."""
    found, open_ways = [], [(machine.initial, (), frozenset({machine.initial}))]
    while open_ways:
        stage, way, met = open_ways.pop()
        if stage == goal:
            found.append(way)
            continue
        open_ways += [
            (m.target, (*way, m.name), met | {m.target}) for m in machine.from_stage(stage) if m.target not in met
        ]
    return found


def test_the_table_has_no_way_round_the_notice_or_the_registration() -> None:
    for goal in (S.CONTRACT, S.PAYMENTS, S.PAID, S.CLOSED):
        ways = _ways(TRANSFER_MOVES, goal)
        assert ways and all("announce" in way and "decide" in way and "evaluate" in way for way in ways)
    for way in _ways(TRANSFER_MOVES, S.PAYMENTS):
        assert "register" in way or "implement" in way
    for way in _ways(TRANSFER_MOVES, S.PAID):
        assert way.index("plan") < way.index("announce_plan") < way.index("pay")


@pytest.mark.parametrize("value", [[{}], [{**FLOORS[0], "main": 10_001}], [{**FLOORS[0], "pool": {"other": 1}}], ["x"],
                                   [{**FLOORS[0], "binding": 1}]])  # fmt: skip
def test_a_rule_that_is_no_list_of_floors_is_refused(value) -> None:
    with pytest.raises(Refusal):
        sharing.are_floors(value)
