"""Files that came with a form that could not be accepted yet, kept for a day so that nobody attaches them again."""

from __future__ import annotations

import json
import re
import secrets
import time
from pathlib import Path

from xinglin.kernel.asks import Upload
from xinglin.kernel.home import home_path
from xinglin.kernel.models import Account

SECONDS = 86_400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def _folder() -> Path:
    folder = home_path() / "held"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def hold(upload: Upload, *, by: Account) -> str:
    """Keep a file; returns the token with which only `by` gets it back. What is older than a day goes."""
    folder, token = _folder(), secrets.token_urlsafe(24)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - SECONDS:
            old.unlink(missing_ok=True)
    about = {"name": upload.name, "type": upload.media_type, "by": by.pk}
    (folder / f"{token}.json").write_text(json.dumps(about), "utf-8")
    (folder / token).write_bytes(upload.content)
    return token


def fetch(token: str, *, by: Account) -> Upload | None:
    """The kept file, or None when there is none or it is somebody else's."""
    if not _TOKEN.fullmatch(token):
        return None
    folder = _folder()
    try:
        about = json.loads((folder / f"{token}.json").read_text("utf-8"))
        content = (folder / token).read_bytes()
    except (OSError, ValueError):
        return None
    return Upload(about["name"], content, about["type"]) if about["by"] == by.pk else None
