"""Challenges, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence

from xinglin.challenges.dossiers import running
from xinglin.challenges.dossiers.naming import GROUP
from xinglin.challenges.models import Challenge
from xinglin.challenges.queries import challenges as queries
from xinglin.kernel.dossiers import Fact, Kind, register
from xinglin.kernel.finding import find
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Privacy


def _facts(one: Challenge, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number, Privacy.PUBLIC),
        Fact(say("Posted by"), str(one.organisation), Privacy.PUBLIC, ("roster.organisation", one.organisation_id)),
        Fact(say("The problem"), one.problem, Privacy.PUBLIC),
        *running.facts(one, _actor),
    ]


register(Kind(
    name="challenges.challenge", model=Challenge, key="challenge_id", label=say("Challenge"), plural=say("Challenges"),
    visible=queries.challenges_for, mine=queries.own_challenges, title=str, facts=_facts, search=find,
    related=running.related,
    columns=[
        (say("Number"), lambda row: row.number), (say("Title"), str),
        (say("Posted by"), lambda row: str(row.organisation)), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[*running.VERBS],
    public=True, group=GROUP,
))  # fmt: skip
