"""Other cities: entered, opened by a second administration, paused, closed."""

from __future__ import annotations

from typing import Annotated

from django.db import IntegrityError, transaction

from xinglin.exchange.catalogue.rules.scopes import city_of, is_code
from xinglin.exchange.federation.models import Peer
from xinglin.exchange.federation.words import PeerKind
from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Line, Yes
from xinglin.kernel.gateways import Undelivered, permitted
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

Name = Annotated[str, Ask("line", longest=120)]
Address = Annotated[str, Ask("line", longest=300)]
Number = Annotated[str, Ask("line", longest=80)]
Secret = Annotated[str, Ask("secret", longest=8_000)]


@transaction.atomic
def enter_peer(
    *, name: Name, city: Line, endpoint: Address, kind: PeerKind = PeerKind.XINGLIN, client_id: Number | None = None,
    grant_address: Address | None = None, access_secret: Secret | None = None, contract_number: Number | None = None,
    contract_is_gba: Yes = False, filing_number: Number | None = None, impact_assessment: Number | None = None,
    security_assessment: Number | None = None, by: Account,
) -> Peer:  # fmt: skip
    """Enter another city's Xinglin, or any FHIR R4 server. It is asked from the day the security administrator opens
    it; for Hong Kong and Macau the export gate asks for the contract, its filing and the impact assessment."""
    permits.require(by, Role.SYSTEM_ADMIN)
    if not is_code(city) or not city_of(city):
        raise Refusal("federation.city", say("“{city}” is not a city's code of GB/T 2260.", city=city),
                      say("Write six digits, such as 440600."), field="city")  # fmt: skip
    _check_address(endpoint, "endpoint")
    if grant_address:
        _check_address(grant_address, "grant_address")
    if client_id and not grant_address:
        raise Refusal("federation.grant_address", say("A client id needs the address of the token endpoint."),
                      field="grant_address")  # fmt: skip
    peer = Peer(
        name=name, city=city, endpoint=endpoint.rstrip("/"), kind=kind, client_id=client_id or "",
        grant_address=grant_address or "", access_secret=access_secret or "", contract_number=contract_number or "",
        contract_is_gba=contract_is_gba, filing_number=filing_number or "", impact_assessment=impact_assessment or "",
        security_assessment=security_assessment or "",
    )  # fmt: skip
    try:
        with transaction.atomic():
            lifecycle.begin(peer, by=by)
    except IntegrityError:
        raise Refusal("federation.peer_known", say("This address is entered already."), field="endpoint") from None
    ledger.record("federation.peer_entered", by=by, subject=peer, data={"city": city, "kind": str(kind)})
    return peer


def _check_address(url: str, field: str) -> None:
    try:
        permitted(url)
    except Undelivered as wrong:
        if wrong.permanent:
            raise Refusal("federation.address", wrong.reason, field=field) from None


@transaction.atomic
def change_contract(
    *, peer_id: str, contract_number: Number | None = None, contract_is_gba: Yes = False,
    filing_number: Number | None = None, impact_assessment: Number | None = None,
    security_assessment: Number | None = None, by: Account,
) -> Peer:  # fmt: skip
    """Write down the contract, its filing and the assessments that the export gate asks for."""
    peer = lifecycle.take(Peer, peer_id)
    permits.require(by, Role.SYSTEM_ADMIN)
    peer.contract_number, peer.contract_is_gba = contract_number or "", contract_is_gba
    peer.filing_number, peer.impact_assessment = filing_number or "", impact_assessment or ""
    peer.security_assessment = security_assessment or ""
    lifecycle.touch(peer)
    ledger.record("federation.peer_changed", by=by, subject=peer, data={"fields": ["contract"]})
    return peer


@transaction.atomic
def ask_peer(*, peer_id: str, by: Account) -> Peer:
    """Begin to ask this city at order time."""
    peer = lifecycle.take(Peer, peer_id)
    lifecycle.step(peer, "ask", by=by)
    ledger.record("federation.peer_opened", by=by, subject=peer)
    return peer


@transaction.atomic
def pause_peer(*, peer_id: str, reason: Line, by: Account) -> Peer:
    """Stop asking for now."""
    peer = lifecycle.take(Peer, peer_id)
    lifecycle.step(peer, "pause", by=by)
    ledger.record("federation.peer_paused", by=by, subject=peer, data={"reason": reason})
    return peer


@transaction.atomic
def close_peer(*, peer_id: str, reason: Line, by: Account) -> Peer:
    """Stop asking for good; its key is forgotten."""
    peer = lifecycle.take(Peer, peer_id)
    peer.access_secret = ""
    lifecycle.step(peer, "close", by=by)
    ledger.record("federation.peer_closed", by=by, subject=peer, data={"reason": reason})
    return peer
