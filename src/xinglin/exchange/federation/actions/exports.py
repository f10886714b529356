"""Letting data out of the mainland: decided by the gate, counted once a person and year, on the ledger either way."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from django.db import connection, transaction

from xinglin.exchange.federation.models import ExportedPerson
from xinglin.exchange.federation.rules.gate import Decision, Export, decide
from xinglin.exchange.federation.words import Route
from xinglin.exchange.identity.models import IndexPerson
from xinglin.kernel import configuration, ledger
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say

configuration.rule("federation.budget_ms", 1_200, say("Milliseconds other cities have to answer at order time"),
                   "set by the alliance")  # fmt: skip
configuration.rule("federation.gba_without_ceiling", False,
                   say("Whether exports under a filed Greater Bay Area contract are free of the yearly ceiling"),
                   "careful until the alliance's counsel decides; domain 9.2")  # fmt: skip
# One counter for all: two exports at the same moment must not both be the last one allowed.
COUNTER = 0x58475445


@transaction.atomic
def pass_gate(*, persons: Sequence[int], export: Export, by: Account) -> Decision:
    """Decide whether data of index persons may leave, and write the decision down. Nothing is raised for a denial: the
    caller keeps the data. `export.persons` and `counted` are filled in here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COUNTER])
    year, people = today().year, sorted(set(persons))
    rows = ExportedPerson.objects.filter(year=year, data_class=export.data_class)
    known = set(rows.filter(person__in=people).values_list("person", flat=True))
    fresh = [one for one in people if one not in known]
    asked = dataclasses.replace(
        export, persons=len(fresh), counted=rows.count(),
        gba_without_ceiling=bool(configuration.value("federation.gba_without_ceiling")),
    )  # fmt: skip
    decision = decide(asked)
    if decision.route == Route.DOMESTIC:
        return decision
    if decision.allowed and decision.route != Route.TRANSIT:
        ExportedPerson.objects.bulk_create([
            ExportedPerson(year=year, data_class=export.data_class, person=one, recipient=export.recipient[:120])
            for one in fresh
        ])  # fmt: skip
    for one in people:
        _written(one, asked, decision, by)
    return decision


def _written(person: int, export: Export, decision: Decision, by: Account) -> None:
    subject = IndexPerson(pk=person)
    if decision.allowed:
        ledger.record("federation.exported", by=by, subject=subject, data={
            "recipient": export.recipient, "route": str(decision.route), "purpose": export.purpose,
            "fields": list(export.fields), "contract": export.contract_number, "filing": export.filing_number,
            "count": export.counted + export.persons,
        })  # fmt: skip
    else:
        ledger.record("federation.export_refused", by=by, subject=subject, data={
            "recipient": export.recipient, "purpose": export.purpose,
            "reasons": [str(one) for one in decision.reasons],
        })  # fmt: skip
