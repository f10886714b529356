"""Other cities at order time: all at once, within a budget; whoever is dead, slow or lying delays nobody.

The answer says of every city how it ended, so that what is missing is said. Standings are recognition's own, computed
over what the cities told, with their HR marks and our windows; a plain FHIR server's results have no marks we trust.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.catalogue.rules.snapshot import GrantFacts, SiteFacts, Snapshot
from xinglin.exchange.consent.models import Consent
from xinglin.exchange.consent.words import ConsentStage, Purpose
from xinglin.exchange.federation.actions.exports import pass_gate
from xinglin.exchange.federation.actions.health import note_outcomes, take_try
from xinglin.exchange.federation.gateways.answers import Deadline, Failed
from xinglin.exchange.federation.gateways.cities import DOCUMENT, ID_CARD, Address, Heard, Question, converse
from xinglin.exchange.federation.models import Peer
from xinglin.exchange.federation.queries.health import state_of
from xinglin.exchange.federation.rules.gate import Export, is_overseas
from xinglin.exchange.federation.rules.telling import Asked, Untrusted, plain_name, state_after
from xinglin.exchange.federation.words import CityState, PeerKind, PeerStage
from xinglin.exchange.identity.models import IndexPerson, Patient
from xinglin.exchange.intake.words import CRITICAL, FINAL
from xinglin.exchange.recognition.queries.order import Answer, at_order
from xinglin.exchange.recognition.rules.answer import Facts, ItemAnswer, ResultRow, answer
from xinglin.exchange.recognition.rules.foreign import CityResult
from xinglin.exchange.recognition.words import Occasion, Standing
from xinglin.kernel import configuration, ledger
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase

# Questions under way at once: altogether, and to one city, so that a slow one never takes every thread.
THREADS, PER_CITY = 48, 8
_FIRST, _LAST = date(1900, 1, 1), date(2200, 1, 1)
_RANK = {Standing.NONE: 0, Standing.HISTORY: 1, Standing.MAY: 2, Standing.MUST: 3}
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="city")
_lock = threading.Lock()
# Threads are each process's own, so this is too; who failed is shared (`actions.health`).
_under_way: dict[str, int] = {}
LOOK_EVERY = 1.0
# A city that answered so has not failed.
_GOOD = frozenset({CityState.ANSWERED, CityState.NOTHING})
# When somebody last looked whether a city is open, and what they found.
_seen_open: list[Any] = [float("-inf"), False]


@dataclass(frozen=True)
class CityTold:
    """How one city answered; `why` is the sentence behind a refusal or contradiction."""

    peer: str
    name: str
    city: str
    state: CityState
    results: tuple[CityResult, ...] = ()
    milliseconds: int = 0
    why: Phrase | None = None
    # Whether the answer holds all there is, not a page of it.
    whole: bool = False


@dataclass(frozen=True)
class Placed:
    """A city's answer for one item: the standing, the result, and the city it is from."""

    answer: ItemAnswer
    result: CityResult
    told: CityTold
    # For a panel: the results of its members, by the number `answer` has them under.
    parts: Mapping[int, tuple[CityResult, CityTold]] = field(default_factory=dict)


@dataclass(frozen=True)
class Everywhere:
    """The order's answer here, what other cities add (the best of each item), and how each city answered."""

    here: Answer
    elsewhere: dict[int, Placed] = field(default_factory=dict)
    cities: list[CityTold] = field(default_factory=list)

    @property
    def missing(self) -> list[CityTold]:
        """The cities whose answer is not in it."""
        return [one for one in self.cities if one.state not in (CityState.ANSWERED, CityState.NOTHING)]

    def standing(self, item: int) -> Standing:
        """The best standing of an item, from here or elsewhere."""
        there = self.elsewhere[item].answer.cls if item in self.elsewhere else Standing.NONE
        return max(_here(self.here, item), there, key=_RANK.__getitem__)


def _here(here: Answer, item: int) -> Standing:
    return next((one.cls for one in here.items if one.item == item), Standing.NONE)


def better(there: Standing, here: Answer, item: int) -> bool:
    """Whether a result from elsewhere says more of an item than our own hospitals' do."""
    return _RANK[there] > _RANK[_here(here, item)]


def answer_everywhere(
    *, patient: int, items: Sequence[int], site: int, account: Account, at: datetime | None = None, doctor: str = "",
    visit: str = "", occasion: Occasion = Occasion.ORDINARY, budget: float | None = None,
    purpose: Purpose = Purpose.RECOGNITION,
) -> Everywhere:  # fmt: skip
    """What is known of `items` for an order, here and in other cities. Never later than the budget allows.

    Other cities are asked only for somebody who may see results of other hospitals here.
    """
    moment = at or now()
    here = at_order(patient=patient, items=items, site=site, at=moment, account=account, purpose=purpose,
                    doctor=doctor, occasion=occasion)  # fmt: skip
    return add_cities(here=here, patient=patient, items=items, site=site, account=account, doctor=doctor, visit=visit,
                      occasion=occasion, budget=budget)  # fmt: skip


