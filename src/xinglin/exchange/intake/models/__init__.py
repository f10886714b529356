"""What intake stores. Import models from here."""

from xinglin.exchange.intake.models.deliveries import ColumnMap, Delivery, Quarantined
from xinglin.exchange.intake.models.results import AwaitedResult, FallenResult, Report, Resource, Result

__all__ = [
    "AwaitedResult",
    "ColumnMap",
    "Delivery",
    "FallenResult",
    "Quarantined",
    "Report",
    "Resource",
    "Result",
]
