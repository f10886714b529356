"""The dated rules that running lives by, as the pure rules ask for them."""

from __future__ import annotations

from xinglin.challenges.rules.plans import Limits
from xinglin.challenges.rules.votes import PanelLimits
from xinglin.kernel import configuration
from xinglin.kernel.phrases import say

configuration.rule("challenges.public_share_percent", 50, say("Most public money in a contract, in percent"),
                   "domain 4.4: 30-50 % seen, set by the alliance")  # fmt: skip
configuration.rule("challenges.first_tranche_percent", 50, say("Largest first tranche, in percent of the contract"),
                   "domain 4.4: at most 50 % seen, set by the alliance")  # fmt: skip
configuration.rule("challenges.demander_pays_first", False,
                   say("Public money and funds follow the demander's own payment"),
                   "domain 4.4, unsure; set by the alliance")  # fmt: skip
configuration.rule("challenges.change_percent", 10,
                   say("Change of a contract's amount, in percent, above which it must be announced"),
                   "domain 4.2 names no figure; set by the alliance")  # fmt: skip
configuration.rule("challenges.panel_least", 3, say("Fewest members of a panel for a milestone"),
                   "set by the alliance")  # fmt: skip
configuration.rule("challenges.final_panel_least", 5, say("Fewest members of the panel for the final acceptance"),
                   "domain 4.4, by analogy of the Bidding Law art. 37")  # fmt: skip
configuration.rule("challenges.panel_percent", 60, say("Share of a panel that must accept, in percent"),
                   "set by the alliance")  # fmt: skip
configuration.rule("challenges.repairs", 2, say("How often one milestone may be repaired"), "set by the alliance")
configuration.rule("challenges.level_scores", [90, 75, 60], say("Least scores of excellent, good and fair"),
                   "set by the alliance")  # fmt: skip


def plan_limits() -> Limits:
    return Limits(configuration.value("challenges.public_share_percent"),
                  configuration.value("challenges.first_tranche_percent"))  # fmt: skip


def panel_limits(*, final: bool) -> PanelLimits:
    key = "challenges.final_panel_least" if final else "challenges.panel_least"
    return PanelLimits(configuration.value(key), configuration.value("challenges.panel_percent"))
