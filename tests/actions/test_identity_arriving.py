"""Records arrive: each is kept as sent and settled under one person, at once or in any order, by one or by many."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from django.db import connections
from tests.factories.identity import arrive, facts, id_number, stranger

from xinglin.exchange.identity.models import IndexPerson, LinkEvent, Patient, PatientDocument, PatientKey, Review
from xinglin.exchange.identity.queries import patients
from xinglin.exchange.identity.words import ReviewReason
from xinglin.kernel.models import LedgerEntry
from xinglin.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


def test_a_new_record_opens_a_person() -> None:
    (one,) = arrive(facts())
    assert patients.linked(one) == [one]
    assert patients.person_of(one) == IndexPerson.objects.get().pk
    assert not LinkEvent.objects.exists()


def test_the_same_document_and_name_link_across_sites() -> None:
    one, other = arrive(facts(site=1), facts(site=2, name_zh="陳大文", phone=""))
    assert patients.linked(one) == [one, other]
    event = LinkEvent.objects.get()
    assert (event.patient_id, event.before, event.after, event.ground) == (
        other,
        0,
        patients.person_of(one),
        "document",
    )
    assert LedgerEntry.objects.filter(event="identity.linked_on_arrival", subject_id=str(other)).count() == 1


def test_a_later_batch_finds_what_an_earlier_one_stored() -> None:
    (one,) = arrive(facts(site=1))
    (other,) = arrive(facts(site=2, name_zh="", name_en="CHEN DAWEN"))
    assert patients.linked(other) == [one, other]


def test_the_same_document_with_another_name_is_asked_never_linked() -> None:
    one, other = arrive(facts(site=1), facts(site=2, name_zh="林小玲"))
    assert patients.person_of(one) != patients.person_of(other)
    review = Review.objects.get()
    assert (review.left_id, review.right_id, review.reason) == (one, other, ReviewReason.IDENTITY_CONFLICT)
    assert review.due_on is not None


def test_no_third_record_brings_a_conflict_together() -> None:
    one, other = arrive(facts(site=1), facts(site=2, name_zh="林小玲"))
    third = arrive(facts(site=3, name_zh="林小玲", aliases=("陈大文",)))[0]
    assert patients.person_of(one) != patients.person_of(other)
    assert patients.linked(third) in ([one, third], [other, third], [third])


def test_a_number_that_fails_its_check_proves_nothing() -> None:
    wrong = "445102196104170011"
    one, other = arrive(facts(site=1, documents=(("id_card", wrong),), phone=""),
                        facts(site=2, documents=(("id_card", wrong),), phone="", birth_date=date(1980, 1, 1)))  # fmt: skip
    assert patients.person_of(one) != patients.person_of(other)
    assert not PatientDocument.objects.filter(checked=True).exists()


def test_sent_again_unchanged_nothing_happens() -> None:
    same = facts(local_id="A1")
    (one,) = arrive(same)
    before = Patient.objects.get().updated_at
    assert arrive(same) == [one]
    assert Patient.objects.get().updated_at == before
    assert IndexPerson.objects.count() == 1


def test_sent_again_with_other_facts_the_record_is_written_anew() -> None:
    (one,) = arrive(facts(local_id="A1"))
    assert arrive(facts(local_id="A1", phone="13900139000", documents=(("hkid", "A123456(3)"),))) == [one]
    record = Patient.objects.get()
    assert record.phone == "13900139000"
    assert patients.find("hkid", "a123456 3") == [one]
    assert patients.find("id_card", id_number()) == []
    assert patients.find_phone("139-0013-9000") == [one]


def test_a_corrected_document_finds_its_person_later() -> None:
    one, other = arrive(
        facts(site=1), facts(site=2, local_id="B", documents=(), phone="", name_zh="陈大文", address="")
    )
    assert patients.person_of(one) != patients.person_of(other)
    arrive(facts(site=2, local_id="B"))
    assert patients.linked(one) == [one, other]
    event = LinkEvent.objects.get()
    assert event.before != 0


def test_a_record_that_stands_with_others_is_never_moved() -> None:
    one, other = arrive(facts(site=1, local_id="A"), facts(site=2))
    arrive(facts(site=1, local_id="A", documents=(("id_card", id_number(order=321, region="110101")),)))
    assert patients.linked(one) == [one, other]
    assert Review.objects.get().reason == ReviewReason.DOCUMENT_VETO


def test_a_record_that_becomes_somebody_else_is_asked_about() -> None:
    # Nothing leads from what it says now to those it stands with.
    one, other = arrive(facts(site=1, local_id="A"), facts(site=2))
    arrive(replace(stranger(), local_id="A"))
    assert patients.linked(one) == [one, other]
    review = Review.objects.get()
    assert (review.left_id, review.right_id) == (one, other)


def test_twice_in_one_batch_the_later_stands() -> None:
    one, again = arrive(facts(local_id="A", phone="13811111111"), facts(local_id="A", phone="13822222222"))
    assert one == again
    assert Patient.objects.get().phone == "13822222222"


def test_newborns_with_the_mothers_card_are_asked_never_linked() -> None:
    mother, first, second = arrive(
        facts(name_zh="陈美丽", sex=2), facts(name_zh="陈美丽之子", birth_date=date(2026, 1, 2), birth_order=1),
        facts(name_zh="陈美丽之子", birth_date=date(2026, 1, 2), birth_order=2),
    )  # fmt: skip
    assert len({patients.person_of(one) for one in (mother, first, second)}) == 3
    assert {review.reason for review in Review.objects.all()} == {ReviewReason.TWINS}


def test_a_record_without_its_sites_number_is_refused_whole() -> None:
    with pytest.raises(Refusal):
        arrive(facts(), facts(local_id=""))
    assert not Patient.objects.exists()


def test_a_home_return_permit_is_matched_on_nine_characters() -> None:
    one, other = arrive(
        facts(site=1, documents=(("hm_permit", "H0123456701"),)), facts(site=2, documents=(("hm_permit", "H01234567"),))
    )
    assert patients.linked(one) == [one, other]


def test_nothing_readable_lies_in_the_database() -> None:
    arrive(facts())
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p::text || d::text FROM identity_patient p JOIN identity_patientdocument d ON d.patient_id = p.id"
        )
        row = cursor.fetchone()[0]
    for secret in ("陈大文", "chendawen", "13800138000", "意溪镇", id_number()):
        assert secret not in row


def test_odd_text_is_kept_and_harms_nothing() -> None:
    odd = ("", " ", "\x00", "\x1f;:", "'; DROP TABLE", "𠮷田·艾力" * 20, "\ufffd")
    ids = arrive(
        *(
            facts(local_id=f"O{n}", name_zh=text, address=text, documents=((text or "x", text),))
            for n, text in enumerate(odd)
        )
    )
    assert len(set(ids)) == len(odd)


def test_a_thousand_strangers_stay_strangers() -> None:
    ids = arrive(*(stranger(n) for n in range(1000)))
    assert len({patients.person_of(one) for one in ids}) == 1000
    assert PatientKey.objects.filter(patient_id=ids[0]).count() >= 6


@pytest.mark.django_db(transaction=True)
def test_the_same_person_arriving_twice_at_once_becomes_one() -> None:
    def send(site: int) -> list[int]:
        try:
            return arrive(facts(site=site, local_id=f"S{site}"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        ids = [one for sent in pool.map(send, [1, 2, 3, 4, 5, 1]) for one in sent]
    assert len(set(ids)) == 5
    assert len({patients.person_of(one) for one in ids}) == 1
