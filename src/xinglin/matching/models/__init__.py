"""What matching stores. Import models from here."""

from xinglin.matching.models.dockings import Docking, Meeting
from xinglin.matching.models.leads import Lead, LeadStep
from xinglin.matching.models.needs import Need, Offer
from xinglin.matching.models.rounds import Proposal, Round
from xinglin.matching.models.suggestions import ConflictOfInterest, RankingRun, Suggestion
from xinglin.matching.models.tickets import Ticket, TicketEntry

__all__ = [
    "ConflictOfInterest",
    "Docking",
    "Lead",
    "LeadStep",
    "Meeting",
    "Need",
    "Offer",
    "Proposal",
    "RankingRun",
    "Round",
    "Suggestion",
    "Ticket",
    "TicketEntry",
]
