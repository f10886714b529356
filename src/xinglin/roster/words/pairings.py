"""Pairs of support: 挂钩支持 (seed 18) and 名院·名科·名医 (seed 49)."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class PairingProgramme(Word):
    HOOK_UP = "hook_up", say("Support of hospitals and disciplines")
    NOTED = "noted", say("Noted hospitals, departments and doctors")


class PairingLevel(Word):
    HOSPITAL = "hospital", say("Hospital with hospital")
    DEPARTMENT = "department", say("Department with department")
    DOCTOR = "doctor", say("Doctor with doctor")


class PairingStage(Word):
    PROPOSED = "proposed", say("Proposed to both sides")
    AGREED = "agreed", say("Agreed by both sides")
    RUNNING = "running", say("Running")
    CLOSED = "closed", say("Closed")
    DECLINED = "declined", say("Declined")
    WITHDRAWN = "withdrawn", say("Withdrawn")


LIVE = (PairingStage.PROPOSED, PairingStage.AGREED, PairingStage.RUNNING)


class PairingSide(Word):
    SUPPORTING = "supporting", say("Supporting side")
    SUPPORTED = "supported", say("Supported side")


class ReviewVerdict(Word):
    ON_TRACK = "on_track", say("On track")
    BEHIND = "behind", say("Behind")
    STALLED = "stalled", say("Stalled")


class PairingResult(Word):
    REACHED = "reached", say("Goals reached")
    PARTLY = "partly", say("Goals partly reached")
    MISSED = "missed", say("Goals missed")
