"""The lifecycles of matching: every stage is reached, every unfinished one has a way on, and the rules beside them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.machine import Machine, reachable
from xinglin.kernel.refusals import Refusal
from xinglin.matching.rules import reasons, tickets
from xinglin.matching.rules.dockings import DOCKING_MOVES, ConcludeFacts, may_conclude
from xinglin.matching.rules.leads import LEAD_MOVES
from xinglin.matching.rules.needs import NEED_MOVES, NeedFacts, ready
from xinglin.matching.rules.offers import OFFER_MOVES
from xinglin.matching.rules.rounds import PROPOSAL_MOVES, ROUND_MOVES, check_limits
from xinglin.matching.rules.suggestions import (
    CONFLICT_MOVES,
    PREFERENCE_POINTS,
    SUGGESTION_MOVES,
    Standing,
    Wishes,
    available,
    one_party,
    preferences,
    same_place,
    total_of,
)
from xinglin.matching.words.dockings import DockingOutcome
from xinglin.matching.words.needs import HomePreference, SeniorityWanted

MACHINES = [
    NEED_MOVES, OFFER_MOVES, SUGGESTION_MOVES, CONFLICT_MOVES, ROUND_MOVES, PROPOSAL_MOVES, DOCKING_MOVES,
    tickets.TICKET_MOVES, LEAD_MOVES,
]  # fmt: skip
DAY = date(2026, 11, 22)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.name)
def test_every_stage_is_reached_and_every_unfinished_one_goes_on(machine: Machine):
    assert reachable(machine) == set(machine.stages)
    for stage in machine.stages:
        if stage not in machine.final:
            assert machine.from_stage(stage), stage


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.name)
def test_only_clocks_and_solvers_move_without_a_role(machine: Machine):
    without = {move.name for move in machine.moves if not move.roles}
    assert without <= {"expire", "supersede", "propose", "find_impossible", "fail"}


@given(body=st.text(max_size=40), days=st.integers(-400, 1200))
def test_a_need_is_ready_exactly_when_it_can_be_judged_and_stands(body, days):
    facts = NeedFacts(body=body, until=DAY + timedelta(days=days), today=DAY)
    fine = len(body.strip()) >= 10 and 0 <= days <= 31 * 24
    if fine:
        ready(facts)
    else:
        with pytest.raises(Refusal):
            ready(facts)


CODES = st.sampled_from(["440000", "445100", "445102", "350000", "350200", "810000", ""])


@given(left=CODES, right=CODES)
def test_places_hold_each_other_both_ways(left, right):
    assert same_place(left, right) == same_place(right, left)
    assert same_place(left, left) == bool(left)


def test_a_city_lies_in_its_province_and_not_in_another():
    assert same_place("440000", "445102") and same_place("445100", "445102")
    assert not same_place("445100", "440100") and not same_place("350000", "445100")


@given(
    region=CODES,
    practice=CODES,
    native=CODES,
    home=CODES,
    rank=st.sampled_from(["senior", "associate", "junior", "none"]),
    wanted=st.sampled_from(list(SeniorityWanted)),
    preference=st.sampled_from(list(HomePreference)),
)
def test_preferences_are_bounded_and_exclude_nobody(region, practice, native, home, rank, wanted, preference):
    found = preferences(Wishes(region, preference, wanted, home), Standing(practice, native, rank))
    assert sum(abs(one.points) for one in found) <= 4 * PREFERENCE_POINTS
    assert all(reasons.spoken(reasons.stored_preference(one)) for one in found)


@given(points=st.lists(st.floats(-2, 2)))
def test_a_score_stays_between_nought_and_one(points):
    assert 0 <= total_of(points) <= 1


@pytest.mark.parametrize(
    ("is_available", "count", "limit", "word"),
    [(True, 0, 3, "open"), (True, 2, 3, "limited"), (True, 3, 3, "full"), (True, 0, 0, "full"), (False, 0, 3, "away"),
     (True, 0, 1, "open"), (True, 1, 1, "full")],
)  # fmt: skip
def test_how_much_room_somebody_has(is_available, count, limit, word):
    assert available(is_available=is_available, open_dockings=count, load_limit=limit) == word


@given(outcome=st.sampled_from(list(DockingOutcome)), held=st.integers(0, 2), one=st.booleans(), two=st.booleans(),
       nda=st.booleans())  # fmt: skip
def test_only_an_agreement_has_conditions(outcome, held, one, two, nda):
    facts = ConcludeFacts(outcome, held, one, two, nda)
    if outcome is not DockingOutcome.AGREEMENT or (held and one and two and not nda):
        may_conclude(facts)
    else:
        with pytest.raises(Refusal):
            may_conclude(facts)


def test_a_conflict_has_exactly_one_other_party():
    one_party("org", None, "me")
    one_party(None, "you", "me")
    for wrong in ((None, None, "me"), ("org", "you", "me"), (None, "me", "me")):
        with pytest.raises(Refusal):
            one_party(*wrong)


def test_a_round_without_needs_or_with_nought_is_refused():
    check_limits(1, 1, 1, [])
    for needs, per_need, load in ((0, 1, 1), (6_000, 1, 1), (1, 0, 1), (1, 1, 0)):
        with pytest.raises(Refusal):
            check_limits(needs, per_need, load, [])


@pytest.mark.parametrize(
    ("days", "said"), [(3, "in 3 days"), (0, "Due today"), (-2, "Overdue since"), (None, "No clock")]
)
def test_the_clock_of_a_matter(days, said):
    due = None if days is None else DAY + timedelta(days=days)
    assert said in str(tickets.clock("routed", due, DAY))
    assert "No clock" in str(tickets.clock("settled", due, DAY))
