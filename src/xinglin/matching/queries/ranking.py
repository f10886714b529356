"""Ranking needs over experts and offers: what is read, who is left out and why. Stores nothing.

Whoever refuses automated matching is not among the candidates at any step (PIPL art. 24): they are not in the net, not
among the facts that are read, and the action looks once more, under a lock, before it stores anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from xinglin.kernel.clock import today
from xinglin.matching.models import Docking, Need, Offer
from xinglin.matching.nets import shelf
from xinglin.matching.queries.suggestions import conflicts_on, judged, open_dockings_by_person
from xinglin.matching.ranking import (
    Availability,
    CandidateText,
    Embedder,
    EvidenceText,
    Feedback,
    FeedbackOutcome,
    NeedText,
    Ranking,
    rank,
)
from xinglin.matching.rules import reasons as telling
from xinglin.matching.rules.dockings import OPEN_STAGES
from xinglin.matching.rules.suggestions import ABOUT_FIT, Standing, Wishes, available, preferences, total_of
from xinglin.matching.words.needs import HomePreference, OfferStage, SeniorityWanted
from xinglin.matching.words.suggestions import SuggestionStage
from xinglin.roster.queries import candidates
from xinglin.roster.queries.candidates import CandidateFacts

ENGINE = "xinglin-rank-1"
# How many candidates of the net are ranked with care for one need.
CAUGHT = 200
# Preferences may reorder this many beyond those that are shown.
MARGIN = 20


@dataclass(frozen=True)
class Ranked:
    """One candidate (an expert's or an offer's id) with its score and stored reasons, which add up to it."""

    id: str
    score: float
    reasons: list[dict[str, Any]]
    flags: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class RankedNeed:
    """What a ranking found for one need: the best, how many were looked at, who was left out and why."""

    best: list[Ranked]
    looked_at: int
    excluded: list[dict[str, Any]]


def experts(need: Need, top: int, embedder: Embedder | None = None) -> RankedNeed:
    """The `top` best experts for one need."""
    return experts_of_many([need], top, embedder)[need.pk]


def experts_of_many(needs: Sequence[Need], top: int, embedder: Embedder | None = None) -> dict[str, RankedNeed]:
    """The `top` best experts for each of several needs, ranked in one pass over all who were caught for any of them."""
    caught = {need.pk: shelf.caught(_text(need), need.specialty_codes, max(CAUGHT, 2 * top)) for need in needs}
    people = candidates.candidate_facts({one for ids in caught.values() for one in ids})
    pool = _People(people, needs)
    rankings = rank([_need_text(need) for need in needs], pool.texts(), top=top + MARGIN + pool.most_excluded,
                    embedder=embedder) if people else []  # fmt: skip
    by_need: dict[str, list[Ranking]] = defaultdict(list)
    for one in rankings:
        by_need[one.need].append(one)
    looked_at = candidates.rankable().count()
    found = {}
    for need in needs:
        out = pool.excluded[need.pk]
        best = [pool.ranked(need, one) for one in by_need[need.pk] if one.candidate not in out and one.score > 0]
        best.sort(key=lambda one: (-one.score, one.id))
        found[need.pk] = RankedNeed(best[:top], looked_at, [why for why in out.values() if why["why"] != "own_contact"])
    return found


def experts_for_text(
    *, key: str, text: str, specialties: Sequence[str], organisation_id: str, top: int
) -> list[Ranked]:
    """The `top` best experts for a text that is no need: an open challenge of an organisation. Nothing is stored.

    The same people are left out as for a need: who refuses automated matching, who has a conflict of interest.
    """
    title, _, body = text.partition("\n")
    need = Need(pk=key, organisation_id=organisation_id, title=title, body=body, specialty_codes=list(specialties))
    return experts(need, top).best


def offers(need: Need, top: int, embedder: Embedder | None = None) -> RankedNeed:
    """The `top` best open offers of others for one need."""
    rows = list(
        Offer.objects.filter(stage=OfferStage.OPEN, stands_until__gte=today())
        .exclude(organisation_id=need.organisation_id)
        .select_related("person", "organisation")
        .order_by("pk")
    )
    givers = [row.person_id for row in rows if row.person_id]
    ranked_givers = {person.id for person in candidates.candidate_facts(givers)}
    rows = [row for row in rows if row.person_id is None or row.person_id in ranked_givers]
    excluded = _excluded_people(need, givers, {row.person_id: str(row.person) for row in rows if row.person_id})
    rows = [row for row in rows if row.person_id not in excluded]
    taken = dict(
        Docking.objects.filter(offer__in=rows, stage__in=OPEN_STAGES).values_list("offer_id").annotate(Count("id"))
    )
    texts = [
        CandidateText(
            row.pk, (EvidenceText(row.body, row.pk, row.title, row.link),), tuple(row.specialty_codes),
            Availability(available(is_available=True, open_dockings=taken.get(row.pk, 0), load_limit=row.capacity)),
        )
        for row in rows
    ]  # fmt: skip
    found = rank([_need_text(need)], texts, top=top, embedder=embedder) if texts else []
    best = [
        Ranked(one.candidate, one.score, [telling.stored(reason) for reason in one.reasons])
        for one in found
        if one.score > 0
    ]
    return RankedNeed(best, len(rows), list(excluded.values()))


class _People:
    """The experts that were caught, with everything about them that bears on the needs at hand."""

    def __init__(self, people: Sequence[CandidateFacts], needs: Sequence[Need]) -> None:
        self.people = {person.id: person for person in people}
        ids = list(self.people)
        self._dockings = open_dockings_by_person(ids)
        self._judged = judged(ids)
        self._home = candidates.home_region()
        names = {person.id: person.name for person in people}
        self.excluded = {need.pk: _excluded_people(need, ids, names) for need in needs}
        self.most_excluded = max((len(one) for one in self.excluded.values()), default=0)

    def texts(self) -> list[CandidateText]:
        return [self._text(person) for person in self.people.values()]

    def _text(self, person: CandidateFacts) -> CandidateText:
        own = " ".join(filter(None, (person.title, person.profile)))
        texts = [EvidenceText(own, person.id, "", "")] if own else []
        # Much evidence is a title and a link, and nothing else: the title is read as the net reads it.
        texts += [
            EvidenceText("\n".join(filter(None, (one.title, one.text))), one.id, one.title, one.link)
            for one in person.evidence
        ]
        room = available(
            is_available=person.available, open_dockings=self._dockings.get(person.id, 0), load_limit=person.load_limit
        )
        return CandidateText(
            person.id, tuple(texts), person.specialties, Availability(room), feedback=tuple(self._feedback(person.id))
        )

    def _feedback(self, person: str) -> Iterable[Feedback]:
        """Earlier answers. One about fit speaks of the field of its need; any decline speaks of that need itself."""
        for row in self._judged.get(person, ()):
            if row.stage != SuggestionStage.DECLINED:
                yield Feedback(FeedbackOutcome.USEFUL, specialties=tuple(row.need.specialty_codes))
                continue
            yield Feedback(FeedbackOutcome.DECLINED, need=row.need_id)
            if row.decline_reason in ABOUT_FIT:
                yield Feedback(FeedbackOutcome.DECLINED, specialties=tuple(row.need.specialty_codes))

    def ranked(self, need: Need, one: Ranking) -> Ranked:
        """A ranking with the need's own preferences added, and what has to be checked by a person."""
        person = self.people[one.candidate]
        reasons = [telling.stored(reason) for reason in one.reasons]
        wishes = Wishes(need.region, HomePreference(need.home_preference), SeniorityWanted(need.seniority), self._home)
        standing = Standing(person.practice_region, person.native_region, person.title_rank)
        reasons += [telling.stored_preference(met) for met in preferences(wishes, standing)]
        parties = _parties(need)
        flags = [
            {"kind": "same_organisation", "points": 0.0, "note": place.name}
            for place in person.places
            if {place.organisation_id, place.parent_id} & parties
        ]
        return Ranked(one.candidate, total_of([telling.points_of(reasons)]), [*reasons, *flags], flags)


