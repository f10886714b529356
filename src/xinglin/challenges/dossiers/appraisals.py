"""Experts' opinions on demands, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xinglin.challenges.actions import argument as actions
from xinglin.challenges.dossiers.naming import GROUP, points
from xinglin.challenges.models import Appraisal
from xinglin.challenges.queries import appraisals as queries
from xinglin.challenges.words.calls import CRITERIA, Criterion, CriterionSet
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Privacy

PUBLIC = Privacy.PUBLIC


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


def _to_score(one: Appraisal, _by: Account) -> dict[str, Any]:
    """A row for each criterion of the case, its points to be filled in."""
    return {"scores": [{"criterion": c, "points": None} for c in CRITERIA[CriterionSet(one.challenge.criterion_set)]]}


register(Kind(
    name="challenges.appraisal", model=Appraisal, key="appraisal_id", label=say("Expert's opinion on a demand"),
    plural=say("Experts' opinions on demands"), visible=queries.appraisals_for, mine=queries.own_appraisals, title=str,
    facts=_facts, sections=_sections,
    columns=[
        (say("Challenge"), lambda row: str(row.challenge)), (say("Expert"), lambda row: str(row.person)),
        (say("Round"), lambda row: row.round), (say("Mean of the points"), lambda row: points(row.mean_centi)),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("sign", actions.sign_appraisal, say("Score and sign"), move="sign", prefill=_to_score),
        Verb("decline", actions.decline_appraisal, say("Decline"), move="decline"),
        Verb("release", actions.release_expert, say("Release the expert"), move="release"),
    ],
    public=True, group=GROUP,
))  # fmt: skip
