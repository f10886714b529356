"""One-time codes, and the proof of what text was shown. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

# Read aloud and typed on a phone: no letters that look like digits. 12 of 29 signs are 58 bits.
SIGNS = "23456789ABCDEFGHJKMNPQRTVWXYZ"
LENGTH = 12
GROUP = 4


def digest_of(code: str) -> str:
    """What is kept of a code: a hash of its signs, however they were grouped or written."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(f"xinglin-resident:{plain}".encode()).hexdigest()


def grouped(code: str) -> str:
    """`ABCD-EFGH-JKMN`."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def text_digest(parts: Iterable[str]) -> str:
    """SHA-256 over a text as shown, so that it can be proved what somebody agreed to."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
