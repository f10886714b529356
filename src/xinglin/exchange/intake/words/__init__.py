"""The words of intake. Pure."""

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class ReportStatus(Word):
    """Where a report stands (domain 2.5). A corrected version supersedes; a void one is kept, never deleted."""

    PRELIMINARY = "preliminary", say("Preliminary")
    FINAL = "final", say("Final")
    CORRECTED = "corrected", say("Corrected")
    VOID = "void", say("Void")


# `Result.status` as stored, small. Only FINAL counts; SUPERSEDED has a later corrected version.
PRELIMINARY, FINAL, SUPERSEDED, VOID = 0, 1, 2, 3

# Bits of `Result.flags`: a critical value, hidden from all but the treating doctor, has an image, abnormal.
CRITICAL, SENSITIVE, IMAGE, ABNORMAL = 1, 2, 4, 8


class QuarantineStage(Word):
    WAITING = "waiting", say("Waiting for repair")
    REPLAYED = "replayed", say("Repaired and taken in")
    DISMISSED = "dismissed", say("Dismissed")
