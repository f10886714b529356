"""Records another version of the program prepared: found and compared as before once they are prepared anew."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from tests.factories.identity import arrive, facts

from xinglin.cli import migrate
from xinglin.exchange.identity.actions import arriving
from xinglin.exchange.identity.actions.arriving import prepare_anew
from xinglin.exchange.identity.invented import patients as invented
from xinglin.exchange.identity.models import Patient, PatientDocument, PatientKey
from xinglin.exchange.identity.queries import patients
from xinglin.exchange.identity.rules.records import VERSION, pack, prepare
from xinglin.kernel import permits
from xinglin.kernel.models import LedgerEntry

pytestmark = pytest.mark.django_db


def by_another_version(*, forms: str = "[1]") -> None:
    """Everything stored stands as a version would have left it whose forms and keys nobody knows any more."""
    Patient.objects.update(prepared=forms, prepared_by=VERSION - 1)
    PatientDocument.objects.update(number_hash="of another version", checked=False)
    PatientKey.objects.all().delete()
    PatientKey.objects.bulk_create(PatientKey(key=7, patient_id=one.pk) for one in Patient.objects.all())


def stored() -> dict[int, Any]:
    """What records stand with, by record."""
    return {
        one.pk: (
            one.prepared, one.prepared_by, one.person_id, one.same_as, one.updated_at,
            [(paper.kind, paper.number, paper.number_hash, paper.checked) for paper in one.documents.order_by("id")],
            sorted(one.keys.values_list("key", flat=True)),
        )
        for one in Patient.objects.prefetch_related("documents")
    }  # fmt: skip


def all_anew() -> int:
    done = 0
    while part := prepare_anew(by=permits.the_program()):
        done += part
    return done


def test_a_record_of_another_version_is_found_again_and_met() -> None:
    (one,) = arrive(facts(site=1))
    by_another_version()
    assert patients.find_name("陈大文") == []
    assert all_anew() == 1
    assert patients.find_name("陳大文") == [one]
    (other,) = arrive(facts(site=2))
    assert patients.linked(other) == [one, other]
    assert not PatientKey.objects.filter(key=7).exists()
    entry = LedgerEntry.objects.get(event="identity.prepared_anew")
    assert entry.data == {"count": 1}
    assert all_anew() == 0


def test_what_is_prepared_anew_from_the_stored_facts_is_what_was_prepared_from_the_sent_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = [replace(one, aliases=("林小玲", "Lam Siu Ling")) if n % 7 == 0 else one
            for n, (one, _person) in enumerate(invented(300, 11))]  # fmt: skip
    arrive(*sent)
    before = stored()
    by_another_version()
    monkeypatch.setattr(arriving, "PART", 128)
    assert all_anew() == len(before)
    assert stored() == before


def test_what_was_done_before_an_interruption_is_not_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(*(one for one, _ in invented(20, 3)))
    by_another_version()
    monkeypatch.setattr(arriving, "PART", 8)
    assert prepare_anew(by=permits.the_program()) == 8
    assert patients.outdated().count() == Patient.objects.count() - 8
    assert all_anew() == Patient.objects.count() - 8


def test_the_migration_is_not_done_before_every_record_is_prepared(capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate.pending() == []
    arrive(facts())
    assert migrate.pending() == []
    by_another_version()
    assert migrate.pending() == ["identity.prepared_anew"]
    assert migrate.prepare_records() == ["identity.prepared_anew"]
    assert migrate.pending() == migrate.prepare_records() == []
    assert capsys.readouterr().err == ""


def test_how_far_it_is_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(facts())
    by_another_version()
    monkeypatch.setattr(migrate, "TELL_EVERY", -1)
    migrate.prepare_records()
    assert capsys.readouterr().err == "patient records prepared anew: 1 of 1\n"


def test_whether_something_is_outdated_is_read_from_an_index_that_is_empty() -> None:
    arrive(facts())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "patient_outdated" in patients.outdated().explain()


@pytest.mark.django_db(transaction=True)
def test_a_record_that_arrives_meanwhile_stands_as_it_arrived() -> None:
    sent = facts(local_id="A1")
    barrier = Barrier(2)

    def closing(deed: Any) -> None:
        barrier.wait()
        try:
            deed()
        finally:
            connections.close_all()

    for turn in range(10):
        now = replace(sent, phone=f"1390013{turn:04d}")
        arrive(sent)
        # Its forms can be read, or the arrival would stop there: no server runs before all are prepared anew.
        by_another_version(forms=pack(prepare(sent)))
        with ThreadPoolExecutor(2) as pool:
            for one in [pool.submit(closing, all_anew), pool.submit(closing, lambda now=now: arrive(now))]:
                one.result()
        after = stored()
        assert patients.outdated().count() == 0
        by_another_version()
        all_anew()
        assert stored() == after
        assert patients.find_phone(now.phone) == list(after)
