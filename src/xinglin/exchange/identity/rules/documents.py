"""Identity documents as evidence: what a number is compared by, and what it can prove. Pure. Source: domain 3.1.

The checks themselves are the roster's (`roster.codes`); this room adds what patients bring and members do not: machine
readable lines, cards of a site's own, and which kinds a person keeps for life (only those may veto).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from xinglin.roster.codes import DOCUMENT_KINDS, CodeRefused, identity_document
from xinglin.roster.codes.persons import mrz_check

# One number for life: two different numbers of such a kind are two people, unless one was mistyped.
LIFELONG = frozenset({"id_card", "hkid", "macau_bir", "taiwan_id", "hmt_residence", "hm_permit", "birth_certificate"})
# Of these every number carries a check digit: two right ones that differ at all are two documents, not a slip.
WITH_CHECK = frozenset({"id_card", "hkid", "taiwan_id", "hmt_residence"})
_NOISE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A number of a kind: `key` is what two records share, `checked` whether it passes the check its kind has.

    `checked` is False for kinds whose form nobody published and for numbers that cannot be right; both are still
    compared, neither links anybody by itself.
    """

    kind: str
    number: str
    key: str
    checked: bool = False
    birth_date: date | None = None
    sex: int = 0
    warnings: tuple[str, ...] = ()


@lru_cache(maxsize=65_536)
def document(kind: str, typed: str) -> Document:
    """Read a typed number; never raises: a number that cannot be right is kept with the reason as its warning."""
    kind = re.sub(r"[^a-z0-9_]+", "_", kind.strip().lower())[:24]
    if kind in DOCUMENT_KINDS:
        try:
            found = identity_document(kind, typed)
        except CodeRefused as refusal:
            return Document(kind, typed.strip(), plain(typed), warnings=(refusal.reason_code,))
        # A whole number without a published check is taken by its form; placeholders (000…) have the form too.
        proves = not re.fullmatch(r"[A-Z]{0,3}(.)\1*", found.match_key)
        sex = int(found.sex or 0)
        return Document(kind, found.number, found.match_key, proves, found.birth_date, sex, found.warnings)
    return Document(kind, typed.strip(), plain(typed))


def plain(typed: str) -> str:
    """A number in half-width capitals without separators, whatever its kind."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", typed)).upper()


@dataclass(frozen=True, slots=True)
class MachineReadable:
    """What the two lines of a passport's machine readable zone say."""

    number: str
    name: str
    nationality: str
    birth_date: date | None
    sex: int


def read_mrz(first: str, second: str, *, today: date) -> MachineReadable:
    """Read a TD3 zone (ICAO 9303: two lines of 44), every check digit judged. Raises `CodeRefused`.

    A two-digit birth year after today's belongs to the last century.
    """
    first, second = first.strip().upper().replace(" ", ""), second.strip().upper().replace(" ", "")
    if len(first) != 44 or len(second) != 44 or not first.startswith("P") or not re.fullmatch(r"[A-Z0-9<]+", second):
        raise CodeRefused("code.format", {"kind": "MRZ", "form": "2 × 44 (ICAO 9303 TD3)"})
    fields = ((second[0:9], second[9]), (second[13:19], second[19]), (second[21:27], second[27]),
              (second[0:10] + second[13:20] + second[21:43], second[43]))  # fmt: skip
    if any(mrz_check(field) != check for field, check in fields):
        raise CodeRefused("code.check_digit", {"kind": "MRZ"})
    family, _, given = first[5:].partition("<<")
    name = " ".join(part for part in (family + "<" + given).split("<") if part)
    return MachineReadable(second[0:9].rstrip("<"), name, second[10:13].rstrip("<"), _short_date(second[13:19], today),
                           {"M": 1, "F": 2}.get(second[20], 0))  # fmt: skip


def _short_date(digits: str, today: date) -> date | None:
    if not digits.isdigit():
        return None
    year = 2000 + int(digits[:2])
    try:
        return date(year - 100 if year > today.year else year, int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None
