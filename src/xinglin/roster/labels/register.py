"""Parameters of organisations and people. Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "address": say("Address"), "aliases": say("Also known as"), "available": say("Available"),
    "because": say("Why"), "birth_year": say("Year of birth"), "contact_email": say("Contact e-mail"),
    "contact_name": say("Contact"), "contact_phone": say("Contact telephone"), "credit_code": say("Credit code"),
    "department": say("Department"), "document_number": say("Document number"),
    "document_type": say("Identity document"), "email": say("E-mail"), "expert_category": say("Kind of expert"),
    "grade": say("Grade"),
    "insurance_code": say("Insurance code"), "level": say("Level"), "licence_number": say("Certificate of practice"),
    "licence_status": say("Registration to practise"), "licence_until": say("Registration valid until"),
    "link": say("Link"), "load_limit": say("Most engagements at a time"), "main": say("Main place of work"),
    "medical_code": say("Medical institution code"), "name_latin": say("Name in Latin letters"),
    "native_region": say("Native place"), "ownership": say("Ownership"), "parent_id": say("Branch of"),
    "phone": say("Telephone"), "position": say("Position"), "practice_region": say("City of practice"),
    "profile": say("Profile"), "sex": say("Sex"), "specialties": say("Specialties"), "title_rank": say("Rank of title"),
    "website": say("Website"), "year": say("Year"),
}  # fmt: skip
HELPS: dict[str, Phrase] = {
    "credit_code": say("Eighteen characters; the last one is checked."),
    "native_region": say("A place such as Chaozhou or its code."),
    "specialties": say("Codes or names, the main one first, separated by commas."),
    "aliases": say("Former names, traditional spellings, short names, separated by commas."),
}
