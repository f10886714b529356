"""Who saw what: read from the ledger, for the person and for the auditor."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from xinglin.exchange.consent.queries.people import former_numbers
from xinglin.kernel.models import LedgerEntry

SUBJECT = "identity.indexperson"
VIEWED = "consent.viewed"
# What a person finds on their page: looks, and what opened or closed the way to them.
SHOWN = (VIEWED, "consent.glass_broken", "consent.relation_begun", "consent.relation_ended", "consent.data_taken",
         "consent.account_bound", "consent.account_separated", "consent.code_handed_over")  # fmt: skip


def entries_about(person: int, *, looks_only: bool = False) -> QuerySet[LedgerEntry]:
    """The entries about an index person, also under the numbers they bore before, the newest first. Callers have made
    sure who asks."""
    events = (VIEWED,) if looks_only else SHOWN
    keys = [str(number) for number in (person, *former_numbers(person))]
    return LedgerEntry.objects.filter(subject_kind=SUBJECT, subject_id__in=keys, event__in=events).order_by("-id")


def is_about(entry: str, person: int) -> bool:
    """Whether the ledger's entry of this number is about the person."""
    return entry.isdigit() and len(entry) < 19 and entries_about(person).filter(pk=int(entry)).exists()


def views_between(since: datetime, until: datetime) -> QuerySet[LedgerEntry]:
    """Every look of a period."""
    return LedgerEntry.objects.filter(event=VIEWED, happened_at__gte=since, happened_at__lt=until)
