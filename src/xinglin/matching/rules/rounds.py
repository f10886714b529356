"""The lifecycle of an assignment round and what may be asked of one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xinglin.kernel.machine import Machine, Move
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.matching.rules.needs import CHECKERS, OWNERS, PROGRAM
from xinglin.matching.words.rounds import ProposalStage, QuotaOn, QuotaPer
from xinglin.matching.words.rounds import RoundStage as S

MOST_NEEDS = 5_000

ROUND_MOVES = Machine(
    "matching.round",
    S,
    S.DRAFT,
    frozenset({S.CONFIRMED, S.DISCARDED}),
    (
        Move("compute", (S.DRAFT, S.INFEASIBLE, S.FAILED), S.COMPUTING, CHECKERS, say("Compute"), awaited=True),
        Move("propose", S.COMPUTING, S.PROPOSED, PROGRAM, say("Proposals found")),
        Move("find_impossible", S.COMPUTING, S.INFEASIBLE, PROGRAM, say("Found impossible")),
        Move("fail", S.COMPUTING, S.FAILED, PROGRAM, say("The computation stopped")),
        Move("stop", S.COMPUTING, S.FAILED, CHECKERS, say("Stop the computation")),
        Move("confirm", S.PROPOSED, S.CONFIRMED, CHECKERS, say("Finish deciding"), awaited=True, due=14),
        Move("discard", (S.DRAFT, S.PROPOSED, S.INFEASIBLE, S.FAILED), S.DISCARDED, CHECKERS, say("Discard")),
    ),
)

PROPOSAL_MOVES = Machine(
    "matching.proposal",
    ProposalStage,
    ProposalStage.OPEN,
    frozenset({ProposalStage.CONFIRMED, ProposalStage.REJECTED}),
    (
        Move("confirm", ProposalStage.OPEN, ProposalStage.CONFIRMED, OWNERS, say("Confirm and bring together"),
             awaited=True, due=14),
        Move("reject", ProposalStage.OPEN, ProposalStage.REJECTED, OWNERS, say("Reject")),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class QuotaRow:
    """One quota as a person asks for it: at least / at most so many experts with this value."""

    quota_on: QuotaOn
    value: str
    at_least: int = 0
    at_most: int | None = None
    quota_per: QuotaPer = QuotaPer.TOTAL


def check_limits(needs: int, per_need: int, load: int, quotas: Sequence[QuotaRow]) -> None:
    """Refuse a round that asks for nothing or contradicts itself, before any time is spent on it."""
    if not needs:
        raise Refusal(
            "matching.round_empty", say("There is no open need for this round."),
            say("Name the needs, or wait until some are open."), field="need_ids",
        )  # fmt: skip
    if needs > MOST_NEEDS:
        raise Refusal(
            "matching.round_large", say("A round holds at most {most} needs.", most=MOST_NEEDS),
            say("Split it by specialty or by region."), field="need_ids",
        )  # fmt: skip
    for name, value in (("per_need", per_need), ("load_limit", load)):
        if value < 1:
            raise Refusal("matching.limit_small", say("At least one is needed here."), field=name)
    for row in quotas:
        if row.at_most is not None and row.at_most < row.at_least:
            raise Refusal(
                "matching.quota_contradicts",
                say("The quota “{value}” asks for at least {least} and at most {most}.",
                    value=row.value, least=row.at_least, most=row.at_most),
                say("Change one of the two numbers."), field="quotas",
            )  # fmt: skip
