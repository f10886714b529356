"""Challenges, as the house shows them. Each subject fills its part of the page in a file of its own."""

from __future__ import annotations

from xinglin.challenges.dossiers import reviews, running
from xinglin.challenges.dossiers.demands import (
    CANCEL_VERBS,
    DEMAND_VERBS,
    demand_facts,
    demand_related,
    demand_sections,
    demand_turn,
)
from xinglin.challenges.dossiers.naming import GROUP
from xinglin.challenges.models import Challenge
from xinglin.challenges.queries import challenges as queries
from xinglin.challenges.words.challenges import AwardMode
from xinglin.kernel.dossiers import Kind, register
from xinglin.kernel.finding import find
from xinglin.kernel.phrases import say

register(Kind(
    name="challenges.challenge", model=Challenge, key="challenge_id", label=say("Challenge"), plural=say("Challenges"),
    visible=queries.challenges_for, mine=queries.own_challenges, title=str, search=find,
    turn=demand_turn,
    facts=lambda one, actor: [*demand_facts(one, actor), *running.facts(one, actor)],
    sections=lambda one, actor: [*demand_sections(one, actor), *reviews.challenge_sections(one, actor)],
    related=lambda one, actor: [*demand_related(one, actor), *reviews.challenge_related(one, actor),
                                *running.related(one, actor)],
    columns=[
        (say("Number"), lambda row: row.number), (say("Title"), str),
        (say("Posted by"), lambda row: str(row.organisation)),
        (say("Bids are taken until"), lambda row: row.closes_at), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[*DEMAND_VERBS, *reviews.VERBS, *running.VERBS, *CANCEL_VERBS],
    filters={"mode": (say("How many teams run"), AwardMode)}, public=True, group=GROUP,
))  # fmt: skip
