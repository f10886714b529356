"""Races of any course: each fen that a bank committed for a team is paid to a team, or goes back to its own source with
an entry in the book; nothing stays behind when the challenge is over.
"""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.factories.challenge_running import PRICE, World, accept, fail, milestone, pay, started, world

from xinglin.challenges.actions import payments, running
from xinglin.challenges.models import Contract, MoneyEntry, MoneyPurse
from xinglin.challenges.queries.boards import whole
from xinglin.challenges.words.challenges import AwardMode, BudgetSource, ChallengeStage
from xinglin.challenges.words.contracts import ContractStage
from xinglin.challenges.words.milestones import MilestoneStage
from xinglin.challenges.words.money import MoneyKind as K
from xinglin.kernel.clock import today
from xinglin.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db
OVER = (ChallengeStage.PERFORMANCE, ChallengeStage.TERMINATED, ChallengeStage.NOT_ACCEPTED)
Step = tuple[int, str]


def _next(here: World, lane: Contract, how: str) -> None:
    """One step of one team: its next milestone accepted and paid, failed, or the team put out."""
    if how == "out":
        running.eliminate_lane(contract_id=lane.pk, reason="示例：名次", by=here.office)
        return
    waiting = [MilestoneStage.OPEN, MilestoneStage.REPAIRING]
    one = lane.milestones.filter(stage__in=waiting).order_by("number").first()
    if one is None:
        return
    if how == "fails":
        fail(here, one)
        return
    accept(here, one)
    pay(here, one)
    if how == "returned":
        tranche = one.tranches.get(source=BudgetSource.OWN)
        payments.record_return(tranche_id=tranche.pk, returned_on=today(), reason="示例：退汇", by=here.office)
        payments.reissue_payment(tranche_id=tranche.pk, reference="示例再付", by=here.office)
        payments.confirm_payment(tranche_id=tranche.pk, paid_on=today(), by=here.office)


def _attempt(here: World, deed: object, *given: object) -> None:
    try:
        with transaction.atomic():
            deed(*given)  # type: ignore[operator]
    except Refusal as refusal:
        event(f"refused: {refusal.code}")


def _play(here: World, lanes: list[Contract], course: list[Step]) -> None:
    for place, how in course:
        _attempt(here, _next, here, lanes[place % len(lanes)], how)
        _attempt(here, lambda: running.call_final(challenge_id=here.challenge.pk, by=here.office))


def _end(here: World) -> None:
    """Accepted if its panels did, refused if they all refused, else terminated."""
    for deed, more in ((running.accept_outcome, {}), (running.refuse_outcome, {"reason": "示例"}),
                       (running.terminate_challenge, {"reason": "示例"})):  # fmt: skip
        if here.fresh().stage not in OVER:
            _attempt(here, lambda deed=deed, more=more: deed(challenge_id=here.challenge.pk, by=here.office, **more))


def _book(contract: Contract, source: str) -> Counter[str]:
    """What the entries say of one team's money from one source, without a look at its purse."""
    found: Counter[str] = Counter()
    for entry in MoneyEntry.objects.filter(contract=contract, source=source):
        found[entry.kind] += entry.amount_fen
    for entry in MoneyEntry.objects.filter(to_contract=contract, source=source):
        found["won"] += entry.amount_fen
    return found


@given(
    teams=st.integers(2, 4),
    course=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["well", "well", "well", "returned", "fails", "out"])),
        min_size=4, max_size=14,
    ),
)  # fmt: skip
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_no_team_is_paid_goes_back_to_where_it_came_from(teams: int, course: list[Step]) -> None:
    with transaction.atomic():
        here = world(teams, mode=AwardMode.RACE, most_fen=5 * PRICE)
        lanes = started(here)
        _play(here, lanes, course)
        _end(here)
        assert here.fresh().stage in OVER
        event(f"{here.challenge.stage}, {sum(one.stage == ContractStage.ELIMINATED for one in here.contracts())} out")
        _check(here)
        transaction.set_rollback(True)


def _check(here: World) -> None:
    assert whole(here.challenge)
    for source in map(str, BudgetSource):
        total: Counter[str] = Counter()
        for contract in here.contracts():
            book = _book(contract, source)
            paid = book[K.PAID] - book[K.RETURNED]
            assert book[K.COMMITTED] + book["won"] == book[K.MOVED] + book[K.RELEASED] + paid
            purse = MoneyPurse.objects.get(contract=contract, source=source)
            assert (purse.committed_fen, purse.on_the_way_fen) == (0, 0)
            assert (purse.paid_fen, purse.given_back_fen) == (paid, book[K.RELEASED])
            total += book
            earned = contract.milestones.filter(stage="accepted", tranches__source=source)
            assert paid == sum(earned.values_list("tranches__amount_fen", flat=True))
        # The banks' money, source by source: paid out or given back, and what was moved was won by somebody.
        assert total[K.MOVED] == total["won"]
        assert total[K.COMMITTED] == total[K.PAID] - total[K.RETURNED] + total[K.RELEASED]


def test_with_every_other_final_accepted_the_rest_is_given_back() -> None:
    """Nobody is left to win it: the last team that is put out leaves its money to its sources, not to nobody."""
    here = world(2, mode=AwardMode.RACE, most_fen=5 * PRICE)
    lanes = started(here)
    for lane in lanes:
        for number in (1, 2):
            accept(here, milestone(lane, number))
            pay(here, milestone(lane, number))
    running.call_final(challenge_id=here.challenge.pk, by=here.office)
    accept(here, milestone(lanes[0], 3))
    pay(here, milestone(lanes[0], 3))
    fail(here, milestone(lanes[1], 3))
    running.eliminate_lane(contract_id=lanes[1].pk, reason="示例：终验未过", by=here.office)
    back = MoneyEntry.objects.filter(contract=lanes[1], kind=K.RELEASED)
    assert dict(back.values_list("source", "amount_fen")) == {"own": 30_000_01, "fund": 10_000_00}
    running.accept_outcome(challenge_id=here.challenge.pk, by=here.office)
    _check(here)
