"""What becomes of a reminder, in the order of its life: viewed, recognised or declined with a reason, taken back.

The program never accepts by itself. Every deed counts itself (`counting`) and keeps the savings ledger true.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from xinglin.exchange.catalogue.queries import snapshot as catalogue
from xinglin.exchange.intake.words import FINAL
from xinglin.exchange.recognition.actions import counting, savings
from xinglin.exchange.recognition.models import Decision
from xinglin.exchange.recognition.rules.board import contribution
from xinglin.exchange.recognition.rules.decisions import Deciding
from xinglin.exchange.recognition.rules.reasons import CURRENT, the_reason
from xinglin.exchange.recognition.words import DecisionStage, Payer, Reason
from xinglin.kernel import ledger, lifecycle
from xinglin.kernel.asks import Ask, Yes
from xinglin.kernel.clock import ZONE, now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent

Remark = Annotated[str, Ask("line", longest=500)]
Diagnosis = Annotated[str, Ask("line", longest=200)]
# What the hospital calls the doctor, when its own program speaks for one.
DoctorName = Annotated[str, Ask("line", longest=60)]


@transaction.atomic
def view_result(*, decision_id: str, by: Account) -> Decision:
    """Open the result one was reminded of."""
    row, before = _taken(decision_id)
    _view(row, by)
    counting.moved(row, before)
    return row


@transaction.atomic
def open_image(*, decision_id: str, by: Account) -> Decision:
    """Note that the images were opened; an examination is not recognised without (domain 2.6)."""
    row, before = _taken(decision_id)
    if row.stage in (DecisionStage.REMINDED, DecisionStage.UNHANDLED):
        _view(row, by)
    _require_doctor(row, by)
    row.image_opened_at = row.image_opened_at or now()
    lifecycle.touch(row)
    ledger.record("recognition.image_opened", by=by, subject=row)
    counting.moved(row, before)
    return row


@transaction.atomic
def recognise(*, decision_id: str, diagnosis: Diagnosis | None = None, doctor: DoctorName | None = None,
              payer: Payer | None = None, by: Account) -> Decision:  # fmt: skip
    """Recognise the earlier result instead of repeating the test; the order line falls away and the saving is booked.

    A reminder that was not opened is opened by this: its card showed the result.
    """
    row, before = _taken(decision_id)
    if row.stage in (DecisionStage.REMINDED, DecisionStage.UNHANDLED):
        _view(row, by)
    first = not _recognised_in_visit(row)
    row.decided_at, row.decided_by = now(), _name(doctor, by)
    row.diagnosis, row.payer = diagnosis or row.diagnosis, payer or row.payer
    row.reason = row.reason_version = ""
    row.reordered_at = None
    _price(row)
    facts = Deciding(row.examination, row.image_opened_at is not None, row.invalid_at is not None or _fallen(row))
    lifecycle.step(row, "recognise", by=by, facts=facts)
    ledger.record("recognition.recognised", by=by, subject=row, data={"doctor": row.decided_by})
    counting.moved(row, before, visits=int(first))
    _settle(row, by)
    return row


@transaction.atomic
def decline(*, decision_id: str, reason: Reason, remark: Remark | None = None, informed: Yes = False,
            diagnosis: Diagnosis | None = None, doctor: DoctorName | None = None,
            version: Annotated[str, Ask("line", longest=12)] = CURRENT, by: Account) -> Decision:  # fmt: skip
    """Do not recognise it, with a coded reason; 08 needs words. `informed` says that the patient was told why the
    test is repeated. The order is placed and stays linked to this decision."""
    row, before = _taken(decision_id)
    if row.stage in (DecisionStage.REMINDED, DecisionStage.UNHANDLED):
        _view(row, by)
    row.reason, row.reason_version = the_reason(str(reason), remark or "", version=version), version
    row.remark, row.diagnosis = remark or "", diagnosis or row.diagnosis
    row.decided_at, row.decided_by = now(), _name(doctor, by)
    if informed:
        row.informed_at, row.informed_by = row.decided_at, row.decided_by
    lifecycle.step(row, "decline", by=by)
    ledger.record("recognition.declined", by=by, subject=row,
                  data={"reason": str(row.reason), "version": version, "doctor": row.decided_by})  # fmt: skip
    counting.moved(row, before)
    return row


@transaction.atomic
def withdraw_recognition(*, decision_id: str, doctor: DoctorName | None = None, by: Account) -> Decision:
    """Take a recognition back: the reminder is undecided again and the saving is answered by its negative."""
    row, before = _taken(decision_id)
    _undecided(row)
    lifecycle.step(row, "withdraw_recognition", by=by)
    last = not _recognised_in_visit(row)
    ledger.record("recognition.withdrawn", by=by, subject=row, data={"doctor": _name(doctor, by)})
    counting.moved(row, before, visits=-int(last))
    _settle(row, by)
    return row


@transaction.atomic
def withdraw_decline(*, decision_id: str, doctor: DoctorName | None = None, by: Account) -> Decision:
    """Take a refusal back: the reminder is undecided again."""
    row, before = _taken(decision_id)
    reason = row.reason
    _undecided(row)
    row.reason = row.reason_version = row.remark = ""
    row.informed_at, row.informed_by = None, ""
    lifecycle.step(row, "withdraw_decline", by=by)
    ledger.record("recognition.decline_withdrawn", by=by, subject=row,
                  data={"doctor": _name(doctor, by), "reason": reason})  # fmt: skip
    counting.moved(row, before)
    return row


@transaction.atomic
def inform_patient(*, decision_id: str, doctor: DoctorName | None = None, by: Account) -> Decision:
    """Record that the patient or family was told why the test is repeated (domain 2.1)."""
    row, _before = _taken(decision_id)
    _require_doctor(row, by)
    if row.stage != DecisionStage.DECLINED:
        raise Refusal(
            "recognition.nothing_to_explain",
            say("The patient is told when a result is not recognised; this one is not declined."),
            say("Decline it first, with its reason."),
        )
    row.informed_at, row.informed_by = now(), _name(doctor, by)
    lifecycle.touch(row)
    ledger.record("recognition.patient_informed", by=by, subject=row)
    return row


@transaction.atomic
def recognise_many(*, decision_ids: list[str], by: Account) -> list[Decision]:
    """Recognise several at once; all or none."""
    return _in_order(decision_ids, lambda key: recognise(decision_id=key, by=by))


@transaction.atomic
def decline_many(*, decision_ids: list[str], reason: Reason, remark: Remark | None = None, informed: Yes = False,
                 by: Account) -> list[Decision]:  # fmt: skip
    """Decline several at once for one reason; all or none."""
    return _in_order(
        decision_ids, lambda key: decline(decision_id=key, reason=reason, remark=remark, informed=informed, by=by)
    )


def _in_order(keys: list[str], deed: Callable[[str], Decision]) -> list[Decision]:
    """Each once, in the order of their ids, so that two batches never wait for each other crosswise."""
    return [deed(key) for key in sorted(set(keys))]


def _taken(key: str) -> tuple[Decision, dict[Any, int]]:
    """A decision locked for change, behind its visit's lock, with what it contributed until now."""
    place = Decision.objects.filter(pk=key).values_list("site", "visit", "patient").first()
    if place is None:
        raise absent()
    savings.hold_visit(*place)
    row = lifecycle.take(Decision, key)
    return row, contribution(row)


