"""Invented patients for tests: facts that agree unless told otherwise, and records that have arrived."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from xinglin.exchange.identity.actions.arriving import receive
from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.kernel import permits
from xinglin.roster.codes.persons import upgrade_old_id

_numbers = itertools.count(1)
BORN = date(1961, 4, 17)


def id_number(*, region: str = "445102", born: date = BORN, order: int = 1) -> str:
    """A mainland identity number with a right check digit; odd orders are men."""
    return upgrade_old_id(f"{region}{born:%y%m%d}{order:03d}")


def facts(**more: Any) -> PatientFacts:
    """示例陈大文 of Chaozhou, at site 1 under a number of his own."""
    number = next(_numbers)
    base: dict[str, Any] = {
        "site": 1, "local_id": f"L{number}", "name_zh": "陈大文", "birth_date": BORN, "sex": 1,
        "phone": "13800138000", "address": "潮州市湘桥区意溪镇中津村12号", "region": "445102",
        "documents": (("id_card", id_number()),),
    }  # fmt: skip
    return PatientFacts(**{**base, **more})


def stranger(number: int | None = None, **more: Any) -> PatientFacts:
    """Somebody who agrees with nobody else."""
    number = next(_numbers) if number is None else number
    born = date(1930 + number % 80, 1 + number % 12, 1 + number % 28)
    given = "".join(chr(0x4E00 + (number * 7919 + k * 104_729) % 20_000) for k in (1, 2))
    base: dict[str, Any] = {
        "name_zh": "赵" + given, "birth_date": born, "phone": f"139{number:08d}", "address": f"示例市示例路{number}号",
        "documents": (("passport", f"E{10_000_000 + number}"),),
    }  # fmt: skip
    return facts(**{**base, **more})


def arrive(*records: PatientFacts) -> list[int]:
    """The records received by the program; their patient ids."""
    return receive(records=records, by=permits.the_program())


def patient(**more: Any) -> int:
    """One arrived record; its patient id."""
    return arrive(facts(**more))[0]
