"""Invented people and institutions, and how their texts write them. Pure; all 示例.

The spellings are written here by hand and by plain joining, on purpose without the code that is to find them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

# (simplified, traditional, pinyin) of surnames and of given-name characters.
SURNAMES = (
    ("张", "張", "zhang"), ("陈", "陳", "chen"), ("林", "林", "lin"), ("黄", "黃", "huang"), ("吴", "吳", "wu"),
    ("郑", "鄭", "zheng"), ("蔡", "蔡", "cai"), ("许", "許", "xu"), ("谢", "謝", "xie"), ("杨", "楊", "yang"),
    ("欧阳", "歐陽", "ouyang"), ("刘", "劉", "liu"), ("萧", "蕭", "xiao"), ("庄", "莊", "zhuang"), ("卢", "盧", "lu"),
    ("曾", "曾", "zeng"), ("单", "單", "shan"), ("吕", "呂", "lyu"), ("司徒", "司徒", "situ"), ("罗", "羅", "luo"),
)  # fmt: skip
GIVEN = (
    ("晓", "曉", "xiao"), ("泽", "澤", "ze"), ("锐", "銳", "rui"), ("桢", "楨", "zhen"), ("铭", "銘", "ming"),
    ("懿", "懿", "yi"), ("瀚", "瀚", "han"), ("岚", "嵐", "lan"), ("骏", "駿", "jun"), ("颖", "穎", "ying"),
    ("潮", "潮", "chao"), ("芮", "芮", "rui"), ("炜", "煒", "wei"), ("娴", "嫻", "xian"), ("钊", "釗", "zhao"),
    ("琰", "琰", "yan"), ("翀", "翀", "chong"), ("昱", "昱", "yu"), ("蕴", "蘊", "yun"), ("骞", "騫", "qian"),
)  # fmt: skip
# Names that are ordinary words too.
TRAPS = (("高峰", "高峰", "gao", ("feng",)), ("张明", "張明", "zhang", ("ming",)), ("方向", "方向", "fang", ("xiang",)))
STEMS = (
    ("云岭", "Yunling"), ("沧澜", "Canglan"), ("青屿", "Qingyu"), ("朔原", "Shuoyuan"), ("澄江湾", "Chengjiangwan"),
    ("栖梧", "Qiwu"), ("望潮", "Wangchao"), ("鹭湾", "Luwan"), ("砚湖", "Yanhu"), ("临溟", "Linming"),
)  # fmt: skip
NUMERALS = ("一", "二", "三", "四", "五", "六")
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")


@dataclass(frozen=True)
class Person:
    """One invented member and the ways a text may write the name."""

    name: str
    traditional: str
    family: str
    given: tuple[str, ...]
    phone: str
    email: str
    orcid: str

    @property
    def latin(self) -> str:
        """Passport spelling: Zhang Xiaoming."""
        return f"{self.family.capitalize()} {''.join(self.given).capitalize()}"

    def chinese_ways(self) -> list[str]:
        """How a Chinese text writes the name."""
        ways = [self.name, self.traditional, " ".join(self.name), "\u3000".join(self.name)]
        if len(self.name) > 2:
            ways.append(f"{self.name[0]}{self.name[1:]}")
        return ways

    def latin_ways(self) -> list[str]:
        """How an English text writes the name."""
        family, given = self.family.capitalize(), "".join(self.given).capitalize()
        letters = [part[0].upper() for part in self.given]
        return [
            f"{family} {given}", f"{given} {family}", f"{family.upper()} {given}", f"{family}, {given}",
            f"{'-'.join(part.capitalize() for part in self.given)} {family}", f"{family} {''.join(letters)}",
            f"{'.'.join(letters)}. {family}", f"{'.-'.join(letters)}. {family}", f"{''.join(letters)} {family}",
            f"{family} et al.", f"Prof. {family}", f"Dr {family}",
        ]  # fmt: skip


@dataclass(frozen=True)
class House:
    """One invented institution with the forms its texts use."""

    name_zh: str
    name_en: str
    short_zh: tuple[str, ...]
    short_en: tuple[str, ...]
    domain: str


def people(rng: random.Random, count: int, domain: str) -> list[Person]:
    """So many people whose names differ from each other."""
    found: dict[str, Person] = {}
    while len(found) < count:
        if rng.random() < 0.06:
            name, traditional, family, given = rng.choice(TRAPS)
        else:
            surname = rng.choice(SURNAMES)
            parts = rng.sample(GIVEN, rng.choice((1, 2, 2, 2)))
            name = surname[0] + "".join(one[0] for one in parts)
            traditional = surname[1] + "".join(one[1] for one in parts)
            family, given = surname[2], tuple(one[2] for one in parts)
        user = f"{family}{''.join(given)}{rng.randrange(10, 99)}"
        host = domain if rng.random() < 0.5 else rng.choice(("163.com", "qq.com", "126.com", "gmail.com"))
        phone = f"1{rng.choice('35789')}{rng.randrange(10**8, 10**9)}"
        digits = f"{rng.randrange(10**14, 10**15):015d}"
        orcid = f"0000-{digits[:4]}-{digits[4:8]}-{digits[8:11]}{rng.choice('0123456789X')}"
        found.setdefault(name, Person(name, traditional, family, given, phone, f"{user}@{host}", orcid))
    return list(found.values())


def house(rng: random.Random, number: int) -> House:
    """An institution of one of four shapes; `number` keeps them apart."""
    stem, latin = STEMS[number % len(STEMS)]
    turn = number // len(STEMS)
    at = turn % len(NUMERALS)
    # Companies and schools bear no number: a second syllable tells the turns apart.
    more, said = (("", ""), ("和", "he"), ("远", "yuan"), ("禾", "he"), ("川", "chuan"), ("嘉", "jia"))[at]
    domain = f"{latin.lower()}{turn or ''}.edu.cn"
    shape = rng.randrange(4)
    letters = latin[0]
    if shape == 0:
        return House(
            f"{stem}大学附属第{NUMERALS[at]}医院", f"The {ORDINALS[at]} Affiliated Hospital of {latin} University",
            (f"{stem[:2]}{NUMERALS[at]}院", f"{stem[:2]}大附{NUMERALS[at]}院", f"{stem}大学第{NUMERALS[at]}附属医院", f"{stem}大学"),
            (f"{ORDINALS[at]} Affiliated Hospital of {latin} University", f"{latin} University"), domain,
        )  # fmt: skip
    if shape == 1:
        return House(
            f"{stem}{more}医科大学", f"{latin}{said} Medical University", (f"{stem}{more}医大",), (f"{latin}{said} Medical University", f"{latin}{said}"), domain,
        )  # fmt: skip
    if shape == 2:
        return House(
            f"{stem}{more}生物科技有限公司", f"{latin}{said} Biotechnology Co., Ltd.", (f"{stem}{more}生物", f"{stem}{more}"),
            (f"{latin}{said} Biotechnology", f"{latin}{said}"), f"{latin.lower()}{turn or ''}-bio.com",
        )  # fmt: skip
    return House(
        f"{stem}市第{NUMERALS[at]}人民医院", f"{latin} {ORDINALS[at]} People's Hospital",
        (f"市第{NUMERALS[at]}人民医院", f"{stem}市{NUMERALS[at]}院"), (f"{latin} {ORDINALS[at]} People's Hospital",),
        f"{letters.lower()}{latin.lower()}{turn or ''}-hospital.cn",
    )  # fmt: skip
