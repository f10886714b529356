"""Events of calls. Pure. No data item holds personal numbers or what a sealed bid says."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("challenges.demand_drafted", say("{actor} drafted the demand {subject}."), "number")
happens("challenges.demand_changed", say("{actor} changed the demand {subject}."), "fields")
happens("challenges.demand_submitted", say("{actor} submitted the demand {subject}."))
happens("challenges.demand_withdrawn", say("{actor} withdrew the demand {subject}."))
happens("challenges.demand_taken_up", say("{actor} began to check the demand {subject}."))
happens("challenges.case_taken", say("{actor} manages the case {subject} from now on."))
happens("challenges.demand_sent_back", say("{actor} sent the demand {subject} back for changes."))
happens("challenges.check_passed", say("{actor} passed the demand {subject} on to experts."), "criteria")
happens("challenges.demand_rejected", say("{actor} rejected the demand {subject}."))
happens("challenges.demand_approved", say("{actor} put {subject} on the approved list."), "mean_centi", "opinions")
happens("challenges.list_text_agreed", say("{actor} agreed to the text of {subject} for the list."), "paper")
happens("challenges.expert_asked", say("{actor} asked an expert to argue {subject}."), "challenge")
happens("challenges.appraisal_signed", say("{actor} scored and signed {subject}."), "mean_centi")
happens("challenges.appraisal_declined", say("{actor} declined to argue {subject}."))
happens("challenges.expert_released", say("{actor} released an expert from {subject}."))
happens("challenges.notice_opened", say("{actor} put {subject} under public notice until {until}."),
        "about", "number", "until")  # fmt: skip
happens("challenges.notice_ended", say("The public notice of {subject} was ended early."), "about", "number", "because")
happens("challenges.list_announced", say("{actor} announced version {version} of the list with {subject} on it."),
        "version", "until")  # fmt: skip
happens("challenges.list_reconsidered",
        say("{subject} goes back to the experts: the objection {objection} was upheld."), "objection")  # fmt: skip
happens("challenges.call_published", say("{actor} published the call {subject} until {closes_at}."),
        "closes_at", "most_fen", "key_roles")  # fmt: skip
happens("challenges.call_prolonged", say("{actor} prolonged the call {subject} until {closes_at}."),
        "closes_at", "before", "reason")  # fmt: skip
happens("challenges.call_closed", say("The call {subject} closed at its deadline."))
happens("challenges.call_lapsed", say("Nobody bid for {subject}."))
happens("challenges.cancelled", say("{actor} cancelled {subject}."), "stage", "reason")
happens("challenges.experts_reminded",
        say("{experts} experts were reminded of {subject}, {days} days before it closes."),
        "days", "experts")  # fmt: skip
happens("challenges.question_asked", say("A question was asked: {subject}."))
happens("challenges.question_answered", say("{actor} answered the question {subject}."))
happens("challenges.question_declined", say("{actor} declined the question {subject}."))
happens("challenges.question_lapsed", say("The question {subject} needs no answer any more."))
happens("challenges.objection_raised", say("The objection {subject} was raised."), "about")
happens("challenges.objection_heard", say("{actor} recorded the hearing of the objection {subject}."))
happens("challenges.objection_decided", say("{actor} decided the objection {subject}."), "outcome")
happens("challenges.objection_withdrawn", say("The objection {subject} was withdrawn."))
happens("challenges.objection_moot", say("The objection {subject} needs no decision any more."))
happens("challenges.award_objected", say("The objection {objection} holds up the award of {subject}."), "objection")
happens(
    "challenges.award_upset",
    say("The next in rank follows for {subject}: the objection {objection} was upheld."), "objection",
)  # fmt: skip
happens(
    "challenges.review_set_aside",
    say("Another panel reviews {subject} again: the objection {objection} was upheld."), "objection",
)  # fmt: skip
happens("challenges.objections_settled", say("Every objection to the award of {subject} was decided."))
