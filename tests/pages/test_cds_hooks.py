"""A real client's sequence: discovery, patient-view, order-select, order-sign, feedback; and what goes wrong."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from tests.factories import bonds
from tests.factories.portal import token
from tests.factories.recognition import World

from xinglin.exchange.catalogue.queries import snapshot as held
from xinglin.exchange.consent.models import Relation
from xinglin.exchange.identity.models import Patient
from xinglin.exchange.intake.models import Report
from xinglin.exchange.recognition.actions import counting
from xinglin.exchange.recognition.models import Decision, SavingEntry
from xinglin.kernel import clock, permits
from xinglin.kernel.models import LedgerEntry
from xinglin.kernel.words import Role
from xinglin.portal.cds import service
from xinglin.portal.pages import savings as savings_page
from xinglin.portal.templatetags.house import told

SIGN, SELECT, VIEW = "xinglin-order-sign", "xinglin-order-select", "xinglin-patient-view"
LOINC = "http://loinc.org"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(held, "CHECK_EVERY", 0)
    held.forget()
    service.forget()
    yield
    held.forget()
    service.forget()


class Hospital:
    """The order-entry system of the first hospital, which knows CDS Hooks 2.0 and nothing of us."""

    def __init__(self, world: World) -> None:
        self.world = world
        permits.grant(account=world.system, role=Role.DOCTOR,
                      scope=("organisation", world.here.organisation_id), by=permits.the_program())  # fmt: skip
        self.secret = token(world.system, "recognition.ask", "recognition.decide")
        self.client = Client(headers={"Accept-Language": "en"})
        self.local = Patient.objects.get(pk=world.patient).local_id
        self.encounter = "E1"

    def post(self, address: str, sent: Any, secret: str | None = None) -> Any:
        return self.client.post(
            address, data=sent if isinstance(sent, (str, bytes)) else json.dumps(sent), content_type="application/json",
            headers={"Authorization": f"Bearer {secret or self.secret}", "Accept-Language": "en"},
        )  # fmt: skip

    def draft(self, number: int, code: str, system: str = LOINC) -> dict[str, Any]:
        return {"resource": {
            "resourceType": "ServiceRequest", "id": f"d{number}", "status": "draft", "intent": "order",
            "code": {"coding": [{"system": system, "code": code}]},
        }}  # fmt: skip

    def request(self, hook: str, *drafts: Any, **more: Any) -> dict[str, Any]:
        context = {
            "userId": "Practitioner/D77", "patientId": self.local, "encounterId": self.encounter,
            "draftOrders": {"resourceType": "Bundle", "entry": list(drafts)}, **more.pop("context", {}),
        }  # fmt: skip
        return {"hook": hook, "hookInstance": str(uuid.uuid4()), "context": context, **more}

    def sign(self, *drafts: Any, **more: Any) -> list[dict[str, Any]]:
        answered = self.post(f"/cds-services/{SIGN}", self.request("order-sign", *drafts, **more))
        assert answered.status_code == 200, answered.content
        return answered.json()["cards"]

    def feedback(self, card: str, outcome: str, reason: str = "", comment: str = "") -> dict[str, Any]:
        one: dict[str, Any] = {"card": card, "outcome": outcome, "outcomeTimestamp": "2026-11-22T10:00:00Z"}
        if outcome == "accepted":
            one["acceptedSuggestions"] = [{"id": str(uuid.uuid4())}]
        elif reason:
            coding = {"code": reason, "system": "urn:xinglin:recognition:reason"}
            one["overrideReason"] = {"reason": coding, "userComment": comment}
        answered = self.post(f"/cds-services/{SIGN}/feedback", {"feedback": [one]})
        assert answered.status_code == 200, answered.content
        return answered.json()["outcomes"][0]


@pytest.fixture
def hospital(db: None) -> Hospital:
    return Hospital(World())


def test_discovery(client: Client) -> None:
    found = client.get("/cds-services", headers={"Accept-Language": "en"})
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    services = {one["hook"]: one for one in found.json()["services"]}
    assert set(services) == {"patient-view", "order-select", "order-sign"}
    assert all(one["id"] and one["title"] and one["description"] and one["prefetch"] for one in services.values())


def test_a_visit_from_opening_to_saving(hospital: Hospital) -> None:
    world = hospital.world
    world.result(2), world.result(1, site=world.far, days=3)
    opened = hospital.post(f"/cds-services/{VIEW}", hospital.request("patient-view"))
    (card,) = opened.json()["cards"]
    assert card["indicator"] == "info" and "2 to be recognised" in card["summary"]
    selected = hospital.post(f"/cds-services/{SELECT}", hospital.request(
        "order-select", hospital.draft(1, "2823-3"), hospital.draft(2, "14749-6"),
        context={"selections": ["ServiceRequest/d1"]},
    )).json()["cards"]  # fmt: skip
    assert [card["indicator"] for card in selected] == ["warning"]
    cards = hospital.sign(hospital.draft(1, "2823-3"), hospital.draft(2, "14749-6"), hospital.draft(3, "4548-4"))
    assert [card["indicator"] for card in cards] == ["critical", "critical"]
    potassium = next(card for card in cards if "Potassium" in card["summary"])
    assert potassium["uuid"] == selected[0]["uuid"] and "4.2 mmol/L" in potassium["summary"]
    assert potassium["source"]["label"] and potassium["selectionBehavior"] == "at-most-one"
    (suggestion,) = potassium["suggestions"]
    assert suggestion["actions"] == [
        {"type": "delete", "description": "Remove the order of Potassium", "resourceId": "ServiceRequest/d1"}
    ]
    assert [one["code"] for one in potassium["overrideReasons"]][-2:] == ["98", "99"]
    assert all(len(card["summary"]) <= 140 for card in cards)
    taken = hospital.feedback(potassium["uuid"], "accepted")
    assert (taken["booked"], taken["stage"]) == (True, "recognised")
    assert hospital.feedback(potassium["uuid"], "accepted")["booked"]
    glucose = next(card for card in cards if card is not potassium)
    assert hospital.feedback(glucose["uuid"], "overridden", "02")["stage"] == "declined"
    assert sum(SavingEntry.objects.values_list("amount_fen", flat=True)) == 400
    assert Decision.objects.get(item=2).decided_by == "D77"
    # What this doctor has handled is not shown again.
    assert hospital.sign(hospital.draft(1, "2823-3"), hospital.draft(2, "14749-6")) == []


def test_what_is_shown_on_opening_the_visit_is_a_reminder(hospital: Hospital) -> None:
    world = hospital.world
    world.result(2), world.result(1, site=world.far, days=3)
    opened = hospital.request("patient-view")
    for _again in range(2):
        (card,) = hospital.post(f"/cds-services/{VIEW}", opened).json()["cards"]
        assert "2 to be recognised" in card["summary"] and Decision.objects.filter(stage="reminded").count() == 2
    cards = hospital.sign(hospital.draft(1, "2823-3"))
    row = Decision.objects.get(key=cards[0]["uuid"])
    assert Decision.objects.count() == 2 and row.ordered_at, "the same reminder, signed now"
    hospital.feedback(cards[0]["uuid"], "accepted")
    (card,) = hospital.post(f"/cds-services/{VIEW}", opened).json()["cards"]
    assert "1 to be recognised" in card["summary"] and "Potassium" not in card["detail"]


def test_naming_a_visit_is_on_record_for_the_patient(hospital: Hospital) -> None:
    hospital.world.result(2)
    assert hospital.sign(hospital.draft(1, "2823-3"))
    assert Relation.objects.filter(person=hospital.world.person, visit="E1", doctor="D77").exists()
    seen = LedgerEntry.objects.filter(event="consent.viewed", subject_id=str(hospital.world.person))
    assert seen.count() == 1 and seen.get().data["count"] == 1
    with override("zh-hans"):
        assert "开单时的既往结果" in told(seen.get()), "said to the patient in words"


def test_without_visit_or_consent_there_is_nothing(hospital: Hospital) -> None:
    Relation.objects.all().delete()
    hospital.world.result(2)
    assert hospital.sign(hospital.draft(1, "2823-3"), context={"encounterId": None}) == []
    assert not Decision.objects.exists()


def test_a_patient_who_was_not_sent_yet_comes_with_the_request(hospital: Hospital) -> None:
    prefetch = {"patient": {"resourceType": "Patient", "id": "NEW1", "name": [{"text": "示例丙"}], "gender": "female",
                            "birthDate": "1980-01-02"}}  # fmt: skip
    more = {"context": {"patientId": "NEW1"}, "prefetch": prefetch}
    assert hospital.sign(hospital.draft(1, "2823-3"), **more) == []
    assert Patient.objects.filter(site=hospital.world.here.number, local_id="NEW1").exists()
    assert hospital.sign(hospital.draft(1, "2823-3"), context={"patientId": "NOBODY"}) == []


def test_a_hospitals_own_code_counts_by_its_confirmed_mapping(hospital: Hospital) -> None:
    from tests.factories import catalogue

    world = hospital.world
    catalogue.mapping(world.here, "K01", world.catalogue.items[2], system="urn:his")
    catalogue.CatalogueState.move_on()
    world.result(2)
    assert len(hospital.sign(hospital.draft(1, "K01", "urn:his"), hospital.draft(2, "NOPE", "urn:his"))) == 1


def test_a_panel_in_part_removes_no_order(hospital: Hospital) -> None:
    hospital.world.result(5)
    (card,) = hospital.sign(hospital.draft(1, "LAB-HEM-CBC", "urn:xinglin:item"))
    assert card["indicator"] == "info" and "suggestions" not in card and "no usable result" in card["detail"]


def test_images_are_opened_through_the_card(hospital: Hospital) -> None:
    world = hospital.world
    report = Report.objects.create(site=world.near.number, report_no="R1", status="final", patient=1, digest=b"",
                                   image_url="https://images.example.org/1", title="胸部CT")  # fmt: skip
    world.result(12, flags=4, report=report.pk, number=None, text="示例")
    (card,) = hospital.sign(hospital.draft(1, "IMG-CT-CHEST", "urn:xinglin:item"))
    refused = hospital.feedback(card["uuid"], "accepted")
    assert (refused["booked"], refused["code"]) == (False, "recognition.image_not_opened")
    result, images = (link["url"] for link in card["links"])
    visitor = Client(headers={"Accept-Language": "en"})
    page = visitor.get(result[result.index("/recognition/") :])
    assert page.status_code == 200 and "示例" in page.content.decode() and page.headers["Cache-Control"] == "no-store"
    onward = visitor.get(images[images.index("/recognition/") :])
    assert (onward.status_code, onward.headers["Location"]) == (302, "https://images.example.org/1")
    assert Decision.objects.get().image_opened_at
    assert hospital.feedback(card["uuid"], "accepted")["booked"]
    assert visitor.get(result[result.index("/recognition/") : -3] + "x/").status_code == 404


def test_overridden_without_a_reason_stays_undecided(hospital: Hospital) -> None:
    hospital.world.result(2)
    (card,) = hospital.sign(hospital.draft(1, "2823-3"))
    assert hospital.feedback(card["uuid"], "overridden")["stage"] == "viewed"
    assert hospital.feedback(card["uuid"], "overridden", "08")["code"] == "recognition.reason_words"
    assert hospital.feedback(card["uuid"], "overridden", "08", "示例")["stage"] == "declined"
    assert hospital.feedback(str(uuid.uuid4()), "accepted")["code"] == "absent"


def test_another_hospital_decides_nothing_here(hospital: Hospital) -> None:
    world = hospital.world
    world.result(2)
    (card,) = hospital.sign(hospital.draft(1, "2823-3"))
    other = token(world.stranger, "recognition.ask", "recognition.decide")
    sent = {"feedback": [{"card": card["uuid"], "outcome": "accepted"}]}
    (outcome,) = hospital.post(f"/cds-services/{SIGN}/feedback", sent, other).json()["outcomes"]
    assert outcome["code"] == "absent" and Decision.objects.get().stage == "reminded"


BAD: list[tuple[str, Any, int]] = [
    ("no JSON", "{", 400), ("no object", "[]", 422), ("nothing", "{}", 422),
    ("another hook", {"hook": "order-select", "hookInstance": str(uuid.uuid4()), "context": {"patientId": "1"}}, 422),
    ("no instance", {"hook": "order-sign", "hookInstance": "x", "context": {"patientId": "1"}}, 422),
    ("no patient", {"hook": "order-sign", "hookInstance": str(uuid.uuid4()), "context": {}}, 422),
    ("odd shapes", {"hook": "order-sign", "hookInstance": str(uuid.uuid4()), "prefetch": 7, "extension": [],
                    "context": {"patientId": [1], "draftOrders": {"entry": [1, {"resource": []}, {"resource": {
                        "resourceType": "ServiceRequest", "code": {"coding": "x"}}}]}, "selections": 3}}, 200),
    ("a sign no database keeps", {"hook": "order-sign", "hookInstance": str(uuid.uuid4()), "context": {
        "patientId": "Q\0", "userId": "D\0", "encounterId": "\0", "draftOrders": {"entry": [{"resource": {
            "resourceType": "ServiceRequest", "id": "\0", "code": {"coding": [{"code": "\0"}]}}}]}}}, 200),
    ("odd patient", {"hook": "order-sign", "hookInstance": str(uuid.uuid4()),
                     "prefetch": {"patient": {"resourceType": "Patient", "name": 5}},
                     "context": {"patientId": "Q", "draftOrders": {}}}, 422),
    *[(f"born {born}", {"hook": "order-sign", "hookInstance": str(uuid.uuid4()),
                        "prefetch": {"patient": {"resourceType": "Patient", "birthDate": born}},
                        "context": {"patientId": "Q", "draftOrders": {}}}, status)
      for born, status in (("1980-02-30", 422), ("yesterday", 422), (19800102, 422), ("1980-02", 200), ("", 200))],
]  # fmt: skip


@pytest.mark.parametrize(("sent", "status"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_bad_requests_are_refused_in_sentences(hospital: Hospital, sent: Any, status: int) -> None:
    answered = hospital.post(f"/cds-services/{SIGN}", sent)
    assert answered.status_code == status, answered.content
    if status != 200:
        assert answered.headers["Content-Type"] == "application/problem+json" and answered.json()["sentence"]


def test_tokens(hospital: Hospital) -> None:
    sent = hospital.request("order-sign")
    weak = token(hospital.world.system, "read")
    for secret, status in (("xl_nothing", 401), (weak, 403)):
        assert hospital.post(f"/cds-services/{SIGN}", sent, secret).status_code == status
    assert Client().post(f"/cds-services/{SIGN}", data="{}", content_type="application/json").status_code == 401
    assert hospital.post("/cds-services/nothing", sent).status_code == 404
    assert hospital.client.options(f"/cds-services/{SIGN}").status_code == 204


def test_the_short_call(hospital: Hospital) -> None:
    hospital.world.result(2)
    Relation.objects.all().delete()
    sent = {"patient": hospital.local, "items": ["LAB-CHEM-K", "NOPE", "14749-6"]}
    answered = hospital.post("/api/v1/recognition/ask", sent).json()
    assert [one["standing"] for one in answered["items"]] == ["none", "unknown", "none"]
    answered = hospital.post("/api/v1/recognition/ask", {**sent, "visit": "V9", "doctor": "D77"}).json()
    first = answered["items"][0]
    assert (first["standing"], first["result"], answered["ground"]) == ("must", "4.2 mmol/L", "treating")
    assert first["reasons"] and first["decision"] and first["links"]
    done = hospital.post(f"/api/v1/recognition/decision/{first['decision']}/recognise", {},
                         token(hospital.world.system, "write", "read"))  # fmt: skip
    assert done.status_code == 200, done.content
    again = {"patient": hospital.local, "visit": "V9", "order": "O1", "items": ["2823-3"]}
    assert hospital.post("/api/v1/recognition/orders", again).json()["placed"] == 1
    assert sum(SavingEntry.objects.values_list("amount_fen", flat=True)) == 0
    assert hospital.post("/api/v1/recognition/orders", {**again, "revoked": True}).json()["revoked"] == 1
    assert sum(SavingEntry.objects.values_list("amount_fen", flat=True)) == 400


def test_several_at_once(hospital: Hospital) -> None:
    hospital.world.result(2), hospital.world.result(1)
    cards = hospital.sign(hospital.draft(1, "2823-3"), hospital.draft(2, "14749-6"))
    assert len(cards) == 2
    keys = [str(key) for key in Decision.objects.values_list("pk", flat=True)]
    wrong = hospital.post("/api/v1/recognition/decide", {"decisions": [*keys, "x"]})
    assert wrong.status_code == 404 and not Decision.objects.filter(stage="recognised").exists()
    done = hospital.post("/api/v1/recognition/decide", {"decisions": keys, "reason": "04", "informed": True})
    assert {one["stage"] for one in done.json()["decisions"]} == {"declined"}


class TestPages:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_order_recognise_and_decline_on_the_screen(self, hospital: Hospital, language: str) -> None:
        world = hospital.world
        world.result(2), world.result(1), world.result(9, days=200)
        client = Client()
        client.cookies["xinglin_language"] = language
        client.force_login(world.doctor, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/recognition/order/").status_code == 200
        typed = {"patient": hospital.local, "visit": world.visit, "items": "LAB-CHEM-K 14749-6 LAB-IMM-HBSAG X1"}
        page = client.post("/recognition/order/", typed)
        assert page.status_code == 200 and len(page.context["cards"]) == 2 and page.context["unknown"] == ["X1"]
        first, second = (card["uuid"] for card in page.context["cards"])
        page = client.post("/recognition/order/", {**typed, "card": first, "outcome": "accepted"})
        assert page.context["outcome"]["booked"] and len(page.context["handled"]) == 1
        page = client.post("/recognition/order/", {**typed, "card": second, "outcome": "overridden", "reason": "08"})
        assert not page.context["outcome"]["booked"] and page.context["outcome"]["sentence"] in page.content.decode()
        page = client.post("/recognition/order/", {**typed, "card": second, "outcome": "overridden", "reason": "07"})
        assert page.context["cards"] == [] and len(page.context["handled"]) == 2
        row = Decision.objects.get(stage="recognised")
        assert client.get(f"/recognition/decision/{row.pk}/").status_code == 200
        assert client.get("/recognition/decision/").status_code == 200

    def test_items_by_name_and_nothing_looked_up_without_a_ground(self, hospital: Hospital) -> None:
        world = hospital.world
        world.result(2)
        client = Client()
        client.force_login(world.doctor, backend="django.contrib.auth.backends.ModelBackend")
        offered = client.get("/recognition/order/")
        assert [(one.patient, one.visit) for one in offered.context["in_care"]] == [(hospital.local, world.visit)]
        typed = {"patient": hospital.local, "visit": world.visit, "items": "Potassium, 没有的项目"}
        page = client.post("/recognition/order/", typed)
        assert len(page.context["cards"]) == 1 and page.context["unknown"] == ["没有的项目"]
        Relation.objects.all().delete()
        page = client.post("/recognition/order/", {**typed, "visit": ""})
        assert page.context["no_ground"] and page.context["cards"] == page.context["lines"] == []
        assert client.get("/recognition/order/").context["in_care"] == []

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_every_published_figure_is_the_sum_of_what_it_opens_and_tells_of_no_hidden_item(
        self, hospital: Hospital, language: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world = hospital.world
        world.result(2), world.result(1, site=world.far), world.result(3)
        drafts = hospital.draft(1, "2823-3"), hospital.draft(2, "14749-6"), hospital.draft(3, "1742-6")
        for card in hospital.sign(*drafts):
            hospital.feedback(card["uuid"], "accepted")
        world.catalogue.hide(3)
        counting.keep_apart()
        client = Client()
        client.cookies["xinglin_language"] = language
        client.force_login(bonds.account(Role.SECRETARIAT), backend="django.contrib.auth.backends.ModelBackend")
        context = client.get("/recognition/board/").context
        # In all, a month, a city pair, an item, a hospital, a payer: each opens the entries it is the sum of.
        figures = [(context["total"].saved_fen, context["opens"])]
        figures += [(sums.saved_fen, address) for _day, sums, address in context["months"]]
        figures += [(sums.saved_fen, address) for _there, _here, sums, address in context["pairs"]]
        figures += [(sums.saved_fen, address) for _name, sums, address in context["items"]]
        figures += [(row["sums"].saved_fen, row["opens"]) for row in context["hospitals"]]
        figures += [(fen, address) for _name, fen, address in context["payers"]]
        assert len(figures) >= 8 and figures[0][0] == 1000
        assert sum(SavingEntry.objects.values_list("amount_fen", flat=True)) == 1500
        for fen, address in figures:
            shown = client.get(address)
            assert shown.context["sum"] == fen == sum(row.amount_fen for row, *_ in shown.context["lines"]), address
        assert {sums.saved_fen for _there, _here, sums, _ in context["pairs"]} == {400, 600}
        assert context["apart"] and context["funnel"][2].value == 2
        # Page by page, without counting them all.
        monkeypatch.setattr(savings_page, "SIZE", 1)
        first = client.get(context["opens"])
        then = client.get(f"{context['opens']}&before={first.context['older']}")
        assert [len(page.context["lines"]) for page in (first, then)] == [1, 1] and then.context["older"] == ""
        assert first.context["lines"][0][0].pk > then.context["lines"][0][0].pk

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_the_board_opens_down_to_the_price_line(self, hospital: Hospital, language: str) -> None:
        world = hospital.world
        world.result(2), world.result(1, site=world.far)
        for card in hospital.sign(hospital.draft(1, "2823-3"), hospital.draft(2, "14749-6")):
            hospital.feedback(card["uuid"], "accepted")
        client = Client()
        client.cookies["xinglin_language"] = language
        client.force_login(world.doctor, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get("/recognition/board/")
        assert page.status_code == 200 and page.context["total"].saved_fen == 1000
        assert len(page.context["pairs"]) == 2 and page.context["rates"][0][1] == "100.0 %"
        shown = client.get(page.context["opens"])
        assert shown.context["sum"] == 1000 and "示例价目表 2024" in shown.content.decode()
        entry = SavingEntry.objects.first()
        assert client.get(f"/recognition/savingentry/{entry.pk}/").status_code == 200
        # What was found in the patient shows nothing of itself until somebody asks for it.
        decision = f"/recognition/decision/{entry.decision}/"
        said = {line.label.msgid: line for line in client.get(decision).context["lines"]}
        assert (said["Earlier result"].value, said["Item"].value) == ("***", "***")
        opened = {line.label.msgid: line for line in client.get(decision + "?personal=1").context["lines"]}
        assert "mmol/L" in opened["Earlier result"].value and opened["Item"].value != "***"
        for odd in ("?since=x&until=2026-13&site=99999", "?site=1&since=2026-01", "?what=decisions&stage=seen&page=9",
                    "?item=٣&payer=insurance"):  # fmt: skip
            assert client.get(f"/recognition/board/{odd}").status_code == 200
            assert client.get(f"/recognition/board/records/{odd}").status_code == 200
        client.force_login(world.stranger, backend="django.contrib.auth.backends.ModelBackend")
        other = client.get(page.context["opens"])
        # Whoever may see none of them is not told that they come to nothing.
        assert other.context["sum"] == 0 and "¥0" not in other.content.decode()


def test_results_for_the_treating_doctor_alone(hospital: Hospital) -> None:
    hospital.world.result(10)
    (card,) = hospital.sign(hospital.draft(1, "LAB-IMM-HIV", "urn:xinglin:item"))
    colleague = hospital.world.doctor
    from xinglin.exchange.recognition.queries.decisions import decisions_for

    assert card and Decision.objects.count() == 1 and not decisions_for(colleague).exists()
    assert clock.now()


def test_the_servers_short_way_says_the_same(hospital: Hospital) -> None:
    from io import BytesIO

    from xinglin.portal.cds.fast import wrapped

    hospital.world.result(2)
    reached: list[str] = []

    def portal(environ: dict[str, Any], _start: Any) -> list[bytes]:
        reached.append(environ["PATH_INFO"])
        return [b""]

    def call(path: str, body: bytes, secret: str = "", method: str = "POST") -> tuple[str, Any]:
        told: list[str] = []
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_AUTHORIZATION": f"Bearer {secret or hospital.secret}",
            "HTTP_ACCEPT_LANGUAGE": "en", "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body),
        }  # fmt: skip
        found = b"".join(wrapped(portal)(environ, lambda status, _headers: told.append(status)))
        return (told or ["portal"])[0], json.loads(found or b"null")

    sent = json.dumps(hospital.request("order-sign", hospital.draft(1, "2823-3"))).encode()
    slow = hospital.post(f"/cds-services/{SIGN}", sent).json()
    status, fast = call(f"/cds-services/{SIGN}", sent)
    assert status == "200 OK" and [c["uuid"] for c in fast["cards"]] == [c["uuid"] for c in slow["cards"]]
    assert call(f"/cds-services/{SIGN}", sent, "xl_no")[0].startswith("401")
    assert call(f"/cds-services/{SIGN}", b"{")[0].startswith("400")
    assert call(f"/cds-services/{SIGN}", b"[" + b" " * service.LARGEST)[0].startswith("422")
    for path, method in ((f"/cds-services/{SIGN}/feedback", "POST"), ("/cds-services", "GET"), ("/", "POST")):
        assert call(path, b"", method=method)[0] == "portal"
    assert len(reached) == 3
