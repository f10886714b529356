"""The names of a team in every form a text may write them. Pure.

Chinese in both scripts and with spaces between; pinyin, Hong Kong and diaspora spellings in either order, joined,
hyphenated, with initials; given names that are no ordinary word; surnames with a title or "et al.". Latin forms are
compared by their letters alone, so that order, case, commas, full stops and hyphens never matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from xinglin.challenges.blinding.texts import Span, Token, is_word, level, straddled
from xinglin.roster.names import is_han, split_name
from xinglin.roster.names import readings as sounds
from xinglin.roster.names.surnames import pinyin_forms, surnames

GAP = "[ \t·•・\u200b-\u200d\ufeff]{0,3}"
WIDE_GAP = "[\\s·•・\u200b-\u200d\ufeff]{0,3}"
LATIN_GAP = re.compile(r"[\s,.\-'’·]{0,4}\Z")
ZH_TITLES = (
    "教授|副教授|主任|副主任|院士|博士|博导|导师|老师|医生|医师|院长|副院长|所长|副所长|处长|书记|研究员|副研究员|"
    "课题组|研究组|团队|实验室|工作室|等人"
)
EN_TITLE = re.compile(r"(?:prof(?:essor)?|dr|doctor|academician|mr|mrs|ms|pi)[.\s]{1,3}\Z")
EN_AFTER = re.compile(
    r"(?:'s|’s)?[\s,]{0,3}(?:et\s+al|and\s+co-?workers|and\s+colleagues|group\b|lab\b|laboratory\b|team\b)"
)
LONGEST = 5
# Letters that medicine writes often: initials that equal one are reported, not blacked.
ACRONYMS = frozenset(
    ["ai", "ct", "mr", "mri", "pet", "us", "hb", "hbv", "hcv", "hiv", "dna", "rna", "pcr", "ecg", "eeg", "emg", "icu", "gcp", "ehr", "emr", "his", "lis", "pacs", "hl7", "fhir", "roc", "auc", "ci", "hr", "or", "rr", "sd", "se", "bmi", "alt", "ast", "afp", "cea", "psa", "wbc", "rbc", "plt", "crp", "esr", "who", "cdc", "nmpa", "fda", "ich", "iso", "ip", "it", "pi", "cra", "crc", "sop", "qa", "qc", "rct", "copd", "hcc", "nsclc", "tnm", "os", "pfs", "dfs", "cr", "pr", "pd", "egfr", "kras", "alk", "il", "tnf", "ifn", "nk", "car", "ev", "lc", "ms", "gc", "hplc", "elisa", "wb", "ihc", "facs", "ngs", "wes", "wgs", "gwas", "snp", "cnv"]
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """One person of a team, as the bid names them."""

    name_zh: str = ""
    name_latin: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """A Latin form by its letters: who it is (1 for the first member) and how it is built."""

    number: int
    kind: str  # "full", "given", "initials" (surname with initials), "letters" (initials alone)


class Names:
    """The names of one team, ready to be found in a text."""

    def __init__(self, members: Sequence[Member]):
        self.forms: dict[str, Form] = {}
        self.surnames: dict[str, int] = {}
        self.chinese: dict[str, int] = {}
        self.given: dict[str, int] = {}
        self.families: dict[str, int] = {}
        for number, one in enumerate(members, start=1):
            for name in (one.name_zh, one.name_latin, *one.aliases):
                if any(is_han(char) for char in name):
                    self._chinese(name, number)
                elif name.strip():
                    self._latin(name, number)
        self._compile()

    def _chinese(self, name: str, number: int) -> None:
        plain = re.sub(r"[^\w]", "", level(name))
        surname, given = split_name(plain)
        self.chinese.setdefault(plain, number)
        if surname:
            self.families.setdefault(surname, number)
        if len(given) > 1:
            self.given.setdefault(given, number)
        for form, kind in _spellings(plain):
            self._add(form, number, kind)
        for family in _families(surname):
            self.surnames.setdefault(family, number)

    def _latin(self, name: str, number: int) -> None:
        words = re.findall(r"[a-z]+", level(name))
        if not words:
            return
        if len(words) == 1:
            self._add(words[0], number, "full")
            return
        for first, rest in ((words[0], words[1:]), (words[-1], words[:-1])):
            given, letters = "".join(rest), "".join(word[0] for word in rest)
            for form, kind in _orders(first, given, letters):
                self._add(form, number, kind)
        # Western order and Chinese order both occur; the family name is the first or the last word.
        for word in (words[0], words[-1]):
            if len(word) > 1:
                self.surnames.setdefault(word, number)

    def _add(self, form: str, number: int, kind: str) -> None:
        if len(form) > 1:
            before = self.forms.get(form)
            if before is None or (before.kind != "full" and kind == "full"):
                self.forms[form] = Form(number, kind)

    def _compile(self) -> None:
        names = sorted(self.chinese, key=len, reverse=True)
        self.pattern = _alternatives(
            [(GAP if len(name) < 3 else WIDE_GAP).join(map(re.escape, name)) for name in names]
        )
        self.given_pattern = _alternatives(
            [re.escape(given) for given in sorted(self.given, key=len, reverse=True) if not is_word(given)]
        )
        families = "|".join(map(re.escape, sorted(self.families, key=len, reverse=True)))
        self.titled = re.compile(
            rf"(?P<one>{families}){GAP}(?:某某?|工程师|(?:{ZH_TITLES})|等(?=[人\[【（(，,\d]))"
        ) if families else None  # fmt: skip

    def find(self, text: str, levelled: str, words: Sequence[Token]) -> tuple[list[Span], list[Span]]:
        """(what is certainly or probably a name, what may be one and a person should look at)."""
        found: list[Span] = []
        doubtful: list[Span] = []
        for hit in self.pattern.finditer(levelled) if self.pattern else ():
            plain = re.sub(r"[^\w]", "", hit[0])
            span = Span(hit.start(), hit.end(), "name", self.chinese.get(plain, 0))
            if len(hit[0]) == 2 and straddled(levelled, *hit.span()):
                doubtful.append(span)
            else:
                found.append(span)
                if is_word(plain):
                    doubtful.append(span)
        for hit in self.given_pattern.finditer(levelled) if self.given_pattern else ():
            found.append(Span(hit.start(), hit.end(), "name", self.given[hit[0]]))
        for hit in self.titled.finditer(levelled) if self.titled else ():
            if not (hit.start() and is_word(levelled[hit.start() - 1 : hit.end("one")])):
                found.append(Span(hit.start(), hit.end("one"), "name", self.families[hit["one"]]))
        self._latin_forms(levelled, words, found, doubtful)
        return found, doubtful

    def _latin_forms(self, levelled: str, words: Sequence[Token], found: list[Span], doubtful: list[Span]) -> None:
        count = len(words)
        for at, word in enumerate(words):
            joined, last = "", at
            for last in range(at, min(at + LONGEST, count)):
                if last > at and not LATIN_GAP.match(levelled[words[last - 1].end : words[last].start]):
                    break
                joined += words[last].letters
                if (form := self.forms.get(joined)) is not None:
                    window = words[at : last + 1]
                    self._weigh(form, joined, window, levelled, found, doubtful)
            if (
                word.letters in self.surnames
                and len(word.letters) > 1
                and (
                    EN_AFTER.match(levelled, word.end)
                    or EN_TITLE.search(levelled[max(0, word.start - 14) : word.start])
                )
            ):
                found.append(Span(word.start, word.end, "name", self.surnames[word.letters]))

    def _weigh(
        self, form: Form, joined: str, window: Sequence[Token], levelled: str, found: list[Span], doubtful: list[Span]
    ) -> None:
        """Whether what reads like a form of a name is one here."""
        span = Span(window[0].start, window[-1].end, "name", form.number)
        capital = any(one.capital for one in window)
        if form.kind == "full":
            if len(joined) >= 6 or capital:
                found.append(span)
            return
        if form.kind == "given":
            if len(joined) >= 6 and (capital or len(joined) >= 8):
                found.append(span)
            return
        if form.kind == "initials":
            # Zhang XM, X.-M. Zhang: the initials are capitals; zhangxm as one word is a user name.
            letters = [one for one in window if len(one.letters) <= 3 and one.letters not in self.surnames]
            family = [one for one in window if one not in letters]
            if (len(window) > 1 and letters and family and all(one.capital for one in window)
                    and all(one.capitals for one in letters)) or (len(window) == 1 and len(joined) >= 6):  # fmt: skip
                found.append(span)
            return
        dotted = len(window) > 1 and all(len(one.letters) == 1 for one in window) and all(
            levelled[one.end : one.end + 1] in (".", "-") for one in window
        )  # fmt: skip
        if all(one.capitals for one in window):
            if dotted and len(window) == len(joined):
                end = span.end + 1 if levelled[span.end : span.end + 1] == "." else span.end
                found.append(Span(span.start, end, "name", form.number))
            elif len(window) == 1 and joined not in ACRONYMS:
                (found if _among_authors(levelled, span) else doubtful).append(span)
            elif len(window) == 1 and _among_authors(levelled, span):
                found.append(span)


_ROLE = re.compile(
    r"\b(?:designed|conceived|wrote|drafted|revised|analy[sz]ed|performed|contributed|supervised|collected|will lead|"
    r"leads|is responsible|are responsible|author contributions?)\b|负责|撰写|设计|作者贡献|分工|主持"
)


def _among_authors(levelled: str, span: Span) -> bool:
    """Whether the sentence around initials says who did what."""
    begin = max(levelled.rfind(mark, 0, span.start) for mark in ("\n", "。", ". "))
    ends = [at for mark in ("\n", "。") if (at := levelled.find(mark, span.end)) >= 0]
    return bool(_ROLE.search(levelled, max(0, begin), min([*ends, span.end + 120])))


def _alternatives(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns)) if patterns else None


@lru_cache(maxsize=4_096)
def _families(surname: str) -> tuple[str, ...]:
    """A surname in the letters it is written in: pinyin, and customary spellings of two letters or more."""
    if not surname:
        return ()
    known = surnames().get(surname)
    spelled = [*pinyin_forms(sounds.surname_pinyin(surname)), *(known.spellings if known else ())]
    return tuple(dict.fromkeys(word for one in spelled if (word := re.sub(r"[^a-z]", "", level(one)))))


@lru_cache(maxsize=16_384)
def _spellings(name: str) -> tuple[tuple[str, str], ...]:
    """(letters, kind) of every Latin form of a Chinese name."""
    surname, given = split_name(name)
    found: list[tuple[str, str]] = []
    syllables = list(sounds.given_readings(given)[:4])
    heard = tuple(sounds.hong_kong_spelling(one) for one in sounds.jyutping_syllables(given))
    if heard:
        syllables.append(heard)
    for family in _families(surname):
        for one in syllables:
            letters = "".join(part[:1] for part in one)
            for joined in pinyin_forms("".join(one)):
                found += _orders(family, re.sub(r"[^a-z]", "", level(joined)), letters)
    for one in syllables[:1]:
        if len(one) > 1:
            found += [(joined, "given") for joined in pinyin_forms("".join(one))]
    return tuple(dict.fromkeys(found))


def _orders(family: str, given: str, letters: str) -> Iterable[tuple[str, str]]:
    yield family + given, "full"
    yield given + family, "full"
    for some in dict.fromkeys((letters, letters[:1])):
        if some:
            yield family + some, "initials"
            yield some + family, "initials"
    if letters:
        yield family[:1] + letters, "letters"
        yield letters + family[:1], "letters"
