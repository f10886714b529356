"""What challenges store. Import models from here."""

from xinglin.challenges.models.bid_contents import BidAttachment, BidMember, BidPlan, BidWork
from xinglin.challenges.models.bids import Bid
from xinglin.challenges.models.challenges import Challenge

__all__ = ["Bid", "BidAttachment", "BidMember", "BidPlan", "BidWork", "Challenge"]
