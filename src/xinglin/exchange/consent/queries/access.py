"""What somebody may see of a person: the facts in one round trip, the decision in `rules.access`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from xinglin.exchange.consent.models import Binding
from xinglin.exchange.consent.rules.access import (
    Access,
    Asker,
    ConsentFact,
    EmergencyFact,
    RelationFact,
    decide,
)
from xinglin.exchange.consent.words import BindingStage, Purpose
from xinglin.kernel import permits
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import AccountKind, Role

# Everything that may be a ground for one site to look at one person, and what holds them back, in one shape:
# (what, reference, who, since, until); `site` tells which organisation stands behind the number.
FACTS = """
SELECT 'site', organisation_id, '', NULL::timestamptz, NULL::timestamptz
  FROM catalogue_site WHERE number = %(site)s
UNION ALL
SELECT 'relation', id, doctor, began_at, ends_at
  FROM consent_relation WHERE person = %(person)s AND site = %(site)s AND ends_at > %(at)s
UNION ALL
SELECT 'consent', id, recipient, valid_from, valid_to
  FROM consent_consent
 WHERE person = %(person)s AND purpose = %(purpose)s AND stage = 'given'
   AND recipient IN ('*', (SELECT organisation_id FROM catalogue_site WHERE number = %(site)s))
UNION ALL
SELECT 'emergency', id, created_by, created_at, ends_at
  FROM consent_breakglass
 WHERE person = %(person)s AND site = %(site)s AND ends_at > %(at)s AND stage <> 'not_justified'
UNION ALL
SELECT 'restriction', id, '', created_at, NULL
  FROM consent_wish
 WHERE person = %(person)s AND kind IN ('deletion', 'objection') AND stage IN ('received', 'fulfilled')
"""
Row = tuple[str, str, str, datetime | None, datetime | None]


def may_see(
    *, person: int, site: int, purpose: Purpose, at: datetime, account: Actor = None, doctor: str = ""
) -> Access:
    """What the asker may see of `person` (an index person's number) at the moment `at`, from hospital `site` (0: none).

    Without an account the hospital's own system asks, and whoever calls has made sure that it is the hospital;
    `doctor` is then who the system says is asking, as it does for a program's account. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"person": person, "site": site, "purpose": str(purpose), "at": at})
        rows: list[Row] = cursor.fetchall()
    return access_from(rows, person=person, site=site, purpose=purpose, at=at, account=account, doctor=doctor)


def access_from(
    rows: list[Row], *, person: int, site: int, purpose: Purpose, at: datetime, account: Actor, doctor: str = ""
) -> Access:
    """The decision over rows of `FACTS`, for callers that fetch them together with something else."""
    organisation = next((row[1] for row in rows if row[0] == "site"), "")
    facts: dict[str, list[Any]] = {"relation": [], "consent": [], "emergency": []}
    for what, reference, who, since, until in rows:
        if what == "relation":
            facts[what].append(RelationFact(reference, site, who, since, until))  # type: ignore[arg-type]
        elif what == "consent":
            facts[what].append(ConsentFact(reference, who, purpose, since, until))  # type: ignore[arg-type]
        elif what == "emergency":
            facts[what].append(EmergencyFact(reference, site, who, since, until))  # type: ignore[arg-type]
    return decide(
        asker=asker_at(site if organisation else 0, organisation, account, doctor), person=person, purpose=purpose,
        at=at, organisation=organisation, consents=facts["consent"], relations=facts["relation"],
        emergencies=facts["emergency"], restricted=any(row[0] == "restriction" for row in rows),
    )  # fmt: skip


def asker_at(site: int, organisation: str, account: Actor, doctor: str = "") -> Asker:
    """Who asks at a hospital. A role counts only where it was given: one for the whole alliance treats nobody."""
    named = frozenset({doctor} - {""})
    if account is None:
        return Asker(site=site, names=named, system=True)
    scope = ("organisation", organisation)
    held = frozenset(role for role, given in permits.grants_of(account) if given == scope)
    if account.kind == AccountKind.PROGRAM:
        return Asker(site=site, names=named, account=account.pk, system=bool(held))
    names = frozenset({account.pk, account.username, account.person_id} - {""})
    return Asker(site=site, roles=held, names=names, account=account.pk, own_persons=own_persons(account))


def own_persons(account: Actor) -> frozenset[int]:
    """The index persons an account stands for: itself, and children it is guardian of. Known from its grants."""
    if account is None:
        return frozenset()
    keys = permits.scope_ids(account, "person", Role.RESIDENT)
    return frozenset(int(key) for key in keys if key.isdigit())


def bindings_of(account: Account) -> list[Binding]:
    """The bindings an account stands on, its own first."""
    rows = Binding.objects.filter(account_id=account.pk, stage=BindingStage.BOUND)
    return sorted(rows, key=lambda one: (one.relation != "self", one.created_at))
