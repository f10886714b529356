"""Who may see which ranking runs, suggestions and conflicts of interest; what past suggestions teach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Count, Q, QuerySet

from xinglin.kernel.permits import Actor
from xinglin.matching.models import ConflictOfInterest, Docking, RankingRun, Suggestion
from xinglin.matching.queries.sights import organisations_of, persons_of, sees_all
from xinglin.matching.rules.dockings import OPEN_STAGES
from xinglin.matching.words.suggestions import SuggestionStage


def suggestions_for(actor: Actor) -> QuerySet[Suggestion]:
    """The need's own side and the secretariat see suggestions; an expert sees a need when it is brought to them.

    From the moment somebody refuses automated matching nobody sees what the machine proposed of them; only what a
    person chose stays (PIPL art. 24).
    """
    refusing = Q(person__refuses_automation_at__isnull=False) | Q(offer__person__refuses_automation_at__isnull=False)
    rows = Suggestion.objects.select_related("need", "need__organisation", "person", "offer", "run").filter(
        ~refusing | Q(stage=SuggestionStage.CHOSEN)
    )
    return rows if sees_all(actor) else rows.filter(own_suggestions(actor))


def own_suggestions(actor: Actor) -> Q:
    return Q(need__organisation_id__in=organisations_of(actor))


def runs_for(actor: Actor) -> QuerySet[RankingRun]:
    rows = RankingRun.objects.select_related("need")
    return rows if sees_all(actor) else rows.filter(need__organisation_id__in=organisations_of(actor))


def conflicts_for(actor: Actor) -> QuerySet[ConflictOfInterest]:
    """Declarations are seen by the secretariat, the authority and the people they are about."""
    rows = ConflictOfInterest.objects.select_related("person", "organisation", "other_person")
    return rows if sees_all(actor) else rows.filter(own_conflicts(actor))


def own_conflicts(actor: Actor) -> Q:
    return Q(person_id__in=persons_of(actor))


def conflicts_on(day: date, persons: Collection[str], *, ended: bool = False) -> dict[str, list[ConflictOfInterest]]:
    """Declarations in force on a day, by each person they concern (both persons of a pair); with `ended` those too
    that are over by then, for rules under which a tie weighs on after its end."""
    rows = ConflictOfInterest.objects.filter(Q(person_id__in=persons) | Q(other_person_id__in=persons), since__lte=day)
    if not ended:
        rows = rows.filter(Q(until=None) | Q(until__gte=day))
    found: dict[str, list[ConflictOfInterest]] = defaultdict(list)
    for row in rows.select_related("organisation", "other_person", "person"):
        found[row.person_id].append(row)
        if row.other_person_id:
            found[row.other_person_id].append(row)
    return found


def judged(persons: Collection[str]) -> dict[str, list[Suggestion]]:
    """What people said of earlier suggestions of these experts, newest first."""
    rows = Suggestion.objects.filter(
        person_id__in=persons,
        stage__in=[SuggestionStage.USEFUL, SuggestionStage.CHOSEN, SuggestionStage.DECLINED],
    )
    found: dict[str, list[Suggestion]] = defaultdict(list)
    for row in rows.select_related("need").order_by("-judged_at"):
        found[str(row.person_id)].append(row)
    return found


def open_dockings_by_person(persons: Collection[str] | None = None) -> dict[str, int]:
    """How many dockings each expert has open now."""
    rows = Docking.objects.filter(stage__in=OPEN_STAGES).exclude(answering_person=None)
    if persons is not None:
        rows = rows.filter(answering_person_id__in=persons)
    return dict(rows.values_list("answering_person_id").annotate(count=Count("id")))
