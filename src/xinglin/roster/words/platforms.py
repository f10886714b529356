"""Platforms and bases (seeds 29, 40, 45, 57, 63; accreditation: seed 83)."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class PlatformKind(Word):
    RESEARCH_BASE = "research_base", say("Research base")
    RESEARCH_CENTRE = "research_centre", say("Research centre")
    JOINT_CENTRE = "joint_centre", say("Joint research centre")
    TRANSLATION = "translation", say("Translational medicine centre")
    LABORATORY = "laboratory", say("Laboratory")
    CLINICAL_TRIALS = "clinical_trials", say("Clinical trial institution (GCP)")
    STUDIO_HOST = "studio_host", say("Host of studios")
    WORKSTATION = "workstation", say("Workstation")
    TEACHING = "teaching", say("Teaching base")
    OTHER = "other", say("Other platform")


class PlatformLevel(Word):
    NATIONAL = "national", say("National level")
    PROVINCE = "province", say("Province level")
    CITY = "city", say("City level")
    HOSPITAL = "hospital", say("Hospital level")


class PlatformStage(Word):
    PROPOSED = "proposed", say("Proposed")
    APPROVED = "approved", say("At work")
    REVIEW_DUE = "review_due", say("At work, review due")
    SUSPENDED = "suspended", say("To be put right")
    REVOKED = "revoked", say("Approval withdrawn")
    CLOSED = "closed", say("Closed")
    WITHDRAWN = "withdrawn", say("Proposal withdrawn")


AT_WORK = (PlatformStage.APPROVED, PlatformStage.REVIEW_DUE, PlatformStage.SUSPENDED)


class PlatformVerdict(Word):
    PASSED = "passed", say("Passed")
    TO_IMPROVE = "to_improve", say("To be put right")
    FAILED = "failed", say("Failed")


class OutputKind(Word):
    PAPER = "paper", say("Paper")
    PATENT = "patent", say("Patent")
    PROJECT = "project", say("Project")
    AWARD = "award", say("Award")
    TECHNIQUE = "technique", say("New technique")
    TRAINING = "training", say("People trained")
    TRANSFER = "transfer", say("Achievement transferred")
