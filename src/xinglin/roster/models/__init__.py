"""What the roster stores. Import models from here."""

from xinglin.roster.models.bodies import (
    Alliance,
    Committee,
    ListObjection,
    Membership,
    MembershipBatch,
    Nomination,
    NominationReview,
    Opinion,
    PublishedList,
    Question,
    Seat,
    Term,
    Visit,
)
from xinglin.roster.models.register import Affiliation, Evidence, Organisation, Person, PersonSpecialty

__all__ = [
    "Affiliation",
    "Alliance",
    "Committee",
    "Evidence",
    "ListObjection",
    "Membership",
    "MembershipBatch",
    "Nomination",
    "NominationReview",
    "Opinion",
    "Organisation",
    "Person",
    "PersonSpecialty",
    "PublishedList",
    "Question",
    "Seat",
    "Term",
    "Visit",
]
