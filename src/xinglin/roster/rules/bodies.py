"""Who may sit, who may be listed, who may join, and what moves what. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.words.bodies import (
    BatchStage,
    ListStage,
    MembershipStage,
    NominationStage,
    Pool,
    QuestionStage,
    SeatStage,
    TermStage,
    VisitStage,
    Vote,
)
from xinglin.roster.words.register import HospitalGrade, HospitalLevel, OrganisationKind, TitleRank

SECRETARIAT = roles(Role.SECRETARIAT)
LOCAL_STAFF = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)


@dataclass(frozen=True)
class Standing:
    """What is known of a person when they are nominated; regions are six-digit GB/T 2260 codes."""

    practice_region: str
    title_rank: TitleRank
    in_register: bool


def pool_of(standing: Standing, home_region: str) -> Pool:
    """Which pool somebody belongs to (seed 10), or a Refusal naming what is missing for either.

    Elsewhere means another prefecture than the alliance's (the first four digits differ). The local pool asks for a
    full senior title (正高级).
    """
    if not standing.in_register:
        raise Refusal(
            "nominations.not_in_register",
            say("This person is not in the register yet."),
            say("Ask the secretariat to admit the person first."),
        )
    if not standing.practice_region:
        raise Refusal(
            "nominations.no_place",
            say("The register does not say in which city this person practises."),
            say("Add the city of practice to the person's record."),
        )
    if standing.practice_region[:4] != home_region[:4]:
        return Pool.ELSEWHERE
    if standing.title_rank != TitleRank.SENIOR:
        raise Refusal(
            "nominations.title",
            say("A local expert needs a full senior title; this person's title is {title}.",
                title=standing.title_rank.label),
            say("Correct the title in the person's record, or nominate somebody else."),
        )  # fmt: skip
    return Pool.LOCAL


@dataclass(frozen=True)
class ReviewFacts:
    """The votes on a candidate and how many in favour are needed."""

    votes: Sequence[Vote]
    quorum: int


def enough_in_favour(facts: ReviewFacts) -> None:
    """Approval needs `quorum` votes in favour and more in favour than against."""
    favour = sum(vote == Vote.SUPPORT for vote in facts.votes)
    against = sum(vote == Vote.OPPOSE for vote in facts.votes)
    if favour < facts.quorum:
        raise Refusal(
            "nominations.quorum",
            say("{favour} of {quorum} votes in favour have been given.", favour=favour, quorum=facts.quorum),
            say("Ask the reviewers to give their opinion."),
        )
    if favour <= against:
        raise Refusal(
            "nominations.majority",
            say("{favour} in favour and {against} against is no majority.", favour=favour, against=against),
            say("Reject the candidate, or ask for further opinions."),
        )


@dataclass(frozen=True)
class NoticeFacts:
    """A list on public notice: until when, today, and whether objections are open."""

    until: date | None
    today: date
    open_objections: int = 0


def notice_is_over(facts: NoticeFacts) -> None:
    """A list on notice is published when the notice has run and no objection is open."""
    if facts.until is not None and facts.today <= facts.until:
        raise Refusal(
            "lists.notice_running",
            say("The public notice runs until {until}.", until=facts.until),
            say("Publish on the day after."),
        )
    if facts.open_objections:
        raise Refusal(
            "lists.objections",
            say("{count} objections are not answered yet.", count=facts.open_objections),
            say("Answer them; the answers stay with the list."),
        )


@dataclass(frozen=True)
class Coverage:
    """Members among those eligible: `share` is None when nobody knows how many are eligible."""

    members: int
    eligible: int
    by_ownership: tuple[tuple[str, int], ...]

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.members, self.eligible) if self.eligible else None


def is_eligible_hospital(kind: str, level: str, grade: str) -> bool:
    """三甲: a hospital of level three, grade A (or the special grade above it), the base of seed 61's coverage."""
    return (
        kind == OrganisationKind.HOSPITAL
        and level == HospitalLevel.THREE
        and grade in (HospitalGrade.A, HospitalGrade.SPECIAL)
    )


@dataclass(frozen=True)
class AnswerFacts:
    """The experts asked and those who gave an opinion."""

    asked: int
    given: int


def every_expert_answered(facts: AnswerFacts) -> None:
    if not facts.given:
        raise Refusal(
            "questions.no_opinion", say("No opinion has been given yet."), say("Remind the experts, or ask others.")
        )


TERM_MOVES = Machine(
    "roster.term", TermStage, TermStage.PREPARING, frozenset({TermStage.ENDED}),
    (
        Move("open", TermStage.PREPARING, TermStage.CURRENT, SECRETARIAT, say("Take office"), awaited=True, due=240),
        Move("end", TermStage.CURRENT, TermStage.ENDED, SECRETARIAT, say("End the term"), awaited=True, due=5 * 365),
    ),
)  # fmt: skip

SEAT_MOVES = Machine(
    "roster.seat", SeatStage, SeatStage.SEATED, frozenset({SeatStage.SEATED, SeatStage.LEFT}),
    (Move("leave", SeatStage.SEATED, SeatStage.LEFT, SECRETARIAT, say("End the seat")),),
)  # fmt: skip

