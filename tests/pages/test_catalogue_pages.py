"""The published items for everybody; the desk for those whose codes wait, and for nobody else."""

from typing import Any

import pytest
from tests.factories import bonds, catalogue
from tests.factories.portal import World

from xinglin.exchange.catalogue.actions import mappings as actions
from xinglin.exchange.catalogue.actions.sites import open_site
from xinglin.exchange.catalogue.actions.standard import load_standard
from xinglin.exchange.catalogue.models import Item, ItemMapping, Site
from xinglin.exchange.catalogue.queries.mappings import table
from xinglin.exchange.catalogue.rules.proposing import LocalCode
from xinglin.kernel import permits
from xinglin.kernel.words import Role

SEEN = [
    LocalCode("lis", "ALT", "丙氨酸氨基转移酶", "U/L", "血清", 40),
    LocalCode("lis", "AST", "天门冬氨酸氨基转移酶", "U/L", "血清", 30),
    LocalCode("lis", "HBsAb", "乙肝表面抗原定性", "S/CO", "血清", 9),
]


@pytest.fixture
def site(world: World) -> Site:
    load_standard(by=permits.the_program())
    place = open_site(organisation_id=world.active.pk, by=permits.the_program())
    actions.propose(site=place.number, seen=SEEN, by=permits.the_program())
    return place


def _browser(world: World, role: Role | None, scope: Any = ("alliance", "*")) -> Any:
    world.reader = bonds.account(role, scope)  # type: ignore[attr-defined]
    return world.client("reader")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_everybody_reads_the_items_with_windows_and_marks(world: World, site: Site, language: str) -> None:
    catalogue.grant(site, Item.objects.get(code="LAB-CHEM-ALT"), "440000")
    stranger = world.client("stranger", language)
    page = stranger.get("/items/?q=ALT")
    text = page.content.decode()
    assert page.status_code == 200 and "LAB-CHEM-<mark>ALT</mark>" in text
    assert (
        ("30 days" in text and "Guangdong HR" in text) if language == "en" else ("30天" in text and "广东省HR" in text)
    )
    assert "LAB-CHEM-AST" not in stranger.get("/items/?scope=440000").content.decode()
    assert "IMG-CT-HEAD-P" in stranger.get("/items/?category=imaging").content.decode()
    assert stranger.get("/items/?q=%00&page=nothing&region=x&scope=y").status_code == 200
    version = stranger.get("/catalogue/catalogueversion/").content.decode()
    assert "435" in version
    item = stranger.get(f"/catalogue/item/{Item.objects.get(code='LAB-INF-HIVAB').pk}/").content.decode()
    assert "56888-1" in item and "90" in item


def test_the_desk_is_for_those_whose_codes_wait(world: World, site: Site) -> None:
    assert world.client("stranger").get("/mappings/").status_code == 302
    assert world.client("nobody").get("/mappings/").status_code == 403
    own = _browser(world, Role.LABORATORY, ("organisation", world.active.pk)).get("/mappings/").content.decode()
    assert own.index("丙氨酸氨基转移酶") < own.index("天门冬氨酸氨基转移酶") < own.index("乙肝表面抗原定性")
    assert "one of them is wrong" in own and 'name="deed" value="confirm"' in own
    # Another hospital's laboratory sees an empty desk; the secretariat sees the codes and decides nothing.
    other = _browser(world, Role.LABORATORY, ("organisation", world.proposed.pk)).get("/mappings/").content.decode()
    assert "丙氨酸氨基转移酶" not in other
    office = world.client("secretary").get("/mappings/").content.decode()
    assert "丙氨酸氨基转移酶" in office and 'value="confirm"' not in office


