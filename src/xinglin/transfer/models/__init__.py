"""What transfer stores. Import models from here."""

from xinglin.transfer.models.achievements import Achievement, Contributor, Evidence, JointProject, Participant
from xinglin.transfer.models.funds import Adviser, Deal, DealNote, Declaration, GrantCall, GrantChallenge, Tranche
from xinglin.transfer.models.income import Distribution, IncomeEntry, ShareLine
from xinglin.transfer.models.ip import IntellectualProperty, IPFee, Reward
from xinglin.transfer.models.transfers import ContractClause, Objection, Transfer, Valuation

__all__ = [
    "Achievement",
    "Adviser",
    "ContractClause",
    "Contributor",
    "Deal",
    "DealNote",
    "Declaration",
    "Distribution",
    "Evidence",
    "GrantCall",
    "GrantChallenge",
    "IPFee",
    "IncomeEntry",
    "IntellectualProperty",
    "JointProject",
    "Objection",
    "Participant",
    "Reward",
    "ShareLine",
    "Tranche",
    "Transfer",
    "Valuation",
]
