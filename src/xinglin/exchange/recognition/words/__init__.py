"""The words of recognition. Pure."""

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class Standing(Word):
    """What an earlier result means for an order (domain 2.6)."""

    MUST = "must", say("To be recognised")
    MAY = "may", say("May be recognised")
    HISTORY = "history", say("History")
    NONE = "none", say("No earlier result")


class Occasion(Word):
    """What is ordered for: before some measures certain tests are always made again (reason 03)."""

    ORDINARY = "ordinary", say("Ordinary care")
    OPERATION = "operation", say("Before an operation")
    TRANSFUSION = "transfusion", say("Before a transfusion")
    ENDOSCOPY = "endoscopy", say("Before an endoscopy")


class DecisionStage(Word):
    """The life of a shown reminder."""

    REMINDED = "reminded", say("Reminded")
    VIEWED = "viewed", say("Viewed")
    RECOGNISED = "recognised", say("Recognised")
    DECLINED = "declined", say("Declined by the doctor")
    UNHANDLED = "unhandled", say("Left undecided")


class OrderStage(Word):
    """An order line as the hospital reports it."""

    PLACED = "placed", say("Placed")
    REVOKED = "revoked", say("Taken back")


class Payer(Word):
    """Who would have paid."""

    UNKNOWN = "unknown", say("Payer not known")
    INSURANCE = "insurance", say("Medical insurance")
    SELF = "self", say("The patient")
    OTHER = "other", say("Another payer")


class EntryKind(Word):
    """Why a line stands in the savings ledger (domain 2.8)."""

    SAVED = "saved", say("Saved")
    WITHDRAWN = "withdrawn", say("The recognition was withdrawn")
    REORDERED = "reordered", say("The item was ordered again")
    INVALID = "invalid", say("The report was corrected or voided later")
    COVERED = "covered", say("Counted with its panel or another line of the visit")


class Reason(Word):
    """Why an earlier result is not recognised; verbatim in Chinese from a running system (domain 2.7), set of 2022."""

    CHANGED = "01", say("The condition changed: the result does not fit the clinical picture or diagnosis")
    FAST = "02", say("The result changes quickly in the course of this disease")
    GRAVE = "03", say("The item weighs heavily in treatment, such as before an operation or transfusion")
    URGENT = "04", say("The patient is in an emergency, in rescue, or gravely ill")
    FORENSIC = "05", say("For a judicial, disability, sick-retirement or labour-arbitration assessment")
    QUALIFIED = "06", say("The state requires a testing body with a special qualification for this item")
    JUDGEMENT = "07", say("The treating doctor considers a repeat necessary")
    OTHER = "08", say("Another situation in which a repeat is truly needed")
    NO_IMAGE = "98", say("The images were not received or could not be provided, so no diagnosis is possible")
    SERIES = "99", say("The disease or its course needs continuous examination or testing")
