"""Invented patients with their truth: for training the weights, for measuring, for trying things out. Seeded.

A Chaozhou-like population with the errors real registries show: homophones, look-alikes, turned and lunar dates, slips
in numbers, missing documents, a guardian's card, moves, new telephones, romanised and traditional names, return permits
beside identity cards, newborns without a name, twins, and relatives who share surname, telephone and address.
Nobody here exists; identity numbers have valid check digits and random order codes (示例).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from stdnum.iso7064 import mod_11_2

from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.identity.rules.lunar import lunar_date
from xinglin.exchange.identity.rules.names import family_sound, syllable

TODAY = 2026
_MONTH_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_BATCH = 50_000
# Records a person has, and how many have that many.
_COPIES = ([1, 2, 3, 4, 5], [0.60, 0.25, 0.10, 0.03, 0.02])
# Identity card, Hong Kong card, return permit, residence permit, passport.
_DOCUMENTS = [0.965, 0.012, 0.008, 0.008, 0.007]


@dataclass(slots=True)
class _Person:
    """One invented person; `number` is the truth."""

    number: int
    surname: str
    given: str
    sex: int
    born: tuple[int, int, int]
    document: tuple[str, str]
    phone: str
    district: str
    town: str
    village: str
    house: int
    before: str
    twin: int = 0


def patients(n: int, seed: int = 7, *, sites: int = 40) -> Iterator[tuple[PatientFacts, int]]:
    """`n` records in a mixed order, each with the number of the person it is; the same for the same seed.

    About 1.6 records a person. Memory holds one batch of persons at a time; records of a person stay in one batch.
    """
    made, batch, first = 0, 0, 1
    while made < n:
        rng = random.Random(f"{seed}/{batch}")  # noqa: S311 - inventions, not secrets
        wanted = min(_BATCH, n - made)
        rows: list[tuple[PatientFacts, int]] = []
        for person in _people(rng, wanted, first):
            first = person.number + 1
            for copy in range(rng.choices(*_COPIES)[0]):
                rows.append((_record(person, rng, copy, made + len(rows), sites), person.number))
            if len(rows) >= wanted:
                break
        rows = rows[:wanted]
        rng.shuffle(rows)
        yield from rows
        made, batch = made + len(rows), batch + 1


@cache
def _pool() -> dict[str, Any]:
    """The characters and their weights: surnames national and local, given names by sex and generation."""
    raw = json.loads(files("xinglin.exchange.identity").joinpath("data/invented_people.json").read_text("utf-8"))
    names = list(raw["surnames"])
    weight = np.array([0.5 * raw["surnames"][s] + 0.5 * raw["local"].get(s, raw["surnames"][s] * 0.4) for s in names])
    pools = {}
    for sex, base, old, young in ((1, "men", "old_men", "young_men"), (2, "women", "old_women", "young_women")):
        for generation, extra, boost in ((0, raw[old], 1.2), (1, raw[old], 0.15), (2, raw[young], 1.6)):
            rank = {c: 1 / (r + 12.0) for r, c in enumerate(raw[base])}
            total = sum(rank.values())
            for c in dict.fromkeys(extra):
                rank[c] = rank.get(c, 0) + boost / len(set(extra)) * total
            weights = np.array(list(rank.values()))
            pools[sex, generation] = (list(rank), np.cumsum(weights).tolist())
    sounds: dict[str, list[str]] = {}
    for c in dict.fromkeys("".join(c for letters, _ in pools.values() for c in letters)):
        sounds.setdefault(syllable(c), []).append(c)
    for sound, extra in raw["homophones"].items():
        sounds[sound] = list(dict.fromkeys([*sounds.get(sound, []), *extra]))
    places = list(raw["districts"])
    share = np.array([raw["districts"][p][1] for p in places], float)
    return {"surnames": names, "surname_weights": weight / weight.sum(), "given": pools, "sounds": sounds,
            "look": raw["look_alikes"], "places": places, "share": share / share.sum(),
            "place_names": {p: raw["districts"][p][0] for p in places}, "towns": raw["towns"],
            "villages": raw["villages"], "traditional": _traditional()}  # fmt: skip


def _traditional() -> dict[str, str]:
    """Simplified to traditional for characters with one origin; the hazards are left alone."""
    from opencc import OpenCC

    turn = OpenCC("s2t").convert
    raw = json.loads(files("xinglin.exchange.identity").joinpath("data/invented_people.json").read_text("utf-8"))
    letters = "".join(dict.fromkeys("".join([*raw["surnames"], raw["men"], raw["women"], raw["young_men"]])))
    return {c: t for c in letters if len(t := turn(c)) == 1 and t != c}


def _people(chance_of: random.Random, n: int, first: int) -> Iterator[_Person]:
    """Persons one after another; one in five is a relative of the one before, a few are twins."""
    pool, scalar = _pool(), chance_of
    rng = np.random.default_rng(chance_of.getrandbits(63))
    years = TODAY - 2 - np.clip(rng.gamma(4.2, 11.5, n), 0, 100).astype(int)
    months = rng.integers(1, 13, n)
    days = (rng.random(n) * _MONTH_DAYS[months - 1]).astype(int) + 1
    sexes = np.where(rng.random(n) < 0.48, 1, 2)
    family = rng.choice(pool["surnames"], n, p=pool["surname_weights"])
    place = rng.choice(pool["places"], n, p=pool["share"])
    kinds = rng.choice(5, n, p=_DOCUMENTS)
    chance, last = rng.random((n, 5)), None
    for i in range(n):
        born, sex = (int(years[i]), int(months[i]), int(days[i])), int(sexes[i])
        person = _Person(first + i, str(family[i]), "", sex, born, ("", ""), _phone(scalar),
                         str(place[i]), scalar.choice(pool["towns"]), scalar.choice(pool["villages"]),
                         scalar.randrange(1, 400), "")  # fmt: skip
        if last is not None and chance[i, 0] < 0.22:
            person.district, person.town, person.village, person.house = (
                last.district,
                last.town,
                last.village,
                last.house,
            )
            person.phone = last.phone if chance[i, 1] < 0.5 else person.phone
            person.surname = last.surname if chance[i, 2] < 0.6 else person.surname
        elif last is not None and chance[i, 0] < 0.228:
            person.surname, person.born, person.phone, person.twin, last.twin = (
                last.surname,
                last.born,
                last.phone,
                2,
                1,
            )
            person.district, person.town, person.village, person.house = (
                last.district,
                last.town,
                last.village,
                last.house,
            )
        person.given = _given(person, scalar, single=chance[i, 3] < (0.22 if 1970 <= person.born[0] < 2000 else 0.07))
        if person.twin and last is not None:
            person.given = last.given[0] + person.given[-1]
        person.document = _document(int(kinds[i]), person, scalar)
        person.before = last.document[1] if last else person.document[1]
        last = person
        yield person


def _given(person: _Person, rng: random.Random, *, single: bool) -> str:
    year = person.born[0]
    letters, weights = _pool()["given"][person.sex, 0 if year < 1970 else 1 if year < 2000 else 2]
    return "".join(rng.choices(letters, cum_weights=weights, k=1 if single else 2))


def _document(kind: int, person: _Person, rng: random.Random) -> tuple[str, str]:
    number = rng.randrange(10**8)
    if kind == 1:
        return "hkid", hkid("ABCDEFGHKMPRSVYZ"[number % 16], number // 16 % 10**6)
    if kind == 2:
        return "hm_permit", f"{'HHHHM'[number % 5]}{number:08d}"
    if kind == 4:
        return "passport", f"E{'ABCDEFGHJ'[number % 9]}{number // 9 % 10**7:07d}"
    region = person.district if kind == 0 else ("820000" if number % 5 == 0 else "810000")
    order = number % 500 * 2 + (1 if person.sex == 1 else 0)
    return "id_card" if kind == 0 else "hmt_residence", id_card(region, date(*person.born), order)


def id_card(region: str, born: date, order: int) -> str:
    """A number of GB 11643 with its check digit; `order` is odd for a man."""
    body = f"{region}{born:%Y%m%d}{order:03d}"
    return body + mod_11_2.calc_check_digit(body)


def hkid(letter: str, number: int) -> str:
    """A Hong Kong identity card's number of six digits with its check digit."""
    digits = f"{number:06d}"
    total = 36 * 9 + (ord(letter) - 55) * 8 + sum(int(d) * w for d, w in zip(digits, range(7, 1, -1), strict=True))
    return f"{letter}{digits}({'0123456789A'[(11 - total % 11) % 11]})"