NOMINATION_MOVES = Machine(
    "roster.nomination", NominationStage, NominationStage.NOMINATED,
    frozenset({NominationStage.LISTED, NominationStage.REJECTED, NominationStage.WITHDRAWN}),
    (
        Move("accept", NominationStage.NOMINATED, NominationStage.CANDIDATE, SECRETARIAT,
             say("Take as a candidate"), awaited=True, due=10),
        Move("approve", NominationStage.CANDIDATE, NominationStage.APPROVED, SECRETARIAT, say("Approve"),
             guard=enough_in_favour, awaited=True, due=20),
        Move("list", NominationStage.APPROVED, NominationStage.LISTED, SECRETARIAT, say("Put on the published list")),
        Move("reject", (NominationStage.NOMINATED, NominationStage.CANDIDATE), NominationStage.REJECTED, SECRETARIAT,
             say("Do not approve")),
        Move("withdraw", (NominationStage.NOMINATED, NominationStage.CANDIDATE, NominationStage.APPROVED),
             NominationStage.WITHDRAWN, roles(Role.SECRETARIAT, Role.LIAISON, Role.EXPERT), say("Withdraw")),
    ),
)  # fmt: skip

LIST_MOVES = Machine(
    "roster.publishedlist", ListStage, ListStage.DRAWN_UP,
    frozenset({ListStage.PUBLISHED, ListStage.SUPERSEDED, ListStage.DROPPED}),
    (
        Move("put_on_notice", ListStage.DRAWN_UP, ListStage.NOTICE, SECRETARIAT, say("Put on public notice"),
             awaited=True, due=14),
        Move("publish", (ListStage.DRAWN_UP, ListStage.NOTICE), ListStage.PUBLISHED, SECRETARIAT, say("Publish"),
             guard=notice_is_over, awaited=True, due=14),
        Move("supersede", ListStage.PUBLISHED, ListStage.SUPERSEDED, SECRETARIAT, say("Replace by a newer version")),
        Move("drop", (ListStage.DRAWN_UP, ListStage.NOTICE), ListStage.DROPPED, SECRETARIAT, say("Drop the list")),
    ),
)  # fmt: skip

BATCH_MOVES = Machine(
    "roster.membershipbatch", BatchStage, BatchStage.OPEN, frozenset({BatchStage.ANNOUNCED, BatchStage.CANCELLED}),
    (
        Move("announce", BatchStage.OPEN, BatchStage.ANNOUNCED, SECRETARIAT, say("Announce the batch"),
             awaited=True, due=90),
        Move("cancel", BatchStage.OPEN, BatchStage.CANCELLED, SECRETARIAT, say("Cancel the batch")),
    ),
)  # fmt: skip

MEMBERSHIP_MOVES = Machine(
    "roster.membership", MembershipStage, MembershipStage.APPLIED,
    frozenset({MembershipStage.MEMBER, MembershipStage.LEFT, MembershipStage.REFUSED, MembershipStage.WITHDRAWN}),
    (
        Move("recommend", MembershipStage.APPLIED, MembershipStage.REVIEWED, SECRETARIAT,
             say("Recommend for admission"), awaited=True, due=15),
        Move("admit", MembershipStage.REVIEWED, MembershipStage.MEMBER, SECRETARIAT, say("Admit as a member"),
             awaited=True, due=30),
        Move("refuse", (MembershipStage.APPLIED, MembershipStage.REVIEWED), MembershipStage.REFUSED, SECRETARIAT,
             say("Do not admit")),
        Move("withdraw", (MembershipStage.APPLIED, MembershipStage.REVIEWED), MembershipStage.WITHDRAWN,
             roles(Role.SECRETARIAT, Role.LIAISON, Role.COMPANY), say("Withdraw the application")),
        Move("suspend", MembershipStage.MEMBER, MembershipStage.SUSPENDED, SECRETARIAT, say("Suspend")),
        Move("resume", MembershipStage.SUSPENDED, MembershipStage.MEMBER, SECRETARIAT, say("Resume"),
             awaited=True, due=180),
        Move("leave", (MembershipStage.MEMBER, MembershipStage.SUSPENDED), MembershipStage.LEFT,
             roles(Role.SECRETARIAT, Role.LIAISON, Role.COMPANY), say("Leave the alliance")),
    ),
)  # fmt: skip

VISIT_MOVES = Machine(
    "roster.visit", VisitStage, VisitStage.PLANNED,
    frozenset({VisitStage.FOLLOWED_UP, VisitStage.CANCELLED}),
    (
        Move("report", VisitStage.PLANNED, VisitStage.MADE, LOCAL_STAFF, say("Report the visit"), awaited=True),
        Move("follow_up", VisitStage.MADE, VisitStage.FOLLOWED_UP, LOCAL_STAFF, say("Record what followed"),
             awaited=True, due=30),
        Move("cancel", VisitStage.PLANNED, VisitStage.CANCELLED, LOCAL_STAFF, say("Call the visit off")),
    ),
)  # fmt: skip

ASKERS = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.AUTHORITY)
QUESTION_MOVES = Machine(
    "roster.question", QuestionStage, QuestionStage.DRAFT,
    frozenset({QuestionStage.CONCLUDED, QuestionStage.WITHDRAWN}),
    (
        Move("ask", QuestionStage.DRAFT, QuestionStage.ASKED, ASKERS, say("Ask the think tank"), awaited=True, due=30),
        Move("assign", QuestionStage.ASKED, QuestionStage.WITH_EXPERTS, SECRETARIAT, say("Choose the experts"),
             awaited=True, due=5),
        Move("answer", QuestionStage.WITH_EXPERTS, QuestionStage.ANSWERED, SECRETARIAT, say("Send the answer"),
             guard=every_expert_answered, awaited=True, due=30),
        Move("conclude", QuestionStage.ANSWERED, QuestionStage.CONCLUDED, ASKERS, say("Say what was adopted"),
             awaited=True, due=60),
        Move("withdraw", (QuestionStage.DRAFT, QuestionStage.ASKED), QuestionStage.WITHDRAWN, ASKERS,
             say("Withdraw the question")),
    ),
)  # fmt: skip
