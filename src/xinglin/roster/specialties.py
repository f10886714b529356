"""Specialties: the official list 诊疗科目名录 as a tree, found by code, name, pinyin or the name on a hospital's door.

Codes are those of the list ("03.04"); codes under "X" are the alliance's own extension for fields that are not
clinical (医院管理). Some systems prefix "A" to the code; it is taken off. Source: domain 10.1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pypinyin import lazy_pinyin

from xinglin.roster.names.folding import fold
from xinglin.roster.reasons import Refused, package_rows

EXTENSION = "X"
# A number larger than any real distance, for specialties of different trees.
FAR = 9
_SIGN = re.compile(r"(专业组|专业|学组|中心|病区|门诊|医学部|教研室|学科|一科|二科|三科|[一二三四五1-5]区|部|学)$")


class SpecialtyRefused(Refused):
    """A specialty that is not known or could be several."""


@dataclass(frozen=True, slots=True)
class Specialty:
    """One entry of the list. `level`: 1 科目, 2 专业, 3 项目."""

    code: str
    zh: str
    en: str

    @property
    def parent(self) -> str:
        """The code one level up, "" at the top."""
        return self.code.rpartition(".")[0]

    @property
    def level(self) -> int:
        return self.code.count(".") + 1

    @property
    def is_extension(self) -> bool:
        """Whether it is the alliance's own, not of the official list."""
        return self.code.split(".")[0] == EXTENSION

    @property
    def label(self) -> str:
        """The Chinese name as people say it: without 专业; 其他 and 内科专业 of 中医 with their parent."""
        name = re.sub(r"专业$", "", self.zh)
        if self.parent and (self.zh == "其他" or self.parent == "50"):
            above = re.sub(r"科$", "", specialties()[self.parent].zh)
            return f"{above}{name}" if self.parent == "50" else f"{above}（{name}）"
        return name


@cache
def specialties() -> dict[str, Specialty]:
    """Every entry by code, in the order of the list."""
    return {row["code"]: Specialty(**row) for row in package_rows("specialties.csv")}


def specialty(code: str) -> Specialty | None:
    """The entry with this code ("03.04", "A03.04", "0304"), or None."""
    return specialties().get(_code_form(code))


def children(code: str = "") -> tuple[Specialty, ...]:
    """The entries directly below a code; the top level for ""."""
    return tuple(s for s in specialties().values() if s.parent == code)


def ancestors(code: str) -> tuple[Specialty, ...]:
    """From the top of the tree down to the entry itself."""
    parts = code.split(".")
    return tuple(specialties()[".".join(parts[: n + 1])] for n in range(len(parts)))


def distance(left: str, right: str) -> int:
    """Steps through the tree: 0 the same, 1 parent and child, 2 siblings (03.03, 03.04), FAR for different 科目."""
    a, b = left.split("."), right.split(".")
    if a[0] != b[0]:
        return FAR
    shared = 0
    while shared < min(len(a), len(b)) and a[shared] == b[shared]:
        shared += 1
    return len(a) + len(b) - 2 * shared


def parse_specialty(text: str) -> Specialty:
    """The entry a text names: a code, an official name, a synonym (心内科), English, pinyin (xinneike) or initials.

    Raises `SpecialtyRefused` specialty.unknown, or specialty.ambiguous with the candidates.
    """
    found = find_specialties(text)
    if not found:
        raise SpecialtyRefused("specialty.unknown", {"found": text})
    first, *others = found
    if others:
        candidates = "、".join(f"{s.code} {s.label}" for s in found[:6])
        raise SpecialtyRefused("specialty.ambiguous", {"found": text, "candidates": candidates})
    return first


def parse_specialties(text: str) -> tuple[Specialty, ...]:
    """Several specialties in one cell, separated by 、，,;；/ or line ends; refused as a whole if one is unknown."""
    whole = find_specialties(text)
    if len(whole) == 1:
        return whole
    # 临床体液、血液专业 is one name although it contains a separator.
    parts = [part for part in re.split(r"[、，,;；/|\n]+", text) if part.strip()]
    return tuple(dict.fromkeys(parse_specialty(part) for part in parts))


def find_specialties(text: str) -> tuple[Specialty, ...]:
    """Every entry the whole text can name, best kind of name first: code, then name or synonym, then pinyin."""
    if by_code := specialty(text):
        return (by_code,)
    key = fold(text)
    if not key:
        return ()
    for names in (_by_name(), _by_pinyin()):
        for form in dict.fromkeys((key, *_shorter(key))):
            if form in names:
                return tuple(specialties()[code] for code in names[form])
    return ()


def mentioned(text: str) -> tuple[Specialty, ...]:
    """Specialties named inside free text (心内科支架术后), the longest names first, each once."""
    rest, found = fold(text), dict[str, Specialty]()
    for name in _long_names():
        if name in rest:
            rest = rest.replace(name, " ")
            found.update((code, specialties()[code]) for code in _by_name()[name])
    return tuple(found.values())


def _code_form(typed: str) -> str:
    code = re.sub(r"\s", "", typed).upper().replace("．", ".")
    code = re.sub(r"^A(?=\d)", "", code)
    if re.fullmatch(r"\d{4}|\d{6}", code):
        return ".".join(re.findall(r"\d\d", code))
    return code


def _shorter(key: str) -> Iterator[str]:
    # 心血管内科专业组, 骨科病区, 儿科门诊, 骨一科: the department behind the sign.
    cut = re.sub(
        r"(专业组|专业|学组|中心|病区|门诊|医学部|教研室|学科|一科|二科|三科|[一二三四五12345]区|部|学)$", "", key
    )
    if cut != key and len(cut) > 1:
        yield cut
        yield cut + "科"
    yield key + "科"


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    """Folded names and synonyms to codes. A synonym decides over an official name that several entries share."""
    synonyms: dict[str, dict[str, None]] = {}
    for row in package_rows("specialty_synonyms.csv"):
        for name in row["names"].split("|"):
            synonyms.setdefault(fold(name), {})[row["code"]] = None
    official: dict[str, dict[str, None]] = {}
    for s in specialties().values():
        if s.zh == "其他":
            names = {s.label, s.en}
        elif s.parent == "50":
            # 内科专业 of 中医 is never meant by 内科 alone.
            names = {s.label, s.en}
        else:
            names = {s.zh, s.label, s.en}
        for name in names:
            official.setdefault(fold(name), {})[s.code] = None
    return {name: tuple(codes) for name, codes in {**synonyms, **official}.items()}


@cache
def _by_pinyin() -> dict[str, tuple[str, ...]]:
    """Full pinyin and initials to codes, of every Chinese name and synonym."""
    found: dict[str, dict[str, None]] = {}
    for name, codes in _by_name().items():
        if name.isascii():
            continue
        sounds = [s for s in lazy_pinyin(name, errors="ignore") if s]
        for key in ("".join(sounds), "".join(s[0] for s in sounds)):
            if len(key) > 2:
                found.setdefault(key, {}).update(dict.fromkeys(codes))
    return {key: tuple(codes) for key, codes in found.items()}


@cache
def _long_names() -> tuple[str, ...]:
    return tuple(sorted((n for n in _by_name() if len(n) > 1 and not n.isascii()), key=lambda n: (-len(n), n)))
