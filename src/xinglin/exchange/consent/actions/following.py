"""Where identity joins or parts persons, what hangs on their records goes along: consents, visits, accounts, wishes.

A record that comes to stand under another index person takes with it what was given for that record, and takes it back
when it is unlinked. Nothing is lost, and nothing stays with a person it was not given for.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from ulid import ULID

from xinglin.exchange.consent.models import Binding, BreakGlass, Consent, Relation, Wish
from xinglin.exchange.consent.words import BindingStage, ConsentStage
from xinglin.exchange.identity.models import IndexPerson, LinkEvent, Patient
from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, Grant
from xinglin.kernel.words import Role

FOLLOWING: tuple[Any, ...] = (Relation, BreakGlass, Consent, Wish, Binding)


@transaction.atomic
def follow_links(*, within: timedelta | None = None, by: Account) -> int:
    """Put everything where its record stands now. `within` looks only at records linked that recently (each minute);
    without it at all of them (each day). Returns how many rows went along."""
    count = 0
    for model in FOLLOWING:
        standing = Patient.objects.filter(pk=OuterRef("record")).values("person_id")
        rows = model.objects.exclude(record=0).annotate(stands=Subquery(standing)).exclude(stands=None)
        rows = rows.exclude(person=F("stands"))
        if within is not None:
            since = str(ULID.from_datetime(now() - within))
            rows = rows.filter(record__in=LinkEvent.objects.filter(pk__gt=since).values("patient_id"))
        for key, before, after in list(rows.values_list("pk", "person", "stands")):
            count += _move(model, key, before, after, by)
    return count


def _move(model: Any, key: str, before: int, after: int, by: Account) -> int:
    row = model.objects.select_for_update().get(pk=key)
    if row.person != before:
        # Another worker was faster.
        return 0
    if model is Relation and Relation.objects.filter(
        site=row.site, visit=row.visit, doctor=row.doctor, person=after
    ).exists():  # fmt: skip
        return 0
    if model is Consent and row.stage == ConsentStage.GIVEN:
        _make_room(row, after, by)
    if model is Binding and row.stage == BindingStage.BOUND and not _rebind(row, after):
        return 0
    model.objects.filter(pk=key).update(person=after)
    data = {"what": model._meta.model_name, "before": before, "after": after}
    ledger.record("consent.followed", by=by, subject=IndexPerson(pk=after), data=data)
    return 1


def _make_room(row: Consent, after: int, by: Account) -> None:
    """Two persons who are one may both have agreed to the same; the older consent makes room."""
    same = Consent.objects.filter(
        person=after, recipient=row.recipient, purpose=row.purpose, stage=ConsentStage.GIVEN
    )  # fmt: skip
    for key in list(same.values_list("pk", flat=True)):
        other = lifecycle.take(Consent, key)
        lifecycle.step(other, "lapse", by=by)
        data = {"purpose": other.purpose, "recipient": other.recipient, "because": "joined"}
        ledger.record("consent.lapsed", by=by, subject=other, data=data)


def _rebind(row: Binding, after: int) -> bool:
    """Move the account's role with its binding; False when it stands for that person already."""
    program = permits.the_program()
    account = Account.objects.get(pk=row.account_id)
    if Binding.objects.filter(person=after, account_id=account.pk, stage=BindingStage.BOUND).exists():
        return False
    old = Grant.objects.filter(account=account, role=Role.RESIDENT, scope_kind="person", scope_id=str(row.person))
    for key in list(old.filter(ended_at=None).values_list("pk", flat=True)):
        permits.end_grant(grant_id=key, by=program)
    permits.grant(account=account, role=Role.RESIDENT, scope=("person", str(after)), by=program)
    return True
