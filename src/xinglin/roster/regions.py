"""Regions: GB/T 2260 with its history, native places, the Teochew home region, countries abroad.

Provinces and cities are shipped in data/regions.csv; districts and abolished codes come from python-stdnum's table,
because identity numbers keep the code of the year they were given in (domain 3.2). Codes are six digits as text.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from stdnum import numdb

from xinglin.roster.names.folding import fold
from xinglin.roster.reasons import Refused, package_rows

HONG_KONG, MACAU, TAIWAN = "810000", "820000", "710000"
# On residence permits Taiwan is 830000, unlike in GB/T 2260 (domain 3.1).
_FILLERS = ("市辖区", "县", "郊区", "市区")
_RESIDENCE_PREFIX = {"830000": TAIWAN}


class RegionRefused(Refused):
    """A place that is not known or could be several."""


@dataclass(frozen=True, slots=True)
class Region:
    """One place. `level`: 1 province, 2 city, 3 district; `until` is None while the code is in use (years)."""

    code: str
    name: str
    short: str
    en: str
    level: int
    parent: str = ""
    since: int | None = None
    until: int | None = None

    @property
    def current(self) -> bool:
        return self.until is None


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory of the ISO 3166 short list."""

    alpha2: str
    alpha3: str
    zh: str
    en: str
    aliases: tuple[str, ...]


def region(code: str) -> Region | None:
    """The region with this code: the one in force, or the last one before it was abolished; None if never listed."""
    code = _RESIDENCE_PREFIX.get(code, code)
    return _cities().get(code) or _districts().get(code)


def province_of(code: str) -> Region | None:
    """The province of any six-digit code, also of districts that are not listed."""
    return region(code[:2] + "0000") if code[:2] != "83" else region(TAIWAN)


def path_of(code: str) -> tuple[Region, ...]:
    """Province, city, district as far as the code goes: 445102 gives 广东省, 潮州市, 湘桥区."""
    steps = dict.fromkeys((code[:2] + "0000", code[:4] + "00", code))
    found = (region(step) for step in steps)
    # 市辖区 and 县 only hold the table together; nobody says them.
    return tuple(r for r in found if r and r.name not in _FILLERS)


def full_name(code: str, lang: str = "zh") -> str:
    """广东省潮州市湘桥区, or "Xiangqiao, Chaozhou, Guangdong"; the code itself where nothing is known."""
    path = path_of(code)
    if not path:
        return code
    return "".join(r.name for r in path) if lang.startswith("zh") else ", ".join(r.en for r in reversed(path))


def provinces() -> tuple[Region, ...]:
    """The 34 provinces, municipalities, autonomous and special administrative regions."""
    return tuple(r for r in _cities().values() if r.level == 1)


def cities(province: str = "") -> tuple[Region, ...]:
    """Prefecture-level cities, of one province or all."""
    return tuple(r for r in _cities().values() if r.level == 2 and r.parent.startswith(province[:2]))


def districts(city: str) -> tuple[Region, ...]:
    """Districts and counties in use under a city (or a municipality such as 310000)."""
    start = city[:2] if city.endswith("0000") else city[:4]
    return tuple(
        r for code, r in _districts().items() if code.startswith(start) and r.current and r.name not in _FILLERS
    )


def parse_place(text: str) -> Region:
    """The most exact region a text names: 广东潮州 gives 445100, 潮安 gives 445103, a six-digit code itself.

    Raises `RegionRefused` region.unknown or region.ambiguous (with the candidates). A place that exists today is
    preferred to an abolished one of the same name, a larger place to a smaller one (吉林 the province).
    """
    typed = re.sub(r"[\s,，、/\-·]+", "", text)
    if re.fullmatch(r"\d{6}", typed):
        if found := region(typed):
            return found
        raise RegionRefused("region.unknown", {"found": typed})
    found = _resolve(_simplified(typed))
    if not found:
        raise RegionRefused("region.unknown", {"found": text})
    first, *others = found
    if others:
        names = "、".join(f"{full_name(r.code)} {r.code}" for r in found[:6])
        raise RegionRefused("region.ambiguous", {"found": text, "candidates": names})
    return first


