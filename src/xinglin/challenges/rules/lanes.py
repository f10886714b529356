"""A race (赛马): who may be put out, and where the money that is left goes. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from xinglin.challenges.rules.money import shared
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


@dataclass(frozen=True)
class Lane:
    """One team of a race: whether it still runs, whether a gate of it was judged, and what stands in the way."""

    number: int
    live: bool
    gate_judged: bool
    in_hand: bool = False


def check_elimination(lane: Lane, others: Collection[Lane], *, race: bool, reason: str) -> None:
    """Raise a Refusal unless the lane may be put out: a race, a judged gate, another team that still runs, a reason,
    and no payment of it in hand.
    """
    if not race:
        raise Refusal("challenges.no_race", say("Only a team in a race can be put out."),
                      say("Terminate the challenge instead."))  # fmt: skip
    if not lane.live or not any(other.live for other in others):
        raise Refusal("challenges.last_lane", say("The last team that runs cannot be put out."),
                      say("Terminate the challenge instead."))  # fmt: skip
    if not lane.gate_judged:
        raise Refusal("challenges.no_gate", say("A team is put out at a gate, after a panel judged it."),
                      say("Wait for the panel of the gate."))  # fmt: skip
    if lane.in_hand:
        raise Refusal("challenges.in_hand", say("A payment or a submission of this team is still in hand."),
                      say("Finish it first: what was accepted is paid."))  # fmt: skip
    if not reason.strip():
        raise Refusal("challenges.no_reason", say("Say why."), say("The team and the public may read it."),
                      field="reason")  # fmt: skip


def inherited(left: Mapping[BudgetSource, int], winners: Collection[int]) -> dict[int, dict[BudgetSource, int]]:
    """What each lane that still runs receives of what is left, by source: equal parts, odd fen to the lower numbers."""
    order = sorted(winners)
    parts = {source: shared(fen, len(order)) for source, fen in left.items() if fen}
    return {lane: {source: part[place] for source, part in parts.items()} for place, lane in enumerate(order)}
