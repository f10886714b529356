"""Agreements between legal persons (seeds 16, 42, 52, 53, 64; domain 5.5)."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class AgreementKind(Word):
    COOPERATION = "cooperation", say("Cooperation agreement")
    APPOINTMENT = "appointment", say("Appointment of an adviser")
    SPECIALTY_ALLIANCE = "specialty_alliance", say("Specialty alliance agreement")
    JOINT_CENTRE = "joint_centre", say("Joint research centre")
    STRATEGIC = "strategic", say("Strategic cooperation")
    ONE_TO_ONE = "one_to_one", say("One-to-one cooperation")
    STUDIO = "studio", say("Studio of a master")
    CONFIDENTIALITY = "confidentiality", say("Confidentiality agreement")
    OTHER = "other", say("Other agreement")


class AgreementCategory(Word):
    """The fields of cooperation; the first three are those of seed 52."""

    MEDICAL = "medical", say("Medical cooperation")
    EDUCATION_RESEARCH = "education_research", say("Education and research")
    TALENT = "talent", say("Training of talent")
    INDUSTRY = "industry", say("Industry")
    DISCIPLINE = "discipline", say("Development of disciplines")
    TRANSFER = "transfer", say("Transfer of achievements")
    INFORMATION = "information", say("Information and data")


class AgreementStage(Word):
    DRAFT = "draft", say("Draft")
    CONSULTATION = "consultation", say("With the parties for consent")
    OBJECTED = "objected", say("A party objects")
    READY = "ready", say("Ready to be signed")
    SIGNING = "signing", say("Being signed")
    SIGNED = "signed", say("Signed by all, in force")
    EXPIRING = "expiring", say("In force, ending soon")
    RENEWED = "renewed", say("Renewed by another")
    REPLACED = "replaced", say("Replaced by a new version")
    EXPIRED = "expired", say("Expired")
    TERMINATED = "terminated", say("Terminated")
    WITHDRAWN = "withdrawn", say("Withdrawn")


IN_FORCE = (AgreementStage.SIGNED, AgreementStage.EXPIRING)
BEFORE_SIGNATURE = (
    AgreementStage.DRAFT,
    AgreementStage.CONSULTATION,
    AgreementStage.OBJECTED,
    AgreementStage.READY,
    AgreementStage.SIGNING,
)  # fmt: skip


class PartyRole(Word):
    FIRST = "first", say("Party A")
    SECOND = "second", say("Party B")
    FURTHER = "further", say("Further party")
    WITNESS = "witness", say("Witness")


class PartyOpinion(Word):
    OPEN = "open", say("Not heard yet")
    AGREES = "agrees", say("Agrees")
    OBJECTS = "objects", say("Objects")


class Succession(Word):
    """What a later agreement is to the one before it."""

    RENEWAL = "renewal", say("Renewal")
    AMENDMENT = "amendment", say("New version")


class TerminationGround(Word):
    """Why an agreement ends before its day (Civil Code 民法典 arts 562, 563)."""

    MUTUAL = "mutual", say("By agreement of the parties")
    CONDITION = "condition", say("A condition named in it came about")
    PURPOSE = "purpose", say("Its purpose can no longer be reached")
    BREACH = "breach", say("A party did not perform")
    OTHER = "other", say("Another reason")
