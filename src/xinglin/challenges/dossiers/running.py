"""What running adds to the page of a challenge: its verbs from the negotiation on, and what is related to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.challenges.actions import awards, negotiations, running
from xinglin.challenges.models import Challenge, Project
from xinglin.challenges.queries import contracts as queries
from xinglin.challenges.rules.challenges import OFFICE
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.challenges.words.milestones import PerformanceLevel
from xinglin.kernel.dossiers import Fact, Verb
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy

VERBS: list[Verb] = [
    Verb("talk", negotiations.begin_talks, say("Begin talks with a bidder"), roles=OFFICE,
         stages=frozenset({str(ChallengeStage.NEGOTIATION)})),
    Verb("award", awards.announce_award, say("Announce the award"), move="award"),
    Verb("sign", awards.conclude_contracts, say("Record the signed contracts"), move="sign"),
    Verb("begin_project", running.begin_project, say("Approve the project"), move="begin_project"),
    Verb("start", running.start_milestones, say("Start the milestones"), move="start"),
    Verb("finish", running.call_final, say("Call the final acceptance"), move="finish"),
    Verb("accept", running.accept_outcome, say("Accept the outcome"), move="accept"),
    Verb("refuse", running.refuse_outcome, say("Do not accept the outcome"), move="refuse", danger=True),
    Verb("repair", running.repair_outcome, say("Give time to repair"), move="repair"),
    Verb("assess", running.assess_performance, say("Assess the performance"), roles=OFFICE,
         stages=frozenset({str(ChallengeStage.PERFORMANCE)})),
    Verb("archive", running.archive_challenge, say("Archive"), move="archive"),
    Verb("terminate", running.terminate_challenge, say("Terminate"), move="terminate", danger=True),
]  # fmt: skip


def facts(one: Challenge, _actor: Actor) -> Sequence[Fact]:
    """The approval and how it did, once there is a project."""
    project = Project.objects.filter(challenge=one).first()
    if project is None:
        return []
    return [
        Fact(say("Approval number"), project.approval_number, Privacy.PUBLIC),
        Fact(say("Approved on"), project.approved_on, Privacy.PUBLIC),
        Fact(say("Score"), project.score, Privacy.PUBLIC),
        Fact(say("Performance"), PerformanceLevel(project.level) if project.level else None, Privacy.PUBLIC),
        Fact(say("About the performance"), project.note or None),
        Fact(say("Why the project ended"), project.ended_because or None),
    ]


def related(one: Challenge, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    """Talks and contracts the reader may see."""
    if actor is None:
        return
    for talks in queries.negotiations_for(actor).filter(challenge=one).order_by("number"):
        yield say("Negotiation"), "challenges.negotiation", talks
    for contract in queries.contracts_for(actor).filter(challenge=one).order_by("number"):
        yield say("Challenge contract"), "challenges.contract", contract
