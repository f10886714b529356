"""Accounts, hospitals and experts for the tests of appointments, agreements, plaques, pairings, studios, platforms."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from xinglin.kernel import clock, permits
from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.words import Role, Scope
from xinglin.roster.models import Agreement, Organisation, Person
from xinglin.roster.words.agreements import AgreementKind

DAY = date(2025, 6, 6)
_numbers = itertools.count(1)


def account(role: Role | None = None, scope: Scope = ("alliance", "*"), name: str = "") -> Account:
    """An account that holds one role."""
    name = name or f"account{next(_numbers)}"
    one = Account.objects.create_user(name, f"{name}@example.org", None, display_name=name)
    if role is not None:
        permits.grant(account=one, role=role, scope=scope, by=permits.the_program())
    return one


def liaison(organisation: Organisation) -> Account:
    return account(Role.LIAISON, ("organisation", organisation.pk))


def expert_of(person: Person) -> Account:
    return account(Role.EXPERT, ("person", person.pk))


def hospital(name: str = "", **more: Any) -> Organisation:
    name = name or f"示例医院{next(_numbers)}"
    fields = {"kind": "hospital", "level": "3", "grade": "a", "ownership": "city", "stage": "active", **more}
    return Organisation.objects.create(name_zh=name, **fields)


def person(name: str = "", **more: Any) -> Person:
    name = name or f"示例专家{next(_numbers)}"
    fields = {"title_rank": "senior", "stage": "active", "licence_status": "valid",
              "consent_publish_at": clock.now(), "consent_publish_by": "test", **more}  # fmt: skip
    return Person.objects.create(name_zh=name, **fields)


def signed_agreement(one: Organisation, other: Organisation, by: Account, **more: Any) -> Agreement:
    """An agreement that went the whole way: consent of both, signature of both."""
    from xinglin.roster.actions import agreements as actions

    agreement = drafted_agreement(one, other, by, **more)
    actions.consult_agreement(agreement_id=agreement.pk, by=by)
    for party in (one, other):
        actions.agree_to_agreement(agreement_id=agreement.pk, by=liaison(party))
    actions.open_signing(agreement_id=agreement.pk, by=by)
    for party in (one, other):
        actions.sign_agreement(agreement_id=agreement.pk, by=liaison(party))
    agreement.refresh_from_db()
    return agreement


def drafted_agreement(one: Organisation, other: Organisation, by: Account, **more: Any) -> Agreement:
    from xinglin.roster.actions import agreements as actions
    from xinglin.roster.words.agreements import PartyRole

    rows = [
        actions.PartyRow(one.pk, PartyRole.FIRST, signatory_name="示例甲", signatory_position="院长"),
        actions.PartyRow(other.pk, PartyRole.SECOND, signatory_name="示例乙", signatory_position="院长"),
    ]
    fields: dict[str, Any] = {
        "title": f"示例合作协议{next(_numbers)}", "kind": AgreementKind.COOPERATION, "starts": DAY,
        "until": date(2026, 6, 5), "purpose": "示例：共建专科", "parties": rows, **more,
    }  # fmt: skip
    return actions.draft_agreement(**fields, by=by)


def ledger_of(subject: Any) -> list[str]:
    """The names of what happened to a record in the roster, oldest first."""
    rows = LedgerEntry.objects.filter(
        subject_kind=subject._meta.label_lower, subject_id=subject.pk, event__startswith="roster."
    )
    return list(rows.order_by("id").values_list("event", flat=True))
