"""What the roster stores. Import models from here."""

from xinglin.roster.models.agreements import Agreement, AgreementParty, Deliverable, Signing, SigningItem
from xinglin.roster.models.appointments import Acceptance, Appointment, AppointmentTerm, DutyDay
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
from xinglin.roster.models.imports import Duplicate, ExportRun, ImportRefusal, ImportRun, RosterFile
from xinglin.roster.models.pairings import GoalProgress, Pairing, PairingGoal, PairingReview
from xinglin.roster.models.plaques import Plaque
from xinglin.roster.models.platforms import Accreditation, Platform, PlatformOutput, PlatformPartner, PlatformReview
from xinglin.roster.models.register import Affiliation, Evidence, Organisation, Person, PersonSpecialty
from xinglin.roster.models.specialty_alliances import AllianceMember, SpecialtyAlliance
from xinglin.roster.models.studios import Apprenticeship, Studio, StudioReview

__all__ = [  # noqa: RUF022 - by file
    # bonds
    "Acceptance", "Accreditation", "Agreement", "AgreementParty", "AllianceMember", "Appointment", "AppointmentTerm",
    "Apprenticeship", "Deliverable", "DutyDay", "GoalProgress", "Pairing", "PairingGoal", "PairingReview", "Plaque",
    "Platform", "PlatformOutput", "PlatformPartner", "PlatformReview", "Signing", "SigningItem", "SpecialtyAlliance",
    "Studio", "StudioReview",
    # bodies
    "Alliance", "Committee", "ListObjection", "Membership", "MembershipBatch", "Nomination", "NominationReview",
    "Opinion", "PublishedList", "Question", "Seat", "Term", "Visit",
    # register
    "Affiliation", "Evidence", "Organisation", "Person", "PersonSpecialty",
    # roster files
    "Duplicate", "ExportRun", "ImportRefusal", "ImportRun", "RosterFile",
]  # fmt: skip
