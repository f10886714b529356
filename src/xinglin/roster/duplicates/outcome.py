"""The answer about two records: the same, ask a person, or different, with every reason and its weight."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Three ways: nothing is ever merged by the machine; SAME only means nobody needs to look for more evidence."""

    SAME = "same"
    ASK = "ask"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason. `code` is stable; `weight` counts for (positive) or against (negative); `detail` is shown."""

    code: str
    weight: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on a pair, its score (0 to 100) and the reasons in order of weight."""

    verdict: Verdict
    score: int
    findings: tuple[Finding, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(finding.code for finding in self.findings)


# Every reason in both languages, for the page on which a person decides.
FINDINGS: dict[str, tuple[str, str]] = {
    "credit_code_same": ("The credit codes are equal", "统一社会信用代码相同"),
    "credit_code_differs": ("The credit codes differ", "统一社会信用代码不同"),
    "branch": ("One is a branch of the other or of the same parent", "其中一个是另一个的分支，或同属一个上级单位"),
    "branch_word": ("One name adds a branch (分院, 院区) to the other", "一个名称比另一个多出分院或院区"),
    "authority": ("One is an authority and the other is not", "其中一个是行政机关，另一个不是"),
    "kind_differs": ("They are of different kinds", "机构类型不同"),
    "shared_identifier": (
        "They carry the same other identifier, which branches and supervisors share",
        "其他标识相同，但分支与主管部门也会共用",
    ),
    "medical_code_same": ("The medical institution codes are equal", "医疗机构代码相同"),
    "name_same": ("The names are equal", "名称相同"),
    "name_variant": ("The names are equal in another script or spelling", "名称仅字形或写法不同"),
    "name_hazard": ("The names agree only through characters with several origins", "名称仅通过一对多的简繁字相同"),
    "alias": ("A former or other name is equal", "曾用名或别名相同"),
    "name_core_same": ("The names are equal without region and kind", "去掉地区和类型后名称相同"),
    "name_near": ("The names are similar", "名称相近"),
    "number_differs": ("The names carry different numbers", "名称中的序号不同"),
    "region_same": ("They are in the same city", "所在城市相同"),
    "region_differs": ("They are in different cities", "所在城市不同"),
    "document_same": ("The document numbers are equal", "证件号码相同"),
    "document_conflict": ("The document numbers are equal but the names differ", "证件号码相同但姓名不同"),
    "document_differs": ("The documents of the same kind have different numbers", "同类证件号码不同"),
    "sound_same": ("The names sound or are spelled alike", "姓名读音或拼写相近"),
    "birth_year_same": ("The birth years are equal", "出生年份相同"),
    "birth_year_near": ("The birth years differ by one", "出生年份相差一年"),
    "birth_year_differs": ("The birth years differ", "出生年份不同"),
    "phone_same": ("The telephone numbers are equal", "电话相同"),
    "email_same": ("The e-mail addresses are equal", "邮箱相同"),
    "organisation_same": ("They work at the same organisation", "工作单位相同"),
    "organisation_differs": ("They work at different organisations", "工作单位不同"),
    "title_same": ("Their titles are equal", "职称相同"),
    "specialty_same": ("They share a specialty", "专业相同"),
    "native_same": ("They come from the same place", "籍贯相同"),
    "sex_differs": ("Their sexes differ", "性别不同"),
}  # fmt: skip


def decide(findings: list[Finding], *, same_at: int, ask_at: int, may_be_same: bool) -> Outcome:
    """The outcome of a list of findings: the sum of weights between 0 and 100 against two thresholds.

    `may_be_same` is False where no amount of similarity may replace a person's look.
    """
    score = max(0, min(100, sum(finding.weight for finding in findings)))
    ordered = tuple(sorted(findings, key=lambda f: (-abs(f.weight), f.code)))
    if score >= same_at and may_be_same:
        return Outcome(Verdict.SAME, score, ordered)
    return Outcome(Verdict.ASK if score >= ask_at else Verdict.DIFFERENT, score, ordered)
