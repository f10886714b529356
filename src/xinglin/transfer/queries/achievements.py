"""Who may see which achievements and joint projects; since when one is unused."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.kernel import configuration, permits
from xinglin.kernel.clock import today
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.matching.queries.sights import organisations_of, persons_of, sees_all
from xinglin.transfer.models import Achievement, JointProject
from xinglin.transfer.rules import achievements as rules
from xinglin.transfer.words.achievements import AchievementStage, ProjectStage


def _is_right(value: Any) -> None:
    if not isinstance(value.get("months"), int) or not isinstance(value.get("regions"), list):
        raise Refusal("transfer.rule_shape", say("The rule needs months and regions."), field="value")


configuration.rule(
    "transfer.unused_right",
    {"months": 12, "regions": ["11", "33"]},
    say("Unused for so many months: reminder; in these provinces inventors may then implement by themselves"),
    say("Beijing and Zhejiang regulations on promoting the transformation of achievements, arts 12 and 38").msgid,
    check=_is_right,
)


def achievements_for(actor: Actor) -> QuerySet[Achievement]:
    """Everybody sees what is on the register and made public; the alliance the whole register; the unit and the
    inventors theirs from the first draft.
    """
    rows = Achievement.objects.select_related("organisation", "project")
    if sees_all(actor):
        return rows
    registered = Q(stage=AchievementStage.REGISTERED)
    seen = registered if permits.at_work(actor) else registered & Q(published=True)
    return rows.filter(Q(pk__in=rows.filter(seen).values("pk")) | own_achievements(actor))


def own_achievements(actor: Actor) -> Q:
    people = persons_of(actor)
    mine = Q(organisation_id__in=organisations_of(actor))
    if people:
        mine |= Q(pk__in=Achievement.objects.filter(contributors__person_id__in=people).values("pk"))
    if actor is not None:
        mine |= Q(created_by=actor.pk)
    return mine


def projects_for(actor: Actor) -> QuerySet[JointProject]:
    """Everybody sees what runs or ran; those who take part see their plans."""
    rows = JointProject.objects.select_related("organisation")
    if sees_all(actor):
        return rows
    return rows.filter(Q(stage__in=(ProjectStage.RUNNING, ProjectStage.CLOSED)) | own_projects(actor))


def own_projects(actor: Actor) -> Q:
    places = organisations_of(actor)
    mine = Q(organisation_id__in=places)
    if places:
        mine |= Q(pk__in=JointProject.objects.filter(participants__organisation_id__in=places).values("pk"))
    return mine


def shares_of(one: Achievement) -> list[rules.Share]:
    return [rules.Share(row.person_id or row.name, row.share_bp, row.owner_bp) for row in one.contributors.all()]


def unused(one: Achievement, day: date | None = None) -> rules.Unused:
    """Whether and since when it lies unused (grant or registration, whichever was last), and what the rule gives."""
    rule = configuration.value("transfer.unused_right", on=day)
    grants = [right.granted_on for right in one.rights.all() if right.granted_on]
    since = max([one.registered_on, *grants], default=None) if one.registered_on else None
    region = one.organisation.region or ""
    return rules.Unused(
        since=since,
        used=one.in_use_since is not None,
        months=rule["months"],
        gives_right=any(region.startswith(str(code)) for code in rule["regions"]),
        today=day or today(),
    )
