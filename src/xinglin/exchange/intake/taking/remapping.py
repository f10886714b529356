"""Waiting results and the items they turn out to be."""

from __future__ import annotations

from decimal import Decimal

from xinglin.exchange.catalogue.queries.mappings import decided_again, table
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.catalogue.rules.snapshot import ItemFacts
from xinglin.exchange.intake.models import Result
from xinglin.exchange.intake.rules import values
from xinglin.exchange.intake.rules.fitting import unfit
from xinglin.exchange.intake.rules.values import Value
from xinglin.exchange.intake.taking import meaning, storing
from xinglin.exchange.intake.words import ABNORMAL, CORRECTED, FINAL, IMAGE, PRELIMINARY, SUPERSEDED


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


def stale_codes(site: int) -> list[tuple[str, str, int]]:
    """(system, code, item) of the codes of a site that were decided anew, with what they mean now (0: nothing)."""
    loinc = current().by_loinc
    return sorted(
        (system, code, item or (loinc.get(code, 0) if system == values.LOINC else 0))
        for (system, code), item in decided_again(site).items()
    )


def stale(site: int, system: str, code: str, item: int, *, after: int, many: int) -> list[Result]:
    """Results that count under another item than their code means now, in the order of their ids."""
    return list(
        Result.objects.select_for_update()
        .filter(site=site, local_system=system, local_code=code, status__in=(PRELIMINARY, FINAL), pk__gt=after)
        .exclude(item__in=(0, item)).order_by("pk")[:many]
    )  # fmt: skip


def count_stale(site: int, codes: list[tuple[str, str, int]]) -> int:
    """How many results there are to give another item."""
    if not codes:
        return 0
    ((many,),) = storing.rows_of(
        "SELECT count(*) FROM intake_result r "
        "JOIN unnest(%s::text[], %s::text[], %s::int[]) AS one(system, code, item) "
        "ON r.local_system = one.system AND r.local_code = one.code AND r.item <> one.item "
        "WHERE r.site = %s AND r.item <> 0 AND r.status IN (%s, %s)",
        [*map(list, zip(*codes, strict=True)), site, PRELIMINARY, FINAL],
    )
    return int(many)


def replaced(rows: list[Result], facts: ItemFacts | None) -> None:
    """Supersede results by the same results under another item, like corrected ones: the old row stays as it counted,
    with the decisions that rest on it; the new one carries the sender's id from now on."""
    storing.run_many(
        storing.let_fall(f"UPDATE intake_result SET status = {SUPERSEDED}, source_id = %s WHERE id = %s"),  # noqa: S608 - a number of our own
        [(f"{row.source_id[:96]}~m{row.pk}", row.pk) for row in rows],
    )
    same = ("patient", "effective_at", "reported_at", "site", "status", "report", "sent", "local_system", "local_code",
            "local_name", "reference", "interpretation", "method", "instrument", "specimen", "specimen_no",
            "source_id", "digest")  # fmt: skip
    fresh = []
    for row in rows:
        made = mapped(row, facts)
        fresh.append(Result(
            item=made.item, number=made.number, text=made.text, unit=made.unit, flags=made.flags,
            **{name: getattr(row, name) for name in same},
        ))  # fmt: skip
    Result.objects.bulk_create(fresh)


def mapped(row: Result, facts: ItemFacts | None) -> meaning.ResultRow:
    """A stored result as it reads with its item (None: with none), from what was sent."""
    value = Value("", row.local_system, row.local_code, row.local_name, interpretation=row.interpretation)
    number, unit = _sent(row)
    if number is None:
        value.text = row.text
    else:
        value.number, value.unit = number, unit
        value.comparator = row.sent[: len(row.sent) - len(row.sent.lstrip("<>="))][:2]
    made = meaning.row_of(
        value,
        facts.number if facts is not None else 0,
        facts,
        status=row.status,
        rank=3 if row.flags & CORRECTED else 2,
    )
    # The laboratory's own judgement of the value was made by its own range, and stands.
    made.flags |= row.flags & (IMAGE | ABNORMAL) | unfit(facts, method=row.method, specimen=row.specimen)
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