def _record(person: _Person, rng: random.Random, copy: int, serial: int, sites: int) -> PatientFacts:
    """One site's record of a person, with that site's mistakes."""
    x = [rng.random() for _ in range(14)]
    name_zh, name_en = _written_name(person, x, rng)
    kind, number = _written_document(person, x, rng)
    phone = person.phone if copy == 0 or x[7] > 0.22 else _phone(rng)
    if x[8] < 0.19:
        phone = "" if x[8] < 0.18 else slip(phone, rng)
    district, address = person.district, ""
    if copy and x[9] < 0.15:
        district = rng.choice(_pool()["places"])
    if x[10] >= 0.12:
        moved = district != person.district
        village = rng.choice(_pool()["villages"]) if moved else person.village
        house = person.house if x[11] > 0.2 else rng.randrange(1, 400)
        address = f"{_pool()['place_names'][district]}{person.town}镇{village}村{house}号"
    return PatientFacts(
        site=1 + int(sites * x[12] ** 2), local_id=f"示例{serial:08d}", name_zh=name_zh, name_en=name_en,
        birth_date=_written_date(person, x), sex=person.sex if x[5] > 0.004 else 3 - person.sex, phone=phone,
        address=address, region=district, documents=((kind, number),) if number else (),
        birth_order=person.twin if person.born[0] >= TODAY - 3 else 0,
    )  # fmt: skip


