"""How phrases, words, dates, money and deadlines are spoken in a template."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from xinglin.kernel.dossiers import KINDS, Kind
from xinglin.kernel.finding import folded
from xinglin.kernel.models import Dossier, LedgerEntry, Notice
from xinglin.kernel.notices import sentence_of
from xinglin.portal import nouns, speaking

register = template.Library()


@register.filter
def spoken(value: Any) -> str:
    """Anything in the reader's language."""
    return speaking.spoken(value)


@register.filter
def day(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        return speaking.day(value.astimezone(speaking.clock.ZONE).date())
    return speaking.spoken(value)


@register.filter
def converted(value: Any) -> str:
    """How a value was told where it was converted."""
    return speaking.converted(value.told_as)


@register.filter
def moment(value: datetime | None) -> str:
    return speaking.spoken(value)


@register.filter
def money(fen: int | None) -> str:
    return speaking.money(fen)


@register.filter
def wan(fen: int | None) -> str:
    return speaking.wan(fen)


@register.filter
def grouped(number: int) -> str:
    """1,284."""
    return f"{number:,}"


@register.filter
def due(until: date | None) -> str:
    return speaking.due(until)


@register.filter
def urgency(until: date | None) -> str:
    return speaking.urgency(until)


@register.filter
def iso(value: date | datetime | None) -> str:
    return value.isoformat() if value else ""


@register.filter
def highlight(text: Any, wanted: str) -> SafeString:
    """`text` escaped, with what was searched for marked; matches either script and any case."""
    plain, low, mark = str(text), folded(str(text)), folded(wanted or "").strip()
    # Folding keeps the length for nearly all text; where it does not, marking would hit the wrong place.
    at = low.find(mark) if mark and len(low) == len(plain) else -1
    if at < 0:
        return mark_safe(escape(plain))  # noqa: S308 - escaped
    end = at + len(mark)
    return format_html("{}<mark>{}</mark>{}", plain[:at], plain[at:end], plain[end:])


@register.filter
def told(entry: LedgerEntry) -> str:
    """A ledger entry as a sentence."""
    return speaking.sentence(entry.event, entry.actor_name, entry.subject_title, entry.data, entry.subject_kind)


@register.filter
def said(notice: Notice) -> str:
    """A notice as a sentence, in the language of whoever reads it now."""
    return sentence_of(notice).spoken(gettext, speaking.spoken)


@register.filter
def address(subject: Any) -> str:
    """Where a notice's or an entry's subject, or a dossier, is found; "" when it has no page."""
    if hasattr(subject, "subject_kind"):
        kind = KINDS.get(subject.subject_kind)
        return nouns.page_of(kind, subject.subject_id) if kind else ""
    kind = KINDS.get(subject._meta.label_lower)
    return nouns.page_of(kind, subject.pk) if kind else ""


@register.simple_tag
def link_of(kind_name: str, key: str) -> str:
    kind = KINDS.get(kind_name)
    return nouns.page_of(kind, key) if kind else ""


@register.inclusion_tag("portal/parts/tag.html")
def stage_tag(dossier: Dossier) -> dict[str, Any]:
    return {"word": dossier.stage_word, "tone": nouns.tone(dossier.MACHINE, dossier.stage)}


@register.filter
def kind_title(kind: Kind, dossier: Any) -> str:
    return kind.title(dossier)
