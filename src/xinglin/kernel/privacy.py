"""Privacy classes, encryption of what identifies a person, and masks for what may be hinted at."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from xinglin.kernel import home
from xinglin.kernel.words import Privacy

NONCE = 12
MARK = "x1."


def class_of(model: type[models.Model], column: str) -> Privacy:
    """The privacy class of a column. Raises KeyError when nobody gave it one, which the house test finds first."""
    return model.CLASSES[column]  # type: ignore[attr-defined]


def columns(model: type[models.Model], *classes: Privacy) -> list[str]:
    """The columns of a model that have one of `classes`."""
    return [name for name, given in model.CLASSES.items() if given in classes]  # type: ignore[attr-defined]


def _keys(*, again: bool = False) -> list[bytes]:
    """The field keys; looked for anew when their file changes, once a second, or `again` because none of them fits."""
    given = _home_name()
    known = _known.get(given)
    if known is None or again or time.monotonic() - known[0] > 1:
        path = home.home_path() / "secrets" / "fields.json"
        keys = _keys_in(path, path.stat().st_mtime_ns) if path.exists() else home.field_keys()
        known = _known[given] = (time.monotonic(), keys)
    return known[1]


def _home_name() -> str:
    """Which home, said cheaply."""
    given = os.environ.get("XINGLIN_HOME", "")
    return given if given.startswith("/") else f"{given}|{Path.cwd()}"


# An import encrypts hundreds of thousands of values: by the home's name, when the keys were looked for, and the keys.
_known: dict[str, tuple[float, list[bytes]]] = {}


@lru_cache(maxsize=4)
def _keys_in(_path: Path, _changed: int) -> list[bytes]:
    return home.field_keys()


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


@lru_cache(maxsize=4)
def _lookup_key(_home: str) -> bytes:
    return home.lookup_key()


@lru_cache(maxsize=4)
def _keyed(home: str) -> hmac.HMAC:
    """The keyed hash before any text; a copy of it costs half of beginning again."""
    return hmac.new(_lookup_key(home), digestmod=hashlib.sha256)


def encrypt(text: str) -> str:
    """AES-256-GCM under the newest field key; the same text gives another result each time."""
    nonce = os.urandom(NONCE)
    return MARK + base64.urlsafe_b64encode(nonce + _cipher(_keys()[0]).encrypt(nonce, text.encode(), None)).decode()


def decrypt(sealed: str) -> str:
    """The text again, with whichever of the kept keys wrote it. Raises ValueError when none of them did."""
    raw = base64.urlsafe_b64decode(sealed.removeprefix(MARK))
    for again in (False, True):
        for key in _keys(again=again):
            try:
                return _cipher(key).decrypt(raw[:NONCE], raw[NONCE:], None).decode()
            except InvalidTag:
                continue
    raise ValueError("this value was encrypted with a key that is not in the home")


def encrypt_bytes(content: bytes) -> bytes:
    """A whole file under the newest field key: rosters hold many people's numbers and must not lie open on a disk."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_keys()[0]).encrypt(nonce, content, None)


def decrypt_bytes(sealed: bytes) -> bytes:
    """The file again. Raises ValueError when none of the kept keys wrote it."""
    for key in _keys():
        try:
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], None)
        except InvalidTag:
            continue
    raise ValueError("this file was encrypted with a key that is not in the home")


def lookup_secret() -> bytes:
    """The key of `fingerprint`, 32 bytes, for keyed hashes of another shape. Never shown, never stored elsewhere."""
    return _lookup_key(_home_name())


def fingerprint(text: str) -> str:
    """A keyed hash for looking an encrypted value up; '' for ''. Without the key it tells nothing."""
    normal = "".join(text.split()).upper()
    if not normal:
        return ""
    keyed = _keyed(_home_name()).copy()
    keyed.update(normal.encode())
    return keyed.hexdigest()


def mask(text: str, *, head: int = 4, tail: int = 4) -> str:
    """`4401**********0014`: the length stays, the middle goes. Short values go entirely."""
    if len(text) <= head + tail:
        return "*" * len(text)
    # Not text[-tail:], which is the whole text when the tail is 0.
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


class EncryptedTextField(models.TextField):
    """Text that lies encrypted in the database and is plain in Python. Keep a fingerprint beside it to search by."""

    def get_prep_value(self, value: Any) -> Any:
        value = value if type(value) is str else super().get_prep_value(value)
        # Always: text that merely begins like an encrypted value is somebody's text too.
        return value if value in (None, "") else encrypt(value)

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        return decrypt(value) if value and value.startswith(MARK) else value
