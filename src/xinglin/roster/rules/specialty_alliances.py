"""The life of a specialty alliance and of a membership in it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.words.specialty_alliances import AllianceForm, AllianceMemberStage, SpecialtyAllianceStage

LEAD = roles(Role.SECRETARIAT, Role.LIAISON)
SECRETARIAT = roles(Role.SECRETARIAT)


@dataclass(frozen=True)
class Charter:
    form: AllianceForm
    specialty: str
    pathway: str
    lead_known: bool


def may_be_founded(charter: Charter) -> None:
    """A specialty alliance names its specialty and its pathway; its lead unit is in the register."""
    if not charter.lead_known:
        raise Refusal("specialty_alliances.lead", say("The lead unit is not in the register."), field="lead")
    if charter.form == AllianceForm.SPECIALTY and not charter.specialty:
        raise Refusal("specialty_alliances.specialty", say("Name the specialty."), field="specialty")
    if not charter.pathway.strip():
        raise Refusal(
            "specialty_alliances.pathway", say("The pathway is not written down."),
            say("Say how patients, staff and methods move between the lead unit and the members."), field="pathway",
        )  # fmt: skip


@dataclass(frozen=True)
class Joining:
    running: bool
    is_lead: bool


def may_join(joining: Joining) -> None:
    if joining.is_lead:
        raise Refusal(
            "specialty_alliances.lead_joins", say("The lead unit already belongs to it."), field="organisation"
        )
    if not joining.running:
        raise Refusal("specialty_alliances.not_running", say("This alliance is not at work."))


S = SpecialtyAllianceStage
SPECIALTY_ALLIANCE_MOVES = Machine(
    "roster.specialtyalliance",
    SpecialtyAllianceStage,
    S.PROPOSED,
    frozenset({S.RUNNING, S.CLOSED, S.WITHDRAWN}),
    (
        Move("found", S.PROPOSED, S.RUNNING, SECRETARIAT, say("Found"), may_be_founded, awaited=True, due=14),
        Move("withdraw", S.PROPOSED, S.WITHDRAWN, LEAD, say("Withdraw")),
        Move("close", S.RUNNING, S.CLOSED, LEAD, say("Close")),
    ),
)

M = AllianceMemberStage
ALLIANCE_MEMBER_MOVES = Machine(
    "roster.alliancemember",
    AllianceMemberStage,
    M.APPLIED,
    frozenset({M.MEMBER, M.REFUSED, M.LEFT, M.WITHDRAWN}),
    (
        Move("admit", M.APPLIED, M.MEMBER, LEAD, say("Admit"), may_join, awaited=True, due=10),
        Move("refuse", M.APPLIED, M.REFUSED, LEAD, say("Refuse")),
        Move("withdraw", M.APPLIED, M.WITHDRAWN, LEAD, say("Withdraw the application")),
        Move("leave", M.MEMBER, M.LEFT, LEAD, say("Leave")),
    ),
)
