"""Deliveries: every entry settled, counts that add up, the same state whatever the order and however often."""

import gzip
import itertools
import json
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.factories.intake import bundle, counts, hospital, observation, patient, report, send

from xinglin.exchange.identity.models import Patient
from xinglin.exchange.intake.models import Delivery, Quarantined, Report, Resource, Result
from xinglin.exchange.intake.words import ABNORMAL, CRITICAL, FINAL, IMAGE, SUPERSEDED, VOID
from xinglin.kernel import ledger
from xinglin.kernel.models import LedgerEntry

pytestmark = pytest.mark.django_db


def state() -> list[tuple[object, ...]]:
    """What the exchange holds, without numbers and times that depend on when it arrived."""
    patients = dict(Patient.objects.values_list("id", "local_id"))
    reports = dict(Report.objects.values_list("id", "report_no"))
    rows: list[tuple[object, ...]] = [
        ("result", one.source_id, patients[one.patient], one.status, one.flags, str(one.number), one.text,
         reports.get(one.report))
        for one in Result.objects.order_by("source_id")
    ]  # fmt: skip
    rows += [("report", one.report_no, one.version, one.current, one.status, one.conclusion)
             for one in Report.objects.order_by("report_no", "version")]  # fmt: skip
    rows += [("resource", one.kind, one.source_id, json.dumps(one.body, sort_keys=True))
             for one in Resource.objects.order_by("kind", "source_id")]  # fmt: skip
    return rows


def test_a_bundle_is_taken_in_once_however_often_it_comes() -> None:
    place = hospital()
    content = bundle(patient(), observation(), report())
    assert counts(send(place, content)) == (3, 0, 0)
    before = state()
    assert counts(send(place, content)) == (0, 3, 0)
    assert counts(send(place, gzip.compress(content), "示例.json.gz")) == (0, 3, 0)
    assert state() == before
    one = Result.objects.get()
    assert (one.number, one.unit, one.status, one.sent) == (Decimal("5.1"), "mmol/L", FINAL, "5.1 mmol/L")
    assert one.report == Report.objects.get().pk


def test_the_doctors_conclusion_is_kept_and_is_no_result() -> None:
    send(hospital(), bundle(patient(), observation(), report()))
    assert Report.objects.get().conclusion == "示例：血糖偏高"
    assert not Result.objects.filter(text__contains="血糖偏高").exists()


def test_entries_in_any_order_in_any_number_of_deliveries_give_one_state() -> None:
    parts = [patient(), observation(), observation("o2", value=22.5), report(results=("o1", "o2"))]
    states = []
    for number, order in enumerate(itertools.permutations(parts)):
        place = hospital(f"示例第{number}医院")
        with transaction.atomic():
            for one in order:
                send(place, bundle(one))
            send(place, bundle(*reversed(order)))
            assert not Quarantined.objects.filter(stage="waiting").exists()
            states.append(state())
            transaction.set_rollback(True)
    assert all(one == states[0] for one in states)


def test_corrected_values_supersede_and_the_earlier_stay() -> None:
    first, second = observation(), observation(value=7.3, status="corrected", issued="2026-03-01T12:00:00+08:00")
    orders = []
    for number, order in enumerate([(first, second), (second, first), (first, second, first, second)]):
        place = hospital(f"示例第{number}医院")
        with transaction.atomic():
            send(place, bundle(patient()))
            for one in order:
                send(place, bundle(one))
            orders.append(sorted((row.status, str(row.number)) for row in Result.objects.all()))
            transaction.set_rollback(True)
    assert orders == [[(FINAL, "7.300000000"), (SUPERSEDED, "5.100000000")]] * 3


def test_a_corrected_report_supersedes_with_its_results() -> None:
    place = hospital()
    send(place, bundle(patient(), observation(), observation("o2", value=9), report(results=("o1", "o2"))))
    later = report(results=("o1",), status="corrected", issued="2026-03-02T10:00:00+08:00", conclusion="更正")
    send(place, bundle(later))
    assert list(Report.objects.order_by("version").values_list("version", "current", "status")) == [
        (1, False, "final"), (2, True, "corrected"),
    ]  # fmt: skip
    assert dict(Result.objects.values_list("source_id", "status")) == {"o1": FINAL, "o2": SUPERSEDED}


def test_a_void_report_stays_with_its_time_and_is_not_taken_again() -> None:
    place = hospital()
    send(place, bundle(patient(), observation(), report()))
    send(place, bundle(report(status="entered-in-error", issued="2026-03-02T10:00:00+08:00")))
    one = Report.objects.get()
    assert one.status == "void" and one.void_at is not None and one.void_at >= one.received_at
    assert Result.objects.get().status == VOID
    again = send(place, bundle(report(issued="2026-03-03T10:00:00+08:00", conclusion="again")))
    assert counts(again) == (0, 0, 1) and again.reasons == {"report.void": 1}
    assert Report.objects.get().status == "void"


def test_a_void_result_keeps_its_value() -> None:
    place = hospital()
    send(place, bundle(patient(), observation()))
    gone = observation(status="entered-in-error", issued="2026-03-02T10:00:00+08:00")
    gone.pop("valueQuantity")
    assert counts(send(place, bundle(gone))) == (1, 0, 0)
    assert [(row.status, str(row.number)) for row in Result.objects.all()] == [(VOID, "5.100000000")]


