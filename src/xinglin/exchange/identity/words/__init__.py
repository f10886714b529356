"""The words of identity. Pure."""

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class Outcome(Word):
    """What the index says of an arriving record (domain 3.3)."""

    MATCH = "match", say("The same person")
    SIMILAR = "similar", say("Perhaps the same person")
    NEW = "new", say("Not seen before")


class ReviewStage(Word):
    OPEN = "open", say("To be decided")
    LINKED = "linked", say("Linked")
    KEPT_APART = "kept_apart", say("Kept apart")


class ReviewReason(Word):
    """Why a pair of records waits for a person."""

    SIMILAR = "similar", say("Similar, not certain")
    IDENTITY_CONFLICT = "identity_conflict", say("The same document with another name")
    TWINS = "twins", say("Perhaps twins")
    DOCUMENT_VETO = "document_veto", say("Different documents of one kind")
