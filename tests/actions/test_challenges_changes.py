"""A heavy change of a contract under public notice: anybody may object, and the change waits until that is decided."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from tests.factories.bonds import account
from tests.factories.challenge_running import World, heavy_change, started, world
from tests.factories.matching import ledger_of

from xinglin.challenges.actions import changes, objections, running
from xinglin.challenges.models import Objection
from xinglin.challenges.words.calls import NoticeSubject
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.challenges.words.contracts import ChangeKind, ChangeStage, ContractStage
from xinglin.kernel.clock import ZONE, at, today
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db
GROUNDS = "示例：理由与证据均已写明，可以核对。"


def refused(code: str):
    return pytest.raises(Refusal, match=code)


def objection(here: World, **more: Any) -> Objection:
    return objections.raise_objection(
        **{"challenge_id": here.challenge.pk, "about": NoticeSubject.CHANGE, "grounds": GROUNDS,
           "by": account(Role.RESIDENT, ("person", "示例")), **more}
    )  # fmt: skip


def test_a_heavy_change_waits_until_an_objection_to_it_is_decided() -> None:
    here = world()
    started(here)
    one = heavy_change(here)
    row = objection(here)
    assert here.fresh().stage == ChallengeStage.RUNNING
    with at(today() + timedelta(days=11)):
        with refused("objection_open"):
            changes.put_change_in_force(change_id=one.pk, by=here.office)
        objections.hear_objection(objection_id=row.pk, minutes="示例：已听取。", by=here.office)
        with refused("objection_open"):
            changes.put_change_in_force(change_id=one.pk, by=here.office)
        objections.dismiss_objection(objection_id=row.pk, decision=GROUNDS, by=here.office)
        changes.put_change_in_force(change_id=one.pk, by=here.office)
    assert here.contracts()[0].leader == "示例乙"


def test_an_upheld_objection_upsets_the_change_and_nothing_else() -> None:
    here = world()
    [contract] = started(here)
    leader, amount = heavy_change(here), heavy_change(here, ChangeKind.AMOUNT)
    with refused("which_notice"):
        objection(here)
    first, second = (objection(here, notice_number=1) for _ in range(2))
    other = objection(here, notice_number=2)
    objections.hear_objection(objection_id=first.pk, minutes="示例：已听取。", by=here.office)
    objections.uphold_objection(objection_id=first.pk, decision=GROUNDS, by=here.office)
    stages = {row.pk: row.stage for row in Objection.objects.all()}
    assert (stages[first.pk], stages[second.pk], stages[other.pk]) == ("upheld", "moot", "raised")
    for change in (leader, amount):
        change.refresh_from_db()
    assert (leader.stage, amount.stage) == (ChangeStage.REFUSED, ChangeStage.NOTICE)
    assert ledger_of(leader)[-1] == "challenges.change_upset"
    contract.refresh_from_db()
    assert (contract.leader, contract.stage) == ("示例负责人", ContractStage.SIGNED)
    assert here.fresh().stage == ChallengeStage.RUNNING
    award = here.challenge.public_notices.get(about="award")
    assert award.ended_at is None and leader.notice.ended_at is not None


def test_an_objection_to_a_change_arrives_by_the_last_second_of_its_notice() -> None:
    here = world()
    started(here)
    last = heavy_change(here).notice.ends_on
    midnight = datetime.combine(last + timedelta(days=1), time(), tzinfo=ZONE)
    with at(midnight - timedelta(microseconds=1)):
        objection(here)
    for number in (None, 1):
        with at(midnight), refused("objection_late"):
            objection(here, notice_number=number)


def test_a_change_that_is_refused_or_ends_with_its_contract_leaves_no_objection_open() -> None:
    here = world()
    started(here)
    one = heavy_change(here)
    objection(here)
    changes.refuse_change(change_id=one.pk, answer="示例", by=here.office)
    two = heavy_change(here)
    objection(here)
    running.terminate_challenge(challenge_id=here.challenge.pk, reason="示例", by=here.office)
    assert set(Objection.objects.values_list("stage", flat=True)) == {"moot"}
    two.refresh_from_db()
    assert (two.stage, two.notice.number) == (ChangeStage.WITHDRAWN, 2)
    assert not here.challenge.public_notices.filter(about="change", ended_at=None).exists()
