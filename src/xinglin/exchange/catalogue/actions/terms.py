"""How long results count and what items cost: set from a day on, for a region or a site; what held before stays."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import transaction

from xinglin.exchange.catalogue.models import CatalogueState, Item, ItemPrice, RecognitionRule, Site
from xinglin.exchange.catalogue.queries.sites import site_of
from xinglin.exchange.catalogue.rules import dated
from xinglin.exchange.catalogue.rules.scopes import city_of, is_code, province_of
from xinglin.exchange.catalogue.words import Basis, ItemKind
from xinglin.kernel import ledger, permits
from xinglin.kernel.asks import Ask, Day, Fen, Yes, ref
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster import regions
from xinglin.roster.queries import bodies

RULERS = (Role.SECRETARIAT, Role.STEWARD)
PRICERS = (Role.SECRETARIAT, Role.STEWARD, Role.LABORATORY)
Days = Annotated[int, Ask("count", least=0, most=3650)]
Region = Annotated[str, Ask("line", longest=26)]
Source = Annotated[str, Ask("line", longest=200)]
PriceList = Annotated[str, Ask("line", longest=120)]


@transaction.atomic
def set_window(
    *,
    item_id: ref("catalogue.item"),
    window_days: Days,
    valid_from: Day,
    source: Source,
    region: Region | None = None,
    valid_to: Day | None = None,
    basis: Basis | None = None,
    enabled: Yes = True,
    by: Account,
) -> RecognitionRule:
    """Say how long results of an item count in a region (a city, a province, an alliance; empty: everywhere).

    Days are continuous 24 hours, boundary included; 0 shows and never recognises (domain 2.4). The value before ends
    the day before; the same value again changes nothing.
    """
    if not permits.is_the_program(by):
        permits.require(by, *RULERS)
    item, place = _item(item_id), _place(region or "", alliances=True)
    counted = basis or (Basis.EXAM_TIME if item.kind == ItemKind.EXAMINATION else Basis.SPECIMEN_TIME)
    CatalogueState.lock()
    rows = list(RecognitionRule.objects.select_for_update().filter(item=item, region=place).order_by("valid_from"))
    same = {"window_days": window_days, "basis": counted, "enabled": enabled, "source": source, "valid_to": valid_to}
    if known := _standing(rows, valid_from, same):
        return known
    _end(rows, dated.succeed([(row.valid_from, row.valid_to) for row in rows], valid_from, valid_to))
    rule = RecognitionRule.objects.create(item=item, region=place, valid_from=valid_from, **same)
    data = {"item": item.code, "region": place, "days": window_days, "from_day": valid_from.isoformat(),
            "enabled": enabled, "source": source}  # fmt: skip
    ledger.record("catalogue.window_set", by=by, subject=rule, data=data)
    CatalogueState.move_on()
    return rule


@transaction.atomic
def set_price(
    *,
    item_id: ref("catalogue.item"),
    price_fen: Fen,
    valid_from: Day,
    price_list: PriceList,
    organisation_id: ref("roster.organisation") | None = None,
    region: Region | None = None,
    valid_to: Day | None = None,
    by: Account,
) -> ItemPrice:
    """Say what an item costs from a day on, at one site or in one city or province, and which list says so."""
    if not permits.is_the_program(by):
        scopes = [("organisation", organisation_id)] if organisation_id else []
        permits.require(by, *(PRICERS if organisation_id else RULERS), scopes=scopes)
    if bool(organisation_id) == bool(region):
        raise Refusal(
            "catalogue.one_place",
            say("A price belongs to one site or to one region."),
            say("Fill one of the two."),
            field="region",
        )
    item, place = _item(item_id), _place(region or "")
    site = _site(organisation_id) if organisation_id else None
    CatalogueState.lock()
    rows = list(
        ItemPrice.objects.select_for_update(of=("self",))
        .filter(item=item, site=site, region=place)
        .order_by("valid_from")
    )
    same = {"price_fen": price_fen, "price_list": price_list, "valid_to": valid_to}
    if known := _standing(rows, valid_from, same):
        return known
    _end(rows, dated.succeed([(row.valid_from, row.valid_to) for row in rows], valid_from, valid_to))
    price = ItemPrice.objects.create(item=item, site=site, region=place, valid_from=valid_from, **same)
    data = {"item": item.code, "place": str(site) if site else place, "fen": price_fen,
            "from_day": valid_from.isoformat(), "list": price_list}  # fmt: skip
    ledger.record("catalogue.price_set", by=by, subject=price, data=data)
    CatalogueState.move_on()
    return price


def _standing(rows: list[Any], valid_from: Any, same: dict[str, Any]) -> Any:
    """The row that says exactly this already; None when something is to be changed."""
    return next(
        (row for row in rows if row.valid_from == valid_from and all(getattr(row, k) == v for k, v in same.items())),
        None,
    )


def _end(rows: list[Any], succession: dated.Succession) -> None:
    if succession.ends is not None:
        before = rows[succession.ends]
        before.valid_to = succession.on
        before.save(update_fields=["valid_to"])


def _item(key: str) -> Item:
    item = Item.objects.filter(pk=key).first()
    if item is None:
        raise Refusal("catalogue.item", say("There is no such item in the catalogue."),
                      say("Search the catalogue for its code."), field="item_id")  # fmt: skip
    return item


def _site(organisation_id: str) -> Site:
    site = site_of(organisation_id)
    if site is None:
        raise Refusal("catalogue.no_site", say("This organisation does not exchange results yet."),
                      say("Open it as a site of the exchange first."), field="organisation_id")  # fmt: skip
    return site


def _place(region: str, *, alliances: bool = False) -> str:
    """A city or province as it is stored, an alliance's id, or ""; anything else is refused."""
    if not region:
        return ""
    alliance = bodies.the_alliance() if alliances else None
    if alliance is not None and region == alliance.pk:
        return region
    if is_code(region) and regions.region(region) is not None:
        return province_of(region) if region[2:] == "0000" else city_of(region)
    raise Refusal(
        "catalogue.region",
        say("“{region}” is no city or province.", region=region[:40]),
        say("Use the six-digit code of GB/T 2260, such as 440100 for Guangzhou."),
        field="region",
    )
