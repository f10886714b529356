"""Who may see which transfers; what a notice knows of relations; the pipeline."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from xinglin.kernel import configuration, permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.matching.queries.sights import organisations_of, persons_of, sees_all
from xinglin.transfer.models import Achievement, Objection, Transfer
from xinglin.transfer.rules.transfers import Signing
from xinglin.transfer.words.transfers import Clause, ContractKind, ObjectionStage, TransferStage, Way

# What is under notice is announced within the alliance, whoever works there.
ANNOUNCED = (TransferStage.NOTICE, TransferStage.OBJECTION)


def _positive(value: Any) -> None:
    if value < 1:
        raise Refusal("transfer.rule_positive", say("At least one is needed."), field="value")


configuration.rule(
    "transfer.notice_days", 15, say("Days a transfer is under notice at least"),
    say("Guofa [2016] No. 16; Zhejiang regulation art. 17; Shandong regulation 2017 art. 14").msgid, check=_positive,
)  # fmt: skip
configuration.rule(
    "transfer.plan_notice_days", 15, say("Days a distribution is under notice at least"),
    say("Zhejiang regulation on promoting the transformation of achievements, art. 39").msgid,
    check=_positive,
)  # fmt: skip
configuration.rule(
    "transfer.decision_people", 3, say("Leaders who decide a transfer together at least"), "set by the alliance",
    check=_positive,
)  # fmt: skip
configuration.rule(
    "transfer.registration_days", 30, say("Days from acceptance to the decision on registration"),
    say("Beijing regulation on the technology market, art. 22").msgid, check=_positive,
)  # fmt: skip
configuration.rule(
    "transfer.register_before_payment", True, say("A contract is registered before its payments are entered"),
    "set by the alliance",
)  # fmt: skip


def transfers_for(actor: Actor) -> QuerySet[Transfer]:
    """The unit, its inventors and the transferee see theirs; the alliance at work what is under notice; strangers
    nothing.
    """
    rows = Transfer.objects.select_related("achievement", "organisation", "buyer", "minutes")
    if sees_all(actor):
        return rows
    seen = own_transfers(actor)
    return rows.filter(seen | Q(stage__in=ANNOUNCED)) if permits.at_work(actor) else rows.none()


def own_transfers(actor: Actor) -> Q:
    places, people = organisations_of(actor), persons_of(actor)
    mine = Q(organisation_id__in=places)
    # The transferee takes part from the notice on, not before the unit has decided.
    mine |= Q(buyer_id__in=places) & ~Q(stage__in=(TransferStage.DISCLOSED, TransferStage.EVALUATED))
    if people:
        theirs = Achievement.objects.filter(contributors__person_id__in=people)
        mine |= Q(achievement_id__in=theirs.values("pk"))
    return mine


def sees_money(one: Transfer, actor: Actor) -> bool:
    """The book and the shares are for the unit, its inventors, the secretariat and the authority."""
    if sees_all(actor) or one.organisation_id in organisations_of(actor):
        return True
    people = persons_of(actor)
    return bool(people) and one.achievement.contributors.filter(person_id__in=people).exists()


def objections_for(actor: Actor) -> QuerySet[Objection]:
    """The unit and the secretariat see all of theirs; whoever raised one sees it."""
    rows = Objection.objects.select_related("transfer__achievement", "transfer__organisation")
    if sees_all(actor):
        return rows
    if actor is None:
        return rows.none()
    return rows.filter(own_objections(actor))


def own_objections(actor: Actor) -> Q:
    mine = Q(transfer__organisation_id__in=organisations_of(actor))
    return mine | Q(created_by=actor.pk) if actor is not None else mine


def inventor_works_for(one: Transfer, organisation_id: str | None) -> bool:
    """Whether, by the register, a contributor works for the transferee now."""
    if not organisation_id:
        return False
    return one.achievement.contributors.filter(
        person__affiliations__organisation_id=organisation_id, person__affiliations__until=None
    ).exists()


def signing_facts(one: Transfer, *, today: Any, signed_on: Any) -> Signing:
    return Signing(
        way=Way(one.way),
        notice_until=one.notice_until,
        today=today,
        signed_on=signed_on,
        open_objections=one.objections.filter(stage=ObjectionStage.RAISED).count(),
        kind=ContractKind(one.contract_kind) if one.contract_kind else None,
        clauses=[Clause(row.clause) for row in one.clauses.all()],
    )


def pipeline_for(actor: Actor) -> dict[TransferStage, list[Transfer]]:
    """The open transfers the actor sees, by stage in the order of the table, the longest waiting first."""
    rows = transfers_for(actor).exclude(stage__in=(TransferStage.CLOSED, TransferStage.DROPPED))
    rows = rows.order_by("stage_since").prefetch_related(Prefetch("objections", Objection.objects.all()))
    found: dict[TransferStage, list[Transfer]] = {}
    for one in rows[:500]:
        found.setdefault(TransferStage(one.stage), []).append(one)
    return {stage: found[stage] for stage in TransferStage if stage in found}
