"""Residents and the records hospitals keep of them: who is who is known here, and nowhere else.

Errors are those registries have: homophones and look-alikes in names, traditional characters and romanisations, typing
errors in numbers, a guardian's card, days and months exchanged, moved households, twins, newborns without a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from pypinyin import lazy_pinyin

from xinglin.exchange.identity.invented import hkid, id_card
from xinglin.exchange.invented.names import (
    ALIKE,
    FEMALE,
    HOMOPHONES,
    MALE,
    SURNAMES,
    TRADITIONAL,
    WEIGHTS,
)  # fmt: skip
from xinglin.exchange.invented.places import Hospital

DISTRICTS = {  # city -> districts as identity cards begin
    "440100": ("440103", "440104", "440105", "440106"), "440600": ("440604", "440605", "440606"),
    "441900": ("441900",), "440300": ("440303", "440304", "440305"), "442000": ("442000",),
    "440400": ("440402", "440403"), "441300": ("441302", "441303"), "440700": ("440703", "440704"),
    "441200": ("441202", "441203"), "445100": ("445102", "445103", "445122"),
}  # fmt: skip
LINES = ("人民路", "解放路", "新华街", "建设路", "文明路", "和平街", "东湖路", "西山路")


@dataclass(frozen=True)
class Person:
    """A resident as born and registered. `twin` is the other one's number or -1."""

    number: int
    name: str
    born: date
    sex: int
    city: str
    phone: str
    address: str
    documents: tuple[tuple[str, str], ...]
    twin: int = -1
    mother: int = -1


@dataclass(frozen=True)
class Record:
    """A person as one hospital has it. `flaws` says what is wrong with it, for the truth."""

    person: int
    site: int
    local_id: str
    name_zh: str
    name_en: str
    birth_date: date | None
    sex: int
    phone: str
    address: str
    region: str
    documents: tuple[tuple[str, str], ...]
    mother: str = ""
    birth_order: int = 0
    deceased: bool = False
    flaws: tuple[str, ...] = ()


def residents(count: int, cities: Sequence[tuple[str, str, float]], rng: np.random.Generator) -> list[Person]:
    """`count` people: families share a surname, a house and a telephone; some are twins, some newborn."""
    codes = [code for code, _name, _weight in cities]
    weights = np.array([weight for _code, _name, weight in cities])
    city = rng.choice(len(codes), size=count, p=weights / weights.sum())
    surname = rng.choice(len(SURNAMES), size=count, p=WEIGHTS)
    age = np.clip(rng.gamma(4.2, 11.5, count), 0, 100)
    born = np.datetime64("2026-10-01") - (age * 365.25).astype("timedelta64[D]")
    days = born.astype("datetime64[D]").astype(object)
    u, k, number = rng.random((count, 6)), rng.integers(0, 10_000, (count, 6)), rng.integers(0, 10**8, count)
    made: list[Person] = []
    for n in range(count):
        before = made[-1] if made else None
        sex, day, place = 1 if u[n, 0] < 0.48 else 2, days[n], codes[city[n]]
        family = before is not None and before.twin < 0 and u[n, 1] < 0.22
        twin = before is not None and before.mother < 0 and 0.22 <= u[n, 1] < 0.228
        pool = MALE if sex == 1 else FEMALE
        given = pool[k[n, 0] % len(pool)] + (pool[k[n, 1] % len(pool)] if u[n, 2] > 0.12 else "")
        name, mother = SURNAMES[surname[n]] + given, -1
        phone = f"1{(30, 31, 35, 36, 38, 39, 50, 58, 77, 86)[k[n, 2] % 10]}{number[n]:08d}"
        address = f"示例{LINES[k[n, 3] % len(LINES)]}{k[n, 4] % 400 + 1}号{k[n, 5] % 30 + 1}室"
        if before is not None and (family or twin):
            place, address = before.city, before.address
            phone = before.phone if twin or u[n, 3] < 0.5 else phone
            name = before.name[: len(before.name) - len(_given(before.name))] + given
        if twin and before is not None:
            day = before.born
            name = before.name[:-1] + given[-1]
            name = name if name != before.name else name + "儿"
            made[-1] = replace(before, twin=n)
        elif family and before is not None and age[n] < 1 and before.sex == 2:
            mother = before.number
        order = int(number[n] % 499) * 2 + (1 if sex == 1 else 0)
        documents = _documents(u[n, 4], u[n, 5], place, day, order, number[n], k[n])
        made.append(Person(n, name, day, sex, place, phone, address, documents, n - 1 if twin else -1, mother))
    return made


def _given(name: str) -> str:
    return name[2:] if name[:2] in ("欧阳", "司徒") else name[1:]


def _documents(
    kind: float, more: float, city: str, born: date, order: int, number: int, k: np.ndarray
) -> tuple[tuple[str, str], ...]:
    """Mostly an identity card; else a Hong Kong card with return permit, a residence permit, a passport."""
    district = DISTRICTS[city][k[0] % len(DISTRICTS[city])]
    if kind < 0.965:
        return (("id_card", id_card(district, born, order)),)
    if kind < 0.985:
        both = (("hkid", hkid(chr(65 + int(k[1]) % 26), int(number % 10**6))), ("hm_permit", f"H{number:08d}"))
        permit = ("hmt_residence", id_card("810000", born, order))
        return (*both, permit) if more < 0.4 else both
    if kind < 0.99:
        return (("hm_permit", f"M{number:08d}"),)
    return (("passport", f"E{'ABCDEFGHJ'[k[2] % 9]}{number % 10**7:07d}"),)


