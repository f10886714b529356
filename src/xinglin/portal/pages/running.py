"""Awarded challenges at work: the board of their milestones, and the chain of their money."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from xinglin.challenges.queries import boards
from xinglin.challenges.queries.boards import Chain
from xinglin.challenges.queries.challenges import challenges_for
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.money import MoneyKind
from xinglin.kernel import clock, permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import absent, not_yours
from xinglin.portal import pictures, speaking
from xinglin.portal.edges import signed_in, somebody
from xinglin.portal.pictures import Flow, Node

COLUMNS: dict[str, Phrase] = {
    "ahead": say("To come"), "open": say("Under way"), "judged": say("Being judged"),
    "failed": say("Failed or being repaired"), "unpaid": say("Accepted, not paid yet"), "done": say("Done"),
}  # fmt: skip
# The wing's kinds on whose pages the ways to board and chain stand, and how each finds its challenge.
WAYS = {
    "challenges.challenge": lambda one: one,
    "challenges.contract": lambda one: one.challenge,
    "challenges.milestone": lambda one: one.contract.challenge,
    "challenges.tranche": lambda one: one.milestone.contract.challenge,
}


def ways(kind: Any, dossier: Any, actor: Actor) -> list[tuple[Phrase, str]]:
    """From a dossier to the board and the money of its challenge, for whoever may see them."""
    if actor is None or kind.name not in WAYS:
        return []
    challenge = WAYS[kind.name](dossier)
    found: list[tuple[Phrase, str]] = []
    if boards.cards(actor, challenge_id=challenge.pk):
        found.append((say("Milestone board"), reverse("challenge-board", args=[challenge.pk])))
    if boards.chain(challenge, actor) is not None:
        found.append((say("Where the money goes"), reverse("challenge-money", args=[challenge.pk])))
    return found


@require_GET
@signed_in
def board(request: HttpRequest) -> HttpResponse:
    """Every milestone of the challenges that run, by what it waits for."""
    actor = somebody(request)
    if not permits.grants_of(actor):
        raise not_yours()
    late = request.GET.get("late") == "1"
    return _board(request, boards.cards(actor, late=late), late=late)


@require_GET
@signed_in
def challenge_board(request: HttpRequest, key: str) -> HttpResponse:
    """The milestones of one challenge, lane by lane in a race."""
    actor = somebody(request)
    challenge = challenges_for(actor).filter(pk=key).first()
    if challenge is None:
        raise absent()
    cards = boards.cards(actor, challenge_id=key)
    if not cards:
        raise absent()
    return _board(request, cards, challenge=challenge, money=boards.chain(challenge, actor) is not None)


def _board(request: HttpRequest, cards: list[boards.Card], **more: Any) -> HttpResponse:
    columns = [(name, label, [one for one in cards if one.column == name]) for name, label in COLUMNS.items()]
    context = {
        "nav": "milestone-board", "columns": columns, "cards": len(cards), "as_of": clock.now(),
        "late_count": sum(one.late for one in cards), "amount": sum(one.amount for one in cards),
        "paid": sum(one.paid for one in cards), **more,
    }  # fmt: skip
    return render(request, "portal/challenges/board.html", context)


@require_GET
@signed_in
def money(request: HttpRequest, key: str) -> HttpResponse:
    """Where the money of one challenge comes from, where it is, and every movement."""
    actor = somebody(request)
    challenge = challenges_for(actor).filter(pk=key).first()
    chain = boards.chain(challenge, actor) if challenge is not None else None
    if chain is None:
        raise absent()
    names = {one.pk: _name(one) for one in chain.contracts}
    context = {
        "nav": "milestone-board", "challenge": challenge, "chain": chain, "as_of": clock.now(),
        "picture": _picture(chain, names),
        "purses": [(names[one.contract_id], BudgetSource(one.source), one) for one in chain.purses],
        "total": {
            name: sum(getattr(one, f"{name}_fen") for one in chain.purses)
            for name in ("put_in", "committed", "on_the_way", "paid", "given_back")
        },
        "entries": [
            (one, MoneyKind(one.kind), BudgetSource(one.source), names[one.contract_id],
             names.get(one.to_contract_id or "", str(one.to_contract or "")))
            for one in chain.entries
        ],
    }  # fmt: skip
    return render(request, "portal/challenges/money.html", context)


def _name(contract: Any) -> str:
    """A team as the chart calls it."""
    team = str(contract.bid.organisation or contract.bid.person)
    return gettext("Lane {lane}: {team}").format(lane=contract.lane, team=team) if contract.lane else team


def _lane(contract: Any) -> str:
    """A team's lane in a race; nothing where there is none."""
    return gettext("Lane {lane}").format(lane=contract.lane) if contract.lane else ""


def _picture(chain: Chain, names: dict[str, str]) -> Any:
    """Sources, teams as signed, teams after money moved in a race, and where the money is now."""
    said = speaking.money
    sources = {source: sum(fen for (one, _key), fen in chain.given.items() if one is source) for source in BudgetSource}
    nodes = [Node(str(one), 0, speaking.spoken(one), said(fen)) for one, fen in sources.items()]
    flows = [
        Flow(str(source), f"a{key}", fen, f"{speaking.spoken(source)} → {names[key]}: {said(fen)}")
        for (source, key), fen in chain.given.items()
    ]
    signed = {key: sum(fen for (_s, one), fen in chain.given.items() if one == key) for key in names}
    # A box is narrower than a team's name; the table below has it in full.
    boxes = {one.pk: _lane(one) or names[one.pk] for one in chain.contracts}
    nodes += [Node(f"a{key}", 1, boxes[key], said(signed[key])) for key in names]
    now = {key: sum(one.put_in_fen for one in chain.purses if one.contract_id == key) for key in names}
    if race := bool(chain.moved):
        nodes += [Node(f"b{key}", 2, boxes[key], said(now[key])) for key in names]
        for key, name in names.items():
            out = sum(fen for (giver, _taker), fen in chain.moved.items() if giver == key)
            flows.append(Flow(f"a{key}", f"b{key}", signed[key] - out, f"{name}: {said(signed[key] - out)}"))
        for (giver, taker), fen in chain.moved.items():
            if giver in names and taker in names:
                flows.append(Flow(f"a{giver}", f"b{taker}", fen, f"{names[giver]} → {names[taker]}: {said(fen)}"))
            elif taker in names:
                nodes.append(Node("race", 1, gettext("From another lane"), said(fen)))
                flows.append(Flow("race", f"b{taker}", fen, f"{gettext('From another lane')}: {said(fen)}"))
    begin = "b" if race else "a"
    places = {
        "paid": gettext("Paid out"), "on_the_way": gettext("At the bank"),
        "committed": gettext("Committed and not paid"), "given_back": gettext("Given back"),
    }  # fmt: skip
    for place, label in places.items():
        amounts = {
            key: sum(getattr(one, f"{place}_fen") for one in chain.purses if one.contract_id == key) for key in names
        }
        nodes.append(Node(place, 3, label, said(sum(amounts.values()))))
        flows += [Flow(f"{begin}{key}", place, fen, f"{names[key]} → {label}: {said(fen)}")
                  for key, fen in amounts.items()]  # fmt: skip
    return pictures.sankey(nodes, flows, gettext("Where the money of this challenge comes from and where it is"))
