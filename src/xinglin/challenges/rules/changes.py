"""Changes to a signed contract: what is formal and must be announced, what is only recorded. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from xinglin.challenges.rules.challenges import OFFICE
from xinglin.challenges.rules.contracts import PARTIES
from xinglin.challenges.rules.money import above
from xinglin.challenges.rules.objections import NoticeFacts, no_open_objection, notice_over
from xinglin.challenges.words.contracts import ChangeKind
from xinglin.challenges.words.contracts import ChangeStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

ASKERS = PARTIES | roles(Role.SECRETARIAT)


@dataclass(frozen=True)
class Change:
    """A change and its weight: `drift` is what all changes of amount since the last formal one come to, this one
    included, `signed` the amount once signed, both in fen."""

    kind: ChangeKind
    drift: int = 0
    signed: int = 0
    percent: int = 10

    @property
    def formal(self) -> bool:
        """Domain 4.2: an amount changed by more than x %, or another leader. Small steps add up."""
        return self.kind is ChangeKind.LEADER or (
            self.kind is ChangeKind.AMOUNT and above(abs(self.drift), self.signed, self.percent)
        )


def check_formal(change: Change) -> None:
    if not change.formal:
        raise Refusal("challenges.change_small", say("This change needs no public notice."), say("Record it."))


def check_small(change: Change) -> None:
    if change.formal:
        raise Refusal("challenges.change_formal", say("This change must be approved and announced."),
                      say("Approve it; it comes into force after its notice."))  # fmt: skip


def check_announced(notice: NoticeFacts | None) -> None:
    """Raise a Refusal unless the notice of the change is over and nobody's objection to it is open."""
    notice_over(notice)
    no_open_objection(notice)


CHANGE_MOVES = Machine(
    "challenges.changerequest",
    S,
    S.REQUESTED,
    frozenset({S.IN_FORCE, S.REFUSED, S.WITHDRAWN}),
    (
        Move("approve", S.REQUESTED, S.NOTICE, OFFICE, say("Approve and announce"), guard=check_formal, awaited=True,
             due=10),
        Move("record", S.REQUESTED, S.IN_FORCE, OFFICE, say("Record the change"), guard=check_small, awaited=True,
             due=10),
        Move("put_in_force", S.NOTICE, S.IN_FORCE, OFFICE, say("Put in force"), guard=check_announced, awaited=True),
        Move("refuse", (S.REQUESTED, S.NOTICE), S.REFUSED, OFFICE, say("Refuse")),
        Move("uphold", S.NOTICE, S.REFUSED, roles(), say("An objection to the change was upheld")),
        Move("withdraw", S.REQUESTED, S.WITHDRAWN, PARTIES, say("Withdraw")),
        Move("lapse", (S.REQUESTED, S.NOTICE), S.WITHDRAWN, roles(), say("The contract ended before")),
    ),
)  # fmt: skip
