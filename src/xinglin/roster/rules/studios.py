"""The life of a studio and of an apprenticeship. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.rules.lapsing import require_order
from xinglin.roster.words.studios import AT_WORK, ApprenticeStage, StudioStage

HOST = roles(Role.SECRETARIAT, Role.LIAISON)
WORKING = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)
MASTER = WORKING | roles(Role.EXPERT)
PROGRAM = roles()


@dataclass(frozen=True)
class Founding:
    """`master_known`, `host_known`: both are in the register."""

    starts: date
    until: date
    plan: str
    master_known: bool
    host_known: bool


def may_be_founded(founding: Founding) -> None:
    """A studio has a master and a host that are known, a partner of its own, a term and a plan (domain 8.10)."""
    require_order(founding.starts, founding.until)
    if not (founding.master_known and founding.host_known):
        raise Refusal(
            "studios.not_in_register", say("Master and host must both be in the register."),
            say("Ask the secretariat to admit them first."),
        )  # fmt: skip
    if not founding.plan.strip():
        raise Refusal("studios.no_plan", say("The studio has no plan yet."), say("Write the plan first."), field="plan")


def partner_is_another(host: str, partner: str | None) -> None:
    if partner == host:
        raise Refusal(
            "studios.same_unit",
            say("Host and partner are the same organisation."),
            say("Choose the organisation the master comes from, or leave it out."),
            field="partner_id",
        )


@dataclass(frozen=True)
class Pair:
    """A teacher and an apprentice, as ids, with whether the studio is at work."""

    teacher: str
    apprentice: str
    studio_at_work: bool


def may_be_bound(pair: Pair) -> None:
    if pair.teacher == pair.apprentice:
        raise Refusal("studios.own_apprentice", say("Nobody is their own apprentice."), field="apprentice_id")
    if not pair.studio_at_work:
        raise Refusal(
            "studios.not_at_work", say("The studio is not at work."), say("Found the studio, or renew its term, first.")
        )


S = StudioStage
STUDIO_MOVES = Machine(
    "roster.studio",
    StudioStage,
    S.PROPOSED,
    frozenset({S.EXPIRED, S.CLOSED, S.WITHDRAWN}),
    (
        Move("found", S.PROPOSED, S.FOUNDED, HOST, say("Found"), may_be_founded, awaited=True, due=30),
        Move("withdraw", S.PROPOSED, S.WITHDRAWN, HOST, say("Withdraw")),
        Move("review", S.FOUNDED, S.FOUNDED, HOST, say("Review the year"), awaited=True),
        Move("review", S.EXPIRING, S.EXPIRING, HOST, say("Review the year")),
        Move("near_end", S.FOUNDED, S.EXPIRING, PROGRAM, say("The end comes near")),
        Move("prolong", S.EXPIRING, S.FOUNDED, HOST, say("Prolong"), awaited=True),
        Move("prolong", S.FOUNDED, S.FOUNDED, HOST, say("Prolong")),
        Move("close", AT_WORK, S.CLOSED, HOST, say("Close early")),
        Move("expire", AT_WORK, S.EXPIRED, PROGRAM, say("The term is over")),
    ),
)

A = ApprenticeStage
APPRENTICE_MOVES = Machine(
    "roster.apprenticeship",
    ApprenticeStage,
    A.PROPOSED,
    frozenset({A.PASSED, A.FAILED, A.LEFT, A.WITHDRAWN}),
    (
        Move("bind", A.PROPOSED, A.LEARNING, HOST, say("Bind master and apprentice"), may_be_bound,
             awaited=True, due=14),
        Move("withdraw", A.PROPOSED, A.WITHDRAWN, HOST, say("Withdraw")),
        Move("pass", A.LEARNING, A.PASSED, HOST, say("Passed")),
        Move("fail", A.LEARNING, A.FAILED, HOST, say("Not passed")),
        Move("leave", A.LEARNING, A.LEFT, HOST, say("End early")),
    ),
)  # fmt: skip
