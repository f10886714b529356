"""People decide who is whom, and every decision can be taken back exactly."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.bonds import account
from tests.factories.identity import arrive, facts, stranger

from xinglin.exchange.identity.actions import links
from xinglin.exchange.identity.models import LinkEvent, Patient, Review
from xinglin.exchange.identity.queries import patients, reviews
from xinglin.exchange.identity.words import ReviewStage
from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db


def standing() -> dict[int, int]:
    return dict(Patient.objects.values_list("id", "person_id"))


def conflict() -> tuple[int, int, Review, Account]:
    one, other = arrive(facts(site=1), facts(site=2, name_zh="林小玲"))
    return one, other, Review.objects.get(), account(Role.STEWARD)


def test_a_link_brings_both_together_and_is_taken_back_exactly() -> None:
    one, other, review, steward = conflict()
    before = standing()
    links.link_pair(review_id=review.pk, by=steward)
    assert patients.linked(one) == [one, other] == patients.linked(other)
    links.decide_again(review_id=review.pk, remark="错了", by=steward)
    assert standing() == before
    assert [e.ground for e in LinkEvent.objects.order_by("created_at", "id")] == ["decided", "decided again"]
    kinds = set(LedgerEntry.objects.values_list("event", flat=True))
    assert {"identity.linked", "identity.reopened", "identity.moved"} <= kinds


def test_what_is_kept_apart_no_machine_brings_together() -> None:
    one, other, review, steward = conflict()
    links.keep_apart(review_id=review.pk, by=steward)
    local = Patient.objects.get(pk=other).local_id
    arrive(facts(site=2, local_id=local, name_zh="陈大文"))
    assert patients.person_of(one) != patients.person_of(other)


def test_a_third_record_does_not_join_what_is_kept_apart() -> None:
    one, other, review, steward = conflict()
    links.keep_apart(review_id=review.pk, by=steward)
    third = Review(left_id=one, right_id=other)
    assert patients.person_of(one) != patients.person_of(other) and third.left_id == one
    (new,) = arrive(facts(site=3))
    assert patients.person_of(new) in (patients.person_of(one), patients.person_of(new))
    assert patients.person_of(one) != patients.person_of(other)


def test_keeping_apart_what_others_tie_together_is_refused_with_the_way() -> None:
    one, other, third = arrive(facts(site=1), facts(site=2), facts(site=3, documents=()))
    steward = account(Role.STEWARD)
    person = str(patients.person_of(one))
    review = links.ask_about(person_id=person, record=other, other=third, by=steward)
    tied = {tuple(sorted((tie.left_id, tie.right_id))) for tie in reviews.ties_of([one, other, third])}
    if (min(other, third), max(other, third)) in tied:
        pytest.skip("tied directly")
    with pytest.raises(Refusal):
        links.keep_apart(review_id=review.pk, by=steward)


def test_a_record_is_taken_out_and_stands_alone() -> None:
    one, other = arrive(facts(site=1), facts(site=2))
    steward = account(Role.STEWARD)
    person = patients.person_of(one)
    links.take_out(person_id=str(person), record=other, by=steward)
    assert patients.person_of(one) == person != patients.person_of(other)
    assert Review.objects.get().stage == ReviewStage.KEPT_APART
    with pytest.raises(Refusal):
        links.take_out(person_id=str(person), record=other, by=steward)


@pytest.mark.parametrize("role", [None, Role.SECRETARIAT, Role.AUTHORITY, Role.SYSTEM_ADMIN])
def test_only_a_steward_decides_or_sees(role: Role | None) -> None:
    _one, _other, review, _steward = conflict()
    actor = account(role)
    assert not reviews.reviews_for(actor).exists() and not reviews.persons_for(actor).exists()
    with pytest.raises(Refusal):
        links.link_pair(review_id=review.pk, by=actor)
    review.refresh_from_db()
    assert review.stage == ReviewStage.OPEN


def test_the_evidence_adds_up_to_the_weight() -> None:
    _one, _other, review, _steward = conflict()
    found = reviews.evidence_of(review)
    assert found.total == pytest.approx(review.weight, abs=0.01)
    assert found.before + sum(line.bits or 0 for line in found.lines) == pytest.approx(found.total)


STEPS = st.lists(
    st.tuples(st.sampled_from(["link", "apart", "again"]), st.integers(0, 5), st.integers(0, 5)), max_size=12
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_order_of_decisions_is_undone_by_undoing_them_backwards(steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        ids = arrive(*(stranger(n, site=1 + n, local_id=f"H{n}", birth_date=date(1950 + n, 1, 1)) for n in range(6)))
        steward = account(Role.STEWARD, name=f"s{ids[0]}")
        sources = dict(Patient.objects.values_list("id", "local_id"))
        states, done = [standing()], []
        for move, a, b in steps:
            if a == b:
                continue
            left, right = sorted((ids[a], ids[b]))
            review = links.ask_about(person_id=str(patients.person_of(left)), record=left, other=right, by=steward)
            deed = {"link": links.link_pair, "apart": links.keep_apart, "again": links.decide_again}[move]
            was = ReviewStage(Review.objects.get(pk=review.pk).stage)
            try:
                with transaction.atomic():
                    deed(review_id=review.pk, by=steward)
            except Refusal:
                assert standing() == states[-1]
                continue
            done.append((review.pk, move, was))
            states.append(standing())
            apart = Review.objects.filter(stage=ReviewStage.KEPT_APART).values_list("left_id", "right_id")
            assert all(states[-1][x] != states[-1][y] for x, y in apart)
        assert dict(Patient.objects.values_list("id", "local_id")) == sources
        for (key, move, was), before in zip(reversed(done), reversed(states[:-1]), strict=True):
            if move == "again":
                again = links.link_pair if was == ReviewStage.LINKED else links.keep_apart
                again(review_id=key, by=steward)
            else:
                links.decide_again(review_id=key, by=steward)
            assert standing() == before
        transaction.set_rollback(True)
