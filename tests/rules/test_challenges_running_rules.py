"""Money, plans, panels, lanes and notices: what always holds of the pure rules."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.challenges.rules import lanes, money, negotiations, performance, plans, votes
from xinglin.challenges.rules.awards import check_award
from xinglin.challenges.rules.calls import last_day_of_notice
from xinglin.challenges.rules.changes import Change
from xinglin.challenges.rules.negotiations import Candidate
from xinglin.challenges.rules.plans import Limits, Step, Target
from xinglin.challenges.rules.tranches import Facts, check_payment
from xinglin.challenges.words.calls import Direction
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.contracts import ChangeKind, NegotiationStage
from xinglin.challenges.words.milestones import MilestoneStage, PerformanceLevel, Verdict
from xinglin.challenges.words.money import MoneyKind, MoneyPlace
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

WAYS = [
    (kind, source, target)
    for kind, pairs in money.WAYS.items() if kind is not MoneyKind.MOVED for source, target in sorted(pairs)
]  # fmt: skip
FEN = st.integers(1, 10**12)


@given(st.lists(st.tuples(st.sampled_from([*WAYS, None]), st.integers(0, 1), st.integers(1, 500)), max_size=40))
def test_no_sequence_of_movements_makes_or_loses_a_fen(tries) -> None:
    purses = {"one": money.Purse(), "two": money.Purse()}
    entries = []
    for way, which, fen in tries:
        key, other = ("one", "two") if which else ("two", "one")
        try:
            if way is None:
                purses[key], purses[other] = money.moved(purses[key], purses[other], fen)
                entries.append((MoneyPlace.COMMITTED, MoneyPlace.COMMITTED, fen))
            else:
                purses[key] = money.taken(purses[key], *way, fen)
                entries.append((way[1], way[2], fen))
        except Refusal:
            pass
        assert all(one.whole for one in purses.values())
        assert money.balanced(entries, purses)


@given(FEN)
def test_a_purse_gives_no_more_than_it_holds(fen: int) -> None:
    purse = money.taken(money.Purse(), MoneyKind.COMMITTED, MoneyPlace.PURSE, MoneyPlace.COMMITTED, fen)
    for kind, source, target in WAYS:
        if source is not MoneyPlace.PURSE:
            with pytest.raises(Refusal):
                money.taken(purse, kind, source, target, fen + 1)
    with pytest.raises(ValueError, match="cannot bring"):
        money.taken(purse, MoneyKind.PAID, MoneyPlace.COMMITTED, MoneyPlace.PAID, 1)


@given(st.integers(0, 10**14), st.integers(1, 9))
def test_shares_add_up_and_differ_by_a_fen_at_most(fen: int, parts: int) -> None:
    shares = money.shared(fen, parts)
    assert sum(shares) == fen and max(shares) - min(shares) <= 1 and shares == sorted(shares, reverse=True)


@given(
    st.dictionaries(st.sampled_from(list(BudgetSource)), st.integers(0, 10**9)), st.sets(st.integers(1, 9), min_size=1)
)
def test_winners_inherit_all_of_it(left, winners) -> None:
    found = lanes.inherited(left, winners)
    for source, fen in left.items():
        assert sum(part.get(source, 0) for part in found.values()) == fen
    assert set(found) == winners


@given(st.lists(st.sampled_from(list(Verdict)), max_size=9), st.integers(1, 9), st.integers(51, 100))
def test_a_decision_stands_whatever_the_others_vote(cast, members: int, percent: int) -> None:
    cast = cast[:members]
    limits = votes.PanelLimits(1, percent)
    decision = votes.outcome(cast, members, limits)
    out = members - len(cast)
    ends = {votes.outcome([*cast, *[late] * out], members, limits) for late in Verdict}
    assert None not in ends
    assert ends == {decision} if decision is not None else len(ends) == 2


def test_a_panel_is_odd_large_enough_and_not_of_the_team() -> None:
    limits = votes.PanelLimits(3, 60)
    votes.check_panel(["a", "b", "c"], {}, limits)
    for members, barred in (("ab", {}), ("abcd", {}), ("abb", {}), ("abc", {"b": "示例"})):
        with pytest.raises(Refusal):
            votes.check_panel(list(members), barred, limits)


def plan(*amounts: tuple[int, int], gate: int = 0) -> list[Step]:
    target = (Target("示例", "%", Decimal(90)),)
    return [
        Step(n, "示例", date(2027, n, 1), {BudgetSource.OWN: own, BudgetSource.PUBLIC: public}, n == gate, target)
        for n, (own, public) in enumerate(amounts, start=1)
    ]


LIMITS = Limits(50, 50)
DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("steps", "price", "race", "code"),
    [
        (plan((50, 0), (50, 0)), 100, False, ""),
        (plan((50, 0), (50, 0)), 101, False, "plan_money"),
        (plan((100, 0)), 100, False, "plan_short"),
        (plan((51, 0), (49, 0)), 100, False, "plan_first"),
        (plan((25, 25), (24, 26)), 100, False, "plan_public"),
        (plan((50, 0), (50, 0), gate=1), 100, False, "plan_no_race"),
        (plan((50, 0), (50, 0)), 100, True, "plan_gate"),
        (plan((50, 0), (50, 0), gate=2), 100, True, "plan_gate"),
        (plan((50, 0), (50, 0), gate=1), 100, True, ""),
        (list(reversed(plan((50, 0), (50, 0)))), 100, False, "plan_days"),
    ],
)
def test_plans(steps, price: int, race: bool, code: str) -> None:
    if not code:
        plans.check_plan(steps, price, LIMITS, race=race, begins=DAY)
        assert plans.unpacked(plans.packed(steps)) == [
            Step(one.number, one.content, one.due_on, {k: v for k, v in one.fen.items() if v}, one.gate, one.targets)
            for one in steps
        ]
        return
    with pytest.raises(Refusal, match=code):
        plans.check_plan(steps, price, LIMITS, race=race, begins=DAY)


@pytest.mark.parametrize(
    ("unit", "value", "possible"),
    [("%", "100", True), ("%", "100.01", False), ("例", "3.5", False), ("例", "3", True), ("天", "-1", False),
     ("℃", "-80", True), ("", "-3.5", True)],
)  # fmt: skip
def test_values_and_their_units(unit: str, value: str, possible: bool) -> None:
    if possible:
        plans.check_value("示例", unit, Decimal(value))
    else:
        with pytest.raises(Refusal, match="value_outside_unit"):
            plans.check_value("示例", unit, Decimal(value))


def test_directions() -> None:
    for direction, met in ((Direction.AT_LEAST, (5, 6)), (Direction.AT_MOST, (4, 5)), (Direction.EXACTLY, (5,))):
        target = Target("示例", "", Decimal(5), direction)
        assert tuple(n for n in (4, 5, 6) if plans.meets(target, Decimal(n))) == met


def test_notices_of_calendar_and_working_days() -> None:
    # As seen in 荣成 2023: 04-27 to 05-06 are ten days.
    assert last_day_of_notice(date(2023, 4, 27), 10, working=False) == date(2023, 5, 6)
    # A Friday is the first of five working days; a holiday and a worked Saturday move the last.
    friday, holiday, worked = date(2026, 11, 20), {date(2026, 11, 24)}, {date(2026, 11, 21)}
    assert last_day_of_notice(friday, 5, working=True) == date(2026, 11, 26)
    assert last_day_of_notice(friday, 5, working=True, holidays=holiday) == date(2026, 11, 27)
    assert last_day_of_notice(friday, 5, working=True, holidays=holiday, weekends=worked) == date(2026, 11, 26)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(1, 30), st.booleans())
def test_a_notice_is_never_shorter_than_it_says(begins: date, days: int, working: bool) -> None:
    assert last_day_of_notice(begins, days, working=working) >= begins + timedelta(days=days - 1)


CANDIDATES = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.sampled_from([None, *NegotiationStage])), min_size=1, max_size=6
)


@given(CANDIDATES, st.booleans(), st.integers(0, 5))
def test_nobody_related_is_chosen_and_the_order_is_kept(rows, race: bool, at: int) -> None:
    known = [
        Candidate(str(n), n, qualified, say("示例") if related else None, state)
        for n, (qualified, related, state) in enumerate(rows)
    ]
    chosen = known[at % len(known)]
    still = sum(one.state in (NegotiationStage.OPEN, NegotiationStage.AGREED) for one in known)
    try:
        negotiations.check_candidate(chosen, known, race=race, open_already=still)
    except Refusal:
        return
    assert chosen.qualified and not chosen.related
    fit = [one for one in known[: known.index(chosen)] if one.qualified and not one.related]
    assert all(one.state is not None for one in fit)
    assert race or all(one.state is NegotiationStage.FAILED for one in fit)


def test_an_award_is_one_agreement_or_a_race_of_two_within_the_limit() -> None:
    good, bad = Candidate("a", 1, True), Candidate("b", 2, True, say("示例"))
    check_award([good], race=False, most=10, prices=[10])
    for agreed, race, prices in (([], False, []), ([good], True, [1]), ([good, good], False, [1, 1]),
                                 ([good], False, [11]), ([good, bad], True, [1, 1])):  # fmt: skip
        with pytest.raises(Refusal):
            check_award(agreed, race=race, most=10, prices=prices)


@given(st.sampled_from(list(MilestoneStage)), st.sampled_from(list(BudgetSource)), st.booleans(), st.booleans())
def test_nothing_is_paid_without_acceptance(stage, source, unpaid: bool, first: bool) -> None:
    facts = Facts(stage, source, unpaid, first)
    try:
        check_payment(facts)
    except Refusal:
        return
    assert stage is MilestoneStage.ACCEPTED
    assert not (first and unpaid) or source is BudgetSource.OWN


def test_ten_percent_is_not_more_than_ten_percent() -> None:
    assert not Change(ChangeKind.AMOUNT, 100, 1000, 10).formal
    assert Change(ChangeKind.AMOUNT, 101, 1000, 10).formal
    assert Change(ChangeKind.AMOUNT, -101, 1000, 10).formal
    assert Change(ChangeKind.LEADER).formal
    assert not Change(ChangeKind.TERM).formal


@pytest.mark.parametrize(
    ("score", "level"), [(100, "excellent"), (90, "excellent"), (89, "good"), (60, "fair"), (0, "poor")]
)
def test_levels(score: int, level: str) -> None:
    assert performance.level_of(score, [90, 75, 60]) == PerformanceLevel(level)
    with pytest.raises(Refusal):
        performance.level_of(101, [90, 75, 60])
