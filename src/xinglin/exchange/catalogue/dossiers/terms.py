"""HR marks, quality evaluations, windows and prices, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.exchange.catalogue.actions import grants as actions
from xinglin.exchange.catalogue.actions import terms
from xinglin.exchange.catalogue.dossiers.items import GROUP, PUBLIC
from xinglin.exchange.catalogue.models import ItemPrice, QualityEvaluation, RecognitionRule, ScopeGrant
from xinglin.exchange.catalogue.queries import terms as queries
from xinglin.exchange.catalogue.rules.scopes import NATION
from xinglin.exchange.catalogue.words import Basis, Outcome
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.machine import roles
from xinglin.kernel.money import in_column
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.roster.places import place_name

GRANTERS = roles(*actions.GRANTERS)


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    wanted = Q(item__code__icontains=text) | Q(item__name_zh__icontains=text) | Q(item__name_en__icontains=text)
    named = {field.name for field in rows.model._meta.concrete_fields}
    return rows.filter(wanted | Q(site__name__icontains=text)) if "site" in named else rows.filter(wanted)


def _scope(scope: str) -> Any:
    """A place by its name; leagues of places and the alliance's own number as they are written."""
    return say("The whole country") if scope == NATION else place_name(scope)


def _mark_facts(mark: ScopeGrant, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Site"), mark.site.name, PUBLIC, ("catalogue.site", mark.site_id)),
        Fact(say("Standard item"), str(mark.item), PUBLIC, ("catalogue.item", mark.item_id)),
        Fact(say("Scope of the mark"), _scope(mark.scope), PUBLIC),
        Fact(say("Quality programme"), mark.programme, PUBLIC),
        Fact(say("Result"), mark.result, PUBLIC),
        Fact(say("From"), mark.valid_from, PUBLIC),
        Fact(say("Until"), mark.valid_to, PUBLIC),
        Fact(say("Quality evaluation speaks until"), mark.evaluated_until, PUBLIC),
        Fact(say("Does not count since"), mark.suspended_from, PUBLIC),
        Fact(say("Why it does not count"), mark.suspension_reason or None, PUBLIC),
        Fact(say("Revoked from"), mark.revoked_from, PUBLIC),
    ]


def _mark_sections(mark: ScopeGrant, _actor: Actor) -> Sequence[Section]:
    gaps = [[gap.since, gap.until, gap.reason] for gap in mark.suspensions.order_by("since")]
    found = mark.site.evaluations.filter(item=mark.item, programme=mark.programme).order_by("-evaluated_on")[:50]
    seen = [[one.evaluated_on, Outcome(one.outcome), one.valid_to, one.remark] for one in found]
    parts = [
        Section(say("Suspensions"), [say("Since"), say("Counts again from"), say("Why")], gaps),
        Section(say("Quality evaluations"), [say("Evaluated on"), say("Outcome"), say("Speaks until"), say("Remark")],
                seen),
    ]  # fmt: skip
    return [part for part in parts if part.rows]


