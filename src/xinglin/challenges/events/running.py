"""Events of running: talks, contracts, milestones, money. Pure. No data item holds personal numbers."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("challenges.talks_begun", say("{actor} began talks about {subject}."), "bid")
happens("challenges.round_held", say("{actor} recorded round {number} of {subject}."), "number", "offered_fen",
        "asked_fen")  # fmt: skip
happens("challenges.terms_agreed", say("{actor} recorded the agreement of {subject}."), "price_fen", "milestones")
happens("challenges.talks_failed", say("{actor} ended {subject} without agreement."), "reason")
happens("challenges.award_announced", say("{actor} announced the award of {subject}."), "until", "bids")
happens("challenges.award_taken_back", say("The award of {subject} was taken back by {actor}."), "contracts")
happens("challenges.contract_drafted", say("{actor} changed the draft of {subject}."), "leader")
happens("challenges.contract_out", say("{actor} sent {subject} out for signature."), "amount_fen")
happens("challenges.contract_revised", say("{actor} took {subject} back to change it."))
happens("challenges.contract_signed", say("{actor} signed {subject} for one side."), "side", "paper")
happens("challenges.money_committed", say("{actor} recorded the bank's commitment for {subject}."), "amount_fen",
        "commitment")  # fmt: skip
happens("challenges.contracts_concluded", say("{actor} recorded the signed contracts of {subject}."), "contracts")
happens("challenges.bid_awarded", say("{subject} was awarded."), "lane")
happens("challenges.bid_passed_over", say("Another bid was awarded instead of {subject}."))
happens("challenges.project_approved", say("{actor} approved the project of {subject}."), "approval_number")
happens("challenges.milestones_started", say("{actor} started the milestones of {subject}."), "teams")
happens("challenges.evidence_added", say("{actor} added evidence to {subject}."), "title")
happens("challenges.milestone_submitted", say("{actor} submitted {subject} for acceptance."), "number", "met",
        "indicators")  # fmt: skip
happens("challenges.panel_named", say("{actor} named the panel of {subject}."), "members")
happens("challenges.panel_member_replaced", say("{actor} replaced a member of the panel of {subject}."), "reason")
happens("challenges.voted", say("{actor} voted on {subject}."), "verdict")
happens("challenges.milestone_accepted", say("The panel accepted {subject}."), "accepted", "members")
happens("challenges.milestone_failed", say("The panel did not accept {subject}."), "accepted", "members")
happens("challenges.repair_allowed", say("{actor} gave time until {until} to repair {subject}."), "until", "reason")
happens("challenges.payment_instructed", say("{actor} told the bank to pay {subject}."), "amount_fen", "source",
        "attempt", "reference")  # fmt: skip
happens("challenges.payment_confirmed", say("{actor} recorded that {subject} was paid."), "amount_fen", "source",
        "reference")  # fmt: skip
happens("challenges.payment_returned", say("{actor} recorded that the bank returned {subject}."), "amount_fen",
        "source", "reason")  # fmt: skip
happens("challenges.payment_returned_late",
        say("{actor} recorded that the bank returned {subject} after the archive."), "amount_fen", "source",
        "reason")  # fmt: skip
happens("challenges.payment_reissued_late", say("{actor} told the bank to pay {subject} again after the archive."),
        "amount_fen", "source", "attempt", "reference")  # fmt: skip
happens("challenges.payment_confirmed_late", say("{actor} recorded that {subject} was paid after the archive."),
        "amount_fen", "source", "reference")  # fmt: skip
happens("challenges.repayment_recorded", say("{actor} recorded money paid back under {subject}."), "amount_fen",
        "source", "reference")  # fmt: skip
happens("challenges.lane_eliminated", say("{actor} put {subject} out of the race."), "lane", "reason", "moved_fen",
        "released_fen")  # fmt: skip
happens("challenges.change_requested", say("{actor} asked for a change: {subject}."), "kind", "formal", "drift_fen")
happens("challenges.change_approved", say("{actor} approved {subject}; it is under notice until {until}."), "until")
happens("challenges.change_in_force", say("{subject} came into force, recorded by {actor}."), "kind", "amount_fen")
happens("challenges.change_refused", say("{actor} refused {subject}."), "reason")
happens("challenges.change_upset",
        say("{subject} does not come into force: the objection {objection} was upheld."), "objection")  # fmt: skip
happens("challenges.change_withdrawn", say("{actor} withdrew {subject}."))
happens("challenges.final_called", say("{actor} called the final acceptance of {subject}."), "teams")
happens("challenges.outcome_accepted", say("{actor} accepted the outcome of {subject}."), "teams")
happens("challenges.outcome_refused", say("{actor} did not accept the outcome of {subject}."), "reason",
        "released_fen")  # fmt: skip
happens("challenges.outcome_repaired", say("{actor} gave the outcome of {subject} time until {until}."), "until",
        "reason")  # fmt: skip
happens("challenges.terminated", say("{actor} terminated {subject}."), "reason", "released_fen", "repaid_fen")
happens("challenges.assessed", say("{actor} assessed the performance of {subject}."), "score", "level")
happens("challenges.archived", say("{actor} put {subject} away for good."), "paid_fen")
happens("challenges.bid_not_awarded", say("{subject} was not awarded: the challenge ended before."))
happens("challenges.milestone_overdue", say("{subject} is overdue since {since}."), "since")
