"""Bids, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence

from xinglin.challenges.dossiers.challenges import GROUP
from xinglin.challenges.models import Bid
from xinglin.challenges.queries import bids as queries
from xinglin.kernel.dossiers import Fact, Kind, register
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say


def _facts(one: Bid, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number),
        Fact(say("Challenge"), str(one.challenge), links=("challenges.challenge", one.challenge_id)),
        Fact(say("Received at"), one.received_at),
        Fact(say("Receipt"), one.receipt),
    ]


register(Kind(
    name="challenges.bid", model=Bid, key="bid_id", label=say("Bid"), plural=say("Bids"),
    visible=queries.bids_for, mine=queries.own_bids, title=str, facts=_facts,
    columns=[
        (say("Number"), lambda row: row.number), (say("Challenge"), lambda row: str(row.challenge)),
        (say("Received at"), lambda row: row.received_at), (say("Stage"), lambda row: row.stage_word),
    ],
    group=GROUP,
))  # fmt: skip