register(Kind(
    name="catalogue.scopegrant", model=ScopeGrant, key="grant_id", label=say("HR mark"), plural=say("HR marks"),
    visible=queries.grants_for, mine=queries.own_grants, title=str, facts=_mark_facts, sections=_mark_sections,
    search=_search,
    columns=[
        (say("HR mark"), str), (say("Site"), lambda mark: mark.site.name),
        (say("Item"), lambda mark: mark.item.name_zh),
        (say("From"), lambda mark: mark.valid_from), (say("Until"), lambda mark: mark.valid_to),
    ],
    verbs=[
        Verb("grant", actions.grant_scope, say("Grant a mark"), roles=GRANTERS, opening=True),
        Verb("suspend", actions.suspend_grant, say("Suspend the mark"), move="suspend", danger=True),
        Verb("resume", actions.resume_grant, say("Let the mark count again"), move="resume"),
        Verb("revoke", actions.revoke_grant, say("Revoke the mark"), move="revoke", danger=True),
    ],
    public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="catalogue.qualityevaluation", model=QualityEvaluation, key="evaluation_id", label=say("Quality evaluation"),
    plural=say("Quality evaluations"), visible=queries.evaluations_for, title=str, search=_search,
    facts=lambda one, _actor: [
        Fact(say("Site"), one.site.name, PUBLIC, ("catalogue.site", one.site_id)),
        Fact(say("Standard item"), str(one.item), PUBLIC, ("catalogue.item", one.item_id)),
        Fact(say("Quality programme"), one.programme, PUBLIC), Fact(say("Outcome"), Outcome(one.outcome), PUBLIC),
        Fact(say("Evaluated on"), one.evaluated_on, PUBLIC), Fact(say("Speaks until"), one.valid_to, PUBLIC),
        Fact(say("Remark"), one.remark or None, PUBLIC),
    ],
    columns=[
        (say("Quality evaluation"), str), (say("Site"), lambda one: one.site.name),
        (say("Outcome"), lambda one: Outcome(one.outcome)), (say("Evaluated on"), lambda one: one.evaluated_on),
        (say("Speaks until"), lambda one: one.valid_to),
    ],
    verbs=[Verb("record", actions.record_evaluation, say("Record an evaluation"), roles=GRANTERS, opening=True)],
    filters={"outcome": (say("Outcome"), Outcome)}, public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="catalogue.recognitionrule", model=RecognitionRule, key="rule_id", label=say("How long results count"),
    plural=say("How long results count"), visible=queries.windows_for, title=str, search=_search,
    facts=lambda one, _actor: [
        Fact(say("Standard item"), str(one.item), PUBLIC, ("catalogue.item", one.item_id)),
        Fact(say("Region"), place_name(one.region) or say("Everywhere"), PUBLIC),
        Fact(say("Days"), one.window_days, PUBLIC),
        Fact(say("Counted from"), Basis(one.basis), PUBLIC), Fact(say("In use"), one.enabled, PUBLIC),
        Fact(say("From"), one.valid_from, PUBLIC), Fact(say("Until"), one.valid_to, PUBLIC),
        Fact(say("Source"), one.source, PUBLIC),
    ],
    columns=[
        (say("Item"), lambda one: one.item.name_zh),
        (say("Region"), lambda one: place_name(one.region) or say("Everywhere")),
        (say("Days"), lambda one: one.window_days), (say("From"), lambda one: one.valid_from),
        (say("Until"), lambda one: one.valid_to), (say("Source"), lambda one: one.source),
    ],
    verbs=[Verb("set", terms.set_window, say("Set how long results count"), roles=roles(*terms.RULERS), opening=True)],
    public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="catalogue.itemprice", model=ItemPrice, key="price_id", label=say("Price"), plural=say("Prices"),
    visible=queries.prices_for, title=str, search=_search,
    facts=lambda one, _actor: [
        Fact(say("Standard item"), str(one.item), PUBLIC, ("catalogue.item", one.item_id)),
        Fact(say("Site"), one.site.name if one.site else None, PUBLIC),
        Fact(say("Region"), place_name(one.region), PUBLIC),
        Fact(say("Price"), one.price_fen, PUBLIC, fen=True), Fact(say("From"), one.valid_from, PUBLIC),
        Fact(say("Until"), one.valid_to, PUBLIC), Fact(say("Price list"), one.price_list, PUBLIC),
    ],
    columns=[
        (say("Item"), lambda one: one.item.name_zh),
        (say("Place"), lambda one: one.site.name if one.site else place_name(one.region)),
        (say("Yuan"), lambda one: in_column(one.price_fen)), (say("From"), lambda one: one.valid_from),
        (say("Until"), lambda one: one.valid_to), (say("Price list"), lambda one: one.price_list),
    ],
    verbs=[Verb("set", terms.set_price, say("Set a price"), roles=roles(*terms.PRICERS), opening=True)],
    public=True, group=GROUP,
))  # fmt: skip
