"""Appointments of experts (聘任): what they are appointed as, and the days they give (seeds 16, 17, 32)."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class AppointmentKind(Word):
    CHIEF = "chief", say("Chief expert")
    ADVISER = "adviser", say("Adviser")
    VISITING = "visiting", say("Visiting expert")
    HONORARY = "honorary", say("Honorary guide")


class AppointmentStage(Word):
    DRAFT = "draft", say("Draft")
    OFFERED = "offered", say("Offered to the expert")
    ACCEPTED = "accepted", say("Accepted by the expert")
    ISSUED = "issued", say("In office")
    EXPIRING = "expiring", say("In office, ending soon")
    RENEWAL = "renewal", say("In office, renewal offered")
    EXPIRED = "expired", say("Expired")
    DECLINED = "declined", say("Declined by the expert")
    WITHDRAWN = "withdrawn", say("Withdrawn")
    ENDED = "ended", say("Ended early")


# Somebody holds the post, or is being asked to: no second one of the same kind beside it.
LIVE = (
    AppointmentStage.DRAFT, AppointmentStage.OFFERED, AppointmentStage.ACCEPTED, AppointmentStage.ISSUED,
    AppointmentStage.EXPIRING, AppointmentStage.RENEWAL,
)  # fmt: skip
IN_OFFICE = (AppointmentStage.ISSUED, AppointmentStage.EXPIRING, AppointmentStage.RENEWAL)


class EndGround(Word):
    """Why an appointment ends before its day."""

    EXPERT_ASKED = "expert_asked", say("The expert asked for it")
    HOST_ASKED = "host_asked", say("The organisation asked for it")
    DUTIES_UNMET = "duties_unmet", say("Duties were not met")
    LICENCE = "licence", say("The licence to practise was lost")
    CONDUCT = "conduct", say("Conduct")
    OTHER = "other", say("Another reason")


class PracticeGround(Word):
    """On what ground somebody sees patients away from their registered place.

    医师法 2021: registered there too (arts 14, 15), or one of the cases of art. 18 that need no change of registration,
    or short-term practice of Hong Kong, Macau and Taiwan doctors (卫生部令第62号, 63号).
    """

    NONE = "none", say("Sees no patients here")
    REGISTERED = "registered", say("Registered to practise here")
    TRAINING = "training", say("Standardised training")
    FURTHER_STUDY = "further_study", say("Further study")
    PAIRED_SUPPORT = "paired_support", say("Paired support")
    CONSULTATION = "consultation", say("Consultation")
    EMERGENCY = "emergency", say("Emergency rescue")
    FREE_CLINIC = "free_clinic", say("Free clinic")
    GOVERNMENT = "government", say("Task given by the government")
    ALLIANCE = "alliance", say("Practice within a medical alliance")
    SHORT_TERM = "short_term", say("Short-term permit (Hong Kong, Macau, Taiwan)")


class DutyKind(Word):
    """What an appointed expert comes to do (seed 32)."""

    CLINIC = "clinic", say("Clinic")
    ROUND = "round", say("Ward round")
    DEMONSTRATION = "demonstration", say("Operation demonstrated")
    LECTURE = "lecture", say("Lecture")


# A lecture treats nobody; all else is practice and needs a licence and a ground.
PRACTICE = (DutyKind.CLINIC, DutyKind.ROUND, DutyKind.DEMONSTRATION)


class DutyStage(Word):
    PLANNED = "planned", say("Planned")
    REPORTED = "reported", say("Reported, to be confirmed by the host")
    CONFIRMED = "confirmed", say("Confirmed by the host")
    REFUSED = "refused", say("Not confirmed")
    CANCELLED = "cancelled", say("Cancelled")
