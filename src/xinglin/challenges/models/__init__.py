"""What challenges store. Import models from here."""

from xinglin.challenges.models.bid_contents import Bid, BidAttachment, BidMember, BidPlan, BidWork, from, import, xinglin.challenges.models.bids
from xinglin.challenges.models.calls import Appraisal, AppraisalScore, CallQuestion, CallReminder, ListEdition, PublicNotice
from xinglin.challenges.models.challenges import <<<<<<<, Challenge, HEAD
from xinglin.challenges.models.demands import BudgetLine, Indicator, Objection, PlannedMilestone, from, import, xinglin.challenges.models.objections
from xinglin.challenges.models.sealing import HolderKey, KeyHolder, Opening, SealedBid, SealedPiece, SealedShare

__all__ = ["<<<<<<<", "Appraisal", "AppraisalScore", "Bid", "BidAttachment", "BidMember", "BidPlan", "BidWork", "BudgetLine", "CallQuestion", "CallReminder", "Challenge", "HEAD", "HolderKey", "Indicator", "KeyHolder", "ListEdition", "Objection", "Opening", "PlannedMilestone", "PublicNotice", "SealedBid", "SealedPiece", "SealedShare", "from", "import", "xinglin.challenges.models.bids", "xinglin.challenges.models.objections"]
