"""Identity documents of the mainland, Hong Kong, Macau, Taiwan and abroad. Source: domain 3.1 and WS 364 CV02.01.101.

A number never becomes a key: it is kept encrypted with a keyed hash of `match_key`, and shown masked. Birth date and
sex read from a number are facts to compare with the registered ones, not to overwrite them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from stdnum.iso7064 import mod_11_2

from xinglin.roster import regions
from xinglin.roster.codes.form import CodeRefused, compact, require, require_form

ID_CARD = "居民身份证"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TAIWAN_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # A=10 ... H=17, J=18 ... V=29, X=30, Y=31, W=32, Z=33, I=34, O=35


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document. `ws364` is the national category code (99 where the list has none of its own)."""

    code: str
    zh: str
    en: str
    ws364: str


@dataclass(frozen=True, slots=True)
class IdentityDocument:
    """A checked document. `match_key` is what two records of one person share (通行证: the first nine characters).

    `sex` is GB/T 2261.1 (1 male, 2 female) or "". `warnings` are codes: region_abolished, region_unlisted.
    """

    kind: str
    number: str
    match_key: str
    birth_date: date | None = None
    sex: str = ""
    region: str = ""
    checked: bool = False
    warnings: tuple[str, ...] = ()


def identity_document(kind: str, typed: str, *, today: date | None = None) -> IdentityDocument:
    """Check a document number of a kind listed in `DOCUMENT_KINDS`; a birth date after `today` is refused if given.

    `checked` says whether a check digit confirmed the number or only its form is known. Raises `CodeRefused`.
    """
    if kind not in _READERS:
        raise CodeRefused("code.unknown_kind", {"found": kind})
    document = _READERS[kind](compact(typed, drop=" -\t\u00a0()"))
    if today and document.birth_date and document.birth_date > today:
        name = DOCUMENT_KINDS[kind].zh
        raise CodeRefused("code.birth_future", {"kind": name, "found": document.birth_date.isoformat()})
    return document


def mainland_id(number: str, *, kind: str = "id_card") -> IdentityDocument:
    """居民身份证 GB 11643 (18 characters): region, birth date, sequence (odd is male), ISO 7064 MOD 11-2 check."""
    require(number, kind=ID_CARD, alphabet="0123456789X", lengths=(18,))
    if not number[:17].isdigit():
        raise CodeRefused("code.charset", {"kind": ID_CARD, "found": "X"})
    _require_mod_11_2(number, ID_CARD)
    if not regions.province_of(number[:6]):
        raise CodeRefused("code.region", {"kind": ID_CARD, "found": number[:6]})
    born = _birth(number[6:14], ID_CARD)
    sex = "1" if int(number[16]) % 2 else "2"
    return IdentityDocument(kind, number, number, born, sex, number[:6], True, _region_warnings(number[:6]))


def upgrade_old_id(number: str) -> str:
    """The 18-character number of an old 15-digit one: 19 is put before the year and the check is computed."""
    require(number, kind=ID_CARD, alphabet="0123456789", lengths=(15,))
    seventeen = number[:6] + "19" + number[6:]
    _birth(seventeen[6:14], ID_CARD)
    return seventeen + mod_11_2.calc_check_digit(seventeen)


def _id_card(number: str) -> IdentityDocument:
    if len(number) == 15 and number.isdigit():
        upgraded = mainland_id(upgrade_old_id(number))
        return IdentityDocument("id_card", number, upgraded.number, upgraded.birth_date, upgraded.sex, upgraded.region,
                                False, upgraded.warnings)  # fmt: skip
    require(number, kind=ID_CARD, alphabet="0123456789X", lengths=(18, 15))
    return mainland_id(number)


def _residence_permit(number: str) -> IdentityDocument:
    kind = DOCUMENT_KINDS["hmt_residence"].zh
    document = mainland_id(number, kind="hmt_residence")
    if number[:6] not in ("810000", "820000", "830000"):
        raise CodeRefused("code.format", {"kind": kind, "form": "以 810000、820000 或 830000 开头 (begins with these)"})
    return document


def _permanent_residence(number: str) -> IdentityDocument:
    kind = DOCUMENT_KINDS["permanent_residence"].zh
    form = "9 + 17 位，或 3 个字母 + 12 位数字 (9 + 17 digits, or 3 letters + 12 digits)"
    require_form(number, r"9\d{16}[\dX]|[A-Z]{3}\d{12}", kind=kind, form=form)
    if len(number) == 15:
        return IdentityDocument("permanent_residence", number, number)
    _require_mod_11_2(number, kind)
    born = _birth(number[6:14], kind)
    return IdentityDocument("permanent_residence", number, number, born, "1" if int(number[16]) % 2 else "2", "", True)


def _hm_permit(number: str) -> IdentityDocument:
    kind = DOCUMENT_KINDS["hm_permit"].zh
    form = "H 或 M + 8 位（旧版 10 位）；非中国籍 HA 或 MA + 7 位 (H or M + 8 or 10 digits; HA or MA + 7 digits)"
    require_form(number, r"[HM]\d{8}(\d{2})?|[HM]A\d{7}", kind=kind, form=form)
    # The last two digits of the old form count renewals; the person keeps the first nine characters for life.
    return IdentityDocument("hm_permit", number, number[:9])


def _tw_permit(number: str) -> IdentityDocument:
    kind = DOCUMENT_KINDS["tw_permit"].zh
    require_form(
        number, r"\d{8}|\d{10}[A-Z]?|[A-Z]\d{8,10}", kind=kind, form="8 位数字 (8 digits; older forms with a letter)"
    )
    return IdentityDocument("tw_permit", number, number[:8] if number.isdigit() else number)


