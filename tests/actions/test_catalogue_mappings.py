"""Local codes are proposed by the machine and decided by people; a list is brought in once, however often it is sent."""

import pytest
from tests.factories import bonds, catalogue

from xinglin.exchange.catalogue.actions import imports
from xinglin.exchange.catalogue.actions import mappings as actions
from xinglin.exchange.catalogue.actions.standard import load_standard
from xinglin.exchange.catalogue.models import Item, ItemMapping, ListImport, Site
from xinglin.exchange.catalogue.queries import mappings as queries
from xinglin.exchange.catalogue.rules.proposing import LocalCode
from xinglin.kernel import permits
from xinglin.kernel.asks import Upload
from xinglin.kernel.models import LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import AccountKind, Role

pytestmark = pytest.mark.django_db
SEEN = [
    LocalCode("lis", "ALT", "丙氨酸氨基转移酶", "U/L", "血清", 40),
    LocalCode("lis", "HBsAb", "乙肝表面抗原定性", "S/CO", "血清", 9),
    LocalCode("lis", "X77", "示例院内项目", "", "", 3),
    LocalCode("http://loinc.org", "1742-6", "ALT", "U/L", "", 5),
]


@pytest.fixture
def site() -> Site:
    load_standard(by=permits.the_program())
    return catalogue.site()


def _laboratory(site: Site) -> object:
    return bonds.account(Role.LABORATORY, ("organisation", site.organisation_id))


def test_codes_are_queued_with_their_evidence_and_counted_on(site: Site) -> None:
    by = permits.the_program()
    laboratory = _laboratory(site)
    assert actions.propose(site=site.number, seen=SEEN, by=by) == 3
    assert actions.propose(site=site.number, seen=SEEN[:1], by=by) == 0
    alt, trap, own = (ItemMapping.objects.get(local_code=code) for code in ("ALT", "HBsAb", "X77"))
    assert (alt.item.code, alt.sure, alt.seen, alt.stage) == ("LAB-CHEM-ALT", True, 80, "proposed")
    assert (trap.item, trap.doubtful, len(trap.others)) == (None, True, 2)
    assert own.item is None and not own.others
    assert queries.table(site.number) == {}
    assert Notice.objects.filter(account=laboratory, event="catalogue.codes_seen").count() == 1
    assert [row.local_code for row in queries.desk(laboratory)] == ["ALT", "HBsAb", "X77"]
    assert [row.local_code for row in queries.desk(laboratory, only="doubtful")] == ["HBsAb"]
    assert not queries.desk(bonds.account(Role.LABORATORY, ("organisation", "another"))).exists()


def test_a_person_of_the_laboratory_or_the_steward_confirms_and_nobody_else(site: Site) -> None:
    actions.propose(site=site.number, seen=SEEN, by=permits.the_program())
    alt = ItemMapping.objects.get(local_code="ALT")
    for stranger in (bonds.account(Role.SECRETARIAT), bonds.account(Role.LABORATORY, ("organisation", "another"))):
        with pytest.raises(Refusal, match="not_yours"):
            actions.confirm_mapping(mapping_id=alt.pk, by=stranger)
    program = bonds.account(Role.LABORATORY, ("organisation", site.organisation_id))
    program.kind = AccountKind.PROGRAM
    for machine in (permits.the_program(), program):
        with pytest.raises(Refusal, match="person_decides"):
            actions.confirm_mapping(mapping_id=alt.pk, by=machine)
        with pytest.raises(Refusal, match="person_decides"):
            actions.confirm_mappings(site_id=site.pk, mapping_ids=[alt.pk], by=machine)
    laboratory = _laboratory(site)
    confirmed = actions.confirm_mapping(mapping_id=alt.pk, by=laboratory)
    assert confirmed.decided_by == laboratory.pk and queries.table(site.number) == {
        ("lis", "ALT"): confirmed.item.number
    }
    assert LedgerEntry.objects.filter(event="catalogue.mapping_confirmed").count() == 1
    actions.reconsider_mapping(mapping_id=alt.pk, by=laboratory)
    assert queries.table(site.number) == {}
    with pytest.raises(Refusal, match="wrong_stage"):
        actions.reconsider_mapping(mapping_id=alt.pk, by=laboratory)


def test_another_item_is_chosen_in_one_step_and_many_codes_may_mean_one(site: Site) -> None:
    steward = bonds.account(Role.STEWARD)
    actions.propose(site=site.number, seen=SEEN, by=permits.the_program())
    trap = ItemMapping.objects.get(local_code="HBsAb")
    with pytest.raises(Refusal, match="no_item"):
        actions.confirm_mapping(mapping_id=trap.pk, by=steward)
    right = Item.objects.get(code="LAB-INF-HBSAB")
    actions.confirm_mapping(mapping_id=trap.pk, item_id=right.pk, remark="标签有误", by=steward)
    actions.confirm_mapping(mapping_id=ItemMapping.objects.get(local_code="X77").pk, item_id=right.pk, by=steward)
    assert queries.table(site.number) == {("lis", "HBsAb"): right.number, ("lis", "X77"): right.number}
    actions.propose(site=site.number, seen=SEEN, by=permits.the_program())
    trap.refresh_from_db()
    assert (trap.item, trap.stage, trap.seen) == (right, "confirmed", 18)


