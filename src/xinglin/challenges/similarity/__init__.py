"""Bids compared with each other: shared text, people, contacts, files, prices. Pure: no Django, no clock, no I/O.

Everything found is a flag with its evidence for a person to look at; nothing is decided here (domain 4.5).
"""

from xinglin.challenges.similarity.facts import BidFacts, FileFacts, MemberFacts
from xinglin.challenges.similarity.flags import Flag, flags_of
from xinglin.challenges.similarity.shingles import Likeness, likenesses

__all__ = ["BidFacts", "FileFacts", "Flag", "Likeness", "MemberFacts", "flags_of", "likenesses"]
