"""How a name is read: pinyin with the surname's own reading, and Cantonese in Jyutping and Hong Kong spelling.

Pinyin comes from pypinyin, Jyutping from ToJyutping. A surname is read as a surname (单 Shan, 曾 Zeng, 区 Ou); a given
name keeps its other possible readings too, because nobody asked the bearer. Used to find, never to decide.
"""

import re
from functools import lru_cache
from itertools import islice, product

import ToJyutping
from pypinyin import Style, lazy_pinyin, pinyin

from xinglin.roster.names.folding import fold
from xinglin.roster.names.normalise import is_han
from xinglin.roster.names.surnames import pinyin_forms, split_name, surnames

# A given name of five characters with three readings each would make 243 keys; eight find all that people try.
MAX_READINGS = 8

_ONSETS = (
    ("gw", "kw"), ("kw", "kw"), ("ng", "ng"), ("b", "p"), ("d", "t"), ("g", "k"), ("z", "ch"), ("c", "ch"), ("j", "y"),
)  # fmt: skip
_RIMES = {
    "aa": "a", "aai": "ai", "aau": "au", "aam": "am", "aan": "an", "aang": "ang", "aap": "ap", "aat": "at",
    "aak": "ak", "oe": "eu", "oeng": "eung", "oek": "euk", "eoi": "ui", "eon": "un", "eot": "ut", "ou": "o",
    "yu": "yu", "yun": "uen", "yut": "uet", "u": "u", "un": "un", "ut": "ut", "iu": "iu", "oi": "oi", "yung": "ung",
}  # fmt: skip
# Applied to both sides of a comparison, in this order: how the Hong Kong spelling of one sound varies.
_SKELETON = tuple((re.compile(pattern), instead) for pattern, instead in (
    (r"tsz|tze", "chi"), (r"sze|szu|sz", "si"), (r"ts|tch", "ch"), (r"sh", "s"), (r"uen|yuen", "un"),
    (r"uet", "ut"), (r"oo", "u"),
    (r"ee", "i"), (r"eu", "u"), (r"ow", "au"), (r"ew", "iu"), (r"ck", "k"), (r"hs", "s"), (r"gh|h$", ""),
    (r"yu", "u"), (r"(.)\1+", r"\1"),
))  # fmt: skip


def pinyin_of(name_zh: str) -> tuple[str, str]:
    """(surname, given name) in plain pinyin without tones, first reading, ü kept: ("lü", "xiaoming")."""
    surname, given = split_name(name_zh)
    return (surname_pinyin(surname) if surname else "", "".join(_syllables(given)))


def pinyin_name(name_zh: str) -> str:
    """The name as a Chinese passport spells it, surname first: "Chen Xiaoming", "Ouyang Xiu", "Lyu Lan"."""
    # GB/T 28039: ü is YU in passports, but lüe and nüe are LUE and NUE.
    words = [word.replace("üe", "ue").replace("ü", "yu") for word in pinyin_of(name_zh) if word]
    return " ".join(word.capitalize() for word in words)


def surname_pinyin(surname: str) -> str:
    """The reading of a surname as a surname; characters not listed are read as usual."""
    known = surnames().get(fold(surname))
    return known.pinyin if known else "".join(_syllables(surname))


@lru_cache(maxsize=65_536)
def given_readings(given: str) -> tuple[tuple[str, ...], ...]:
    """The possible readings of a given name as tuples of syllables, the likeliest first, at most MAX_READINGS."""
    if not given:
        return ((),)
    likely = tuple(_syllables(given))
    letters = [c for c in given if is_han(c)]
    choices = [_plain(options) for options in pinyin("".join(letters), style=Style.NORMAL, heteronym=True, v_to_u=True,
                                                     errors="ignore")]  # fmt: skip
    every = (reading for reading in islice(product(*choices), MAX_READINGS * 2))
    return tuple(dict.fromkeys((likely, *every)))[:MAX_READINGS]


@lru_cache(maxsize=65_536)
def jyutping_syllables(text: str) -> tuple[str, ...]:
    """Jyutping without tones, one per character that has a reading."""
    return tuple(sound.rstrip("123456") for _, sound in ToJyutping.get_jyutping_list(text) if sound)


@lru_cache(maxsize=16_384)
def hong_kong_spelling(jyutping: str) -> str:
    """One Jyutping syllable in the usual Hong Kong spelling: "daai" is "tai", "siu" is "siu", "zoeng" is "cheung"."""
    if jyutping in ("m", "ng"):
        return "ng"
    if jyutping in ("zi", "ci", "si"):
        return {"zi": "chi", "ci": "chi", "si": "sze"}[jyutping]
    for onset, spelled in _ONSETS:
        if jyutping.startswith(onset):
            return spelled + _rime(jyutping[len(onset) :])
    onset = re.match(r"[^aeiouy]*", jyutping)
    cut = onset.end() if onset else 0
    return jyutping[:cut] + _rime(jyutping[cut:])


@lru_cache(maxsize=65_536)
def skeleton(romanised: str) -> str:
    """A romanised name reduced to what its many Hong Kong spellings have in common, for comparing two of them."""
    for pattern, instead in _SKELETON:
        romanised = pattern.sub(instead, romanised)
    return romanised


def typed_forms(syllables: tuple[str, ...]) -> tuple[str, ...]:
    """Joined pinyin in the ways it is typed (lü as lv, lu, lyu)."""
    joined = "".join(syllables)
    return pinyin_forms(joined)


def _rime(rime: str) -> str:
    return _RIMES.get(rime, rime)


def _syllables(text: str) -> list[str]:
    return [s for s in lazy_pinyin(text, v_to_u=True, errors="ignore") if s]


def _plain(options: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(option for option in options if option))[:3] or ("",)
