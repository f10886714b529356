"""What federation stores. Import models from here."""

from xinglin.exchange.federation.models.clients import Client, UsedAssertion
from xinglin.exchange.federation.models.peers import ExportedPerson, Peer, PeerHealth

__all__ = ["Client", "ExportedPerson", "Peer", "PeerHealth", "UsedAssertion"]
