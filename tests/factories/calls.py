"""Demands and calls at any point of their way, made by the actions themselves. Everything invented is marked 示例."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.factories.bonds import account, expert_of, hospital, liaison, person

from xinglin.challenges.actions import argument, calls, demands, holders
from xinglin.challenges.models import Appraisal, Challenge
from xinglin.challenges.words.bids import HolderSide
from xinglin.challenges.words.calls import CRITERIA, CriterionSet
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.kernel.clock import at, now
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role
from xinglin.roster.models import Organisation, Person

__all__ = ["account", "drafted", "expert_of", "hospital", "liaison", "person"]

PROBLEM = "示例：现有肝癌早筛手段灵敏度不足六成，基层漏诊多；曾试用单一标志物，未见改善。"
INDICATOR = demands.IndicatorRow("灵敏度", "%", Decimal(85), "示例：前瞻性多中心验证，不少于 500 例")
AMOUNT = 300_000_000
PHRASE = "示例 正确 马匹 电池 订书钉 one side"


def drafted(place: Organisation | None = None, by: Account | None = None, **more: Any) -> Challenge:
    """A whole draft: final user, indicator, money by source, milestones, clause."""
    place = place or hospital()
    fields: dict[str, Any] = {
        "title": "示例榜单：肝癌早筛模型", "problem": PROBLEM, "end_user": "示例医院肝病科", "specialties": ["04.03"],
        "indicators": [INDICATOR], "months": 24, "most_fen": AMOUNT, "ip_clause": "示例：成果由双方共有。",
        "budget": [demands.BudgetRow(BudgetSource.OWN, 200_000_000), demands.BudgetRow(BudgetSource.PUBLIC, 100_000_000)],
        "milestones": [demands.MilestoneRow("示例：完成模型", 12, 40), demands.MilestoneRow("示例：完成验证", 24, 60)],
        **more,
    }  # fmt: skip
    return demands.draft_demand(organisation_id=place.pk, by=by or liaison(place), **fields)


def experts(count: int) -> list[tuple[Person, Account]]:
    """People of the register with an account each."""
    return [(one, expert_of(one)) for one in (person() for _ in range(count))]


def score(row: Appraisal, by: Account, points: int = 80) -> Appraisal:
    """The same points for every criterion of the case."""
    rows = [argument.ScoreRow(one, points) for one in CRITERIA[CriterionSet(row.challenge.criterion_set)]]
    return argument.sign_appraisal(appraisal_id=row.pk, scores=rows, opinion="示例：必要且可行。", by=by)


def argued(office: Account, panel: Sequence[tuple[Person, Account]], *, points: int = 80, **more: Any) -> Challenge:
    """A demand every expert of `panel` has signed an opinion on."""
    one = drafted(**more)
    demands.submit_demand(challenge_id=one.pk, by=one.contact)
    demands.take_up_demand(challenge_id=one.pk, by=office)
    demands.pass_check(challenge_id=one.pk, experts=[p.pk for p, _ in panel], by=office)
    for expert, signs in panel:
        score(Appraisal.objects.get(challenge=one, person=expert), signs, points)
    one.refresh_from_db()
    return one


def announced(office: Account, **more: Any) -> Challenge:
    """A demand on the list, under public notice since now."""
    one = argued(office, experts(5), **more)
    argument.approve_demand(challenge_id=one.pk, by=office)
    argument.agree_list_text(challenge_id=one.pk, by=one.contact)
    return calls.announce_list(challenge_id=one.pk, by=office)


def with_keys(one: Challenge, office: Account) -> Challenge:
    """A key holder on each side of the call. Tests that make many use `sealing.cheap_keys` first."""
    oversight = account(Role.AUTHORITY)
    keeper = account(Role.SECRETARIAT)
    for who, side in ((keeper, HolderSide.OFFICE), (oversight, HolderSide.OVERSIGHT)):
        holders.make_holder_key(passphrase=PHRASE, again=PHRASE, by=who)
        holders.name_key_holder(challenge_id=one.pk, account_id=who.pk, side=side, by=office)
    return one


def published(office: Account, *, closes_at: datetime | None = None, **more: Any) -> Challenge:
    """An open call, published eleven days after its list was announced; it closes 30 days after that."""
    began = now()
    one = with_keys(announced(office, **more), office)
    with at(began + timedelta(days=11)):
        closes_at = closes_at or now() + timedelta(days=30)
        return calls.publish_call(challenge_id=one.pk, closes_at=closes_at, by=office)


def secretariat() -> Account:
    return account(Role.SECRETARIAT)
