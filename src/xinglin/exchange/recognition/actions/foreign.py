"""Results of other cities: kept as they were shown, and marked when their city no longer tells them so."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from xinglin.exchange.identity.models import IndexPerson
from xinglin.exchange.intake.models import FallenResult
from xinglin.exchange.recognition.models import ForeignResult
from xinglin.exchange.recognition.rules.foreign import CityResult
from xinglin.kernel import ledger
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account


@transaction.atomic
def keep_told(
    *, person: int, peer: str, city: str, site: int, results: Sequence[CityResult], by: Account
) -> list[int]:  # fmt: skip
    """Keep what one city (`peer` its entry here, `site` its number) told of a person before it is shown; the number of
    each, in order.

    The same result told again is found again. One that had fallen and is told as before stands again.
    """
    ForeignResult.objects.bulk_create(
        [
            ForeignResult(
                peer=peer, city=city, hospital=one.hospital[:120], site=site, source_id=one.source_id,
                person=person, item=one.item, effective_at=one.effective_at, reported_at=one.reported_at,
                number=one.number, text=one.text[:200], unit=one.unit[:30], told_as=one.told_as[:60],
                critical=one.critical, scopes=list(one.scopes), digest=one.digest,
            )
            for one in results
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    rows = ForeignResult.objects.filter(person=person, peer=peer,
                                        source_id__in={one.source_id for one in results})  # fmt: skip
    found = {(row.source_id, row.item, bytes(row.digest)): row for row in rows}
    kept = [found[one.source_id, one.item, one.digest] for one in results]
    again = [row.pk for row in kept if row.fallen_at is not None]
    ForeignResult.objects.filter(pk__in=again).update(fallen_at=None)
    ledger.record("recognition.city_kept", by=by, subject=IndexPerson(pk=person),
                  data={"city": city, "results": len(kept)})  # fmt: skip
    return [row.pk for row in kept]


@transaction.atomic
def mark_fallen(*, person: int, numbers: Sequence[int], by: Account) -> int:
    """Note that a city no longer tells these results as they were shown; `orders.find_invalid` looks at the decisions
    that rest on them, as at any other result that fell. Returns how many are new."""
    count = ForeignResult.objects.filter(pk__in=numbers, person=person, fallen_at=None).update(fallen_at=now())
    if count:
        FallenResult.objects.bulk_create([FallenResult(result=-number) for number in numbers], ignore_conflicts=True)
        ledger.record("recognition.city_fallen", by=by, subject=IndexPerson(pk=person), data={"results": count})
    return count
