"""Envelopes, packages, relations, and a state machine that tries every way to open a bid early or alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from xinglin.challenges.rules import envelopes, packages
from xinglin.challenges.rules.bidding import ControllerRow, Party, controllers, is_late, relations
from xinglin.challenges.rules.bids import BID_MOVES, Deadline, Keys
from xinglin.challenges.words.bids import BidStage, ControllerKind, HolderSide, RelationKind
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel.refusals import Refusal

CLOSES = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelopes, "COST", 10)


class TestKeys:
    def test_only_the_passphrase_unlocks_whatever_its_width(self) -> None:
        pair = envelopes.new_pair("Ｆｉｖｅ words that do not belong")
        assert len(envelopes.unlock(pair, "Five words that do not belong")) == 32
        for wrong in ("five words that do not belong", "", "x" * 400):
            with pytest.raises(envelopes.Closed):
                envelopes.unlock(pair, wrong)

    def test_a_changed_lock_or_public_half_does_not_open(self) -> None:
        phrase = "five words that do not belong"
        pair = envelopes.new_pair(phrase)
        for at in range(0, len(pair.locked), 7):
            broken = bytearray(pair.locked)
            # The cost would otherwise only make the test slow.
            broken[at] ^= 1 if at != 3 else 0x80
            with pytest.raises(envelopes.Closed):
                envelopes.unlock(envelopes.LockedKey(pair.public, bytes(broken)), phrase)
        with pytest.raises(envelopes.Closed):
            envelopes.unlock(envelopes.LockedKey(bytes(32), pair.locked), phrase)

    @given(st.binary(min_size=32, max_size=32))
    def test_two_shares_make_the_key_and_one_does_not(self, key: bytes) -> None:
        one, other = envelopes.split(key)
        assert envelopes.join(one, other) == key and key not in (one, other)

    def test_an_envelope_opens_for_its_holder_in_its_context_alone(self) -> None:
        phrase = "five words that do not belong"
        mine, yours = envelopes.new_pair(phrase), envelopes.new_pair(phrase)
        sealed = envelopes.wrap(b"s" * 32, mine.public, b"this bid")
        assert envelopes.unwrap(sealed, envelopes.unlock(mine, phrase), b"this bid") == b"s" * 32
        for private, context in ((envelopes.unlock(mine, phrase), b"another"), (envelopes.unlock(yours, phrase),
                                                                               b"this bid")):  # fmt: skip
            with pytest.raises(envelopes.Closed):
                envelopes.unwrap(sealed, private, context)


class TestPackages:
    @given(st.lists(st.binary(max_size=300), max_size=5), st.data())
    def test_what_is_sealed_is_opened_and_any_change_is_found(self, parts: list[bytes], data: Any) -> None:
        key, context = b"k" * 32, b"context"
        whole = b"".join(parts) + b"x" * data.draw(st.sampled_from([0, packages.PIECE, packages.PIECE + 1]))
        pieces = list(packages.seal(key, context, [whole]))
        assert b"".join(packages.unseal(key, context, pieces)) == whole
        for changed in _changes(pieces):
            with pytest.raises(packages.Broken):
                list(packages.unseal(key, context, changed))
        with pytest.raises(packages.Broken):
            list(packages.unseal(key, b"another bid", pieces))

    def test_a_file_that_is_not_what_the_header_says_is_found(self) -> None:
        head = packages.header({"a": 1}, [packages.PackedFile("a.txt", "text/plain", 3, "0" * 64)], b"s" * 32)
        opened, first = packages.read_header(iter([head + b"abc"]))
        with pytest.raises(packages.Broken):
            packages.drain([], opened, first)

    def test_the_salt_makes_equal_bids_differ(self) -> None:
        sums = set()
        for salt in (b"a" * 32, b"b" * 32):
            commitment = packages.Commitment()
            list(commitment.over([packages.header({"price_fen": 1}, [], salt)]))
            sums.add(commitment.hex())
        assert len(sums) == 2


def _changes(pieces: list[bytes]) -> list[list[bytes]]:
    flipped = [pieces[0][:-1] + bytes([pieces[0][-1] ^ 1]), *pieces[1:]]
    found = [flipped, [*pieces, pieces[-1]], pieces[:-1]]
    return [*found, pieces[::-1]] if len(pieces) > 1 else found


class TestRelations:
    CASES: tuple[tuple[Party, Party, bool], ...] = (
        (Party("a", "甲"), Party("b", "乙"), False),
        (Party("a", "甲"), Party("a", "甲"), True),
        (Party("a", "甲", frozenset({"a", "p"})), Party("b", "乙", frozenset({"b", "p"})), True),
        (Party("a", "甲", legal_representative="王 某"), Party("b", "乙", legal_representative="王某"), True),
        (Party("a", "甲", legal_representative=""), Party("b", "乙", legal_representative=""), False),
        (Party("a", "甲", declared=(("示例（乙）", RelationKind.HOLDING),)), Party("b", "示例(乙)"), True),
        (Party("a", "甲", declared=(("丙", RelationKind.HOLDING),)), Party("b", "乙"), False),
        (Party("a", "甲", controllers=("王某",)), Party("b", "乙", legal_representative="王 某"), True),
        (Party("a", "甲", controllers=("CODE",)), Party("b", "乙", controllers=("丁", "code")), True),
        (Party("a", "甲", controllers=("CODE",)), Party("b", "乙", names=frozenset({"乙", "CODE"})), True),
        (Party("a", "甲", controllers=("王某",)), Party("b", "乙", controllers=("李某", "")), False),
    )

    @pytest.mark.parametrize(("one", "other", "related"), CASES)
    def test_each_relation_is_found_from_both_sides(self, one: Party, other: Party, related: bool) -> None:
        assert bool(relations(one, other)) == bool(relations(other, one)) == related


def test_the_state_alone_relates_nobody() -> None:
    rows = [
        ControllerRow("示例国资委", ControllerKind.STATE),
        ControllerRow("示例控股", ControllerKind.ORGANISATION, "91 a"),
    ]
    assert controllers(rows) == ("示例控股", "91A")


def test_the_deadline_second_is_late() -> None:
    assert not is_late(CLOSES - timedelta(microseconds=1), CLOSES)
    assert is_late(CLOSES, CLOSES)


class Attempts(RuleBasedStateMachine):
    """Clock, closing, passphrases of two people on each side, replacing and withdrawing, in any order.

    The real rules decide: `BID_MOVES` with its guards, envelopes with real keys. The bid must never be open, and its
    data key never known, before the deadline or with passphrases of fewer than two people of the two sides.
    """

    PHRASES = ("office one and more", "office two and more", "oversight one more", "oversight two more")
    PAIRS: tuple[envelopes.LockedKey, ...] = ()

    @initialize()
    def seal(self) -> None:
        if not Attempts.PAIRS:
            envelopes.COST, kept = 10, envelopes.COST
            Attempts.PAIRS = tuple(envelopes.new_pair(phrase) for phrase in self.PHRASES)
            envelopes.COST = kept
        self.moment, self.stage, self.call = CLOSES - timedelta(hours=3), BidStage.SEALED, ChallengeStage.PUBLISHED
        self.given: set[int] = set()
        self.first: int | None = None
        self.key = b"d" * 32
        self.pieces = list(packages.seal(self.key, b"c", [b"words of the bid"]))
        shares = dict(zip(HolderSide, envelopes.split(self.key), strict=True))
        self.envelopes = {n: envelopes.wrap(shares[self.side(n)], self.PAIRS[n].public, b"c") for n in range(4)}
        self.handed: dict[int, bytes] = {}

    @staticmethod
    def side(holder: int) -> HolderSide:
        return HolderSide.OFFICE if holder < 2 else HolderSide.OVERSIGHT

    def step(self, move: str, facts: Any, then: Callable[[], None] = lambda: None) -> None:
        try:
            row = BID_MOVES.next(stage=self.stage, move=move, roles=None, facts=facts)
        except Refusal:
            return
        then()
        self.stage = row.target

    @rule(minutes=st.integers(1, 120))
    def time_passes(self, minutes: int) -> None:
        self.moment += timedelta(minutes=minutes)

    @rule()
    def the_worker_closes(self) -> None:
        if self.moment >= CLOSES and self.call == ChallengeStage.PUBLISHED:
            self.call = ChallengeStage.CLOSED

    @rule()
    def somebody_with_the_database_closes_early(self) -> None:
        self.call = ChallengeStage.CLOSED

    @rule(move=st.sampled_from(["withdraw", "replace"]))
    def the_bidder_takes_it_back(self, move: str) -> None:
        self.step(move, Deadline.of(self.call, self.moment, CLOSES, False))

    @rule(holder=st.integers(0, 3), phrase=st.sampled_from(PHRASES))
    def a_passphrase_is_typed(self, holder: int, phrase: str) -> None:
        try:
            private = envelopes.unlock(self.PAIRS[holder], phrase)
        except envelopes.Closed:
            assert phrase != self.PHRASES[holder]
            return
        if self.moment < CLOSES:
            # The page refuses before a key is used; so does the table, tried here with all the sides at once.
            self.step("open", Keys(self.moment, CLOSES, frozenset(HolderSide), frozenset({"a", "b"})))
            return
        own = envelopes.unwrap(self.envelopes[holder], private, b"c")
        self.given.add(holder)
        if self.first is None or self.side(self.first) == self.side(holder):
            self.first = holder if self.first is None else self.first
            for other in range(4):
                if self.side(other) != self.side(holder):
                    self.handed[other] = envelopes.wrap(own, self.PAIRS[other].public, b"handed")
            self.step("open", Keys(self.moment, CLOSES, frozenset({self.side(holder)}), frozenset({str(holder)})))
            with pytest.raises(packages.Broken):
                list(packages.unseal(own, b"c", self.pieces))
            return
        joined = envelopes.join(own, envelopes.unwrap(self.handed[holder], private, b"handed"))
        assert b"".join(packages.unseal(joined, b"c", self.pieces)) == b"words of the bid"
        self.step("open", Keys(self.moment, CLOSES, frozenset({self.side(self.first), self.side(holder)}),
                               frozenset({str(self.first), str(holder)})))  # fmt: skip

    @invariant()
    def nothing_is_open_too_early_or_by_too_few(self) -> None:
        if getattr(self, "stage", None) == BidStage.OPENED:
            assert self.moment >= CLOSES
            assert {self.side(holder) for holder in self.given} == set(HolderSide)


TestAttempts = Attempts.TestCase
