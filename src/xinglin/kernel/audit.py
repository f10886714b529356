"""What the audit shows: who signed in, who read whose data. Entries are facts of the ledger; these read and write them.

The portal's sign-in machinery calls `sign_in`, `sign_in_failed`, `locked_out` and `sign_out` (GB/T 22239-2019 8.1.4.3).
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from xinglin.kernel import ledger, permits
from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role

SIGN_INS = ("kernel.signed_in", "kernel.sign_in_failed", "kernel.locked_out", "kernel.signed_out")
READS = ("kernel.read",)


@transaction.atomic
def sign_in(*, factor: str, address: str, by: Account) -> None:
    """`by` came in, from a network address, with a second factor or without ("password", "totp", "passkey", "oidc")."""
    ledger.record("kernel.signed_in", by=by, subject=by, data={"factor": factor, "address": address})


@transaction.atomic
def sign_in_failed(*, username: str, address: str, reason: str) -> None:
    """Somebody tried to come in as `username` and could not. A name that is no account is not written down: people type
    passwords into the wrong field."""
    account = Account.objects.filter(username__iexact=username).first()
    subject = account or permits.the_program()
    ledger.record("kernel.sign_in_failed", by=permits.the_program(), subject=subject,
                  data={"address": address, "reason": reason})  # fmt: skip


@transaction.atomic
def locked_out(*, username: str, address: str, failures: int) -> None:
    """Sign-in was locked after repeated failures."""
    account = Account.objects.filter(username__iexact=username).first()
    ledger.record("kernel.locked_out", by=permits.the_program(), subject=account or permits.the_program(),
                  data={"address": address, "failures": failures})  # fmt: skip


@transaction.atomic
def sign_out(*, reason: str, by: Account) -> None:
    """`by` left, or the time without work ran out."""
    ledger.record("kernel.signed_out", by=by, subject=by, data={"reason": reason})


@transaction.atomic
def factor_changed(*, factor: str, added: bool, by: Account) -> None:
    """`by` added or removed a second factor."""
    event = "kernel.factor_added" if added else "kernel.factor_removed"
    ledger.record(event, by=by, subject=by, data={"factor": factor})


def reads_about(person_id: str, actor: Actor) -> QuerySet[LedgerEntry]:
    """Who read the data of a person, the newest first: for that person, and for the audit administrator."""
    own = actor is not None and bool(person_id) and actor.person_id == person_id
    if not own and not permits.holds(actor, Role.AUDIT_ADMIN):
        return LedgerEntry.objects.none()
    return LedgerEntry.objects.filter(person_id=person_id, event__in=READS).order_by("-id")


def sign_ins_of(account: Account, actor: Actor) -> QuerySet[LedgerEntry]:
    """How somebody came in, the newest first: for themselves, and for the audit and security administrators."""
    own = actor is not None and actor.pk == account.pk
    if not own and not permits.holds(actor, Role.AUDIT_ADMIN, Role.SECURITY_ADMIN):
        return LedgerEntry.objects.none()
    return LedgerEntry.objects.filter(
        subject_kind="kernel.account", subject_id=account.pk, event__in=SIGN_INS
    ).order_by("-id")
