"""Who may see which plaques, and what a stranger learns from a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.clock import today
from xinglin.kernel.permits import Actor
from xinglin.roster.models import Plaque
from xinglin.roster.queries.register import WHOLE_ALLIANCE
from xinglin.roster.rules import plaques as rules
from xinglin.roster.words.plaques import HANGING, PlaqueStage, PlaqueStanding


def plaques_for(actor: Actor) -> QuerySet[Plaque]:
    """Everybody sees what hangs; the two units and the secretariat see drafts and the past as well."""
    rows = Plaque.objects.select_related("granting", "receiving", "agreement", "platform", "studio", "alliance_place")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(Q(stage__in=HANGING) | own_plaques(actor))


def own_plaques(actor: Actor) -> Q:
    places = permits.scope_ids(actor, "organisation")
    return Q(granting_id__in=places) | Q(receiving_id__in=places)


@dataclass(frozen=True)
class PlaqueFace:
    """What the public may know of a plaque: what is on it, and whether it still holds today."""

    number: str
    name: str
    granting: str
    receiving: str
    department: str
    granted_on: date
    until: date
    standing: PlaqueStanding
    revoked_on: date | None
    replaced_by: str
    checked_on: date


def plaque_by_code(code: str) -> PlaqueFace | None:
    """The plaque with this code as the public may see it; None for a code that was never given out."""
    typed = rules.code_as_typed(code)
    found = Plaque.objects.select_related("granting", "receiving").filter(code=typed).first() if typed else None
    if found is None:
        return None
    standing = rules.standing(PlaqueStage(found.stage), found.granted_on, found.until, today())
    if standing is None:
        return None
    after = Plaque.objects.filter(replaces=found).first()
    return PlaqueFace(
        number=found.number,
        name=found.name,
        granting=str(found.granting),
        receiving=str(found.receiving),
        department=found.department,
        granted_on=found.granted_on,
        until=found.until,
        standing=standing,
        revoked_on=found.revoked_on,
        replaced_by=after.number if after else "",
        checked_on=today(),
    )
