"""What residents and the press see: only what may be published, every number as long as its list."""

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import bonds
from tests.factories.entrance import browser

from xinglin.kernel import clock, ledger
from xinglin.kernel.words import Role
from xinglin.portal.edges import CONTENT_SECURITY_POLICY
from xinglin.roster.actions import bodies, organisations, people
from xinglin.roster.models import Person, Plaque, PublishedList
from xinglin.roster.words.bodies import CommitteeKind, ListKind
from xinglin.roster.words.register import OrganisationKind, TitleRank

pytestmark = pytest.mark.django_db
PAGES = (
    "/",
    "/public/",
    "/members/",
    "/experts/",
    "/lists/",
    "/verify/",
    "/ledger/roots/",
    "/privacy/",
    "/accessibility/",
)


def text(address: str, language: str = "en") -> str:
    answer = browser(language).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def office() -> Any:
    return bonds.account(Role.SECRETARIAT, name="office")


@pytest.fixture
def alliance(office: Any) -> Any:
    """A hospital, an alliance, an expert committee, two experts of whom one agreed, and a published list of both."""
    one = organisations.propose_organisation(
        name_zh="示例市第一人民医院", kind=OrganisationKind.HOSPITAL, region="445100", by=office
    )
    organisations.admit_organisation(organisation_id=one.pk, by=office)
    bodies.describe_alliance(
        name_zh="示例医疗联盟", name_en="Example Alliance", theme="同行", region="445100", lead_authority_id=one.pk,
        secretariat_id=one.pk, founded_on=clock.today(), by=office,
    )  # fmt: skip
    term = bodies.prepare_term(number=1, title="第一届", aims="示例", by=office)
    bodies.set_up_committee(term_id=term.pk, kind=CommitteeKind.EXPERT, name="专家委员会", by=office)
    found = []
    for name in ("林公开（示例）", "陈未同意（示例）"):
        person = people.propose_person(
            name_zh=name, title_rank=TitleRank.SENIOR, title="主任医师", practice_region="445100", by=office
        )
        people.admit_person(person_id=person.pk, by=office)
        people.add_affiliation(person_id=person.pk, organisation_id=one.pk, main=True, by=office)
        found.append(person)
    Person.objects.filter(pk=found[0].pk).update(
        consent_publish_at=clock.now(), consent_publish_by="x", native_region="445102"
    )
    people.set_specialties(person_id=found[0].pk, specialties=["03.04"], by=office)
    return one, found, term


