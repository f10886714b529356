"""Residents' accounts: a document checked at a counter, a one-time code handed over, an account joined, separated."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated

from django.db import transaction

from xinglin.exchange.catalogue.queries.sites import site_of
from xinglin.exchange.consent.models import Binding
from xinglin.exchange.consent.queries import people
from xinglin.exchange.consent.queries.patients import at_hospital
from xinglin.exchange.consent.rules.codes import LENGTH, SIGNS, digest_of, grouped
from xinglin.exchange.consent.rules.lives import COUNTER
from xinglin.exchange.consent.rules.standing import AGE_OF_DECISION, CHILDS_GUARDIANS, birthday, refuse_standing
from xinglin.exchange.consent.words import BindingStage, Standing
from xinglin.exchange.identity.models import IndexPerson
from xinglin.kernel import accounts, configuration, ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Line, ref
from xinglin.kernel.clock import now, today
from xinglin.kernel.models import Account, Grant
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role
from xinglin.roster.words.register import DocumentType

Code = Annotated[str, Ask("line", longest=40)]
Proof = Annotated[str, Ask("line", longest=200)]

configuration.rule("consent.code_days", 7, say("Days a resident's one-time code stays usable"), "set by the alliance")


@transaction.atomic
def offer_code(
    *, organisation_id: ref("roster.organisation"), document_kind: DocumentType, document_number: Line,
    relation: Standing = Standing.SELF, evidence: Proof | None = None, by: Account,
) -> tuple[Binding, str]:  # fmt: skip
    """Hand over a code to a resident whose document lies on the counter. Returns the binding and the code, which is
    shown once and stored nowhere.

    `document_kind` and `document_number` are those of the person whose results will be seen: for a child, the child's;
    `relation` says who gets the code and `evidence` what proves it (PIPL art. 31).
    """
    permits.require(by, *COUNTER, scopes=[("organisation", organisation_id)])
    site = site_of(organisation_id)
    record = at_hospital(document_kind, document_number, site.number) if site else None
    if record is None:
        raise Refusal(
            "consent.unknown_document",
            say("Your hospital has no patient with this document."),
            say("Compare the number with the document; register the patient first if they are new."),
            field="document_number",
        )
    person = record.person_id
    born = people.born_on(person)
    refuse_standing(relation, born=born, on=today(), evidence=evidence or "", field="relation")
    code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    child = relation in CHILDS_GUARDIANS and born is not None
    binding = Binding(
        person=person, record=record.pk, relation=relation, organisation_id=organisation_id,
        document_kind=str(document_kind)[:24],
        evidence=(evidence or "").strip(), code_digest=digest_of(code),
        expires_at=now() + timedelta(days=configuration.value("consent.code_days")),
        ends_on=birthday(born, AGE_OF_DECISION) if child and born else None,
    )  # fmt: skip
    lifecycle.begin(binding, by=by)
    ledger.record("consent.code_handed_over", by=by, subject=IndexPerson(pk=person), data={
        "relation": str(relation), "document": binding.document_kind, "until": binding.expires_at.date().isoformat(),
    })  # fmt: skip
    return binding, grouped(code)


@transaction.atomic
def join_account(*, code: Code, by: Account) -> Binding:
    """Join one's account to the person whose code was handed over."""
    binding = _open(code)
    if binding.created_by == by.pk:
        raise Refusal("consent.own_code", say("Nobody uses a code they handed over."),
                      say("Ask a colleague at the counter."))  # fmt: skip
    _bind(binding, by)
    return binding


@transaction.atomic
def open_resident_account(
    *, code: Code, username: Annotated[str, Ask("line", longest=150)],
    password: Annotated[str, Ask("secret", longest=128)], again: Annotated[str, Ask("secret", longest=128)],
    by: Account | None = None,
) -> Account:  # fmt: skip
    """Open an account with a code from the counter, for somebody who has none."""
    binding = _open(code)
    if password != again:
        raise Refusal("accounts.again", say("The two passwords differ."), say("Type both again."), field="again")
    account = accounts.open_own_account(username=username, display_name=username, password=password)
    _bind(binding, account)
    return account


def _open(code: str) -> Binding:
    """The binding a code opens. Unknown, used and expired look the same."""
    rows = Binding.objects.select_for_update().filter(code_digest=digest_of(code), stage=BindingStage.OFFERED)
    binding = rows.filter(expires_at__gt=now()).first()
    if binding is None:
        raise Refusal(
            "consent.code",
            say("This code is unknown, used or too old."),
            say("Check every sign; a new code is handed over at the hospital's counter."),
            field="code",
        )
    return binding


def _bind(binding: Binding, account: Account) -> None:
    if Binding.objects.filter(person=binding.person, account_id=account.pk, stage=BindingStage.BOUND).exists():
        raise Refusal("consent.bound", say("Your account stands for this person already."), field="code")
    program = permits.the_program()
    binding.account_id = account.pk
    lifecycle.step(binding, "complete", by=program, due_on=binding.ends_on)
    permits.grant(account=account, role=Role.RESIDENT, scope=("person", str(binding.person)), by=program)
    ledger.record("consent.account_bound", by=account, subject=IndexPerson(pk=binding.person),
                  data={"relation": binding.relation})  # fmt: skip


@transaction.atomic
def end_binding(*, binding_id: str, by: Account) -> Binding:
    """Separate an account from a person: lost phone, end of a guardianship, or simply no longer wanted."""
    binding = lifecycle.take(Binding, binding_id)
    if permits.holds(by, Role.RESIDENT, scopes=binding.scopes()) and not permits.holds(
        by, *COUNTER, scopes=binding.scopes()
    ) and binding.account_id != by.pk:  # fmt: skip
        # A guardian does not lock out the other one.
        raise absent()
    _separate(binding, "asked", by)
    return binding


@transaction.atomic
def expire_bindings(*, by: Account) -> int:
    """Codes that were not used; guardians of whoever turned fourteen. Returns how many ended."""
    count = 0
    for key in list(
        Binding.objects.filter(stage=BindingStage.OFFERED, expires_at__lte=now()).values_list("pk", flat=True)
    ):
        binding = lifecycle.take(Binding, key)
        lifecycle.step(binding, "expire", by=by)
        ledger.record("consent.code_expired", by=by, subject=IndexPerson(pk=binding.person))
        count += 1
    grown = Binding.objects.filter(stage=BindingStage.BOUND, ends_on__lte=today()).values_list("pk", flat=True)
    for key in list(grown):
        _separate(lifecycle.take(Binding, key), "age", by)
        count += 1
    return count


def _separate(binding: Binding, because: str, by: Account) -> None:
    program = permits.the_program()
    lifecycle.step(binding, "end", by=by)
    grants = Grant.objects.filter(
        account_id=binding.account_id, role=Role.RESIDENT, scope_kind="person", scope_id=str(binding.person),
        ended_at=None,
    )  # fmt: skip
    for key in list(grants.values_list("pk", flat=True)) if binding.account_id else []:
        permits.end_grant(grant_id=key, by=program)
    by.__dict__.pop("_grants", None)
    ledger.record("consent.account_separated", by=by, subject=IndexPerson(pk=binding.person), data={"because": because})
