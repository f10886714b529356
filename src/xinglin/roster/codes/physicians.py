"""Certificates of physicians: qualification and practice. Source: domain 3.2 (splits differ between sources)."""

from dataclasses import dataclass

from xinglin.roster.codes.form import CodeRefused, compact, require_form
from xinglin.roster.regions import province_of

QUALIFICATION = "医师资格证书编码"
PRACTICE = "医师执业证书编码"


@dataclass(frozen=True, slots=True)
class PhysicianQualification:
    """A qualification certificate taken apart. `identity_number` is personal data: mask or drop it."""

    code: str
    year: int
    province: str
    level: str
    category: str
    identity_number: str


def qualification_certificate(typed: str) -> PhysicianQualification:
    """24 or 27 characters: 4 year, 2 province, 1 level, 2 category, identity number of 15 or 18 characters.

    The identity number's own check digit is judged (domain 3.1). Raises `CodeRefused`.
    """
    from xinglin.roster.codes.persons import mainland_id, upgrade_old_id

    number = compact(typed)
    require_form(number, r"\d{24}|\d{26}[\dX]", kind=QUALIFICATION, form="24 或 27 位 (24 or 27 digits)")
    year, identity = int(number[:4]), number[9:]
    if not 1950 <= year <= 2100:
        raise CodeRefused("code.format", {"kind": QUALIFICATION, "form": "前四位为年份 (begins with the year)"})
    if not province_of(number[4:6] + "0000"):
        raise CodeRefused("code.region", {"kind": QUALIFICATION, "found": number[4:6]})
    if len(identity) == 18:
        mainland_id(identity)
    else:
        upgrade_old_id(identity)
    return PhysicianQualification(number, year, number[4:6], number[6], number[7:9], identity)


def practice_certificate(typed: str) -> str:
    """Fifteen digits; their split is not judged because sources differ. Raises `CodeRefused`."""
    number = compact(typed)
    require_form(number, r"\d{15}", kind=PRACTICE, form="15 位数字 (15 digits)")
    return number
