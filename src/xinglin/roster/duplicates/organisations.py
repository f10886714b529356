"""Whether two organisation records may be one. Branches, parents and supervisors share identifiers and are not one.

The trap is real: in a published national profile a hospital, its branch and the health commission above them carry
the same institution identifier. So no identifier but the checked credit code decides, and that only for legal persons
that are neither branch nor authority of each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from xinglin.roster import regions
from xinglin.roster.duplicates.outcome import Finding, Outcome, decide
from xinglin.roster.names import Agreement, compare, fold

SAME_AT, ASK_AT = 90, 50

_BRANCH = re.compile(
    r"(分院|院区|分部|分中心|分校|分公司|门诊部|社区卫生服务站|[东南西北新老]院|[东南西北]区院?)(?:[（(].*)?$"
)
_COMPANY = re.compile(r"(股份有限公司|有限责任公司|有限公司|集团|公司|co ?ltd|ltd|inc)$")
_PLACE = re.compile(r"^.{2,7}?(?:特别行政区|自治区|自治州|自治县|省|市|区|县)(?=.{2})")
_NUMBER = re.compile(r"第?([一二三四五六七八九十0-9]+)(?=人民|医院|中医|附属|院|中学|军医|临床)")
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """What is compared. `parent` is the key of the organisation this one is a branch of; `other_ids` any further
    identifiers (system, value): shared ones are a hint, never a proof."""

    key: str
    name: str
    kind: str = ""
    credit_code: str = ""
    region: str = ""
    parent: str = ""
    aliases: tuple[str, ...] = ()
    medical_code: str = ""
    other_ids: tuple[str, ...] = ()


def compare_organisations(left: OrganisationRecord, right: OrganisationRecord) -> Outcome:
    """Same, ask or different, with reasons. Symmetric. A branch is never the same as its parent or its sister."""
    findings = _names(left, right)
    may_be_same = True
    sisters = bool(left.parent) and left.parent == right.parent
    related = left.parent == right.key or right.parent == left.key or sisters
    if related:
        findings.append(Finding("branch", -40))
        may_be_same = False
    elif branch_of(left.name) != branch_of(right.name):
        findings.append(Finding("branch_word", -25, f"{branch_of(left.name)} / {branch_of(right.name)}"))
        may_be_same = False
    if left.kind and right.kind and left.kind != right.kind:
        code = "authority" if "authority" in (left.kind, right.kind) else "kind_differs"
        findings.append(Finding(code, -45 if code == "authority" else -15))
        may_be_same = False
    findings += _identifiers(left, right)
    findings += _regions(left, right)
    codes = {finding.code for finding in findings}
    # Equal names in two cities, or names alone, are what people mix up: only the checked code settles them.
    proof = "credit_code_same" in codes and codes & {"name_same", "name_variant", "alias", "name_core_same"}
    return decide(findings, same_at=SAME_AT, ask_at=ASK_AT, may_be_same=bool(may_be_same and proof))


@lru_cache(maxsize=200_000)
def core_name(name: str) -> str:
    """A folded name without region and legal form: 潮州市人民医院 gives 人民医院, 示例科技有限公司 示例科技."""
    core = re.sub(r"[（(].*?[)）]", "", name)
    core = _COMPANY.sub("", fold(core))
    for _ in range(3):
        shorter = _PLACE.sub("", core)
        if shorter == core or len(shorter) < 3:
            break
        core = shorter
    return core


def branch_of(name: str) -> str:
    """The words that make a name that of a branch (龙翔路分院, 东院区), "" for a whole organisation."""
    found = _BRANCH.search(re.sub(r"\s", "", name))
    return found[1] if found else ""


def number_of(name: str) -> str:
    """The number in a name (第三人民医院 is 3): hospitals that differ only there are different hospitals."""
    return "".join(found.translate(_DIGITS) for found in _NUMBER.findall(fold(name)))


def _names(left: OrganisationRecord, right: OrganisationRecord) -> list[Finding]:
    agreement = compare(left.name, right.name).agreement
    direct = {Agreement.IDENTICAL: ("name_same", 50), Agreement.VARIANT: ("name_variant", 48),
              Agreement.HAZARD: ("name_hazard", 40)}  # fmt: skip
    if agreement in direct:
        return [Finding(*direct[agreement])]
    mine, theirs = {fold(n) for n in (left.name, *left.aliases)}, {fold(n) for n in (right.name, *right.aliases)}
    if shared := sorted(mine & theirs - {""}):
        return [Finding("alias", 45, shared[0])]
    if number_of(left.name) != number_of(right.name):
        return [Finding("number_differs", -30, f"{number_of(left.name)} / {number_of(right.name)}")]
    a, b = core_name(left.name), core_name(right.name)
    if a == b and len(a) > 2:
        # 人民医院 says nothing without its place: there are thousands.
        return [Finding("name_core_same", 30 if len(a) > 4 else 15, a)]
    likeness = round(fuzz.ratio(fold(left.name), fold(right.name)))
    return [Finding("name_near", (likeness - 60) // 2, f"{likeness}%")] if likeness >= 75 else []


def _identifiers(left: OrganisationRecord, right: OrganisationRecord) -> list[Finding]:
    findings: list[Finding] = []
    if left.credit_code and right.credit_code:
        same = left.credit_code == right.credit_code
        # Equal names in one city with two codes may be one hospital registered anew: a person's question.
        against = -10 if compare(left.name, right.name).agreement is Agreement.IDENTICAL else -40
        findings.append(Finding("credit_code_same", 50) if same else Finding("credit_code_differs", against))
    if left.medical_code and left.medical_code == right.medical_code:
        findings.append(Finding("medical_code_same", 20))
    if shared := sorted(set(left.other_ids) & set(right.other_ids)):
        findings.append(Finding("shared_identifier", 0, shared[0]))
    return findings


def _regions(left: OrganisationRecord, right: OrganisationRecord) -> list[Finding]:
    if not left.region or not right.region:
        return []
    near = left.region[:4] == right.region[:4] or "0000" in (left.region[2:], right.region[2:])
    if near and left.region[:2] == right.region[:2]:
        return [Finding("region_same", 10, regions.full_name(left.region))]
    return [Finding("region_differs", -30, f"{regions.full_name(left.region)} / {regions.full_name(right.region)}")]
