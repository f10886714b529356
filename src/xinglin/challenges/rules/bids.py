"""The lifecycle of a bid: sealed on receipt, opened by two key holders, checked, reviewed, awarded or not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from xinglin.challenges.words.bids import BidStage as S
from xinglin.challenges.words.bids import HolderSide
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

BIDDERS = roles(Role.EXPERT, Role.COMPANY, Role.LIAISON, Role.DEPARTMENT_HEAD)
OFFICE = roles(Role.SECRETARIAT)
PROGRAM = roles()

# A bid whose last byte came in time may still be on its way into the database when the call closes.
SETTLING = timedelta(minutes=2)


@dataclass(frozen=True)
class Deadline:
    """What replacing and withdrawing are judged by. A replacement that came in time counts as in time."""

    open: bool

    @classmethod
    def of(cls, stage: str, moment: datetime, closes_at: datetime | None, received_in_time: bool) -> Deadline:
        """From the call's stage and deadline; `received_in_time` was judged when the last byte was read."""
        before = closes_at is not None and moment < closes_at and stage == ChallengeStage.PUBLISHED
        return cls(before or received_in_time)


@dataclass(frozen=True)
class Keys:
    """What an opening is judged by: server time, the deadlines sealed into the bids, and who gave a passphrase."""

    moment: datetime
    not_before: datetime
    sides: frozenset[HolderSide]
    people: frozenset[str]


@dataclass(frozen=True)
class Check:
    """What the formal check is judged by: reasons that block."""

    blocks: Sequence[Phrase]


def before_deadline(facts: Deadline) -> None:
    if not facts.open:
        raise Refusal("challenges.after_deadline", say("The deadline has passed; the bid stays sealed as it is."),
                      say("Wait for the opening."))  # fmt: skip


def two_keys(facts: Keys) -> None:
    """Bids open after the deadline by server time, by two people of the two sides (docs/adr/0009)."""
    if facts.moment < facts.not_before:
        raise Refusal("challenges.too_early", say("Bids are opened after {moment}, not before.",
                                                  moment=facts.not_before),
                      say("Come back then; the server's clock decides."))  # fmt: skip
    if facts.sides != frozenset(HolderSide) or len(facts.people) < len(HolderSide):
        raise Refusal("challenges.two_sides", say("An opening takes two people, one of each side."),
                      say("Ask a holder of the other side to give their passphrase."))  # fmt: skip


def no_block(facts: Check) -> None:
    if facts.blocks:
        raise Refusal("challenges.blocked", say("This bid cannot qualify. {reason}", reason=facts.blocks[0]),
                      say("Exclude it with this reason, or have the register corrected first."))  # fmt: skip


BID_MOVES = Machine(
    "challenges.bid",
    S,
    S.SEALED,
    frozenset({S.REPLACED, S.WITHDRAWN, S.DISQUALIFIED, S.NOT_AWARDED, S.AWARDED, S.UNOPENED}),
    (
        Move("replace", S.SEALED, S.REPLACED, BIDDERS, say("Replace the bid"), before_deadline),
        Move("withdraw", S.SEALED, S.WITHDRAWN, BIDDERS, say("Withdraw the bid"), before_deadline),
        Move("open", S.SEALED, S.OPENED, PROGRAM, say("The bid was opened"), two_keys),
        Move("lapse", S.SEALED, S.UNOPENED, PROGRAM, say("The challenge ended before the bid was opened")),
        Move("qualify", S.OPENED, S.QUALIFIED, OFFICE, say("Pass the formal check"), no_block, awaited=True, due=5),
        Move("disqualify", (S.OPENED, S.QUALIFIED), S.DISQUALIFIED, OFFICE, say("Exclude the bid")),
        Move("award", S.QUALIFIED, S.AWARDED, PROGRAM, say("The bid was awarded")),
        Move("pass_over", (S.OPENED, S.QUALIFIED), S.NOT_AWARDED, PROGRAM, say("Another bid was awarded")),
    ),
)  # fmt: skip