def test_several_are_confirmed_together_only_when_all_are_sure(site: Site) -> None:
    steward = bonds.account(Role.STEWARD)
    more = LocalCode("lis", "AST", "天门冬氨酸氨基转移酶", "U/L", "血清", 2)
    actions.propose(site=site.number, seen=[*SEEN, more], by=permits.the_program())
    keys = dict(ItemMapping.objects.values_list("local_code", "pk"))
    with pytest.raises(Refusal, match="not_sure"):
        actions.confirm_mappings(site_id=site.pk, mapping_ids=[keys["ALT"], keys["HBsAb"]], by=steward)
    assert queries.table(site.number) == {}
    with pytest.raises(Refusal, match="absent"):
        actions.confirm_mappings(site_id=catalogue.site().pk, mapping_ids=[keys["ALT"]], by=steward)
    actions.confirm_mappings(site_id=site.pk, mapping_ids=[keys["ALT"], keys["AST"]], by=steward)
    assert len(queries.table(site.number)) == 2


def test_what_looks_exactly_alike_elsewhere_is_decided_with_it_where_the_person_may(site: Site) -> None:
    other = catalogue.site(catalogue.FOSHAN)
    for place in (site, other):
        actions.propose(site=place.number, seen=SEEN, by=permits.the_program())
    actions.propose(site=other.number, seen=[LocalCode("lis", "ALT2", "谷丙", "U/L")], by=permits.the_program())
    laboratory, steward = _laboratory(site), bonds.account(Role.STEWARD)
    alt, ast = (ItemMapping.objects.get(site=site, local_code=code) for code in ("ALT", "HBsAb"))
    actions.confirm_mapping(mapping_id=alt.pk, identical=True, by=laboratory)
    assert (len(queries.table(site.number)), len(queries.table(other.number))) == (1, 0)
    right = Item.objects.get(code="LAB-INF-HBSAB")
    actions.confirm_mapping(mapping_id=ast.pk, item_id=right.pk, identical=True, by=steward)
    assert queries.table(other.number) == {("lis", "HBsAb"): right.number}
    assert [one.identical for one in queries.evidence([alt], steward)] == [1]


def test_a_rejected_code_stays_rejected_when_it_is_seen_again(site: Site) -> None:
    laboratory = _laboratory(site)
    actions.propose(site=site.number, seen=SEEN, by=permits.the_program())
    own = ItemMapping.objects.get(local_code="X77")
    actions.reject_mapping(mapping_id=own.pk, remark="院内自用", by=laboratory)
    actions.propose(site=site.number, seen=SEEN, by=permits.the_program())
    own.refresh_from_db()
    assert (own.stage, own.seen, own.remark) == ("rejected", 6, "院内自用")


LIST = "项目编码,项目名称,单位,标本类型\nALT,丙氨酸氨基转移酶,U/L,血清\nHBsAb,乙肝表面抗原定性,S/CO,血清\n,无编码,,\n"


def test_a_local_list_is_brought_in_from_a_file(site: Site) -> None:
    laboratory = _laboratory(site)
    file = Upload("示例清单.csv", LIST.encode())
    run = imports.import_codes(organisation_id=site.organisation_id, file=file, system="lis", by=laboratory)
    assert (run.rows, run.created, run.unchanged) == (3, 2, 0)
    assert [row for row, _why in queries.refusals_of(run)] == [4]
    again = imports.import_codes(organisation_id=site.organisation_id, file=file, system="lis", by=laboratory)
    assert (again.created, again.unchanged) == (0, 2)
    assert not ItemMapping.objects.exclude(stage="proposed").exists()
    assert set(queries.imports_for(laboratory)) == {run, again}
    assert not queries.imports_for(bonds.account(Role.LABORATORY, ("organisation", "another"))).exists()
    with pytest.raises(Refusal, match="not_yours"):
        imports.import_codes(organisation_id=site.organisation_id, file=file, by=bonds.account(Role.DOCTOR))


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "sheet."), (b"\x00\x01", "sheet."), ("名称\nALT\n".encode(), "catalogue.heading"), (b"%PDF-1.4", "sheet.")],
)
def test_a_file_that_is_no_list_is_refused_and_nothing_is_kept(site: Site, content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        imports.import_codes(
            organisation_id=site.organisation_id, file=Upload("x.csv", content), by=permits.the_program()
        )
    assert refused.value.code.startswith(code) and refused.value.next_step is not None
    assert not ListImport.objects.exists() and not ItemMapping.objects.exists()
