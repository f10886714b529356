"""Ranking a need, judging its suggestions, choosing one; declaring conflicts of interest.

The machine proposes, people decide (PIPL art. 24): nothing here begins a docking but a person's choice.
"""

from __future__ import annotations

from time import monotonic
from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Paragraph, Yes, ref
from xinglin.kernel.clock import now, today
from xinglin.kernel.dossiers import seen
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.actions import dockings, inputs
from xinglin.matching.gateways.embedding import embedder as configured_embedder
from xinglin.matching.models import ConflictOfInterest, Docking, Need, RankingRun, Suggestion
from xinglin.matching.queries import ranking
from xinglin.matching.ranking.gateways import EmbeddingServiceError
from xinglin.matching.rules import suggestions as rules
from xinglin.matching.words.suggestions import ConflictKind, DeclineReason, Pool, SuggestionStage
from xinglin.roster.queries import candidates

Top = Annotated[int, Ask("count", least=1, most=50)]
ReasonText = Annotated[str, Ask("text", longest=500)]


@transaction.atomic
def rank_need(*, need_id: str, pool: Pool = Pool.EXPERTS, top: Top = 10, by: Account) -> Need:
    """Have experts (or open offers) ranked for a need. Suggestions nobody judged give way to the new ones."""
    need = lifecycle.take(Need, need_id)
    lifecycle.step(need, "match", by=by)
    began, failed = monotonic(), False
    embedder = configured_embedder()
    search = ranking.experts if pool is Pool.EXPERTS else ranking.offers
    try:
        found = search(need, top, embedder)
    except EmbeddingServiceError:
        # The plug only re-ranks; without it the ranking is whole.
        found, failed, embedder = search(need, top, None), True, None
    kept = _still_willing(found.best) if pool is Pool.EXPERTS else found.best
    run = RankingRun.objects.create(
        need=need, pool=pool, engine=ranking.ENGINE, asked_by=by.pk, wanted=top, looked_at=found.looked_at,
        embedder=f"{embedder.name} {embedder.version}".strip() if embedder else "",
        refused_count=candidates.refusing_count() if pool is Pool.EXPERTS else 0,
        milliseconds=round(1000 * (monotonic() - began)), excluded=found.excluded,
        options={"caught": ranking.CAUGHT, "specialties": list(need.specialty_codes), "embedder_failed": failed},
    )  # fmt: skip
    _supersede(need, pool, by=permits.the_program())
    for place, one in enumerate(kept, start=1):
        who = {"person_id": one.id} if pool is Pool.EXPERTS else {"offer_id": one.id}
        suggestion = Suggestion(
            run=run, need=need, place=place, score=one.score, reasons=one.reasons, flags=one.flags, **who
        )
        lifecycle.begin(suggestion, by=permits.the_program())
    ledger.record("matching.ranked", by=by, subject=need, data={
        "run": run.pk, "pool": str(pool), "engine": run.engine, "looked_at": found.looked_at, "shown": len(kept),
        "excluded": len(found.excluded), "refused": run.refused_count,
    })  # fmt: skip
    return need


@transaction.atomic
def find_useful(*, suggestion_id: str, by: Account) -> Suggestion:
    """Say that the suggestion is a good one; later rankings hear it, within bounds."""
    suggestion = lifecycle.take(Suggestion, suggestion_id)
    _judge(suggestion, by)
    suggestion.decline_reason, suggestion.reason_text = "", ""
    lifecycle.step(suggestion, "find_useful", by=by)
    data = {"score": round(suggestion.score, 4), "place": suggestion.place}
    ledger.record("matching.suggestion_useful", by=by, subject=suggestion, data=data)
    return suggestion


@transaction.atomic
def decline_suggestion(
    *, suggestion_id: str, decline_reason: DeclineReason, reason_text: ReasonText | None = None, by: Account
) -> Suggestion:
    """Decline a suggestion, saying why; the answer is kept, shown, and heard by later rankings within bounds."""
    suggestion = lifecycle.take(Suggestion, suggestion_id)
    rules.reason_given(decline_reason, reason_text or "")
    _judge(suggestion, by)
    suggestion.decline_reason, suggestion.reason_text = decline_reason, reason_text or ""
    lifecycle.step(suggestion, "decline", by=by)
    data = {"decline_reason": str(decline_reason), "score": round(suggestion.score, 4), "place": suggestion.place}
    ledger.record("matching.suggestion_declined", by=by, subject=suggestion, data=data)
    return suggestion


