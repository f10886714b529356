"""Parameters of appointments, agreements, plaques, pairings, studios, platforms. Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "agreement_id": say("Agreement"), "appointment_id": say("Appointment"),
    "confidentiality_clause": say("Confidentiality"), "day": say("Day"), "days_per_year": say("Days per year"),
    "department": say("Department"), "dutyday_id": say("Duty day"), "ended_on": say("Ended on"),
    "fee_fen": say("Fee per year"), "ground": say("Ground"), "hours": say("Hours"),
    "ip_clause": say("Intellectual property"), "paid": say("Paid"), "paper": say("Where the paper is kept"),
    "people_served": say("People seen"), "permit_number": say("Number of the permit"),
    "permit_until": say("Permit valid until"), "starts": say("First day"), "summary": say("What was done"),
}  # fmt: skip
HELPS: dict[str, Phrase] = {
    "ground": say("On what ground the expert may see patients here (Physicians Law, articles 14 to 18)."),
    "summary": say("Write no patient's name."),
    "paper": say("The file and page, so that somebody can find it."),
}
