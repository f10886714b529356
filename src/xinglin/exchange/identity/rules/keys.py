"""The 64-bit keys under which records are candidates for each other. Pure; the secret is given.

Keyed, so that a dump of the keys tells nothing about names or numbers. The same blocks are the batch's blocking rules.
"""

from __future__ import annotations

from hashlib import blake2b

from xinglin.exchange.identity.rules.records import Record


def number(text: str, secret: bytes) -> int:
    """A signed 64-bit keyed hash of one key."""
    digest = blake2b(text.encode(), digest_size=8, key=secret[:64]).digest()
    return int.from_bytes(digest, "little", signed=True)


def blocks(record: Record) -> list[str]:
    """The keys as text: records that share one are compared.

    Document | sound + birth date | phone + sex | sound + address | birth date + surname + sex | sound + year + region.
    A name in two scripts gives its keys in both; a birth date also as month and day swapped is found by year + region.
    """
    found = [f"d{kind}:{key}" for kind, key, _checked in record.documents]
    sounds = dict.fromkeys(s for s in (record.sound, record.latin) if s)
    born, sex = record.born, record.sex
    if born:
        found += [f"b{sound}{born}" for sound in dict.fromkeys((*sounds, record.heard, record.abroad)) if sound]
        found += [f"y{sound}{born[:4]}{record.region}" for sound in sounds if record.region]
        if record.family:
            found.append(f"s{born}{record.family}{sex}")
    if record.phone:
        found.append(f"p{record.phone}{sex}")
    if record.address:
        found += [f"a{sound}{record.address}" for sound in sounds]
    if record.mother and born:
        found.append(f"m{record.mother}{born}")
    return found


def search_blocks(record: Record) -> list[str]:
    """Keys by which people look a patient up, beside the documents; never used to compare records."""
    names = dict.fromkeys((record.name, record.latin, record.sound, *record.also))
    found = [f"n{name}" for name in names if name]
    if record.phone:
        found.append(f"t{record.phone}")
    return found


def document_key(kind: str, key: str) -> str:
    """The one key of a document."""
    return f"d{kind}:{key}"
