"""Studios and apprenticeships, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.actions import studios as actions
from xinglin.roster.dossiers.appointments import GROUP
from xinglin.roster.dossiers.bodies import dash, link
from xinglin.roster.models import Apprenticeship, Studio
from xinglin.roster.queries import plaques
from xinglin.roster.queries import studios as queries
from xinglin.roster.words.studios import AT_WORK, StudioStage, StudioVerdict

PUBLIC = Privacy.PUBLIC
HOST = roles(Role.SECRETARIAT, Role.LIAISON)


def _facts(one: Studio, actor: Actor) -> Sequence[Fact]:
    facts = [
        Fact(say("Master"), str(one.master), PUBLIC, link(one.master)),
        Fact(say("Host"), str(one.host), PUBLIC, link(one.host)),
        Fact(say("Department"), dash(one.department), PUBLIC),
        Fact(say("Partner"), dash(str(one.partner or "")), PUBLIC, link(one.partner)),
        Fact(say("From"), one.starts, PUBLIC),
        Fact(say("Until"), one.until, PUBLIC),
    ]
    if not queries.is_inside(one, actor):
        return facts
    due = queries.next_review(one) if one.stage in AT_WORK else None
    return [
        *facts,
        Fact(say("Plan"), dash(one.plan)),
        Fact(say("Agreement"), dash(str(one.agreement or "")), links=link(one.agreement)),
        Fact(say("Next review"), say("Year {year}, until {day}", year=due[0], day=due[1]) if due else None),
        Fact(say("Reason"), dash(one.closed_because)),
    ]


def _sections(one: Studio, actor: Actor) -> Sequence[Section]:
    reviews = list(one.reviews.all()) if queries.is_inside(one, actor) else []
    columns = [say("Year"), say("Held on"), say("Verdict"), say("Days on site"), say("Findings"), say("Next plan")]
    rows = [[r.year, r.held_on, StudioVerdict(r.verdict), r.days_on_site, r.findings, r.next_plan] for r in reviews]
    return [Section(say("Reviews"), columns, rows)] if rows else []


def _related(one: Studio, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for pair in queries.apprenticeships_for(actor).filter(studio=one).order_by("created_at"):
        yield say("Apprentices"), "roster.apprenticeship", pair
    for plaque in plaques.plaques_for(actor).filter(studio=one):
        yield say("Plaques"), "roster.plaque", plaque


def _plan_now(one: Studio, _by: Account) -> dict[str, Any]:
    return {"plan": one.plan}


register(Kind(
    name="roster.studio", model=Studio, key="studio_id", label=say("Studio of a master"),
    plural=say("Studios of masters"), visible=queries.studios_for, reminds_itself=frozenset({"expiring"}),
    mine=queries.own_studios, title=str, facts=_facts,
    sections=_sections, related=_related, search=find,
    columns=[
        (say("Studio"), str), (say("Master"), lambda one: one.master), (say("Host"), lambda one: one.host),
        (say("Until"), lambda one: one.until), (say("Stage"), lambda one: one.stage_word),
    ],
    verbs=[
        Verb("propose", actions.propose_studio, say("Propose a studio"), roles=HOST, opening=True),
        Verb("plan", actions.plan_studio, say("Write the plan"), roles=HOST | roles(Role.EXPERT), prefill=_plan_now,
             stages=frozenset(map(str, (StudioStage.PROPOSED, *AT_WORK)))),
        Verb("found", actions.found_studio, say("Found"), move="found"),
        Verb("review", actions.review_studio, say("Review the year"), move="review"),
        Verb("prolong", actions.prolong_studio, say("Prolong"), move="prolong"),
        Verb("close", actions.close_studio, say("Close early"), move="close", danger=True),
        Verb("withdraw", actions.withdraw_studio, say("Withdraw"), move="withdraw", danger=True),
    ],
    public=True, group=GROUP,
))  # fmt: skip


def _pair_facts(one: Apprenticeship, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Studio"), str(one.studio), PUBLIC, link(one.studio)),
        Fact(say("Teacher"), str(one.teacher), PUBLIC, link(one.teacher)),
        Fact(say("Apprentice"), str(one.apprentice), PUBLIC, link(one.apprentice)),
        Fact(say("From"), one.since, PUBLIC),
        Fact(say("Until"), one.until, PUBLIC),
        Fact(say("Plan"), dash(one.plan)),
        Fact(say("Assessment"), dash(one.assessment)),
        Fact(say("Assessed on"), one.assessed_on),
        Fact(say("Reason"), dash(one.closed_because)),
    ]


register(Kind(
    name="roster.apprenticeship", model=Apprenticeship, key="apprenticeship_id", label=say("Apprenticeship"),
    plural=say("Apprenticeships"), visible=queries.apprenticeships_for, mine=queries.own_apprenticeships, title=str,
    facts=_pair_facts,
    columns=[
        (say("Teacher"), lambda one: one.teacher), (say("Apprentice"), lambda one: one.apprentice),
        (say("Studio"), lambda one: one.studio), (say("Until"), lambda one: one.until),
        (say("Stage"), lambda one: one.stage_word),
    ],
    verbs=[
        Verb("propose", actions.propose_apprentice, say("Propose an apprentice"), roles=HOST, opening=True),
        Verb("bind", actions.bind_apprentice, say("Bind master and apprentice"), move="bind"),
        Verb("pass", actions.pass_apprentice, say("Passed"), move="pass"),
        Verb("fail", actions.fail_apprentice, say("Not passed"), move="fail"),
        Verb("leave", actions.end_apprenticeship, say("End early"), move="leave", danger=True),
        Verb("withdraw", actions.withdraw_apprentice, say("Withdraw"), move="withdraw", danger=True),
    ],
    group=GROUP,
))  # fmt: skip
