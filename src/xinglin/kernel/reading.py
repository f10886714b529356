"""Who may read what on a dossier, and the record that somebody did.

Columns and facts carry a privacy class; this says which classes an actor reads on one dossier. Reads of personal data
and exports are ledger entries themselves (GB/T 22239 8.1.4.3; PIPL art. 51).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from xinglin.kernel import ledger, permits
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import ADMINISTRATORS, Privacy, Role

# The authority reads figures and records, never what identifies a private person; administrators read no contents.
_NOT_PERSONAL = frozenset({Role.AUTHORITY, *ADMINISTRATORS})


def readable(actor: Actor, dossier: Any) -> frozenset[Privacy]:
    """The privacy classes `actor` may read on `dossier`. Clinical and secret columns are never in a dossier page."""
    if actor is None:
        return frozenset({Privacy.PUBLIC})
    if not permits.grants_of(actor):
        return frozenset({Privacy.PUBLIC})
    scopes = dossier.scopes() if hasattr(dossier, "scopes") else []
    if permits.roles_of(actor, scopes) - _NOT_PERSONAL:
        return frozenset({Privacy.PUBLIC, Privacy.ALLIANCE, Privacy.PERSONAL})
    return frozenset({Privacy.PUBLIC, Privacy.ALLIANCE} if permits.at_work(actor) else {Privacy.PUBLIC})


def exportable(actor: Actor) -> frozenset[Privacy]:
    """The classes a bulk export may carry: personal data never leaves in bulk through a list."""
    if not permits.at_work(actor):
        return frozenset({Privacy.PUBLIC})
    return frozenset({Privacy.PUBLIC, Privacy.ALLIANCE})


@transaction.atomic
def record_read(*, subject: Any, fields: Sequence[str], page: str, by: Account) -> None:
    """`by` looked at personal fields of `subject`: their names go to the ledger, never their values."""
    ledger.record("kernel.read", by=by, subject=subject, data={"fields": list(fields), "page": page})


@transaction.atomic
def record_export(*, rows: int, what: str, filters: Mapping[str, str], by: Account) -> None:
    """`by` took `rows` rows of `what` out of the house."""
    ledger.record("kernel.exported", by=by, subject=by, data={"rows": rows, "what": what, "filters": dict(filters)})
