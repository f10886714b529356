"""What challenges store. Import models from here."""

from xinglin.challenges.models.bid_contents import BidAttachment, BidMember, BidPlan, BidWork
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
from xinglin.challenges.models.demands import BudgetLine, Indicator, PlannedMilestone
from xinglin.challenges.models.objections import Objection
from xinglin.challenges.models.sealing import HolderKey, KeyHolder, Opening, SealedBid, SealedPiece, SealedShare

__all__ = [
    "Appraisal",
    "AppraisalScore",
    "Bid",
    "BidAttachment",
    "BidMember",
    "BidPlan",
    "BidWork",
    "BudgetLine",
    "CallQuestion",
    "CallReminder",
    "Challenge",
    "HolderKey",
    "Indicator",
    "KeyHolder",
    "ListEdition",
    "Objection",
    "Opening",
    "PlannedMilestone",
    "PublicNotice",
    "SealedBid",
    "SealedPiece",
    "SealedShare",
]