def test_a_code_is_confirmed_chosen_or_rejected_in_one_step(world: World, site: Site) -> None:
    laboratory = _browser(world, Role.LABORATORY, ("organisation", world.active.pk))
    keys = dict(ItemMapping.objects.values_list("local_code", "pk"))
    done = laboratory.post("/mappings/decide/", {"deed": "confirm", "mapping": keys["ALT"], "back": "/mappings/?q=A"})
    assert (done.status_code, done.headers["Location"]) == (303, "/mappings/?q=A")
    laboratory.post("/mappings/decide/", {"deed": "confirm", "mapping": keys["HBsAb"], "typed": "LAB-INF-HBSAB"})
    laboratory.post("/mappings/decide/", {"deed": "reject", "mapping": keys["AST"], "back": "//evil.example"})
    assert {code: Item.objects.get(number=n).code for (_s, code), n in table(site.number).items()} == {
        "ALT": "LAB-CHEM-ALT", "HBsAb": "LAB-INF-HBSAB",
    }  # fmt: skip
    assert ItemMapping.objects.get(local_code="AST").stage == "rejected"


def test_a_refusal_is_told_on_the_desk_and_nothing_is_lost(world: World, site: Site) -> None:
    steward = _browser(world, Role.STEWARD)
    key = ItemMapping.objects.get(local_code="HBsAb").pk
    for wrong in ({"deed": "confirm"}, {"deed": "confirm", "typed": "没有的项目"}):
        back = steward.post("/mappings/decide/", {"mapping": key, **wrong}, follow=True).content.decode()
        assert "No item is proposed" in back or "is no item of the catalogue" in back
    assert table(site.number) == {}


def test_ticked_codes_are_confirmed_together_or_not_at_all(world: World, site: Site) -> None:
    steward = _browser(world, Role.STEWARD)
    rows = {row.local_code: row.pk for row in ItemMapping.objects.all()}
    page = steward.get("/mappings/?only=sure").content.decode()
    assert f'name="ticked" value="{rows["ALT"]}"' in page and rows["HBsAb"] not in page
    given = {"deed": "together", "site": site.pk}
    told = steward.post("/mappings/decide/", {**given, "ticked": list(rows.values())}, follow=True).content.decode()
    assert "not sure enough" in told and table(site.number) == {}
    steward.post("/mappings/decide/", {**given, "ticked": [rows["ALT"], rows["AST"]]})
    assert len(table(site.number)) == 2


def test_strangers_and_other_hospitals_decide_nothing(world: World, site: Site) -> None:
    key = ItemMapping.objects.get(local_code="ALT").pk
    given = {"deed": "confirm", "mapping": key}
    assert world.client("stranger").post("/mappings/decide/", given).status_code == 302
    other = _browser(world, Role.LABORATORY, ("organisation", world.proposed.pk))
    assert other.post("/mappings/decide/", given).status_code == 404
    told = world.client("secretary").post("/mappings/decide/", given, follow=True).content.decode()
    assert "not yours" in told
    assert other.get("/mappings/decide/").status_code == 405
    assert table(site.number) == {}


def test_a_list_is_imported_through_its_form(world: World, site: Site) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    laboratory = _browser(world, Role.LABORATORY, ("organisation", world.active.pk))
    form = laboratory.get("/catalogue/listimport/new/codes/")
    assert form.status_code == 200
    file = SimpleUploadedFile("示例.csv", "编码,名称,单位\nGGT,γ-谷氨酰基转移酶,U/L\n,缺编码,\n".encode())
    done = laboratory.post(
        "/catalogue/listimport/new/codes/?send",
        {"organisation_id": world.active.pk, "file": file, "_token": _token(form)},
    )
    assert done.status_code == 303, done.content.decode()[:2000]
    page = laboratory.get(done.headers["Location"]).content.decode()
    assert "示例.csv" in page and "This is needed." in page
    assert ItemMapping.objects.get(local_code="GGT").item.code == "LAB-CHEM-GGT"


def _token(form: Any) -> str:
    import re

    found = re.search(r'name="_token" value="([^"]+)"', form.content.decode())
    return found[1] if found else ""
