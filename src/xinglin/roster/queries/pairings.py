"""Who may see which pairings, whose turn it is, and which quarter is due."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from xinglin.kernel import configuration, permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role
from xinglin.roster.models import Pairing
from xinglin.roster.queries.register import WHOLE_ALLIANCE
from xinglin.roster.rules import pairings as rules
from xinglin.roster.words.pairings import PairingSide, PairingStage

SIDE_ROLES = (Role.LIAISON, Role.DEPARTMENT_HEAD, Role.EXPERT)

configuration.rule("roster.review_grace_days", 15, say("Days after a quarter until its review is due"),
                   "set by the alliance")  # fmt: skip


def pairings_for(actor: Actor) -> QuerySet[Pairing]:
    """Everybody sees which pairs are running; the sides see theirs in every stage."""
    rows = Pairing.objects.select_related(
        "supporting_organisation", "supported_organisation", "supporting_person", "supported_person", "agreement"
    )
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    public = Q(stage=PairingStage.RUNNING) & _all_consented()
    return rows.filter(public | own_pairings(actor))


def _all_consented() -> Q:
    """Doctors are shown to the public only if both agreed to be published."""
    one = Q(supporting_person=None) | Q(supporting_person__consent_publish_at__isnull=False)
    other = Q(supported_person=None) | Q(supported_person__consent_publish_at__isnull=False)
    return one & other


def own_pairings(actor: Actor) -> Q:
    places, people = permits.scope_ids(actor, "organisation"), permits.scope_ids(actor, "person")
    return (
        Q(supporting_organisation_id__in=places)
        | Q(supported_organisation_id__in=places)
        | Q(supporting_person_id__in=people)
        | Q(supported_person_id__in=people)
    )


def is_inside(pairing: Pairing, actor: Actor) -> bool:
    return permits.holds(actor, *WHOLE_ALLIANCE, *SIDE_ROLES, scopes=pairing.scopes())


def sides_of(pairing: Pairing, actor: Actor) -> list[PairingSide]:
    """The sides the actor speaks for (in person or for the organisation), the alliance's own roles left out."""
    held = {scope for role, scope in permits.grants_of(actor) if role in SIDE_ROLES}
    return [side for side in PairingSide if held & set(pairing.side_scopes(side))]


def is_turn(pairing: Pairing, actor: Actor, move: str) -> bool:
    """A side is asked until it has agreed."""
    if move != "agree":
        return True
    return any(getattr(pairing, f"{side}_agreed_at") is None for side in sides_of(pairing, actor))


def due_review(pairing: Pairing) -> tuple[rules.Quarter, date] | None:
    """The next quarter to be reviewed and by when; derived from what was reviewed, never stored apart."""
    return rules.next_review(
        starts=pairing.starts,
        until=pairing.until,
        reviewed=set(pairing.reviews.values_list("quarter", flat=True)),
        grace=configuration.value("roster.review_grace_days"),
    )
