"""The canonical package of a bid, and how it is sealed piece by piece (docs/adr/0009). Pure.

package     "XLB1" | length | header | the files, one after the other
header      canonical JSON: the salt, the form as it was filled in, each file's name, type, size and SHA-256
sealed      context | piece 0 | piece 1 | ... | last piece; AES-256-GCM, the nonce counts and marks the last
receipt     SHA-256 over all that is sealed, context included
commitment  SHA-256 over the package; the salt inside keeps it from being guessed. GCM alone does not commit to its
            key: without this, another key could open the same pieces as another bid
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = b"XLB1"
PIECE = 256 * 1024
TAG = 16
SALT = 32
# A form, its people and its works; far more than the longest fields together.
LONGEST_HEADER = 8 * 2**20


class Broken(Exception):
    """A sealed package that is not whole, or not what was sealed."""


@dataclass(frozen=True)
class PackedFile:
    """One attachment as the header names it: size in bytes, SHA-256 in hexadecimal."""

    name: str
    media_type: str
    size: int
    sha256: str


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one way these facts are written: sorted, without spaces, Unicode as it is."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def header(form: Mapping[str, Any], files: Iterable[PackedFile], salt: bytes) -> bytes:
    """The beginning of a package."""
    told = canonical({"salt": salt.hex(), "form": form, "files": [vars(one) for one in files]})
    return MARK + len(told).to_bytes(4, "big") + told


def seal(key: bytes, context: bytes, plain: Iterable[bytes]) -> Iterator[bytes]:
    """The sealed pieces of `plain`, of PIECE bytes each before sealing; the last may be shorter."""
    cipher, number, waiting = AESGCM(key), 0, bytearray()
    for part in plain:
        waiting += part
        while len(waiting) > PIECE:
            yield cipher.encrypt(_nonce(number, last=False), bytes(waiting[:PIECE]), context)
            del waiting[:PIECE]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(waiting), context)


def unseal(key: bytes, context: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The plain parts again. Raises Broken when a piece was changed, moved, added, or is missing at the end."""
    cipher, held, number = AESGCM(key), None, 0
    for piece in pieces:
        if held is not None:
            yield _opened(cipher, held, number, context, last=False)
            number += 1
        held = piece
    if held is None:
        raise Broken
    yield _opened(cipher, held, number, context, last=True)


def _opened(cipher: AESGCM, piece: bytes, number: int, context: bytes, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last=last), bytes(piece), context)
    except InvalidTag:
        raise Broken from None


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Receipt:
    """SHA-256 over what is sealed, fed piece by piece."""

    def __init__(self, context: bytes) -> None:
        self._sum = hashlib.sha256(b"xinglin/sealed/1" + len(context).to_bytes(4, "big") + context)

    def feed(self, piece: bytes) -> None:
        self._sum.update(len(piece).to_bytes(4, "big") + piece)

    def hex(self) -> str:
        return self._sum.hexdigest()


class Commitment:
    """SHA-256 over the plain package, which begins with its salt."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256(b"xinglin/package/1")

    def over(self, plain: Iterable[bytes]) -> Iterator[bytes]:
        """Pass the parts on and count them in."""
        for part in plain:
            self._sum.update(part)
            yield part

    def hex(self) -> str:
        return self._sum.hexdigest()


@dataclass(frozen=True)
class Opened:
    """What stands at the beginning of an opened package, and where its files begin."""

    form: dict[str, Any]
    files: list[PackedFile]
    salt: str
    offset: int


def read_header(plain: Iterator[bytes]) -> tuple[Opened, bytes]:
    """The header and the plain bytes already taken behind it. Raises Broken."""
    taken = bytearray()
    _fill(taken, plain, len(MARK) + 4)
    length = int.from_bytes(taken[len(MARK) : len(MARK) + 4], "big")
    if not taken.startswith(MARK) or length > LONGEST_HEADER:
        raise Broken
    offset = len(MARK) + 4 + length
    _fill(taken, plain, offset)
    try:
        told = json.loads(taken[len(MARK) + 4 : offset].decode("utf-8", "surrogatepass"))
        files = [PackedFile(**one) for one in told["files"]]
        return Opened(dict(told["form"]), files, str(told["salt"]), offset), bytes(taken[offset:])
    except (ValueError, KeyError, TypeError):
        raise Broken from None


def _fill(taken: bytearray, plain: Iterator[bytes], wanted: int) -> None:
    while len(taken) < wanted:
        part = next(plain, None)
        if part is None:
            raise Broken
        taken += part


def drain(plain: Iterable[bytes], opened: Opened, first: bytes) -> None:
    """Read what follows the header to its end and compare each file with its hash. Raises Broken."""
    rest, parts = bytearray(first), iter(plain)
    for one in opened.files:
        counted, left = hashlib.sha256(), one.size
        while left:
            if not rest:
                part = next(parts, None)
                if part is None:
                    raise Broken
                rest += part
            take = min(left, len(rest))
            counted.update(rest[:take])
            del rest[:take]
            left -= take
        if counted.hexdigest() != one.sha256:
            raise Broken
    if rest or any(parts):
        raise Broken


def merkle_leaf(number: str, receipt: str, commitment: str, outcome: str) -> bytes:
    """The leaf of one bid in the list of an opening; nodes are made as the ledger's (kernel.ledger)."""
    told = canonical({"number": number, "receipt": receipt, "commitment": commitment, "outcome": outcome})
    return hashlib.sha256(b"\x00" + told).digest()