def publish(term: Any, office: Any, entries: list[dict[str, Any]]) -> PublishedList:
    import json

    digest = hashlib.sha256(json.dumps(entries, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return PublishedList.objects.create(
        term=term, kind=ListKind.EXPERTS, title="第一届专家名单", edition=1, entries=entries, digest=digest,
        stage="published", published_on=clock.today(), created_by=office.pk,
    )  # fmt: skip


@pytest.fixture
def listed(alliance: Any, office: Any) -> PublishedList:
    _one, found, term = alliance
    named = {
        "id": found[0].pk,
        "name": str(found[0]),
        "pool": "local",
        "role": "member",
        "named": True,
        "place": "",
        "title": "",
    }
    hidden = {"id": "", "name": "", "pool": "elsewhere", "role": "member", "named": False, "place": "", "title": ""}
    return publish(term, office, [named, hidden])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("address", PAGES)
def test_every_public_page_stands_even_before_there_is_anything(address: str, language: str) -> None:
    answer = browser(language).get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    page = answer.content.decode()
    assert " style=" not in page
    assert "<script>" not in page
    assert f'lang="{"zh-Hans" if language.startswith("zh") else "en"}"' in page
    assert page.count("<h1") == 1


def test_the_home_page_introduces_the_alliance(alliance: Any, listed: PublishedList) -> None:
    assert "Example Alliance" in text("/")
    page = text("/", "zh-hans")
    assert "示例医疗联盟" in page
    assert "同行" in page
    assert "示例市第一人民医院" in page


def test_every_counter_is_as_long_as_the_list_it_opens(alliance: Any, listed: PublishedList) -> None:
    page = text("/")
    found = dict(re.findall(r'<dt>([^<]+)</dt><dd><a href="([^"]+)">', page))
    values = dict(re.findall(r'<dt>([^<]+)</dt><dd><a href="[^"]+">([\d,]+)</a>', page))
    assert values["Experts from elsewhere"] == values["Local experts, full senior title"] == "1"
    for label, address in found.items():
        shown = text(address.replace("&amp;", "&"))
        assert re.search(rf"\b{values[label]}\b", shown), (label, address)


def test_only_those_who_agreed_are_named(alliance: Any, listed: PublishedList) -> None:
    _one, (agreed, other), _term = alliance
    for address in ("/experts/", f"/lists/{listed.pk}/"):
        page = text(address)
        assert str(agreed) in page
        assert str(other) not in page
    assert browser().get(reverse("public-expert", args=[other.pk])).status_code == 404
    page = text(reverse("public-expert", args=[agreed.pk]))
    assert "Neurology" in page or "03.04" in page
    # A native place is for the alliance, a birth year and a telephone for nobody here.
    assert "445102" not in page
    assert "Xiangqiao" not in page


def test_whoever_withdraws_is_no_longer_named_anywhere(alliance: Any, listed: PublishedList) -> None:
    _one, (agreed, _other), _term = alliance
    file = reverse("public-list-file", args=[listed.pk])
    assert browser().get(file).status_code == 200
    Person.objects.filter(pk=agreed.pk).update(consent_publish_at=None, consent_publish_by="")
    page = text(f"/lists/{listed.pk}/")
    assert str(agreed) not in page
    assert "withdrew" in page
    assert browser().get(file).status_code == 404
    assert str(agreed) not in text("/experts/")
    assert agreed.pk not in browser().get("/sitemap.xml").content.decode()


def test_a_list_can_be_checked_by_anybody(listed: PublishedList) -> None:
    file = browser().get(reverse("public-list-file", args=[listed.pk]))
    assert hashlib.sha256(file.content).hexdigest() == listed.digest
    assert listed.digest in text(f"/lists/{listed.pk}/")


def test_lists_that_are_not_published_do_not_exist_here(listed: PublishedList) -> None:
    PublishedList.objects.update(stage="drawn_up", published_on=None)
    assert browser().get(f"/lists/{listed.pk}/").status_code == 404
    assert "第一届专家名单" not in text("/lists/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True), ("?q=林公开", True), ("?q=lgk", True), ("?q=陈", False), ("?specialty=03", True),
        ("?specialty=03.04", True),
        ("?specialty=04", False), ("?city=445100", True), ("?city=440100", False), ("?pool=local", False),
        ("?specialty=nonsense&city=x&pool=y&page=zz", True), ("?q=%00", True), ("?q=" + "x" * 500, False),
    ],
)  # fmt: skip
def test_the_directory_narrows(alliance: Any, query: str, found: bool) -> None:
    assert ("林公开" in re.sub(r"<form.*?</form>", "", text("/experts/" + query), flags=re.DOTALL)) is found


def plaque(**more: Any) -> Plaque:
    fields = {
        "number": "PL-2026-0001", "name": "名医工作室", "granting": bonds.hospital("示例授牌单位"),
        "receiving": bonds.hospital("示例挂牌单位"), "granted_on": clock.today(),
        "until": clock.today() + timedelta(days=365),
        "code": "ABCDEFGHJK", "stage": "granted",
    }  # fmt: skip
    return Plaque.objects.create(**{**fields, **more})


@pytest.mark.parametrize("typed", ["ABCDEFGHJK", "abcde-fghjk", " ABCDE FGHJK "])
def test_a_plaque_that_holds(typed: str) -> None:
    plaque()
    answer = browser().get("/verify/", {"code": typed}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'class="answer good"' in page
    assert "示例挂牌单位" in page
    assert "示例授牌单位" in page
    assert answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("change", "words", "tone"),
    [
        (
            {"granted_on": clock.today() - timedelta(days=9), "until": clock.today() - timedelta(days=1)},
            "its time ended",
            "wait",
        ),
        ({"stage": "revoked", "revoked_on": clock.today(), "closed_because": "示例"}, "was revoked", "bad"),
        ({"granted_on": clock.today() + timedelta(days=2)}, "holds only from", "wait"),
    ],
)
def test_a_plaque_that_does_not(change: dict[str, Any], words: str, tone: str) -> None:
    plaque(**change)
    page = text("/v/ABCDEFGHJK/")
    assert words in page
    assert f'class="answer {tone}"' in page


@pytest.mark.parametrize("code", ["ZZZZZ-ZZZZZ", "x", "<script>", "0" * 60, "李"])
def test_a_code_that_was_never_given_out(code: str) -> None:
    answer = browser().get("/verify/", {"code": code}, follow=True)
    assert answer.status_code == 404
    assert "<script>" not in answer.content.decode()
    assert "answer bad" in answer.content.decode() or "does not exist" in answer.content.decode()


def test_roots_are_public_and_say_nothing_else() -> None:
    bonds.account(Role.EXPERT, ("person", "x"), name="quiet-one")
    ledger.seal_all()
    page = text("/ledger/roots/")
    assert ledger.latest_root() in page
    assert "quiet-one" not in page


def test_the_privacy_notice_is_a_template_until_the_operator_completes_it() -> None:
    from xinglin.kernel import configuration

    assert "This is a template" in text("/privacy/")
    by = bonds.account(Role.SYSTEM_ADMIN)
    for key, value in (("portal.processor", "示例医学会"), ("portal.processor_contact", "privacy@example.org")):
        configuration.set_rule(key=key, value=value, valid_from=clock.today(), source_document="示例", by=by)
    page = text("/privacy/", "zh-hans")
    assert "示例医学会" in page
    assert "privacy@example.org" in page
    assert "模板" not in page


def test_search_engines_are_told_what_is_public(listed: PublishedList) -> None:
    robots = browser().get("/robots.txt").content.decode()
    assert "Disallow: /accounts/" in robots
    assert "Sitemap: http" in robots
    sitemap = browser().get("/sitemap.xml").content.decode()
    assert f"/lists/{listed.pk}/" in sitemap
    assert "/administration/" not in sitemap
