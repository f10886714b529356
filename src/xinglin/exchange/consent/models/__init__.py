"""What consent stores. Import models from here."""

from xinglin.exchange.consent.models.consents import BreakGlass, Consent, Relation

__all__ = ["BreakGlass", "Consent", "Relation"]
