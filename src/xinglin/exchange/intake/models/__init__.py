"""What intake stores. Import models from here."""

from xinglin.exchange.intake.models.deliveries import Delivery, Quarantined
from xinglin.exchange.intake.models.results import Report, Resource, Result

__all__ = ["Delivery", "Quarantined", "Report", "Resource", "Result"]
