"""A small catalogue for everybody's tests: items, a panel, sites, HR marks, windows and prices.

`small()` makes it all; the parts can be made one by one. Every helper marks the catalogue as changed, so that
`current()` reads it afresh.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tests.factories import bonds

from xinglin.exchange.catalogue.actions.sites import open_site
from xinglin.exchange.catalogue.models import (
    CatalogueState,
    Item,
    ItemMapping,
    ItemPrice,
    Panel,
    RecognitionRule,
    ScopeGrant,
    Site,
    Suspension,
)
from xinglin.kernel import clock, permits

SINCE, UNTIL = date(2024, 1, 1), date(2027, 12, 31)
GUANGZHOU, FOSHAN, DONGGUAN, WUHAN, YICHANG = "440100", "440600", "441900", "420100", "420500"
_numbers = itertools.count(1)

# number, code, names, unit, LOINC, window days, price in fen, and what else differs.
ITEMS: tuple[tuple[int, str, str, str, str, str, int, int, dict[str, Any]], ...] = (
    (1, "LAB-CHEM-GLU", "葡萄糖", "Glucose", "mmol/L", "14749-6", 30, 600,
     {"critical_low": Decimal("2.5"), "critical_high": Decimal("22.2"), "specimen": "serum"}),
    (2, "LAB-CHEM-K", "钾", "Potassium", "mmol/L", "2823-3", 7, 400,
     {"critical_low": Decimal("2.8"), "critical_high": Decimal("6.2"), "specimen": "serum"}),
    (3, "LAB-CHEM-ALT", "丙氨酸氨基转移酶", "Alanine aminotransferase", "U/L", "1742-6", 30, 500, {"specimen": "serum"}),
    (4, "LAB-CHEM-HBA1C", "糖化血红蛋白A1c", "Haemoglobin A1c", "%", "4548-4", 60, 5000, {"specimen": "blood"}),
    (5, "LAB-HEM-WBC", "白细胞计数", "White blood cells", "10*9/L", "6690-2", 7, 300, {"specimen": "blood"}),
    (6, "LAB-HEM-HGB", "血红蛋白", "Haemoglobin", "g/L", "718-7", 7, 300, {"specimen": "blood"}),
    (7, "LAB-HEM-PLT", "血小板计数", "Platelets", "10*9/L", "777-3", 7, 300, {"specimen": "blood"}),
    (8, "LAB-HEM-CBC", "血常规", "Complete blood count", "", "", 7, 1500, {"specimen": "blood"}),
    (9, "LAB-IMM-HBSAG", "乙肝病毒表面抗原", "Hepatitis B surface antigen", "", "5196-1", 90, 1200,
     {"specimen": "serum", "before_operation": True}),
    (10, "LAB-IMM-HIV", "人类免疫缺陷病毒抗体", "HIV antibody", "", "", 90, 5000,
     {"specimen": "serum", "before_operation": True, "sensitivity": "treating_only"}),
    (11, "LAB-POCT-PH", "血气酸碱度", "Blood gas pH", "", "2744-1", 0, 3000, {"specimen": "arterial blood", "always_repeat": True}),
    (12, "IMG-CT-CHEST", "胸部CT平扫", "CT chest without contrast", "", "", 30, 26000,
     {"kind": "examination", "category": "放射影像", "group": "CT", "body_part": "CHEST", "modality": "CT",
      "large_equipment": True, "radiation_usv": 6100, "wait_days": 3}),
)  # fmt: skip
PANEL = (8, (5, 6, 7))


@dataclass
class SmallCatalogue:
    """What `small()` made: items by number, three sites of two cities and another province."""

    items: dict[int, Item]
    first: Site
    second: Site
    neighbour: Site
    far: Site
    grants: list[ScopeGrant] = field(default_factory=list)

    def hide(self, number: int, *, hidden: bool = True) -> None:
        """Keep an item's results for the treating doctor alone, or no longer."""
        Item.objects.filter(number=number).update(sensitivity="treating_only" if hidden else "normal")
        CatalogueState.move_on()


def items() -> dict[int, Item]:
    """The items of ITEMS with the panel; windows everywhere ("" region), prices in Guangzhou and Foshan."""
    made = {}
    for number, code, zh, en, unit, loinc, days, fen, more in ITEMS:
        fields = {"kind": "laboratory", "category": "临床检验", "group": "生化", **more}
        made[number] = Item.objects.create(
            number=number, code=code, name_zh=zh, name_en=en, unit=unit, loinc=loinc, **fields
        )
        window(made[number], days, basis="exam_time" if fields["kind"] == "examination" else "specimen_time")
        for region in (GUANGZHOU, FOSHAN):
            price(made[number], fen, region=region)
    Panel.objects.bulk_create(Panel(panel=made[PANEL[0]], member=made[n]) for n in PANEL[1])
    CatalogueState.move_on()
    return made


def site(region: str = GUANGZHOU, name: str = "") -> Site:
    """A new hospital in a city, opened in the exchange."""
    hospital = bonds.hospital(name or f"示例交换医院{next(_numbers)}", region=region)
    return open_site(organisation_id=hospital.pk, by=permits.the_program())


def window(
    item: Item, days: int, region: str = "", since: date = SINCE, until: date | None = None, **more: Any
) -> RecognitionRule:
    CatalogueState.move_on()
    return RecognitionRule.objects.create(
        item=item, region=region, window_days=days, valid_from=since, valid_to=until,
        **{"source": "示例", "basis": "specimen_time", **more},
    )  # fmt: skip


def price(
    item: Item, fen: int, region: str = "", site: Site | None = None, since: date = SINCE, until: date | None = None
) -> ItemPrice:
    CatalogueState.move_on()
    return ItemPrice.objects.create(
        item=item,
        region=region,
        site=site,
        price_fen=fen,
        valid_from=since,
        valid_to=until,
        price_list="示例价目表 2024",
    )


def grant(
    site: Site, item: Item, scope: str, since: date = SINCE, until: date = UNTIL, suspended_from: date | None = None
) -> ScopeGrant:
    """An HR mark; suspended from a day on, if one is given."""
    CatalogueState.move_on()
    made = ScopeGrant.objects.create(
        site=site, item=item, scope=scope, programme="示例室间质评", result="合格", valid_from=since, valid_to=until,
        evaluated_until=until, stage="suspended" if suspended_from else "valid", suspended_from=suspended_from,
    )  # fmt: skip
    if suspended_from:
        Suspension.objects.create(grant=made, since=suspended_from, reason="示例")
    return made


def mapping(
    site: Site, code: str, item: Item | None, system: str = "", stage: str = "confirmed", **more: Any
) -> ItemMapping:
    decided = {"decided_at": clock.now(), "decided_by": "test"} if stage != "proposed" else {}
    return ItemMapping.objects.create(
        site=site, local_system=system, local_code=code, item=item, stage=stage, **{**decided, **more}
    )


def small() -> SmallCatalogue:
    """Two hospitals in Guangzhou, one in Foshan, one in Wuhan; Guangdong marks for all items but CT at the first three
    (CT has Guangzhou marks only), Wuhan marks in Wuhan; the second site maps its own code "XT01" to glucose."""
    made = SmallCatalogue(items(), site(GUANGZHOU), site(GUANGZHOU), site(FOSHAN), site(WUHAN))
    for place in (made.first, made.second, made.neighbour):
        for number, item in made.items.items():
            made.grants.append(grant(place, item, place.region if number == 12 else "440000"))
    made.grants += [grant(made.far, item, WUHAN) for item in made.items.values()]
    mapping(made.second, "XT01", made.items[1], local_name="血糖")
    return made
