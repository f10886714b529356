"""Search keys: every way a person may be looked for, computed once when the name is kept.

A key is lower-case text in one name space; a surname-only key begins with "s:", a sound key with "r:". The same
functions prepare what is typed into the search box, so both sides always fold alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from xinglin.roster.names import readings
from xinglin.roster.names.folding import fold
from xinglin.roster.names.normalise import is_han, normalise
from xinglin.roster.names.surnames import by_spelling, latin_letters, pinyin_forms, split_name, surnames

MAX_KEYS = 120


class Match(IntEnum):
    """How well a query meets a person's keys; larger is better."""

    NONE = 0
    SURNAME = 1
    SOUND = 2
    PREFIX = 3
    EXACT = 4


@dataclass(frozen=True, slots=True)
class Query:
    """A search as keys: look for `exact` first, then `prefix` (a key beginning with it), `sound`, then `surname`."""

    text: str
    exact: tuple[str, ...]
    prefix: tuple[str, ...]
    sound: tuple[str, ...]
    surname: tuple[str, ...]


def search_keys(name_zh: str, name_latin: str = "", aliases: Sequence[str] = ()) -> tuple[str, ...]:
    """Every key under which a person is found, without repeats, the plainest first, at most MAX_KEYS.

    Chinese names give their folded form, pinyin, initials, Hong Kong spelling and the customary family spellings of
    the surname; Latin names give both orders, initials and sound. Deterministic.
    """
    keys: list[str] = []
    for text in (name_zh, name_latin, *aliases):
        if text:
            keys.extend(keys_of(text))
    return tuple(dict.fromkeys(key for key in keys if key))[:MAX_KEYS]


def query(typed: str) -> Query:
    """What a search box was given, as keys. Never raises; an empty text gives an empty query."""
    text = fold(typed)
    if not text:
        return Query("", (), (), (), ())
    if any(is_han(char) for char in text):
        return Query(text, (text,), (text,), (), ())
    words = [w for w in (latin_letters(word) for word in _words(typed)) if w]
    joined = "".join(words)
    exact = list(dict.fromkeys((joined, "".join(words[1:] + words[:1]), "".join(words[-1:] + words[:-1]))))
    sound = [f"r:{readings.skeleton(text)}" for text in exact] if len(joined) > 3 else []
    return Query(joined, tuple(exact), (joined,), tuple(dict.fromkeys(sound)), _surname_part(words))


def match(asked: Query, keys: Iterable[str]) -> Match:
    """How well one person's keys answer a query."""
    keys = tuple(keys)
    if any(key in asked.exact for key in keys):
        return Match.EXACT
    if any(key.startswith(start) for start in asked.prefix for key in keys if ":" not in key):
        return Match.PREFIX
    if any(key in asked.sound for key in keys):
        return Match.SOUND
    if any(key in asked.surname for key in keys):
        return Match.SURNAME
    return Match.NONE


def _surname_part(words: list[str]) -> tuple[str, ...]:
    # Surname first (Tan Ah Kow) or last (Ah Kow Tan); a single word may be a surname alone.
    ends = dict.fromkeys((*words[:1], *words[-1:], "".join(words[:2])))
    return tuple(f"s:{word}" for word in ends if word in by_spelling())


@lru_cache(maxsize=32_768)
def keys_of(name: str) -> tuple[str, ...]:
    """The keys of one name in one script."""
    text = normalise(name)
    if any(is_han(char) for char in text):
        return tuple(dict.fromkeys(_chinese_keys(text)))
    return tuple(dict.fromkeys(_latin_keys(text)))


@dataclass(frozen=True, slots=True)
class _Family:
    """What a surname adds to the keys: its own reading and its initials, how it is spelled abroad, and in Hong Kong."""

    pinyin: str
    initials: str
    spellings: tuple[str, ...]
    hong_kong: tuple[str, ...]
    heard: str


@dataclass(frozen=True, slots=True)
class _Given:
    """What a given name adds: (pinyin, initials, pinyin if it may stand alone) of each reading, and Cantonese."""

    alone: str
    readings: tuple[tuple[str, str, str], ...]
    heard: str
    hong_kong: str
    hong_kong_initials: str


# Few surnames and far fewer given names than whole names: a register's keys are put together from these.
@lru_cache(maxsize=4_096)
def _family(surname: str) -> _Family:
    known = surnames().get(fold(surname))
    first = known.pinyin if known else readings.surname_pinyin(surname) if surname else ""
    heard = readings.jyutping_syllables(surname)
    customary = known.hong_kong + known.macau if known else ()
    return _Family(
        first, _initials_of_surname(surname, first), known.spellings if known else (),
        tuple(dict.fromkeys(customary or ("".join(map(readings.hong_kong_spelling, heard)),))), "".join(heard),
    )  # fmt: skip


@lru_cache(maxsize=32_768)
def _given(given: str) -> _Given:
    said = readings.jyutping_syllables(given)
    spelled = [readings.hong_kong_spelling(sound) for sound in said]
    return _Given(
        fold(given) if len(given) > 1 else "",
        tuple(("".join(one), "".join(s[0] for s in one), "".join(one) if len(one) > 1 else "")
              for one in readings.given_readings(given)),
        "".join(said), "".join(spelled), "".join(one[:1] for one in spelled),
    )  # fmt: skip


def _chinese_keys(name: str) -> list[str]:
    surname, given = split_name(name)
    first, then = _family(surname), _given(given)
    keys = [fold(name), then.alone]
    for pinyin, initials, alone in then.readings:
        keys += (*pinyin_forms(first.pinyin + pinyin), first.initials + initials, alone)
    if then.heard or first.heard:
        keys.append(first.heard + then.heard)
        for spelled in first.hong_kong:
            whole = spelled + then.hong_kong
            keys += (whole, f"r:{readings.skeleton(whole)}", spelled[:1] + then.hong_kong_initials)
    keys += [f"s:{spelling}" for spelling in first.spellings]
    if usual := then.readings[0][0]:
        keys += [spelling + usual for spelling in first.spellings]
    return keys


def _initials_of_surname(surname: str, pinyin: str) -> str:
    if len(surname) < 2:
        return pinyin[:1]
    return "".join(s[0] for s in readings.given_readings(surname)[0])


def _latin_keys(name: str) -> list[str]:
    words = [w for w in (latin_letters(word) for word in _words(name)) if w]
    if not words:
        return [fold(name)]
    orders = [words, words[1:] + words[:1], words[-1:] + words[:-1]]
    keys = ["".join(order) for order in orders]
    keys.extend("".join(word[0] for word in order) for order in orders if len(words) > 1)
    keys.extend(f"r:{readings.skeleton(''.join(order))}" for order in orders)
    keys.extend(word for word in words if len(word) > 1)
    keys.extend(_surname_part(words))
    return keys


def _words(text: str) -> list[str]:
    return normalise(text).replace(",", " ").replace("·", " ").split()
