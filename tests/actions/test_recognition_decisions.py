"""The life of a reminder and the money that follows it, on the database (domain 2.6 to 2.8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.factories import bonds
from tests.factories.recognition import World

from xinglin.exchange.catalogue.queries import snapshot as held
from xinglin.exchange.intake.models import FallenResult
from xinglin.exchange.intake.taking import storing
from xinglin.exchange.intake.words import CRITICAL, SUPERSEDED, VOID
from xinglin.exchange.recognition.actions import counting, decisions, orders
from xinglin.exchange.recognition.models import Decision, Movement, SavingEntry, Tally
from xinglin.exchange.recognition.queries import board
from xinglin.exchange.recognition.queries import decisions as queries
from xinglin.exchange.recognition.queries.board import Span
from xinglin.exchange.recognition.words import DecisionStage, Reason
from xinglin.kernel import clock, permits, worker
from xinglin.kernel.models import LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

S = DecisionStage
GLUCOSE, POTASSIUM, CBC, CT = 1, 2, 8, 12


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(held, "CHECK_EVERY", 0)
    held.forget()
    yield
    held.forget()


@pytest.fixture
def world(db: None) -> World:
    return World()


def span() -> Span:
    month = clock.today().replace(day=1)
    return Span(month, month)


def saved() -> int:
    return sum(SavingEntry.objects.values_list("amount_fen", flat=True))


def recounted() -> None:
    """The differences lost nothing: tallies and movements say what the records say."""
    sites = [0, *board.by_site(span())]
    told = [[board.along(Span(span().since, span().until, site), facet) for facet in range(5)] for site in sites]
    visits = board.total(span()).visits
    assert board.total(span()).saved_fen == saved()
    counting.recount()
    assert board.total(span()).visits == visits
    for site, facets in zip(sites, told, strict=True):
        for facet, before in enumerate(facets):
            after = board.along(Span(span().since, span().until, site), facet)
            plain = [{k: _without_visits(v) for k, v in each.items()} for each in (before, after)]
            assert {k: v for k, v in plain[0].items() if any(v)} == {k: v for k, v in plain[1].items() if any(v)}


def _without_visits(sums: Any) -> tuple[int, ...]:
    return tuple(getattr(sums, name) for name in sums.__dataclass_fields__ if name != "visits")


def test_recognised_and_saved(world: World) -> None:
    world.result(POTASSIUM)
    (row,) = world.remind(POTASSIUM)
    assert (row.stage, row.standing, row.cross, row.examination) == (S.REMINDED, "must", False, False)
    row = decisions.recognise(decision_id=row.pk, by=world.doctor)
    assert (row.stage, row.price_fen, row.decided_by) == (S.RECOGNISED, 400, world.doctor.pk)
    (entry,) = SavingEntry.objects.all()
    assert (entry.amount_fen, entry.kind, entry.region, entry.price_list) == (400, "saved", "440100", "示例价目表 2024")
    total = board.total(span())
    assert (total.reminded, total.must, total.viewed, total.recognised, total.visits) == (1, 1, 1, 1, 1)
    assert (total.saved_fen, total.recognition_rate) == (400, 1.0)
    recounted()


def test_asking_again_reminds_nobody_twice(world: World) -> None:
    world.result(POTASSIUM)
    first, again = world.remind(POTASSIUM), world.remind(POTASSIUM)
    assert [one.pk for one in first] == [one.pk for one in again]
    assert board.total(span()).reminded == 1


def test_a_withdrawn_recognition_is_a_negative_entry(world: World) -> None:
    world.result(POTASSIUM)
    (row,) = world.remind(POTASSIUM)
    decisions.recognise(decision_id=row.pk, by=world.doctor)
    row = decisions.withdraw_recognition(decision_id=row.pk, by=world.doctor)
    assert (row.stage, row.decided_at, saved()) == (S.VIEWED, None, 0)
    assert [(one.turn, one.amount_fen, one.kind) for one in SavingEntry.objects.order_by("turn")] == [
        (1, 400, "saved"), (2, -400, "withdrawn"),
    ]  # fmt: skip
    decisions.recognise(decision_id=row.pk, by=world.doctor)
    assert saved() == 400 and SavingEntry.objects.count() == 3
    assert board.total(span()).visits == 1
    recounted()


def test_declined_with_a_reason_and_the_patient_told(world: World) -> None:
    world.result(POTASSIUM)
    (row,) = world.remind(POTASSIUM)
    row = decisions.decline(decision_id=row.pk, reason=Reason.FAST, informed=True, by=world.doctor)
    assert (row.stage, row.reason, row.reason_version, row.informed_by) == (
        S.DECLINED,
        "02",
        "2022-10",
        world.doctor.pk,
    )
    assert saved() == 0 and board.by_reason(span())[2].declined == 1
    decisions.withdraw_decline(decision_id=row.pk, by=world.doctor)
    assert board.by_reason(span())[2].declined == 0
    row = decisions.decline(decision_id=row.pk, reason=Reason.SERIES, by=world.doctor)
    assert board.total(span()).recognition_rate is None and row.informed_at is None
    decisions.inform_patient(decision_id=row.pk, by=world.doctor)
    assert Decision.objects.get().informed_at
    recounted()


def test_reason_08_needs_words(world: World) -> None:
    world.result(POTASSIUM)
    (row,) = world.remind(POTASSIUM)
    with pytest.raises(Refusal):
        decisions.decline(decision_id=row.pk, reason=Reason.OTHER, by=world.doctor)
    assert Decision.objects.get().stage == S.REMINDED and board.total(span()).viewed == 0


def test_images_are_opened_before_an_examination_is_recognised(world: World) -> None:
    world.result(CT, flags=4)
    (row,) = world.remind(CT)
    with pytest.raises(Refusal) as refused:
        decisions.recognise(decision_id=row.pk, by=world.doctor)
    assert refused.value.code == "recognition.image_not_opened"
    decisions.open_image(decision_id=row.pk, by=world.doctor)
    decisions.recognise(decision_id=row.pk, by=world.doctor)
    (entry,) = SavingEntry.objects.all()
    assert (entry.amount_fen, entry.radiation_usv, entry.wait_days) == (26000, 6100, 3)
    decisions.withdraw_recognition(decision_id=row.pk, by=world.doctor)
    total = board.total(span())
    assert (total.saved_fen, total.radiation_usv, total.wait_days, total.bookings) == (0, 0, 0, 0)
    recounted()


def test_an_order_placed_again_takes_the_saving_back(world: World) -> None:
    world.result(POTASSIUM)
    (row,) = world.remind(POTASSIUM)
    decisions.recognise(decision_id=row.pk, by=world.doctor)
    place = {"site": world.here.number, "visit": world.visit, "order_no": "O1", "by": world.doctor}
    orders.place_orders(patient=world.patient, items=[POTASSIUM], **place)
    assert saved() == 0 and SavingEntry.objects.filter(kind="reordered").count() == 1
    orders.place_orders(patient=world.patient, items=[POTASSIUM], **place)
    orders.revoke_order(**place)
    assert saved() == 400
    recounted()


def test_an_order_after_the_window_takes_nothing_back(world: World) -> None:
    world.result(POTASSIUM)
    (row,) = world.remind(POTASSIUM)
    decisions.recognise(decision_id=row.pk, by=world.doctor)
    later = clock.now() + timedelta(days=8)
    orders.place_orders(site=world.here.number, visit=world.visit, patient=world.patient, order_no="O1",
                        items=[POTASSIUM], placed_at=later, by=world.doctor)  # fmt: skip
    assert saved() == 400


def test_a_panel_is_saved_once_at_its_own_price(world: World) -> None:
    for number in (5, 6, 7):
        world.result(number)
    rows = world.remind(CBC, 5)
    assert [(one.item, one.whole, len(one.results)) for one in rows] == [(5, True, 1), (CBC, True, 3)]
    for row in rows:
        decisions.recognise(decision_id=row.pk, by=world.doctor)
    assert saved() == 1500
    decisions.withdraw_recognition(decision_id=rows[1].pk, by=world.doctor)
    assert saved() == 300
    recounted()


def test_two_doctors_of_one_visit_save_once(world: World) -> None:
    world.result(POTASSIUM)
    (one,), (other,) = world.remind(POTASSIUM), world.remind(POTASSIUM, doctor="D2")
    assert one.pk != other.pk
    for row in (one, other):
        decisions.recognise(decision_id=row.pk, by=world.doctor)
    assert saved() == 400
    decisions.withdraw_recognition(decision_id=one.pk, by=world.doctor)
    assert saved() == 400 and board.total(span()).visits == 1
    decisions.withdraw_recognition(decision_id=other.pk, by=world.doctor)
    assert saved() == 0 and board.total(span()).visits == 0


def fall(item: int, status: int = VOID) -> None:
    """Let a result fall by the statement intake uses."""
    storing.run(storing.let_fall("UPDATE intake_result SET status = %s WHERE item = %s"), [status, item])


def a_minute_passes() -> None:
    worker.tend()


@pytest.mark.parametrize("status", [SUPERSEDED, VOID])
def test_a_report_corrected_later_takes_the_saving_back_within_the_minute(world: World, status: int) -> None:
    for number in (5, 6, 7):
        world.result(number)
    (row,) = world.remind(CBC)
    decisions.recognise(decision_id=row.pk, by=world.doctor)
    a_minute_passes()
    assert saved() == board.total(span()).saved_fen == 1500
    fall(6, status)
    a_minute_passes()
    assert saved() == board.total(span()).saved_fen == 0
    assert SavingEntry.objects.filter(kind="invalid").count() == 1 and not FallenResult.objects.exists()
    assert Notice.objects.filter(account=world.doctor, event="recognition.invalidated").count() == 1
    assert not Movement.objects.exists()
    assert orders.find_invalid(by=permits.the_program()) == (0, 0)
    decisions.withdraw_recognition(decision_id=row.pk, by=world.doctor)
    with pytest.raises(Refusal):
        decisions.recognise(decision_id=row.pk, by=world.doctor)


def test_what_fell_after_it_was_shown_is_not_recognised(world: World) -> None:
    world.result(POTASSIUM)
    (row,) = world.remind(POTASSIUM)
    fall(POTASSIUM)
    a_minute_passes()
    with pytest.raises(Refusal) as refused:
        decisions.recognise(decision_id=row.pk, by=world.doctor)
    assert refused.value.code == "recognition.invalid" and saved() == 0


def test_time_runs_out_within_a_minute_of_its_end(world: World) -> None:
    world.result(POTASSIUM)
    (row,) = world.remind(POTASSIUM)
    for minutes, stage in ((-1, S.REMINDED), (1, S.UNHANDLED)):
        with clock.at(row.created_at + timedelta(hours=24, minutes=minutes)):
            a_minute_passes()
        assert Decision.objects.get().stage == stage
    assert board.total(span()).unhandled == 1 and not Movement.objects.exists()


def test_left_undecided_counts_and_can_still_be_decided(world: World) -> None:
    world.result(POTASSIUM)
    world.result(GLUCOSE, flags=CRITICAL)
    world.remind(POTASSIUM, GLUCOSE)
    orders.place_orders(site=world.here.number, visit=world.visit, patient=world.patient, order_no="O1",
                        items=[POTASSIUM, GLUCOSE], by=world.doctor)  # fmt: skip
    with clock.at(clock.now() + timedelta(hours=25)):
        assert orders.time_out(by=permits.the_program()) == 2
        assert orders.time_out(by=permits.the_program()) == 0
    total = board.total(span())
    # Only what must have been recognised counts as repeated.
    assert (total.unhandled, total.repeated, total.repeated_rate) == (2, 1, 1.0)
    row = Decision.objects.get(item=POTASSIUM)
    decisions.recognise(decision_id=row.pk, by=world.doctor)
    assert board.total(span()).unhandled == 1
    recounted()


def test_many_at_once_are_all_or_none(world: World) -> None:
    for number in (POTASSIUM, CT):
        world.result(number, flags=4)
    rows = world.remind(POTASSIUM, CT)
    with pytest.raises(Refusal):
        decisions.recognise_many(decision_ids=[one.pk for one in rows], by=world.doctor)
    assert not Decision.objects.filter(stage=S.RECOGNISED).exists() and saved() == 0
    decisions.decline_many(decision_ids=[one.pk for one in rows], reason=Reason.GRAVE, by=world.doctor)
    assert board.by_reason(span())[3].declined == 2


def test_only_the_hospitals_doctors_decide(world: World) -> None:
    world.result(POTASSIUM)
    (row,) = world.remind(POTASSIUM)
    for other in (world.stranger, bonds.account(Role.SECRETARIAT), bonds.account()):
        for deed in (decisions.recognise, decisions.view_result, decisions.open_image):
            with pytest.raises(Refusal):
                deed(decision_id=row.pk, by=other)
    with pytest.raises(Refusal):
        orders.place_orders(site=world.here.number, visit="V", patient=1, order_no="O", items=[1], by=world.stranger)


def test_folding_changes_no_sum(world: World) -> None:
    world.result(POTASSIUM)
    (row,) = world.remind(POTASSIUM)
    decisions.recognise(decision_id=row.pk, by=world.doctor)
    before = [board.total(span()), board.by_item(span()), board.pairs(span()), board.by_payer(span())]
    assert counting.fold() > 0 and not Movement.objects.exists() and Tally.objects.exists()
    assert [board.total(span()), board.by_item(span()), board.pairs(span()), board.by_payer(span())] == before
    decisions.withdraw_recognition(decision_id=row.pk, by=world.doctor)
    assert board.total(span()).saved_fen == 0 and board.total(span()).reminded == 1
    counting.fold()
    recounted()


def test_items_for_the_treating_doctor_alone_stand_in_no_figure(world: World) -> None:
    """Domain 9.5: no total, no cell and no difference of two tells of them; the ledger still holds every fen."""
    for number in (POTASSIUM, GLUCOSE):
        world.result(number)
    for row in world.remind(POTASSIUM, GLUCOSE):
        decisions.recognise(decision_id=row.pk, by=world.doctor)
    before = {facet: board.along(span(), facet) for facet in range(5)}
    counting.fold()
    assert (board.total(span()).saved_fen, board.apart(span()).saved_fen) == (1000, 0)
    world.catalogue.hide(GLUCOSE)
    a_minute_passes()
    office = bonds.account(Role.SECRETARIAT)
    listed = sum(queries.savings_for(office).values_list("amount_fen", flat=True))
    assert board.total(span()).saved_fen == listed == 400 < saved() == 1000
    assert board.apart(span()).saved_fen == 600 and GLUCOSE not in board.by_item(span())
    for facet in range(5):
        assert sum(one.saved_fen for one in board.along(span(), facet).values()) in (400, 0)
    assert sum(one.reminded for one in board.pairs(span()).values()) == board.by_site(span())[1].reminded == 1
    # What moves before it is folded is apart at once.
    decisions.withdraw_recognition(decision_id=Decision.objects.get(item=GLUCOSE).pk, by=world.doctor)
    assert (board.total(span()).saved_fen, board.apart(span()).saved_fen) == (400, 0)
    world.catalogue.hide(GLUCOSE, hidden=False)
    a_minute_passes()
    assert board.apart(span()).reminded == 0 and board.total(span()).reminded == 2
    assert board.by_item(span()).keys() == before[1].keys()
    recounted()


def test_across_cities(world: World) -> None:
    world.result(GLUCOSE, site=world.far)
    (row,) = world.remind(GLUCOSE)
    assert row.cross
    decisions.recognise(decision_id=row.pk, by=world.doctor)
    inside, across = board.crossing(span())
    assert (inside.recognised, across.recognised, across.saved_fen) == (0, 1, 600)
    recounted()


def test_the_ledger_of_savings_keeps_its_shape_in_the_database(world: World) -> None:
    world.result(POTASSIUM)
    (row,) = world.remind(POTASSIUM)
    decisions.recognise(decision_id=row.pk, by=world.doctor)
    entry = SavingEntry.objects.get()
    for wrong in ({"turn": 1}, {"turn": 2, "amount_fen": -1}, {"turn": 2, "kind": "withdrawn"}):
        entry.pk = entry.pk[:-2] + "ZZ"
        for name, value in wrong.items():
            setattr(entry, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            entry.save(force_insert=True)


def test_every_deed_is_on_the_ledger_without_clinical_content(world: World) -> None:
    world.result(POTASSIUM)
    (row,) = world.remind(POTASSIUM)
    decisions.recognise(decision_id=row.pk, by=world.doctor)
    told = LedgerEntry.objects.filter(subject_id=row.pk).order_by("id").values_list("event", flat=True)
    assert list(told) == ["recognition.viewed", "recognition.recognised", "recognition.saving_booked"]
    assert all("钾" not in str(one) for one in LedgerEntry.objects.filter(subject_id=row.pk).values())
