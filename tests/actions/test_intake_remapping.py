"""A changed meaning of a local code reaches what was mapped by it: results, and the decisions that rest on them."""

import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from tests.factories import bonds, catalogue, intake
from tests.factories.fhir import Cities, ordering

from xinglin.exchange.catalogue.actions.mappings import confirm_mapping, reconsider_mapping, reject_mapping
from xinglin.exchange.catalogue.models import Item, ItemMapping
from xinglin.exchange.catalogue.queries import snapshot
from xinglin.exchange.intake.models import Result
from xinglin.exchange.intake.words import FINAL, SUPERSEDED
from xinglin.exchange.recognition.actions.orders import find_invalid
from xinglin.exchange.recognition.models import Decision, SavingEntry
from xinglin.kernel import jobs, permits
from xinglin.kernel.models import Job, LedgerEntry
from xinglin.kernel.words import Role
from xinglin.portal.cds import desk

GLUCOSE, POTASSIUM = 1, 2
CODE = {"coding": [{"system": "urn:his", "code": "X7", "display": "示例项目"}]}


@pytest.fixture
def world(db: None) -> Iterator[Cities]:
    with ordering() as made:
        yield made


def sent(world: Cities, key: str = "o1", **more: Any) -> Any:
    number = "440524188001010014"
    card = [{"system": "urn:oid:2.16.156.10011.1.3", "value": number}]
    person = intake.patient(world.theirs.local_id, identifier=card, gender="male", birthDate="1880-01-01")
    when = {"effectiveDateTime": "2026-10-30T08:00:00+08:00", "issued": "2026-10-30T10:00:00+08:00"}
    result = intake.observation(key, world.theirs.local_id, 4.4, code=CODE, **{**when, **more})
    return intake.send(world.second.organisation_id, intake.bundle(person, result))


def means(number: int) -> ItemMapping:
    steward = bonds.account(Role.STEWARD)
    row = ItemMapping.objects.get(local_code="X7")
    if row.stage != "proposed":
        reconsider_mapping(mapping_id=row.pk, by=steward)
    made = confirm_mapping(mapping_id=row.pk, item_id=Item.objects.get(number=number).pk, by=steward)
    snapshot.forget()
    jobs.work_off()
    return made


def standing() -> list[tuple[int, int]]:
    return list(Result.objects.order_by("pk").values_list("item", "status"))


def card_of(world: Cities, loinc: str) -> list[dict[str, Any]]:
    return desk.serve(desk.SIGN, {
        "hook": "order-sign", "hookInstance": str(uuid.uuid4()),
        "context": {"patientId": world.mine.local_id, "encounterId": "E1", "userId": "Practitioner/D1",
                    "draftOrders": {"entry": [{"resource": {
                        "resourceType": "ServiceRequest", "id": "d1", "status": "draft",
                        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]}}}]}},
    }, world.one.account)["cards"]  # fmt: skip


def test_results_follow_a_changed_meaning_and_decisions_on_them_are_looked_at(world: Cities) -> None:
    catalogue.grant(world.second, Item.objects.get(number=GLUCOSE), "440000")
    sent(world)
    means(GLUCOSE)
    assert standing() == [(GLUCOSE, FINAL)]
    (card,) = card_of(world, "14749-6")
    desk.feedback({"feedback": [{"card": card["uuid"], "outcome": "accepted"}]}, world.one.account)
    saved = [one.amount_fen for one in SavingEntry.objects.all()]
    assert len(saved) == 1 and saved[0] > 0
    means(POTASSIUM)
    # The old row stays as it counted, the new one has the sender's id: like a corrected result.
    assert standing() == [(GLUCOSE, SUPERSEDED), (POTASSIUM, FINAL)]
    old, new = Result.objects.order_by("pk")
    assert (new.source_id, new.number, new.unit) == ("o1", Decimal("4.4"), "mmol/L") and old.source_id != "o1"
    assert find_invalid(by=permits.the_program()) == (1, 1)
    row = Decision.objects.get()
    assert row.result == old.pk and row.invalid_at is not None
    assert sum(SavingEntry.objects.values_list("amount_fen", flat=True)) == 0
    assert card_of(world, "14749-6") == [] and Decision.objects.count() == 1
    said = LedgerEntry.objects.get(event="intake.replaced")
    assert (said.data["results"], said.data["items"]) == (1, [GLUCOSE])
    runs = Job.objects.filter(task="intake.remap", state="done").values_list("total", "done")
    assert sorted(runs)[-1] == (1, 1) and all(total == done for total, done in runs)
    # The same content sent again is nothing new; a correction of the laboratory's supersedes as ever.
    sent(world)
    assert len(standing()) == 2
    sent(world, status="corrected", valueQuantity={"value": 4.9, "unit": "mmol/L"}, issued="2026-10-30T12:00:00+08:00")
    assert standing() == [(GLUCOSE, SUPERSEDED), (POTASSIUM, SUPERSEDED), (POTASSIUM, FINAL)]


def test_a_meaning_taken_back_leaves_results_without_an_item_until_the_next_one(world: Cities) -> None:
    sent(world)
    means(GLUCOSE)
    steward = bonds.account(Role.STEWARD)
    reject_mapping(mapping_id=ItemMapping.objects.get(local_code="X7").pk, by=steward)
    snapshot.forget()
    jobs.work_off()
    assert standing() == [(GLUCOSE, SUPERSEDED), (0, FINAL)]
    means(POTASSIUM)
    assert standing() == [(GLUCOSE, SUPERSEDED), (POTASSIUM, FINAL)]
    means(GLUCOSE)
    means(POTASSIUM)
    assert [one for one in standing() if one[1] == FINAL] == [(POTASSIUM, FINAL)]
    assert Result.objects.filter(source_id="o1").count() == 1


def test_a_first_confirmation_looks_for_nothing_to_replace(world: Cities, monkeypatch: pytest.MonkeyPatch) -> None:
    from xinglin.exchange.intake.taking import remapping

    sent(world)
    asked: list[Any] = []
    monkeypatch.setattr(remapping, "stale", lambda *args, **more: asked.append(args) or [])
    means(GLUCOSE)
    assert asked == [] and standing() == [(GLUCOSE, FINAL)]
