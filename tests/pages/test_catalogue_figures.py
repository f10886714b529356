"""The figures of the guiding opinions: counted strictly, and each opens to the items behind it."""

from datetime import date

import pytest
from tests.factories import catalogue

from xinglin.exchange.catalogue.models import Item
from xinglin.kernel import clock, figures
from xinglin.kernel.figures import FIGURES
from xinglin.roster.models import Alliance

DAY = date(2026, 5, 1)
pytestmark = pytest.mark.django_db


def _count(name: str) -> int:
    figures.forget()
    found = figures.counted(FIGURES[name], None)
    assert found is not None
    return found.value


def test_items_are_counted_where_their_marks_count() -> None:
    Alliance.objects.create(name_zh="示例联盟", region="440100")
    small = catalogue.small()
    with clock.at(DAY):
        # Guangdong marks for eleven items; CT has city marks only; what Wuhan marks counts nowhere here.
        assert (_count("items_city"), _count("items_province"), _count("items_region")) == (12, 11, 0)
        assert (_count("items_in_alliance"), _count("items_total_in_alliance")) == (11, 12)
        catalogue.grant(small.first, small.items[1], "000000", since=date(2025, 6, 1))
        assert _count("items_region") == 1
        Item.objects.filter(number=12).update(enabled=False)
        assert (_count("items_city"), _count("items_total_in_alliance")) == (11, 11)
    with clock.at(date(2028, 6, 1)):
        assert _count("items_city") == 0


def test_a_figure_opens_to_its_items() -> None:
    from django.test import Client

    Alliance.objects.create(name_zh="示例联盟", region="440600")
    catalogue.small()
    client = Client()
    client.cookies["xinglin_language"] = "en"
    page = client.get("/catalogue/item/?figure=items_city").content.decode()
    assert "LAB-CHEM-GLU" in page and "IMG-CT-CHEST" in page
