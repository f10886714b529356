"""Results that waited for their standard item get it when a mapping is confirmed: its unit, its flags."""

from __future__ import annotations

from django.db import transaction

from xinglin.exchange.catalogue.queries.sites import sites_for
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.intake.models import Result
from xinglin.exchange.intake.taking import storing
from xinglin.exchange.intake.taking.remapping import mapped
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
