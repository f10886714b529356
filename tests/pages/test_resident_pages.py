"""The resident's own pages and the doctor's: who finds what there, and what is written down about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import bonds, catalogue, consent, results
from tests.factories.portal import BACKEND

from xinglin.exchange.catalogue.models import Site
from xinglin.exchange.consent.models import Binding, BreakGlass, Consent, Wish
from xinglin.exchange.intake.words import SUPERSEDED
from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db
GLUCOSE, POTASSIUM, HIV = 1, 2, 10


@dataclass
class Case:
    """Two hospitals, one patient of both, somebody else; glucose at both, an HIV test at the second."""

    here: Site
    there: Site
    who: int
    other: int
    me: Account
    doctor: Account


def browser(account: Account | None, language: str = "en") -> Client:
    client = Client()
    client.cookies["xinglin_language"] = language
    if account is not None:
        client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def case() -> Case:
    small = catalogue.small()
    here, there = list(Site.objects.order_by("number")[:2])
    assert small is not None
    who, other = consent.person(here, there, name_zh="示例陈某"), consent.person(there)
    for value, at, days in (("5.5", here, 40), ("6.9", there, 20), ("5.1", there, 2)):
        results.result(who, at, GLUCOSE, value, days=days, reference="3.9-6.1", sent=f"{value} mmol/L")
    results.result(who, there, GLUCOSE, "55", days=3, status=SUPERSEDED, sent="55 mmol/L")
    report = results.report(who, there, title="示例胸部CT", image_url="https://images.example.org/1",
                            conclusion="示例结论")  # fmt: skip
    results.result(who, there, POTASSIUM, "4.1", report=report.pk)
    secret = results.report(who, there, title="示例病毒抗体报告")
    results.result(who, there, HIV, None, text="示例阳性", report=secret.pk)
    results.result(who, there, 0, "1.1", local_name="示例未对照项目")
    return Case(here, there, who, other, consent.resident(who), consent.doctor(here))


def page(client: Client, name: str, *args: Any, **query: Any) -> Any:
    return client.get(reverse(name, args=args), query)


def test_the_resident_sees_everything_of_every_hospital(case: Case) -> None:
    client = browser(case.me)
    assert page(client, "resident-home").headers["Location"] == reverse("resident-results", args=[case.who])
    text = page(client, "resident-results", case.who).content.decode()
    for expected in (
        "示例陈某",
        "Glucose",
        "HIV antibody",
        "示例未对照项目",
        "示例胸部CT",
        "images.example.org",
        "<svg",
    ):
        assert expected in text, expected
    assert 'style="' not in text and "<script>" not in text
    one = page(client, "resident-results", case.who, item=GLUCOSE).content.decode()
    assert one.count('class="dot') == 6 and "Above the range" in one and "Replaced by a corrected result" in one
    assert case.here.name in one and case.there.name in one
    paper = page(client, "resident-print", case.who).content.decode()
    assert "6.9 mmol/L" in paper and "HIV antibody" in paper
    entry = LedgerEntry.objects.filter(event="consent.viewed").order_by("id").first()
    assert entry and entry.data["ground"] == "self" and entry.data["count"] == 7


def test_filters(case: Case) -> None:
    client = browser(case.me)
    text = page(client, "resident-results", case.who, hospital=case.here.number).content.decode()
    assert "Glucose" in text and "Potassium" not in text
    text = page(client, "resident-results", case.who, since="2200-01-01").content.decode()
    assert "No results are here." in text
    assert page(client, "resident-results", case.who, item="x" * 200, since="32-13-1").status_code == 200


def test_nobody_else_finds_the_page(case: Case) -> None:
    for name in ("results", "print", "data", "consents", "seen", "requests"):
        assert page(browser(None), f"resident-{name}", case.who).status_code == 302
        for account in (case.doctor, bonds.account(Role.SECRETARIAT), consent.resident(case.other)):
            assert page(browser(account), f"resident-{name}", case.who).status_code == 404


def test_a_copy_to_take_along(case: Case) -> None:
    response = page(browser(case.me), "resident-data", case.who)
    bundle = json.loads(response.content)
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert bundle["type"] == "collection" and kinds.count("Observation") == 7 and kinds.count("DiagnosticReport") == 2
    assert "attachment" in response.headers["Content-Disposition"]
    assert LedgerEntry.objects.filter(event="consent.data_taken", subject_id=str(case.who)).exists()


def test_giving_and_withdrawing_take_one_form_each_on_one_page(case: Case) -> None:
    text = consent.notice()
    client, address = browser(case.me), reverse("resident-consents", args=[case.who])
    assert "示例告知书" in client.get(address).content.decode()
    typed = {"_do": "give-treatment", "purpose": "treatment", "notice_id": text.pk,
             "recipient": case.here.organisation_id, "until": ""}  # fmt: skip
    assert client.post(address, {**typed, "recipient": ""}).status_code == 422
    assert client.post(address, {**typed, "notice_id": "01J"}).status_code == 422
    assert client.post(address, typed).status_code == 303
    given = Consent.objects.get()
    assert page(browser(case.doctor), "patient-results", case.who).status_code == 200
    foreign = consent.consent(case.other, case.here)
    assert client.post(address, {"_do": "withdraw", "consent": foreign.pk}).status_code == 404
    assert client.post(address, {"_do": "withdraw", "consent": given.pk}).status_code == 303
    given.refresh_from_db()
    assert given.stage == "withdrawn"
    everyone = {**typed, "recipient": "*", "until": "2999-01-01"}
    assert client.post(address, everyone).status_code == 422  # a year nobody can mean


def test_a_doctor_sees_what_the_ground_opens(case: Case) -> None:
    client = browser(case.doctor)
    own = page(client, "patient-results", case.who).content.decode()
    assert "Glucose" in own and "5.5" in own and "6.9" not in own and "示例胸部CT" not in own
    assert page(client, "patient-results", case.other).status_code == 404
    assert page(client, "patient-results", 999_999_999).status_code == 404
    consent.visit(case.who, case.here, "another-doctor")
    all_but_hiv = page(client, "patient-results", case.who).content.decode()
    assert "示例胸部CT" in all_but_hiv and "5.1" in all_but_hiv
    for hidden in ("HIV", "示例病毒抗体报告", "示例阳性", "示例未对照项目"):
        assert hidden not in all_but_hiv
    consent.visit(case.who, case.here, case.doctor.pk)
    treating = page(client, "patient-results", case.who).content.decode()
    assert "HIV antibody" in treating and "示例病毒抗体报告" in treating
    assert page(client, "patient-results", case.who, print=1).status_code == 200
    counts = LedgerEntry.objects.filter(event="consent.viewed").order_by("id").values_list("data__count", flat=True)
    assert list(counts) == [1, 5, 7, 7]
    seen = page(browser(case.me), "resident-seen", case.who).content.decode()
    assert str(case.doctor) in seen and "Treating relation" in seen
    assert page(browser(bonds.account(Role.SECRETARIAT)), "patient-results", case.who).status_code == 404


def test_finding_a_patient_and_breaking_the_glass(case: Case) -> None:
    client, address = browser(case.doctor), reverse("patients")
    record = consent.with_document(case.there, name_zh="示例李某")
    typed = {"_do": "document", "document_kind": "id_card", "document_number": "440524188001010014"}
    unknown = client.post(address, {**typed, "document_number": "11010519491231002X"})
    forbidden = client.post(address, typed)
    assert unknown.status_code == forbidden.status_code == 422
    sentence = "There are no results here that you may see."
    assert sentence in unknown.content.decode() and sentence in forbidden.content.decode()
    urgent = {**typed, "_do": "emergency", "reason": "示例抢救"}
    opened = client.post(address, urgent)
    assert opened.status_code == 303 and BreakGlass.objects.get().person == record.person_id
    assert client.get(opened.headers["Location"]).status_code == 200
    laboratory = browser(consent.doctor(case.here, Role.LABORATORY))
    assert "In an emergency" not in laboratory.get(address).content.decode()
    assert laboratory.post(address, urgent).status_code == 200 and BreakGlass.objects.count() == 1
    mine = client.post(address, {"_do": "record", "local_id": "E000000"})
    assert mine.status_code == 422
    assert page(browser(bonds.account(Role.SECRETARIAT)), "patients").status_code == 403


def test_the_counter_and_the_way_in(case: Case) -> None:
    record = consent.with_document(case.here, name_zh="示例王某")
    clerk = browser(consent.doctor(case.here, Role.LIAISON))
    typed = {"_do": "offer", "document_kind": "id_card", "document_number": "440524188001010014", "relation": "self"}
    made = clerk.post(reverse("resident-counter"), typed)
    code = made.context["code"]
    assert made.status_code == 200 and code in made.content.decode()
    assert code not in clerk.get(reverse("resident-counter")).content.decode()
    stranger = browser(None)
    assert stranger.get(reverse("resident-join")).status_code == 200
    own = {"_do": "open", "code": code, "username": "shili-wang", "password": "Ganlan-Shu-2026!",
           "again": "Ganlan-Shu-2026!"}  # fmt: skip
    assert stranger.post(reverse("resident-join"), {**own, "code": "AAAA"}).status_code == 422
    assert stranger.post(reverse("resident-join"), own).status_code == 303
    assert page(stranger, "resident-results", record.person_id).status_code == 200
    assert Binding.objects.get(stage="bound").person == record.person_id
    account = Account.objects.get(username="shili-wang")
    assert page(browser(account), "list", "roster", "nomination").status_code == 200
    assert page(browser(case.me), "resident-counter").status_code == 403


def test_asking_about_a_look(case: Case) -> None:
    page(browser(case.doctor), "patient-results", case.who)
    entry = LedgerEntry.objects.get(event="consent.viewed")
    client, address = browser(case.me), reverse("resident-requests", args=[case.who])
    assert str(case.doctor) in client.get(address, {"about": entry.pk}).content.decode()
    typed = {"_do": "make", "kind": "objection", "text": "示例异议", "about": str(entry.pk),
             "organisation": case.here.organisation_id}  # fmt: skip
    assert client.post(address, {**typed, "text": ""}).status_code == 422
    assert client.post(address, typed).status_code == 303
    assert Wish.objects.get().about == str(entry.pk)
    assert client.get(reverse("dossier", args=["consent", "wish", Wish.objects.get().pk])).status_code == 200


def test_a_hospital_takes_a_consent_down(case: Case) -> None:
    consent.notice()
    client, address = browser(case.doctor), reverse("patient-consent", args=[case.who])
    typed = {"_do": "take", "purpose": "treatment", "way": "signed", "evidence": "示例 2026-7", "standing": "self"}
    assert client.post(address, {**typed, "evidence": ""}).status_code == 422
    assert client.post(address, typed).status_code == 303
    assert Consent.objects.get().recipient == case.here.organisation_id
    assert page(client, "patient-consent", case.other).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_in_both_languages(case: Case, language: str) -> None:
    consent.notice()
    client, doctor = browser(case.me, language), browser(case.doctor, language)
    for name in ("results", "print", "consents", "seen", "requests"):
        assert page(client, f"resident-{name}", case.who).status_code == 200
    clerk = browser(consent.doctor(case.here, Role.LABORATORY), language)
    for one, route in ((doctor, "patients"), (clerk, "resident-counter"), (client, "resident-join")):
        assert page(one, route).status_code == 200


def test_a_resident_reads_of_others_what_the_public_reads(case: Case) -> None:
    from xinglin.roster.queries.register import people_for

    hidden = bonds.person(consent_publish_at=None, consent_publish_by="")
    assert hidden in people_for(case.doctor) and hidden not in people_for(case.me)
    assert page(browser(case.me), "dossier", "roster", "person", hidden.pk).status_code == 404