def test_what_refers_to_somebody_unknown_waits_and_comes_in_by_itself() -> None:
    place = hospital()
    early = send(place, bundle(observation()))
    assert counts(early) == (0, 0, 1) and early.reasons == {"reference.waiting": 1}
    send(place, bundle(patient()))
    early.refresh_from_db()
    assert counts(early) == (1, 0, 0) and early.reasons == {} and early.results == 1
    assert Quarantined.objects.get().stage == "replayed"
    assert LedgerEntry.objects.filter(event="intake.replayed").count() == 1


def test_another_hospital_with_the_same_numbers_is_another_patient() -> None:
    send(hospital("示例甲医院"), bundle(patient(), observation()))
    send(hospital("示例乙医院"), bundle(patient(name="李示例", birthDate="1990-01-01"), observation(value=8)))
    assert Patient.objects.count() == 2 and Result.objects.count() == 2
    waiting = send(hospital("示例丙医院"), bundle(observation()))
    assert waiting.reasons == {"reference.waiting": 1}


def test_references_by_the_bundles_own_names_are_followed_even_from_quarantine() -> None:
    place = hospital()
    entry = {"fullUrl": "urn:uuid:0000", "resource": patient("real-id")}
    about = observation()
    about["subject"] = {"reference": "urn:uuid:0000"}
    content = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [entry, {"resource": about}]})
    assert counts(send(place, content.encode())) == (2, 0, 0)


def test_components_are_results_and_absent_values_are_none() -> None:
    place = hospital()
    parts = [{"code": {"coding": [{"system": "s", "code": code}]}, "valueQuantity": {"value": 1, "unit": "g/L"}}
             for code in ("a", "b")]  # fmt: skip
    panel = observation("panel", component=parts)
    panel.pop("valueQuantity")
    absent = observation("absent", dataAbsentReason={"text": "溶血"})
    absent.pop("valueQuantity")
    row = send(place, bundle(patient(), panel, absent))
    assert counts(row) == (3, 0, 0) and set(Result.objects.values_list("source_id", flat=True)) == {
        "panel.1",
        "panel.2",
    }


def test_an_imaging_report_is_the_result_of_its_examination() -> None:
    place = hospital()
    image = report("ct1", results=(), category=[{"coding": [{"code": "CT"}]}],
                   code={"coding": [{"system": "local", "code": "CT-CHEST", "display": "胸部CT平扫"}]},
                   presentedForm=[{"url": "https://pacs.example.org/1"}])  # fmt: skip
    send(place, bundle(patient(), image))
    one = Result.objects.get()
    assert one.flags & IMAGE and one.text == "" and one.local_code == "CT-CHEST"
    assert Report.objects.get().image_url == "https://pacs.example.org/1"


def test_flags_follow_range_and_interpretation() -> None:
    place = hospital()
    high = observation("high", value=9, referenceRange=[{"low": {"value": 3.9}, "high": {"value": 6.1}}])
    panic = observation("panic", value=40, interpretation=[{"coding": [{"code": "HH"}]}])
    send(place, bundle(patient(), observation(), high, panic))
    flags = dict(Result.objects.values_list("source_id", "flags"))
    assert not flags["o1"] and flags["high"] == ABNORMAL and flags["panic"] == ABNORMAL | CRITICAL


def test_vital_signs_are_kept_and_are_no_results() -> None:
    pulse = observation(category=[{"coding": [{"code": "vital-signs"}]}])
    assert counts(send(hospital(), bundle(patient(), pulse))) == (2, 0, 0)
    assert not Result.objects.exists() and Resource.objects.filter(kind="Observation").count() == 1


def test_nothing_that_identifies_a_person_lies_readable() -> None:
    whole = patient(identifier=[{"type": {"coding": [{"code": "NI"}]}, "value": "110101199003077758"}],
                    telecom=[{"system": "phone", "value": "13800000000"}])  # fmt: skip
    send(hospital(), bundle(whole))
    body = json.dumps(Resource.objects.get(kind="Patient").body, ensure_ascii=False)
    assert "陈示例" not in body and "110101199003077758" not in body and "1380000" not in body


def test_each_delivery_is_on_the_ledger_and_the_database_insists_on_the_sum() -> None:
    row = send(hospital(), bundle(patient(), observation()))
    assert [entry.event for entry in ledger.about(row)] == ["intake.taken"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(entries=5)


def test_a_value_the_database_cannot_hold_costs_only_itself() -> None:
    place = hospital()
    bad = observation("bad", code={"text": "示例\u0000"})
    row = send(place, bundle(patient(), observation(), bad))
    assert counts(row) == (2, 0, 1) and row.reasons == {"store.refused": 1}


def test_a_time_in_the_future_would_make_a_result_fresh_for_ever() -> None:
    row = send(hospital(), bundle(patient(), observation(effectiveDateTime="2126-01-01T00:00:00+08:00")))
    assert row.reasons == {"result.future": 1}


def test_ndjson_bundles_and_resources_by_line() -> None:
    lines = [json.dumps(patient()), json.dumps(observation()), bundle(observation("o2")).decode(), "{broken"]
    row = send(hospital(), "\n".join(lines).encode(), "示例.ndjson")
    assert counts(row) == (3, 0, 1) and row.reasons == {"malformed.json": 1}
