"""Programs of hospitals: registered by one administration, admitted by another, revoked by either."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from xinglin.exchange.catalogue.actions.sites import open_site
from xinglin.exchange.federation.models import Client
from xinglin.exchange.federation.rules.assertions import check_keys, check_scopes
from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Line, Paragraph, Yes, ref
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, ApiToken, Grant, new_id
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import AccountKind, Role
from xinglin.roster.queries.register import organisations_for

Name = Annotated[str, Ask("line", longest=120)]
Address = Annotated[str, Ask("line", longest=300)]


@transaction.atomic
def register_client(
    *, organisation_id: ref("roster.organisation"), name: Name, scopes: list[Line], jwks: Paragraph | None = None,
    jwks_address: Address | None = None, declares_visits: Yes = False, by: Account,
) -> Client:  # fmt: skip
    """Register a hospital's program with its public keys. It can do nothing before the security administrator admits
    it; then it acts for its hospital alone (SMART backend services)."""
    permits.require(by, Role.SYSTEM_ADMIN)
    organisation = organisations_for(by).filter(pk=organisation_id).first()
    if organisation is None:
        raise Refusal("federation.organisation", say("There is no such hospital in the register."),
                      field="organisation_id")  # fmt: skip
    allowed, keys = check_scopes(scopes), _keys(jwks, jwks_address)
    client = Client(id=new_id(), name=name, organisation_id=organisation_id, abilities=allowed, public_keys=keys,
                    keys_address=jwks_address or "", declares_visits=declares_visits)  # fmt: skip
    account = Account(username=f"smart-{client.pk}".lower(), display_name=f"{organisation.name_zh} · {name}"[:120],
                      kind=AccountKind.PROGRAM, password=make_password(None))  # fmt: skip
    account.save(force_insert=True)
    client.account_id = account.pk
    lifecycle.begin(client, by=by)
    ledger.record("federation.client_registered", by=by, subject=client,
                  data={"scopes": allowed, "organisation": organisation_id})  # fmt: skip
    return client


def _keys(jwks: str | None, address: str | None) -> dict[str, Any]:
    if bool(jwks) == bool(address):
        raise Refusal("federation.keys", say("Give either the public keys or the address where they are published."),
                      field="jwks")  # fmt: skip
    if not jwks:
        if not str(address).startswith("https://"):
            raise Refusal("federation.keys_address", say("The address must begin with https://."), field="jwks_address")
        return {}
    try:
        told = json.loads(jwks)
    except ValueError:
        raise Refusal("federation.keys", say("This is not JSON."), field="jwks") from None
    return check_keys(told)


@transaction.atomic
def admit_client(*, client_id: str, by: Account) -> Client:
    """Let a registered program in: its account is given the laboratory's role at its hospital."""
    client = lifecycle.take(Client, client_id)
    lifecycle.step(client, "admit", by=by)
    open_site(organisation_id=client.organisation_id, by=permits.the_program())
    account = Account.objects.get(pk=client.account_id)
    permits.grant(account=account, role=Role.LABORATORY, scope=("organisation", client.organisation_id),
                  by=permits.the_program())  # fmt: skip
    ledger.record("federation.client_admitted", by=by, subject=client)
    return client


@transaction.atomic
def change_keys(
    *, client_id: str, jwks: Paragraph | None = None, jwks_address: Address | None = None, by: Account
) -> Client:
    """Put new public keys in the place of the old ones, at once."""
    client = lifecycle.take(Client, client_id)
    permits.require(by, Role.SYSTEM_ADMIN)
    if client.stage == "revoked":
        raise Refusal("federation.revoked", say("This program is revoked."), say("Register it anew."))
    client.public_keys, client.keys_address = _keys(jwks, jwks_address), jwks_address or ""
    lifecycle.touch(client)
    ledger.record("federation.keys_changed", by=by, subject=client,
                  data={"keys": [one["kid"] for one in client.public_keys.get("keys", [])]})  # fmt: skip
    return client


@transaction.atomic
def revoke_client(*, client_id: str, reason: Line, by: Account) -> Client:
    """Shut a program out: its tokens end now, its account is closed."""
    client = lifecycle.take(Client, client_id)
    lifecycle.step(client, "revoke", by=by)
    ApiToken.objects.filter(account_id=client.account_id, revoked_at=None).update(revoked_at=now())
    Grant.objects.filter(account_id=client.account_id, ended_at=None).update(ended_at=now(), ended_by=by.pk)
    Account.objects.filter(pk=client.account_id).update(is_active=False)
    ledger.record("federation.client_revoked", by=by, subject=client, data={"reason": reason})
    return client
