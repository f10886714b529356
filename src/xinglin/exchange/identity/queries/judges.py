"""The weights and thresholds in force today."""

from __future__ import annotations

import time
from datetime import date

from xinglin.exchange.identity.rules import weights
from xinglin.exchange.identity.rules.judging import Scorer, Thresholds
from xinglin.kernel import configuration
from xinglin.kernel.clock import today
from xinglin.kernel.phrases import say

configuration.rule("identity.link_bits", 10, say("Bits of evidence from which two records are linked by machine"),
                   "domain 3.3 asks for a threshold; value measured on invented records")  # fmt: skip
configuration.rule("identity.ask_bits", 2, say("Bits of evidence from which two records are asked about"),
                   "domain 3.3 asks for a threshold; value measured on invented records")  # fmt: skip


# Asked for with every arriving record; a change of the rule is seen a second later.
_KEPT_SECONDS = 1.0
_kept: dict[date, tuple[float, Thresholds]] = {}


def in_force() -> tuple[Scorer, Thresholds]:
    """What judges arriving records today."""
    day, moment = today(), time.monotonic()
    found = _kept.get(day)
    if found is None or moment - found[0] > _KEPT_SECONDS:
        link, ask = configuration.value("identity.link_bits"), configuration.value("identity.ask_bits")
        _kept.clear()
        found = _kept[day] = (moment, Thresholds(float(link), float(ask)))
    return weights.shipped(), found[1]
