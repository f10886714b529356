"""What happens in matching. Pure. No data item holds personal numbers or clinical content."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("matching.need_drafted", say("{actor} drafted the need {subject}."), "number", "kind")
happens("matching.need_changed", say("{actor} changed the need {subject}."), "fields")
happens("matching.need_submitted", say("{actor} submitted the need {subject} for checking."))
happens("matching.need_opened", say("{actor} opened the need {subject} until {until}."), "until", "confidentiality")
happens("matching.need_sent_back", say("{actor} sent the need {subject} back for changes."))
happens("matching.need_prolonged", say("{actor} prolonged the need {subject} until {until}."), "until", "before")
happens("matching.need_met", say("{actor} marked the need {subject} as met."))
happens("matching.need_resumed", say("{actor} looks for others for the need {subject}."))
happens("matching.need_closed", say("{actor} closed the need {subject}: {closing_reason}."), "closing_reason")
happens("matching.need_expired", say("The time of the need {subject} ran out on {until}."), "until")
happens("matching.need_withdrawn", say("{actor} withdrew the need {subject}: {closing_reason}."), "closing_reason")
happens("matching.need_reopened", say("{actor} took the need {subject} up again."))

happens("matching.offer_drafted", say("{actor} drafted the offer {subject}."), "number", "kind")
happens("matching.offer_changed", say("{actor} changed the offer {subject}."), "fields")
happens("matching.offer_submitted", say("{actor} submitted the offer {subject} for checking."))
happens("matching.offer_opened", say("{actor} opened the offer {subject} until {until}."), "until", "confidentiality")
happens("matching.offer_sent_back", say("{actor} sent the offer {subject} back for changes."))
happens("matching.offer_prolonged", say("{actor} prolonged the offer {subject} until {until}."), "until", "before")
happens("matching.offer_taken", say("{actor} marked the offer {subject} as taken up."))
happens("matching.offer_closed", say("{actor} closed the offer {subject}: {closing_reason}."), "closing_reason")
happens("matching.offer_expired", say("The time of the offer {subject} ran out on {until}."), "until")
happens("matching.offer_withdrawn", say("{actor} withdrew the offer {subject}: {closing_reason}."), "closing_reason")
happens("matching.offer_reopened", say("{actor} took the offer {subject} up again."))

happens("matching.ranked", say("{actor} had {looked_at} candidates ranked for {subject}; {shown} were proposed."),
        "run", "pool", "engine", "looked_at", "shown", "excluded", "refused")  # fmt: skip
happens("matching.suggestion_useful", say("{actor} found the suggestion {subject} useful."), "score", "place")
happens("matching.suggestion_declined", say("{actor} declined the suggestion {subject}: {decline_reason}."),
        "decline_reason", "score", "place")  # fmt: skip
happens("matching.suggestion_chosen", say("{actor} chose the suggestion {subject}."), "score", "place", "docking")
happens(
    "matching.conflict_declared", say("{actor} declared a conflict of interest: {subject}."), "kind", "since", "until"
)
happens("matching.conflict_ended", say("{actor} ended the conflict of interest {subject} on {until}."), "until")

happens("matching.round_opened", say("{actor} opened the assignment round {subject} with {needs} needs."),
        "number", "needs", "objective")  # fmt: skip
happens("matching.round_asked", say("{actor} had the round {subject} computed."), "job")
happens("matching.round_proposed", say("The round {subject} proposes {proposals} pairs."),
        "proposals", "total", "worst", "optimal", "gap")  # fmt: skip
happens("matching.round_impossible", say("The round {subject} is not possible under its limits."), "relax")
happens("matching.round_failed", say("The computation of the round {subject} stopped."), "why")
happens("matching.round_changed", say("{actor} changed the limits of the round {subject}."), "fields")
happens("matching.proposal_confirmed", say("{actor} confirmed the proposal {subject}."), "round", "docking")
happens("matching.proposal_rejected", say("{actor} rejected the proposal {subject}."), "round")
happens(
    "matching.round_confirmed",
    say("{actor} finished deciding the round {subject}: {confirmed} confirmed, {rejected} not."),
    "confirmed",
    "rejected",
)
happens("matching.round_discarded", say("{actor} discarded the round {subject}."))

happens("matching.docking_proposed", say("{actor} proposed the docking {subject}."), "number", "need", "nda")
happens("matching.docking_accepted", say("{actor} accepted the docking {subject}."), "side", "both", "due")
happens("matching.docking_declined", say("{actor} declined the docking {subject}, for: {declined_by}."), "declined_by")
happens("matching.docking_contact_named", say("{actor} named {contact} as a contact of {subject}."),
        "side", "contact")  # fmt: skip
happens(
    "matching.docking_nda_signed",
    say("{actor} recorded the confidentiality agreement of {subject}, signed on {day}."),
    "day",
)
happens("matching.meeting_planned", say("{actor} planned a meeting of {subject} for {day}."), "day", "way")
happens("matching.meeting_held", say("{actor} recorded a meeting of {subject} on {day}."), "day", "way", "next_on")
happens("matching.meeting_cancelled", say("{actor} cancelled a meeting of {subject}."), "day")
happens("matching.docking_concluded", say("{actor} concluded the docking {subject}: {outcome}."), "outcome")
happens("matching.docking_ended", say("{actor} ended the docking {subject}."), "reason")
happens(
    "matching.docking_agreement_opened", say("{actor} opened an agreement out of the docking {subject}."), "agreement"
)

happens("matching.ticket_raised", say("{actor} raised the matter {subject}."), "number", "topic")
happens("matching.ticket_routed", say("{actor} sent {subject} to {department}, due on {due}."), "department", "due")
happens(
    "matching.ticket_rerouted", say("{actor} sent {subject} on to {department}, due on {due}."), "department", "due"
)
happens("matching.ticket_answered", say("{actor} answered {subject}."), "days")
happens("matching.ticket_accepted", say("{actor} accepted the answer to {subject}."))
happens("matching.ticket_reopened", say("{actor} reopened {subject}."), "due")
happens("matching.ticket_escalated", say("{subject} was escalated: no answer by {due}."), "due", "times")
happens("matching.ticket_withdrawn", say("{actor} withdrew {subject}."))

happens("matching.lead_entered", say("{actor} entered the investment lead {subject}."), "number", "field", "amount_fen")
happens("matching.lead_advanced", say("{actor} took the lead {subject} to {stage}."), "stage", "next_on")
happens("matching.lead_changed", say("{actor} changed the lead {subject}."), "fields")
happens("matching.lead_settled", say("{actor} marked the lead {subject} as settled: {amount_fen}."), "amount_fen")
happens("matching.lead_lost", say("{actor} marked the lead {subject} as lost: {loss_reason}."), "loss_reason")
happens("matching.lead_handed_over", say("{actor} handed the lead {subject} over to {owner}."), "owner")
