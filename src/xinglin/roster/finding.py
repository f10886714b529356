"""The keys under which organisations and people are found, and how a search box is read. Pure but for the queryset."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from pypinyin import lazy_pinyin

from xinglin.kernel import finding
from xinglin.roster import names


def organisation_keys(name_zh: str, name_en: str, aliases: Iterable[str], *codes: str) -> list[str]:
    """Characters, pinyin, and initials from any point of the name: `rmyy` finds 示例市人民医院."""
    readings: list[str] = []
    for text in (name_zh, *aliases):
        # Plain readings: an organisation has no surname, so 区 is qu here and not Ou.
        syllables = lazy_pinyin(finding.folded(text), errors="ignore")
        initials = "".join(syllable[0] for syllable in syllables)
        readings += ["".join(syllables), *(initials[start:] for start in range(max(0, len(initials) - 1)))]
    return finding.keys_of(name_zh, name_en, *aliases, readings=[*readings, *codes])


def person_keys(name_zh: str, name_latin: str, aliases: Iterable[str]) -> list[str]:
    """Characters and every customary reading: pinyin, initials, Hong Kong and diaspora spellings."""
    spelled = names.search_keys(name_zh, name_latin, tuple(aliases))
    return finding.keys_of(name_zh, name_latin, *aliases, readings=spelled)


def find_people(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """People by characters, pinyin, initials, or a spelling used at home or abroad; one letter finds nobody."""
    asked = names.query(text)
    if not asked.text or (len(asked.text) < 2 and asked.text.isascii()):
        return rows.none()
    spelled = finding.find_any(rows, [*asked.exact, *asked.sound, *asked.surname], asked.prefix)
    return finding.find(rows, text) | spelled
