"""Reading marks, evaluations, windows and prices: all public, so that anybody can check what counts where."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.exchange.catalogue.models import ItemPrice, QualityEvaluation, RecognitionRule, ScopeGrant
from xinglin.kernel import permits
from xinglin.kernel.permits import Actor


def grants_for(_actor: Actor) -> QuerySet[ScopeGrant]:
    return ScopeGrant.objects.select_related("site", "item")


def own_grants(actor: Actor) -> Q:
    return Q(site__organisation_id__in=permits.scope_ids(actor, "organisation"))


def evaluations_for(_actor: Actor) -> QuerySet[QualityEvaluation]:
    return QualityEvaluation.objects.select_related("site", "item")


def windows_for(_actor: Actor) -> QuerySet[RecognitionRule]:
    return RecognitionRule.objects.select_related("item")


def prices_for(_actor: Actor) -> QuerySet[ItemPrice]:
    return ItemPrice.objects.select_related("item", "site")
