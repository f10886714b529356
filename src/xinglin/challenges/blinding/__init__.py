"""Blind copies: a bid without what tells a reviewer who bids, and a report of what may still tell. Pure.

Names, institutions, contacts and self-citations are replaced; places a person should look at are listed, never hidden.
"""

from xinglin.challenges.blinding.copies import BlindCopy, Redaction, Team, blind
from xinglin.challenges.blinding.institutions import Institution
from xinglin.challenges.blinding.leaks import Leak
from xinglin.challenges.blinding.people import Member

__all__ = ["BlindCopy", "Institution", "Leak", "Member", "Redaction", "Team", "blind"]
