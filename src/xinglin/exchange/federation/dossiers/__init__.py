"""The kinds of dossier (federation): hospitals' programs, and other cities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from xinglin.exchange.federation import events  # noqa: F401
from xinglin.exchange.federation.actions import clients, peers
from xinglin.exchange.federation.models import Client, Peer
from xinglin.exchange.federation.queries import registrations
from xinglin.exchange.federation.words import PeerKind
from xinglin.kernel.dossiers import Fact, Kind, Verb, register
from xinglin.kernel.machine import roles
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role

GROUP = say("Other cities")
SYSTEM = roles(Role.SYSTEM_ADMIN)
ALIVE = frozenset({"proposed", "admitted"})


def _client_facts(one: Client, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Client id"), one.pk),
        Fact(say("Hospital"), one.organisation_id, links=("roster.organisation", one.organisation_id)),
        Fact(say("What it may do (SMART scopes)"), list(one.abilities)),
        Fact(say("Public keys (JWKS)"), [str(key.get("kid")) for key in one.public_keys.get("keys", [])] or None),
        Fact(say("Address of the public keys"), one.keys_address or None),
        Fact(say("May say which visit it asks for"), say("Yes") if one.declares_visits else say("No")),
    ]


def _peer_facts(one: Peer, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("City (GB/T 2260)"), one.city),
        Fact(say("Kind"), PeerKind(one.kind)),
        Fact(say("FHIR address"), one.endpoint),
        Fact(say("Our client id there"), one.client_id or None),
        Fact(say("Address of its token endpoint"), one.grant_address or None),
        Fact(say("Contract number"), one.contract_number or None),
        Fact(say("It is a Greater Bay Area standard contract"), say("Yes") if one.contract_is_gba else say("No")),
        Fact(say("Filing number"), one.filing_number or None),
        Fact(say("Impact assessment"), one.impact_assessment or None),
        Fact(say("Security assessment"), one.security_assessment or None),
    ]


def _contract(one: Peer, _by: Any) -> dict[str, Any]:
    names = ("contract_number", "contract_is_gba", "filing_number", "impact_assessment", "security_assessment")
    return {name: getattr(one, name) for name in names}


register(Kind(
    "federation.client", Client, "client_id", say("Hospital's program"), say("Hospitals' programs"),
    visible=registrations.clients_for, title=str, facts=_client_facts, group=GROUP,
    columns=[(say("Client id"), lambda one: one.pk), (say("What it may do (SMART scopes)"), lambda one: one.abilities)],
    mine=lambda _actor: Q(), search=lambda rows, text: rows.filter(Q(name__icontains=text) | Q(pk=text)),
    verbs=(
        Verb("register", clients.register_client, say("Register a program"), roles=SYSTEM, opening=True),
        Verb("admit", clients.admit_client, say("Admit"), move="admit"),
        Verb("change_keys", clients.change_keys, say("Change the keys"), roles=SYSTEM, stages=ALIVE),
        Verb("revoke", clients.revoke_client, say("Revoke"), move="revoke", danger=True),
    ),
))  # fmt: skip
register(Kind(
    "federation.peer", Peer, "peer_id", say("Other city"), say("Other cities"),
    visible=registrations.peers_for, title=str, facts=_peer_facts, group=GROUP,
    columns=[(say("City (GB/T 2260)"), lambda one: one.city), (say("FHIR address"), lambda one: one.endpoint)],
    mine=lambda _actor: Q(), search=lambda rows, text: rows.filter(Q(name__icontains=text) | Q(city=text)),
    verbs=(
        Verb("enter", peers.enter_peer, say("Enter a city"), roles=SYSTEM, opening=True),
        Verb("ask", peers.ask_peer, say("Begin to ask"), move="ask"),
        Verb("change_contract", peers.change_contract, say("Contract and assessments"), roles=SYSTEM,
             stages=frozenset({"open", "paused"}), prefill=_contract),
        Verb("pause", peers.pause_peer, say("Pause"), move="pause"),
        Verb("close", peers.close_peer, say("Close for good"), move="close", danger=True),
    ),
))  # fmt: skip
