"""Results follow the meaning of their code: those that waited get their item, those of another one are superseded."""

from __future__ import annotations

from django.db import transaction

from xinglin.exchange.catalogue.queries.sites import sites_for
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.intake.models import Result
from xinglin.exchange.intake.taking import storing
from xinglin.exchange.intake.taking.remapping import mapped, replaced, stale
from xinglin.kernel import ledger
from xinglin.kernel.models import Account

PART = 2_000
TASK = "intake.remap"


@transaction.atomic
def remap_part(*, site: int, system: str, code: str, item: int, by: Account) -> int:
    """Give a part of the waiting results of a code their item; returns how many there were."""
    facts = current().items[item]
    rows = list(
        Result.objects.select_for_update().filter(site=site, local_system=system, local_code=code, item=0)
        .order_by("pk")[:PART]
    )  # fmt: skip
    if not rows:
        return 0
    changes = []
    for row in rows:
        made = mapped(row, facts)
        changes.append((item, made.number, made.text, made.unit, made.flags, row.pk))
    storing.run_many(
        "UPDATE intake_result SET item = %s, number = %s, text = %s, unit = %s, flags = %s WHERE id = %s", changes
    )
    place = sites_for(None).get(number=site)
    ledger.record(
        "intake.remapped", by=by, subject=place, data={"results": len(rows), "item": facts.code, "code": code}
    )
    return len(rows)


@transaction.atomic
def replace_part(*, site: int, system: str, code: str, item: int, after: int, by: Account) -> tuple[int, int]:
    """Give a part of the results of a code that was decided anew the item it means now (0: none), from behind the id
    `after`; returns how many and the last id.

    They are superseded like corrected results, so whoever recognised one of them is looked at again.
    """
    facts = current().items.get(item)
    rows = stale(site, system, code, item, after=after, many=PART)
    if not rows:
        return 0, after
    replaced(rows, facts)
    ledger.record("intake.replaced", by=by, subject=sites_for(None).get(number=site), data={
        "results": len(rows), "item": facts.code if facts else "", "code": code,
        "items": sorted({row.item for row in rows}),
    })  # fmt: skip
    return len(rows), rows[-1].pk
