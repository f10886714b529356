"""Achievements 科技成果, how ripe they are, and joint projects (domain 5, 1b 42-43). Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class AchievementStage(Word):
    DRAFT = "draft", say("Disclosure being written")
    DISCLOSED = "disclosed", say("Disclosed to the unit")
    REGISTERED = "registered", say("On the register of achievements")
    WITHDRAWN = "withdrawn", say("Withdrawn from the register")


class Origin(Word):
    """What an achievement came from."""

    CHALLENGE = "challenge", say("An open challenge")
    STUDY = "study", say("A clinical study")
    DISCLOSURE = "disclosure", say("A disclosure by its inventors")


class Post(Word):
    """Leaders of the unit share under rules of their own (domain 5.1, leaders)."""

    NONE = "none", say("No leading post")
    DEPUTY = "deputy", say("Deputy head of the unit")
    HEAD = "head", say("Head of the unit")


class ProjectKind(Word):
    JOINT_LABORATORY = "joint_laboratory", say("Joint laboratory")
    MEDICAL_ENGINEERING = "medical_engineering", say("Medical-engineering project")


class ProjectStage(Word):
    DRAFT = "draft", say("Being planned")
    RUNNING = "running", say("Running")
    CLOSED = "closed", say("Closed with its result")
    DROPPED = "dropped", say("Not begun")
