"""The weights and thresholds in force today."""

from __future__ import annotations

from xinglin.exchange.identity.rules import weights
from xinglin.exchange.identity.rules.judging import Scorer, Thresholds
from xinglin.kernel import configuration
from xinglin.kernel.phrases import say

configuration.rule("identity.link_bits", 10, say("Bits of evidence from which two records are linked by machine"),
                   "domain 3.3 asks for a threshold; value measured on invented records")  # fmt: skip
configuration.rule("identity.ask_bits", 2, say("Bits of evidence from which two records are asked about"),
                   "domain 3.3 asks for a threshold; value measured on invented records")  # fmt: skip


def in_force() -> tuple[Scorer, Thresholds]:
    """What judges arriving records today."""
    link, ask = configuration.value("identity.link_bits"), configuration.value("identity.ask_bits")
    return weights.shipped(), Thresholds(float(link), float(ask))
