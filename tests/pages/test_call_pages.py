"""The public pages of calls: open to everybody, closed by the server's clock, an objection without an account."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from tests.factories import sealing
from tests.factories.bonds import hospital, liaison
from tests.factories.calls import announced, argued, drafted, experts, published, secretariat
from tests.factories.challenge_running import heavy_change, started, world
from tests.factories.entrance import browser
from tests.factories.portal import token

from xinglin.challenges.actions import calls, demands, questions
from xinglin.challenges.models import Appraisal, Challenge, Objection
from xinglin.challenges.words.calls import Openness
from xinglin.challenges.words.contracts import ChangeKind
from xinglin.kernel.clock import ZONE, at, now
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.portal.edges import CONTENT_SECURITY_POLICY
from xinglin.roster.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    sealing.cheap_keys(monkeypatch)


@pytest.fixture
def office():
    return secretariat()


def text(address: str, language: str = "en", status: int = 200) -> str:
    answer = browser(language).get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def signed_in(account: Account):
    one = browser("en")
    one.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return one


def test_the_list_shows_each_call_where_it_stands_by_the_servers_clock(office):
    one = published(office, title="示例榜单：肝癌早筛")
    with at(one.closes_at - timedelta(days=3, hours=4)):
        page = text("/calls/")
        assert one.title in page and "3 days 4 hours" in page
        assert one.title not in text("/calls/?standing=closed")
        assert one.number in text("/calls/?q=早筛") and one.number not in text("/calls/?q=牙科")
        assert one.title in text("/public/")
    with at(one.closes_at):
        # No worker came by.
        assert Challenge.objects.get(pk=one.pk).stage == "published"
        assert one.title not in text("/calls/") and one.title in text("/calls/?standing=closed")
        assert "Bid for it" not in text(f"/calls/{one.pk}/")


def test_a_call_page_says_all_a_bidder_needs_in_both_languages(office):
    one = published(office)
    row = questions.ask_question(challenge_id=one.pk, question="示例：数据可否出境？", by=liaison(hospital()))
    with at(one.closes_at - timedelta(days=1)):
        page = text(f"/calls/{one.pk}/", "zh-hans")
        for part in ("灵敏度", "85", one.ip_clause, "300 万元", "2,000,000", "最终用户", "专家论证情况"):
            assert part in page, part
        assert "数据可否出境" not in page
        questions.answer_question(question_id=row.pk, answer="示例：不可出境。", by=one.contact)
        page = text(f"/calls/{one.pk}/")
        assert "数据可否出境" in page and "不可出境" in page
        assert f'data-until="{one.closes_at.isoformat()}"' in page
        # Names and scores of the experts are public.
        assert str(Appraisal.objects.filter(challenge=one).first().person) in page


def test_what_was_not_announced_and_what_is_for_members_is_absent(office):
    hidden = argued(office, experts(5))
    members = announced(office, openness=Openness.ALLIANCE)
    for one in (drafted(), hidden, members):
        text(f"/calls/{one.pk}/", status=404)
        text(f"/calls/{one.pk}/object/", status=404)
    assert signed_in(liaison(hospital())).get(f"/calls/{members.pk}/").status_code == 200
    # Nor does the published version of the list name it to the public.
    assert members.title not in text("/calls/lists/1/")


def test_a_version_of_the_list_stays_as_it_was(office):
    one = announced(office, title="示例榜单：旧题")
    Challenge.objects.filter(pk=one.pk).update(title="示例榜单：新题")
    page = text("/calls/lists/1/")
    assert "旧题" in page and "新题" not in page
    text("/calls/lists/2/", status=404)


def test_anybody_objects_with_a_name_and_a_contact_inside_the_term(office):
    began = now()
    one = announced(office)
    page = text(f"/calls/{one.pk}/")
    assert f"/calls/{one.pk}/object/" in page
    address = f"/calls/{one.pk}/object/"
    form = {"_do": "object", "grounds": "示例：与在研项目重复，请核对。", "name": "示例甲", "contact": "13800000000"}
    assert browser("en").post(address, {**form, "contact": ""}).status_code == 422
    answer = browser("en").post(address, form)
    assert answer.status_code == 303 and Objection.objects.get().name == "示例甲"
    assert "13800000000" not in text(f"/calls/{one.pk}/")
    with at(began + timedelta(days=10)):
        assert f"/calls/{one.pk}/object/" not in text(f"/calls/{one.pk}/")
        answer = browser("en").post(address, form)
        assert answer.status_code >= 400 and Objection.objects.count() == 1


def test_anybody_objects_to_a_heavy_change_while_it_is_under_notice():
    """From the page of the call, without an account; of two changes under notice, the one that was meant."""
    here = world()
    started(here)
    address = f"/calls/{here.challenge.pk}/"
    assert "/object/" not in text(address)
    one, two = heavy_change(here), heavy_change(here, ChangeKind.AMOUNT)
    for language, about in (("en", "A heavy change of a contract"), ("zh-hans", "合同重大变更")):
        page = text(address, language)
        assert about in page and one.notice.text in page and two.notice.text in page
        assert f"{address}object/?notice=1" in page and f"{address}object/?notice=2" in page
    form = text(f"{address}object/?notice=2")
    assert two.notice.text in form and one.notice.text not in form
    sent = {"_do": "object", "grounds": "示例：金额变更缺少依据，请核对。", "name": "示例甲", "contact": "13800000000"}
    assert browser("en").post(f"{address}object/?notice=2", sent).status_code == 303
    assert Objection.objects.get().notice == two.notice
    found = signed_in(liaison(hospital())).get(address).content.decode()
    assert (
        f"/challenges/objection/new/raise/?challenge_id={here.challenge.pk}&amp;about=change&amp;notice_number=1"
        in found
    )
    midnight = datetime.combine(one.notice.ends_on + timedelta(days=1), time(), tzinfo=ZONE)
    with at(midnight - timedelta(seconds=1)):
        assert "/object/" in text(address)
    with at(midnight):
        assert "/object/" not in text(address)
        assert browser("en").post(f"{address}object/?notice=2", sent).status_code >= 400
    assert Objection.objects.count() == 1


def test_a_member_objects_by_the_form_of_the_house(office):
    one = announced(office)
    here = signed_in(liaison(hospital()))
    page = here.get(f"/calls/{one.pk}/").content.decode()
    found = re.search(r'href="(/challenges/objection/new/raise/[^"]+)"', page)
    assert found is not None
    form = here.get(found.group(1).replace("&amp;", "&"))
    assert form.status_code == 200 and one.title in form.content.decode()


def test_the_forms_of_a_demand_keep_rows_and_name_what_is_wrong(office):
    """A demand is written on the generated form, its small tables with it."""
    place = hospital()
    Organisation.objects.filter(pk=place.pk).update(keys=keys_of(place.name_zh))
    writer = liaison(place)
    here = signed_in(writer)
    page = here.get("/challenges/challenge/new/draft/")
    assert page.status_code == 200
    sent = {
        "organisation_id": str(place), "title": "示例榜单", "problem": "示例：" + "难" * 30, "end_user": "示例科室",
        "months": "12", "most_fen": "3万", "mode": "single", "openness": "public",
        "indicators.rows": "1", "indicators.0.name": "灵敏度", "indicators.0.unit": "%", "indicators.0.target": "85",
        "indicators.0.test_method": "示例：多中心", "indicators.0.direction": "at_least",
        "budget.rows": "1", "budget.0.source": "own", "budget.0.amount_fen": "2万", "budget.0.purpose": "",
        "milestones.rows": "0",
    }  # fmt: skip
    answer = here.post("/challenges/challenge/new/draft/", sent)
    page = re.sub(r"<[^>]+>", " ", answer.content.decode())
    assert answer.status_code == 422 and "does not add up" in page, " ".join(page.split())[-2500:]
    answer = here.post("/challenges/challenge/new/draft/", {**sent, "budget.0.amount_fen": "3万"})
    assert answer.status_code == 303
    one = Challenge.objects.get()
    assert one.most_fen == 3_000_000 and one.indicators.get().target == 85 and one.budget_lines.count() == 1
    page = here.get(f"/challenges/challenge/{one.pk}/do/change/").content.decode()
    assert ("灵敏度" in page and "30,000" in page) or "30000" in page


def test_the_interface_for_programs_takes_the_same_demand(office):
    place = hospital()
    head = {"HTTP_AUTHORIZATION": f"Bearer {token(liaison(place), 'challenges.write', 'challenges.read')}"}
    body = {"organisation_id": place.pk, "title": "示例榜单", "problem": "示例：" + "难" * 30, "most_fen": 100,
            "budget": [{"source": "own", "amount_fen": 99}]}  # fmt: skip
    address = "/api/v1/challenges/challenge/draft"
    answer = browser("en").post(address, body, content_type="application/json", **head)
    assert answer.status_code == 422 and "challenges.budget_sum" in answer.content.decode()
    assert not Challenge.objects.exists()


def test_the_experts_form_has_a_row_for_each_criterion(office):
    (expert, signs), *_rest = experts(1)
    one = drafted()
    demands.submit_demand(challenge_id=one.pk, by=one.contact)
    demands.take_up_demand(challenge_id=one.pk, by=office)
    demands.pass_check(challenge_id=one.pk, experts=[expert.pk], by=office)
    row = Appraisal.objects.get()
    here = signed_in(signs)
    page = here.get(f"/challenges/appraisal/{row.pk}/do/sign/").content.decode()
    sent = {"opinion": "示例：可行", "scores.rows": "5", "_seen": str(row.version)}
    for n, criterion in enumerate(("necessity", "innovation", "feasibility", "benefit")):
        assert f'value="{criterion}" selected' in page
        sent |= {f"scores.{n}.criterion": criterion, f"scores.{n}.points": "77"}
    answer = here.post(f"/challenges/appraisal/{row.pk}/do/sign/", sent)
    assert answer.status_code == 303
    row.refresh_from_db()
    assert row.mean_centi == 7700


def test_no_call_page_needs_a_script_or_a_style_of_its_own(office):
    one = published(office)
    with at(one.closes_at - timedelta(days=1)):
        for address in ("/calls/", f"/calls/{one.pk}/", f"/calls/{one.pk}/object/", "/calls/lists/1/"):
            answer = browser("en").get(address)
            page = answer.content.decode()
            assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
            assert "<style" not in page and " style=" not in page and " onclick=" not in page


def test_cancelled_calls_say_why(office):
    one = published(office)
    calls.cancel_challenge(challenge_id=one.pk, reason="示例：财政调整", by=office)
    assert "财政调整" in text(f"/calls/{one.pk}/")
    assert one.title in text("/calls/?standing=ended")
