"""Parameters of appointments, agreements, plaques, pairings, studios, platforms. Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "agreement_ids": say("Agreements"), "amount_fen": say("Amount"), "auto_renews": say("Renews by itself"),
    "categories": say("Fields"), "deliverables": say("Deliverables"), "done_on": say("Done on"),
    "due_on": say("Due on"), "evidence": say("Evidence"), "held_on": say("Held on"),
    "leave_out_unready": say("Leave out what is not ready"), "note": say("Note"), "on_behalf_of": say("Signs for"),
    "parties": say("Parties"), "planned_on": say("Planned on"), "published": say("May be shown to the public"),
    "renew_months": say("Renewed for (months)"), "signatory_name": say("Signatory"),
    "signatory_position": say("Position of the signatory"), "signed_on": say("Signed on"),
    "signing_id": say("Signing ceremony"), "terms": say("Terms"), "what": say("What"),
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
    "on_behalf_of": say(
        "If the legal person signs for somebody else: an unregistered alliance, a branch, a department."
    ),
    "parties": say("Two legal persons or more. An unregistered alliance signs through its lead unit."),
    "paper": say("The file and page, so that somebody can find it."),
}
