"""Waiting results and the items they turn out to be."""

from __future__ import annotations

from decimal import Decimal

from xinglin.exchange.catalogue.queries.mappings import table
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.catalogue.rules.snapshot import ItemFacts
from xinglin.exchange.intake.models import Result
from xinglin.exchange.intake.rules import values
from xinglin.exchange.intake.rules.values import Value
from xinglin.exchange.intake.taking import meaning, storing
from xinglin.exchange.intake.words import ABNORMAL, CORRECTED, IMAGE


def waiting_codes(site: int) -> list[tuple[str, str, int]]:
    """(system, code, item) of the codes of a site that results wait for and that are mapped by now."""
    known = table(site)
    loinc = current().by_loinc
    rows = storing.rows_of(
        "SELECT local_system, local_code FROM intake_result WHERE site = %s AND item = 0 "
        "GROUP BY local_system, local_code ORDER BY 1, 2", [site],
    )  # fmt: skip
    found = []
    for system, code in rows:
        item = known.get((system, code)) or (loinc.get(code, 0) if system == values.LOINC else 0)
        if item:
            found.append((system, code, item))
    return found


def mapped(row: Result, facts: ItemFacts) -> meaning.ResultRow:
    """A stored result as it reads with its item, from what was sent."""
    value = Value("", row.local_system, row.local_code, row.local_name, interpretation=row.interpretation)
    number, unit = _sent(row)
    if number is None:
        value.text = row.text
    else:
        value.number, value.unit = number, unit
        value.comparator = row.sent[: len(row.sent) - len(row.sent.lstrip("<>="))][:2]
    made = meaning.row_of(value, facts.number, facts, status=row.status, rank=3 if row.flags & CORRECTED else 2)
    # The laboratory's own judgement of the value was made by its own range, and stands.
    made.flags |= row.flags & (IMAGE | ABNORMAL)
    return made


def _sent(row: Result) -> tuple[Decimal | None, str]:
    text = row.sent.lstrip("<>=")
    digits, _, unit = text.partition(" ")
    if row.number is None and not row.unit and not unit:
        return None, ""
    try:
        return Decimal(digits), unit
    except ArithmeticError:
        return None, ""
