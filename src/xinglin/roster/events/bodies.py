"""What happens to terms, candidates, lists, members, visits and questions. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("roster.alliance_described", say("{actor} described the alliance {subject}."), "region")
happens("roster.term_prepared", say("{actor} began preparing {subject}."), "number")
happens("roster.term_opened", say("{subject} took office on {begins_on}."), "begins_on")
happens("roster.term_ended", say("{subject} ended; {seats} seats ended with it."), "seats")
happens("roster.committee_set_up", say("{actor} set up {subject}."), "kind")
happens("roster.seated", say("{actor} gave a seat: {subject}."), "role", "pool")
happens("roster.seat_ended", say("{actor} ended the seat {subject}."))
happens("roster.nominated", say("{actor} recommended {subject}."), "channel", "pool")
happens("roster.nomination_accepted", say("{actor} took {subject} as a candidate."), "pool")
happens("roster.candidate_reviewed", say("{actor} voted on {subject}."), "vote")
happens("roster.candidate_approved", say("{actor} approved {subject} after {votes} votes."), "votes")
happens("roster.candidate_rejected", say("{actor} did not approve {subject}."))
happens("roster.nomination_withdrawn", say("{actor} withdrew {subject}."))
happens("roster.list_drawn_up", say("{actor} drew up {subject} with {entries} entries."), "entries", "digest")
happens("roster.list_on_notice", say("{actor} put {subject} on public notice until {until}."), "until")
happens("roster.list_objected", say("{actor} recorded an objection to {subject}."))
happens("roster.objection_answered", say("{actor} answered objection {number} to {subject}."), "number")
happens("roster.list_published", say("{actor} published {subject} with {entries} entries; {seated} took seats."),
        "edition", "entries", "seated", "digest")  # fmt: skip
happens("roster.list_dropped", say("{actor} dropped {subject}."))
happens("roster.batch_opened", say("{actor} opened {subject} for applications."), "number")
happens("roster.batch_announced", say("{actor} announced {subject} with {members} members."), "members", "admitted")
happens("roster.batch_cancelled", say("{actor} cancelled {subject}."))
happens("roster.membership_applied", say("{actor} applied: {subject}."), "kind")
happens("roster.membership_recommended", say("{actor} recommended admission: {subject}."))
happens("roster.member_admitted", say("{actor} admitted {subject} on {joined_on}."), "joined_on")
happens("roster.membership_refused", say("{actor} did not admit {subject}."))
happens("roster.membership_withdrawn", say("{actor} withdrew the application {subject}."))
happens("roster.member_suspended", say("{actor} suspended {subject}."))
happens("roster.member_resumed", say("{actor} resumed {subject}."))
happens("roster.member_left", say("{subject}: the member left the alliance."))
happens("roster.visit_planned", say("{actor} planned the visit {subject}."), "on", "series")
happens("roster.visit_reported", say("{actor} reported the visit {subject}."), "on")
happens("roster.visit_followed_up", say("{actor} recorded what followed the visit {subject}."))
happens("roster.visit_cancelled", say("{actor} called off the visit {subject}."))
happens("roster.question_drafted", say("{actor} drafted the question “{subject}”."), "number")
happens("roster.question_asked", say("{actor} asked “{subject}”."))
happens("roster.question_assigned", say("{actor} asked {experts} experts about “{subject}”."), "experts")
happens("roster.opinion_given", say("{actor} gave an opinion on “{subject}”."))
happens(
    "roster.question_answered", say("{actor} answered “{subject}” from {given} of {asked} opinions."), "asked", "given"
)
happens("roster.question_concluded", say("{actor} recorded what became of “{subject}”."), "adoption")
happens("roster.question_withdrawn", say("{actor} withdrew “{subject}”."))
