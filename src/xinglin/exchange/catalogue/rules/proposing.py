"""Which standard item a laboratory's own code probably means, with the reasons. The machine proposes, no more. Pure.

Evidence is counted only where two lists can be compared: names in either language, abbreviations, unit, specimen.
Evidence that contradicts itself (a name that says one item and an abbreviation that says another) is never weighed
against other evidence: it goes to a person, whatever the rest says. Thresholds are proposals of this house [D].
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process

from xinglin.exchange.catalogue.rules.dimensions import comparable, same_kind
from xinglin.exchange.catalogue.rules.snapshot import ItemFacts
from xinglin.kernel.phrases import Phrase, say
from xinglin.roster.names.folding import fold_table

LOINC = "http://loinc.org"
# Out of 1000: from here a proposal may be confirmed together with others; from there it is named at all.
SURE, LIKELY = 800, 550
# A second item this near makes both doubtful.
MARGIN = 100
NAME, ALIAS, ABBREVIATION, WITH_ABBREVIATION, UNIT, SPECIMEN, FUZZY = 600, 570, 350, 200, 150, 50, 300
# Below this likeness (0 to 1) two names have nothing to do with each other.
LIKENESS = 0.72
SHORT = 2
# An abbreviation this long may stand in a name's place ("CA 15-3").
LONG = 5

# Words that make another item of the same name; a name without them is not the name with them.
QUALIFIERS = (
    "游离", "总", "结合", "离子", "igm", "igg", "iga", "ige", "抗体", "抗原", "表面", "核心", "百分", "绝对",
    "计数", "比值", "比率", "饱和度", "前体", "高敏", "超敏", "前", "亚基", "亚型", "受体", "同工酶", "尿",
    "粪", "便", "脑脊液", "胸水", "腹水", "24小时", "间接", "直接", "微量", "球", "增强", "平扫", "dna", "rna",
    "脱氧", "胰", "小儿", "新生儿", "餐后", "床旁", "ii", "a1", "mb", "宽度", "分型", "羟", "1,25", "载脂",
    "脂蛋白", "胆固醇", "高密度", "低密度", "中性", "嗜酸", "嗜碱", "乙", "丙", "甲", "丁", "戊", "i型",
    "中分子", "mm", "sd", "cv", "耐量", "刺激", "抑制",
)  # fmt: skip
# What may stand beside a name without making it another.
NEUTRAL = (
    "血清", "血浆", "血", "空腹", "elisa", "化学发光", "发光法", "仪器法", "测定", "检测", "检查", "静脉",
    "浓度", "含量", "pt",
)  # fmt: skip
QUALITATIVE, QUANTITATIVE = ("定性", "qualitative"), ("定量", "quantitative")

# Words in a name or a column that say what was examined.
SPECIMENS: tuple[tuple[str, str], ...] = (
    ("24小时尿", "urine_24h"), ("24h尿", "urine_24h"), ("脑脊液", "csf"), ("csf", "csf"), ("cerebrospinal", "csf"),
    ("动脉血", "arterial_blood"), ("arterial", "arterial_blood"), ("尿", "urine"), ("urine", "urine"), ("粪", "stool"),
    ("大便", "stool"), ("便隐血", "stool"), ("stool", "stool"), ("faec", "stool"), ("fec", "stool"), ("凳子", "stool"),
    ("痰", "sputum"), ("sputum", "sputum"), ("拭子", "swab"), ("swab", "swab"), ("呼气", "breath"), ("胸水", "fluid"),
    ("胸膜", "fluid"), ("pleural", "fluid"), ("腹水", "fluid"), ("ascites", "fluid"), ("关节液", "fluid"),
    ("joint", "fluid"), ("骨髓", "fluid"), ("marrow", "fluid"), ("体液", "fluid"), ("body fluid", "fluid"),
    ("引流", "fluid"), ("血清", "serum"), ("serum", "serum"), ("血浆", "plasma"), ("plasma", "plasma"),
    ("全血", "blood"), ("末梢血", "blood"), ("静脉血", "blood"), ("blood", "blood"), ("血", "blood"),
)  # fmt: skip
# Columns say "blood" of whatever is drawn from a vein.
_VEIN = frozenset({"serum", "plasma", "blood"})
_BRACKETS = re.compile(r"[(\[（【]([^)\]）】]*)[)\]）】]")
_NO_SPECIMEN = re.compile(r"尿(?:素|酸|肽|钠肽)|血(?!清|浆)|粪便钙卫")
_ASCII = re.compile(r"^[a-z0-9αβγκλ+\-./%#*'αβ ]+$")


@dataclass(frozen=True)
class LocalCode:
    """A site's own code as results or a list bring it. `count`: how many results wait for it."""

    system: str
    code: str
    name: str = ""
    unit: str = ""
    specimen: str = ""
    count: int = 0


