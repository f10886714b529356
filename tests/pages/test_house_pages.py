"""Workbench, overview, search, notices, language, errors, and the looks of all of them."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories.portal import World

from xinglin.kernel import figures
from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.models import Account, LedgerEntry, Notice
from xinglin.portal import edges, pictures

PORTAL = Path(edges.__file__).parent


def test_the_workbench_says_what_awaits(world: World) -> None:
    page = world.client("secretary").get("/").content.decode()
    assert "示例市第二人民医院" in page and "days left" in page
    assert "/roster/organisation/new/propose/" in page


def test_the_workbench_does_not_ask_per_record(world: World) -> None:
    client = world.client("secretary")
    with CaptureQueriesContext(connection) as seen:
        client.get("/")
    # One question finds the kinds that hold anything; only these are asked for their records.
    assert len(seen) < len(KINDS)


def test_overview_counts_and_opens(world: World) -> None:
    client = world.client("secretary")
    page = client.get("/overview/").content.decode()
    assert "Data as of" in page
    assert "/roster/organisation/?stage=active" in page
    for one in figures.all_counted(world.secretary):
        address = f"/{one.kind.wing}/{one.kind.noun}/?figure={one.figure.name}"
        assert address in page.replace("&amp;", "&")
        assert client.get(address).context["page"].count == one.value


def test_search_finds_and_counts(world: World) -> None:
    client = world.client("secretary")
    page = client.get("/search/", {"q": "第二人民"}).content.decode()
    assert "<mark>第二人民</mark>" in page
    assert "第二人民" not in world.client("stranger").get("/search/", {"q": "示例市"}).content.decode()
    for text in ("\x00", "'", "%", "(", "a b", "   ", "𠮷", "x" * 500):
        assert client.get("/search/", {"q": text}).status_code == 200


def test_notices_are_read(world: World) -> None:
    client = world.client("secretary")
    assert "1 unread notice" in client.get("/").content.decode()
    response = client.get(f"/notices/{world.notice.pk}/")
    assert response.headers["Location"] == f"/roster/organisation/{world.active.pk}/"
    assert Notice.objects.get(pk=world.notice.pk).read_at is not None
    assert Notice.objects.filter(account=world.liaison, read_at=None).count() == 1
    world.client("liaison").post("/notices/")
    assert not Notice.objects.filter(account=world.liaison, read_at=None).exists()


def test_language_is_remembered_and_leads_back_here_alone(world: World) -> None:
    client = world.client("secretary", "zh-hans")
    response = client.post("/language/", {"language": "en", "next": "/overview/"})
    assert response.headers["Location"] == "/overview/"
    assert Account.objects.get(pk=world.secretary.pk).language == "en"
    assert client.post("/language/", {"language": "en", "next": "https://example.com/"}).headers["Location"] == "/"
    other = Client()
    other.force_login(Account.objects.get(pk=world.secretary.pk), backend="django.contrib.auth.backends.ModelBackend")
    assert "What awaits me" in other.get("/", headers={"Accept-Language": "zh-hans"}).content.decode()


def test_an_idle_session_ends_and_that_is_on_record(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client("secretary")
    client.get("/")
    moment = edges.time.time()
    monkeypatch.setattr(edges.time, "time", lambda: moment + 16 * 60)
    response = client.get("/overview/")
    assert response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/")
    assert LedgerEntry.objects.filter(event="kernel.signed_out", data={"reason": "idle"}).count() == 1


def test_errors_have_pages_in_both_languages(world: World) -> None:
    assert "页面不存在" in world.client("stranger", "zh-hans").get("/x").content.decode()
    assert "does not exist" in world.client("stranger", "en").get("/x").content.decode()
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    assert client.post("/language/", {"language": "en"}).status_code == 403


def test_no_page_carries_inline_style_or_script() -> None:
    for template in PORTAL.glob("templates/**/*.html"):
        text = re.sub(r"{[%{].*?[%}]}", "", template.read_text("utf-8"))
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text), template
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), template


def _luminance(colour: str) -> float:
    colour = colour.lstrip("#")
    colour = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    ("ink", "bg"), ("ink", "card"), ("mut", "bg"), ("mut", "card"), ("pri", "bg"), ("pri", "card"), ("pri-ink", "pri"),
    ("pri-ink", "pri-2"), ("tint-ink", "tint"), ("seal", "card"), ("seal", "seal-t"), ("ok", "ok-t"),
    ("warn", "warn-t"),
    ("warn", "card"), ("off", "off-t"), ("ink", "mark"), ("x1", "t1"), ("x1", "t2"), ("x1", "t3"), ("x4", "t4"),
    ("x4", "t5"), ("ink", "hov"), ("mut", "hov"), ("pri", "hov"), ("ink", "warn-t"), ("ink", "ok-t"), ("ink", "seal-t"),
    ("mut", "warn-t"), ("pri", "seal-t"),
]  # fmt: skip


@pytest.mark.parametrize("theme", range(4), ids=["light", "dark by system", "dark by choice", "on paper"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_pair_of_colours_can_be_read(theme: int, text: str, ground: str) -> None:
    css = (PORTAL / "static" / "xinglin.css").read_text("utf-8")
    tokens = [
        dict(re.findall(r"--([a-z0-9-]+):(#[0-9a-f]+)", block))
        for block in re.findall(r"color-scheme:(?:light|dark);[^}]*", css)
    ]
    assert _contrast(tokens[theme][text], tokens[theme][ground]) >= 4.5


def test_tiles_say_what_they_show() -> None:
    drawn = str(pictures.tiles({"4451": 151, "4401": 238}, "x <b>"))
    assert "潮州: 151" in drawn and "&lt;b&gt;" in drawn and len(pictures.GUANGDONG) == 21
    assert len({(column, row) for _name, column, row in pictures.GUANGDONG.values()}) == 21


def test_a_line_has_a_round_axis() -> None:
    assert "<polyline" in str(pictures.line([("1", 3), ("2", 30)], "x", second=[1, 2]))
    assert pictures.line([], "x")


@pytest.mark.django_db
def test_the_overview_counts_a_batch_once_however_many_members_it_has() -> None:
    from tests.actions.test_roster_bodies import account, hospital

    from xinglin.kernel import clock
    from xinglin.kernel.dossiers import KINDS
    from xinglin.kernel.words import Role
    from xinglin.portal.pages.overview import _spread
    from xinglin.roster.actions import bodies, membership

    with clock.at(clock.today()):
        office = account("总览秘书处", Role.SECRETARIAT)
        term = bodies.prepare_term(number=9, title="第九届", by=office)
        batch = membership.open_batch(term_id=term.pk, number=1, title="首批", by=office)
        for name in ("示例甲院", "示例乙院", "示例丙院"):
            one = membership.apply_for_membership(organisation_id=hospital(name).pk, batch_id=batch.pk, by=office)
            membership.recommend_admission(membership_id=one.pk, by=office)
        membership.announce_batch(membershipbatch_id=batch.pk, by=office)
    assert _spread(KINDS["roster.membershipbatch"], office, "stage") == {"announced": 1}
