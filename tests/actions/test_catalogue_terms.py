"""Marks end by themselves when their evaluation does; windows and prices change from a day on and never overlap."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import bonds, catalogue

from xinglin.exchange.catalogue.actions import grants, imports, terms
from xinglin.exchange.catalogue.actions.standard import load_standard
from xinglin.exchange.catalogue.models import Item, ItemPrice, RecognitionRule, ScopeGrant
from xinglin.exchange.catalogue.queries.mappings import refusals_of
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.catalogue.rules.dated import succeed
from xinglin.exchange.catalogue.words import Outcome
from xinglin.kernel import clock, permits
from xinglin.kernel.asks import Upload
from xinglin.kernel.environment import read
from xinglin.kernel.models import LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

SHARED = Path(read("XINGLIN_SHARED_DATA"))
if not SHARED.is_absolute():
    SHARED = Path(__file__).parents[2] / SHARED
POLICY = SHARED / "policy"
JAN, DEC = date(2026, 1, 1), date(2026, 12, 31)
PROGRAMME = "示例省临检中心室间质评"


def _mark(small: catalogue.SmallCatalogue, number: int = 1, **more: object) -> ScopeGrant:
    fields = {"scope": "440100", "programme": PROGRAMME, "result": "合格", "valid_from": JAN, "valid_to": DEC, **more}
    return grants.grant_scope(
        organisation_id=small.first.organisation_id, item_id=small.items[number].pk, by=permits.the_program(), **fields
    )


def _counts(small: catalogue.SmallCatalogue, day: date, number: int = 1, scope: str = "440100") -> bool:
    return any(one.scope == scope and one.holds(day) for one in current().grants(number, small.first.number))


def _evaluate(
    small: catalogue.SmallCatalogue, outcome: Outcome, day: date, until: date, programme: str = PROGRAMME
) -> None:
    grants.record_evaluation(
        organisation_id=small.first.organisation_id, item_id=small.items[1].pk, programme=programme, outcome=outcome,
        evaluated_on=day, valid_to=until, by=permits.the_program(),
    )  # fmt: skip


@pytest.mark.django_db
class TestMarks:
    def test_a_mark_counts_in_its_term(self) -> None:
        small = catalogue.small()
        laboratory = bonds.account(Role.LABORATORY, ("organisation", small.first.organisation_id))
        _mark(small)
        assert _counts(small, JAN) and _counts(small, DEC)
        assert not _counts(small, JAN - timedelta(days=1)) and not _counts(small, DEC + timedelta(days=1))
        assert Notice.objects.filter(account=laboratory, event="catalogue.mark_granted").exists()
        with pytest.raises(Refusal, match="mark_stands"):
            _mark(small, valid_from=date(2026, 6, 1))
        _mark(small, valid_from=date(2027, 1, 1), valid_to=date(2027, 12, 31))

    @pytest.mark.parametrize(
        ("scope", "code"),
        [("440600", "scope_elsewhere"), ("420100", "scope_elsewhere"), ("429000", "scope"), ("广东", "scope"),
         ("京津冀", "scope_elsewhere"), ("999999", "scope")],
    )  # fmt: skip
    def test_a_mark_of_another_region_is_refused(self, scope: str, code: str) -> None:
        small = catalogue.small()
        with pytest.raises(Refusal) as refused:
            _mark(small, scope=scope)
        assert refused.value.code == f"catalogue.{code}"

    def test_a_failed_evaluation_suspends_and_a_passed_one_resumes(self) -> None:
        small = catalogue.small()
        mark = _mark(small)
        _evaluate(small, Outcome.FAILED, date(2026, 4, 10), date(2027, 4, 9))
        mark.refresh_from_db()
        assert mark.stage == "suspended"
        assert _counts(small, date(2026, 4, 9)) and not _counts(small, date(2026, 4, 10))
        _evaluate(small, Outcome.PASSED, date(2026, 7, 1), DEC)
        mark.refresh_from_db()
        assert mark.stage == "valid" and mark.suspended_from is None
        assert [_counts(small, date(2026, month, 15)) for month in (3, 5, 7)] == [True, False, True]
        # An older evaluation that arrives late changes nothing; another programme's neither.
        _evaluate(small, Outcome.FAILED, date(2026, 5, 1), DEC)
        _evaluate(small, Outcome.FAILED, date(2026, 8, 1), DEC, programme="另一示例质评")
        mark.refresh_from_db()
        assert mark.stage == "valid"
        with pytest.raises(Refusal, match="evaluated"):
            _evaluate(small, Outcome.PASSED, date(2026, 7, 1), DEC)

    def test_what_a_person_suspended_a_passed_evaluation_does_not_resume(self) -> None:
        small = catalogue.small()
        steward = bonds.account(Role.STEWARD)
        mark = _mark(small)
        grants.suspend_grant(grant_id=mark.pk, reason="示例整改", from_day=date(2026, 2, 1), by=steward)
        _evaluate(small, Outcome.PASSED, date(2026, 3, 1), DEC)
        mark.refresh_from_db()
        assert mark.stage == "suspended"
        grants.resume_grant(grant_id=mark.pk, from_day=date(2026, 5, 1), by=steward)
        assert [_counts(small, date(2026, month, 1)) for month in (1, 2, 4, 5)] == [True, False, False, True]
        grants.revoke_grant(grant_id=mark.pk, reason="示例", from_day=date(2026, 6, 1), by=steward)
        assert _counts(small, date(2026, 5, 31)) and not _counts(small, date(2026, 6, 1))
        with pytest.raises(Refusal, match="wrong_stage"):
            grants.resume_grant(grant_id=mark.pk, by=steward)

    def test_a_lapsed_evaluation_suspends_by_itself_once_and_warns_before(self) -> None:
        small = catalogue.small()
        laboratory = bonds.account(Role.LABORATORY, ("organisation", small.first.organisation_id))
        mark = _mark(small, evaluated_until=date(2026, 6, 30))
        by = permits.the_program()
        with clock.at(date(2026, 6, 23)):
            assert grants.warn_of_lapses(by=by) == 1 and grants.warn_of_lapses(by=by) == 0
            assert grants.suspend_lapsed(by=by) == 0
        told = Notice.objects.filter(account=laboratory, event="catalogue.mark_near_its_end")
        assert told.count() == 1
        with clock.at(date(2026, 7, 3)):
            assert grants.suspend_lapsed(by=by) == 1 and grants.suspend_lapsed(by=by) == 0
        mark.refresh_from_db()
        assert mark.suspended_from == date(2026, 7, 1)
        assert _counts(small, date(2026, 6, 30)) and not _counts(small, date(2026, 7, 1))
        assert LedgerEntry.objects.filter(event="catalogue.mark_suspended").count() == 1

    def test_only_the_secretariat_and_the_steward_grant(self) -> None:
        small = catalogue.small()
        laboratory = bonds.account(Role.LABORATORY, ("organisation", small.first.organisation_id))
        mark = _mark(small)
        fields = {"programme": PROGRAMME, "valid_to": DEC, "by": laboratory}
        item, place = small.items[2].pk, small.first.organisation_id
        deeds = (
            lambda: grants.grant_scope(
                organisation_id=place, item_id=item, scope="440100", result="合格", valid_from=JAN, **fields
            ),
            lambda: grants.record_evaluation(
                organisation_id=place, item_id=item, outcome=Outcome.PASSED, evaluated_on=JAN, **fields
            ),
            lambda: grants.suspend_grant(grant_id=mark.pk, reason="x", by=laboratory),
            lambda: imports.import_grants(file=Upload("x.csv", MARKS.encode()), by=laboratory),
        )
        for deed in deeds:
            with pytest.raises(Refusal, match="not_yours"):
                deed()

    def test_marks_are_brought_in_from_a_file(self) -> None:
        small = catalogue.small()
        file = Upload("示例.csv", MARKS.format(name=small.first.name).encode())
        run = imports.import_grants(file=file, by=permits.the_program())
        assert (run.rows, run.created, run.unchanged, len(run.refused)) == (4, 1, 0, 3)
        assert [row for row, _why in refusals_of(run)] == [3, 4, 5]
        assert _counts(small, date(2026, 5, 1), scope="000000")
        again = imports.import_grants(file=file, by=permits.the_program())
        assert (again.created, again.unchanged) == (0, 1)


MARKS = """医疗机构,项目,互认范围,质评计划,生效日期,有效期至
{name},葡萄糖,全国,示例全国质评,2026-01-01,2026年12月31日
{name},不存在的项目,440100,示例质评,2026-01-01,2026-12-31
不存在的医院,钾,440100,示例质评,2026-01-01,2026-12-31
{name},钾,440100,示例质评,昨天,2026-12-31
"""


@pytest.mark.django_db
class TestWindowsAndPrices:
    def test_a_window_changes_from_a_day_on(self) -> None:
        small = catalogue.small()
        steward = bonds.account(Role.STEWARD)
        rule = terms.set_window(
            item_id=small.items[1].pk, window_days=14, valid_from=date(2026, 6, 1), source="示例文件", by=steward
        )
        same = terms.set_window(
            item_id=small.items[1].pk, window_days=14, valid_from=date(2026, 6, 1), source="示例文件", by=steward
        )
        assert rule == same
        days = [current().window(1, catalogue.FOSHAN, date(2026, month, 1)).days for month in (5, 6)]
        assert days == [30, 14]
        with pytest.raises(Refusal, match="follows"):
            terms.set_window(
                item_id=small.items[1].pk, window_days=9, valid_from=date(2026, 3, 1), source="x", by=steward
            )
        terms.set_window(
            item_id=small.items[1].pk, window_days=3, region="440600", valid_from=JAN, source="x", by=steward
        )
        assert (
            current().window(1, catalogue.FOSHAN, JAN).days == 3
            and current().window(1, catalogue.GUANGZHOU, JAN).days == 30
        )
        with pytest.raises(Refusal, match=r"catalogue\.region"):
            terms.set_window(
                item_id=small.items[1].pk, window_days=3, region="999999", valid_from=JAN, source="x", by=steward
            )
        with pytest.raises(Refusal, match="not_yours"):
            terms.set_window(item_id=small.items[1].pk, window_days=3, valid_from=DEC, source="x", by=bonds.account())

    def test_a_laboratory_sets_its_own_prices_and_no_others(self) -> None:
        small = catalogue.small()
        place = small.first.organisation_id
        laboratory = bonds.account(Role.LABORATORY, ("organisation", place))
        fields = {
            "item_id": small.items[1].pk,
            "price_list": "示例价目",
            "valid_from": date(2026, 6, 1),
            "by": laboratory,
        }
        terms.set_price(price_fen=700, organisation_id=place, **fields)
        day = [
            current().price(1, small.first.number, catalogue.GUANGZHOU, date(2026, month, 1)).price_fen
            for month in (5, 6)
        ]
        assert day == [600, 700]
        for wrong in ({"region": "440100"}, {"organisation_id": small.second.organisation_id}):
            with pytest.raises(Refusal, match="not_yours"):
                terms.set_price(price_fen=700, **wrong, **fields)
        both = {"organisation_id": place, "region": "440100"}
        with pytest.raises(Refusal, match="one_place"):
            terms.set_price(price_fen=700, **both, **{**fields, "by": permits.the_program()})

    def test_prices_are_brought_in_from_a_file(self) -> None:
        small = catalogue.small()
        sheet = "项目,价格,生效日期,价目表,地区\n葡萄糖,7.5,2026-06-01,示例2026,440100\nALT,abc,2026-06-01,示例,440100\n钾,-1,2026-06-01,示例,440100\n"
        run = imports.import_prices(file=Upload("x.csv", sheet.encode()), by=permits.the_program())
        assert (run.created + run.changed, len(run.refused)) == (1, 2)
        assert current().price(1, small.second.number, catalogue.GUANGZHOU, date(2026, 6, 1)).price_fen == 750
        assert ItemPrice.objects.get(price_fen=600, region=catalogue.GUANGZHOU, item=small.items[1]).valid_to == date(
            2026, 5, 31
        )

    @pytest.mark.skipif(not POLICY.is_dir(), reason="the shared sample data is not here (XINGLIN_SHARED_DATA)")
    def test_the_published_lists_can_be_read_as_rules(self) -> None:
        load_standard(by=permits.the_program())
        content = (POLICY / "hubei_hospital_mutual_recognition_windows.csv").read_bytes()
        fields = {"region": "420000", "valid_from": JAN, "source": "示例：公开互认目录", "by": permits.the_program()}
        run = imports.import_windows(file=Upload("hubei.csv", content), **fields)
        assert (run.rows, run.created, run.refused) == (22, 22, [])
        numbers = {item.code: item.number for item in Item.objects.all()}
        now = current()
        assert now.window(numbers["LAB-CHEM-HBA1C"], "420100", JAN).days == 60
        assert now.window(numbers["LAB-CHEM-K"], "420100", JAN).days == 7
        assert now.window(numbers["LAB-CHEM-ALT"], "420100", JAN).region == ""
        assert RecognitionRule.objects.filter(region="420000").count() == 22
        again = imports.import_windows(file=Upload("hubei.csv", content), **fields)
        assert again.unchanged == 22
        # The other list names items without windows: every one of them is an item of ours.
        import csv

        from xinglin.exchange.catalogue.actions.imports import _items

        find = _items()
        with (POLICY / "jjjl_60_items_2025.csv").open(encoding="utf-8-sig", newline="") as lines:
            found = {row["item_zh"]: find(row["item_zh"]) for row in csv.DictReader(lines)}
        assert len(found) == 46


@given(
    st.lists(st.tuples(st.integers(0, 60), st.one_of(st.none(), st.integers(0, 30))), max_size=8),
)
def test_what_follows_never_overlaps(drafts: list[tuple[int, int | None]]) -> None:
    spans: list[tuple[date, date | None]] = []
    for start, length in drafts:
        since = JAN + timedelta(days=start)
        until = None if length is None else since + timedelta(days=length)
        try:
            step = succeed(spans, since, until)
        except Refusal:
            continue
        if step.ends is not None:
            spans[step.ends] = (spans[step.ends][0], step.on)
        spans.append((since, until))
    for one, (since, until) in enumerate(spans):
        assert until is None or since <= until
        for other, (first, last) in enumerate(spans):
            if one != other:
                assert (until is not None and until < first) or (last is not None and last < since)
