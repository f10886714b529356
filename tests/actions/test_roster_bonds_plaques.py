"""Plaques through their actions, and what a stranger learns from a code."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.factories.bonds import (
    DAY,
    account,
    drafted_agreement,
    hospital,
    ledger_of,
    liaison,
    person,
    signed_agreement,
)

from xinglin.kernel import clock, inbox
from xinglin.kernel.dossiers import KINDS, open_verbs
from xinglin.kernel.models import Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions import deadlines, studios
from xinglin.roster.actions import plaques as actions
from xinglin.roster.models import Plaque
from xinglin.roster.queries import plaques as queries
from xinglin.roster.words.plaques import PlaqueStage, PlaqueStanding

pytestmark = pytest.mark.django_db
UNTIL = date(2028, 6, 5)


@pytest.fixture(autouse=True)
def _on_a_day():
    with clock.at(DAY):
        yield


@pytest.fixture
def units():
    return hospital("示例牵头医院"), hospital("示例成员医院")


@pytest.fixture
def office():
    return account(Role.SECRETARIAT)


def drafted(units, by, **more) -> Plaque:
    fields = {"name": "示例联合中心", "granted_on": DAY, **more}
    return actions.draft_plaque(granting_id=units[0].pk, receiving_id=units[1].pk, **fields, by=by)


def granted(units, by, **more) -> Plaque:
    return actions.grant_plaque(plaque_id=drafted(units, by, **more).pk, by=by)


def refused(code: str):
    return pytest.raises(Refusal, match=code.replace(".", r"\."))


def test_granted_by_its_unit_and_checked_by_anybody(units):
    by, receiver = liaison(units[0]), liaison(units[1])
    one = drafted(units, by)
    assert one.until == UNTIL
    assert one.code is None
    assert [item.move.name for item in inbox.awaiting(by)] == ["grant"]
    assert inbox.awaiting(receiver) == []
    with refused("permits.not_yours"):
        actions.grant_plaque(plaque_id=one.pk, by=receiver)
    one = actions.grant_plaque(plaque_id=one.pk, by=by)
    assert one.number == "PL-2025-0001"
    face = queries.plaque_by_code(f" {one.code[:5].lower()}-{one.code[5:]} ")
    assert face is not None
    assert (face.standing, face.receiving, face.until) == (PlaqueStanding.VALID, "示例成员医院", UNTIL)
    assert ledger_of(one) == ["roster.plaque_drafted", "roster.plaque_granted"]
    assert Notice.objects.filter(account=receiver, event="roster.plaque_granted").exists()


def test_codes_that_were_never_given_say_nothing(units, office):
    drafted(units, office)
    for code in ("", "AAAAAAAAAA", "不是编码", "A" * 500, "OOOOOOOOOO", "' or 1=1--"):
        assert queries.plaque_by_code(code) is None


@pytest.mark.parametrize(
    ("more", "code"),
    [({"until": DAY - timedelta(days=1)}, "terms.order"), ({"receiving_id": None}, "plaques.to_itself")],
)
def test_what_cannot_be_drafted(units, office, more, code):
    with refused(code):
        if "receiving_id" in more:
            actions.draft_plaque(
                name="示例", granting_id=units[0].pk, receiving_id=units[0].pk, granted_on=DAY, by=office
            )
        else:
            drafted(units, office, **more)
    assert not Plaque.objects.exists()


def test_it_rests_on_what_the_receiver_has(units, office):
    others = signed_agreement(hospital(), hospital(), office)
    with refused("plaques.not_the_receivers"):
        drafted(units, office, agreement_id=others.pk)
    unsigned = drafted_agreement(*units, office)
    with refused("plaques.agreement_not_in_force"):
        granted(units, office, agreement_id=unsigned.pk)
    assert granted(units, office, agreement_id=signed_agreement(*units, office).pk).number == "PL-2025-0001"


def test_a_period_that_is_over_is_not_granted(units, office):
    one = drafted(units, office, until=DAY)
    with clock.at(DAY + timedelta(days=1)), refused("plaques.already_over"):
        actions.grant_plaque(plaque_id=one.pk, by=office)


def test_it_is_warned_of_extended_and_expires_on_the_day(units, office):
    one = granted(units, office)
    with clock.at(UNTIL - timedelta(days=30)):
        assert deadlines.run_day()["warned"] == 1
        assert [item.move.name for item in inbox.awaiting(office)] == ["extend"]
        with refused("plaques.not_longer"):
            actions.extend_plaque(plaque_id=one.pk, until=UNTIL, by=office)
        one = actions.extend_plaque(plaque_id=one.pk, until=date(2029, 6, 5), by=office)
        assert one.stage == PlaqueStage.GRANTED
    with clock.at(date(2029, 6, 6)):
        # The public is told the truth even before the nightly run.
        assert queries.plaque_by_code(one.code).standing == PlaqueStanding.EXPIRED
        deadlines.run_day()
    one.refresh_from_db()
    assert one.stage == PlaqueStage.EXPIRED


def test_revoked_with_a_reason_that_stays_inside(units, office):
    one = granted(units, office)
    with refused("reasons.missing"):
        actions.revoke_plaque(plaque_id=one.pk, reason=" ", by=office)
    actions.revoke_plaque(plaque_id=one.pk, reason="示例：合作终止", by=office)
    face = queries.plaque_by_code(one.code)
    assert (face.standing, face.revoked_on) == (PlaqueStanding.REVOKED, DAY)
    assert "示例：合作终止" not in str(face)
    assert not queries.plaques_for(None).exists()


def test_a_replacement_has_a_code_of_its_own(units, office):
    one = granted(units, office)
    made = actions.replace_plaque(plaque_id=one.pk, reason="示例：遗失", by=office)
    assert made.number == "PL-2025-0002"
    assert made.code != one.code
    old, new = queries.plaque_by_code(one.code), queries.plaque_by_code(made.code)
    assert (old.standing, old.replaced_by) == (PlaqueStanding.REPLACED, made.number)
    assert new.standing == PlaqueStanding.VALID
    with refused("machine.wrong_stage"):
        actions.replace_plaque(plaque_id=one.pk, reason="示例", by=office)


def test_who_granted_is_told_when_the_studio_behind_it_closes(units, office):
    studio = studios.propose_studio(name="示例工作室", host_id=units[1].pk, master_id=person().pk, starts=DAY,
                                    plan="示例", by=office)  # fmt: skip
    studios.found_studio(studio_id=studio.pk, by=office)
    one = granted(units, office, studio_id=studio.pk)
    studios.close_studio(studio_id=studio.pk, reason="示例", by=office)
    one.refresh_from_db()
    assert one.stage == PlaqueStage.GRANTED
    assert Notice.objects.filter(account=office, event="roster.plaque_in_question").count() == 1


def test_the_database_wants_a_code_on_the_wall(units, office):
    one = drafted(units, office)
    with pytest.raises(IntegrityError, match="granted_plaque_has_a_code"), transaction.atomic():
        Plaque.objects.filter(pk=one.pk).update(stage="granted")


def test_nothing_is_told_of_what_did_not_happen(units, office):
    receiver, one = liaison(units[1]), drafted(units, office)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.grant_plaque(plaque_id=one.pk, by=office)
        raise RuntimeError
    assert not Notice.objects.filter(account=receiver).exists()
    assert granted(units, office).number == "PL-2025-0001"


def test_a_draft_is_changed_or_dropped_and_shown_to_nobody_else(units, office):
    kind = KINDS["roster.plaque"]
    one = drafted(units, office)
    assert not kind.visible(None).exists()
    assert not kind.visible(liaison(hospital())).exists()
    assert not open_verbs(kind, one, liaison(units[1]))
    one = actions.edit_plaque(plaque_id=one.pk, name="示例改名", granted_on=DAY, until=UNTIL, by=office)
    assert [row.pk for row in kind.search(kind.visible(office), "示例改名")] == [one.pk]
    assert kind.facts(one, office)
    assert actions.withdraw_plaque(plaque_id=one.pk, reason="示例", by=office).stage == PlaqueStage.WITHDRAWN
