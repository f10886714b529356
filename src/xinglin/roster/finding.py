"""The keys under which organisations and people are found, and how a search box is read. Pure but for the queryset."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from pypinyin import lazy_pinyin

from xinglin.kernel import finding
from xinglin.kernel.privacy import fingerprint
from xinglin.roster import names
from xinglin.roster.sheets import PersonRow


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


def index_organisation(organisation: Any) -> None:
    """Renew the keys under which an organisation is found; single entry and import share it."""
    organisation.keys = organisation_keys(
        organisation.name_zh, organisation.name_en, organisation.aliases, organisation.credit_code,
        organisation.medical_code, organisation.insurance_code,
    )  # fmt: skip


def index_person(person: Any) -> None:
    """Renew what a person is looked up by, hashes and search keys; single entry and import share it."""
    person.phone_hash, person.email_hash = fingerprint(person.phone), fingerprint(person.email)
    person.keys = person_keys(person.name_zh, person.name_latin, person.aliases)


def document_hash(kind: str, match_key: str) -> str:
    """The keyed hash by which an identity document is found again."""
    return fingerprint(f"{kind}:{match_key}")


def import_key_of(row: PersonRow) -> str:
    """The keyed hash of the cells that identify a person in a file; the parser refuses a second row with the same."""
    if row.document:
        return fingerprint(f"document|{row.document.kind}|{row.document.match_key}")
    name = names.fold(row.name_zh or row.name_latin)
    cells = (name, names.fold(row.organisation), row.birth_year or "", row.phone, row.email)
    return fingerprint("|".join(map(str, ("row", *cells))))
