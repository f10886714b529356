"""What the parameters of the actions are called on a page (consent). Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "person": say("Number of the index person"), "purpose": say("Purpose"), "recipient_id": say("Which hospital"),
    "every_member": say("Every member of the alliance"), "until": say("Until"),
    "notice_id": say("Text that was shown"), "organisation_id": say("Hospital"), "way": say("How"),
    "evidence": say("Proof"), "standing": say("Who decided"), "title": say("Title"),
    "processing": say("What is processed, how"), "necessity": say("Why it is lawful and necessary"),
    "risks": say("Effects and risks"), "risk": say("Risk"), "measures": say("Safeguards"),
    "conclusion": say("Conclusion"), "valid_until": say("Holds until"), "because": say("Why"),
    "processor": say("Who processes the data"), "contact": say("Contact"), "kinds": say("Kinds of data"),
    "retention": say("How long data are kept"), "rights": say("Rights of the person"),
    "effects": say("Why it is needed and what it means for the person"), "english": say("The whole text in English"),
    "days": say("Days a consent lasts"), "renew": say("Consents to the text before end"), "reason": say("Reason"),
    "finding": say("Finding"), "kind": say("What is asked"), "text": say("In your words"),
    "about": say("About the entry"), "answer": say("Answer"), "document_kind": say("Kind of document"),
    "document_number": say("Number of the document"), "relation": say("Who gets the code"), "code": say("Code"),
    "recipient": say("Who may look"), "organisation": say("Asked of"), "local_id": say("Your hospital's record number"),
    "username": say("User name"), "password": say("Password"), "again": say("The same password again"),
}  # fmt: skip
HELPS: dict[str, Phrase] = {
    "evidence": say("The number of the signed paper, the name of the witness, or the document that proves it."),
    "days": say("0 means until it is withdrawn."),
    "renew": say("Yes when purpose, way or kinds of data change: people are then asked again."),
    "way": say("Way of processing, or how the person said it."),
    "username": say("You sign in with it. No spaces."),
}