def _hkid(number: str) -> IdentityDocument:
    """1-2 letters, 6 digits, check 0-9 or A; letters count 10 to 35, a missing first letter 36."""
    kind = DOCUMENT_KINDS["hkid"].zh
    require_form(number, r"[A-Z]{1,2}\d{6}[\dA]", kind=kind, form="A123456(3)")
    body, check = number[:-1], number[-1]
    values = [36] if len(body) == 7 else []
    values += [_LETTERS.index(c) + 10 if c in _LETTERS else int(c) for c in body]
    remainder = (11 - sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True)) % 11) % 11
    if check != "0123456789A"[remainder]:
        raise CodeRefused("code.check_digit", {"kind": kind})
    return IdentityDocument("hkid", number, number, checked=True)


def _macau(number: str) -> IdentityDocument:
    kind = DOCUMENT_KINDS["macau_bir"].zh
    require_form(number, r"[157]\d{7}", kind=kind, form="1234567(8)，以 1、5 或 7 开头 (begins with 1, 5 or 7)")
    return IdentityDocument("macau_bir", number, number)


def _taiwan(number: str) -> IdentityDocument:
    """A letter and nine digits (new resident numbers: the second character 8 or 9), weights 1 9 8 7 6 5 4 3 2 1 1."""
    kind = DOCUMENT_KINDS["taiwan_id"].zh
    require_form(number, r"[A-Z][1289]\d{8}", kind=kind, form="A123456789")
    letter = _TAIWAN_LETTERS.index(number[0]) + 10
    digits = [letter // 10, letter % 10, *map(int, number[1:])]
    if sum(d * w for d, w in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10:
        raise CodeRefused("code.check_digit", {"kind": kind})
    return IdentityDocument("taiwan_id", number, number, sex="1" if number[1] in "18" else "2", checked=True)


def _passport(number: str) -> IdentityDocument:
    require_form(
        number, r"[A-Z0-9]{1,9}", kind=DOCUMENT_KINDS["passport"].zh, form="1-9 位字母和数字 (letters and digits)"
    )
    return IdentityDocument("passport", number, number)


def _birth_certificate(number: str) -> IdentityDocument:
    kind = DOCUMENT_KINDS["birth_certificate"].zh
    require_form(number, r"[A-Z]\d{9}", kind=kind, form="1 个字母 + 9 位数字 (1 letter + 9 digits)")
    return IdentityDocument("birth_certificate", number, number)


def _officer(number: str) -> IdentityDocument:
    text = re.sub(r"[^0-9A-Z\u4e00-\u9fff]", "", number)
    require_form(text, r".{4,20}", kind=DOCUMENT_KINDS["officer"].zh, form="4-20 位 (4 to 20 characters)")
    return IdentityDocument("officer", text, text)


def mrz_check(field: str) -> str:
    """The check digit of a machine-readable passport field: weights 7 3 1, letters 10 to 35, < is 0, mod 10."""
    values = "0123456789" + _LETTERS
    total = sum((values.index(c) if c != "<" else 0) * (7, 3, 1)[i % 3] for i, c in enumerate(field.upper()))
    return str(total % 10)


def _require_mod_11_2(number: str, kind: str) -> None:
    if mod_11_2.calc_check_digit(number[:17]) != number[17]:
        raise CodeRefused("code.check_digit", {"kind": kind})


def _birth(digits: str, kind: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise CodeRefused("code.birth_date", {"kind": kind, "found": digits}) from None


def _region_warnings(code: str) -> tuple[str, ...]:
    found = regions.region(code)
    if found is None:
        return ("region_unlisted",)
    return () if found.current else ("region_abolished",)


DOCUMENT_KINDS: dict[str, DocumentKind] = {
    kind.code: kind
    for kind in (
        DocumentKind("id_card", "居民身份证", "Resident identity card", "01"),
        DocumentKind("passport", "护照", "Passport", "03"),
        DocumentKind("officer", "军官证", "Officer's card", "04"),
        DocumentKind("hm_permit", "港澳居民来往内地通行证", "Mainland travel permit (Hong Kong and Macau)", "06"),
        DocumentKind("tw_permit", "台湾居民来往大陆通行证", "Mainland travel permit (Taiwan)", "07"),
        DocumentKind("hmt_residence", "港澳台居民居住证", "Residence permit (Hong Kong, Macau, Taiwan)", "99"),
        DocumentKind("permanent_residence", "外国人永久居留身份证", "Foreign permanent resident card", "99"),
        DocumentKind("hkid", "香港身份证", "Hong Kong identity card", "99"),
        DocumentKind("macau_bir", "澳门居民身份证", "Macau resident identity card", "99"),
        DocumentKind("taiwan_id", "台湾身份证", "Taiwan identity card", "99"),
        DocumentKind("birth_certificate", "出生医学证明", "Medical certificate of birth", "99"),
    )
}

_READERS: dict[str, Callable[[str], IdentityDocument]] = {
    "id_card": _id_card,
    "passport": _passport,
    "officer": _officer,
    "hm_permit": _hm_permit,
    "tw_permit": _tw_permit,
    "hmt_residence": _residence_permit,
    "permanent_residence": _permanent_residence,
    "hkid": _hkid,
    "macau_bir": _macau,
    "taiwan_id": _taiwan,
    "birth_certificate": _birth_certificate,
}
