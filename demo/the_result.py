"""The second story: results that count in another hospital, and in the next city.

One invented resident with a mainland card and a Hong Kong card is a patient of three invented hospitals. Results are
sent as hospitals send them (FHIR), identity is settled at its desk, a doctor is answered when ordering, recognises,
declines with a reason and takes a recognition back; the saving stands on the board.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from xinglin.exchange.catalogue.actions import grants, mappings, standard, terms
from xinglin.exchange.catalogue.actions.sites import open_site
from xinglin.exchange.catalogue.models import Item, ItemMapping
from xinglin.exchange.consent.actions import bindings, consents, notices, relations
from xinglin.exchange.consent.words import Purpose, RiskLevel
from xinglin.exchange.identity.actions import links
from xinglin.exchange.identity.models import Patient, Review
from xinglin.exchange.intake.actions.receive import take_in
from xinglin.exchange.recognition.actions import asking, counting, decisions
from xinglin.exchange.recognition.words import Reason
from xinglin.kernel import clock, jobs
from xinglin.kernel.models import Job
from xinglin.kernel.words import Role
from xinglin.roster.words.register import DocumentType, OrganisationKind

if TYPE_CHECKING:
    from demo.the_year import Stage
    from xinglin.exchange.recognition.models import Decision
    from xinglin.kernel.models import Account

# Invented: a resident of a made-up address, with a card of each side.
NAME, BORN = "李示例", date(1978, 4, 12)
CARD, HONG_KONG_CARD = "44510219780412003X", "A123456(3)"
# Prices in fen, from an invented list.
PRICES = {"LAB-CHEM-ALT": 600, "LAB-CHEM-GLU": 500, "LAB-CHEM-K": 500, "IMG-CT-CHEST-P": 23_000}
PRICE_LIST = "示例价目表 2026"
# Reference ranges as the invented hospitals print them, by LOINC code.
RANGES = {"1742-6": (9, 50), "14749-6": (3.9, 6.1), "2823-3": (3.5, 5.3)}
MONDAY = datetime(2026, 3, 2, 8, tzinfo=clock.ZONE)


def results_that_count(stage: Stage) -> None:
    """2026 年 3 月：检查检验结果互认——目录、标识、同意、上传、识别、开单、节省。"""
    _catalogue(stage)
    _texts(stage)
    _sent(stage)
    _one_person(stage)
    _at_order(stage)
    _own_page(stage)
    _this_week(stage)
    _left_to_do(stage)


def _catalogue(stage: Stage) -> None:
    from demo.the_year import open_account, register

    with clock.at(date(2026, 2, 9)):
        register(stage, "next-city", name="示例滨海医院（示例）", kind=OrganisationKind.HOSPITAL, region="汕头")
    first, second, third = (stage.places[key] for key in ("hospital0", "hospital1", "next-city"))
    with clock.at(date(2026, 2, 9)):
        steward = open_account(stage, "steward", "数据管理员", Role.STEWARD)
        standard.load_standard(by=stage.office)
        for place in (first, second, third):
            open_site(organisation_id=place.pk, by=steward)
        for key, place in (("laboratory", first), ("laboratory-next", third)):
            open_account(stage, key, f"信息科（{place.name_zh}）", Role.LABORATORY, ("organisation", place.pk))
        open_account(stage, "doctor", "门诊医师（示例）", Role.DOCTOR, ("organisation", second.pk))
        for code, price in PRICES.items():
            item = Item.objects.get(code=code)
            for place in (first, third):
                grants.grant_scope(
                    organisation_id=place.pk, item_id=item.pk, scope="440000", programme="省级室间质评（示例）", result="合格",
                    valid_from=date(2026, 1, 1), valid_to=date(2027, 12, 31), by=stage.office,
                )  # fmt: skip
            terms.set_price(
                item_id=item.pk, organisation_id=second.pk, price_fen=price, price_list=PRICE_LIST,
                valid_from=date(2026, 1, 1), by=stage.office,
            )  # fmt: skip


def _texts(stage: Stage) -> None:
    """What was weighed, and what residents are told before they agree."""
    with clock.at(date(2026, 2, 10)):
        weighed = notices.draft_assessment(
            purpose=Purpose.RECOGNITION, title="检查检验结果互认个人信息保护影响评估（示例）",
            processing="医师开单时，在联盟内查找本人已有的检查检验结果。", necessity="减少重复检查，需要知道已有结果。",
            risks="结果被无关人员看到。", risk=RiskLevel.MEDIUM,
            measures="仅限有诊疗关系或本人同意的医院；每次查阅记账，本人可见。", conclusion="可以开展。",
            valid_until=date(2028, 12, 31), by=stage.accounts["steward"],
        )  # fmt: skip
        notices.approve_assessment(assessment_id=weighed.pk, by=stage.office)
        text = notices.draft_notice(
            purpose=Purpose.RECOGNITION, title="检查检验结果互认告知书（示例）", processor="联盟秘书处（示例）", contact="0768-0000000",
            way="您就诊时，接诊医院在联盟内查找您已有的结果。", kinds="检查检验结果、报告时间、出具医院。",
            retention="同意有效期内；记录依法保存。", rights="可以随时撤回，也可以查看谁看过您的结果。",
            effects="不同意不影响就诊，可能需要重复检查。",
            english="When you see a doctor, the hospital looks for results you already have. You may withdraw at any time.",
            by=stage.office,
        )  # fmt: skip
        notices.publish_notice(notice_id=text.pk, by=stage.office)


def _sent(stage: Stage) -> None:
    """Two hospitals send what they made, the way their systems do."""
    here, there = stage.places["hospital0"], stage.places["next-city"]
    with clock.at(MONDAY):
        sent = _bundle(
            "P-0001", [("NI", CARD)], "13800000001",
            [_value("R1-ALT", "1742-6", "丙氨酸氨基转移酶", 32, "U/L"), _value("R1-GLU", "14749-6", "葡萄糖", 5.6, "mmol/L"),
             _study("R2", "CT0123", "胸部CT平扫", "https://images.example.org/R2")],
        )  # fmt: skip
        take_in(source=sent, organisation_id=here.pk, name="R1.json", by=stage.accounts["laboratory"])
        sent = _bundle(
            "N-778",
            [("NNHKG", HONG_KONG_CARD), ("NI", CARD)],
            "13800000001",
            [_value("N1-K", "2823-3", "钾", 4.1, "mmol/L")],
        )
        take_in(source=sent, organisation_id=there.pk, name="N1.json", by=stage.accounts["laboratory-next"])
    with clock.at(MONDAY + timedelta(hours=2)):
        # The hospital's own code for a chest CT is proposed by the program and confirmed by a person.
        unknown = ItemMapping.objects.get(local_code="CT0123")
        mappings.confirm_mapping(mapping_id=unknown.pk, by=stage.accounts["laboratory"])
        work_off()


def _one_person(stage: Stage) -> None:
    """The same person shows another card in the second hospital; somebody at the desk decides."""
    second = stage.places["hospital1"]
    with clock.at(MONDAY + timedelta(hours=3)):
        sent = _bundle("B-42", [("NNHKG", HONG_KONG_CARD)], "13800000001", [])
        take_in(source=sent, organisation_id=second.pk, name="B-42.json", by=_laboratory_of(stage, second))
        for review in Review.objects.filter(stage="open"):
            links.link_pair(review_id=review.pk, remark="两张证件为同一人（示例）", by=stage.accounts["steward"])
    people = set(Patient.objects.values_list("person_id", flat=True))
    stage.kept["resident"] = people.pop()
    assert not people, "the resident is one person"


def _at_order(stage: Stage) -> None:
    """The doctor of the second hospital orders what was done already."""
    doctor = stage.accounts["doctor"]
    with clock.at(MONDAY + timedelta(days=3)):
        site = asking.site_for(doctor).number
        asked = asking.ask_short(
            site=site, patient="B-42", visit="V-2026-0305", codes=list(PRICES), payer="self", by=doctor
        )
        shown: dict[str, Decision] = {}
        for _order, answer, kept in asked.lines:
            shown[asked.answer.snapshot.items[answer.item].code] = kept.decision
    with clock.at(MONDAY + timedelta(days=3, minutes=4)):
        decisions.recognise(decision_id=shown["LAB-CHEM-ALT"], by=doctor)
        decisions.open_image(decision_id=shown["IMG-CT-CHEST-P"], by=doctor)
        decisions.recognise(decision_id=shown["IMG-CT-CHEST-P"], by=doctor)
        decisions.decline(decision_id=shown["LAB-CHEM-GLU"], reason=Reason.FAST, informed=True, by=doctor)
        decisions.recognise(decision_id=shown["LAB-CHEM-K"], by=doctor)
    with clock.at(MONDAY + timedelta(days=3, minutes=20)):
        decisions.withdraw_recognition(decision_id=shown["LAB-CHEM-K"], by=doctor)
        counting.fold()


def _own_page(stage: Stage) -> None:
    """The resident gets a code at the counter and sees who looked; agrees to the next city's hospital by name."""
    from demo.the_year import PASSWORD, open_account

    second = stage.places["hospital1"]
    with clock.at(MONDAY + timedelta(days=4)):
        counter = open_account(stage, "counter", "服务台（示例）", Role.LIAISON, ("organisation", second.pk))
        _binding, code = bindings.offer_code(
            organisation_id=second.pk, document_kind=DocumentType.HKID, document_number=HONG_KONG_CARD, by=counter
        )
        resident = bindings.open_resident_account(code=code, username="resident", password=PASSWORD, again=PASSWORD)
        stage.accounts["resident"] = resident
        consents.give_consent(
            person=stage.kept["resident"], purpose=Purpose.RECOGNITION, recipient_id=stage.places["next-city"].pk,
            by=resident,
        )  # fmt: skip


