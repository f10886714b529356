"""Names in the forms they are compared by: folded characters, sound, Cantonese and family spellings. Pure.

Source: domain 3.4. Folding, readings and spellings are the roster's (`roster.names`); here they become fixed columns,
computed once per record and equal for equal people however their name was written. Per character and not per word:
a name has no context, and the same character must always sound the same.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

import ToJyutping
from pypinyin import lazy_pinyin

from xinglin.roster.names import fold, is_han, normalise, surnames
from xinglin.roster.names.folding import fold_table
from xinglin.roster.names.readings import hong_kong_spelling, skeleton, surname_pinyin
from xinglin.roster.names.surnames import by_spelling, latin_letters

# 陈美丽之子, 林芳之女2, 王丽婴, 李某某之双甲: a name somebody has until they get one.
_NEWBORN = re.compile(
    r"之(长|次|大|小|双)?(子|女|男|婴|双)|BB\d?$|^BB|婴\d$|新生儿|(^|\s)baby (boy|girl|of)\b", re.IGNORECASE
)


class NameForms(NamedTuple):
    """One written name. `folded` is equal for simplified, traditional and variant writing; `sound` is plain pinyin,
    surname first; `heard` what its Hong Kong spellings have in common, `abroad` the same with the
    Teochew spelling of the surname before the given name's pinyin ("" where none is customary); `family` the
    folded surname ("" if no split may be forced). `newborn` says that this is a name until somebody gets one.
    """

    folded: str = ""
    sound: str = ""
    heard: str = ""
    abroad: str = ""
    family: str = ""
    han: bool = False
    newborn: bool = False


EMPTY = NameForms()


@lru_cache(maxsize=262_144)
def forms(written: str) -> NameForms:
    """The forms of one name in one script; EMPTY for an empty one. Never raises."""
    if not written:
        return EMPTY
    if all("\u4e00" <= char <= "\u9fff" for char in written):
        return _chinese(written.translate(fold_table()))
    text = normalise(written)
    if any(is_han(char) for char in text):
        return _chinese(fold(text))
    return _latin(text)


def _chinese(folded: str) -> NameForms:
    newborn = len(folded) > 2 and bool(_NEWBORN.search(folded))
    family = folded[:2] if len(folded) > 2 and folded[:2] in _compound() else folded[:1]
    if len(folded) > 6:
        family = ""
    sound, heard, abroad = _given(folded[len(family) :])
    spelled = _family_abroad(family)
    return NameForms(folded, family_sound(family) + sound, _joined(_family_heard(family), heard),
                     _joined(spelled, abroad) if spelled else "", family, True, newborn)  # fmt: skip


@lru_cache(maxsize=262_144)
def _given(given: str) -> tuple[str, str, str]:
    """A given name's part of `sound`, `heard` and `abroad`: far fewer people have one of their own than a name."""
    syllables = [syllable(char) for char in given]
    return (
        "".join(syllables),
        _once("".join([_heard(char) for char in given])),
        _once("".join([skeleton(one) for one in syllables])),
    )


def _joined(one: str, other: str) -> str:
    """`_once` of two that have been through it."""
    return one + (other[1:] if one and other and one[-1] == other[0] else other)


def _latin(text: str) -> NameForms:
    words = [w for w in (latin_letters(word) for word in re.split(r"[\s,·]+", text)) if w]
    if not words:
        return EMPTY
    newborn = bool(_NEWBORN.search(text))
    words, family = _in_order(words, "," in text)
    joined = "".join(words)
    return NameForms(joined, joined, _once("".join(skeleton(w) for w in words)), "", family, False, newborn)


def _in_order(words: list[str], comma: bool) -> tuple[list[str], str]:
    """Surname first. A comma says where it is; a known Chinese spelling at either end is believed; otherwise the last
    word is the surname, as in the West, and the words are put in one fixed order, because sites differ."""
    if len(words) == 1 or words[0] in by_spelling():
        return words, words[0]
    if comma:
        return sorted(words), words[0]
    if words[-1] in by_spelling():
        return [words[-1], *words[:-1]], words[-1]
    return sorted(words), words[-1]


def _once(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", text)


@cache
def _compound() -> frozenset[str]:
    return frozenset(name for name in surnames() if len(name) == 2)


@lru_cache(maxsize=4096)
def family_sound(family: str) -> str:
    """A surname's own reading, ü as passports write it."""
    return _passport(surname_pinyin(family)) if family else ""


@lru_cache(maxsize=65_536)
def syllable(char: str) -> str:
    """The likeliest reading of one character; itself when it has none."""
    found = lazy_pinyin(char, v_to_u=True, errors="ignore")
    return _passport(found[0]) if found and found[0] else char


def _passport(pinyin: str) -> str:
    return pinyin.replace("üe", "ue").replace("ü", "yu")


@lru_cache(maxsize=65_536)
def _heard(char: str) -> str:
    sounds = [sound.rstrip("123456") for _, sound in ToJyutping.get_jyutping_list(char) if sound]
    return skeleton("".join(hong_kong_spelling(sound) for sound in sounds)) if sounds else char


@lru_cache(maxsize=4096)
def _family_heard(family: str) -> str:
    # A surname's customary spelling, where there is one: 区 is Au, 单 is Sin, whatever the characters say elsewhere.
    known = surnames().get(family)
    if known and known.hong_kong:
        return _once(skeleton(known.hong_kong[0]))
    return _once("".join(_heard(char) for char in family))


@lru_cache(maxsize=4096)
def _family_abroad(family: str) -> str:
    known = surnames().get(family)
    return _once(skeleton(known.teochew[0])) if known and known.teochew else ""


@lru_cache(maxsize=16_384)
def family_spellings(family: str) -> tuple[str, ...]:
    """The ways a Chinese surname is written in Latin letters at home and abroad (陈: chen chan tan tchen)."""
    known = surnames().get(family)
    return known.spellings if known else ()


@lru_cache(maxsize=65_536)
def spelled_alike(chinese: str, latin: str) -> bool:
    """Whether a romanised name may be a Chinese one: as pinyin, in Hong Kong or Macau spelling, or with the family
    spelling of the diaspora before the given name. Both are folded forms; finds, never proves."""
    if not chinese or not latin:
        return False
    left, right = _chinese(chinese), latin
    if left.sound == right or left.heard == _once(skeleton(right)):
        return True
    given = chinese[len(left.family) :]
    as_pinyin = "".join(syllable(char) for char in given)
    as_heard = "".join(_heard(char) for char in given)
    for spelling in family_spellings(left.family):
        if right.startswith(spelling) and right != spelling:
            rest = right[len(spelling) :]
            if rest == as_pinyin or _once(skeleton(rest)) == _once(as_heard):
                return True
    return False