def _written_name(person: _Person, x: list[float], rng: random.Random) -> tuple[str, str]:
    pool, given = _pool(), person.given
    if person.born[0] >= TODAY - 3 and x[13] < 0.25:
        return person.surname + ("之子" if person.sex == 1 else "之女"), ""
    if x[0] < 0.020:
        place = int(x[1] * len(given))
        given = given[:place] + rng.choice(pool["sounds"][syllable(given[place])]) + given[place + 1 :]
    elif x[0] < 0.028:
        given = "".join(pool["look"].get(c, c) for c in given)
    elif x[0] < 0.034:
        given = given[:1] if len(given) > 1 else given + rng.choice(pool["given"][person.sex, 1][0])
    elif x[0] < 0.038:
        given = given[::-1]
    elif x[0] < 0.042:
        given = rng.choice(pool["given"][person.sex, 1][0]) + given[1:]
    name = person.surname + given
    kind = person.document[0]
    if kind in ("hkid", "hm_permit", "hmt_residence") and x[2] < 0.6:
        return "".join(pool["traditional"].get(c, c) for c in name), ""
    if kind == "passport" and x[2] < 0.6:
        return "", f"{family_sound(person.surname)} {''.join(syllable(c) for c in given)}".upper()
    return (name[:1] + " " + name[1:] if x[2] > 0.995 else name), ""


def _written_document(person: _Person, x: list[float], rng: random.Random) -> tuple[str, str]:
    kind, number = person.document
    if x[6] < 0.15 or (person.born[0] >= TODAY - 4 and x[6] < 0.55):
        return "", ""
    if x[6] < 0.165:
        return kind, slip(number, rng)
    if x[6] < 0.170:
        return kind, number.lower().replace("(", "").replace(")", "")
    if x[6] < 0.175 and person.born[0] > 2008:
        return kind, person.before
    if kind == "hkid" and x[6] < 0.45:
        return "hm_permit", f"H{person.number * 7919 % 10**8:08d}"
    return kind, number


def _written_date(person: _Person, x: list[float]) -> date | None:
    year, month, day = person.born
    if x[3] > 0.985:
        return None
    if x[3] < 0.008 and day <= 12:
        month, day = day, month
    elif x[3] < 0.016:
        month, day = 1, 1
    elif x[3] < 0.024:
        year += 1 if x[4] < 0.5 else -1
    elif x[3] < 0.032:
        day = min(28, max(1, day + int(x[4] * 5) - 2))
    elif x[3] < 0.036:
        found = lunar_date(date(year, month, day))
        year, month, day = (found[0], found[1], min(28, found[2])) if found else (year, month, day)
    return date(year, month, min(day, 28) if month == 2 else min(day, int(_MONTH_DAYS[month - 1])))


def slip(text: str, rng: random.Random) -> str:
    """One slip of the pen: a digit wrong, two turned round, one left out, one too many."""
    place, kind = rng.randrange(len(text)), rng.random()
    if kind < 0.5:
        return text[:place] + str(rng.randrange(10)) + text[place + 1 :]
    if kind < 0.8 and place + 1 < len(text):
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text[:place] + text[place + 1 :] if kind < 0.9 else text[:place] + str(rng.randrange(10)) + text[place:]


def _phone(rng: random.Random) -> str:
    return str(13_000_000_000 + rng.randrange(6_999_999_999))
