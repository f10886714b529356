"""Parameters of terms, candidates, lists, members, visits and questions. Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "adoption": say("Adoption"), "adoption_note": say("Note on adoption"), "aims": say("Aims"),
    "announced_on": say("Announced on"), "answer": say("Answer"), "answer_by": say("Answer by"),
    "asker_id": say("Asked by"), "batch_id": say("Batch"), "because": say("Why"), "begins_on": say("From"),
    "body": say("Question in full"), "charter": say("Charter"), "committee_id": say("Committee"), "days": say("Days"),
    "decided_because": say("Reason of the decision"), "duties": say("Duties"),
    "eligible_source": say("Source of the number of eligible"),
    "eligible_stated": say("Eligible institutions (stated)"),
    "ends_on": say("Until"), "expert_ids": say("Experts"), "followed": say("What followed"),
    "founded_on": say("Founded on"), "host_id": say("Host"), "joined_on": say("Joined on"), "kind": say("Kind"),
    "lead_authority_id": say("Lead authority"), "left_because": say("Why it ended"), "left_on": say("Left on"),
    "name": say("Name"), "name_en": say("English name"), "name_zh": say("Chinese name"), "next_step": say("Next step"),
    "next_step_on": say("Next step by"), "nominating_person_id": say("Recommended by"), "number": say("Number"),
    "objection": say("Objection number"), "objector": say("Objector"), "opinion": say("Opinion"),
    "organisation_id": say("Organisation"), "outcome": say("Outcome"), "people_ids": say("People met"),
    "person_id": say("Person"), "place": say("Place"), "pool": say("Pool"), "purpose": say("Purpose"),
    "reason": say("Why"), "region": say("Home region (six-digit code)"), "role": say("Role"),
    "secretariat_id": say("Secretariat"), "series": say("Series"), "since": say("From"),
    "specialty": say("Specialty code"), "statement": say("Statement"), "term_id": say("Term of office"),
    "text": say("Text"),
    "theme": say("Theme"), "title": say("Title"), "until": say("Until"), "visited_on": say("Date"),
    "visitor_id": say("Visitor"), "vote": say("Vote"),
}  # fmt: skip
HELPS: dict[str, Phrase] = {
    "region": say(
        "A city or its code, for example 445100 for Chaozhou. It decides who counts as an expert from elsewhere."
    ),
    "eligible_source": say("Needed when a number is stated: the document it was published in."),
    "series": say("Visits of one series are counted together, such as a year's journeys to one city."),
}