def add_cities(
    *, here: Answer, patient: int, items: Sequence[int], site: int, account: Account, doctor: str = "",
    visit: str = "", occasion: Occasion = Occasion.ORDINARY, budget: float | None = None,
) -> Everywhere:  # fmt: skip
    """An answer given here, with what other cities add to it. Without an open city this asks nothing of anybody."""
    if here.person is None or here.access.ground is None or not items or not _any_open():
        return Everywhere(here)
    cities = ask_cities(patient=patient, items=items, site=site, account=account, at=here.at, doctor=doctor,
                        visit=visit, budget=budget)  # fmt: skip
    placed = place(cities, items=items, here=here, site=site, at=here.at, occasion=occasion)
    return Everywhere(here, placed, cities)


def _any_open() -> bool:
    """Whether any city is open; asked of the database once in LOOK_EVERY seconds, for an order is answered in
    milliseconds and a city is opened once a year."""
    with _lock:
        looked, found = _seen_open
    if time.monotonic() - looked > LOOK_EVERY:
        found = Peer.objects.filter(stage=PeerStage.OPEN).exists()
        with _lock:
            _seen_open[:] = [time.monotonic(), found]
    return bool(found)


def ask_cities(
    *, patient: int, items: Sequence[int], site: int, account: Account, at: datetime, doctor: str = "", visit: str = "",
    budget: float | None = None,
) -> list[CityTold]:  # fmt: skip
    """Ask every open city, all at once; each is told with how it ended. The caller has checked the right to ask."""
    one = Patient.objects.filter(pk=patient).prefetch_related("documents").first()
    peers = list(Peer.objects.filter(stage=PeerStage.OPEN).select_related("health").order_by("name"))
    if one is None or not peers:
        return []
    seconds = configuration.value("federation.budget_ms") / 1_000 if budget is None else budget
    question = _question(one, items, at, doctor, visit)
    begun, told, running = time.monotonic(), dict[str, CityTold](), dict[str, tuple[Peer, Future[Any]]]()
    deadline = Deadline(begun + seconds)
    for peer in peers:
        refused = _gated(peer, one, site, account) or _held_back(peer, account)
        if refused is not None:
            told[peer.pk] = refused
            continue
        to = Address(peer.pk, peer.endpoint, peer.kind, peer.client_id, peer.grant_address, peer.access_secret)
        running[peer.pk] = (peer, _pool.submit(_one, to, question, deadline))
    wait([future for _peer, future in running.values()], timeout=max(0.0, deadline.left))
    for key, (peer, future) in running.items():
        told[key] = _ended(peer, future, begun)
    ordered = [told[peer.pk] for peer in peers]
    _written(one.person_id, ordered, account)
    failed_before = {peer.pk for peer in peers if state_of(peer).failures}
    outcomes = [(key, None if future.cancelled() else told[key].state in _GOOD)
                for key, (_peer, future) in running.items()]  # fmt: skip
    if worth := [(key, good) for key, good in outcomes if not good or key in failed_before]:
        note_outcomes(outcomes=worth, by=account)
    return ordered


def _question(one: Patient, items: Sequence[int], at: datetime, doctor: str, visit: str) -> Question:
    snapshot = current()
    wanted = frozenset(
        number for item in items for number in (item, *snapshot.members(item)) if number in snapshot.items
    )
    documents = tuple((document.kind, document.number) for document in one.documents.all())
    names = frozenset(plain_name(text) for text in (one.name_zh, one.name_en, *one.aliases.split("\n")) if text)
    resource: dict[str, Any] = {
        "resourceType": "Patient",
        "identifier": [{"system": ID_CARD if kind == "id_card" else DOCUMENT + kind, "value": number}
                       for kind, number in documents],
        "name": [{"text": text} for text in (one.name_zh, one.name_en) if text],
        "gender": {1: "male", 2: "female"}.get(one.sex, "unknown"),
    }  # fmt: skip
    if one.birth_date:
        resource["birthDate"] = one.birth_date.isoformat()
    asked = Asked(names, one.birth_date, one.sex, frozenset("".join(n.split()).upper() for _, n in documents))
    return Question(asked, resource, documents, wanted, snapshot.items, snapshot.by_loinc, snapshot.by_code, at,
                    one.birth_date, doctor, visit)  # fmt: skip


