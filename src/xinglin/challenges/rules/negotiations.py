"""Talking price, indicators and plan with the best bids, in their order. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xinglin.challenges.rules.challenges import DEMANDERS, PROGRAM
from xinglin.challenges.words.contracts import NegotiationStage as S
from xinglin.kernel.machine import Machine, Move
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal

NEGOTIATION_MOVES = Machine(
    "challenges.negotiation",
    S,
    S.OPEN,
    frozenset({S.AGREED, S.FAILED, S.VOID}),
    (
        Move("hold_round", S.OPEN, S.OPEN, DEMANDERS, say("Record a round"), awaited=True, due=10),
        Move("agree", S.OPEN, S.AGREED, DEMANDERS, say("Record the agreement"), awaited=True, due=20),
        Move("fail", S.OPEN, S.FAILED, DEMANDERS, say("No agreement: go to the next")),
        Move("void", (S.OPEN, S.AGREED), S.VOID, PROGRAM, say("The award was taken back")),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A bid that may be negotiated with: its place in the ranking (None if it has none), and what is known of it."""

    key: str
    rank: int | None
    qualified: bool
    related: Phrase | None = None
    state: S | None = None


def check_candidate(chosen: Candidate, all_of: Sequence[Candidate], *, race: bool, open_already: int) -> None:
    """Raise a Refusal unless the next in rank is chosen: whoever ranks higher was talked to and did not agree. In a
    race several are talked to, in the same order. Whoever is related to the demander never is (domain 4.1, 宣城).
    """
    if not chosen.qualified:
        raise Refusal("challenges.not_qualified", say("This bid did not pass its checks, or was excluded since."),
                      say("Choose the next in the ranking."), field="bid_id")  # fmt: skip
    refuse_related(chosen)
    if chosen.state in (S.OPEN, S.AGREED):
        raise Refusal("challenges.negotiated", say("This bid is being negotiated already."), field="bid_id")
    if chosen.state is S.FAILED:
        raise Refusal("challenges.negotiated_in_vain", say("Talks with this bidder ended without agreement."),
                      say("Choose the next in the ranking."), field="bid_id")  # fmt: skip
    passed = (S.OPEN, S.AGREED, S.FAILED) if race else (S.FAILED,)
    before = [
        one for one in all_of
        if one.rank is not None and (chosen.rank is None or one.rank < chosen.rank)
        and one.qualified and not one.related and one.key != chosen.key and one.state not in passed
    ]  # fmt: skip
    if before:
        raise Refusal("challenges.not_next", say("Somebody ranks higher and was not talked to, or the talks go on."),
                      say("Follow the ranking of the panel; the next comes after talks failed."),
                      field="bid_id")  # fmt: skip
    if open_already and not race:
        raise Refusal("challenges.talks_open", say("Talks with another bidder go on."),
                      say("Record how they ended first."), field="bid_id")  # fmt: skip


def refuse_related(one: Candidate) -> None:
    """Raise a Refusal when a bidder and the demander are related: such a bid can never be awarded."""
    if one.related:
        raise Refusal(
            "challenges.related",
            say("This bidder and the demander are related ({how}); the bid cannot be awarded.", how=one.related),
            say("Exclude the bid with this reason."),
            field="bid_id",
        )


def ranks_of(order: Sequence[str]) -> Mapping[str, int]:
    """Places in the panel's ranking, the best first, from 1."""
    return {key: place for place, key in enumerate(order, start=1)}