def _this_week(stage: Stage) -> None:
    """Fresh results, so that whoever tries the order screen today is reminded of something."""
    place, moment = stage.places["hospital0"], clock.now() - timedelta(days=2)
    with clock.at(moment):
        sent = _bundle(
            "P-0001", [("NI", CARD)], "13800000001",
            [_value("R3-ALT", "1742-6", "丙氨酸氨基转移酶", 41, "U/L", moment),
             _value("R3-GLU", "14749-6", "葡萄糖", 6.3, "mmol/L", moment),
             _study("R4", "CT0123", "胸部CT平扫", "https://images.example.org/R4", moment)],
        )  # fmt: skip
        take_in(source=sent, organisation_id=place.pk, name="R3.json", by=stage.accounts["laboratory"])
    doctor = stage.accounts["doctor"]
    relations.begin_visit(
        person=stage.kept["resident"], site=asking.site_for(doctor).number, visit="V-0042", doctor=doctor.pk,
        began_at=clock.now() - timedelta(hours=1), by=doctor,
    )  # fmt: skip


def _left_to_do(stage: Stage) -> None:
    """One thing on each desk for whoever tries them: a code to map, a pair to judge, an entry to repair."""
    moment = clock.now() - timedelta(days=1)
    second, third = stage.places["hospital1"], stage.places["next-city"]
    other = {"name": "陈示例", "born": date(1990, 9, 30), "gender": "female", "kind": "batch"}
    with clock.at(moment):
        own_code = _value("B51-K", "JYK-07", "血清钾（急诊）", 4.4, "mmol/L", moment, system="urn:local:laboratory")
        no_time = _value("B51-GLU", "14749-6", "葡萄糖", 5.1, "mmol/L", moment)
        del no_time[0]["effectiveDateTime"], no_time[0]["issued"]
        sent = _bundle("B-51", [], "13800000051", [own_code, no_time], **other)
        take_in(source=sent, organisation_id=second.pk, name="B-51.json", by=stage.accounts["laboratory-second"])
        enzyme = _value("N803-ALT", "1742-6", "丙氨酸氨基转移酶", 18, "U/L", moment)
        sent = _bundle("N-803", [], "13800000052", [enzyme], address="示例市另一示例区示例街 9 号", **other)
        take_in(source=sent, organisation_id=third.pk, name="N-803.json", by=stage.accounts["laboratory-next"])


