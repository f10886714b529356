"""What is stored already of the resources a chunk brings or refers to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from xinglin.exchange.intake.rules.structs import Reference
from xinglin.exchange.intake.taking import storing
from xinglin.exchange.intake.taking.parts import Entry, Key, Stored, local

UNFOLLOWABLE: Key = ("", "")
# What a reference without a type may stand for, when the bundle does not say.
_PLAIN_URN = ("urn:uuid:", "urn:oid:")


def stored(site: int, keys: Iterable[Key]) -> dict[Key, Stored]:
    """The stored state of resources of a sender, by kind and id."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for kind, name in keys:
        wanted[kind].append(name)
    found: dict[Key, Stored] = {}
    for kind, names in wanted.items():
        for name, pk, digest, past, patient, hospital in storing.rows_of(
            "SELECT source_id, id, digest, past, patient, hospital FROM intake_resource "
            "WHERE site = %s AND kind = %s AND source_id = ANY(%s)", [site, kind, names],
        ):  # fmt: skip
            found[kind, name] = Stored(pk, bytes(digest), bytes(past), patient, hospital)
    return found


def followed(entry: Entry, reference: Reference | None, assumed: str) -> Key | None:
    """The key a reference leads to; None for no reference, UNFOLLOWABLE for one nobody here can follow.

    Resolved, in this order: another name in its bundle; Kind/id, relative or absolute; a plain URN of the assumed
    kind; a conditional or logical reference by identifier, read as the id of the sender's own record.
    """
    if reference is None:
        return None
    text = reference.reference
    if text:
        named = entry.sent.links.get(text)
        if named is not None:
            kind, _, name = named.partition("/")
            return kind, name
        if (key := local(text)) is not None:
            return key
        if text.startswith(_PLAIN_URN):
            return assumed, text.rpartition(":")[2]
        if "?" in text and "identifier=" in text:
            value = text.rpartition("identifier=")[2].partition("&")[0].rpartition("|")[2]
            return (text.partition("?")[0].rpartition("/")[2] or assumed, value) if value else UNFOLLOWABLE
        return UNFOLLOWABLE
    if reference.identifier is not None and reference.identifier.value:
        return assumed, reference.identifier.value
    return None
