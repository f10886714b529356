"""The words of the catalogue. Pure."""

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class ItemKind(Word):
    """Laboratory or imaging: where a result of the item comes from (domain 2.5)."""

    LABORATORY = "laboratory", say("Laboratory test")
    EXAMINATION = "examination", say("Examination")


class Basis(Word):
    """The moment a window is counted from (domain 2.4)."""

    SPECIMEN_TIME = "specimen_time", say("When the specimen was taken")
    EXAM_TIME = "exam_time", say("When the examination took place")
    REPORT_TIME = "report_time", say("When the report was issued")


class Sensitivity(Word):
    """Who may see results of an item at all (GB/T 39725 level 5: HIV, STD only by the treating doctor)."""

    NORMAL = "normal", say("Normal")
    TREATING_ONLY = "treating_only", say("Treating doctor only")


class MappingStage(Word):
    PROPOSED = "proposed", say("Proposed")
    CONFIRMED = "confirmed", say("Confirmed")
    REJECTED = "rejected", say("Rejected")


class GrantStage(Word):
    """An HR mark of one item at one laboratory."""

    VALID = "valid", say("Valid")
    SUSPENDED = "suspended", say("Suspended")
    REVOKED = "revoked", say("Revoked")


class Outcome(Word):
    """What an external quality evaluation (室间质评) found."""

    PASSED = "passed", say("Passed")
    FAILED = "failed", say("Failed")


class ListKind(Word):
    """What a file brings in."""

    CODES = "codes", say("Local codes of a site")
    MARKS = "marks", say("HR marks")
    WINDOWS = "windows", say("How long results count")
    PRICES = "prices", say("Prices")
