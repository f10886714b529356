"""What transfer stores. Import models from here."""

from xinglin.transfer.models.achievements import Achievement, Contributor, Evidence, JointProject, Participant
from xinglin.transfer.models.ip import IntellectualProperty, IPFee, Reward

__all__ = [
    "Achievement",
    "Contributor",
    "Evidence",
    "IPFee",
    "IntellectualProperty",
    "JointProject",
    "Participant",
    "Reward",
]
