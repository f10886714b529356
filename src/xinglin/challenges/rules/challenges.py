"""The lifecycle of a challenge (domain 4.2) as one table. Guards live beside their subject: calling, bidding,
reviewing, running. Pure."""

from __future__ import annotations

from xinglin.challenges.rules.appraisals import approvable
from xinglin.challenges.rules.bids import two_keys
from xinglin.challenges.rules.calls import announceable, publishable
from xinglin.challenges.rules.demands import submittable
from xinglin.challenges.rules.reviews import may_begin, may_negotiate
from xinglin.challenges.words.challenges import ChallengeStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role

DEMANDERS = roles(Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, Role.SECRETARIAT)
OFFICE = roles(Role.SECRETARIAT)
PROGRAM = roles()

BEFORE_PUBLICATION = (
    S.DEMAND_DRAFT, S.DEMAND_SUBMITTED, S.FORMAL_CHECK, S.ARGUMENTATION, S.LIST_APPROVED, S.LIST_NOTICE,
)  # fmt: skip
BEFORE_CONTRACT = (
    *BEFORE_PUBLICATION, S.PUBLISHED, S.CLOSED, S.BID_FORMAL_CHECK, S.REVIEW, S.NEGOTIATION, S.AWARD_NOTICE,
    S.OBJECTION,
)  # fmt: skip
UNDER_CONTRACT = (S.SIGNED, S.APPROVED, S.RUNNING, S.FINAL_ACCEPTANCE)

CHALLENGE_MOVES = Machine(
    "challenges.challenge",
    S,
    S.DEMAND_DRAFT,
    frozenset({S.ARCHIVED, S.REJECTED, S.NO_BID, S.FAILED, S.CANCELLED, S.TERMINATED, S.NOT_ACCEPTED}),
    (
        # Demand, argumentation, list.
        Move("submit", S.DEMAND_DRAFT, S.DEMAND_SUBMITTED, DEMANDERS, say("Submit the demand"), guard=submittable,
             awaited=True),
        Move("withdraw", (S.DEMAND_DRAFT, S.DEMAND_SUBMITTED), S.CANCELLED, DEMANDERS, say("Withdraw the demand")),
        Move("take_up", S.DEMAND_SUBMITTED, S.FORMAL_CHECK, OFFICE, say("Begin the check"), awaited=True, due=5),
        Move("send_back", (S.DEMAND_SUBMITTED, S.FORMAL_CHECK), S.DEMAND_DRAFT, OFFICE, say("Send back for changes")),
        Move("pass_check", S.FORMAL_CHECK, S.ARGUMENTATION, OFFICE, say("Pass the check"), awaited=True, due=10),
        Move("approve", S.ARGUMENTATION, S.LIST_APPROVED, OFFICE, say("Put on the list"), guard=approvable,
             awaited=True, due=20),
        Move("reject", (S.FORMAL_CHECK, S.ARGUMENTATION), S.REJECTED, OFFICE, say("Reject the demand")),
        Move("agree_text", S.LIST_APPROVED, S.LIST_APPROVED, DEMANDERS, say("Agree to the text of the list"),
             awaited=True, due=10),
        Move("announce", S.LIST_APPROVED, S.LIST_NOTICE, OFFICE, say("Announce the list"), guard=announceable,
             awaited=True, due=10),
        # An objection to the list that is upheld sends the demand back to the experts.
        Move("reconsider", S.LIST_NOTICE, S.ARGUMENTATION, PROGRAM, say("An objection to the list was upheld")),
        # Call and sealed bids.
        Move("publish", S.LIST_NOTICE, S.PUBLISHED, OFFICE, say("Publish the call"), guard=publishable, awaited=True),
        Move("close", S.PUBLISHED, S.CLOSED, PROGRAM, say("The deadline passed")),
        Move("lapse", S.CLOSED, S.NO_BID, PROGRAM, say("Nobody bid")),
        Move("open_bids", S.CLOSED, S.BID_FORMAL_CHECK, OFFICE, say("Open the bids"), two_keys, awaited=True, due=5),
        # Checks, review, negotiation, award.
        Move("begin_review", S.BID_FORMAL_CHECK, S.REVIEW, OFFICE, say("Begin the review"),
             may_begin, awaited=True, due=10),
        Move("fail", (S.BID_FORMAL_CHECK, S.REVIEW, S.NEGOTIATION), S.FAILED, OFFICE, say("No bid qualifies")),
        Move("negotiate", S.REVIEW, S.NEGOTIATION, OFFICE, say("Begin to negotiate"), may_negotiate,
             awaited=True, due=20),
        Move("award", S.NEGOTIATION, S.AWARD_NOTICE, OFFICE, say("Announce the award"), awaited=True, due=20),
        Move("object", S.AWARD_NOTICE, S.OBJECTION, PROGRAM, say("An objection was raised")),
        # Deciding the last open objection makes one of these; until then the objection itself awaits the secretariat.
        Move("settle", S.OBJECTION, S.AWARD_NOTICE, PROGRAM, say("Every objection was dismissed")),
        # What was wrong decides: with the bidder, the panel's ranking stands; with the review, another panel is drawn.
        Move("uphold", S.OBJECTION, S.REVIEW, PROGRAM, say("An objection to the bidder was upheld")),
        Move("reopen", S.OBJECTION, S.BID_FORMAL_CHECK, PROGRAM, say("An objection to the review was upheld")),
        Move("sign", S.AWARD_NOTICE, S.SIGNED, OFFICE, say("Record the signed contract"), awaited=True, due=30),
        # Running.
        Move("begin_project", S.SIGNED, S.APPROVED, OFFICE, say("Approve the project"), awaited=True, due=10),
        Move("start", S.APPROVED, S.RUNNING, OFFICE, say("Start the milestones"), awaited=True, due=10),
        Move("finish", S.RUNNING, S.FINAL_ACCEPTANCE, OFFICE, say("Call the final acceptance"), awaited=True),
        Move("accept", S.FINAL_ACCEPTANCE, S.PERFORMANCE, OFFICE, say("Accept the outcome"), awaited=True, due=30),
        Move("refuse", S.FINAL_ACCEPTANCE, S.NOT_ACCEPTED, OFFICE, say("Do not accept the outcome")),
        Move("repair", S.FINAL_ACCEPTANCE, S.RUNNING, OFFICE, say("Give time to repair")),
        Move("archive", S.PERFORMANCE, S.ARCHIVED, OFFICE, say("Archive"), awaited=True, due=90),
        Move("terminate", UNDER_CONTRACT, S.TERMINATED, OFFICE, say("Terminate")),
        Move("cancel", BEFORE_CONTRACT, S.CANCELLED, OFFICE, say("Cancel the challenge")),
    ),
)  # fmt: skip
