"""What happens (consent), in one sentence each. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("consent.viewed", say("{actor} looked at {count} results of {subject}: {what}."),
        "what", "purpose", "ground", "count", "site")  # fmt: skip
happens("consent.relation_begun", say("{actor} recorded that a hospital treats {subject}."), "site", "until")
happens("consent.relation_ended", say("{actor} recorded that a hospital's treatment of {subject} ended."),
        "site", "until")  # fmt: skip
happens("consent.given", say("{actor} recorded the consent of {subject}."), "purpose", "recipient", "way", "standing",
        "notice", "until")  # fmt: skip
happens("consent.withdrawn", say("{actor} withdrew the consent {subject}."), "purpose", "recipient")
happens("consent.lapsed", say("The consent {subject} ran out."), "purpose", "recipient", "because")
happens("consent.notice_drafted", say("{actor} drafted the notice {subject}."), "purpose")
happens("consent.notice_published", say("{actor} put the notice {subject} in force; {lapsed} consents ended with the "
        "version before."), "purpose", "lapsed", "text")  # fmt: skip
happens("consent.notice_replaced", say("A newer text took the place of {subject}."))
happens("consent.notice_dropped", say("{actor} dropped the draft {subject}."))
happens("consent.assessment_drafted", say("{actor} drafted the impact assessment {subject}."), "purpose", "risk")
happens("consent.assessment_approved", say("{actor} approved the impact assessment {subject}."), "purpose", "risk")
happens("consent.assessment_declined", say("{actor} did not approve the impact assessment {subject}."), "because")
happens("consent.assessment_ended", say("The impact assessment {subject} ran out."), "purpose")
happens("consent.code_handed_over", say("{actor} handed over a code for the own page of {subject}."),
        "relation", "document", "until")  # fmt: skip
happens("consent.account_bound", say("{actor} joined an account to {subject}."), "relation")
happens("consent.account_separated", say("{actor} separated an account from {subject}."), "because")
happens("consent.code_expired", say("The code for the own page of {subject} was not used in time."))
happens("consent.glass_broken", say("{actor} opened emergency access to {subject}."), "site", "until")
happens("consent.glass_judged", say("{actor} judged the emergency access {subject}."), "justified")
happens("consent.wish_made", say("{actor} asked something about the data of {subject}."), "kind", "due")
happens("consent.wish_answered", say("{actor} answered {subject}."), "kind", "fulfilled")
happens("consent.wish_taken_back", say("{actor} took back {subject}."))
happens("consent.audit_drawn", say("{actor} drew {drawn} of {views} views of {month} for audit."),
        "month", "views", "drawn")  # fmt: skip
happens("consent.view_stood_out", say("A view of {subject} stood out: {cause}."), "cause")
happens("consent.audit_judged", say("{actor} judged the view {subject}."), "in_order")
happens("consent.data_taken", say("{actor} took a copy of the data of {subject}."), "form", "count")
happens("consent.followed", say("What was given for a record went along with it to {subject}."),
        "what", "before", "after")  # fmt: skip
