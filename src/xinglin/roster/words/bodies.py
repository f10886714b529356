"""Terms, committees, nominations, lists, membership, visits and the think tank, in the alliance's own terms."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class TermStage(Word):
    """一届: preparation (筹建), in office, over."""

    PREPARING = "preparing", say("Being prepared")
    CURRENT = "current", say("In office")
    ENDED = "ended", say("Ended")


class CommitteeKind(Word):
    EXPERT = "expert", say("Expert committee")
    ADVISORY = "advisory", say("Advisory board")
    COUNCIL = "council", say("Council")
    SPECIALTY = "specialty", say("Specialty group")


class SeatRole(Word):
    HONORARY = "honorary", say("Honorary or guiding expert")
    CHAIR = "chair", say("Chair")
    VICE_CHAIR = "vice_chair", say("Vice chair")
    SECRETARY = "secretary", say("Secretary of the committee")
    MEMBER = "member", say("Committee member")
    ADVISER = "adviser", say("Alliance adviser")


class SeatStage(Word):
    SEATED = "seated", say("Seated")
    LEFT = "left", say("Left the seat")


class Pool(Word):
    """The two pools an expert committee is drawn from (seed 10): experts elsewhere, and local full seniors."""

    ELSEWHERE = "elsewhere", say("Expert from elsewhere")
    LOCAL = "local", say("Local expert with full senior title")


class NominationChannel(Word):
    """医院推荐、专家互荐 (seed 7)."""

    HOSPITAL = "hospital", say("Recommended by an institution")
    PEER = "peer", say("Recommended by a peer")


class NominationStage(Word):
    NOMINATED = "nominated", say("Nominated")
    CANDIDATE = "candidate", say("Candidate")
    APPROVED = "approved", say("Approved")
    LISTED = "listed", say("On the published list")
    REJECTED = "rejected", say("Not approved")
    WITHDRAWN = "withdrawn", say("Withdrawn")


class Vote(Word):
    SUPPORT = "support", say("In favour")
    OPPOSE = "oppose", say("Against")
    ABSTAIN = "abstain", say("Abstains")


class ListKind(Word):
    EXPERTS = "experts", say("Expert committee list")
    CANDIDATES = "candidates", say("Candidate list")
    MEMBERS = "members", say("Member organisations list")


class ListStage(Word):
    DRAWN_UP = "drawn_up", say("Drawn up")
    NOTICE = "notice", say("On public notice")
    PUBLISHED = "published", say("Published")
    SUPERSEDED = "superseded", say("Replaced by a newer version")
    DROPPED = "dropped", say("Dropped")


class MembershipKind(Word):
    LEAD = "lead", say("Lead unit")
    VICE_LEAD = "vice_lead", say("Deputy lead unit")
    MEMBER = "member", say("Member unit")
    OBSERVER = "observer", say("Observer")


class MembershipStage(Word):
    APPLIED = "applied", say("Applied")
    REVIEWED = "reviewed", say("Recommended for admission")
    MEMBER = "member", say("Member")
    SUSPENDED = "suspended", say("Suspended")
    LEFT = "left", say("Left the alliance")
    REFUSED = "refused", say("Not admitted")
    WITHDRAWN = "withdrawn", say("Application withdrawn")


class BatchStage(Word):
    OPEN = "open", say("Open for applications")
    ANNOUNCED = "announced", say("Announced")
    CANCELLED = "cancelled", say("Batch cancelled")


class VisitStage(Word):
    PLANNED = "planned", say("Planned")
    MADE = "made", say("Made")
    FOLLOWED_UP = "followed_up", say("Followed up")
    CANCELLED = "cancelled", say("Not made")


class QuestionStage(Word):
    DRAFT = "draft", say("Draft question")
    ASKED = "asked", say("Asked")
    WITH_EXPERTS = "with_experts", say("With the experts")
    ANSWERED = "answered", say("Answered")
    CONCLUDED = "concluded", say("Concluded")
    WITHDRAWN = "withdrawn", say("Question withdrawn")


class Adoption(Word):
    """What became of an opinion."""

    ADOPTED = "adopted", say("Adopted")
    PARTLY = "partly", say("Adopted in part")
    NOT_ADOPTED = "not_adopted", say("Not adopted")
    NOTED = "noted", say("Kept for reference")
