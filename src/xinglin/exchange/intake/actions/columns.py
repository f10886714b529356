"""What a site's own CSV headings mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.db import transaction

from xinglin.exchange.catalogue.actions.sites import open_site
from xinglin.exchange.intake.models import ColumnMap
from xinglin.exchange.intake.rules import columns as known
from xinglin.exchange.intake.words import CsvField
from xinglin.kernel import ledger, permits
from xinglin.kernel.asks import Ask, ref
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

Heading = Annotated[str, Ask("line", longest=80)]
SETTERS = (Role.LABORATORY, Role.STEWARD)


@dataclass
class ColumnLine:
    """One heading of the site and what it means here."""

    heading: Heading
    meaning: CsvField


@transaction.atomic
def set_columns(
    *, organisation_id: ref("roster.organisation"), columns: list[ColumnLine], by: Account
) -> ColumnMap:  # fmt: skip
    """Set what the headings of a site's CSV mean; headings that are known by themselves need no line."""
    if not permits.is_the_program(by):
        permits.require(by, *SETTERS, scopes=[("organisation", organisation_id)])
    meanings = {line.heading.strip(): str(line.meaning) for line in columns if line.heading.strip()}
    if len({known.folded(heading) for heading in meanings}) < len(meanings):
        raise Refusal(
            "intake.heading_twice", say("Two lines name the same heading."), say("Leave one of them out."),
            field="columns",
        )  # fmt: skip
    site = open_site(organisation_id=organisation_id, by=permits.the_program()).number
    row, _made = ColumnMap.objects.select_for_update().get_or_create(
        site=site, defaults={"organisation_id": organisation_id, "set_by": by.pk}
    )
    row.columns, row.set_by, row.set_at = meanings, by.pk, now()
    row.save()
    ledger.record("intake.columns_set", by=by, subject=row, data={"columns": meanings})
    return row
