"""Facts made ready for a paper: dates in its language, signs that no document may hold left out, QR codes. Pure."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import segno

from xinglin.kernel.papers.blocks import Paper
from xinglin.kernel.phrases import Phrase, Translate

# XML 1.0 has no place for these, and one of them would make a .docx unreadable.
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def ready(paper: Paper, facts: Mapping[str, Any], translate: Translate, *, chinese: bool) -> dict[str, Any]:
    """The facts as texts, tables of texts and lists of texts. Raises ValueError when one the paper needs is missing."""
    if missing := sorted(paper.needs - facts.keys()):
        raise ValueError(f"the paper {paper.name} cannot be made without {missing}")
    return {name: _ready(fact, translate, chinese) for name, fact in facts.items()}


def _ready(fact: Any, translate: Translate, chinese: bool) -> Any:
    if isinstance(fact, Mapping):
        return {str(name): _ready(inner, translate, chinese) for name, inner in fact.items()}
    if isinstance(fact, (list, tuple)):
        return [_ready(inner, translate, chinese) for inner in fact]
    if isinstance(getattr(fact, "label", None), Phrase):
        fact = fact.label
    if isinstance(fact, Phrase):
        fact = fact.spoken(translate)
    if isinstance(fact, datetime):
        fact = fact.date()
    if isinstance(fact, date):
        return (
            f"{fact.year}年{fact.month}月{fact.day}日"
            if chinese
            else f"{fact.day} {MONTHS[fact.month - 1]} {fact.year}"
        )
    return "" if fact is None else _NO_XML.sub("", str(fact))


def qr_svg(text: str, *, title: str = "") -> str:
    """A QR code as one <svg> element without styles or scripts, so that a strict policy lets it pass."""
    return segno.make(text, error="m").svg_inline(
        scale=4, border=2, dark="#000", light="#fff", title=title or None, omitsize=True
    )


def qr_png(text: str) -> bytes:
    """A QR code as PNG, for papers."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=8, border=2)
    return out.getvalue()
