"""What recognition stores. Import models from here."""

from xinglin.exchange.recognition.models.decisions import Decision, Order
from xinglin.exchange.recognition.models.foreign import ForeignResult
from xinglin.exchange.recognition.models.savings import Movement, SavingEntry, Tally

__all__ = ["Decision", "ForeignResult", "Movement", "Order", "SavingEntry", "Tally"]
