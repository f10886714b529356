"""What became of a load, in numbers that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Protocol

from xinglin.exchange.intake.models import Delivery


class Carrying(Protocol):
    """What is asked of a delivery on its way."""

    patients: set[int]
    hospitals: set[int]


def summary(rows: Iterable[Delivery], runnings: Iterable[Carrying], *, many: bool) -> dict[str, Any]:
    """Counts over deliveries: accepted + unchanged + quarantined = entries. Patients and hospitals count once each."""
    listed = list(rows)
    patients: set[int] = set()
    hospitals: set[int] = set()
    for one in runnings:
        patients |= one.patients
        hospitals |= one.hospitals
    reasons: Counter[str] = Counter()
    for row in listed:
        reasons.update(row.reasons)
    counts = {name: sum(getattr(row, name) for row in listed)
              for name in ("entries", "accepted", "unchanged", "quarantined")}  # fmt: skip
    sites = len(hospitals) if many else len({row.site for row in listed})
    return {
        **counts, "patients": len(patients), "results": sum(row.results for row in listed), "hospitals": sites,
        "reasons": dict(reasons.most_common()),
    }  # fmt: skip