def _view(row: Decision, by: Account) -> None:
    row.viewed_at = row.viewed_at or now()
    lifecycle.step(row, "view", by=by)
    ledger.record("recognition.viewed", by=by, subject=row)


def _undecided(row: Decision) -> None:
    row.decided_at, row.decided_by = None, ""


def _require_doctor(row: Decision, by: Account) -> None:
    """For deeds that are no moves: the roles of the lifecycle's own."""
    row.MACHINE.next(stage=DecisionStage.VIEWED, move="decline", roles=_roles(row, by))


def _roles(row: Decision, by: Account) -> Any:
    return None if lifecycle.permits.is_the_program(by) else lifecycle.permits.roles_of(by, row.scopes())


def _name(doctor: str | None, by: Account) -> str:
    """Who decided: the doctor a hospital's program speaks for, or the account itself."""
    return (doctor or "").strip()[:60] or by.pk


def _price(row: Decision) -> None:
    """The price in force at the asking hospital today (domain 2.8)."""
    known = catalogue.current()
    here = known.sites.get(row.site)
    price = known.price(row.item, row.site, here.region if here else "", now().astimezone(ZONE).date())
    row.price_fen, row.price_list = (price.price_fen, price.price_list) if price else (None, "")


def _fallen(row: Decision) -> bool:
    """Whether a result it rests on was corrected or voided. They are held as they are until this transaction ends:
    whoever lets one fall waits, and `orders.find_invalid` then finds this recognition. It never waits itself."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT status FROM intake_result WHERE id = ANY(%s) FOR SHARE NOWAIT", [row.results])
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise Refusal(
                    "recognition.changing",
                    say("This report is being changed at this moment."),
                    say("Ask again: the answer takes the present version."),
                ) from None
            raise
        if any(status > FINAL for (status,) in cursor.fetchall()):
            return True
        # Results of other cities are numbered below zero.
        cursor.execute("SELECT fallen_at FROM recognition_foreignresult WHERE id = ANY(%s) FOR SHARE",
                       [[-number for number in row.results if number < 0]])  # fmt: skip
        return any(fallen is not None for (fallen,) in cursor.fetchall())


def _recognised_in_visit(row: Decision) -> bool:
    """Whether another decision of the visit is recognised."""
    others = Decision.objects.filter(site=row.site, visit=row.visit, patient=row.patient).exclude(pk=row.pk)
    return others.filter(stage=DecisionStage.RECOGNISED).exists()


def _settle(row: Decision, by: Account) -> None:
    savings.settle_visit(site=row.site, visit=row.visit, patient=row.patient, by=by)
