"""Deliveries: every entry settled, counts that add up, the same state whatever the order and however often."""

import gzip
import itertools
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.factories.intake import account, bundle, counts, hospital, observation, patient, report, send

from xinglin.exchange.catalogue.models import CatalogueState, Item, ItemMapping
from xinglin.exchange.identity.models import Patient
from xinglin.exchange.intake.actions import columns, quarantine
from xinglin.exchange.intake.models import Delivery, Quarantined, Report, Resource, Result
from xinglin.exchange.intake.taking import folders
from xinglin.exchange.intake.words import (
    ABNORMAL,
    CRITICAL,
    FINAL,
    IMAGE,
    SUPERSEDED,
    UNCONVERTED,
    VOID,
    CsvField,
    QuarantineReason,
)
from xinglin.kernel import jobs, ledger, permits
from xinglin.kernel.models import LedgerEntry
from xinglin.kernel.refusals import Refusal

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


def test_a_code_nobody_mapped_waits_at_the_desk_and_gets_its_item_when_somebody_confirms() -> None:
    place = hospital()
    own = observation(code={"coding": [{"system": "urn:his", "code": "GLU", "display": "葡萄糖"}]},
                      valueQuantity={"value": 100, "unit": "mg/dL"})  # fmt: skip
    text = observation("o2", code={"coding": [{"system": "urn:his", "code": "K", "display": "钾"}]},
                       valueQuantity={"value": 9.9, "unit": "mmol/l"})  # fmt: skip
    send(place, bundle(patient(), own, text))
    assert set(Result.objects.values_list("item", flat=True)) == {0}
    rows = {row.local_code: row for row in ItemMapping.objects.all()}
    assert set(rows) == {"GLU", "K"} and rows["K"].stage == "proposed"
    potassium = Item.objects.create(
        number=9001, code="LAB-K", name_zh="钾", name_en="Potassium", kind="laboratory", category="检验", group="电解质",
        unit="mmol/L", critical_high=Decimal("6.5"),
    )  # fmt: skip
    ItemMapping.objects.filter(local_code="K").update(
        stage="confirmed", item=potassium, decided_by="x", decided_at=timezone.now()
    )
    CatalogueState.move_on()
    jobs.ask("intake.remap", by=permits.the_program(), arguments={"site": rows["K"].site.number})
    jobs.work_off()
    one = Result.objects.get(local_code="K")
    assert (one.item, one.number, one.unit) == (9001, Decimal("9.9"), "mmol/L") and one.flags & CRITICAL
    assert Result.objects.get(local_code="GLU").item == 0


def test_a_unit_that_does_not_convert_is_kept_as_sent_and_marked() -> None:
    Item.objects.create(number=9002, code="LAB-GLU", name_zh="葡萄糖", name_en="Glucose", kind="laboratory",
                        category="检验", group="生化", unit="mmol/L", loinc="14749-6")  # fmt: skip
    CatalogueState.move_on()
    send(hospital(), bundle(patient(), observation(valueQuantity={"value": 100, "unit": "mg/dL"}), observation("o2")))
    one, two = Result.objects.get(source_id="o1"), Result.objects.get(source_id="o2")
    assert (one.item, one.number, one.text) == (9002, None, "100 mg/dL") and one.flags & UNCONVERTED
    assert (two.item, two.number, two.unit) == (9002, Decimal("5.1"), "mmol/L") and not two.flags & UNCONVERTED


def test_the_desk_repairs_replays_by_reason_and_dismisses() -> None:
    place = hospital()
    by = account(place)
    lost = observation()
    lost.pop("subject")
    late = observation("o2", effectiveDateTime="gestern", issued=None)
    row = send(place, bundle(patient(), lost, late))
    assert row.reasons == {"reference.none": 1, "result.bad_time": 1}
    first, second = Quarantined.objects.order_by("position")
    with pytest.raises(Refusal) as still:
        quarantine.replay_entry(quarantined_id=first.pk, by=by)
    assert still.value.code == "intake.still_refused"
    quarantine.repair_entry(quarantined_id=first.pk, patient_number="p1", by=by)
    assert Result.objects.get().source_id == "o1"
    fixed = quarantine.open_entry(quarantined_id=second.pk, by=by).replace("gestern", "2026-03-01T08:00:00+08:00")
    with pytest.raises(Refusal):
        quarantine.repair_entry(quarantined_id=second.pk, content="{", by=by)
    Quarantined.objects.filter(pk=second.pk).update(body=fixed)
    quarantine.replay_reason(organisation_id=place, reason=QuarantineReason.BAD_TIME, by=by)
    jobs.work_off()
    row.refresh_from_db()
    assert counts(row) == (3, 0, 0) and row.reasons == {}
    gone = send(place, b"<Bundle/>")
    entry = gone.quarantined_entries.get()
    quarantine.dismiss_entry(quarantined_id=entry.pk, because="示例", by=by)
    gone.refresh_from_db()
    assert counts(gone) == (0, 0, 1) and Quarantined.objects.get(pk=entry.pk).stage == "dismissed"
    with pytest.raises(Refusal):
        quarantine.open_entry(quarantined_id=entry.pk, by=account(hospital("示例乙医院"), name="bieren"))


def test_a_watched_folder_is_emptied_by_the_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = hospital()
    site = send(place, bundle(patient())).site
    monkeypatch.setattr(folders, "folder", lambda _site: tmp_path)
    monkeypatch.setattr(folders, "QUIET", 0)
    (tmp_path / "示例.json").write_bytes(bundle(observation()))
    (tmp_path / "半.part").write_bytes(b"{")
    jobs.ask("intake.folder", by=permits.the_program(), arguments={"site": site})
    jobs.work_off()
    assert Result.objects.count() == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["taken", "半.part"]
    assert Delivery.objects.get(way="folder").name == "示例.json"


def test_a_sites_own_headings_by_its_column_map() -> None:
    place = hospital()
    table = "病人,项目,得数,何时,叫什么\nx1,血糖,5.6,2026-03-01 08:00,陈示例\n".encode()
    assert send(place, table, "示例.csv").reasons == {"csv.columns": 1}
    lines = [("病人", CsvField.PATIENT_ID), ("得数", CsvField.VALUE), ("何时", CsvField.SPECIMEN_TIME),
             ("叫什么", CsvField.NAME)]  # fmt: skip
    columns.set_columns(organisation_id=place, columns=[columns.ColumnLine(*one) for one in lines],
                        by=account(place))  # fmt: skip
    row = send(place, table, "示例.csv")
    assert counts(row) == (1, 0, 0) and Result.objects.get().local_name == "血糖"
