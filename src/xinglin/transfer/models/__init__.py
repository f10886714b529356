"""What transfer stores. Import models from here."""

from xinglin.transfer.models.achievements import Achievement, Contributor, Evidence, JointProject, Participant
from xinglin.transfer.models.income import Distribution, IncomeEntry, ShareLine
from xinglin.transfer.models.ip import IntellectualProperty, IPFee, Reward
from xinglin.transfer.models.transfers import ContractClause, Objection, Transfer

__all__ = [
    "Achievement",
    "ContractClause",
    "Contributor",
    "Distribution",
    "Evidence",
    "IPFee",
    "IncomeEntry",
    "IntellectualProperty",
    "JointProject",
    "Objection",
    "Participant",
    "Reward",
    "ShareLine",
    "Transfer",
]
