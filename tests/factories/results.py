"""Invented results and reports (示例), written straight into the index."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from xinglin.exchange.catalogue.models import Site
from xinglin.exchange.identity.models import Patient
from xinglin.exchange.intake.models import Report, Result
from xinglin.exchange.intake.words import FINAL
from xinglin.kernel import clock

_numbers = itertools.count(1)


def result(
    who: int,
    at: Site,
    item: int,
    number: str | None = None,
    *,
    when: datetime | None = None,
    days: int = 0,
    **more: Any,
) -> Result:
    """A final result of a person's record at a hospital, `days` ago."""
    patient = Patient.objects.filter(person_id=who, site=at.number).first()
    assert patient is not None
    taken = when or clock.now() - timedelta(days=days)
    key = f"E{next(_numbers)}"
    fields = {
        "effective_at": taken, "reported_at": taken + timedelta(hours=2), "status": FINAL, "source_id": key,
        "number": Decimal(number) if number is not None else None, "digest": hashlib.sha256(key.encode()).digest()[:16],
        "sent": f"{number} mmol/L" if number else "", "unit": "mmol/L" if number else "", **more,
    }  # fmt: skip
    return Result.objects.create(patient=patient.pk, site=at.number, item=item, **fields)


def report(who: int, at: Site, **more: Any) -> Report:
    """A final report."""
    patient = Patient.objects.filter(person_id=who, site=at.number).first()
    assert patient is not None
    key = f"R{next(_numbers)}"
    fields = {"report_no": key, "status": "final", "title": "示例报告", "effective_at": clock.now(),
              "digest": hashlib.sha256(key.encode()).digest(), **more}  # fmt: skip
    return Report.objects.create(site=at.number, patient=patient.pk, **fields)
