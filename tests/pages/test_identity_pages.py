"""The review desk: evidence beside masked facts, opened on the ledger, decided in both languages, for stewards alone."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.factories.bonds import account
from tests.factories.identity import arrive, facts, id_number

from xinglin.exchange.identity.models import Review
from xinglin.exchange.identity.queries import patients
from xinglin.exchange.identity.words import ReviewStage
from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser(actor: Account, language: str = "en") -> Client:
    client = Client()
    client.cookies["xinglin_language"] = language
    client.force_login(actor, backend=BACKEND)
    return client


@pytest.fixture
def pair() -> tuple[int, int, Review]:
    one, other = arrive(facts(site=1), facts(site=2, name_zh="林小玲"))
    return one, other, Review.objects.get()


@pytest.mark.parametrize(("language", "words"), [("en", "How far the records agree"), ("zh-hans", "比对证据")])
def test_the_desk_shows_evidence_and_hides_who_it_is(pair: tuple[int, int, Review], language: str, words: str) -> None:
    _one, _other, review = pair
    client = browser(account(Role.STEWARD), language)
    assert f"R{review.left_id}" in client.get("/identity/review/").content.decode()
    page = client.get(f"/identity/review/{review.pk}/").content.decode()
    assert words in page and "■" in page and "□" in page
    # Of a telephone the ends may be seen; of a birth date or a sex they would be all of it.
    for hidden in ("陈大文", "林小玲", "13800138000", id_number(), "意溪镇", "1961", ">m*", ">男"):
        assert hidden not in page


def test_what_the_desk_adds_up_is_all_there_and_both_records_stand_side_by_side() -> None:
    arrive(facts(site=1), facts(site=2, name_zh="林小玲", phone=""))
    review = Review.objects.get()
    page = browser(account(Role.STEWARD)).get(f"/identity/review/{review.pk}/?personal=1").content.decode()
    page = " ".join(re.sub("<[^>]+>", " ", page).split())
    shown = re.search(r"Before anything is compared.*Together.{0,20}", page)
    assert shown
    *terms, total = [float(one) for one in re.findall(r"[+-]\d+\.\d\d", shown[0])]
    assert len(terms) > 4 and terms[0] < 0 and sum(terms) == pytest.approx(total, abs=0.05)
    left, right = (f"Record R{pk}" for pk in (review.left_id, review.right_id))
    assert page.index(f"{left}: Name of") < page.index(f"{right}: Name of") < page.index(f"{left}: Birth date")
    assert page.index(f"{left}: Telephone") < page.index(f"{right}: Telephone not stated") < page.index(f"{left}: Add")


def test_opening_personal_data_is_on_the_ledger_and_documents_stay_masked(pair: tuple[int, int, Review]) -> None:
    _one, _other, review = pair
    page = browser(account(Role.STEWARD)).get(f"/identity/review/{review.pk}/?personal=1").content.decode()
    assert "陈大文" in page and "林小玲" in page and id_number() not in page
    assert LedgerEntry.objects.filter(event="kernel.read", subject_id=review.pk).count() == 1


def test_a_pair_is_decided_on_its_page_and_taken_back(pair: tuple[int, int, Review]) -> None:
    one, other, review = pair
    client = browser(account(Role.STEWARD))
    at = f"/identity/review/{review.pk}/do/"
    assert client.get(at + "link/").status_code == 200
    assert client.post(at + "link/", {"remark": "示例", "version": review.version}).status_code == 303
    assert patients.linked(one) == [one, other]
    person = client.get(f"/identity/indexperson/{patients.person_of(one)}/").content.decode()
    assert f"R{one}" in person and f"R{other}" in person and "陈大文" not in person
    review.refresh_from_db()
    assert client.post(at + "decide_again/", {"remark": "", "version": review.version}).status_code == 303
    review.refresh_from_db()
    assert review.stage == ReviewStage.OPEN and patients.linked(one) == [one]


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.LIAISON, Role.AUTHORITY, Role.SYSTEM_ADMIN])
def test_nobody_else_sees_the_desk(pair: tuple[int, int, Review], role: Role) -> None:
    one, _other, review = pair
    client = browser(account(role))
    assert client.get(f"/identity/review/{review.pk}/").status_code == 404
    assert client.get(f"/identity/indexperson/{patients.person_of(one)}/").status_code == 404
    assert f"R{review.left_id} " not in client.get("/identity/review/").content.decode()
    assert client.get("/identity/indexperson/not-a-number/").status_code == 404
    for words in ("词", "9" * 30, "1"):
        assert client.get("/identity/indexperson/", {"q": words}).status_code == 200
