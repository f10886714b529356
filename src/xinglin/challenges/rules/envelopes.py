"""Keys, shares and envelopes of sealed bids (docs/adr/0009). Pure but for chance: nothing is stored or told here.

key pair    X25519; the private half locked under a passphrase: scrypt, then AES-256-GCM
shares      a data key is two random-looking halves, XOR of both; one half says nothing of it
envelope    a share for one holder: an ephemeral X25519 key, HKDF-SHA256, AES-256-GCM, bound to its context
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

KEY, SALT, NONCE = 32, 16, 12
MARK = b"XK1"
# scrypt's cost as a power of two; 2**17 takes 128 MB and about half a second (OWASP, 2023). Kept with each key.
COST = 17
SHORTEST = 16


class Closed(Exception):
    """An envelope or a lock that this key does not open, or that was changed."""


@dataclass(frozen=True)
class LockedKey:
    """A key pair whose private half only its passphrase opens."""

    public: bytes
    locked: bytes


def refuse_weak(passphrase: str) -> None:
    """A passphrase guards bids worth millions and cannot be locked after failures by whoever holds a copy."""
    if len(passphrase) < SHORTEST or len(set(passphrase.casefold())) < 8:
        raise Refusal(
            "challenges.weak_passphrase",
            say("The passphrase is too easy to guess."),
            say("Choose at least {least} characters, such as five words that do not belong together.", least=SHORTEST),
            field="passphrase",
        )


def new_pair(passphrase: str) -> LockedKey:
    """A fresh key pair. Raises Refusal for a weak passphrase."""
    refuse_weak(passphrase)
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    head = MARK + bytes([COST]) + salt + nonce
    cipher = AESGCM(_stretched(passphrase, salt, COST)).encrypt(nonce, private.private_bytes_raw(), head + public)
    return LockedKey(public, head + cipher)


def unlock(key: LockedKey, passphrase: str) -> bytes:
    """The private half. Raises Closed for another passphrase, and when lock or public half were changed."""
    head, cipher = key.locked[: len(MARK) + 1 + SALT + NONCE], key.locked[len(MARK) + 1 + SALT + NONCE :]
    cost, salt, nonce = head[len(MARK)], head[len(MARK) + 1 :][:SALT], head[-NONCE:]
    if not head.startswith(MARK) or not 10 <= cost <= 20:
        raise Closed
    try:
        private = AESGCM(_stretched(passphrase, salt, cost)).decrypt(nonce, cipher, head + key.public)
    except InvalidTag:
        raise Closed from None
    return private


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    return Scrypt(salt=salt, length=KEY, n=2**cost, r=8, p=1).derive(typed)


def split(data_key: bytes) -> tuple[bytes, bytes]:
    """Two shares, each by itself as good as chance."""
    one = os.urandom(len(data_key))
    return one, bytes(a ^ b for a, b in zip(one, data_key, strict=True))


def join(one: bytes, other: bytes) -> bytes:
    """The data key again."""
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def wrap(share: bytes, public: bytes, context: bytes) -> bytes:
    """`share` in an envelope for the holder of `public`; it opens in the same `context` alone."""
    once = X25519PrivateKey.generate()
    sent = once.public_key().public_bytes_raw()
    key = _agreed(once.exchange(X25519PublicKey.from_public_bytes(public)), sent + public, context)
    # The key is used once, so its nonce may be the same each time.
    return sent + AESGCM(key).encrypt(bytes(NONCE), share, context)


def unwrap(envelope: bytes, private: bytes, context: bytes) -> bytes:
    """The share. Raises Closed."""
    own = X25519PrivateKey.from_private_bytes(private)
    sent = envelope[:KEY]
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(sent))
        key = _agreed(shared, sent + own.public_key().public_bytes_raw(), context)
        return AESGCM(key).decrypt(bytes(NONCE), envelope[KEY:], context)
    except (InvalidTag, ValueError):
        raise Closed from None


def _agreed(shared: bytes, salt: bytes, context: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY, salt=salt, info=b"xinglin/share/1" + context).derive(shared)
