"""Items, sites, versions and switched-off levels, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from xinglin.exchange.catalogue.actions import sites as site_actions
from xinglin.exchange.catalogue.actions import standard as actions
from xinglin.exchange.catalogue.models import CatalogueVersion, DisabledLevel, Item, Site
from xinglin.exchange.catalogue.queries import items as queries
from xinglin.exchange.catalogue.queries.sites import sites_for
from xinglin.exchange.catalogue.words import Basis, ItemKind, Sensitivity
from xinglin.exchange.catalogue.words.levels import Category, Group, Specimen, label
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.machine import roles
from xinglin.kernel.money import in_column
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Privacy
from xinglin.roster.places import place_name

GROUP = say("Recognition catalogue")
PUBLIC = Privacy.PUBLIC
KEEPERS = roles(*actions.KEEPERS)
OPENERS = roles(*site_actions.OPENERS)


def _item_facts(item: Item, _actor: Actor) -> Sequence[Fact]:
    limits = (item.critical_low, item.critical_high)
    return [
        Fact(say("Item code"), item.code, PUBLIC),
        Fact(say("Chinese name"), item.name_zh, PUBLIC),
        Fact(say("English name"), item.name_en, PUBLIC),
        Fact(say("Other names"), list(item.aliases) or None, PUBLIC),
        Fact(say("Kind"), ItemKind(item.kind), PUBLIC),
        Fact(say("Category"), label(Category, item.category), PUBLIC),
        Fact(say("Catalogue group"), label(Group, item.group), PUBLIC),
        Fact(say("Specimen"), label(Specimen, item.specimen) or None, PUBLIC),
        Fact(say("Body part"), item.body_part or None, PUBLIC),
        Fact(say("Modality"), item.modality or None, PUBLIC),
        Fact(say("Unit"), item.unit or None, PUBLIC),
        Fact(say("LOINC code"), item.loinc or None, PUBLIC),
        Fact(say("Critical limits"), _limits(*limits) if any(one is not None for one in limits) else None, PUBLIC),
        Fact(say("Source of the critical limits"), item.critical_source or None, PUBLIC),
        Fact(say("Molar mass (g/mol)"), f"{item.molar_mass.normalize():f}" if item.molar_mass else None, PUBLIC),
        Fact(say("Source of the molar mass"), item.molar_source or None, PUBLIC),
        Fact(say("Who may see results"), Sensitivity(item.sensitivity), PUBLIC),
        Fact(say("Repeated before an operation"), item.before_operation, PUBLIC),
        Fact(say("Shown, never recognised"), item.always_repeat, PUBLIC),
        Fact(say("Large equipment"), item.large_equipment, PUBLIC),
        Fact(say("Radiation of one examination (µSv)"), item.radiation_usv or None, PUBLIC),
        Fact(say("Usual waiting days"), item.wait_days or None, PUBLIC),
        Fact(say("In use"), item.enabled and not item.withdrawn, PUBLIC),
    ]


def _limits(low: Any, high: Any) -> str:
    parts = [f"< {low.normalize():f}" if low is not None else "", f"> {high.normalize():f}" if high is not None else ""]
    return " / ".join(part for part in parts if part)


def _item_sections(item: Item, _actor: Actor) -> Sequence[Section]:
    windows = [
        [place_name(rule.region) or say("Everywhere"), rule.window_days, Basis(rule.basis), rule.valid_from,
         rule.valid_to, rule.source]
        for rule in item.rules.order_by("region", "-valid_from")[:100]
    ]  # fmt: skip
    prices = [
        [str(price.site) if price.site_id else place_name(price.region), in_column(price.price_fen), price.valid_from,
         price.valid_to, price.price_list]
        for price in item.prices.select_related("site").order_by("region", "-valid_from")[:100]
    ]  # fmt: skip
    members = [
        [row.member.code, row.member.name_zh, row.member.name_en] for row in item.members.select_related("member")
    ]
    found = [
        Section(say("How long results count"), [say("Region"), say("Days"), say("Counted from"), say("From"),
                say("Until"), say("Source")], windows),
        Section(say("Prices"), [say("Place"), say("Yuan"), say("From"), say("Until"), say("Price list")], prices),
        Section(say("Members of the panel"), [say("Item code"), say("Chinese name"), say("English name")], members),
    ]  # fmt: skip
    return [section for section in found if section.rows]


def _search_items(rows: QuerySet[Item], text: str) -> QuerySet[Item]:
    return queries.found(rows, text)


def _version_sections(version: CatalogueVersion, _actor: Actor) -> Sequence[Section]:
    names = dict(Item.objects.values_list("code", "name_zh"))
    codes = ((say("Added"), version.added), (say("Disabled"), version.disabled), (say("Brought back"), version.enabled))
    found = [
        Section(title, [say("Item code"), say("Chinese name")], [[code, names.get(code, "")] for code in listed])
        for title, listed in codes if listed
    ]  # fmt: skip
    if version.changed:
        rows = [[code, names.get(code, ""), ", ".join(columns)] for code, columns in version.changed.items()]
        found.append(Section(say("Changed"), [say("Item code"), say("Chinese name"), say("What changed")], rows))
    return found


register(Kind(
    name="catalogue.item", model=Item, key="item_id", label=say("Standard item"), plural=say("Standard items"),
    visible=queries.items_for, title=str, facts=_item_facts, sections=_item_sections, search=_search_items,
    columns=[
        (say("Item code"), lambda row: row.code), (say("Chinese name"), lambda row: row.name_zh),
        (say("English name"), lambda row: row.name_en), (say("Catalogue group"), lambda row: label(Group, row.group)),
        (say("Unit"), lambda row: row.unit), (say("In use"), lambda row: row.enabled and not row.withdrawn),
    ],
    verbs=[
        Verb("add", actions.add_item, say("Add an item of our own"), roles=KEEPERS, opening=True),
        Verb("disable", actions.disable_item, say("Switch the item off"), roles=KEEPERS, danger=True),
        Verb("enable", actions.enable_item, say("Switch the item on"), roles=KEEPERS),
    ],
    filters={
        "kind": (say("Kind"), ItemKind), "category": (say("Category"), Category),
        "group": (say("Catalogue group"), Group),
    },
    public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="catalogue.catalogueversion", model=CatalogueVersion, key="version_id", label=say("Version of the catalogue"),
    plural=say("Versions of the catalogue"), visible=queries.versions_for, title=str, sections=_version_sections,
    facts=lambda one, _actor: [
        Fact(say("Version"), one.number, PUBLIC), Fact(say("Published on"), one.published_on, PUBLIC),
        Fact(say("Source"), one.source, PUBLIC), Fact(say("Items in use"), one.items, PUBLIC),
    ],
    columns=[
        (say("Version"), lambda one: one.number), (say("Published on"), lambda one: one.published_on),
        (say("Added"), lambda one: len(one.added)), (say("Changed"), lambda one: len(one.changed)),
        (say("Disabled"), lambda one: len(one.disabled)), (say("Items in use"), lambda one: one.items),
    ],
    verbs=[Verb("load", actions.load_standard, say("Load the standard items"), roles=KEEPERS, opening=True)],
    public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="catalogue.disabledlevel", model=DisabledLevel, key="level_id", label=say("Level switched off"),
    plural=say("Levels switched off"), visible=queries.disabled_levels_for, title=str,
    facts=lambda one, _actor: [
        Fact(say("Category"), label(Category, one.category), PUBLIC),
        Fact(say("Catalogue group"), label(Group, one.group) or None, PUBLIC), Fact(say("From"), one.since, PUBLIC),
        Fact(say("Until"), one.until, PUBLIC), Fact(say("Reason"), one.reason, PUBLIC),
    ],
    columns=[
        (say("Category"), lambda one: label(Category, one.category)),
        (say("Catalogue group"), lambda one: label(Group, one.group)),
        (say("From"), lambda one: one.since), (say("Until"), lambda one: one.until),
    ],
    verbs=[
        Verb("disable", actions.disable_level, say("Switch a level off"), roles=KEEPERS, opening=True, danger=True),
        Verb("enable", actions.enable_level, say("Switch the level on"), roles=KEEPERS),
    ],
    public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="catalogue.site", model=Site, key="site_id", label=say("Site"), plural=say("Sites of the exchange"),
    visible=sites_for, title=str,
    facts=lambda one, _actor: [
        Fact(say("Number"), one.number, PUBLIC), Fact(say("Name"), one.name, PUBLIC),
        Fact(say("Region"), place_name(one.region), PUBLIC),
        Fact(say("Organisation"), one.name, PUBLIC, ("roster.organisation", one.organisation_id)),
    ],
    columns=[
        (say("Name"), str), (say("Number"), lambda one: one.number),
        (say("Region"), lambda one: place_name(one.region)),
    ],
    verbs=[Verb("open", site_actions.open_site, say("Open a site"), roles=OPENERS, opening=True)],
    public=True, group=GROUP,
))  # fmt: skip
