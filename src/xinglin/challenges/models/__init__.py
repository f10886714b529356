"""What challenges store. Import models from here."""

from xinglin.challenges.models.bids import Bid
from xinglin.challenges.models.challenges import Challenge

__all__ = ["Bid", "Challenge"]
