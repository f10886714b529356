"""Every look at somebody's results is written down, for the person and for the auditor (domain 9.4; PIPL 44)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from xinglin.exchange.consent.actions.audits import watch_views
from xinglin.exchange.consent.queries.watching import watched
from xinglin.exchange.consent.words import Ground, Purpose
from xinglin.exchange.identity.models import IndexPerson
from xinglin.kernel import ledger
from xinglin.kernel.copying import fresh
from xinglin.kernel.models import Account, LedgerEntry

VIEWED = "consent.viewed"


@dataclass(frozen=True, slots=True)
class View:
    """One look: whose results (an index person), from which site, at what, why, on which ground, how many."""

    person: int
    site: int
    what: str
    purpose: Purpose | None
    ground: Ground | None
    count: int


@transaction.atomic
def record_view(
    *, person: int, site: int, what: str, purpose: Purpose | None, ground: Ground | None, count: int, by: Account
) -> LedgerEntry:
    """`by`, at hospital `site`, saw `count` results of index person `person`. `what` names kinds, never values.

    A purpose of None is the person's own look. The entry is readable on the person's own page.
    """
    return record_looks(looks=[(View(person, site, what, purpose, ground, count), by)])[0]


@transaction.atomic(savepoint=False)
def record_looks(*, looks: Sequence[tuple[View, Account]]) -> list[LedgerEntry]:
    """`record_view` for looks of several people at the same moment: each (the look, by whom), in one statement."""
    entries = ledger.record_each(VIEWED, [(by, IndexPerson(pk=view.person), _data(view)) for view, by in looks])
    watch_views(seen=[(entry, view.person, view.site, view.ground)
                      for entry, (view, _by) in zip(entries, looks, strict=True)])  # fmt: skip
    return entries


def looks_sent(*, looks: Sequence[tuple[View, Account]]) -> list[dict[str, object]] | None:
    """`record_looks` for a deed that writes all it does in one statement: what `ledger.ROWS` takes, or None where a
    look is of somebody under watch. Colleagues (`queries.reviewing.COLLEAGUES`) are left to that statement to find."""
    persons, _colleagues = watched()
    if persons and any(view.person in persons for view, _by in looks):
        return None
    return ledger.sent(VIEWED, [(by, fresh(IndexPerson, id=view.person), _data(view)) for view, by in looks])


@transaction.atomic
def record_views(*, views: Iterable[View], by: Account) -> int:
    """`record_view` for many looks of one deed at once (reminders of a whole list); returns how many. They are drawn
    for audit like all others, and not looked through for what stands out."""
    told = {(view.person, at): view for at, view in enumerate(views)}
    subjects = []
    for person, at in told:
        subject = IndexPerson(pk=person)
        subject._at = at  # type: ignore[attr-defined]
        subjects.append(subject)
    return ledger.record_many(VIEWED, by=by, subjects=subjects, data=lambda one: _data(told[one.pk, one._at]))


@transaction.atomic
def record_copy(*, person: int, form: str, count: int, by: Account) -> LedgerEntry:
    """`by` took a copy of the person's own data along, `count` results in a form ("fhir")."""
    return ledger.record(
        "consent.data_taken", by=by, subject=IndexPerson(pk=person), data={"form": form, "count": count}
    )


def _data(view: View) -> dict[str, object]:
    return {
        "what": view.what[:120], "purpose": str(view.purpose or ""), "ground": str(view.ground or ""),
        "count": view.count, "site": view.site,
    }  # fmt: skip
