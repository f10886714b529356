"""Which local codes mean which standard items, and who may see the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from xinglin.exchange.catalogue.models import Item, ItemMapping, ListImport, Site
from xinglin.exchange.catalogue.rules.proposing import SURE
from xinglin.exchange.catalogue.words import MappingStage
from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, unpacked
from xinglin.kernel.words import Role

EVERYWHERE = (Role.STEWARD, Role.SECRETARIAT, Role.AUTHORITY)


def table(site: int) -> dict[tuple[str, str], int]:
    """The confirmed local codes of a site (its number): (system, local code) to the number of the standard item."""
    rows = ItemMapping.objects.filter(site__number=site, stage=MappingStage.CONFIRMED).order_by()
    return {
        (system, code): number
        for system, code, number in rows.values_list("local_system", "local_code", "item__number")
    }


def decided_again(site: int) -> dict[tuple[str, str], int]:
    """The codes of a site whose confirmed meaning was taken back or changed: to what they mean now, 0 for nothing.

    A first decision is the second version of its row; whatever was decided after it is a later one.
    """
    rows = ItemMapping.objects.filter(site__number=site, version__gt=2).order_by()
    return {
        (system, code): number if stage == MappingStage.CONFIRMED and number else 0
        for system, code, stage, number in rows.values_list("local_system", "local_code", "stage", "item__number")
    }


def mappings_for(actor: Actor) -> QuerySet[ItemMapping]:
    """The steward and the secretariat see every site's codes; others those of their own organisation."""
    rows = ItemMapping.objects.select_related("site", "item")
    return rows if permits.holds(actor, *EVERYWHERE) else rows.filter(own_mappings(actor))


def own_mappings(actor: Actor) -> Q:
    return Q(site__organisation_id__in=permits.scope_ids(actor, "organisation"))


def imports_for(actor: Actor) -> QuerySet[ListImport]:
    """One's own imports and those of one's own organisation; all for the steward and the secretariat."""
    rows = ListImport.objects.select_related("site").order_by("-created_at")
    if permits.holds(actor, *EVERYWHERE):
        return rows
    if actor is None:
        return rows.none()
    own = Q(site__organisation_id__in=permits.scope_ids(actor, "organisation"))
    return rows.filter(own | Q(imported_by=actor.pk))


def identical_to(row: ItemMapping) -> QuerySet[ItemMapping]:
    """Codes of other sites that wait and look exactly like this one."""
    same = ("local_system", "local_code", "local_name", "local_unit", "local_specimen")
    alike = ItemMapping.objects.filter(stage=MappingStage.PROPOSED, **{name: getattr(row, name) for name in same})
    return alike.exclude(site_id=row.site_id).select_related("site").order_by("pk")


@dataclass(frozen=True)
class Evidence:
    """One code on the desk: the row, why, what else came near, and how many others look exactly like it."""

    row: ItemMapping
    reasons: tuple[Phrase, ...]
    others: tuple[tuple[Item, int], ...]
    decides: bool
    identical: int = 0


def desk(actor: Actor, *, site: str = "", only: str = "", text: str = "") -> QuerySet[ItemMapping]:
    """What waits for a decision of `actor`, the codes with most waiting results first.

    `only` narrows: "sure" (may be confirmed together), "doubtful", "empty" (nothing proposed).
    """
    rows = mappings_for(actor).filter(stage=MappingStage.PROPOSED)
    if site:
        rows = rows.filter(site_id=site)
    if only == "sure":
        rows = rows.filter(item__isnull=False, score__gte=SURE, doubtful=False)
    elif only == "doubtful":
        rows = rows.filter(doubtful=True)
    elif only == "empty":
        rows = rows.filter(item=None, doubtful=False)
    if text:
        rows = rows.filter(Q(local_code__icontains=text) | Q(local_name__icontains=text))
    return rows.order_by("-seen", "site__number", "local_code")


def evidence(rows: list[ItemMapping], actor: Actor) -> list[Evidence]:
    """The rows of a page with their evidence, items read at once."""
    numbers = {number for row in rows for number, _score in row.others}
    items = {item.number: item for item in Item.objects.filter(number__in=numbers)}
    everywhere = permits.holds(actor, Role.STEWARD)
    return [
        Evidence(
            row,
            tuple(unpacked(reason) for reason in row.reasons),
            tuple((items[number], score) for number, score in row.others if number in items),
            permits.holds(actor, Role.STEWARD, Role.LABORATORY, scopes=row.scopes()),
            identical_to(row).count() if everywhere else 0,
        )
        for row in rows
    ]


def waiting_by_site(actor: Actor) -> list[Mapping[str, Any]]:
    """Sites with codes that wait: how many codes, how many results."""
    rows = mappings_for(actor).filter(stage=MappingStage.PROPOSED).order_by()
    return list(
        rows.values(key=F("site_id"), name=F("site__name")).annotate(codes=Count("pk"), results=Sum("seen"))
        .order_by("-results", "name")
    )  # fmt: skip


def sites_of(actor: Actor) -> QuerySet[Site]:
    """The sites whose codes the actor may decide on."""
    if permits.holds(actor, Role.STEWARD):
        return Site.objects.order_by("number")
    return Site.objects.filter(organisation_id__in=permits.scope_ids(actor, "organisation", Role.LABORATORY))


def refusals_of(run: ListImport) -> list[tuple[int, Phrase]]:
    """The rows of an import that were not taken, with the reasons."""
    return [(one["row"], unpacked(one["reason"])) for one in run.refused]
