"""The lives of consents, notices, assessments, bindings, wishes, emergency accesses and audits.

Withdrawing is one step, like giving (PIPL art. 15). Pure.
"""

from __future__ import annotations

from xinglin.exchange.consent.words import (
    AssessmentStage,
    AuditStage,
    BindingStage,
    BreakGlassStage,
    ConsentStage,
    NoticeStage,
    WishKind,
    WishStage,
)
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

A, U, J, B, C, N, W = AssessmentStage, AuditStage, BindingStage, BreakGlassStage, ConsentStage, NoticeStage, WishStage
# Whoever takes a consent can take back a consent: the resident, and the hospital's people on the resident's word.
TAKERS = roles(Role.RESIDENT, Role.DOCTOR, Role.LIAISON)
# Who looks at emergency accesses afterwards. That it is not the one who opened is the action's to see to.
REVIEWERS = roles(Role.AUDIT_ADMIN, Role.DEPARTMENT_HEAD)
WRITERS = roles(Role.SECRETARIAT, Role.STEWARD)
# Who hands over codes at a counter, having looked at the document.
COUNTER = roles(Role.LIAISON, Role.LABORATORY)
ANSWERERS = roles(Role.LIAISON, Role.SECRETARIAT)
AUDITOR = roles(Role.AUDIT_ADMIN)
# Requests that hold results back while they stand.
RESTRICTING = (WishKind.DELETION, WishKind.OBJECTION)

CONSENT_MOVES = Machine(
    "consent.consent",
    C,
    C.GIVEN,
    frozenset({C.GIVEN, C.WITHDRAWN, C.LAPSED}),
    (
        Move("withdraw", C.GIVEN, C.WITHDRAWN, TAKERS, say("Withdraw the consent")),
        Move("lapse", C.GIVEN, C.LAPSED, roles(), say("Its time ran out")),
    ),
)

NOTICE_MOVES = Machine(
    "consent.privacynotice",
    N,
    N.DRAFT,
    frozenset({N.IN_FORCE, N.REPLACED, N.DROPPED}),
    (
        Move("publish", N.DRAFT, N.IN_FORCE, WRITERS, say("Put in force"), awaited=True),
        Move("drop", N.DRAFT, N.DROPPED, WRITERS, say("Drop the draft")),
        Move("be_replaced", N.IN_FORCE, N.REPLACED, roles(), say("A newer text took its place")),
    ),
)

ASSESSMENT_MOVES = Machine(
    "consent.impactassessment",
    A,
    A.DRAFT,
    frozenset({A.APPROVED, A.DECLINED, A.ENDED}),
    (
        Move("approve", A.DRAFT, A.APPROVED, WRITERS, say("Approve the assessment"), awaited=True),
        Move("decline", A.DRAFT, A.DECLINED, WRITERS, say("Do not approve")),
        Move("end", A.APPROVED, A.ENDED, roles(), say("Its time ran out")),
    ),
)

BINDING_MOVES = Machine(
    "consent.binding",
    J,
    J.OFFERED,
    frozenset({J.BOUND, J.ENDED, J.EXPIRED}),
    (
        # By the code alone: whoever holds it is the resident; `actions.bindings` checks it and steps for the program.
        Move("complete", J.OFFERED, J.BOUND, roles(), say("Join an account")),
        Move("expire", J.OFFERED, J.EXPIRED, roles(), say("The code was not used in time")),
        Move("end", (J.OFFERED, J.BOUND), J.ENDED, COUNTER | {Role.RESIDENT}, say("Separate the account")),
    ),
)


def restricts(kind: str, stage: str) -> bool:
    """Whether a request holds the person's results back at other hospitals: from the moment it is made until it is
    declined or taken back (PIPL art. 44, 47; domain 9.1: stop processing except storage)."""
    return kind in RESTRICTING and stage in (W.RECEIVED, W.FULFILLED)


def may_take_back(facts: tuple[str, str] | None) -> None:
    """Guard: an answered request is over, unless it holds results back. `facts` are (kind, stage)."""
    if facts is not None and facts[1] == W.FULFILLED and not restricts(*facts):
        raise Refusal("consent.wish_over", say("This request was answered."), say("Make a new one."))


WISH_MOVES = Machine(
    "consent.wish",
    W,
    W.RECEIVED,
    frozenset({W.FULFILLED, W.DECLINED, W.TAKEN_BACK}),
    (
        # 15 working days, kept by the action: PIPL 50 says "in time", domain 9.1 proposes the number.
        Move("fulfil", W.RECEIVED, W.FULFILLED, ANSWERERS, say("Answer: done as asked"), awaited=True, due=21),
        Move("decline", W.RECEIVED, W.DECLINED, ANSWERERS, say("Answer: declined, with the reason"), awaited=True,
             due=21),
        # What was done as asked and still holds results back is taken back too: whoever objected may change their mind.
        Move("take_back", (W.RECEIVED, W.FULFILLED), W.TAKEN_BACK, roles(Role.RESIDENT), say("Take the request back"),
             guard=may_take_back),
    ),
)  # fmt: skip

BREAK_GLASS_MOVES = Machine(
    "consent.breakglass",
    B,
    B.OPEN,
    frozenset({B.JUSTIFIED, B.NOT_JUSTIFIED}),
    (
        Move("find_justified", B.OPEN, B.JUSTIFIED, REVIEWERS, say("Justified"), awaited=True, due=5),
        Move("find_not_justified", B.OPEN, B.NOT_JUSTIFIED, REVIEWERS, say("Not justified"), awaited=True, due=5),
    ),
)

AUDIT_MOVES = Machine(
    "consent.viewaudit",
    U,
    U.OPEN,
    frozenset({U.IN_ORDER, U.NOT_IN_ORDER}),
    (
        Move("find_in_order", U.OPEN, U.IN_ORDER, AUDITOR, say("In order"), awaited=True, due=30),
        Move("find_not_in_order", U.OPEN, U.NOT_IN_ORDER, AUDITOR, say("Not in order"), awaited=True, due=30),
    ),
)
