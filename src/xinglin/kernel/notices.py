"""Telling people what happened. Wording is neutral: no clinical content ever leaves the house.

A notice is written in the transaction of the deed and so are its deliveries; a rollback takes them back, and a kill
after commit loses none (`docs/adr/0004-outbox.md`). The worker brings them out after commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q

from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, Grant, Notice
from xinglin.kernel.phrases import Phrase
from xinglin.kernel.words import ALLIANCE, Role, Scope


def tell(
    accounts: Iterable[Account], event: str, sentence: Phrase, *, subject: Any = None, once: str = ""
) -> list[Notice]:
    """Tell each account `sentence` about `subject`. `once` makes a repeated reminder with the same key go nowhere."""
    notices = [
        Notice(
            account=account, event=event, sentence=sentence.msgid, facts=_plain(sentence.params), once=once,
            subject_kind=subject._meta.label_lower if subject is not None else "",
            subject_id=str(subject.pk) if subject is not None else "",
            subject_title=str(subject)[:300] if subject is not None else "",
        )
        for account in {account.pk: account for account in accounts}.values()
    ]  # fmt: skip
    made = Notice.objects.bulk_create(notices, ignore_conflicts=bool(once))
    return made


def holders(*roles: Role, scopes: Iterable[Scope] = ()) -> list[Account]:
    """The open accounts that hold one of `roles` in one of `scopes` or for the whole alliance."""
    wanted = Q(pk=None)
    for kind, key in {ALLIANCE, *scopes}:
        wanted |= Q(scope_kind=kind, scope_id=key)
    live = Grant.objects.filter(wanted, role__in=roles, ended_at=None)
    return list(Account.objects.filter(is_active=True, grants__in=live).distinct())


def _plain(params: Any) -> dict[str, Any]:
    """Facts as JSON: numbers stay, everything else becomes the text a ledger would carry."""
    return {
        name: {"say": fact.msgid} if isinstance(fact, Phrase) else fact if isinstance(fact, (int, str)) else str(fact)
        for name, fact in params.items()
    }


@transaction.atomic
def mark_read(*, account: Account, notice_id: str = "") -> int:
    """Mark one notice of `account` as read, or all of them; returns how many were unread."""
    rows = Notice.objects.filter(account=account, read_at=None)
    if notice_id:
        rows = rows.filter(pk=notice_id)
    return rows.update(read_at=now())


@transaction.atomic
def speak_to(*, account: Account, language: str) -> None:
    """Speak `language` to this account from now on, on pages and in e-mail."""
    Account.objects.filter(pk=account.pk).update(language=language)