@transaction.atomic
def choose_suggestion(
    *, suggestion_id: str, invitation: Paragraph | None = None, nda: Yes = False, by: Account
) -> Docking:
    """Choose who was proposed: a docking begins and the other side is asked. Returns the docking."""
    suggestion = lifecycle.take(Suggestion, suggestion_id)
    _judge(suggestion, by)
    lifecycle.step(suggestion, "choose", by=by)
    offer = suggestion.offer
    docking = dockings.begin_docking(
        need_id=suggestion.need_id, person_id=suggestion.person_id or (offer.person_id if offer else None),
        organisation_id=offer.organisation_id if offer else None, suggestion=suggestion, offer=offer,
        invitation=invitation or "", nda=nda, by=by,
    )  # fmt: skip
    ledger.record("matching.suggestion_chosen", by=by, subject=suggestion, data={
        "score": round(suggestion.score, 4), "place": suggestion.place, "docking": docking.pk,
    })  # fmt: skip
    return docking


@transaction.atomic
def declare_conflict(
    *,
    kind: ConflictKind,
    person_id: ref("roster.person") | None = None,
    organisation_id: ref("roster.organisation") | None = None,
    other_person_id: ref("roster.person") | None = None,
    since: Day | None = None,
    until: Day | None = None,
    note: Paragraph | None = None,
    by: Account,
) -> ConflictOfInterest:
    """Declare that somebody is not neutral towards an organisation or a person. An expert declares their own."""
    own = permits.scope_ids(by, "person", Role.EXPERT)
    person_id = person_id or (own[0] if len(own) == 1 else None)
    if not person_id:
        raise Refusal("matching.whose_conflict", say("Name the person who is not neutral."), field="person_id")
    permits.require(by, Role.SECRETARIAT, Role.EXPERT, scopes=[("person", person_id)])
    inputs.registered_person(person_id, field="person_id")
    inputs.registered_person(other_person_id, field="other_person_id")
    seen("roster.organisation", organisation_id, by, field="organisation_id")
    rules.one_party(organisation_id, other_person_id, person_id)
    begins = since or today()
    rules.dates_in_order(begins, until)
    conflict = ConflictOfInterest(
        person_id=person_id,
        organisation_id=organisation_id or None,
        other_person_id=other_person_id or None,
        kind=kind,
        since=begins,
        until=until,
        note=note or "",
        declared_by=by.pk,
    )
    lifecycle.begin(conflict, by=by)
    ledger.record("matching.conflict_declared", by=by, subject=conflict, data={
        "kind": str(kind), "since": begins.isoformat(), "until": until.isoformat() if until else "",
    })  # fmt: skip
    notices.tell(notices.holders(Role.SECRETARIAT), "matching.conflict_declared",
                 say("A conflict of interest was declared."), subject=conflict)  # fmt: skip
    return conflict


@transaction.atomic
def end_conflict(*, conflictofinterest_id: str, until: Day | None = None, by: Account) -> ConflictOfInterest:
    """End a declaration; it counts until that day inclusive (today, if none is named)."""
    conflict = lifecycle.take(ConflictOfInterest, conflictofinterest_id)
    day = until or today()
    rules.dates_in_order(conflict.since, day)
    conflict.until = day
    lifecycle.step(conflict, "end", by=by)
    ledger.record("matching.conflict_ended", by=by, subject=conflict, data={"until": day.isoformat()})
    return conflict


def _still_willing(best: list[ranking.Ranked]) -> list[ranking.Ranked]:
    """Look once more, with the rows locked: a refusal that came while the ranking ran is obeyed."""
    willing = set(candidates.lock_choices([one.id for one in best]))
    return [one for one in best if one.id in willing]


def _supersede(need: Need, pool: Pool, *, by: Account) -> None:
    earlier = Suggestion.objects.select_for_update(of=("self",)).filter(
        need=need, stage=SuggestionStage.PROPOSED, run__pool=pool
    )
    for suggestion in earlier:
        lifecycle.step(suggestion, "supersede", by=by)


def _judge(suggestion: Suggestion, by: Account) -> None:
    """Note who judges. A suggestion of somebody who has since refused automated matching is gone for everybody."""
    giver = suggestion.person_id or (suggestion.offer.person_id if suggestion.offer else None)
    if giver and not candidates.lock_choices([giver]):
        raise Refusal(
            "matching.no_longer_ranked",
            say("This person has left the register, or no longer takes part in automated matching."),
            say("Use the search if you want to ask them yourself, or rank again."),
        )
    suggestion.judged_at, suggestion.judged_by = now(), by.pk