def _excluded_people(need: Need, ids: Sequence[str], names: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Who may not be proposed for this need, and why: a declared conflict, a docking that is open, the contact."""
    parties = _parties(need)
    out: dict[str, dict[str, Any]] = {}
    if need.contact_person_id:
        out[need.contact_person_id] = {"id": need.contact_person_id, "name": "", "why": "own_contact"}
    talking = Docking.objects.filter(need=need, stage__in=OPEN_STAGES, answering_person_id__in=ids)
    for person in talking.values_list("answering_person_id", flat=True):
        out[person] = {"id": person, "name": names.get(person, ""), "why": "in_contact"}
    for person, rows in conflicts_on(today(), ids).items():
        for row in rows:
            other = row.organisation_id or (row.other_person_id if person == row.person_id else row.person_id)
            if other in parties and person in names:
                against = str(row.organisation or (row.other_person if person == row.person_id else row.person))
                out[person] = {
                    "id": person,
                    "name": names[person],
                    "why": "conflict",
                    "kind": row.kind,
                    "with": against,
                }
    return out


def _parties(need: Need) -> set[str]:
    """Who is behind a need: its organisation, the one that is a branch of, and its contact."""
    return {one for one in (need.organisation_id, need.organisation.parent_id, need.contact_person_id) if one}


def _text(need: Need) -> str:
    return f"{need.title}\n{need.body}"


def _need_text(need: Need) -> NeedText:
    return NeedText(need.pk, _text(need), tuple(need.specialty_codes))
