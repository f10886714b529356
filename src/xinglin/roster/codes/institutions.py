"""Numbers of medical institutions: 医疗机构代码 (WS 218) and 医保定点 codes. Source: domain 3.2."""

from dataclasses import dataclass

from xinglin.roster.codes.credit import organisation_check
from xinglin.roster.codes.form import CodeRefused, compact, require, require_form
from xinglin.roster.regions import province_of

MEDICAL = "医疗机构代码"
INSURANCE = "医保定点医疗机构编码"
_CHARS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class MedicalInstitutionCode:
    """22 characters: nine of the organisation (or PDY...) and 13 attributes whose order differs between sources."""

    code: str
    organisation_part: str
    attributes: str
    has_own_organisation_code: bool


def medical_institution_code(typed: str) -> MedicalInstitutionCode:
    """Length and characters of a medical institution code; the order of the 13 attributes is not judged.

    A nine-character part beginning PDY belongs to institutions without an organisation code of their own.
    """
    number = compact(typed)
    require(number, kind=MEDICAL, alphabet=_CHARS, lengths=(22,))
    part = number[:9]
    own = not part.startswith("PDY")
    if own and part[-1] != organisation_check(part[:8]):
        raise CodeRefused("code.check_digit", {"kind": MEDICAL})
    return MedicalInstitutionCode(number, part, number[9:], own)


def insurance_code(typed: str) -> str:
    """H, six digits of region, five of sequence; raises `CodeRefused`."""
    number = compact(typed)
    require_form(number, r"H\d{11}", kind=INSURANCE, form="H + 6 位行政区划 + 5 位顺序号 (H + 11 digits)")
    if not province_of(number[1:7]):
        raise CodeRefused("code.region", {"kind": INSURANCE, "found": number[1:7]})
    return number
