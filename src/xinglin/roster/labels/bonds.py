"""Parameters of appointments, agreements, plaques, pairings, studios, platforms. Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "accrediting_body": say("Accrediting body"), "aim": say("Aim"),
    "alliance_place_id": say("Membership in a specialty alliance"), "apprentice_id": say("Apprentice"),
    "end_ground": say("Why it ends"),
    "approval_number": say("Approval number"), "approved_on": say("Approved on"), "approver": say("Approved by"),
    "area_square_metres": say("Area in square metres"), "assessment": say("Assessment"), "baseline": say("Baseline"),
    "closed_on": say("Closed on"), "days_on_site": say("Days on site"), "equipment": say("Equipment"),
    "findings": say("Findings"), "form": say("Form"), "goals": say("Goals"), "granted_on": say("Granted on"),
    "granting_id": say("Granted by"), "happened_on": say("Day"), "indicator": say("Indicator"), "level": say("Level"),
    "lead_department": say("Lead department"), "lead_id": say("Lead unit"), "leader_id": say("Leader"),
    "link": say("Link"), "master_id": say("Master"), "next_plan": say("Next plan"),
    "next_review_on": say("Next review"), "next_steps": say("Next steps"), "part": say("Part in it"),
    "partner_id": say("Partner"), "partners": say("Partners"), "pathway": say("Pathway"), "plan": say("Plan"),
    "platform_id": say("Platform"), "programme": say("Programme"), "progress": say("Progress"),
    "receiving_id": say("Granted to"), "result": say("Result"), "result_note": say("What came of it"),
    "review_months": say("Months between reviews"), "scheme": say("Scheme"), "scope": say("What it does"),
    "side": say("Side"), "specialtyalliance_id": say("Specialty alliance"), "studio_id": say("Studio"),
    "supported_department": say("Supported department"), "supported_organisation_id": say("Supported organisation"),
    "supported_person_id": say("Supported doctor"), "supporting_department": say("Supporting department"),
    "supporting_organisation_id": say("Supporting organisation"), "supporting_person_id": say("Supporting doctor"),
    "target": say("Target"), "teacher_id": say("Teacher"), "unit": say("Unit"), "valid_until": say("Valid until"),
    "value": say("Value"), "verdict": say("Verdict"),
    "agreement_ids": say("Agreements"), "amount_fen": say("Amount"), "auto_renews": say("Renews by itself"),
    "categories": say("Fields"), "deliverables": say("Deliverables"), "done_on": say("Done on"),
    "due_on": say("Due on"), "evidence": say("Evidence"), "held_on": say("Held on"),
    "leave_out_unready": say("Leave out what is not ready"), "note": say("Note"), "on_behalf_of": say("Signs for"),
    "parties": say("Parties"), "planned_on": say("Planned on"), "published": say("May be shown to the public"),
    "renew_months": say("Renewed for (months)"), "signatory_name": say("Signatory"),
    "signatory_position": say("Position of the signatory"), "signed_on": say("Signed on"),
    "signing_id": say("Signing ceremony"), "terms": say("Clauses"), "what": say("What"),
    "agreement_id": say("Agreement"), "appointment_id": say("Appointment"),
    "confidentiality_clause": say("Confidentiality"), "day": say("Day"), "days_per_year": say("Days per year"),
    "department": say("Department"), "dutyday_id": say("Duty day"), "ended_on": say("Ended on"),
    "fee_fen": say("Fee per year"), "ground": say("Ground of practice"), "hours": say("Hours"),
    "ip_clause": say("Intellectual property"), "paid": say("Paid"), "paper": say("Where the paper is kept"),
    "people_served": say("People seen"), "permit_number": say("Number of the permit"),
    "permit_until": say("Permit valid until"), "starts": say("First day"), "summary": say("What was done"),
}  # fmt: skip
HELPS: dict[str, Phrase] = {
    "pathway": say("How patients, staff and methods move between the lead unit and the members."),
    "progress": say("Each goal once, by its number in the list of goals."),
    "approval_number": say("As it stands on the document; needed above hospital level."),
    "ground": say("On what ground the expert may see patients here (Physicians Law, articles 14 to 18)."),
    "summary": say("Write no patient's name."),
    "on_behalf_of": say(
        "If the legal person signs for somebody else: an unregistered alliance, a branch, a department."
    ),
    "parties": say("Two legal persons or more. An unregistered alliance signs through its lead unit."),
    "paper": say("The file and page, so that somebody can find it."),
}
