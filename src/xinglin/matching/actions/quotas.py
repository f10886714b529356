"""Quotas as people type them, read into codes that the solver can count."""

from __future__ import annotations

from typing import Any

from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.matching.rules.rounds import QuotaRow
from xinglin.matching.words.rounds import QuotaOn
from xinglin.roster import regions
from xinglin.roster.actions.codes import region_code, specialty_codes
from xinglin.roster.specialties import specialties
from xinglin.roster.words.register import TitleRank

_RANKS = {
    "正高": TitleRank.SENIOR, "正高级": TitleRank.SENIOR, "副高": TitleRank.ASSOCIATE, "副高级": TitleRank.ASSOCIATE,
    "中级": TitleRank.MIDDLE, "初级": TitleRank.JUNIOR,
}  # fmt: skip
_YES = {"yes", "true", "1", "是", "有"}


def stored(row: QuotaRow) -> dict[str, Any]:
    """A quota as the round keeps it: what is counted, the code, its names, the bounds. Refuses what it cannot read."""
    value, zh, en = _READERS[row.quota_on](row.value)
    return {
        "on": str(row.quota_on),
        "value": value,
        "zh": zh,
        "en": en,
        "at_least": row.at_least,
        "at_most": row.at_most,
        "per": str(row.quota_per),
    }


def _specialty(typed: str) -> tuple[str, str, str]:
    code = specialty_codes([typed], field="quotas")[0]
    found = specialties()[code]
    return code, f"专科{found.zh}", f"specialty {found.en}"


def _region(typed: str) -> tuple[str, str, str]:
    code = region_code(typed, field="quotas")
    return code, f"执业地{regions.full_name(code)}", f"practice in {regions.full_name(code, 'en')}"


def _seniority(typed: str) -> tuple[str, str, str]:
    known = {str(rank): rank for rank in TitleRank} | _RANKS
    rank = known.get(typed.strip().lower())
    if rank is None:
        raise Refusal(
            "matching.quota_rank", say("“{typed}” is not a title rank.", typed=typed[:40]),
            say("Write senior, associate, middle or junior."), field="quotas",
        )  # fmt: skip
    chinese = next((zh for zh, one in _RANKS.items() if one is rank and not zh.endswith("级")), str(rank))
    return str(rank), f"{chinese}职称", f"title rank {rank}"


def _home(typed: str) -> tuple[str, str, str]:
    home = typed.strip().lower() in _YES
    return ("yes", "籍贯本地", "from the home region") if home else ("no", "籍贯外地", "not from the home region")


_READERS = {
    QuotaOn.SPECIALTY: _specialty,
    QuotaOn.REGION: _region,
    QuotaOn.SENIORITY: _seniority,
    QuotaOn.HOME_TOWN: _home,
}
