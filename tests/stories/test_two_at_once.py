"""Two people acting on one dossier at once, a stale form, a program that repeats itself, a database gone."""

from __future__ import annotations

import http.cookiejar
import json
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.factories import sealing
from tests.factories.matching import expert_of, liaison, office, open_need, skilled
from tests.factories.portal import BACKEND, propose, token
from tests.stories import external, served
from tests.stories.together import at_once

from xinglin.challenges.actions import openings
from xinglin.challenges.models import BidMember, Opening
from xinglin.kernel import clock
from xinglin.kernel.models import LedgerEntry, Notice
from xinglin.matching.actions import dockings, suggestions
from xinglin.matching.models import Docking, Suggestion
from xinglin.roster.models import Organisation


def browser(account: Any) -> Client:
    client = Client()
    client.cookies["xinglin_language"] = "en"
    client.force_login(account, backend=BACKEND)
    return client


def sentence(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_admit_one_organisation() -> None:
    """Through the page: one admits, the other reads who was quicker."""
    desks = [office(), office()]
    place = propose("示例市第三人民医院", desks[0])
    address = f"/roster/organisation/{place.pk}/do/admit/"
    clients = [browser(desk) for desk in desks]
    forms = [client.get(address) for client in clients]
    tokens = [re.search(r'name="_token" value="([^"]+)"', form.content.decode())[1] for form in forms]  # type: ignore[index]
    answers = at_once(*(
        lambda c=client, t=tokens[n]: c.post(address, {"_seen": str(place.version), "_token": t})
        for n, client in enumerate(clients)
    ))  # fmt: skip
    assert sorted(one.status_code for one in answers) == [303, 409]
    late = next(one for one in answers if one.status_code == 409)
    assert "changed this record" in sentence(late) and "Nothing of yours was lost" in sentence(late)
    assert LedgerEntry.objects.filter(event="roster.organisation_admitted", subject_id=place.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_choose_two_experts_for_one_need() -> None:
    """Below the page too: of two calls of the same action one succeeds, the other is refused, nothing is half-done."""
    desk = office()
    place = propose("示例市第四人民医院", desk)
    asker = liaison(place)
    for name in ("示例甲", "示例乙"):
        skilled(name, "腹腔镜肝癌切除手术三百例的经验", "04.03")
    need = open_need(place, asker, desk)
    suggestions.rank_need(need_id=need.pk, by=asker)
    best = Suggestion.objects.filter(need=need).order_by("place").first()
    assert best is not None

    def choose() -> str:
        from xinglin.kernel.refusals import Refusal

        try:
            suggestions.choose_suggestion(suggestion_id=best.pk, by=asker)
        except Refusal as refusal:
            assert str(refusal.sentence) and refusal.next_step
            return "refused"
        return "chosen"

    assert sorted(at_once(choose, choose)) == ["chosen", "refused"]
    docking = Docking.objects.get(need=need)
    assert LedgerEntry.objects.filter(event="matching.docking_proposed", subject_id=docking.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepting_and_declining_at_once() -> None:
    desk = office()
    place = propose("示例市第五人民医院", desk)
    asker = liaison(place)
    surgeon = skilled("示例丙", "腹腔镜肝癌切除", "04.03")
    need = open_need(place, asker, desk)
    docking = dockings.propose_docking(need_id=need.pk, person_id=surgeon.pk, by=asker)
    guest = expert_of(surgeon)
    clients = [browser(guest), browser(guest)]
    base = f"/matching/docking/{docking.pk}/do/"
    docking.refresh_from_db()
    answers = at_once(
        lambda: clients[0].post(base + "accept/", {"_seen": str(docking.version)}),
        lambda: clients[1].post(base + "decline/", {"_seen": str(docking.version), "_sure": "on"}),
    )
    assert sorted(one.status_code for one in answers) == [303, 409]
    docking.refresh_from_db()
    assert docking.stage in ("accepted", "ended")
    told = Notice.objects.filter(subject_id=docking.pk).values_list("event", flat=True)
    assert not {"matching.docking_accepted", "matching.docking_declined"} <= set(told)


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_makes_one_record() -> None:
    """A double click that the browser did not hold back: both answers lead to the one record."""
    client, other = browser(desk := office()), browser(desk)
    sent = {"_token": "one-and-the-same", "name_zh": "示例市第六人民医院", "kind": "hospital"}
    answers = at_once(*(
        lambda c=one: c.post("/roster/organisation/new/propose/", sent) for one in (client, other)
    ))  # fmt: skip
    assert [one.status_code for one in answers] == [303, 303]
    assert len({one.headers["Location"] for one in answers}) == 1
    assert Organisation.objects.filter(name_zh="示例市第六人民医院").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_idempotency_key_holds_when_both_come_at_once() -> None:
    desk = office()
    headers = {"Authorization": f"Bearer {token(desk, 'read', 'write')}", "Idempotency-Key": "once"}
    body = json.dumps({"name_zh": "示例市第七人民医院", "kind": "hospital"})
    answers = at_once(*(
        lambda: Client(headers=headers).post(
            "/api/v1/roster/organisation/propose", data=body, content_type="application/json"
        )
        for _ in range(2)
    ))  # fmt: skip
    assert sorted(one.status_code for one in answers) == [200, 201]
    assert len({one.json()["id"] for one in answers}) == 1
    assert Organisation.objects.filter(name_zh="示例市第七人民医院").count() == 1


@pytest.mark.django_db(transaction=True)
def test_if_match_lets_one_of_two_programs_through() -> None:
    desk = office()
    place = propose("示例市第八人民医院", desk)
    headers = {"Authorization": f"Bearer {token(desk, 'read', 'write')}", "If-Match": f'"{place.version}"'}
    answers = at_once(*(
        lambda: Client(headers=headers).post(
            f"/api/v1/roster/organisation/{place.pk}/admit", data="{}", content_type="application/json"
        )
        for _ in range(2)
    ))  # fmt: skip
    assert sorted(one.status_code for one in answers) == [200, 412]
    assert next(one for one in answers if one.status_code == 412).json()["sentence"]


@pytest.mark.django_db
def test_a_stale_form_is_refused_and_keeps_what_was_typed() -> None:
    desk = office()
    place = propose("示例市第九人民医院", desk)
    asker = liaison(place)
    need = open_need(place, asker, desk)
    client = browser(asker)
    address = f"/matching/need/{need.pk}/do/close/"
    form = client.get(address).content.decode()
    seen = re.search(r'name="_seen" value="(\d+)"', form)
    assert seen
    suggestions.rank_need(need_id=need.pk, by=asker)
    typed = "已在院内解决，不再需要（示例）。"
    choice = re.search(r'name="closing_reason"[^>]*value="([^"]+)"|<option value="([^"]+)"', form)
    assert choice
    sent = {
        "_seen": seen[1],
        "_token": "t",
        "_sure": "on",
        "closing_reason": choice[1] or choice[2],
        "closing_text": typed,
    }
    late = client.post(address, sent)
    assert late.status_code == 409
    assert typed in late.content.decode() and "changed this record" in sentence(late)
    again = re.search(r'name="_seen" value="(\d+)"', late.content.decode())
    assert again and int(again[1]) > int(seen[1])
    # The token was not used up: with the new version in hand the same form is accepted.
    assert client.post(address, sent | {"_seen": again[1]}).status_code == 303


# The database gone for a minute -------------------------------------------------------------------------------------


class Person:
    """Somebody at a browser without scripts, speaking HTTP to the served portal."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
        )

    def asks(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str, str]:
        """(status, page, address in the end)."""
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        request = urllib.request.Request(self.url + path, data=body, headers={"Referer": self.url + path})
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode(), answer.url
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), error.url

    def sends(self, path: str, form: str, **typed: str) -> tuple[int, str, str]:
        """Send the form a page showed."""
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        return self.asks(path, hidden | typed)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[tuple[external.ExternalPostgres, served.Server]]:
    """A server on the machine's own PostgreSQL, with a secretary."""
    if reason := external.missing():
        pytest.skip(reason)
    database = external.ExternalPostgres()
    more = {"XINGLIN_DATABASE_URL": database.url}
    try:
        for words in (["migrate"], None):
            done = subprocess.run(
                served.command(*words) if words else [*served.command()[:1], "-c", SECRETARY],
                env=served.environment(tmp_path / "home", **more), cwd=served.ROOT, capture_output=True, text=True,
                timeout=300, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr[-2000:]
        server = served.Server(tmp_path / "home", ["serve", "--without-worker"], **more)
        try:
            server.wait()
            yield database, server
        finally:
            server.stop()
    finally:
        database.remove()


SECRETARY = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "xinglin.portal.settings"
import django; django.setup()
from xinglin.kernel import clock, configuration, permits
from xinglin.kernel.models import Account
from xinglin.kernel.words import ALLIANCE, Role
one = Account.objects.create_user("secretary", "secretary@example.org", "Xinglin-Test-2026", display_name="秘书处")
one.password_changed_at = clock.now(); one.save()
permits.grant(account=one, role=Role.SECRETARIAT, scope=ALLIANCE, by=permits.the_program())
# The second factor is not what this is about.
configuration.set_rule(key="accounts.second_factor_roles", value=["audit_admin"], valid_from=clock.today(),
                       source_document="示例文件", by=one)
"""


@pytest.mark.slow
def test_the_database_is_gone_for_a_minute(city: tuple[external.ExternalPostgres, served.Server]) -> None:
    """It crashes while a form is open: the page says so, nothing is lost, and the same form goes through after."""
    database, server = city
    person = Person(server.url)
    page = person.asks("/accounts/login/")[1]
    assert (
        "/accounts/login"
        not in person.sends("/accounts/login/", page, login="secretary", password="Xinglin-Test-2026")[2]
    )
    form_at = "/roster/organisation/new/propose/"
    status, form, _ = person.asks(form_at)
    assert status == 200
    status, told, _ = person.sends(form_at, form, name_zh="示例市首家医院", kind="hospital")
    assert status == 200 and "示例市首家医院" in told
    status, form, _ = person.asks(form_at)

    database.stop()
    for path in ("/", "/roster/organisation/", form_at):
        status, told, _ = person.asks(path)
        assert status == 503, (path, status)
        assert "数据库暂时无法连接" in told and "cannot be reached" in told
    status, told, _ = person.sends(form_at, form, name_zh="示例市第二家医院", kind="hospital")
    assert status == 503 and "没有丢失" in told
    status, told, _ = person.asks("/api/v1/me")
    assert status == 503 and json.loads(told)["next_step"]

    database.start()
    deadline = time.monotonic() + 30
    while person.asks("/health")[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    # The same form, sent again as the browser's reload does; and once more by an impatient finger.
    for _ in range(2):
        status, told, _ = person.sends(form_at, form, name_zh="示例市第二家医院", kind="hospital")
        assert status == 200 and "示例市第二家医院" in told
    listed = person.asks("/roster/organisation/")[1]
    assert "示例市首家医院" in listed
    assert listed.count("示例市第二家医院") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("begun", [False, True], ids=["both sides", "two of one side, the other before"])
def test_an_opening_happens_once_however_many_begin_it(begun: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases given in the same instant: one ceremony, each bid read once, one list on the ledger."""
    sealing.cheap_keys(monkeypatch)
    one = sealing.call()
    sealing.bid(one)
    sealing.bid(one, files=[])
    moment = one.close()

    def give(who: Any, phrase: str) -> Any:
        with clock.at(moment):
            return openings.give_passphrase(challenge_id=one.challenge.pk, passphrase=phrase, by=who)

    if begun:
        give(one.office, sealing.OFFICE_PHRASE)
        other = (one.oversight, sealing.OVERSIGHT_PHRASE)
    else:
        other = (one.office, sealing.OFFICE_PHRASE)
    made = at_once(lambda: give(one.oversight, sealing.OVERSIGHT_PHRASE), lambda: give(*other))
    assert {opening.pk for opening in made} == {Opening.objects.get().pk}
    assert Opening.objects.get().second_at is not None
    assert (Opening.objects.get().count, BidMember.objects.count()) == (2, 2)
    assert LedgerEntry.objects.filter(event="challenges.bids_opened").count() == 1
