"""The quarantine desk: look at an entry, repair it, take it in again, or dismiss it."""

from __future__ import annotations

from typing import Annotated

import orjson
from django.db import transaction

from xinglin.exchange.intake.models import Delivery, Quarantined
from xinglin.exchange.intake.queries.desk import quarantined_for
from xinglin.exchange.intake.rules.quarantine import REPAIRERS
from xinglin.exchange.intake.taking.replaying import PART, replay, replay_arrived
from xinglin.exchange.intake.words import Form, QuarantineReason, QuarantineStage
from xinglin.kernel import jobs, ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Line, ref
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say, unpacked
from xinglin.kernel.refusals import Refusal

Content = Annotated[str, Ask("text", longest=300_000)]
Because = Annotated[str, Ask("text", longest=200)]
REPLAY = "intake.replay"


@transaction.atomic
def open_entry(*, quarantined_id: str, by: Account) -> str:
    """What an entry says. It is clinical: looking at it is on the ledger."""
    one = lifecycle.take(Quarantined, quarantined_id)
    permits.require(by, *REPAIRERS, scopes=one.scopes())
    ledger.record("intake.read", by=by, subject=one, data={"reason": one.reason})
    return one.body


@transaction.atomic
def repair_entry(
    *, quarantined_id: str, content: Content | None = None, patient_number: Line | None = None, by: Account
) -> Quarantined:  # fmt: skip
    """Correct what an entry says, or say which of the sender's patients it is about, and take it in again."""
    one = lifecycle.take(Quarantined, quarantined_id)
    permits.require(by, *REPAIRERS, scopes=one.scopes())
    changed = [name for name, given in (("content", content), ("patient_number", patient_number)) if given]
    if content and content.strip() != one.body.strip():
        one.body = _readable(content, "content")
    if patient_number:
        one.body = _about(one, patient_number.strip())
    ledger.record("intake.repaired", by=by, subject=one, data={"fields": changed})
    lifecycle.touch(one)
    return _again(one, by)


@transaction.atomic
def replay_entry(*, quarantined_id: str, by: Account) -> Quarantined:
    """Take an entry in again as it is: what was missing may have come, a map may have been set."""
    one = lifecycle.take(Quarantined, quarantined_id)
    permits.require(by, *REPAIRERS, scopes=one.scopes())
    return _again(one, by)


def _again(one: Quarantined, by: Account) -> Quarantined:
    left, arrived = replay(entries=[one], by=by)
    if left:
        replay_arrived(site=one.site, arrived=arrived, by=permits.the_program())
    one.refresh_from_db()
    if not left:
        raise Refusal(
            "intake.still_refused", say("It still cannot be taken in: {why}", why=unpacked(one.detail)),
            say("Correct what the sentence says, or dismiss the entry."), field="content",
        )  # fmt: skip
    return one


def _readable(content: str, field: str) -> str:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as wrong:
        raise Refusal(
            "intake.not_json", say("This is not valid JSON: {why}.", why=str(wrong)[:200]),
            say("Look at the place the sentence names; nothing you typed is lost."), field=field,
        ) from wrong  # fmt: skip
    if not isinstance(found, dict):
        raise Refusal("intake.not_object", say("An entry is one JSON object."), field=field)
    return content.strip()


def _about(one: Quarantined, number: str) -> str:
    """The entry, said to be about a patient of the sender's."""
    found = orjson.loads(_readable(one.body, "patient_number"))
    if one.form == Form.CSV:
        found["patient_id"] = number
    else:
        name = "patient" if "patient" in found else "subject"
        found[name] = {"reference": f"Patient/{number}"}
    return orjson.dumps(found).decode()


@transaction.atomic
def replay_reason(
    *, organisation_id: ref("roster.organisation"), reason: QuarantineReason, by: Account
) -> Delivery:  # fmt: skip
    """Take everything in again that a hospital sent and that is set aside for one reason; in the background if much."""
    permits.require(by, *REPAIRERS, scopes=[("organisation", organisation_id)])
    waiting = quarantined_for(by).filter(
        organisation_id=organisation_id, reason=reason, stage=QuarantineStage.WAITING
    ).order_by("pk")  # fmt: skip
    first = waiting.select_related("delivery").last()
    if first is None:
        raise Refusal(
            "intake.none_waiting", say("Nothing of this hospital is set aside for this reason."),
            say("Look at the desk for what is."), field="reason",
        )  # fmt: skip
    jobs.ask(REPLAY, by=by, arguments={"organisation_id": organisation_id, "reason": str(reason)})
    return first.delivery


@transaction.atomic
def replay_part(*, organisation_id: str, reason: str, after: str, by: Account) -> tuple[str, int, int]:
    """The next part of a batch: where it ended ("" at the end), how many were looked at, how many left."""
    permits.require(by, *REPAIRERS, scopes=[("organisation", organisation_id)])
    part = list(Quarantined.objects.filter(
        organisation_id=organisation_id, reason=reason, stage=QuarantineStage.WAITING, pk__gt=after
    ).order_by("pk")[:PART])  # fmt: skip
    if not part:
        return "", 0, 0
    left, arrived = replay(entries=part, by=by)
    if left:
        replay_arrived(site=part[0].site, arrived=arrived, by=permits.the_program())
    return part[-1].pk, len(part), left


@transaction.atomic
def dismiss_entry(*, quarantined_id: str, because: Because, by: Account) -> Quarantined:
    """Leave it out for good, with the reason; it stays on record and can be looked at again."""
    one = lifecycle.take(Quarantined, quarantined_id)
    lifecycle.step(one, "dismiss", by=by)
    ledger.record("intake.dismissed", by=by, subject=one, data={"because": because, "reason": one.reason})
    return one


@transaction.atomic
def reopen_entry(*, quarantined_id: str, by: Account) -> Quarantined:
    """Look at a dismissed entry again."""
    one = lifecycle.take(Quarantined, quarantined_id)
    lifecycle.step(one, "reopen", by=by)
    ledger.record("intake.reopened", by=by, subject=one)
    return one
