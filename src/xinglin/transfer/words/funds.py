"""Two funds kept apart (domain 5.4): research grants, and investment deals that are never offered in public. Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word

# The kind of dossier a grant call names by number: it belongs to another wing.
CHALLENGE = "challenges.challenge"


class GrantStage(Word):
    DRAFT = "draft", say("Being prepared")
    OPEN = "open", say("Open, its challenges run")
    CLOSED = "closed", say("Closed, every challenge ended")
    CANCELLED = "cancelled", say("Cancelled")


class DealStage(Word):
    """私募投资基金监督管理条例 2023; the stages of domain 5.4."""

    LEAD = "lead", say("Lead entered")
    SCREENING = "screening", say("Being screened")
    DUE_DILIGENCE = "due_diligence", say("Under due diligence")
    COMMITTEE = "committee", say("Before the investment committee")
    APPROVED = "approved", say("Approved by the committee")
    AGREED = "agreed", say("Agreement signed")
    FUNDED = "funded", say("Being funded by tranches")
    POST = "post", say("Under post-investment management")
    EXITED = "exited", say("Exited")
    DECLINED = "declined", say("Declined")
