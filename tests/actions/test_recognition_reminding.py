"""What a doctor is shown is one statement: reminder, look, count and values; who stands out goes before the auditor."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import signing
from django.db.models import Sum
from tests.factories import bonds, consent
from tests.factories.recognition import World

from xinglin.exchange.consent.actions.views import View
from xinglin.exchange.consent.models import ViewAudit
from xinglin.exchange.consent.queries import watching
from xinglin.exchange.consent.words import AuditCause, Ground, Purpose
from xinglin.exchange.recognition.actions.reminders import Shown, remind_and_read
from xinglin.exchange.recognition.models import Decision, Movement
from xinglin.exchange.recognition.rules.answer import worth_showing
from xinglin.exchange.recognition.words import DecisionStage
from xinglin.kernel import clock, configuration
from xinglin.kernel.models import LedgerEntry
from xinglin.kernel.words import Role
from xinglin.portal.cds import cards

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Any:
    watching.forget()
    yield World()
    watching.forget()


def show(world: World, *, signing_now: bool = False, ground: Ground = Ground.TREATING, visit: str = "") -> Any:
    found = world.ask(2)
    shown = [Shown(one, world.patient, world.person, world.here.number, visit or world.visit, world.doctor.pk,
                   found.snapshot, signed_at=clock.now() if signing_now else None)
             for one in worth_showing(found.items)]  # fmt: skip
    view = View(world.person, world.here.number, "order", Purpose.RECOGNITION, ground, len(shown))
    return remind_and_read(shown=shown, view=view, by=world.doctor)


def counts() -> tuple[int, int, int, int]:
    """Reminders, what was counted of them, looks, looks before the auditor."""
    counted = Movement.objects.aggregate(n=Sum("reminded"))["n"] or 0
    looks = LedgerEntry.objects.filter(event="consent.viewed").count()
    return Decision.objects.count(), counted, looks, ViewAudit.objects.count()


def test_one_statement_reminds_records_counts_and_reads(world: World) -> None:
    result = world.result(2)
    kept, told = show(world)
    (one,) = kept.values()
    assert one.new and counts() == (1, 1, 1, 0) and str(told[result.pk]) == "4.2 mmol/L"
    looked = LedgerEntry.objects.get(event="consent.viewed")
    assert (looked.actor_id, looked.subject_id, looked.data["count"]) == (world.doctor.pk, str(world.person), 1)
    assert Decision.objects.get().ordered_at is None


def test_signing_dates_a_reminder_once_and_leaves_what_was_decided(world: World) -> None:
    world.result(2)
    show(world)
    (again,) = show(world, signing_now=True)[0].values()
    assert not again.new and counts() == (1, 1, 2, 0)
    first = Decision.objects.get().ordered_at
    assert first is not None
    (later,) = show(world, signing_now=True)[0].values()
    assert Decision.objects.get().ordered_at == first and later.decision == again.decision
    Decision.objects.update(stage="declined", decided_at=clock.now(), decided_by="D", reason="04", ordered_at=None)
    (decided,) = show(world, signing_now=True)[0].values()
    assert decided.stage == DecisionStage.DECLINED and decided.handled
    assert Decision.objects.get().ordered_at is None and counts()[:2] == (1, 1)


def test_a_look_at_a_colleague_goes_before_the_auditor_and_nothing_is_doubled(world: World) -> None:
    result = world.result(2)
    consent.joined(world.here, world.person, consent.doctor(world.here, Role.LABORATORY))
    kept, told = show(world)
    assert len(kept) == 1 and result.pk in told and counts() == (1, 1, 1, 1)
    assert ViewAudit.objects.get().cause == AuditCause.COLLEAGUE
    show(world, ground=Ground.SELF, visit="other")
    assert counts() == (2, 2, 2, 1)


def test_a_look_at_somebody_under_watch_goes_before_the_auditor(world: World) -> None:
    world.result(2)
    configuration.set_rule(key="consent.watched_persons", value=[world.person], valid_from=clock.today(),
                           source_document="示例", by=bonds.account(Role.SYSTEM_ADMIN))  # fmt: skip
    watching.forget()
    show(world)
    assert counts() == (1, 1, 1, 1) and ViewAudit.objects.get().cause == AuditCause.WATCHED


def test_the_seal_of_a_card_is_the_usual_one() -> None:
    (link,) = cards.links("01示例", image=False)
    sealed = link["url"].split("/")[-2]
    assert cards.unsealed(sealed) == signing.loads(sealed, salt=cards.SALT) == "01示例"
    assert cards.unsealed(sealed[:-1] + ("A" if sealed[-1] != "A" else "B")) == ""
    assert cards.unsealed(sealed.replace(":", "::", 1)) == ""
