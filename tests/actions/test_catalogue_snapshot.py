"""The catalogue in memory says what the database says, at once after a change."""

from datetime import date, timedelta

import pytest
from tests.factories import bonds, catalogue

from xinglin.exchange.catalogue.actions.sites import open_site
from xinglin.exchange.catalogue.models import RecognitionRule, Site
from xinglin.exchange.catalogue.queries.mappings import table
from xinglin.exchange.catalogue.queries.sites import site_of
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.kernel import permits
from xinglin.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 1)


def test_what_is_looked_up_is_what_was_stored() -> None:
    small = catalogue.small()
    now = current()
    assert now.items[1].code == "LAB-CHEM-GLU" and now.items[10].treating_only
    assert now.by_code["IMG-CT-CHEST"] == 12 and now.by_loinc["6690-2"] == 5
    assert now.members(8) == (5, 6, 7) and now.members(1) == ()
    assert now.sites[small.neighbour.number].region == catalogue.FOSHAN
    assert [one.scope for one in now.grants(12, small.first.number)] == ["440100"]
    assert table(small.second.number) == {("", "XT01"): 1} and table(small.first.number) == {}


def test_the_most_exact_window_and_price_win_on_their_days() -> None:
    small = catalogue.small()
    glucose = small.items[1]
    catalogue.window(glucose, 14, region="440000", since=date(2026, 1, 1))
    catalogue.window(glucose, 3, region=catalogue.FOSHAN, since=date(2026, 6, 1), enabled=False)
    catalogue.price(glucose, 555, site=small.first, since=date(2026, 2, 1), until=date(2026, 12, 31))
    now = current()
    assert now.window(1, catalogue.WUHAN, DAY).days == 30
    assert now.window(1, catalogue.FOSHAN, DAY).days == 14
    assert now.window(1, catalogue.FOSHAN, date(2026, 6, 1)).enabled is False
    assert now.window(1, catalogue.FOSHAN, date(2023, 6, 1)) is None
    assert now.price(1, small.first.number, catalogue.GUANGZHOU, DAY).price_fen == 555
    assert now.price(1, small.first.number, catalogue.GUANGZHOU, date(2027, 1, 1)).price_fen == 600
    assert now.price(1, small.far.number, catalogue.WUHAN, DAY) is None


def test_a_change_is_seen_at_once_and_a_quiet_catalogue_is_not_read_again() -> None:
    small = catalogue.small()
    before = current()
    assert current() is before
    catalogue.window(small.items[1], 5, region=catalogue.GUANGZHOU)
    after = current()
    assert after is not before and after.version > before.version
    assert after.window(1, catalogue.GUANGZHOU, DAY).days == 5


def test_a_suspended_mark_counts_before_its_day_and_not_after() -> None:
    small = catalogue.small()
    catalogue.grant(small.first, small.items[1], catalogue.GUANGZHOU, since=date(2024, 2, 1), suspended_from=DAY)
    mark = next(g for g in current().grants(1, small.first.number) if g.scope == catalogue.GUANGZHOU)
    assert mark.holds(DAY - timedelta(days=1)) and not mark.holds(DAY)


def test_a_site_is_opened_once_and_follows_the_register() -> None:
    hospital = bonds.hospital(region="440105")
    by = permits.the_program()
    one = open_site(organisation_id=hospital.pk, by=by)
    assert open_site(organisation_id=hospital.pk, by=by).pk == one.pk
    assert (one.number, one.region, site_of(hospital.pk)) == (1, "440100", one)
    hospital.region = "440606"
    hospital.save()
    assert open_site(organisation_id=hospital.pk, by=by).region == "440600"
    assert Site.objects.count() == 1
    with pytest.raises(Refusal, match=r"catalogue\.organisation"):
        open_site(organisation_id="nothing", by=by)
    with pytest.raises(Refusal, match="not_yours"):
        open_site(organisation_id=hospital.pk, by=bonds.account())


def test_the_database_refuses_windows_and_prices_that_overlap() -> None:
    from django.db import IntegrityError, transaction

    small = catalogue.small()
    with pytest.raises(IntegrityError, match="follow_each_other"), transaction.atomic():
        catalogue.window(small.items[1], 9, since=date(2025, 1, 1))
    RecognitionRule.objects.filter(item=small.items[1]).update(valid_to=date(2024, 12, 31))
    catalogue.window(small.items[1], 9, since=date(2025, 1, 1))
    with pytest.raises(IntegrityError, match="follow_each_other"), transaction.atomic():
        catalogue.price(small.items[1], 1, region=catalogue.GUANGZHOU, since=date(2026, 1, 1))
    catalogue.price(small.items[1], 1, site=small.first)
