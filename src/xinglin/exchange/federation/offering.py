"""What other cities told, offered to the doctor like our own hospitals' results: reminded, decided, counted.

A city's result is kept as it was told before it is shown, under the city's own number among the sites, so that the
decision, its saving and the board say from where it came. What a city no longer tells is noticed at the next question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction

from xinglin.exchange.catalogue.actions.sites import open_city
from xinglin.exchange.catalogue.rules.snapshot import SiteFacts
from xinglin.exchange.federation.asking import CityTold, Everywhere, Placed, better
from xinglin.exchange.federation.words import CityState
from xinglin.exchange.recognition.actions.asking import Asked, Question
from xinglin.exchange.recognition.actions.foreign import keep_told, mark_fallen
from xinglin.exchange.recognition.actions.reminders import Shown, remind
from xinglin.exchange.recognition.queries.foreign import standing_of
from xinglin.exchange.recognition.queries.order import Answer
from xinglin.exchange.recognition.rules.answer import ItemAnswer
from xinglin.exchange.recognition.rules.foreign import CityResult, fallen
from xinglin.exchange.recognition.words import Standing
from xinglin.kernel import permits
from xinglin.kernel.models import Account

# Where a result lies: the number of its city's site, and its own number (below zero) once it is kept.
Place = tuple[int, int]


def offer(*, found: Everywhere, asked: Asked, by: Account) -> Everywhere:
    """Make lines of `asked` of what other cities add to it, where that says more than our own hospitals' results.

    What is offered leaves `found.elsewhere`; what stays there is for reading. Durable when the transaction commits,
    which is before anybody is shown anything.
    """
    if asked.answer is None or asked.answer.person is None or asked.question is None or not found.cities:
        return found
    with transaction.atomic():
        return _offer(found, asked, asked.answer, asked.answer.person, asked.question, by)


def _offer(
    found: Everywhere, asked: Asked, answer: Answer, person: int, question: Question, by: Account
) -> Everywhere:  # fmt: skip
    _look_for_fallen(found, asked, person)
    offered = {
        item: placed for item, placed in found.elsewhere.items()
        if placed.answer.cls in (Standing.MUST, Standing.MAY) and better(placed.answer.cls, found.here, item)
    }  # fmt: skip
    if not offered:
        return found
    kept = _kept(offered, asked, person, by)
    orders = {asked.items[one.reference]: one for one in question.orders if one.reference in asked.items}
    shown: dict[int, Shown] = {}
    for item, placed in offered.items():
        shown[item] = Shown(
            _renumbered(placed.answer, kept), asked.patient, person, question.site, asked.visit,
            question.doctor or by.pk, asked.answer.snapshot if asked.answer else answer.snapshot,
            orders[item].reference, question.payer, answer.at if question.signing else None,
        )  # fmt: skip
    reminders = remind(shown=list(shown.values()), by=by)
    asked.lines += [(orders[item], one.answer, reminders[one.key]) for item, one in shown.items()]
    rest = {item: placed for item, placed in found.elsewhere.items() if item not in offered}
    return replace(found, elsewhere=rest)


def _kept(offered: Mapping[int, Placed], asked: Asked, person: int, by: Account) -> dict[int, Place]:
    """Keep every result that is offered; by its number in the answers, its city's site and its own number."""
    cities: dict[str, list[tuple[int, CityResult]]] = defaultdict(list)
    tellers: dict[str, CityTold] = {}
    for placed in offered.values():
        parts = placed.parts or {placed.answer.result_id: (placed.result, placed.told)}
        for number, (result, told) in parts.items():
            cities[told.peer].append((number, result))
            tellers[told.peer] = told
    found: dict[int, Place] = {}
    for peer, results in sorted(cities.items()):
        city = tellers[peer].city
        site = _site(asked, peer, tellers[peer].name, city)
        told_here = [one for _number, one in results]
        numbers = keep_told(person=person, peer=peer, city=city, site=site, results=told_here, by=by)
        found |= {before: (site, -after) for (before, _one), after in zip(results, numbers, strict=True)}
    return found


def _site(asked: Asked, peer: str, name: str, region: str) -> int:
    """The number a city has among the sites; the answer's own copy of the catalogue learns it too."""
    assert asked.answer is not None  # noqa: S101 - the caller has looked
    snapshot = asked.answer.snapshot
    number = snapshot.by_organisation.get(peer)
    if number is None:
        row = open_city(city_id=peer, name=name, region=region, by=permits.the_program())
        number = row.number
        sites = {**snapshot.sites, number: SiteFacts(number, peer, row.name, row.region)}
        known = {**snapshot.by_organisation, peer: number}
        asked.answer = replace(asked.answer, snapshot=replace(snapshot, sites=sites, by_organisation=known))
    return number


def _renumbered(answer: ItemAnswer, kept: Mapping[int, Place]) -> ItemAnswer:
    """The answer with the numbers its results are kept under. The mark is the city's own: no line of ours to open."""
    site, number = kept.get(answer.result_id, (0, 0))
    if not number and answer.coverage:
        site, number = next((kept[one.result_id] for one in answer.coverage if one.result_id in kept), (0, 0))
    coverage = tuple(_renumbered(one, kept) if one.result_id else one for one in answer.coverage)
    return answer._replace(result_id=number, site=site, grant_id="", coverage=coverage, older=())


def _look_for_fallen(found: Everywhere, asked: Asked, person: int) -> None:
    """Results kept of cities that answered now, and that they no longer tell as they were shown."""
    snapshot = found.here.snapshot
    wanted = {number for item in asked.items.values() for number in (item, *snapshot.members(item))}
    gone: list[int] = []
    for told in found.cities:
        if told.state != CityState.ANSWERED:
            continue
        kept = standing_of(person=person, peer=told.peer, items=wanted)
        if kept:
            gone += fallen(kept, told.results, whole=told.whole)
    if gone:
        mark_fallen(person=person, numbers=gone, by=permits.the_program())
