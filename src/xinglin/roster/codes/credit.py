"""统一社会信用代码 (GB 32100-2015) and 组织机构代码 (GB 11714). Source: domain 3.2."""

from dataclasses import dataclass

from stdnum.cn import uscc

from xinglin.roster import regions
from xinglin.roster.codes.form import CodeRefused, compact, require

CREDIT = "统一社会信用代码"
ORGANISATION = "组织机构代码"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DIGITS_AND_CAPITALS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Registering authority: (Chinese, English, {category: (Chinese, English)}).
AUTHORITIES: dict[str, tuple[str, str, dict[str, tuple[str, str]]]] = {
    "1": (
        "机构编制",
        "public-sector establishment",
        {
            "1": ("机关", "government body"),
            "2": ("事业单位", "public institution"),
            "3": ("编办直接管理机构编制的群众团体", "mass organisation"),
            "9": ("其他", "other"),
        },
    ),
    "2": ("外交", "foreign affairs", {}),
    "3": ("司法行政", "justice administration", {}),
    "4": ("文化", "culture", {}),
    "5": (
        "民政",
        "civil affairs",
        {
            "1": ("社会团体", "society"),
            "2": ("民办非企业单位", "private non-enterprise unit"),
            "3": ("基金会", "foundation"),
            "9": ("其他", "other"),
        },
    ),
    "6": ("旅游", "tourism", {}),
    "7": ("宗教", "religious affairs", {}),
    "8": ("工会", "trade unions", {}),
    "9": (
        "工商",
        "market regulation",
        {
            "1": ("企业", "enterprise"),
            "2": ("个体工商户", "sole trader"),
            "3": ("农民专业合作社", "farmers' cooperative"),
        },
    ),
    "A": ("中央军委改革和编制办公室", "Central Military Commission", {}),
    "N": ("农业", "agriculture", {}),
    "Y": ("其他", "other", {}),
}


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A credit code taken apart. `region` may be abolished or unlisted: registries keep old codes."""

    code: str
    authority: str
    authority_zh: str
    authority_en: str
    category: str
    category_zh: str
    category_en: str
    region: str
    region_name: str
    organisation_code: str
    organisation_code_agrees: bool
    check: str


def credit_code(typed: str) -> CreditCode:
    """Check and take apart a unified credit code.

    Check character: sum of value * 3^i mod 31 (python-stdnum's). Its form check is not used: it refuses the letter
    marks A, N and Y of registering authorities. Raises `CodeRefused`.
    """
    number = compact(typed)
    require(number, kind=CREDIT, alphabet=ALPHABET, lengths=(18,))
    if number[0] not in AUTHORITIES:
        raise CodeRefused("code.credit_prefix", {"found": number[0]})
    if not number[2:8].isdigit():
        wrong = next(c for c in number[2:8] if not c.isdigit())
        raise CodeRefused("code.charset", {"kind": CREDIT, "found": wrong})
    if number[-1] != uscc.calc_check_digit(number[:17]):
        raise CodeRefused("code.check_digit", {"kind": CREDIT})
    authority_zh, authority_en, categories = AUTHORITIES[number[0]]
    category_zh, category_en = categories.get(number[1], ("", ""))
    inner = number[8:17]
    return CreditCode(
        code=number,
        authority=number[0],
        authority_zh=authority_zh,
        authority_en=authority_en,
        category=number[1],
        category_zh=category_zh,
        category_en=category_en,
        region=number[2:8],
        region_name="国家" if number[2:8] == "100000" else "".join(r.name for r in regions.path_of(number[2:8])),
        organisation_code=inner,
        organisation_code_agrees=inner[-1] == organisation_check(inner[:8]),
        check=number[-1],
    )


def organisation_code(typed: str) -> str:
    """The compact nine-character organisation code (GB 11714); raises `CodeRefused`."""
    number = compact(typed)
    require(number, kind=ORGANISATION, alphabet=_DIGITS_AND_CAPITALS, lengths=(9,))
    if number[-1] != organisation_check(number[:8]):
        raise CodeRefused("code.check_digit", {"kind": ORGANISATION})
    return number


def organisation_check(first_eight: str) -> str:
    """Weights 3 7 9 10 5 8 4 2; 11 minus the sum mod 11; 10 is X, 11 is 0."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(_DIGITS_AND_CAPITALS.index(c) * w for c, w in zip(first_eight, weights, strict=True))
    return "0123456789X0"[11 - total % 11]
