"""Who may review, the draw, the calibration and the table."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.challenges.panels import (
    Candidate,
    PanelRules,
    Parties,
    Tie,
    assign_bids,
    calibrate,
    commitment,
    draw,
    exclusions,
    new_seed,
    pool_hash,
    rank,
)
from xinglin.challenges.panels.drawing import next_drawn, order_of, technical_needed
from xinglin.challenges.words.reviews import ExclusionReason as R
from xinglin.kernel.refusals import Refusal

DAY = date(2026, 11, 22)
PARTIES = Parties(
    frozenset({"org"}), frozenset({"leader"}), frozenset({"acc-case"}), frozenset({"acc-key"}), frozenset({"03"})
)
GOOD = Candidate("p", True, 12, frozenset({"03.02"}), account="acc")


def reasons(one: Candidate) -> set[R]:
    return {found.reason for found in exclusions(one, PARTIES, PanelRules(), on=DAY)}


def changed(**more: object) -> Candidate:
    return Candidate(**{**GOOD.__dict__, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, None), ({"senior": False}, R.NOT_SENIOR), ({"years": 7}, R.TOO_FEW_YEARS), ({"years": 8}, None),
        ({"years": None}, R.TOO_FEW_YEARS), ({"fields": frozenset({"04"})}, R.OTHER_FIELD), ({"available": False}, R.AWAY),
        ({"account": ""}, R.NO_ACCOUNT), ({"account": "acc-case"}, R.CASE_MANAGER), ({"account": "acc-key"}, R.KEY_HOLDER),
        ({"key": "leader"}, R.TEAM_MEMBER),
        ({"fields": frozenset({"04"}), "technical": False}, None),
        ({"ties": (Tie(R.SAME_ORGANISATION, "org", until=date(2023, 11, 22)),)}, R.SAME_ORGANISATION),
        ({"ties": (Tie(R.SAME_ORGANISATION, "org", until=date(2023, 11, 21)),)}, None),
        ({"ties": (Tie(R.SAME_ORGANISATION, "elsewhere"),)}, None),
        ({"ties": (Tie(R.APPOINTED, "org"),)}, R.APPOINTED),
        ({"ties": (Tie(R.COAUTHOR, "leader", until=date(2023, 12, 31)),)}, R.COAUTHOR),
        ({"ties": (Tie(R.COAUTHOR, "leader", until=date(2022, 12, 31)),)}, None),
        ({"ties": (Tie(R.MENTOR, "leader", until=date(1990, 1, 1)),)}, R.MENTOR),
        ({"ties": (Tie(R.CONSULTANT, "org", since=date(2027, 1, 1)),)}, None),
    ],
)  # fmt: skip
def test_each_reason_excludes_and_says_so(more: dict[str, object], reason: R | None) -> None:
    assert reasons(changed(**more)) == ({reason} if reason else set())


def test_all_reasons_are_told_not_only_the_first() -> None:
    assert reasons(changed(senior=False, years=2, key="leader")) == {R.NOT_SENIOR, R.TOO_FEW_YEARS, R.TEAM_MEMBER}


POOL = [f"p{at:02d}" for at in range(30)]


@settings(max_examples=60)
@given(st.text("0123456789abcdef", min_size=1, max_size=64), st.sampled_from([5, 7, 9]), st.integers(7, 30))
def test_a_draw_is_repeatable_lawful_and_leaves_the_rest_in_reserve(seed: str, size: int, able: int) -> None:
    technical = set(POOL[:able])
    drawn = draw(POOL, technical, size=size, share=2 / 3, seed=seed)
    assert drawn == draw(POOL[::-1], technical, size=size, share=2 / 3, seed=seed)
    assert len(set(drawn.panel)) == size and sorted(drawn.panel + drawn.reserve) == POOL
    assert sum(one in technical for one in drawn.panel) >= technical_needed(size, 2 / 3)


def test_everybody_is_drawn_as_often() -> None:
    counts = dict.fromkeys(POOL, 0)
    for at in range(3000):
        for one in draw(POOL, POOL, size=5, share=2 / 3, seed=str(at)).panel:
            counts[one] += 1
    # 500 expected each, standard deviation 20.
    assert all(400 < count < 600 for count in counts.values())


def test_the_seed_is_fixed_before_and_checked_after() -> None:
    seed = new_seed()
    assert len(seed) == 64 and commitment(seed) != commitment(new_seed())
    assert pool_hash(POOL) == pool_hash(POOL[::-1]) != pool_hash(POOL[1:])
    assert order_of(POOL, seed, "甲乙") != order_of(POOL, seed, "丙")


def test_too_small_a_pool_is_refused() -> None:
    with pytest.raises(Refusal) as why:
        draw(POOL[:6], POOL[:3], size=5, share=2 / 3, seed="s")
    assert why.value.code == "reviews.pool_too_small"


def test_the_next_drawn_keeps_the_panel_lawful() -> None:
    staying = ["t1", "t2", "t3", "o1"]
    assert next_drawn(["o2", "t4"], staying, {"t1", "t2", "t3", "t4"}, size=5, share=2 / 3) == "t4"
    assert next_drawn(["o2"], staying, {"t1", "t2", "t3"}, size=5, share=2 / 3) is None


def test_severity_is_told_apart_from_quality_and_shrunk() -> None:
    quality, severity = np.array([70.0, 60, 50, 80]), np.array([6.0, -8, 2, 0, 0])
    found = calibrate(quality[None, :] + severity[:, None])
    assert np.all(np.abs(found.severity) < np.abs(severity) + 1e-6)
    assert np.corrcoef(found.severity, severity)[0, 1] > 0.99
    assert np.nanstd(found.scores, axis=0).max() < 3


def test_a_severe_reviewer_of_other_bids_does_not_sink_them() -> None:
    nan = np.nan
    raw = np.array([[80, 70, nan], [82, 71, nan], [nan, 55, 66], [nan, 54, 65], [nan, 56, 64.0]])
    assert np.nanmean(raw[:, 2]) < np.nanmean(raw[:, 0])
    table = rank(list("ABCDE"), ["x", "y", "z"], raw)
    scores = {one.bid: one.score for one in table.standings}
    assert scores["z"] > 66 and table.severity["C"][0] < 0 < table.severity["A"][0]


def test_the_spread_is_drawn_toward_the_panels() -> None:
    raw = np.array([[60, 61, 62, 63], [40, 55, 70, 85], [55, 60, 65, 70.0]])
    spread = calibrate(raw).spread
    assert spread[0] < 1 < spread[1]


def test_one_reviewer_who_decides_is_named() -> None:
    raw = np.array([[70, 72, 40], [71, 72, 41], [70, 71, 40], [71, 72, 42], [95, 60, 41.0]])
    table = rank(list("ABCDE"), ["x", "y", "z"], raw)
    assert table.deciders == (("E", ("y",)),) and table.close
    clear = rank(list("ABCDE"), ["x", "y", "z"], np.array([[90, 70, 50.0]] * 5) + np.arange(5)[:, None])
    assert clear.deciders == () and not clear.close and [one.bid for one in clear.standings] == ["x", "y", "z"]


@settings(max_examples=40)
@given(st.integers(2, 6), st.integers(2, 5), st.randoms(use_true_random=False))
def test_every_table_is_whole(bids: int, reviewers: int, rng: object) -> None:
    raw = np.array([[rng.uniform(0, 100) for _ in range(bids)] for _ in range(reviewers)])  # type: ignore[attr-defined]
    names = [f"b{at}" for at in range(bids)]
    table = rank([f"r{at}" for at in range(reviewers)], names, raw)
    assert sorted(one.bid for one in table.standings) == names
    for one in table.standings:
        assert one.low <= one.score + 1e-6 and one.score - 1e-6 <= one.high and 0 <= one.first <= 1
        assert one.ranks[0] <= one.ranks[1]
    assert abs(sum(one.first for one in table.standings) - 1) < 1e-9


def test_every_bid_gets_its_reviewers_within_load_and_conflicts() -> None:
    found = assign_bids(["b1", "b2", "b3"], list("ABCDEFG"), per_bid=5, load=3, conflicts=[("b1", "A")])
    assert all(len(mine) == 5 for mine in found.values()) and "A" not in found["b1"]
    with pytest.raises(Refusal):
        assign_bids(["b1", "b2"], list("ABCDE"), per_bid=5, load=1)
