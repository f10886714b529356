"""Entries as sent become entries read, or get the reason why not."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import orjson

from xinglin.exchange.intake.rules import structs, versions
from xinglin.exchange.intake.taking.parts import ID, Entry, Sent, digest16
from xinglin.exchange.intake.words.types import R4_TYPES

# One entry; larger ones carry embedded films or documents, which belong in an archive.
MOST_BYTES = 8 * 1024 * 1024
_LONG_NUMBER = re.compile(rb"[:\[,\s]-?\d[\d.]{80,}|[:\[,\s]-?[\d.]+[eE][+-]?\d{4,}")
# The same in outline, looked for first: digits and points as 0, both letters e as e, signs, and all else as blanks.
_OUTLINE = bytes(48 if one in b"0123456789." else 101 if one in b"eE" else one if one in b"+-" else 32
                 for one in range(256))  # fmt: skip
_LONG = (b"0" * 81, b"0e0000", b"0e+0000", b"0e-0000")


def read(sent: Sent) -> Entry | None:
    """The entry, read; None with `sent.code` set when that is not possible."""
    if not sent.code and sent.method == "DELETE":
        return _no(sent, "entry.delete")
    if not sent.code and not sent.raw:
        return _no(sent, "entry.empty")
    if sent.code:
        return None
    if len(sent.raw) > MOST_BYTES:
        return _no(sent, "entry.too_large", most=MOST_BYTES // 1024 // 1024)
    try:
        resource = structs.read_resource(sent.raw)
        body = msgspec.json.format(sent.raw, indent=-1)
    except msgspec.ValidationError as wrong:
        return _no(sent, *examined(sent.raw, str(wrong)))
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        return _no(sent, "malformed.json", why=str(wrong))
    except RecursionError:
        return _no(sent, "malformed.depth")
    if b"\\u0000" in body:
        return _no(sent, "store.refused", why="NUL")
    if (b"\\ud" in body or b"\\uD" in body) and (wrong := _surrogate(body)):
        return _no(sent, "malformed.json", why=wrong)
    if _may_be_long(body) and _LONG_NUMBER.search(body) and _too_long(body):
        return _no(sent, "malformed.number", why=_LONG_NUMBER.search(body)[0][1:41].decode())  # type: ignore[index]
    kind = structs.KIND_OF[type(resource)]
    name = _id(sent, resource, body)
    if not ID.match(name):
        return _no(sent, "entry.bad_id", id=name)
    return Entry(sent, resource, (kind, name), body, digest16(body))


def _no(sent: Sent, code: str, facts: dict[str, Any] | None = None, **more: Any) -> None:
    sent.code, sent.facts = code, {**(facts or {}), **more}


def examined(raw: bytes, why: str) -> tuple[str, dict[str, Any]]:
    """Why a resource does not read: what it claims to be, an older version, or a field of the wrong shape."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as wrong:
        return "malformed.json", {"why": str(wrong)}
    if not isinstance(found, dict):
        return "entry.no_type", {}
    kind = found.get("resourceType")
    if old := versions.old_version(found):
        return old, {}
    if not isinstance(kind, str) or not kind:
        return "entry.no_type", {}
    if kind not in R4_TYPES:
        return "entry.unknown_type", {"kind": kind}
    return "malformed.structure", {"why": why}


def _surrogate(body: bytes) -> str:
    """What is wrong with half a character; "" when both halves are there."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError as wrong:
        return str(wrong)
    return ""


def _may_be_long(body: bytes) -> bool:
    outline = body.translate(_OUTLINE)
    return any(mark in outline for mark in _LONG)


def _too_long(body: bytes) -> bool:
    """Whether the long digits stand outside a text."""
    stripped = re.sub(rb'"(?:[^"\\]|\\.)*"', b'""', body)
    return _LONG_NUMBER.search(stripped) is not None


def _id(sent: Sent, resource: structs.Resource, body: bytes) -> str:
    """The resource's own id, the end of its fullUrl, or (made from what identifies it) one that stays the same."""
    if resource.id:
        return resource.id
    if sent.full_url:
        end = sent.full_url.rstrip("/").replace(":", "/").rpartition("/")[2]
        if ID.match(end):
            return end
    identifiers = getattr(resource, "identifier", None)
    if identifiers:
        said = "|".join(f"{one.system or ''}^{one.value or ''}" for one in identifiers if one.value)
        if said:
            return "i-" + digest16(said.encode()).hex()
    # Nothing says which one it is: the content itself does, so that sending it twice adds nothing.
    return "c-" + digest16(body).hex()


def reference_links(sent: Sent) -> dict[str, str]:
    """Of the other names its bundle gave to resources, those this entry uses: kept with it in quarantine."""
    text = sent.raw.decode("utf-8", "replace")
    return {name: key for name, key in sent.links.items() if name in text and not name.endswith(key)}