def _gated(peer: Peer, one: Patient, site: int, account: Account) -> CityTold | None:
    """For Hong Kong and Macau asking already sends personal data out: the gate decides before anything leaves."""
    if not is_overseas(peer.city):
        return None
    here = current().sites.get(site)
    consent = Consent.objects.filter(
        person=one.person_id, purpose=Purpose.CROSS_BORDER, stage=ConsentStage.GIVEN, valid_from__lte=now(),
        recipient__in=[here.organisation_id if here else "", peer.pk],
    ).exists()  # fmt: skip
    decision = pass_gate(persons=[one.person_id], by=account, export=Export(
        sender_city=here.region if here else "", recipient=peer.name, recipient_region=peer.city,
        purpose="recognition", fields=("document", "name", "birth_date", "sex"), persons=1, counted=0, consent=consent,
        contract_number=peer.contract_number, filing_number=peer.filing_number, contract_is_gba=peer.contract_is_gba,
        impact_assessment=peer.impact_assessment, security_assessment=peer.security_assessment,
    ))  # fmt: skip
    if decision.allowed:
        return None
    return CityTold(
        peer.pk, peer.name, peer.city, CityState.GATED, why=decision.reasons[0] if decision.reasons else None
    )


def _held_back(peer: Peer, account: Account) -> CityTold | None:
    """Not asked because it failed several times just now, or because enough questions wait there."""
    state = state_of(peer)
    if not state.may_ask(now()):
        return CityTold(peer.pk, peer.name, peer.city, CityState.RESTING)
    with _lock:
        busy = _under_way.get(peer.pk, 0) >= PER_CITY
    if busy:
        return CityTold(peer.pk, peer.name, peer.city, CityState.BUSY)
    if state.tripped and not take_try(peer_id=peer.pk, by=account):
        return CityTold(peer.pk, peer.name, peer.city, CityState.RESTING)
    with _lock:
        _under_way[peer.pk] = _under_way.get(peer.pk, 0) + 1
    return None


def _one(to: Address, question: Question, deadline: Deadline) -> Heard | None:
    """One city in its thread."""
    try:
        return converse(to, question, deadline)
    finally:
        with _lock:
            _under_way[to.key] -= 1


def _ended(peer: Peer, future: Future[Any], begun: float) -> CityTold:
    spent = int((time.monotonic() - begun) * 1_000)
    if not future.done():
        if future.cancel():
            # It never began: its place in the line is free again.
            with _lock:
                _under_way[peer.pk] -= 1
        return CityTold(peer.pk, peer.name, peer.city, CityState.LATE, milliseconds=spent)
    state, results, why, whole = CityState.AWAY, (), None, False
    error = future.exception()
    if error is None:
        found = future.result()
        state, results, whole = ((CityState.NOTHING, (), False) if found is None
                                 else (CityState.ANSWERED, tuple(found.results), found.whole))  # fmt: skip
    elif isinstance(error, Untrusted):
        state, why = CityState.UNTRUSTED, error.reason
    elif isinstance(error, Failed):
        state = state_after(error.kind)
    return CityTold(peer.pk, peer.name, peer.city, state, results, spent, why, whole)


@transaction.atomic
def _written(person: int, told: Sequence[CityTold], account: Account) -> None:
    """Whom we asked about whom, and how it ended: readable on the person's own page."""
    for one in told:
        ledger.record("federation.city_asked", by=account, subject=IndexPerson(pk=person), data={
            "city": one.name, "peer": one.peer, "state": str(one.state), "results": len(one.results),
            "milliseconds": one.milliseconds,
        })  # fmt: skip


def place(
    cities: Sequence[CityTold], *, items: Sequence[int], here: Answer, site: int, at: datetime,
    occasion: Occasion = Occasion.ORDINARY,
) -> dict[int, Placed]:  # fmt: skip
    """The best of what cities told of each item, by recognition's own rules. Each result stands as a site of its own,
    with the marks its city gave it, so that scope, window and criticality are judged as at home."""
    rows: dict[int, tuple[CityResult, CityTold]] = {}
    sites, marks = dict(here.snapshot.sites), dict(here.snapshot.marks)
    trusted = set(Peer.objects.filter(kind=PeerKind.XINGLIN).values_list("pk", flat=True))
    for told in cities:
        for result in told.results:
            number = -(len(rows) + 1)
            rows[number] = (result, told)
            sites[number] = SiteFacts(number, "", result.hospital or told.name, told.city)
            if told.peer in trusted and result.scopes:
                marks[result.item, number] = tuple(
                    GrantFacts(told.peer, scope, _FIRST, _LAST, None, told.name) for scope in result.scopes
                )
    if not rows:
        return {}
    snapshot: Snapshot = dataclasses.replace(here.snapshot, sites=sites, marks=marks)
    found = answer(Facts(
        items=items, snapshot=snapshot, site=site, at=at, access=here.access, occasion=occasion,
        rows=[ResultRow(result.item, result.effective_at, result.reported_at, number, FINAL,
                        result.odd | (CRITICAL if result.critical else 0), number)
              for number, (result, _told) in rows.items()],
    ))  # fmt: skip
    return {
        one.item: Placed(one, *rows[one.result_id], {each.result_id: rows[each.result_id] for each in one.coverage
                                                     if each.result_id in rows})
        for one in found if one.result_id in rows
    }  # fmt: skip


def forget() -> None:
    """Forget what is under way and what was looked at; for tests."""
    with _lock:
        _under_way.clear()
        _seen_open[:] = [float("-inf"), False]
