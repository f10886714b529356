"""Achievements, rights and transfers for the tests of the wing. Everything invented is marked 示例."""

from __future__ import annotations

from typing import Any

from tests.factories.bonds import account, expert_of, hospital, liaison, person

from xinglin.kernel.asks import Upload
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role
from xinglin.roster.models import Organisation
from xinglin.transfer.actions import achievements
from xinglin.transfer.actions.achievements import ContributorRow
from xinglin.transfer.models import Achievement
from xinglin.transfer.words.achievements import Origin

__all__ = ["account", "expert_of", "hospital", "liaison", "office", "paper", "person", "registered", "row"]


def office() -> Account:
    return account(Role.SECRETARIAT)


def paper(name: str = "示例.txt", text: str = "示例") -> Upload:
    return Upload(name, text.encode(), "text/plain")


def row(name: str, share_bp: int, **more: Any) -> ContributorRow:
    return ContributorRow(name=name, share_bp=share_bp, **more)


def registered(place: Organisation, by: Account, *rows: ContributorRow, levels: int = 0, **more: Any) -> Achievement:
    """An achievement on the register, with evidence up to a level of readiness."""
    given = {
        "title": "示例：肝纤维化无创诊断试剂",
        "origin": Origin.DISCLOSURE,
        "abstract": "示例：血清标志物组合。",
        **more,
    }
    one = achievements.draft_achievement(
        organisation_id=place.pk,
        contributors=list(rows) or [row("示例甲", 6_000), row("示例乙", 4_000)],
        by=by,
        **given,
    )
    for level in range(1, levels + 1):
        achievements.show_level(
            achievement_id=one.pk, level=level, statement=f"示例：第{level}级", evidence=paper(), by=by
        )
    achievements.disclose_achievement(achievement_id=one.pk, by=by)
    return achievements.register_achievement(achievement_id=one.pk, by=by)
