"""The words of consent and access. Pure."""

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class Purpose(Word):
    """What results are looked at for. Each purpose has its own consent (PIPL art. 14, 23, 29)."""

    TREATMENT = "treatment", say("Treatment")
    RECOGNITION = "recognition", say("Mutual recognition")
    CONSULTATION = "consultation", say("Consultation")
    RESEARCH = "research", say("Research")
    CROSS_BORDER = "cross_border", say("Treatment in Hong Kong or Macau")


class ConsentStage(Word):
    GIVEN = "given", say("Given")
    WITHDRAWN = "withdrawn", say("Withdrawn")
    LAPSED = "lapsed", say("Lapsed")


class Ground(Word):
    """Why somebody was let in (PIPL art. 13)."""

    CONSENT = "consent", say("Consent")
    TREATING = "treating", say("Treating relation")
    OWN_HOSPITAL = "own_hospital", say("The hospital's own record")
    EMERGENCY = "emergency", say("Emergency access")
    SELF = "self", say("The person's own data")
    LEGAL_DUTY = "legal_duty", say("Legal duty")


class BreakGlassStage(Word):
    OPEN = "open", say("Open")
    JUSTIFIED = "justified", say("Found justified")
    NOT_JUSTIFIED = "not_justified", say("Found not justified")
