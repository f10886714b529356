"""Loading the standard items twice changes nothing; every change is published; a level that is off blocks, no more."""

from datetime import date

import pytest
from tests.factories import bonds, catalogue

from xinglin.exchange.catalogue.actions import standard as actions
from xinglin.exchange.catalogue.models import CatalogueVersion, Item, Panel, RecognitionRule
from xinglin.exchange.catalogue.queries.items import in_use
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.catalogue.words import ItemKind
from xinglin.kernel import clock, permits
from xinglin.kernel.models import LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db


def test_loading_twice_adds_nothing() -> None:
    steward = bonds.account(Role.STEWARD)
    listening = bonds.account(Role.LABORATORY)
    first = actions.load_standard(by=steward)
    counts = (Item.objects.count(), Panel.objects.count(), RecognitionRule.objects.count())
    assert counts[0] == counts[2] == len(first.added) >= 400
    assert actions.load_standard(by=steward) == first
    assert counts == (Item.objects.count(), Panel.objects.count(), RecognitionRule.objects.count())
    assert CatalogueVersion.objects.count() == 1
    assert LedgerEntry.objects.filter(event="catalogue.version_published").count() == 1
    assert Notice.objects.filter(account=listening, event="catalogue.version_published").count() == 1
    now = current()
    assert now.window(now.by_code["LAB-CHEM-HBA1C"], "440100", date(2026, 1, 1)).days == 60
    assert len(now.members(now.by_code["LAB-PAN-HBV5"])) == 5


def test_what_was_changed_by_hand_is_published_when_it_is_loaded_again_and_windows_of_people_stay() -> None:
    by = permits.the_program()
    actions.load_standard(by=by)
    Item.objects.filter(code="LAB-CHEM-ALT").update(name_en="Something else")
    Item.objects.create(number=900, code="LAB-OLD-X", name_zh="旧", name_en="Old", kind="laboratory", category="laboratory",
                        group="chemistry", origin="standard")  # fmt: skip
    RecognitionRule.objects.filter(item__code="LAB-CHEM-ALT").update(window_days=14, source="市互认目录")
    RecognitionRule.objects.filter(item__code="LAB-CHEM-AST").update(window_days=3)
    with clock.at(date(2026, 11, 22)):
        version = actions.load_standard(by=by)
    assert (version.number, version.changed, version.disabled) == (2, {"LAB-CHEM-ALT": ["name_en"]}, ["LAB-OLD-X"])
    day = date(2026, 11, 22)
    now = current()
    assert now.window(now.by_code["LAB-CHEM-ALT"], "", day).days == 14
    assert now.window(now.by_code["LAB-CHEM-AST"], "", day).days == 30
    assert now.window(now.by_code["LAB-CHEM-AST"], "", date(2026, 11, 21)).days == 3
    assert not now.items[900].enabled


def test_a_level_that_is_off_blocks_its_items_and_an_item_that_is_off_stays_off() -> None:
    secretary = bonds.account(Role.SECRETARIAT)
    actions.load_standard(by=secretary)
    alt = Item.objects.get(code="LAB-CHEM-ALT")
    actions.disable_item(item_id=alt.pk, reason="示例", by=secretary)
    level = actions.disable_level(category="laboratory", group="chemistry", reason="示例", by=secretary)
    now = current()
    assert not now.items[now.by_code["LAB-CHEM-AST"]].enabled and now.items[now.by_code["LAB-CHEM-GLU"]].enabled
    assert not in_use().filter(group="chemistry").exists()
    with pytest.raises(Refusal, match="as_it_is"):
        actions.disable_level(category="laboratory", group="chemistry", reason="示例", by=secretary)
    actions.enable_level(level_id=level.pk, reason="示例", by=secretary)
    now = current()
    assert now.items[now.by_code["LAB-CHEM-AST"]].enabled and not now.items[now.by_code["LAB-CHEM-ALT"]].enabled
    actions.enable_item(item_id=alt.pk, reason="示例", by=secretary)
    assert current().items[alt.number].enabled
    assert CatalogueVersion.objects.count() == 5


def test_own_items_have_numbers_and_codes_of_their_own() -> None:
    steward = bonds.account(Role.STEWARD)
    fields = {
        "name_zh": "示例项目",
        "name_en": "Example",
        "kind": ItemKind.LABORATORY,
        "category": "laboratory",
        "group": "chemistry",
    }
    item = actions.add_item(code="CZ-1", **fields, by=steward)
    assert item.number == 10_000 and current().by_code["CZ-1"] == 10_000
    for code in ("CZ-1", "LAB-CHEM-NEW"):
        with pytest.raises(Refusal, match=r"catalogue\.code"):
            actions.add_item(code=code, **fields, by=steward)


def test_only_keepers_load_and_switch() -> None:
    nobody = bonds.account(Role.DOCTOR)
    catalogue.items()
    item = Item.objects.get(number=1)
    for deed in (
        lambda: actions.load_standard(by=nobody),
        lambda: actions.disable_item(item_id=item.pk, reason="x", by=nobody),
        lambda: actions.disable_level(category="laboratory", reason="x", by=nobody),
    ):
        with pytest.raises(Refusal, match="not_yours"):
            deed()
    # The small catalogue of the tests uses standard codes without being the standard list.
    with pytest.raises(Refusal, match="code_taken"):
        actions.load_standard(by=permits.the_program())
