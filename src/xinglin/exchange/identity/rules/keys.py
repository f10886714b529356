"""The 64-bit keys under which records are candidates for each other. Pure; the secret is given.

Keyed, so that a dump of the keys tells nothing about names or numbers. The same blocks are the batch's blocking rules.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from xinglin.exchange.identity.rules.names import forms
from xinglin.exchange.identity.rules.records import Record

# Of a key's eight bytes the first are those of what it lies beside.
NEAR = 3


class Key(NamedTuple):
    """What a record is found by, as text, and what its number lies beside in the index.

    A record has a dozen keys. Were each somewhere else, to store it would touch a dozen pages, and each page is written
    to the journal whole. With one birth date, sound or telephone they lie together, on four or five.
    """

    text: str
    near: str = ""


def number(key: Key, secret: bytes) -> int:
    """A signed 64-bit keyed hash of one key; five bytes tell keys apart that lie together."""
    near = blake2b((key.near or key.text).encode(), digest_size=NEAR, key=secret[:64]).digest()
    text = blake2b(key.text.encode(), digest_size=8 - NEAR, key=secret[:64]).digest()
    return int.from_bytes(near + text, "big", signed=True)


def blocks(record: Record) -> list[Key]:
    """The keys by which records are compared: those that share one.

    Document | sound + birth date | phone + sex | sound + address | birth date + surname + sex | sound + year + region.
    A name in two scripts gives its keys in both; a birth date also as month and day swapped is found by year + region.
    """
    found = [document_key(kind, key) for kind, key, _checked in record.documents]
    sounds = dict.fromkeys(s for s in (record.sound, record.latin) if s)
    born, sex = record.born, record.sex
    if born:
        heard = dict.fromkeys((*sounds, record.heard, record.abroad))
        found += [Key(f"b{sound}{born}", born) for sound in heard if sound]
        found += [Key(f"y{sound}{born[:4]}{record.region}", sound) for sound in sounds if record.region]
        if record.family:
            found.append(Key(f"s{born}{record.family}{sex}", born))
    if record.phone:
        found.append(Key(f"p{record.phone}{sex}", record.phone))
    if record.address:
        found += [Key(f"a{sound}{record.address}", sound) for sound in sounds]
    if record.mother and born:
        found.append(Key(f"m{record.mother}{born}", born))
    return found


def search_blocks(record: Record) -> list[Key]:
    """Keys by which people look a patient up, beside the documents; never used to compare records."""
    names = dict.fromkeys((record.name, record.latin, record.sound, *record.also))
    found = [name_key(name) for name in names if name]
    if record.phone:
        found.append(phone_key(record.phone))
    return found


def document_key(kind: str, key: str) -> Key:
    """The one key of a document."""
    return Key(f"d{kind}:{key}")


def name_key(name: str) -> Key:
    """The key of a folded name, or of a sound."""
    return Key(f"n{name}", forms(name).sound)


def phone_key(phone: str) -> Key:
    """The key by which people look up who has a telephone."""
    return Key(f"t{phone}", phone)
