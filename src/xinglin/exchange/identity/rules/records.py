"""A record prepared for comparison: every form computed once, at intake, and kept (encrypted) beside the record. Pure.

The columns are the same ones batch linkage compares in SQL, so that both judge alike. `VERSION` is raised whenever the
same facts would be prepared differently or found by other keys, be it that a dictionary of readings got a new edition:
with it comes a migration of an index, and `xinglin migrate` prepares anew what is stored.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from functools import lru_cache

import orjson

from xinglin.exchange.identity.rules import lunar
from xinglin.exchange.identity.rules.documents import Document, document
from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.identity.rules.names import forms
from xinglin.roster.names.folding import fold_table

VERSION = 2


@dataclass(frozen=True, slots=True)
class Record:
    """What is compared. "" is absent everywhere; dates are ISO; `lunar` is the birth date in the lunar calendar.

    `heard` is the Cantonese sound, `abroad` the
    Teochew family spelling before the given name. `documents` are (kind, key, checked) in the order given.
    `street` is the address up to its first figure. `mother`
    is the mother's record as site/local id.
    """

    name: str = ""
    sound: str = ""
    heard: str = ""
    abroad: str = ""
    family: str = ""
    latin: str = ""
    born: str = ""
    lunar: str = ""
    sex: int = 0
    documents: tuple[tuple[str, str, bool], ...] = ()
    phone: str = ""
    region: str = ""
    address: str = ""
    street: str = ""
    also: tuple[str, ...] = ()
    newborn: bool = False
    mother: str = ""
    order: int = 0

    @property
    def han(self) -> bool:
        """Whether the name is kept in Chinese characters."""
        return bool(self.name) and not self.name.isascii()


def prepare(facts: PatientFacts) -> Record:
    """The comparable forms of a record. Never raises: what cannot be read is absent."""
    chinese, latin = forms(facts.name_zh), forms(facts.name_en)
    main = chinese if chinese.folded else latin
    # Some sites write a romanised name where the Chinese one belongs.
    spelled = latin.folded or ("" if chinese.han else chinese.folded)
    born = facts.birth_date.isoformat() if facts.birth_date else ""
    papers = documents_of(facts)
    address = plain_address(facts.address)
    return Record(
        name=main.folded, sound=main.sound, heard=main.heard, abroad=main.abroad, family=main.family,
        latin=spelled, born=born,
        lunar=lunar_of(born), sex=facts.sex if facts.sex in (1, 2) else 0,
        documents=tuple((one.kind, one.key, one.checked) for one in papers),
        phone=plain_phone(facts.phone),
        region=facts.region if re.fullmatch(r"\d{6}", facts.region) else "", address=address, street=street_of(address),
        also=tuple(dict.fromkeys(f for alias in facts.aliases if (f := forms(alias).folded))),
        newborn=main.newborn, mother=f"{facts.site}/{facts.mother}" if facts.mother else "", order=facts.birth_order,
    )  # fmt: skip


def documents_of(facts: PatientFacts) -> tuple[Document, ...]:
    """The documents of a record, each once."""
    papers = {(one.kind, one.key): one for kind, number in facts.documents if (one := document(kind, number)).key}
    return tuple(papers.values())


@lru_cache(maxsize=65_536)
def lunar_of(born: str) -> str:
    """The lunar date of a Gregorian one, written like one ("" outside 1900 to 2100)."""
    return lunar.written(born)


def plain_phone(typed: str) -> str:
    """Digits only, without the country code of the mainland; "" for fewer than seven and for one digit repeated."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", typed)) if typed else ""
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    elif len(digits) == 15 and digits.startswith("0086"):
        digits = digits[4:]
    return digits if len(digits) >= 7 and len(set(digits)) > 1 else ""


@lru_cache(maxsize=32_768)
def plain_address(typed: str) -> str:
    """An address without spaces and signs, in half-width and one script."""
    if not typed:
        return ""
    text = unicodedata.normalize("NFKC", typed).casefold()
    return "".join(c for c in text if unicodedata.category(c)[0] in "LN").translate(fold_table())


def street_of(address: str) -> str:
    """The address up to its first figure: 潮州市湘桥区意溪镇中津村12号 is …中津村; "" if nothing is left."""
    found = re.match(r"[^0-9]{3,}", address)
    return found.group() if found else ""


def pack(record: Record) -> str:
    """The record as text, for keeping: a JSON list, the version first."""
    return orjson.dumps([VERSION, *(getattr(record, name) for name in FIELDS)]).decode()


def unpack(text: str) -> Record:
    """The record again. Raises ValueError for a text of another version."""
    version, *values = orjson.loads(text)
    if version != VERSION:
        raise ValueError(f"prepared by version {version}")
    values[_PAPERS] = tuple((kind, key, checked) for kind, key, checked in values[_PAPERS])
    values[_ALSO] = tuple(values[_ALSO])
    return Record(*values)


FIELDS = tuple(field.name for field in fields(Record))
_PAPERS, _ALSO = FIELDS.index("documents"), FIELDS.index("also")