@dataclass(frozen=True)
class Proposal:
    """What the machine makes of a code: an item's number or None, 0 to 1000, why, and what else came near.

    `doubtful` says that evidence contradicts itself; such a proposal names no item and is confirmed one by one.
    """

    item: int | None
    score: int
    reasons: tuple[Phrase, ...]
    doubtful: bool = False
    others: tuple[tuple[int, int], ...] = ()

    @property
    def sure(self) -> bool:
        return self.item is not None and self.score >= SURE and not self.doubtful


@dataclass
class _Candidate:
    score: int = 0
    reasons: list[Phrase] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    def add(self, kind: str, score: int, reason: Phrase) -> None:
        if kind not in self.kinds:
            self.kinds.add(kind)
            self.score += score
            self.reasons.append(reason)


@lru_cache(maxsize=16_384)
def form(text: str) -> str:
    """One form of a name for comparison: width, case, script and signs that mean nothing are gone."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(fold_table())
    text = text.replace("beta", "β").replace("alpha", "α").replace("gamma", "γ")
    return re.sub(r"[\s\-_·,、。:;/()\[\]{}'’\"“”*]+", "", text)


class Proposer:
    """The catalogue, made ready to be compared with many codes."""

    def __init__(self, items: Iterable[ItemFacts]):
        self.items = {item.number: item for item in items if item.enabled}
        self.names: dict[str, set[int]] = defaultdict(set)
        self.main: dict[str, int] = {}
        self.abbreviations: dict[str, set[int]] = defaultdict(set)
        self.by_loinc = {item.loinc: item.number for item in self.items.values() if item.loinc}
        for number, item in self.items.items():
            self._learn(number, item)
        self.chinese = [name for name in self.names if not _ASCII.match(name)]

    def _learn(self, number: int, item: ItemFacts) -> None:
        for name in (item.name_zh, item.name_en):
            self.main[form(name)] = number
            self.names[form(name)].add(number)
        for alias in (item.code.rpartition("-")[2], *item.aliases):
            table = self.abbreviations if _ASCII.match(unicodedata.normalize("NFKC", alias).casefold()) else self.names
            table[form(alias)].add(number)
            if table is self.abbreviations and len(form(alias)) >= LONG:
                self.names[form(alias)].add(number)

    def propose(self, one: LocalCode, *, twins: bool = False) -> Proposal:
        """The most probable item of a code. `twins`: another code of the same list carries the same name."""
        if one.system == LOINC:
            number = self.by_loinc.get(one.code)
            if number is None:
                return Proposal(None, 0, (say("LOINC code {code} is not in the catalogue.", code=one.code),))
            return Proposal(number, 1000, (say("LOINC code {code} names the item.", code=one.code),))
        by_name = self._by_name(one.name)
        by_abbreviation = self._by_abbreviation(one, named=bool(by_name))
        if by_name and by_abbreviation and not by_name & by_abbreviation:
            return self._contradiction(by_name, by_abbreviation, one)
        candidates: dict[int, _Candidate] = defaultdict(_Candidate)
        self._weigh_names(one, by_name, by_abbreviation, candidates)
        for number in list(candidates):
            if not self._fits(self.items[number], one, candidates[number]):
                del candidates[number]
        return self._best(candidates, twins)

    def _forms(self, name: str) -> list[set[str]]:
        """Readings of a name, each a set of forms of which any may be looked up; all readings must agree."""
        plain = unicodedata.normalize("NFKC", name)
        inside = [part for part in _BRACKETS.findall(plain) if part.strip()]
        outside = _BRACKETS.sub("", plain)
        readings = [_trimmed(form(plain)) | _trimmed(form(outside + "".join(inside)))]
        if inside:
            foreign = [part for part in inside if not _ASCII.match(part.casefold()) and not _neutral(part)]
            if not foreign:
                readings[0] |= _trimmed(form(outside))
            else:
                swapped = _trimmed(form("".join(inside) + outside))
                readings[0] |= swapped
        return readings

    def _by_name(self, name: str) -> set[int]:
        if not name.strip():
            return set()
        found: set[int] = set()
        for forms in self._forms(name):
            for one in forms:
                found |= self.names.get(one, set())
        if found:
            return found
        # "孕酮(黄体酮)": two names of one item, one in brackets.
        plain = unicodedata.normalize("NFKC", name)
        parts = [_BRACKETS.sub("", plain), *_BRACKETS.findall(plain)]
        sets = [
            set().union(*(self.names.get(one, set()) for one in _trimmed(form(part)))) for part in parts if part.strip()
        ]
        return set.intersection(*sets) if len(sets) > 1 else set()

    def _by_abbreviation(self, one: LocalCode, *, named: bool) -> set[int]:
        """What the code, and what stands in brackets, abbreviates; a name that is known is not counted twice."""
        found: set[int] = set()
        inside = _BRACKETS.findall(unicodedata.normalize("NFKC", one.name))
        for text in (one.code, *inside, *(() if named else (one.name,))):
            plain = unicodedata.normalize("NFKC", text).casefold().strip()
            if plain and _ASCII.match(plain) and not plain.isdigit():
                found |= self.abbreviations.get(form(text), set())
        return found

    def _contradiction(self, by_name: set[int], by_abbreviation: set[int], one: LocalCode) -> Proposal:
        named, short = (self.items[min(numbers)] for numbers in (by_name, by_abbreviation))
        reason = say(
            "The name says {named}, the abbreviation says {short}: one of them is wrong.",
            named=named.name_zh, short=short.name_zh,
        )  # fmt: skip
        others = [(number, NAME) for number in sorted(by_name)] + [
            (number, ABBREVIATION) for number in sorted(by_abbreviation)
        ]
        return Proposal(None, 0, (reason,), True, tuple(others[:6]))

    def _weigh_names(
        self, one: LocalCode, by_name: set[int], by_abbreviation: set[int], into: Mapping[int, _Candidate]
    ) -> None:
        exact = form(one.name)
        for number in by_name:
            main = self.main.get(exact) == number
            into[number].add("name", NAME if main else ALIAS, say("The name is the item's own.") if main else
                             say("The name is another name of the item."))  # fmt: skip
            if len(by_name) > 1:
                into[number].add("several", -MARGIN, say("Several items share this name."))
        if not by_name:
            self._weigh_likeness(one, into)
        for number in by_abbreviation:
            if number in by_name:
                into[number].add("abbreviation", WITH_ABBREVIATION, say("The abbreviation is the item's."))
                continue
            weak = len(by_abbreviation) > 1 or len(form(one.code)) <= SHORT
            if not by_name:
                into[number].add("abbreviation", ABBREVIATION - (MARGIN if weak else 0),
                                 say("The abbreviation is the item's."))  # fmt: skip

    def _weigh_likeness(self, one: LocalCode, into: Mapping[int, _Candidate]) -> None:
        text = form(one.name)
        if len(text) < SHORT + 1 or _ASCII.match(text):
            return
        for name, likeness, _place in process.extract(text, self.chinese, scorer=fuzz.ratio, limit=8,
                                                      score_cutoff=100 * LIKENESS):  # fmt: skip
            if _qualifiers(text) == _qualifiers(name):
                for number in self.names[name]:
                    into[number].add("likeness", round(FUZZY * likeness / 100),
                                     say("The name is like “{name}”.", name=self.items[number].name_zh))  # fmt: skip

    def _fits(self, item: ItemFacts, one: LocalCode, candidate: _Candidate) -> bool:
        """Weigh unit, specimen and manner; False where one of them rules the item out."""
        examined = specimen_of(one, item)
        if examined and item.specimen:
            if not same_specimen(examined, item.specimen):
                return False
            candidate.add("specimen", SPECIMEN, say("The specimen is the item's."))
        if _drawn(one.name) and item.specimen == "blood":
            return False
        units = comparable(one.unit, item.unit) if one.unit and item.unit else None
        if units is False:
            return False
        if units:
            points = UNIT if same_kind(one.unit, item.unit) else UNIT // 3
            candidate.add("unit", points, say("The unit {unit} measures the same kind of quantity.", unit=one.unit))
        elif item.unit and not one.unit:
            candidate.kinds.add("no unit")
        elif one.unit and item.unit:
            candidate.kinds.add("no unit")
            candidate.add("unit", -UNIT // 3, say("The unit {unit} cannot be compared.", unit=one.unit))
        elif not item.unit and (not one.unit or comparable(one.unit, "s/co")):
            candidate.add("unit", UNIT // 3, say("Neither has a unit that would contradict."))
        text = form(one.name)
        qualitative = any(word in text for word in QUALITATIVE)
        quantitative = any(word in text for word in QUANTITATIVE)
        if (qualitative and item.unit) or (quantitative and not item.unit):
            candidate.add("manner", -FUZZY, say("One is a quantity, the other only present or absent."))
        return candidate.score > 0

    def _best(self, candidates: Mapping[int, _Candidate], twins: bool) -> Proposal:
        ranked = sorted(candidates.items(), key=lambda pair: (-pair[1].score, pair[0]))
        others = tuple((number, min(one.score, 1000)) for number, one in ranked[:6])
        if not ranked:
            return Proposal(None, 0, (say("Nothing in the catalogue is like it."),))
        number, first = ranked[0]
        score, reasons = min(first.score, 1000), list(first.reasons)
        if len(ranked) > 1 and first.score - ranked[1][1].score < MARGIN:
            reasons.append(say("“{name}” is as near.", name=self.items[ranked[1][0]].name_zh))
            return Proposal(None, score, tuple(reasons), False, others)
        if score < LIKELY:
            reasons.append(say("That is too little to propose anything."))
            return Proposal(None, score, tuple(reasons), False, others)
        if "no unit" in first.kinds:
            reasons.append(say("Without a unit nobody can be sure."))
            score = min(score, SURE - 1)
        if twins:
            reasons.append(say("Another code of this list carries the same name."))
            score = min(score, SURE - 1)
        return Proposal(number, score, tuple(reasons), False, others[1:])


def propose_all(items: Iterable[ItemFacts], seen: Sequence[LocalCode]) -> list[Proposal]:
    """A proposal for each code, in order; names that several codes of the list carry are noticed."""
    proposer = Proposer(items)
    carried = Counter(form(one.name) for one in seen if one.name.strip())
    return [proposer.propose(one, twins=carried[form(one.name)] > 1) for one in seen]


def specimen_of(one: LocalCode, item: ItemFacts | None = None) -> str:
    """What was examined, as far as the column, the name or a U before the abbreviation say it; "" where they do not."""
    for text in (one.specimen, one.name):
        plain = unicodedata.normalize("NFKC", text).casefold()
        for word, specimen in SPECIMENS:
            # 血红蛋白, 血小板 and 尿素, 尿酸 say nothing of the specimen.
            if word in (plain if text is one.specimen else _NO_SPECIMEN.sub("", plain)):
                return specimen
    code = form(one.code)
    if item is not None and code.startswith("u") and not item.specimen.startswith("urine"):
        short = {form(alias) for alias in (item.code.rpartition("-")[2], *item.aliases)}
        if code not in short and any(name and code[1:] in (name, name[:3]) for name in short if name.isascii()):
            return "urine"
    return ""


def _drawn(name: str) -> bool:
    """Whether a name insists on serum or plasma (血浆血红蛋白 is not 血红蛋白)."""
    return "血浆" in name or "血清" in name


def same_specimen(one: str, other: str) -> bool:
    """Whether a result of the first specimen is one of the second, both in the catalogue's words."""
    return one == other or (one in _VEIN and other in _VEIN) or (one == "blood" and other == "arterial_blood")


def _qualifiers(text: str) -> frozenset[str]:
    return frozenset(word for word in QUALIFIERS if word in text)


def _neutral(text: str) -> bool:
    return form(text) in NEUTRAL or any(word in form(text) for word in (*QUALITATIVE, "法"))


def _trimmed(text: str) -> set[str]:
    """The form itself, and without words before or behind it that make no other item."""
    found = {text}
    for word in (*NEUTRAL, *QUALITATIVE, *QUANTITATIVE):
        for one in list(found):
            if one.endswith(word) and len(one) > len(word) + 1:
                found.add(one.removesuffix(word))
            if one.startswith(word) and len(one) > len(word):
                found.add(one.removeprefix(word))
    return found
