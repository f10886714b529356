"""Savings are conserved on the database: whatever doctors and hospitals do in whatever order, minute by minute."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.factories.recognition import World

from xinglin.exchange.catalogue.queries import snapshot as held
from xinglin.exchange.intake.taking import storing
from xinglin.exchange.recognition import jobs  # noqa: F401 - what the clock does
from xinglin.exchange.recognition.actions import counting, decisions, orders
from xinglin.exchange.recognition.models import Decision, SavingEntry
from xinglin.exchange.recognition.queries import board
from xinglin.exchange.recognition.queries.board import Span
from xinglin.kernel import calendar, clock
from xinglin.kernel.refusals import Refusal

PRICES = {1: 600, 2: 400, 3: 500}
DEEDS = ("recognise", "recognise", "withdraw", "order", "revoke", "void", "fold", "minute")
histories = st.lists(st.tuples(st.sampled_from(DEEDS), st.sampled_from(tuple(PRICES))), min_size=6, max_size=14)


class Ward:
    """What a reader with paper and pencil would note of each item: recognised, ordered again, fallen."""

    def __init__(self) -> None:
        self.world = World()
        self.results = {item: self.world.result(item) for item in PRICES}
        self.rows = {row.item: row.pk for row in self.world.remind(*PRICES)}
        self.recognised: set[int] = set()
        self.reordered: set[int] = set()
        self.fallen: set[int] = set()
        self.seen_fallen: set[int] = set()

    def expected(self) -> int:
        return sum(PRICES[item] for item in self.recognised - self.reordered - self.seen_fallen)

    def do(self, deed: str, item: int) -> None:
        key, by = self.rows[item], self.world.doctor
        place = {"site": self.world.here.number, "visit": self.world.visit, "by": by}
        if deed == "recognise":
            try:
                decisions.recognise(decision_id=key, by=by)
                assert item not in self.fallen, "a fallen report was recognised"
                self.recognised.add(item)
                self.reordered.discard(item)
            except Refusal:
                assert item in self.recognised | self.fallen
        elif deed == "withdraw" and item in self.recognised:
            decisions.withdraw_recognition(decision_id=key, by=by)
            self.recognised.discard(item)
        elif deed == "order":
            made = orders.place_orders(patient=self.world.patient, order_no=f"O{item}", items=[item], **place)
            if made and item in self.recognised:
                self.reordered.add(item)
        elif deed == "revoke":
            try:
                if orders.revoke_order(order_no=f"O{item}", **place):
                    self.reordered.discard(item)
            except Refusal:
                pass
        elif deed == "void":
            storing.run(storing.let_fall("UPDATE intake_result SET status = 3 WHERE id = %s"), [self.results[item].pk])
            self.fallen.add(item)
        elif deed == "fold":
            counting.fold()
        elif deed == "minute":
            for name in ("recognition.find_invalid", "recognition.time_out", "recognition.fold"):
                calendar.EACH_MINUTE[name]()
            self.seen_fallen |= self.fallen & self.recognised


class TestConserved(TestCase):
    def setUp(self) -> None:
        held.forget()
        self.kept, held.CHECK_EVERY = held.CHECK_EVERY, 0

    def tearDown(self) -> None:
        held.CHECK_EVERY = self.kept
        held.forget()

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(histories)
    def test_board_ledger_and_decisions_agree_after_every_deed(self, history: list[tuple[str, int]]) -> None:
        ward = Ward()
        month = clock.today().replace(day=1)
        for deed, item in [*history, ("minute", 1)]:
            ward.do(deed, item)
            ledger = sum(SavingEntry.objects.values_list("amount_fen", flat=True))
            assert ledger == board.total(Span(month, month)).saved_fen == ward.expected(), (deed, item)
            assert board.total(Span(month, month)).recognised == Decision.objects.filter(stage="recognised").count()
