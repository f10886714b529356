"""The life of a platform and its reviews. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.words.platforms import AT_WORK, PlatformLevel, PlatformStage

HOST = roles(Role.SECRETARIAT, Role.LIAISON)
SECRETARIAT = roles(Role.SECRETARIAT)
PROGRAM = roles()


@dataclass(frozen=True)
class Approval:
    """A platform's approval: above the hospital's own level it has a number, an approver and a day."""

    level: PlatformLevel
    number: str
    approver: str
    approved_on: date
    today: date


def approval_is_evidenced(approval: Approval) -> None:
    if approval.approved_on > approval.today:
        raise Refusal(
            "platforms.approved_later", say("The approval lies in the future."), say("Enter the day on the approval."),
            field="approved_on",
        )  # fmt: skip
    if approval.level != PlatformLevel.HOSPITAL and not (approval.number.strip() and approval.approver.strip()):
        raise Refusal(
            "platforms.no_approval_number",
            say("A platform above hospital level needs the approval's number and who gave it."),
            say("Enter both as they stand on the document, or choose hospital level."),
            field="approval_number",
        )


S = PlatformStage
PLATFORM_MOVES = Machine(
    "roster.platform",
    PlatformStage,
    S.PROPOSED,
    frozenset({S.REVOKED, S.CLOSED, S.WITHDRAWN, S.APPROVED}),
    (
        Move("approve", S.PROPOSED, S.APPROVED, SECRETARIAT, say("Enter as approved"), approval_is_evidenced,
             awaited=True, due=14),
        Move("withdraw", S.PROPOSED, S.WITHDRAWN, HOST, say("Withdraw")),
        Move("call_review", S.APPROVED, S.REVIEW_DUE, PROGRAM, say("The review falls due")),
        Move("pass_review", S.REVIEW_DUE, S.APPROVED, SECRETARIAT, say("Review: passed"), awaited=True),
        Move("pass_review", (S.APPROVED, S.SUSPENDED), S.APPROVED, SECRETARIAT, say("Review: passed")),
        Move("suspend", (S.APPROVED, S.REVIEW_DUE, S.SUSPENDED), S.SUSPENDED, SECRETARIAT,
             say("Review: to be put right")),
        Move("revoke", AT_WORK, S.REVOKED, SECRETARIAT, say("Withdraw the approval")),
        Move("close", AT_WORK, S.CLOSED, HOST, say("Close")),
    ),
)  # fmt: skip