def _laboratory_of(stage: Stage, place: Any) -> Account:
    from demo.the_year import open_account

    account = open_account(
        stage, "laboratory-second", f"信息科（{place.name_zh}）", Role.LABORATORY, ("organisation", place.pk)
    )
    stage.accounts["laboratory-second"] = account
    return account


def work_off() -> None:
    """Do the background work that waits, as the worker would."""
    for job in Job.objects.filter(state="waiting"):
        jobs.run_now(job)


def _bundle(
    patient: str, documents: list[tuple[str, str]], phone: str, entries: list[list[dict[str, Any]]], *,
    name: str = NAME, born: date = BORN, gender: str = "male", address: str = "示例市示例区示例路 1 号", kind: str = "transaction",
) -> bytes:  # fmt: skip
    """A FHIR R4 Bundle as a hospital's system sends it."""
    who = {
        "resourceType": "Patient", "id": patient, "name": [{"text": name}], "gender": gender,
        "birthDate": born.isoformat(), "telecom": [{"system": "phone", "value": phone}],
        "identifier": [{"type": {"coding": [{"code": kind}]}, "value": number} for kind, number in documents],
        "address": [{"text": address}],
    }  # fmt: skip
    resources = [who, *(resource for entry in entries for resource in entry)]
    for resource in resources[1:]:
        resource["subject"] = {"reference": f"Patient/{patient}"}
    return json.dumps({
        "resourceType": "Bundle", "type": kind,
        "entry": [
            {"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}} for one in resources
        ],
    }, ensure_ascii=False).encode()  # fmt: skip


def _value(
    key: str, code: str, name: str, value: float, unit: str, at: datetime = MONDAY, system: str = "http://loinc.org"
) -> list[dict[str, Any]]:
    moment = at.isoformat()
    low, high = RANGES.get(code, (None, None))
    return [{
        "resourceType": "Observation", "id": key, "status": "final", "effectiveDateTime": moment, "issued": moment,
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"system": system, "code": code, "display": name}], "text": name},
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
        "referenceRange": [{"low": {"value": low, "unit": unit}, "high": {"value": high, "unit": unit}}] if low else [],
    }]  # fmt: skip


def _study(key: str, code: str, name: str, images: str, at: datetime = MONDAY) -> list[dict[str, Any]]:
    moment = at.isoformat()
    return [{
        "resourceType": "DiagnosticReport", "id": key, "status": "final", "effectiveDateTime": moment, "issued": moment,
        "category": [{"coding": [{"code": "RAD"}]}],
        "code": {"coding": [{"system": "urn:local:imaging", "code": code, "display": name}], "text": name},
        "conclusion": "两肺未见明显异常（示例）。", "presentedForm": [{"contentType": "text/html", "url": images}],
    }]  # fmt: skip
