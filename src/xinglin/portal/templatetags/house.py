"""How phrases, words, dates and money are spoken in a template."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext

from xinglin.kernel.phrases import Phrase
from xinglin.kernel.words import Word

register = template.Library()


@register.filter
def spoken(value: Any) -> Any:
    """A Phrase or a Word in the reader's language; anything else as it is."""
    if isinstance(value, Word):
        value = value.label
    return value.spoken(gettext, spoken) if isinstance(value, Phrase) else value
