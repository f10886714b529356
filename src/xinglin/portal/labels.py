"""What the parameters of the house's own actions are called: accounts, roles, tokens, notices, rules. Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "username": say("User name"), "display_name": say("Name others see"), "password": say("Password"),
    "again": say("The same password again"), "email": say("E-mail address"), "role": say("Role"),
    "organisation_id": say("For which organisation"), "person_id": say("For which person"),
    "name": say("What you call it"), "abilities": say("What it may do"), "validity": say("How long it is valid"),
    "channel": say("Way"), "address": say("Address"), "secret": say("Secret"), "events": say("Which events"),
    "is_active": say("In use"), "for_alliance": say("For the whole alliance"), "language": say("Language"),
    "reason": say("Why"), "valid_from": say("In force from"), "source_document": say("Document it comes from"),
    "article": say("Article"), "value": say("Value"), "kind": say("Kind"),
}  # fmt: skip
HELPS: dict[str, Phrase] = {
    "username": say("You sign in with it. No spaces."),
    "organisation_id": say("Leave empty where the role holds for the whole alliance."),
    "person_id": say("Only for experts: the record in the register that is about them."),
    "events": say("Beginnings of event names, such as roster.agreement; one per line, empty means all."),
    "secret": say("What the other side gave you to sign messages with; a webhook needs 16 characters or more."),
    "source_document": say("Title and number of the notice, decision or law that prescribes this value."),
    "valid_from": say("The value before it ends the day before; history stays."),
}