def is_teochew(code: str, *, on: date, extended: bool = False, rows: Iterable[dict[str, str]] | None = None) -> bool:
    """Whether a native place belongs to the Teochew home region on a day; `rows` replaces the shipped configuration."""
    rows = rows if rows is not None else package_rows("teochew_regions.csv")
    kinds = {"core", "extended"} if extended else {"core"}
    day = on.isoformat()
    wanted = {r["code"] for r in rows if r["kind"] in kinds and r["since"] <= day <= (r["until"] or "9999")}
    # Old codes of today's region (440524, the former 潮阳县 under 汕头) belong to it by their city.
    return code in wanted or code[:4] + "00" in wanted


def country(text: str) -> Country | None:
    """A country by ISO code, Chinese or English name or alias; None where the short list has none."""
    return _country_names().get(text.strip().casefold())


@cache
def countries() -> tuple[Country, ...]:
    """The ISO 3166 short list, China first."""
    return tuple(
        Country(r["alpha2"], r["alpha3"], r["zh"], r["en"], tuple(r["aliases"].split()))
        for r in package_rows("countries.csv")
    )


def load_divisions(path: Path) -> dict[str, str]:
    """{six-digit code: name} of a full list kept elsewhere (CSV with columns code and name, code of 2 to 6 digits)."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {row["code"].strip().ljust(6, "0"): row["name"].strip() for row in csv.DictReader(lines)}


@cache
def _cities() -> dict[str, Region]:
    found = {}
    for r in package_rows("regions.csv"):
        level = 1 if r["code"].endswith("0000") else 2
        found[r["code"]] = Region(r["code"], r["name"], r["short"], r["en"], level, r["parent"])
    return found


@cache
def _districts() -> dict[str, Region]:
    from pypinyin import lazy_pinyin

    found: dict[str, Region] = {}
    for _, low, _, _, children in numdb.get("cn/loc").prefixes:
        for _, rest, _, props, _ in children:
            code = low + rest
            if code in _cities() or rest == "0000":
                continue
            since, until, name = _last_period(props["county"])
            short = _short(name)
            level = 2 if code.endswith("00") else 3
            en = "".join(lazy_pinyin(short)).replace("ü", "u").capitalize()
            found[code] = Region(code, name, short, en, level, code[:4] + "00", since, until)
    return found


def _last_period(history: str) -> tuple[int | None, int | None, str]:
    periods = re.findall(r"(?:\[(\d*)-(\d*)\])?([^,\[]+)", history)
    since, until, name = max(periods, key=lambda p: p[1] or "9999")
    return (int(since) if since else None, int(until) if until else None, name.strip())


def _short(name: str) -> str:
    if len(name) <= 2:
        return name
    return re.sub(r"(自治县|自治旗|林区|特区|新区|市|区|县|旗)$", "", name)


def _simplified(text: str) -> str:
    return fold(text)


@cache
def _by_name() -> dict[str, tuple[Region, ...]]:
    """Regions by folded full, short and English name; the current ones first, then the larger ones."""
    names: dict[str, dict[str, Region]] = {}
    for r in (*_cities().values(), *_districts().values()):
        if r.name in _FILLERS:
            continue
        for name in {fold(r.name), fold(r.short), fold(r.en) if r.level < 3 else fold(r.name)}:
            names.setdefault(name, {})[r.code] = r
    return {n: tuple(sorted(rs.values(), key=lambda r: (not r.current, r.level, r.code))) for n, rs in names.items()}


@lru_cache(maxsize=8_192)
def _resolve(text: str, within: str = "") -> tuple[Region, ...]:
    """Regions a folded text can mean, reading larger places from the left (广东 潮州 湘桥)."""
    whole = _best(r for r in _by_name().get(text, ()) if r.code.startswith(within))
    if whole:
        return whole
    for cut in range(len(text) - 1, 1, -1):
        for outer in _by_name().get(text[:cut], ()):
            if outer.level > 2 or not outer.code.startswith(within) or not outer.current:
                continue
            prefix = outer.code[:2] if outer.level == 1 else outer.code[:4]
            if inner := _resolve(text[cut:], prefix):
                return inner
    return ()


def _best(found: Iterable[Region]) -> tuple[Region, ...]:
    rows = list(found)
    if not rows:
        return ()
    best = (not rows[0].current, rows[0].level)
    return tuple(r for r in rows if (not r.current, r.level) == best)


@cache
def _country_names() -> dict[str, Country]:
    found: dict[str, Country] = {}
    for c in countries():
        for name in (c.alpha2, c.alpha3, c.zh, c.en, *c.aliases):
            found.setdefault(name.casefold(), c)
    return found
