"""What challenges store. Import models from here."""

from xinglin.challenges.models.bid_contents import (
    BidAttachment,
    BidController,
    BidCost,
    BidMember,
    BidPlan,
    BidWork,
)
from xinglin.challenges.models.bids import Bid
from xinglin.challenges.models.calls import (
    Appraisal,
    AppraisalScore,
    CallQuestion,
    CallReminder,
    ListEdition,
    PublicNotice,
)
from xinglin.challenges.models.challenges import Challenge
from xinglin.challenges.models.contracts import (
    ChangeRequest,
    Contract,
    ContractSignature,
    Negotiation,
    NegotiationRound,
    Project,
)
from xinglin.challenges.models.demands import BudgetLine, Indicator, PlannedMilestone
from xinglin.challenges.models.milestones import Milestone, MilestoneIndicator, PanelSeat, Submission
from xinglin.challenges.models.money import MoneyEntry, MoneyPurse, Tranche
from xinglin.challenges.models.objections import Objection
from xinglin.challenges.models.reviews import (
    BlindCopy,
    Flag,
    PanelDraw,
    PanelResult,
    Review,
    ReviewBid,
    ReviewCriterion,
    ReviewScore,
)
from xinglin.challenges.models.sealing import HolderKey, KeyHolder, Opening, SealedBid, SealedPiece, SealedShare

__all__ = [
    "Appraisal",
    "AppraisalScore",
    "Bid",
    "BidAttachment",
    "BidController",
    "BidCost",
    "BidMember",
    "BidPlan",
    "BidWork",
    "BlindCopy",
    "BudgetLine",
    "CallQuestion",
    "CallReminder",
    "Challenge",
    "ChangeRequest",
    "Contract",
    "ContractSignature",
    "Flag",
    "HolderKey",
    "Indicator",
    "KeyHolder",
    "ListEdition",
    "Milestone",
    "MilestoneIndicator",
    "MoneyEntry",
    "MoneyPurse",
    "Negotiation",
    "NegotiationRound",
    "Objection",
    "Opening",
    "PanelDraw",
    "PanelResult",
    "PanelSeat",
    "PlannedMilestone",
    "Project",
    "PublicNotice",
    "Review",
    "ReviewBid",
    "ReviewCriterion",
    "ReviewScore",
    "SealedBid",
    "SealedPiece",
    "SealedShare",
    "Submission",
    "Tranche",
]