def records(people: Sequence[Person], sites: Sequence[Hospital], rng: np.random.Generator) -> list[Record]:
    """What hospitals have: one to five records a person, mostly near home, in no order that says who is who."""
    near: dict[str, list[int]] = {}
    for place, site in enumerate(sites):
        near.setdefault(site.region, []).append(place)
    many = np.minimum(rng.choice([1, 2, 3, 4, 5], size=len(people), p=[0.60, 0.25, 0.10, 0.03, 0.02]), len(sites))
    made: list[Record] = []
    for person, count in zip(people, many.tolist(), strict=True):
        home, chosen = near.get(person.city, []), []
        while len(chosen) < count:
            pool = home if home and rng.random() < 0.7 and not set(home) <= set(chosen) else range(len(sites))
            pick = pool[int(rng.integers(0, len(pool)))]
            if pick not in chosen:
                chosen.append(pick)
        for nth, place in enumerate(chosen):
            made.append(_kept(person, sites[place], nth, people, rng.random(12), rng.integers(0, 10_000, 6)))
    order = rng.permutation(len(made))
    seen: dict[int, int] = {}
    numbered = []
    for index in order.tolist():
        one = made[index]
        seen[one.site] = seen.get(one.site, 0) + 1
        numbered.append(replace(one, local_id=f"{one.site:03d}{seen[one.site]:07d}"))
    return _mothers(numbered, people)


def _mothers(made: list[Record], people: Sequence[Person]) -> list[Record]:
    """Newborns name their mother's record where the same hospital has one."""
    ids = {(one.person, one.site): one.local_id for one in made}
    return [
        replace(one, mother=ids[people[one.person].mother, one.site])
        if (people[one.person].mother, one.site) in ids else one
        for one in made
    ]  # fmt: skip


def _kept(
    person: Person, site: Hospital, nth: int, people: Sequence[Person], u: np.ndarray, k: np.ndarray
) -> Record:  # fmt: skip
    flaws: list[str] = []
    name, english = _name(person, u, k, flaws)
    documents, born, sex = person.documents, person.born, person.sex
    if person.born.year >= 2026 and u[3] < 0.5:
        documents = ()
    elif u[3] < 0.10:
        documents = ()
        flaws.append("no_document")
    elif u[3] < 0.115:
        kind, number = documents[0]
        documents = ((kind, _typo(number, k)),)
        flaws.append("document_typo")
    elif u[3] < 0.12 and person.born.year > 2010 and person.number:
        documents = people[person.number - 1].documents[:1]
        flaws.append("guardian_document")
    elif len(documents) > 1:
        documents = (documents[k[0] % len(documents)],) if u[4] < 0.6 else documents
    if u[5] < 0.006 and born.day <= 12:
        born = date(born.year, born.day, born.month)
        flaws.append("day_month")
    elif u[5] < 0.012:
        born = date(born.year, 1, 1)
        flaws.append("first_of_january")
    if u[6] < 0.003:
        sex = 3 - sex
        flaws.append("sex")
    phone = "" if u[7] < 0.15 else person.phone
    if nth and u[7] > 0.8:
        phone = f"13{k[1] % 10}{k[2]:04d}{k[3]:04d}"
        flaws.append("new_phone")
    address, region = person.address if u[8] > 0.1 else "", person.city
    if nth and u[9] < 0.12:
        address, region = f"示例{LINES[k[4] % len(LINES)]}{k[5] % 400 + 1}号", site.region
        flaws.append("moved")
    order = 0 if person.twin < 0 or person.born.year < 2024 else 1 + (person.twin < person.number)
    blank = u[10] > 0.99
    return Record(
        person.number, site.number, "", name, english, None if blank else born, sex, phone, address, region, documents,
        birth_order=order, flaws=tuple(flaws),
    )  # fmt: skip


def _name(person: Person, u: np.ndarray, k: np.ndarray, flaws: list[str]) -> tuple[str, str]:
    name, at = person.name, len(person.name) - 1
    if person.born.year >= 2026 and u[0] < 0.35:
        flaws.append("newborn_name")
        return name[:1] + ("之子" if person.sex == 1 else "之女"), ""
    if u[0] < 0.018 and name[at] in HOMOPHONES:
        choice = HOMOPHONES[name[at]]
        name = name[:at] + choice[k[0] % len(choice)]
        flaws.append("homophone")
    elif u[0] < 0.026 and any(c in ALIKE for c in name[1:]):
        name = name[:1] + "".join(ALIKE.get(c, c) for c in name[1:])
        flaws.append("look_alike")
    elif u[0] < 0.03 and len(name) > 2:
        name = name[:2]
        flaws.append("short_name")
    kind = person.documents[0][0]
    if kind != "id_card" and u[1] < 0.6:
        name = "".join(TRADITIONAL.get(c, c) for c in name)
        flaws.append("traditional")
    english = ""
    if kind in ("hkid", "hm_permit", "passport") and u[2] < 0.5:
        spelled = lazy_pinyin(person.name)
        english = f"{spelled[0]} {''.join(spelled[1:])}".upper()
    return ("", english) if kind == "passport" and english else (name, english)


def _typo(number: str, k: np.ndarray) -> str:
    at = int(k[1]) % len(number)
    if k[2] % 10 < 6:
        return number[:at] + "0123456789"[int(k[3]) % 10] + number[at + 1 :]
    if k[2] % 10 < 9 and at + 1 < len(number):
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return number[:at] + number[at + 1 :]
