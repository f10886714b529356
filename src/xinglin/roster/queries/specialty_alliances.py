"""Who may see which specialty alliances and who belongs to them."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.roster.models import AllianceMember, SpecialtyAlliance
from xinglin.roster.queries.register import WHOLE_ALLIANCE
from xinglin.roster.words.specialty_alliances import AllianceMemberStage, SpecialtyAllianceStage


def specialty_alliances_for(actor: Actor) -> QuerySet[SpecialtyAlliance]:
    """Everybody sees those at work; the lead unit sees its own in every stage."""
    members = Count("members", filter=Q(members__stage=AllianceMemberStage.MEMBER))
    rows = SpecialtyAlliance.objects.select_related("lead", "agreement").annotate(member_count=members)
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(Q(stage=SpecialtyAllianceStage.RUNNING) | own_specialty_alliances(actor))


def own_specialty_alliances(actor: Actor) -> Q:
    return Q(lead_id__in=permits.scope_ids(actor, "organisation"))


def is_inside(alliance: SpecialtyAlliance, actor: Actor) -> bool:
    """The lead unit and the members read the pathway."""
    places = alliance.members.filter(stage=AllianceMemberStage.MEMBER).values_list("organisation_id", flat=True)
    scopes = [*alliance.scopes(), *(("organisation", key) for key in places)]
    return permits.holds(actor, *WHOLE_ALLIANCE, Role.LIAISON, Role.DEPARTMENT_HEAD, scopes=scopes)


def alliance_members_for(actor: Actor) -> QuerySet[AllianceMember]:
    """Members are public; applications are for the lead unit, the applicant and the secretariat."""
    rows = AllianceMember.objects.select_related("alliance__lead", "organisation")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(Q(stage=AllianceMemberStage.MEMBER) | own_alliance_members(actor))


def own_alliance_members(actor: Actor) -> Q:
    places = permits.scope_ids(actor, "organisation")
    return Q(organisation_id__in=places) | Q(alliance__lead_id__in=places)


def is_member_turn(place: AllianceMember, actor: Actor, move: str) -> bool:
    """The lead unit decides; the applicant withdraws; either side may end a membership."""
    if move in ("admit", "refuse"):
        scope = ("organisation", place.alliance.lead_id)
    elif move == "withdraw":
        scope = ("organisation", place.organisation_id)
    else:
        return True
    return permits.holds(actor, Role.SECRETARIAT, Role.LIAISON, scopes=[scope])
