"""Sentences that are chosen here and spoken elsewhere.

Pure rooms (rules, words) may not know Django, yet they decide what a person is told. They return a `Phrase`: an
English msgid with its facts. Whoever speaks to the reader translates it, at the last moment, in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from string import Formatter
from typing import Any

# The fact's own name in a place such as {due.year}.
_NAME = re.compile(r"[^.\[]+")
Translate = Callable[[str], str]


@dataclass(frozen=True)
class Phrase:
    """An English msgid with `{named}` places and the facts that fill them."""

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def spoken(self, translate: Translate, show: Callable[[Any], Any] = lambda value: value) -> str:
        """The sentence in the language of `translate`; `show` formats each fact (dates, money, nested phrases)."""
        text = translate(self.msgid) if self.msgid else ""
        if not self.params:
            return text
        filled = {}
        for name in _places(text):
            if name in self.params:
                value = self.params[name]
                filled[name] = value.spoken(translate, show) if isinstance(value, Phrase) else show(value)
        return text.format_map(_Lenient(filled))

    def __str__(self) -> str:
        return self.spoken(lambda msgid: msgid)

    def __call__(self, **params: Any) -> Phrase:
        """The same sentence with these facts."""
        return Phrase(self.msgid, {**self.params, **params})

    def __hash__(self) -> int:
        return hash(self.msgid)


@lru_cache(maxsize=8_192)
def _places(text: str) -> tuple[str, ...]:
    """The facts a sentence asks for: only these are worth showing."""
    named = [_NAME.match(place) for _said, place, _form, _turned in Formatter().parse(text) if place]
    return tuple(dict.fromkeys(found[0] for found in named if found))


class _Lenient(dict[str, Any]):
    """A missing fact is shown as its name, so that a forgotten parameter never hides a sentence."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def say(msgid: str, **params: Any) -> Phrase:
    """Mark `msgid` for translation and carry its facts. The one way a sentence enters the product below the portal."""
    return Phrase(msgid, params)


def packed(phrase: Phrase) -> dict[str, Any]:
    """A phrase as JSON, so that it can be stored and spoken later in the reader's language."""
    return {"say": phrase.msgid, "with": {name: _packed(fact) for name, fact in phrase.params.items()}}


def unpacked(stored: Mapping[str, Any]) -> Phrase:
    """The phrase that `packed` stored."""
    return Phrase(str(stored["say"]), {name: _unpacked(fact) for name, fact in stored.get("with", {}).items()})


def _packed(fact: Any) -> Any:
    if isinstance(fact, Phrase):
        return packed(fact)
    if isinstance(getattr(fact, "label", None), Phrase):
        return packed(fact.label)
    if isinstance(fact, datetime):
        return {"moment": fact.isoformat()}
    if isinstance(fact, date):
        return {"day": fact.isoformat()}
    return fact if fact is None or isinstance(fact, (bool, int, float, str)) else str(fact)


def _unpacked(fact: Any) -> Any:
    if not isinstance(fact, Mapping):
        return fact
    if "moment" in fact:
        return datetime.fromisoformat(fact["moment"])
    return date.fromisoformat(fact["day"]) if "day" in fact else unpacked(fact)
