"""Assignment rounds and their proposals, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say, unpacked
from xinglin.kernel.words import Role
from xinglin.matching.actions import rounds as actions
from xinglin.matching.dossiers.naming import GROUP, in_language, leads_to, points, reasons_section, stages
from xinglin.matching.models import Need, Proposal, Round
from xinglin.matching.queries import rounds as queries
from xinglin.matching.queries.dockings import dockings_for
from xinglin.matching.rules import reasons as telling
from xinglin.matching.rules.rounds import QuotaRow
from xinglin.matching.words.rounds import Objective, QuotaOn, QuotaPer, RoundStage

SHOWN = 500
SECRETARIAT = roles(Role.SECRETARIAT)


def _facts(one: Round, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number),
        Fact(say("Needs"), len(one.need_ids)),
        Fact(say("Objective"), Objective(one.objective)),
        Fact(say("Experts per need"), one.per_need),
        Fact(say("Most needs per expert"), one.load_limit),
        Fact(say("Needs to be covered"), one.cover_needs or say("All of them")),
        Fact(say("Candidates ranked per need"), one.candidates_each),
        Fact(say("Pairs looked at"), one.pairs or None),
        Fact(say("Experts looked at"), one.candidates or None),
        Fact(say("Sum of scores"), round(one.total, 3) if one.total is not None else None),
        Fact(say("Score of the need that fares worst"), round(one.worst, 3) if one.worst is not None else None),
        Fact(say("What is proven"), in_language(one.gap_sentence)),
        Fact(say("Seconds"), round(one.seconds, 1) if one.seconds is not None else None),
        Fact(say("Why it stopped"), _failure(one)),
    ]


def _failure(one: Round) -> Phrase | None:
    if not one.failure:
        return None
    return unpacked(one.failure) if "say" in one.failure else say("Somebody stopped it.")


def _sections(one: Round, _actor: Actor) -> Sequence[Section]:
    found = []
    if one.relax:
        rows = [[in_language(told)] for told in one.relax]
        found.append(Section(say("The smallest change that makes it possible"), [say("Change")], rows))
    if one.quotas:
        rows = [
            [QuotaOn(row["on"]), in_language(row), row["at_least"] or None, row["at_most"], QuotaPer(row["per"])]
            for row in one.quotas
        ]
        columns = [say("Quota on"), say("Value"), say("At least"), say("At most"), say("Counted")]
        found.append(Section(say("Quotas"), columns, rows))
    proposals = queries.proposals_of(one).order_by("need__title", "-score")[:SHOWN]
    rows = [
        [leads_to(say("Proposal"), row), row.need.title, str(row.person), points(row.score), row.stage_word]
        for row in proposals
    ]
    if rows:
        columns = [say("Proposal"), say("Need"), say("Expert"), say("Points of 100"), say("Stage")]
        found.append(Section(say("Proposals"), columns, rows))
    return found


def _related(one: Round, _actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for need in Need.objects.filter(pk__in=one.need_ids).order_by("title")[:50]:
        yield say("Needs"), "matching.need", need


def _now(one: Round, _by: Account) -> dict[str, Any]:
    names = ("title", "objective", "per_need", "load_limit", "cover_needs", "candidates_each", "need_ids")
    rows = [
        QuotaRow(QuotaOn(row["on"]), row["value"], row["at_least"], row["at_most"], QuotaPer(row["per"]))
        for row in one.quotas
    ]
    return {name: getattr(one, name) for name in names} | {"quotas": rows}


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(title__icontains=text) | Q(number__iexact=text))


register(Kind(
    name="matching.round", model=Round, key="round_id", label=say("Assignment round"), plural=say("Assignment rounds"),
    visible=queries.rounds_for, title=str, facts=_facts, sections=_sections, related=_related, search=_search,
    columns=[
        (say("Number"), lambda row: row.number), (say("Title"), str), (say("Needs"), lambda row: len(row.need_ids)),
        (say("Objective"), lambda row: Objective(row.objective)), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("open", actions.open_round, say("Prepare an assignment round"), roles=SECRETARIAT, opening=True),
        Verb("change", actions.change_round, say("Change the limits"), roles=SECRETARIAT,
             stages=stages(RoundStage.DRAFT, RoundStage.INFEASIBLE, RoundStage.FAILED), prefill=_now),
        Verb("compute", actions.compute_round, say("Compute"), move="compute"),
        Verb("stop", actions.stop_round, say("Stop the computation"), move="stop", danger=True),
        Verb("confirm_all", actions.confirm_all, say("Confirm every open proposal"), move="confirm"),
        Verb("finish", actions.finish_round, say("Finish; reject what is not confirmed"), move="confirm"),
        Verb("discard", actions.discard_round, say("Discard"), move="discard", danger=True),
    ],
    group=GROUP,
))  # fmt: skip


def _proposal_facts(one: Proposal, _actor: Actor) -> Sequence[Fact]:
    return [
        leads_to(say("Assignment round"), one.round),
        leads_to(say("Need"), one.need),
        leads_to(say("Expert"), one.person),
        Fact(say("Points of 100"), points(one.score)),
        Fact(say("To be checked"), [text for flag in one.flags for text in telling.spoken(flag)] or None),
        Fact(say("Decided on"), one.decided_at),
        Fact(say("In their own words"), one.reason_text or None),
    ]


def _proposal_sections(one: Proposal, _actor: Actor) -> Sequence[Section]:
    return [reasons_section(one.reasons, one.person)]


def _proposal_related(one: Proposal, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    if one.docking_id:
        for docking in dockings_for(actor).filter(pk=one.docking_id):
            yield say("Docking"), "matching.docking", docking


def _proposal_search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(need__title__icontains=text) | Q(person__name_zh__icontains=text))


register(Kind(
    name="matching.proposal", model=Proposal, key="proposal_id", label=say("Proposal"), plural=say("Proposals"),
    visible=queries.proposals_for, mine=queries.own_proposals, title=str, facts=_proposal_facts,
    sections=_proposal_sections, related=_proposal_related, search=_proposal_search,
    columns=[
        (say("Need"), lambda row: row.need.title), (say("Expert"), lambda row: str(row.person)),
        (say("Points of 100"), lambda row: points(row.score)),
        (say("Assignment round"), lambda row: row.round.title), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("confirm", actions.confirm_proposal, say("Confirm and bring together"), move="confirm"),
        Verb("reject", actions.reject_proposal, say("Reject"), move="reject", danger=True),
    ],
    group=GROUP,
))  # fmt: skip
