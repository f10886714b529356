"""What is known of the bids that may be awarded: their place, their talks, and whether they are related."""

from __future__ import annotations

from xinglin.challenges.models import Challenge, Negotiation
from xinglin.challenges.queries.parties import relation_reasons
from xinglin.challenges.rules.negotiations import Candidate
from xinglin.challenges.words.bids import BidStage
from xinglin.challenges.words.contracts import NegotiationStage


def candidates(challenge: Challenge) -> list[Candidate]:
    """Every opened bid of a challenge, in the panel's order where there is one."""
    ranks = ranking(challenge)
    talks: dict[str, NegotiationStage] = {}
    for bid_id, stage in (
        Negotiation.objects.filter(challenge=challenge).exclude(stage=NegotiationStage.VOID)
        .order_by("created_at").values_list("bid_id", "stage")
    ):  # fmt: skip
        talks[bid_id] = NegotiationStage(stage)
    rows = challenge.bids.filter(stage__in=[BidStage.QUALIFIED, BidStage.AWARDED]).select_related(
        "organisation", "person"
    )
    found = [
        Candidate(key=bid.pk, rank=ranks.get(bid.pk), qualified=True, related=next(iter(relation_reasons(bid)), None),
                  state=talks.get(bid.pk))
        for bid in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.rank is None, one.rank or 0, one.key))


def ranking(challenge: Challenge) -> dict[str, int]:
    """The place of each bid by the panel's latest result; empty while there is none."""
    result = challenge.panel_results.order_by("-version").first()
    if result is None:
        return {}
    places = {one["number"]: one["rank"] for one in result.table.get("standings", [])}
    rows = challenge.bids.filter(number__in=places).values_list("pk", "number")
    return {key: places[number] for key, number in rows}
