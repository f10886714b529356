"""What consent stores. Import models from here."""

from xinglin.exchange.consent.models.consents import BreakGlass, Consent, Relation
from xinglin.exchange.consent.models.notices import ImpactAssessment, PrivacyNotice
from xinglin.exchange.consent.models.residents import Binding, ViewAudit, Wish

__all__ = ["Binding", "BreakGlass", "Consent", "ImpactAssessment", "PrivacyNotice", "Relation", "ViewAudit", "Wish"]
