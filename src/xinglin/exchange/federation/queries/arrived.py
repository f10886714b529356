"""What became of the entries of a delivery, for whoever sent it."""

from __future__ import annotations

from xinglin.exchange.intake.models import Delivery, Quarantined
from xinglin.kernel.phrases import Phrase, say, unpacked
from xinglin.kernel.refusals import Refusal


def refused(delivery: Delivery) -> dict[int, Refusal]:
    """The entries that went into quarantine, by their place in the delivery, each with its reason."""
    found = {}
    for one in Quarantined.objects.filter(delivery=delivery).order_by("position"):
        told = unpacked(one.detail) if one.detail else Phrase(one.reason)
        found[one.position] = Refusal(
            f"intake.{one.reason}",
            told,
            say("It waits at the quarantine desk; send it again corrected, or repair it there."),
        )
    return found
