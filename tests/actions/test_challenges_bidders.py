"""Who stands behind a bidder, from which account its guarantee came, its budget: sealed, kept, compared, blinded."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from tests.actions.test_challenges_sealing import opened
from tests.factories import sealing
from tests.factories.reviews import case

from xinglin.challenges.actions import checks, copies, flags
from xinglin.challenges.models import Bid, BidController, BidCost, Flag
from xinglin.challenges.queries.checks import findings
from xinglin.challenges.rules.bidding import ControllerRow, CostRow
from xinglin.challenges.words.bids import BidStage, ControllerKind
from xinglin.challenges.words.reviews import FlagKind
from xinglin.kernel.refusals import FieldRefusals, Refusal

pytestmark = pytest.mark.django_db
ACCOUNT = "6222 0200-0000 1234 567"
CODE = "91330100799655058B"
BEHIND = [
    ControllerRow("欧阳示例", ControllerKind.PERSON), ControllerRow("示例磐石控股有限公司", ControllerKind.ORGANISATION, CODE),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    sealing.cheap_keys(monkeypatch)


def test_all_of_it_is_sealed_and_after_the_opening_kept_with_the_account_encrypted() -> None:
    one = sealing.call()
    costs = [CostRow("试剂", 100_000_000), CostRow("检测", 50_000_000)]
    made = sealing.bid(one, costs=costs, controllers=BEHIND, guarantee_account=ACCOUNT)
    assert Bid.objects.get().guarantee_account == "" and not BidController.objects.exists()
    opened(one)
    bid = Bid.objects.get(pk=made.pk)
    assert bid.stage == BidStage.OPENED and bid.guarantee_account == ACCOUNT
    assert [(row.purpose, row.amount_fen) for row in bid.costs.all()] == [("试剂", 100_000_000), ("检测", 50_000_000)]
    assert [(row.name, row.kind, row.credit_code) for row in bid.controllers.all()] == [
        ("欧阳示例", "person", ""), ("示例磐石控股有限公司", "organisation", CODE),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT guarantee_account FROM challenges_bid")
        assert [row[0][:3] for row in cursor.fetchall()] == ["x1."]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"costs": [CostRow("试剂", 149_999_999)]}, "costs"),
        ({"controllers": [ControllerRow("示例控股", ControllerKind.ORGANISATION, CODE[:-1] + "0")]}, "controllers"),
        ({"guarantee_account": "工行 1234"}, "guarantee_account"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(more: dict[str, Any], field: str) -> None:
    one = sealing.call()
    with pytest.raises(FieldRefusals) as told:
        sealing.bid(one, **more)
    assert set(told.value.fields) == {field} and not Bid.objects.exists()


def test_a_bidder_the_demander_controls_is_not_taken() -> None:
    one = sealing.call()
    row = ControllerRow(one.challenge.organisation.name_zh, ControllerKind.ORGANISATION)
    with pytest.raises(Refusal, match="related"):
        sealing.bid(one, controllers=[row])


def behind(bid: Bid, *rows: tuple[str, ControllerKind], costs: tuple[int, ...] = (), account: str = "") -> None:
    for number, (name, kind) in enumerate(rows, start=1):
        BidController.objects.create(bid=bid, number=number, name=name, kind=kind)
    for number, amount in enumerate(costs, start=1):
        BidCost.objects.create(bid=bid, number=number, purpose=f"示例{number}", amount_fen=amount)
    bid.guarantee_account = account
    bid.save()


def test_one_account_one_controller_and_one_budget_are_flagged_with_evidence_and_control_blocks() -> None:
    one, by, _people = case()
    lines = (31_234_500, 52_345_600, 10_345_600, 99_876_500)
    first, second = one.bids.order_by("number")
    behind(first, ("欧阳示例", ControllerKind.PERSON), costs=lines, account=ACCOUNT)
    behind(second, ("欧阳 示例", ControllerKind.PERSON), costs=lines[::-1], account=ACCOUNT.replace(" ", ""))
    flags.compare_bids(challenge_id=one.pk, by=by)
    found = {flag.kind: flag for flag in Flag.objects.all()}
    assert set(found) == {FlagKind.SAME_ACCOUNT, FlagKind.SAME_CONTROL, FlagKind.PRICE_PATTERN}
    assert found[FlagKind.SAME_ACCOUNT].evidence == ["****4567"] and found[FlagKind.SAME_CONTROL].blocks
    Bid.objects.filter(pk=first.pk).update(stage=BidStage.OPENED)
    told = [(str(row.sentence.msgid)[:23], row.blocks) for row in findings(second)]
    assert ("The guarantee of bid {n", False) in told and ("{one} and {other} are u", True) in told
    with pytest.raises(Refusal, match="blocked"):
        checks.qualify_bid(bid_id=first.pk, by=by)


def test_houses_of_the_state_and_budgets_of_their_own_are_not_accused() -> None:
    one, by, _people = case()
    first, second = one.bids.order_by("number")
    state = ("示例省国资委", ControllerKind.STATE)
    behind(first, state, costs=(31_234_500, 52_345_600, 10_345_600, 99_876_500), account=ACCOUNT)
    behind(second, state, costs=(41_234_500, 42_345_600, 20_345_600, 89_876_500), account="6222020000009999999")
    flags.compare_bids(challenge_id=one.pk, by=by)
    assert not Flag.objects.exists()
    assert [(str(row.sentence.msgid)[:9], row.blocks) for row in findings(first)] == [("The state", False)]


def test_a_blind_copy_names_nobody_behind_the_bidder_and_no_account() -> None:
    one, by, _people = case(bids=1)
    bid = one.bids.get()
    behind(
        bid, ("欧阳示例", ControllerKind.PERSON), ("示例磐石控股有限公司", ControllerKind.ORGANISATION), account=ACCOUNT
    )
    BidController.objects.filter(number=2).update(credit_code=CODE)
    bid.route = f"由欧阳示例出资，示例磐石控股有限公司（{CODE}）担保，保证金自账户6222020000001234567汇出。路线三步。"
    bid.save()
    copies.prepare_copies(challenge_id=one.pk, by=by)
    told = str(bid.blind_copy.parts)
    assert "路线三步" in told
    assert not [word for word in ("欧阳", "磐石", CODE, "62220200", "1234567") if word in told]
