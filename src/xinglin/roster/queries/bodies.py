"""Who may see which terms, candidates, lists, members, visits and questions."""

from __future__ import annotations

from django.db.models import Count, Prefetch, Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.roster.models import (
    Alliance,
    Committee,
    Membership,
    MembershipBatch,
    Nomination,
    Opinion,
    Organisation,
    PublishedList,
    Question,
    Seat,
    Term,
    Visit,
)
from xinglin.roster.queries.register import WHOLE_ALLIANCE
from xinglin.roster.rules.bodies import Coverage
from xinglin.roster.words.bodies import ListKind, ListStage, MembershipStage, Pool, SeatStage, TermStage
from xinglin.roster.words.register import HospitalGrade, HospitalLevel, OrganisationKind, RecordStage

IN_THE_ALLIANCE = (MembershipStage.MEMBER, MembershipStage.SUSPENDED)


def the_alliance() -> Alliance | None:
    """The alliance this installation runs, or None before it has been described."""
    return Alliance.objects.select_related("lead_authority", "secretariat").first()


def alliances_for(_actor: Actor) -> QuerySet[Alliance]:
    return Alliance.objects.select_related("lead_authority", "secretariat")


def terms_for(_actor: Actor) -> QuerySet[Term]:
    return Term.objects.all()


def current_term() -> Term | None:
    return Term.objects.filter(stage=TermStage.CURRENT).first()


def committees_for(_actor: Actor) -> QuerySet[Committee]:
    return Committee.objects.select_related("term")


def seats_for(actor: Actor) -> QuerySet[Seat]:
    """Strangers see the seats of people who agreed to be published."""
    rows = Seat.objects.select_related("committee__term", "person")
    if actor is None or permits.only_resident(actor):
        return rows.filter(stage=SeatStage.SEATED, person__consent_publish_at__isnull=False)
    return rows


def nominations_for(actor: Actor) -> QuerySet[Nomination]:
    """The secretariat sees all; others see what they or their institution proposed."""
    rows = Nomination.objects.select_related("term", "person", "nominating_organisation", "nominating_person")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(own_nominations(actor))


def own_nominations(actor: Actor) -> Q:
    return Q(nominating_organisation_id__in=permits.scope_ids(actor, "organisation")) | Q(
        nominating_person_id__in=permits.scope_ids(actor, "person")
    )


def lists_for(actor: Actor) -> QuerySet[PublishedList]:
    """Everybody sees lists on notice and published ones, with the versions they replaced."""
    rows = PublishedList.objects.select_related("term")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(stage__in=[ListStage.NOTICE, ListStage.PUBLISHED, ListStage.SUPERSEDED])


def batches_for(_actor: Actor) -> QuerySet[MembershipBatch]:
    return MembershipBatch.objects.select_related("term").annotate(
        member_count=Count("memberships", filter=Q(memberships__stage__in=IN_THE_ALLIANCE))
    )


def memberships_for(actor: Actor) -> QuerySet[Membership]:
    """Members are public; applications are for the secretariat and the applicant."""
    rows = Membership.objects.select_related("organisation", "batch__term")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(Q(stage__in=IN_THE_ALLIANCE) | own_memberships(actor))


def own_memberships(actor: Actor) -> Q:
    return Q(organisation_id__in=permits.scope_ids(actor, "organisation"))


def visits_for(actor: Actor) -> QuerySet[Visit]:
    rows = Visit.objects.select_related("visitor", "host").prefetch_related("people")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(own_visits(actor))


def own_visits(actor: Actor) -> Q:
    ids = permits.scope_ids(actor, "organisation")
    return Q(visitor_id__in=ids) | Q(host_id__in=ids)


def questions_for(actor: Actor) -> QuerySet[Question]:
    """The secretariat, the asker, and the experts who were asked."""
    opinions = Prefetch("opinions", Opinion.objects.select_related("person"))
    rows = Question.objects.select_related("asker").prefetch_related(opinions)
    if permits.holds(actor, Role.SECRETARIAT, Role.AUTHORITY):
        return rows
    return rows.filter(own_questions(actor)).distinct()


def own_questions(actor: Actor) -> Q:
    return Q(asker_id__in=permits.scope_ids(actor, "organisation")) | Q(
        opinions__person_id__in=permits.scope_ids(actor, "person")
    )


def members_of(batch: MembershipBatch | None = None) -> QuerySet[Membership]:
    rows = Membership.objects.filter(stage__in=IN_THE_ALLIANCE).select_related("organisation", "batch")
    return rows.filter(batch=batch) if batch is not None else rows


def coverage(batch: MembershipBatch) -> Coverage:
    """Eligible members admitted up to and with `batch`, among the eligible (seed 61: 18 of 45 is 40 %).

    The base is the count stated with its source, or the eligible hospitals in the register where none is stated.
    """
    eligible = Q(
        kind=OrganisationKind.HOSPITAL,
        level=HospitalLevel.THREE,
        grade__in=[HospitalGrade.A, HospitalGrade.SPECIAL],
    )
    inside = Organisation.objects.filter(
        eligible,
        memberships__stage__in=IN_THE_ALLIANCE,
        memberships__batch__term=batch.term,
        memberships__batch__number__lte=batch.number,
    )
    base = batch.eligible_stated
    if base is None:
        base = Organisation.objects.filter(eligible, stage=RecordStage.ACTIVE).count()
    by_ownership = inside.values_list("ownership").annotate(count=Count("id")).order_by("ownership")
    return Coverage(inside.count(), base, tuple((ownership, count) for ownership, count in by_ownership))


def seat_counts(term: Term) -> dict[Pool, int]:
    """How many sit in each pool of the expert committee (seed 10: 125 and 151)."""
    found = dict(
        Seat.objects.filter(committee__term=term, stage=SeatStage.SEATED)
        .values_list("pool")
        .annotate(count=Count("person_id", distinct=True))
    )
    return {pool: found.get(str(pool), 0) for pool in Pool}


def published_list(kind: ListKind) -> PublishedList | None:
    """The list of a kind that is in force."""
    return PublishedList.objects.filter(kind=kind, stage=ListStage.PUBLISHED).select_related("term").first()
