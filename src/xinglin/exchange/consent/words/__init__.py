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


class ConsentWay(Word):
    """How a consent came: from the person themselves, or taken by a hospital on the person's word."""

    OWN_PAGE = "own_page", say("On the person's own page")
    SIGNED = "signed", say("Signed on paper")
    SPOKEN = "spoken", say("Said before a witness")


class Standing(Word):
    """Who acts for the person (PIPL art. 31; Civil Code art. 27, 28)."""

    SELF = "self", say("The person")
    PARENT = "parent", say("Father or mother")
    GRANDPARENT = "grandparent", say("Grandparent")
    GUARDIAN = "guardian", say("Other guardian of a child")
    ADULT_GUARDIAN = "adult_guardian", say("Guardian of an adult without capacity")


class Ground(Word):
    """Why somebody was let in (PIPL art. 13)."""

    CONSENT = "consent", say("Consent")
    TREATING = "treating", say("Treating relation")
    OWN_HOSPITAL = "own_hospital", say("The hospital's own record")
    EMERGENCY = "emergency", say("Emergency access")
    SELF = "self", say("The person's own data")


class BreakGlassStage(Word):
    OPEN = "open", say("Open")
    JUSTIFIED = "justified", say("Found justified")
    NOT_JUSTIFIED = "not_justified", say("Found not justified")


class NoticeStage(Word):
    """A text people are shown before they agree (PIPL art. 17)."""

    DRAFT = "draft", say("Draft")
    IN_FORCE = "in_force", say("In force")
    REPLACED = "replaced", say("Replaced by a newer text")
    DROPPED = "dropped", say("Dropped")


class AssessmentStage(Word):
    """An impact assessment before processing (PIPL art. 55, 56)."""

    DRAFT = "draft", say("Draft")
    APPROVED = "approved", say("Approved")
    DECLINED = "declined", say("Not approved")
    ENDED = "ended", say("Out of date")


class RiskLevel(Word):
    LOW = "low", say("Low")
    MEDIUM = "medium", say("Medium")
    HIGH = "high", say("High")


class BindingStage(Word):
    """A resident's way to their own page."""

    OFFERED = "offered", say("Code handed over")
    BOUND = "bound", say("Account joined")
    ENDED = "ended", say("Account separated")
    EXPIRED = "expired", say("Code expired")


class WishKind(Word):
    """What a person may ask of whoever processes their data (PIPL art. 44-48)."""

    ACCESS = "access", say("See or copy my data")
    CORRECTION = "correction", say("Correct my data")
    DELETION = "deletion", say("Delete my data")
    EXPLANATION = "explanation", say("Explain how my data is used")
    OBJECTION = "objection", say("Object to a use of my data")


class WishStage(Word):
    RECEIVED = "received", say("Received")
    FULFILLED = "fulfilled", say("Done as asked")
    DECLINED = "declined", say("Declined with a reason")
    TAKEN_BACK = "taken_back", say("Taken back")


class AuditStage(Word):
    """A view that was drawn, or stood out, and is looked into by the audit administrator."""

    OPEN = "open", say("To be looked into")
    IN_ORDER = "in_order", say("In order")
    NOT_IN_ORDER = "not_in_order", say("Not in order")


class AuditCause(Word):
    RANDOM = "random", say("Drawn at random")
    COLLEAGUE = "colleague", say("A colleague of the same hospital")
    WATCHED = "watched", say("A person under watch")
