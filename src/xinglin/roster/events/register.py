"""What happens to organisations and people. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say
from xinglin.roster.words.register import ExpertCategory, LicenceStatus

happens("roster.organisation_proposed", say("{actor} proposed the organisation {subject}."), "kind", "credit_code")
happens("roster.organisation_revised", say("{actor} revised {subject}."), "changed")
happens("roster.organisation_admitted", say("{actor} admitted {subject} to the register."))
happens("roster.organisation_closed", say("{actor} closed {subject}: {because}"), "because")
happens("roster.organisation_reopened", say("{actor} reopened {subject}."))
happens("roster.person_proposed", say("{actor} proposed {subject} for the register."))
happens("roster.person_revised", say("{actor} revised the record of {subject}."), "changed")
happens("roster.person_admitted", say("{actor} admitted {subject} to the register."))
happens("roster.person_closed", say("{actor} closed the record of {subject}: {because}"), "because")
happens("roster.person_reopened", say("{actor} reopened the record of {subject}."))
happens("roster.specialties_set", say("{actor} set {count} specialties of {subject}."), "count")
happens(
    "roster.expert_category_set",
    say("{actor} recorded as what {subject} judges in panels: {category}."),
    "category",
    words={"category": ExpertCategory},
)
happens("roster.affiliated", say("{actor} recorded where {subject} works."), "organisation", "main")
happens("roster.affiliation_ended", say("{actor} ended a place of work of {subject}."), "organisation")
happens("roster.evidence_added", say("{actor} added “{title}” to {subject}."), "kind", "title")
happens("roster.evidence_removed", say("{actor} removed “{title}” from {subject}."), "title")
happens(
    "roster.licence_recorded",
    say("{actor} recorded the registration to practise of {subject}: {status}."),
    "status",
    words={"status": LicenceStatus},
)
happens("roster.document_recorded", say("{actor} recorded an identity document of {subject}."), "kind")
happens("roster.publication_agreed", say("{actor} agreed that {subject} is shown to the public."))
happens("roster.publication_withdrawn", say("{actor} withdrew the agreement to publish {subject}."))
happens("roster.automation_refused", say("{actor} recorded that {subject} refuses automated matching."))
happens("roster.automation_allowed", say("{actor} recorded that {subject} allows automated matching."))
