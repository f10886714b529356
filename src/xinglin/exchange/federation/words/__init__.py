"""The words of federation. Pure."""

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class ClientStage(Word):
    """A hospital's program that reads and sends by FHIR."""

    PROPOSED = "proposed", say("Waiting for the security administrator")
    ADMITTED = "admitted", say("Admitted")
    REVOKED = "revoked", say("Revoked")


class PeerStage(Word):
    """Another city that is asked at order time."""

    OPEN = "open", say("Is asked")
    PAUSED = "paused", say("Paused")
    CLOSED = "closed", say("Closed")


class PeerKind(Word):
    """What answers there."""

    XINGLIN = "xinglin", say("Another Xinglin")
    FHIR = "fhir", say("Any FHIR R4 server")


class CityState(Word):
    """How asking a city ended. Whatever it is, the order goes on."""

    ANSWERED = "answered", say("Answered")
    NOTHING = "nothing", say("Does not know the patient")
    LATE = "late", say("Did not answer in time")
    AWAY = "away", say("Could not be reached")
    RESTING = "resting", say("Not asked: it failed several times just now")
    BUSY = "busy", say("Not asked: too many questions wait there")
    REFUSED = "refused", say("Refused the question")
    UNTRUSTED = "untrusted", say("Its answer contradicts itself and was not used")
    GATED = "gated", say("Not asked: the export gate says no")


class Route(Word):
    """On which ground data may leave the mainland (domain 9.2)."""

    DOMESTIC = "domestic", say("Stays on the mainland")
    EMERGENCY = "emergency", say("Protects life or health in an emergency")
    TRANSIT = "transit", say("Only passes through")
    EXEMPT = "exempt", say("Few persons, nothing sensitive")
    GBA_CONTRACT = "gba_contract", say("Greater Bay Area standard contract")
    STANDARD_CONTRACT = "standard_contract", say("Standard contract or certification")
    ASSESSMENT = "assessment", say("Security assessment")
    CLOSED = "closed", say("No way is open")


class DataClass(Word):
    """What a year's count of exported persons is kept by."""

    ORDINARY = "ordinary", say("Personal, not sensitive")
    SENSITIVE = "sensitive", say("Sensitive")
