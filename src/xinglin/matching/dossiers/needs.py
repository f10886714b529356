"""Needs and offers, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.matching.actions import dockings as docking
from xinglin.matching.actions import needs as actions
from xinglin.matching.actions import offers as offering
from xinglin.matching.actions.suggestions import rank_need
from xinglin.matching.dossiers.naming import (
    GROUP,
    OWNERS,
    PUBLIC,
    leads_to,
    points,
    specialty_names,
    stages,
)
from xinglin.matching.models import Need, Offer
from xinglin.matching.queries import needs as queries
from xinglin.matching.queries.dockings import dockings_for
from xinglin.matching.queries.suggestions import runs_for, suggestions_for
from xinglin.matching.queries.tickets import tickets_for
from xinglin.matching.rules.offers import GIVERS
from xinglin.matching.words.needs import (
    ClosingReason,
    Confidentiality,
    HomePreference,
    NeedKind,
    NeedStage,
    OfferKind,
    OfferStage,
    SeniorityWanted,
)
from xinglin.matching.words.suggestions import ConflictKind, Pool, SuggestionStage
from xinglin.roster.places import place_name

SHOWN = 50
_OUT = {
    "in_contact": say("Already in contact about this need"),
    "conflict": say("Conflict of interest with {party}: {kind}"),
}


def _need_facts(one: Need, actor: Actor) -> Sequence[Fact]:
    inside = actor is not None
    return [
        Fact(say("Number"), one.number, PUBLIC),
        leads_to(say("Organisation"), one.organisation, PUBLIC),
        Fact(say("Department"), one.department or None),
        Fact(say("What is needed"), one.body, PUBLIC),
        Fact(say("Kind of need"), NeedKind(one.kind), PUBLIC),
        Fact(say("Specialties"), specialty_names(one.specialty_codes), PUBLIC),
        Fact(say("Region wanted"), place_name(one.region), PUBLIC),
        Fact(say("Experts wanted"), one.experts_wanted, PUBLIC),
        Fact(say("Title wanted"), SeniorityWanted(one.seniority)),
        Fact(say("Home-town preference"), HomePreference(one.home_preference)),
        Fact(say("Budget"), one.budget_fen, fen=one.budget_fen is not None),
        Fact(say("Wanted by"), one.wanted_by, PUBLIC),
        Fact(say("Stands until"), one.stands_until),
        Fact(say("Who may read it"), Confidentiality(one.confidentiality)),
        leads_to(say("Contact person"), one.contact_person),
        Fact(say("Contact account"), str(one.contact_account) if inside and one.contact_account else None),
        Fact(say("Remark of the secretariat"), one.reply or None),
        Fact(say("Why it closed"), ClosingReason(one.closing_reason) if one.closing_reason else None),
        Fact(say("Closing remark"), one.closing_text or None),
    ]


def _need_sections(one: Need, actor: Actor) -> Sequence[Section]:
    """The latest ranking, and what people said of it; who was left out and why."""
    if actor is None or not (runs := list(runs_for(actor).filter(need=one).order_by("-created_at")[:10])):
        return []
    rows = suggestions_for(actor).filter(need=one).exclude(stage=SuggestionStage.SUPERSEDED)
    proposed = [
        [suggestion.place, leads_to(say("Suggested"), suggestion), points(suggestion.score), suggestion.stage_word]
        for suggestion in rows.order_by("-run__created_at", "place")[:SHOWN]
    ]
    found = [Section(say("Suggestions"), [say("Rank"), say("Suggested"), say("Points of 100"), say("Stage")], proposed)]
    out = [
        [why["name"], _OUT[why["why"]](party=why.get("with", ""),
                                       kind=ConflictKind(why["kind"]).label if why.get("kind") else "")]
        for why in runs[0].excluded
    ]  # fmt: skip
    if out:
        found.append(Section(say("Left out of the last ranking"), [say("Name"), say("Why")], out))
    told = [
        [
            run.created_at,
            Pool(run.pool),
            run.looked_at,
            run.refused_count,
            run.engine,
            run.embedder or None,
            run.milliseconds,
        ]
        for run in runs
    ]
    columns = [say("When"), say("Looked at"), say("Candidates"), say("Refuse automated matching"), say("Engine"),
               say("Embedding model"), say("Milliseconds")]  # fmt: skip
    return [*found, Section(say("Rankings"), columns, told)]


def _need_related(one: Need, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for row in dockings_for(actor).filter(need=one).order_by("-created_at")[:SHOWN]:
        yield say("Dockings"), "matching.docking", row
    for ticket in tickets_for(actor).filter(need=one).order_by("-created_at")[:SHOWN]:
        yield say("Matters raised"), "matching.ticket", ticket


def _need_now(one: Need, _by: Account) -> dict[str, Any]:
    names = ("title", "body", "kind", "department", "budget_fen", "wanted_by", "experts_wanted", "seniority",
             "home_preference", "confidentiality", "region", "contact_person_id")  # fmt: skip
    return {name: getattr(one, name) for name in names} | {"specialties": list(one.specialty_codes)}


def _for_need(one: Need, _by: Account) -> dict[str, Any]:
    return {"need_id": one.pk}


register(Kind(
    name="matching.need", model=Need, key="need_id", label=say("Need"), plural=say("Needs"),
    visible=queries.needs_for, mine=queries.own_needs, title=str, facts=_need_facts, sections=_need_sections,
    related=_need_related, search=find,
    columns=[
        (say("Number"), lambda row: row.number), (say("Title"), str),
        (say("Organisation"), lambda row: str(row.organisation)), (say("Kind of need"), lambda row: NeedKind(row.kind)),
        (say("Stands until"), lambda row: row.stands_until), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("draft", actions.draft_need, say("Write down a need"), roles=OWNERS, opening=True),
        Verb("change", actions.change_need, say("Change"), roles=OWNERS,
             stages=stages(NeedStage.DRAFT, NeedStage.SUBMITTED), prefill=_need_now),
        Verb("submit", actions.submit_need, say("Submit for checking"), move="submit"),
        Verb("open", actions.open_need, say("Open it for matching"), move="open"),
        Verb("send_back", actions.send_back_need, say("Send back for changes"), move="send_back"),
        Verb("rank", rank_need, say("Rank experts and offers"), move="match"),
        Verb("propose", docking.propose_docking, say("Bring it to somebody found by search"), move="dock",
             prefill=_for_need),
        Verb("resume", actions.resume_need, say("Look for others"), move="resume"),
        Verb("meet", actions.meet_need, say("Mark as met"), move="meet"),
        Verb("prolong", actions.prolong_need, say("Prolong"), roles=OWNERS,
             stages=stages(NeedStage.OPEN, NeedStage.MATCHING, NeedStage.DOCKED)),
        Verb("close", actions.close_need, say("Close"), move="close", danger=True),
        Verb("withdraw", actions.withdraw_need, say("Withdraw"), move="withdraw", danger=True),
        Verb("reopen", actions.reopen_need, say("Take up again"), move="reopen"),
    ],
    filters={"kind": (say("Kind of need"), NeedKind)}, public=True, group=GROUP,
))  # fmt: skip


def _offer_facts(one: Offer, actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number, PUBLIC),
        leads_to(say("Expert"), one.person, PUBLIC) if one.person_id else
        leads_to(say("Organisation"), one.organisation, PUBLIC),
        Fact(say("What is offered"), one.body, PUBLIC),
        Fact(say("Kind of offer"), OfferKind(one.kind), PUBLIC),
        Fact(say("Specialties"), specialty_names(one.specialty_codes), PUBLIC),
        Fact(say("Region"), place_name(one.region), PUBLIC),
        Fact(say("Page to read more"), one.link or None, PUBLIC),
        Fact(say("Price"), one.price_fen, fen=one.price_fen is not None),
        Fact(say("How many needs at a time"), one.capacity),
        Fact(say("Stands until"), one.stands_until),
        Fact(say("Who may read it"), Confidentiality(one.confidentiality)),
        Fact(say("Contact account"), str(one.contact_account) if actor is not None and one.contact_account else None),
        Fact(say("Remark of the secretariat"), one.reply or None),
        Fact(say("Why it closed"), ClosingReason(one.closing_reason) if one.closing_reason else None),
        Fact(say("Closing remark"), one.closing_text or None),
    ]  # fmt: skip


def _offer_related(one: Offer, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for row in dockings_for(actor).filter(offer=one).order_by("-created_at")[:SHOWN]:
        yield say("Dockings"), "matching.docking", row


def _offer_now(one: Offer, _by: Account) -> dict[str, Any]:
    names = ("title", "body", "kind", "region", "price_fen", "capacity", "link", "confidentiality")
    return {name: getattr(one, name) for name in names} | {
        "specialties": list(one.specialty_codes), "until": one.stands_until,
    }  # fmt: skip


def _giver(one: Offer) -> str:
    return str(one.person or one.organisation)


register(Kind(
    name="matching.offer", model=Offer, key="offer_id", label=say("Offer"), plural=say("Offers"),
    visible=queries.offers_for, mine=queries.own_offers, title=str, facts=_offer_facts, related=_offer_related,
    search=find,
    columns=[
        (say("Number"), lambda row: row.number), (say("Title"), str), (say("From"), _giver),
        (say("Kind of offer"), lambda row: OfferKind(row.kind)), (say("Stands until"), lambda row: row.stands_until),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("draft", offering.draft_offer, say("Write down an offer"), roles=GIVERS, opening=True),
        Verb("change", offering.change_offer, say("Change"), roles=GIVERS,
             stages=stages(OfferStage.DRAFT, OfferStage.SUBMITTED), prefill=_offer_now),
        Verb("submit", offering.submit_offer, say("Submit for checking"), move="submit"),
        Verb("open", offering.open_offer, say("Open the offer"), move="open"),
        Verb("send_back", offering.send_back_offer, say("Send back for changes"), move="send_back"),
        Verb("prolong", offering.prolong_offer, say("Prolong"), roles=GIVERS, stages=stages(OfferStage.OPEN)),
        Verb("take_up", offering.take_up_offer, say("Mark as taken up"), move="take_up"),
        Verb("close", offering.close_offer, say("Close"), move="close", danger=True),
        Verb("withdraw", offering.withdraw_offer, say("Withdraw"), move="withdraw", danger=True),
        Verb("reopen", offering.reopen_offer, say("Take up again"), move="reopen"),
    ],
    filters={"kind": (say("Kind of offer"), OfferKind)}, public=True, group=GROUP,
))  # fmt: skip
