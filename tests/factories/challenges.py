"""Challenges and bids for tests. Everything invented is marked 示例."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tests.factories.bonds import account, hospital, person

from xinglin.challenges.models import Bid, BidAttachment, BidMember, BidPlan, BidWork, Challenge
from xinglin.challenges.words.bids import BidStage, MemberPart, TextState, WorkCategory
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import clock
from xinglin.roster.models import Organisation, Person

_numbers = itertools.count(1)

__all__ = ["account", "challenge", "company", "hospital", "opened_bid", "person"]


def challenge(demander: Organisation | None = None, *, stage: ChallengeStage = ChallengeStage.PUBLISHED,
              **more: Any) -> Challenge:  # fmt: skip
    """A challenge that rests in `stage`; its deadline lies 20 days ahead, or a day back when bids are closed."""
    n = next(_numbers)
    ahead = timedelta(days=20) if stage == ChallengeStage.PUBLISHED else timedelta(days=-1)
    fields: dict[str, Any] = {
        "number": f"JB-TEST-{n}", "organisation": demander or hospital(), "title": f"示例榜单{n}：肝癌早筛模型",
        "problem": "示例：现有筛查灵敏度不足。", "closes_at": clock.now() + ahead, "most_fen": 300_000_000,
        "ip_clause": "示例：成果双方共有。", **more,
    }  # fmt: skip
    return Challenge.objects.create(stage=stage, **fields)


def company(name: str = "", **more: Any) -> Organisation:
    """An enterprise of the roster, not a hospital."""
    name = name or f"示例企业{next(_numbers)}"
    return Organisation.objects.create(name_zh=name, kind="enterprise", stage="active", **more)


def opened_bid(
    one: Challenge | None = None,
    *,
    organisation: Organisation | None = None,
    person: Person | None = None,
    stage: BidStage = BidStage.OPENED,
    members: Sequence[tuple[str, str, str, str]] = (("示例甲", "示例大学", "13800000001", "jia@example.org"),),
    attachments: Sequence[tuple[str, str, str, str]] = (("技术方案.docx", "a" * 64, "示例甲", "示例方案正文。"),),
    works: Sequence[tuple[str, str]] = (("示例：肝癌早筛的前瞻性研究", "示例甲, 示例乙"),),
    plan: Sequence[tuple[str, int, int]] = (("模型完成", 6, 40), ("临床验证", 18, 60)),
    **more: Any,
) -> Bid:
    """A bid as the opening leaves it, with its rows; it does not pass through sealing.

    `members` are (name, institution, phone, e-mail), the first is the leader; `attachments` are (name, sha256, author,
    text); `works` are (title, authors); `plan` is (content, due in months, share in percent).
    """
    one = one or challenge(stage=ChallengeStage.BID_FORMAL_CHECK)
    if organisation is None and person is None:
        organisation = company()
    n = next(_numbers)
    fields: dict[str, Any] = {
        "number": f"TB-TEST-{n}", "receipt": f"{n:064x}", "received_at": clock.now() - timedelta(days=2),
        "title": f"示例投榜{n}", "summary": "示例：以多组学数据训练早筛模型。", "route": "示例：先回顾、后前瞻。",
        "price_fen": 200_000_000, "months": 18, "credit_commitment": True, **more,
    }  # fmt: skip
    bid = Bid.objects.create(challenge=one, organisation=organisation, person=person, stage=stage, **fields)
    for number, (name, institution, phone, email) in enumerate(members, start=1):
        part = MemberPart.LEADER if number == 1 else MemberPart.MEMBER
        BidMember.objects.create(bid=bid, number=number, name=name, institution=institution, phone=phone, email=email,
                                 part=part, share_percent=100 if number == 1 else 0)  # fmt: skip
    for number, (name, sha256, author, text) in enumerate(attachments, start=1):
        BidAttachment.objects.create(
            bid=bid, number=number, name=name, sha256=sha256, author=author, text=text, size=len(text.encode()),
            media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            text_state=TextState.READ,
        )  # fmt: skip
    for number, (title, authors) in enumerate(works, start=1):
        BidWork.objects.create(bid=bid, number=number, category=WorkCategory.PAPER, title=title, authors=authors,
                               published_on=date(2025, 3, 1))  # fmt: skip
    for number, (content, due_months, share) in enumerate(plan, start=1):
        BidPlan.objects.create(bid=bid, number=number, content=content, due_months=due_months, share_percent=share)
    return bid
