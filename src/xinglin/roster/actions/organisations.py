"""An organisation's life in the register: propose, admit, close."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Line
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role
from xinglin.roster.models import Organisation
from xinglin.roster.words.register import OrganisationKind


@transaction.atomic
def propose_organisation(
    *,
    name_zh: Annotated[str, Ask("line", longest=120)],
    kind: OrganisationKind,
    credit_code: Line | None = None,
    by: Account,
) -> Organisation:
    """Enter an organisation for the secretariat to admit."""
    permits.require(by, Role.SECRETARIAT)
    organisation = Organisation(name_zh=name_zh, kind=kind, credit_code=credit_code or "")
    organisation.keys = keys_of(name_zh, organisation.credit_code)
    lifecycle.begin(organisation, by=by)
    ledger.record("roster.organisation_proposed", by=by, subject=organisation,
                  data={"kind": str(kind), "credit_code": organisation.credit_code})  # fmt: skip
    return organisation


@transaction.atomic
def admit_organisation(*, organisation_id: str, by: Account) -> Organisation:
    """Take a proposed organisation into the register."""
    organisation = lifecycle.take(Organisation, organisation_id)
    lifecycle.step(organisation, "admit", by=by)
    ledger.record("roster.organisation_admitted", by=by, subject=organisation)
    return organisation
