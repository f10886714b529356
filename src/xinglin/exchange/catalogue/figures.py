"""The catalogue's figures: how many items count in the city, in the province, in the region, inside the alliance.

The targets are those of the guiding opinions of 2024 (domain 2.2): more than 200 items in a city by 2025, more than
300 in a province by 2027, more than 200 in 京津冀, 长三角 and 成渝, all items inside a close alliance.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from xinglin.exchange.catalogue.models import Item, ScopeGrant
from xinglin.exchange.catalogue.queries.items import in_use
from xinglin.exchange.catalogue.rules.scopes import GROUPS, NATION, city_of, province_of
from xinglin.exchange.catalogue.words import GrantStage
from xinglin.kernel.clock import today
from xinglin.kernel.figures import figure
from xinglin.kernel.phrases import say
from xinglin.roster.queries import bodies

GROUP = say("Mutual recognition")


def _home() -> tuple[str, str]:
    """(city, province) of the alliance's home region; empty before it has been described."""
    alliance = bodies.the_alliance()
    return (city_of(alliance.region), province_of(alliance.region)) if alliance is not None else ("", "")


def _marked(rows: QuerySet[Item], scopes: set[str], day: date) -> QuerySet[Item]:
    """Items in use of which some site holds a mark that counts today in one of `scopes`."""
    marks = ScopeGrant.objects.filter(
        Q(revoked_from=None) | Q(revoked_from__gt=day), item=OuterRef("pk"), scope__in=scopes, valid_from__lte=day,
        valid_to__gte=day, stage=GrantStage.VALID,
    )  # fmt: skip
    return rows.filter(pk__in=in_use().order_by().values("pk")).filter(Exists(marks))


def _in_city(rows: QuerySet[Any]) -> QuerySet[Any]:
    city, province = _home()
    return _marked(rows, {city, province, NATION} - {""}, today())


def _in_province(rows: QuerySet[Any]) -> QuerySet[Any]:
    return _marked(rows, {_home()[1], NATION} - {""}, today())


def _in_region(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Marks of the group of provinces the home belongs to, and national ones."""
    province = _home()[1]
    groups = {name for name, provinces in GROUPS.items() if province[:2] in provinces}
    return _marked(rows, groups | {NATION}, today())


def _in_alliance(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Inside the alliance every item in use counts that has a window and is not always repeated."""
    day = today()
    counts = Q(rules__valid_from__lte=day, rules__enabled=True, rules__window_days__gt=0) & (
        Q(rules__valid_to=None) | Q(rules__valid_to__gte=day)
    )
    return rows.filter(counts, pk__in=in_use().order_by().values("pk"), always_repeat=False).distinct()


def _all(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(pk__in=in_use().order_by().values("pk"))


figure(
    "items_city",
    say("Items recognised in the city"),
    say("Items in use of which a site holds a mark of the city, the province or the nation that counts today."),
    "catalogue.item", _in_city, group=GROUP, public=True,
)  # fmt: skip
figure(
    "items_province",
    say("Items recognised in the province"),
    say("Items in use of which a site holds a mark of the province or the nation that counts today."),
    "catalogue.item", _in_province, group=GROUP, public=True,
)  # fmt: skip
figure(
    "items_region",
    say("Items recognised across provinces"),
    say("Items in use of which a site holds a national mark, or one of the group of provinces, that counts today."),
    "catalogue.item", _in_region, group=GROUP, public=True,
)  # fmt: skip
figure(
    "items_in_alliance",
    say("Items recognised inside the alliance"),
    say("Items in use with a window of at least a day that are not repeated always."),
    "catalogue.item", _in_alliance, group=GROUP, public=True,
)  # fmt: skip
figure(
    "items_total_in_alliance",
    say("Items in the catalogue"),
    say("Items in use, whatever their window."),
    "catalogue.item", _all, group=GROUP, public=True,
)  # fmt: skip
