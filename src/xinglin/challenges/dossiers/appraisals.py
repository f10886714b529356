"""Experts' opinions on demands, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence

from xinglin.challenges.dossiers.challenges import GROUP
from xinglin.challenges.models import Appraisal
from xinglin.challenges.queries import appraisals as queries
from xinglin.challenges.words.calls import Criterion
from xinglin.kernel.dossiers import Fact, Kind, Section, register
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Privacy

PUBLIC = Privacy.PUBLIC


def points(centi: int | None) -> float | None:
    """Points as people read them, from hundredths."""
    return None if centi is None else centi / 100


def _facts(one: Appraisal, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Challenge"), str(one.challenge), PUBLIC, ("challenges.challenge", one.challenge_id)),
        Fact(say("Expert"), str(one.person), PUBLIC, ("roster.person", one.person_id)),
        Fact(say("Round"), one.round, PUBLIC),
        Fact(say("Mean of the points"), points(one.mean_centi), PUBLIC),
        Fact(say("Opinion"), one.opinion or None, PUBLIC),
        Fact(say("Signed at"), one.signed_at, PUBLIC),
        Fact(say("Reason"), one.reason or None),
    ]


def _sections(one: Appraisal, _actor: Actor) -> Sequence[Section]:
    rows = [[Criterion(score.criterion), score.points] for score in one.scores.all()]
    return [Section(say("Scores"), [say("Criterion"), say("Points of 100")], rows)] if rows else []


register(Kind(
    name="challenges.appraisal", model=Appraisal, key="appraisal_id", label=say("Expert's opinion on a demand"),
    plural=say("Experts' opinions on demands"), visible=queries.appraisals_for, mine=queries.own_appraisals, title=str,
    facts=_facts, sections=_sections,
    columns=[
        (say("Challenge"), lambda row: str(row.challenge)), (say("Expert"), lambda row: str(row.person)),
        (say("Round"), lambda row: row.round), (say("Mean of the points"), lambda row: points(row.mean_centi)),
        (say("Stage"), lambda row: row.stage_word),
    ],
    public=True, group=GROUP,
))  # fmt: skip
