"""The two funds, as the house shows them: grant calls to everybody, deals to their own people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, numbered, register
from xinglin.kernel.finding import find
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.transfer.actions import deals, grants
from xinglin.transfer.dossiers.naming import FUNDS, PUBLIC, leads_to, stages
from xinglin.transfer.models import Deal, GrantCall
from xinglin.transfer.queries import funds as queries
from xinglin.transfer.rules.funds import ADVISERS, FUNDERS, MANAGERS, OPEN_DEAL
from xinglin.transfer.words.funds import CHALLENGE
from xinglin.transfer.words.funds import DealStage as D
from xinglin.transfer.words.funds import GrantStage as G


def _grant_facts(one: GrantCall, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number, PUBLIC),
        leads_to(say("Funder"), one.organisation, PUBLIC),
        Fact(say("Terms"), one.terms, PUBLIC),
        Fact(say("Budget"), one.budget_fen, PUBLIC, fen=True),
        Fact(say("Closes on"), one.closes_on, PUBLIC),
        Fact(say("Why it ended"), one.ended_because or None),
    ]


def _grant_sections(one: GrantCall, actor: Actor) -> Sequence[Section]:
    named = list(one.challenges.all())
    seen = numbered(CHALLENGE, [row.challenge_number for row in named], actor)
    rows = [
        [Fact(say("Number of the challenge"), number, PUBLIC, (CHALLENGE, seen[number]) if number in seen else None),
         Fact(say("Planned amount"), row.planned_fen, PUBLIC, fen=True)]
        for row in named for number in [row.challenge_number]
    ]  # fmt: skip
    return [Section(say("Challenges"), [say("Number of the challenge"), say("Planned amount")], rows)]


def _challenges(one: GrantCall, _by: Account) -> dict[str, Any]:
    return {"challenges": [grants.ChallengeRow(row.challenge_number, row.planned_fen) for row in one.challenges.all()]}


register(Kind(
    name="transfer.grantcall", model=GrantCall, key="grantcall_id", label=say("Grant call"),
    plural=say("Research grants"), visible=queries.grants_for, mine=queries.own_grants, title=str, facts=_grant_facts,
    sections=_grant_sections, search=find,
    columns=[
        (say("Number"), lambda row: row.number), (say("Title"), str),
        (say("Funder"), lambda row: str(row.organisation)), (say("Closes on"), lambda row: row.closes_on),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("prepare", grants.prepare_grant, say("Prepare a grant call"), roles=FUNDERS, opening=True),
        Verb("set_challenges", grants.set_challenges, say("Name its challenges"), roles=FUNDERS,
             stages=stages(G.DRAFT, G.OPEN), prefill=_challenges),
        Verb("open_call", grants.open_grant, say("Open the grant call"), move="open_call"),
        Verb("close", grants.close_grant, say("Close"), move="close"),
        Verb("cancel", grants.cancel_grant, say("Cancel the grant call"), move="cancel", danger=True),
    ],
    public=True, group=FUNDS,
))  # fmt: skip


def _facts(one: Deal, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number),
        Fact(say("Company"), one.company),
        leads_to(say("Managed by"), one.organisation),
        Fact(say("Summary"), one.summary),
        Fact(say("Amount"), one.amount_fen, fen=one.amount_fen is not None),
        Fact(say("Neither principal nor a least return is promised"), one.promises_nothing or None),
        Fact(say("Only qualified investors join"), one.qualified_only or None),
        Fact(say("Proceeds"), one.proceeds_fen, fen=one.proceeds_fen is not None),
        Fact(say("Exited on"), one.exited_on),
        Fact(say("How it ended"), one.exit_way or None),
        Fact(say("Why it was declined"), one.ended_because or None),
    ]


def _sections(one: Deal, _actor: Actor) -> Sequence[Section]:
    advisers = [[str(row.person), row.since, row.left_on] for row in one.advisers.select_related("person")]
    declared = [[str(row.person), D(row.stage), row.has_interest, row.declared_on, row.statement]
                for row in one.declarations.select_related("person")]  # fmt: skip
    tranches = [[row.ordinal, Fact(say("Amount"), row.amount_fen, fen=True), row.condition, row.paid_on,
                 row.shown_by or None] for row in one.tranches.all()]  # fmt: skip
    notes = [[row.happened_on, row.text] for row in one.notes.all()]
    return [
        Section(say("Advising experts"), [say("Expert"), say("From"), say("Until")], advisers),
        Section(say("Declarations of interest"),
                [say("Expert"), say("Before the stage"), say("Interest"), say("Day"), say("Statement")], declared),
        Section(say("Tranches"), [say("No."), say("Amount"), say("Condition"), say("Paid on"), say("Shown by")],
                tranches),
        Section(say("Notes"), [say("Day"), say("Note")], notes),
    ]  # fmt: skip


register(Kind(
    name="transfer.deal", model=Deal, key="deal_id", label=say("Investment deal"), plural=say("Investment deals"),
    visible=queries.deals_for, mine=queries.own_deals, title=lambda one: f"{one.number} {one.title}", facts=_facts,
    sections=_sections, search=find,
    columns=[
        (say("Number"), lambda row: row.number), (say("Title"), lambda row: row.title),
        (say("Company"), lambda row: row.company), (say("Due"), lambda row: row.due_on),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("enter", deals.enter_deal, say("Enter a deal"), roles=MANAGERS, opening=True),
        Verb("screen", deals.screen_deal, say("Begin the screening"), move="screen"),
        Verb("examine", deals.examine_deal, say("Begin the due diligence"), move="examine"),
        Verb("submit", deals.submit_deal, say("Bring before the committee"), move="submit"),
        Verb("approve", deals.approve_deal, say("Enter the committee's approval"), move="approve"),
        Verb("agree", deals.agree_deal, say("Enter the agreement"), move="agree"),
        Verb("fund", deals.fund_deal, say("Begin the funding"), move="fund"),
        Verb("pay_tranche", deals.pay_tranche, say("Pay a tranche"), roles=MANAGERS, stages=stages(D.FUNDED)),
        Verb("manage", deals.manage_deal, say("Go over to post-investment"), move="manage"),
        Verb("exit", deals.exit_deal, say("Enter the exit"), move="exit"),
        Verb("declare", deals.declare_interest, say("Declare an interest or none"), roles=ADVISERS,
             stages=stages(*OPEN_DEAL)),
        Verb("ask_adviser", deals.ask_adviser, say("Ask an expert to advise"), roles=MANAGERS,
             stages=stages(*OPEN_DEAL)),
        Verb("release_adviser", deals.release_adviser, say("Release an adviser"), roles=MANAGERS,
             stages=stages(*OPEN_DEAL)),
        Verb("note", deals.note_deal, say("Write a note"), roles=MANAGERS, stages=stages(*OPEN_DEAL)),
        Verb("decline", deals.decline_deal, say("Decline the deal"), move="decline", danger=True),
    ],
    group=FUNDS,
))  # fmt: skip
