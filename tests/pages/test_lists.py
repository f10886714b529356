"""Lists: found, narrowed, paged both ways, taken along safely, without a query per row."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.portal import World, propose

from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.models import LedgerEntry
from xinglin.portal import listing, sheets
from xinglin.roster.models import Organisation

LIST = "/roster/organisation/"


@pytest.fixture
def many(world: World) -> World:
    for number in range(57):
        Organisation.objects.create(
            name_zh=f"示例医院{number:03}", kind="hospital", stage="active" if number % 2 else "proposed",
            due_on=date(2026, 12, 1 + number % 5) if number % 3 else None,
        )  # fmt: skip
    return world


@pytest.mark.parametrize("sort", listing.sorts_of(KINDS["roster.organisation"]), ids=lambda sort: sort.name)
def test_pages_show_every_record_once_forwards_and_backwards(many: World, sort: listing.Sort) -> None:
    kind, actor = KINDS["roster.organisation"], many.secretary
    want = listing.Wanted(sort=sort)
    rows = listing.rows(kind, want, actor)
    everything = [row.pk for row in rows.order_by(*listing._order(sort, sort.down, False))]
    met: list[str] = []
    pages: list[list[str]] = []
    for _ in range(20):
        page = listing.page(rows, want, size=10)
        pages.append([row.pk for row in page.rows])
        met += pages[-1]
        if not page.after:
            break
        want = listing.Wanted(sort=sort, after=page.after)
    assert met == everything
    back: list[list[str]] = []
    while page.before:
        page = listing.page(rows, listing.Wanted(sort=sort, before=page.before), size=10)
        back.append([row.pk for row in page.rows])
    assert back == pages[-2::-1]


def test_search_stage_filter_and_mine(many: World) -> None:
    client = many.client("liaison", "zh-hans")
    assert "示例市<mark>第一人民</mark>医院" in client.get(LIST, {"q": "第一人民"}).content.decode()
    assert "没有符合条件的记录" in client.get(LIST, {"q": "没有"}).content.decode()
    mine = client.get(LIST, {"mine": "1"}).content.decode()
    assert "示例市第一人民医院" in mine and "示例医院001" not in mine
    closed = client.get(LIST, {"stage": "closed"}).content.decode()
    assert "示例市第一人民医院" not in closed


@pytest.mark.parametrize(
    "query",
    [
        {"after": "nonsense"}, {"after": "WzEsMl0"}, {"before": "%%%"}, {"stage": "x"}, {"sort": "x"}, {"q": "\x00"},
        {"q": "'&|!:*()"}, {"kind": "x"}, {"figure": "x"}, {"q": "a" * 5000}, {"mine": "maybe"}, {"q": "\ud83d"},
        {"after": "W251bGwsICJcdTAwMDAiXQ", "sort": "due"}, {"after": "WyJ4IiwieCJd", "sort": "due"},
    ],
)  # fmt: skip
def test_nonsense_in_the_address_is_never_an_error(world: World, query: dict[str, str]) -> None:
    try:
        response = world.client("secretary").get(LIST, query)
    except UnicodeEncodeError:
        pytest.skip("this address cannot even be written")
    assert response.status_code == 200


def test_queries_do_not_grow_with_the_rows(many: World) -> None:
    client = many.client("secretary")
    for _ in range(2):  # the first visit has no earlier one to count idle minutes from, the second reads the limit
        client.get(LIST)
    counts = []
    for size in (5, 25):
        with CaptureQueriesContext(connection) as seen, pytest.MonkeyPatch.context() as patch:
            patch.setattr(listing.page, "__kwdefaults__", {"size": size, "count": True})
            client.get(LIST)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[1] <= 8, [query["sql"][:120] for query in seen.captured_queries]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    for form in ("csv", "xlsx"):
        body, count = sheets.written(form, ["Name"], [[text]])
        assert count == 1
        if form == "csv":
            assert body.decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")
        else:
            cell = openpyxl.load_workbook(io.BytesIO(body)).active["A2"]
            assert cell.data_type == "s" and cell.value.startswith("'")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_is_on_record(world: World, form: str) -> None:
    propose("示例市第六人民医院", world.secretary)
    response = world.client("secretary").get(f"{LIST}export.{form}", {"stage": "proposed"})
    assert response.status_code == 200
    assert 'filename="organisation-' in response.headers["Content-Disposition"]
    entry = LedgerEntry.objects.filter(event="kernel.exported").latest("id")
    assert entry.data == {"rows": 2, "what": "roster.organisation", "filters": {"stage": "proposed"}}
    assert b"13800000002" not in response.content


def test_an_empty_database_has_pages(db: None) -> None:
    from django.test import Client
    from tests.factories import bonds
    from tests.factories.portal import BACKEND

    from xinglin.kernel.words import Role

    client: Any = Client()
    client.force_login(bonds.account(Role.SECRETARIAT), backend=BACKEND)
    for kind in KINDS.values():
        assert client.get(f"/{kind.wing}/{kind.noun}/").status_code == 200
