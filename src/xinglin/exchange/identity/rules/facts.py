"""A patient as one site knows them, the way intake hands the record over. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """One local record. Names, address and numbers as the site wrote them; nothing is tidied yet.

    `documents` are (kind, number) pairs: a kind of `roster.codes.DOCUMENT_KINDS`, or any other short word of the
    site's own (a social security card), which is then evidence and never proof. `sex` is GB/T 2261.1 (0 unknown,
    1 male, 2 female, 9 not stated), `region` GB/T 2260. `mother` is the mother's `local_id` at the same site and
    `birth_order` the place in a multiple birth (0: not said).
    """

    site: int
    local_id: str
    name_zh: str = ""
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    birth_date: date | None = None
    sex: int = 0
    phone: str = ""
    address: str = ""
    region: str = ""
    documents: tuple[tuple[str, str], ...] = ()
    mother: str = ""
    birth_order: int = 0
    deceased: bool = False
