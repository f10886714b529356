"""How the portal says things: phrases, words, days, moments, money, deadlines, ledger sentences.

Everything is said in the language that is active when it is said. No HTTP here; pages and the API share it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.utils import translation
from django.utils.translation import get_language, ngettext

from xinglin.kernel import clock
from xinglin.kernel.events import EVENTS
from xinglin.kernel.jobs import TASKS
from xinglin.kernel.money import yuan
from xinglin.kernel.phrases import Phrase
from xinglin.kernel.words import Role, Word

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NOTHING = "—"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


_chosen: ContextVar[str] = ContextVar("language", default="")


@contextmanager
def in_language(chosen: str) -> Iterator[None]:
    """Inside, everything is said in this language, by Django and here: asking Django each time takes ten times as
    long. For answers without a template: one that changes Django's language on its way would not be followed."""
    token = _chosen.set(chosen)
    try:
        with translation.override(chosen):
            yield
    finally:
        _chosen.reset(token)


def language() -> str:
    """The language of whoever reads now; "" for none."""
    return _chosen.get() or get_language() or ""


def gettext(msgid: str) -> str:
    """Django's, remembered: it takes a tenth of the time, and an answer at order time says a dozen sentences."""
    return _translated(language(), msgid)


@lru_cache(maxsize=8_192)
def _translated(_language: str, msgid: str) -> str:
    return translation.gettext(msgid)


def chinese() -> bool:
    """Whether the reader reads Chinese now."""
    return (language() or "zh-hans").startswith("zh")


def spoken(value: Any) -> str:
    """Any value a wing may hand out, as text in the reader's language; a dash for nothing."""
    match value:
        case None | "":
            return NOTHING
        case Word():
            return value.label.spoken(gettext, spoken)
        case Phrase():
            return value.spoken(gettext, spoken)
        case bool():
            return gettext("Yes") if value else gettext("No")
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case Decimal():
            return f"{value.normalize():f}"
        case float():
            return f"{value:g}"
        case str() | int():
            return str(value)
        case dict():
            return spoken(Phrase(value["say"])) if set(value) == {"say"} else listed(value.values())
        case list() | tuple() | set() | frozenset():
            return listed(value)
        case _:
            return str(value)


def listed(values: Iterable[Any]) -> str:
    """Several values in one line."""
    return ("、" if chinese() else ", ").join(spoken(value) for value in values) or NOTHING


def day(value: date) -> str:
    """2026年11月22日, or 22 Nov 2026."""
    if chinese():
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """A day with its time, on the alliance's clock."""
    local = value.astimezone(clock.ZONE)
    return f"{day(local)} {local.hour:02}:{local.minute:02}"


def money(fen: int | None) -> str:
    """¥1,234.50; a dash for nothing."""
    return NOTHING if fen is None else yuan(fen)


def wan(fen: int | None) -> str:
    """Large amounts as they are spoken of: 126 万元, ¥1.26 million."""
    if fen is None:
        return NOTHING
    if chinese():
        return f"{_trim(Decimal(fen) / 1_000_000)} 万元"
    millions = Decimal(fen) / 100_000_000
    return f"¥{_trim(millions)} million" if abs(millions) >= 1 else money(fen)


def _trim(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.01')):,f}".rstrip("0").rstrip(".")


def converted(told_as: str) -> str:
    """A value as it was told in another unit."""
    return gettext("converted from {value}").format(value=told_as)


def due(until: date | None) -> str:
    """How long there is: 3 days left, due today, 2 days overdue."""
    if until is None:
        return ""
    days = (until - clock.today()).days
    if days < 0:
        return ngettext("{days} day overdue", "{days} days overdue", -days).format(days=-days)
    if days == 0:
        return gettext("Due today")
    return ngettext("{days} day left", "{days} days left", days).format(days=days)


def urgency(until: date | None) -> str:
    """ "late", "soon" (three days) or "" for colouring a deadline."""
    if until is None:
        return ""
    days = (until - clock.today()).days
    return "late" if days < 0 else "soon" if days <= 3 else ""


def sentence(event: str, actor: str, subject: str, data: dict[str, Any], subject_kind: str = "") -> str:
    """A ledger entry as a sentence."""
    known = EVENTS.get(event)
    if known is None:
        return event
    words = known.words

    def said(name: str, value: Any) -> str:
        word = words[name].get(value) if name in words and isinstance(value, str) else None
        return spoken(word) if word is not None else fact(name, value, subject_kind)

    told = {name: said(name, value) for name, value in data.items()}
    return known.sentence.spoken(gettext).format_map(_Kept({"actor": actor, "subject": subject, **told}))


class _Kept(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return NOTHING


def fact(name: str, value: Any, subject_kind: str = "") -> str:
    """One stored fact of a ledger entry or notice; text that stands for a word of the trade is said as that word."""
    if isinstance(value, str):
        if _MOMENT.match(value):
            try:
                return moment(datetime.fromisoformat(value))
            except ValueError:
                return value
        if _DAY.fullmatch(value):
            try:
                return day(date.fromisoformat(value))
            except ValueError:
                return value
        if name == "role" and value in set(Role):
            return spoken(Role(value))
        if name == "task" and value in TASKS:
            return spoken(TASKS[value].label)
        if name == "what" and value:
            return gettext(value)
        return (
            gettext(choices(subject_kind, name).get(value, ""))
            if value in choices(subject_kind, name)
            else spoken(value)
        )
    if name.endswith("_fen") and isinstance(value, int):
        return money(value)
    if isinstance(value, list):
        return listed(fact(name, each, subject_kind) for each in value)
    return spoken(value)


_CHOICES: dict[tuple[str, str], dict[str, str]] = {}


def choices(model_label: str, column: str) -> dict[str, str]:
    """value -> English msgid of a column with choices (or of the lifecycle's stages); {} when there are none."""
    key = (model_label, column)
    if key not in _CHOICES:
        _CHOICES[key] = _find_choices(model_label, column)
    return _CHOICES[key]


def _find_choices(model_label: str, column: str) -> dict[str, str]:
    try:
        model = apps.get_model(model_label)
    except (LookupError, ValueError):
        return {}
    machine = getattr(model, "MACHINE", None)
    if machine is not None and column in ("stage", "before", "after", "target", "source"):
        return {str(word): word.label.msgid for word in machine.stages}
    named = {field.name: field for field in model._meta.get_fields() if hasattr(field, "attname")}
    found = named.get(column)
    return {str(value): str(label) for value, label in (getattr(found, "choices", None) or ())}
