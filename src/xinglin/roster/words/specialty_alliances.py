"""Alliances inside the alliance (domain 8.1; seeds 21, 22): a lead unit, members, a pathway."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class AllianceForm(Word):
    """国卫医发〔2020〕13号: the forms a 医联体 takes. The form decides what moves freely inside it."""

    CITY_GROUP = "city_group", say("City medical group")
    COUNTY_COMMUNITY = "county_community", say("County medical community")
    SPECIALTY = "specialty", say("Specialty alliance")
    REMOTE = "remote", say("Remote medicine network")


class SpecialtyAllianceStage(Word):
    PROPOSED = "proposed", say("Proposed")
    RUNNING = "running", say("At work")
    CLOSED = "closed", say("Closed")
    WITHDRAWN = "withdrawn", say("Withdrawn")


class AllianceMemberStage(Word):
    APPLIED = "applied", say("Applied")
    MEMBER = "member", say("Member")
    REFUSED = "refused", say("Refused")
    LEFT = "left", say("Left")
    WITHDRAWN = "withdrawn", say("Withdrawn")


LIVE = (AllianceMemberStage.APPLIED, AllianceMemberStage.MEMBER)
