"""The institutions of a team with their aliases and the short forms people use. Pure.

潮州市中心医院 is also 潮州中心医院 and 市中心医院; 中山大学附属第三医院 is also 中山三院, 中大附三院 and SYSU's Third
Affiliated Hospital; a company is known by its brand. Short forms of two characters count only where words end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from xinglin.challenges.blinding.people import ACRONYMS
from xinglin.challenges.blinding.texts import Span, Token, is_word, level, stands_alone
from xinglin.roster import regions

NUMERALS = "一二三四五六七八九十"
_HOSPITAL = re.compile(rf"^(?P<u>.+?大学|.+?学院)附属第?(?P<n>[{NUMERALS}]+)?(?P<k>.*?医院)$")
_HOSPITAL_2 = re.compile(rf"^(?P<u>.+?大学|.+?学院)第(?P<n>[{NUMERALS}]+)附属(?P<k>.*?医院)$")
_CITY_HOSPITAL = re.compile(rf"^第(?P<n>[{NUMERALS}]+)(?P<k>人民医院|中医院|医院)$")
# Ends of a company's name, taken off one after the other until the brand is left.
_COMPANY = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|集团公司|公司|集团|控股|股份|科技|生物|医药|医疗|制药|药业|器械|技术|信息|软件|智能|健康|数据|"
    r"网络|诊断|检测|基因|工程|系统|产业|发展|投资|研究院|\([^)]*\))$"
)
_COMPANY_EN = re.compile(
    r"\b(?:co|ltd|inc|llc|limited|company|corp|corporation|group|holdings?|technolog(?:y|ies)|bio(?:tech(?:nology)?|logical)?|medical|"
    r"pharma(?:ceuticals?)?|health(?:care)?|sciences?|systems?|software|data|intelligent|diagnostics?)\b\.?"
)
GENERIC_EN = frozenset(
    ["the", "of", "and", "for", "at", "in", "on", "university", "college", "school", "institute", "academy", "center", "centre", "hospital", "hospitals", "affiliated", "first", "second", "third", "fourth", "fifth", "sixth", "medical", "medicine", "people", "peoples", "s", "central", "general", "municipal", "provincial", "city", "county", "district", "province", "research", "national", "state", "key", "laboratory", "lab", "department", "division", "faculty", "sciences", "science", "technology", "biomedical", "traditional", "chinese", "integrated", "western", "cancer", "tumor", "tumour", "children", "women", "maternal", "child", "health", "care", "eye", "stomatological", "dental", "north", "south", "east", "west", "northern", "southern", "eastern", "western", "new", "company", "limited"]
)  # fmt: skip


@dataclass(frozen=True)
class Institution:
    """One institution, as the register and the bid know it. Names and aliases may be in any script."""

    name_zh: str = ""
    name_en: str = ""
    aliases: tuple[str, ...] = ()


@cache
def _region_names() -> tuple[str, ...]:
    names = {name for one in (*regions.provinces(), *regions.cities()) for name in (one.name, one.short) if name}
    return tuple(sorted(names, key=len, reverse=True))


@cache
def region_words() -> frozenset[str]:
    """The English names of provinces and cities, small letters, word by word."""
    every = (*regions.provinces(), *regions.cities())
    return frozenset(word for one in every for word in re.findall(r"[a-z]+", one.en.lower()))


def without_region(name: str) -> tuple[str, list[str]]:
    """A name without the province and city it begins with, and these."""
    taken: list[str] = []
    for _time in range(2):
        for region in _region_names():
            if name.startswith(region) and len(name) > len(region) + 1:
                taken.append(region)
                name = name[len(region) :].removeprefix("省").removeprefix("市")
                break
    return name, taken


def chinese_forms(name: str) -> list[str]:
    """The full name and the short forms it gives, folded; the full name first."""
    plain = re.sub(r"[（(].*?[）)]", "", level(name)).replace(" ", "")
    forms = [level(name).replace(" ", ""), plain]
    hospital = _HOSPITAL.match(plain) or _HOSPITAL_2.match(plain)
    if hospital:
        forms += _of_university(hospital["u"], hospital["n"] or "", hospital["k"] or "医院")
    elif plain.endswith(("大学", "学院")) and len(plain) > 3:
        forms += _university(plain)
    elif "公司" in plain or "集团" in plain:
        forms += _company(plain)
    else:
        forms += _place(plain)
    return [form for form in dict.fromkeys(forms) if len(form) > 1]


def _university(name: str) -> list[str]:
    """中山大学: 中大; 广州医科大学: 广医, 广州医大, 广医大; 上海交通大学: 上海交大, 上交大."""
    if not name.endswith("大学"):
        return [name]
    stem = name[:-2]
    found = [name]
    for word, shorts in (
        ("医科", ("医大", "医")), ("中医药", ("中医大", "中医")), ("科技", ("科大",)), ("交通", ("交大",)),
        ("理工", ("理工", "工大")), ("师范", ("师大",)), ("工业", ("工大",)), ("农业", ("农大",)), ("财经", ("财大",)),
    ):  # fmt: skip
        if stem.endswith(word) and len(stem) > len(word):
            place = stem[: -len(word)]
            found += [
                f"{begin}{short}"
                for begin in (place, place[:1], place[:2])
                for short in shorts
                if len(begin + short) > 1
            ]
            return found
    return [*found, stem[:1] + "大", stem[:2] + "大"] if len(stem) < 5 else [*found, stem]


def _of_university(university: str, numeral: str, kind: str) -> list[str]:
    """Short forms of the N-th hospital affiliated to a university, and of the university itself."""
    schools = _university(university)
    begins = list(dict.fromkeys([*schools, university[:2]]))
    found = [*schools]
    if numeral:
        for begin in begins:
            found += [f"{begin}附属第{numeral}医院", f"{begin}第{numeral}附属医院", f"{begin}附属{numeral}院", f"{begin}附{numeral}院",
                      f"{begin}附{numeral}", f"{begin}{numeral}院", f"{begin}第{numeral}医院"]  # fmt: skip
        return [*found, f"附属第{numeral}医院", f"第{numeral}附属医院", f"附{numeral}院"]
    short = kind.removesuffix("医院")
    for begin in begins:
        found += [f"{begin}附属{kind}", f"{begin}{kind}", *([f"{begin}{short}"] if short else [f"{begin}附院"])]
    return found


def _place(name: str) -> list[str]:
    """潮州市第三人民医院: 潮州第三人民医院, 市第三人民医院, 潮州三院, 市三院; 潮州市中心医院: 市中心医院."""
    rest, taken = without_region(name)
    if not taken and (unlisted := re.match(r"^(.{2,5}?)(?:市|县|区|州|盟)(?=.{3,})", name)):
        # Counties, districts and whatever else the list of regions does not hold.
        rest, taken = name[unlisted.end() :], [unlisted[0]]
    found = []
    for region in dict.fromkeys((taken[-1], taken[-1].rstrip("市省县区"))) if taken else ():
        found += [region + rest, region.removesuffix("市") + rest]
        if numbered := _CITY_HOSPITAL.match(rest):
            found += [f"{region}{numbered['n']}院", f"{region}第{numbered['n']}医院"]
    if taken:
        level_of = taken[-1][-1] if taken[-1][-1] in "省县区州" else "市"
        found.append(level_of + rest)
        if numbered := _CITY_HOSPITAL.match(rest):
            found += [f"{level_of}{numbered['n']}院"]
        # A name of its own (凤凰医院) tells; a bare kind (人民医院, 中心医院) does not.
        if len(rest) > 3 and not re.match(
            r"(?:第.)?(?:人民|中心|中医|妇幼|口腔|肿瘤|儿童|精神|胸科|传染病|疾病)", rest
        ):
            found.append(rest)
    if (parts := re.match(r"^(.{2,}?(?:大学|医院|研究院|研究所|中心))(.{2,})$", name)) is not None:
        # A department written after its house.
        found += chinese_forms(parts[1])
    return found


def _company(name: str) -> list[str]:
    brand, _taken = without_region(name)
    found = [brand]
    while (shorter := _COMPANY.sub("", brand)) != brand and len(shorter) > 1:
        brand = shorter
        found.append(brand)
    return found


def english_forms(name: str) -> tuple[list[tuple[str, ...]], list[str]]:
    """(word sequences, acronyms) of an English name; the stem that tells it apart is one of the sequences."""
    plain = level(name).replace("&", " and ")
    words = re.findall(r"[a-z]+", plain)
    if not words:
        return [], []
    core = [word for word in words if word not in ("the",)]
    forms = [tuple(words), tuple(core)]
    stem = re.findall(r"[a-z]+", _COMPANY_EN.sub(" ", plain))
    stem = [word for word in stem if word not in GENERIC_EN and word not in region_words()]
    if stem and sum(map(len, stem)) > 3:
        forms.append(tuple(stem))
    main = [word for word in core if word not in ("of", "and", "for", "at", "in", "on", "s", "co", "ltd", "inc")]
    letters = "".join(word[0] for word in main)
    acronyms = [letters] if len(letters) > 2 else []
    # The university alone, of "Third Affiliated Hospital of Sun Yat-sen University".
    if (owner := re.search(r"(?:hospital|school|college|institute)s?,?\s+(?:of|,)\s+(.+)$", plain)) or (
        owner := re.search(r",\s*(.+)$", plain)
    ):
        more, short = english_forms(owner[1])
        forms += [form for form in more if form[1:] or len(form[0]) > 4]
        acronyms += short
    return [form for form in dict.fromkeys(forms) if form], list(dict.fromkeys(acronyms))


class Houses:
    """The institutions of one team, ready to be found in a text."""

    def __init__(self, institutions: Sequence[Institution]):
        self.chinese: dict[str, int] = {}
        self.english: dict[str, int] = {}
        self.acronyms: dict[str, int] = {}
        for number, one in enumerate(institutions, start=1):
            for name in (one.name_zh, one.name_en, *one.aliases):
                if re.search(r"[㐀-鿿]", name):
                    for form in chinese_forms(name):
                        self.chinese.setdefault(form, number)
                elif name.strip():
                    forms, acronyms = english_forms(name)
                    if name.isupper() and " " not in name.strip():
                        acronyms = [level(name.strip())]
                    for words in forms:
                        self.english.setdefault("".join(words), number)
                    for letters in acronyms:
                        self.acronyms.setdefault(letters, number)
        gap = r"[ \t\u200b]{0,2}\n?"
        ordered = sorted(self.chinese, key=len, reverse=True)
        self.pattern = re.compile("|".join(gap.join(map(re.escape, form)) for form in ordered)) if ordered else None
        self.longest = 14

    def find(self, levelled: str, words: Sequence[Token]) -> tuple[list[Span], list[Span]]:
        """(what names an institution of the team, what may)."""
        found: list[Span] = []
        doubtful: list[Span] = []
        for hit in self.pattern.finditer(levelled) if self.pattern else ():
            form = re.sub(r"\s|\u200b", "", hit[0])
            span = Span(hit.start(), hit.end(), "institution", self.chinese.get(form, 0))
            if len(form) > 3 or stands_alone(levelled, *hit.span()):
                found.append(span)
                if len(form) == 2 and is_word(form):
                    doubtful.append(span)
        self._latin(levelled, words, found)
        return found, doubtful

    def _latin(self, levelled: str, words: Sequence[Token], found: list[Span]) -> None:
        starts = {form[:3] for form in self.english}
        for at, word in enumerate(words):
            if word.capitals and word.letters in self.acronyms and word.letters not in ACRONYMS:
                found.append(Span(word.start, word.end, "institution", self.acronyms[word.letters]))
            if word.letters[:3] not in starts and not any(one.startswith(word.letters) for one in starts):
                continue
            joined = ""
            for last in range(at, min(at + self.longest, len(words))):
                between = levelled[words[last - 1].end : words[last].start] if last > at else ""
                if len(between) > 4 or between.strip(" ,.-'’&·\n\t"):
                    break
                joined += ("and" if "&" in between else "") + words[last].letters
                number = self.english.get(joined)
                if number and any(one.capital for one in words[at : last + 1]):
                    found.append(Span(word.start, words[last].end, "institution", number))
