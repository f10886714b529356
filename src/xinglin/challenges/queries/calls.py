"""Calls as the public finds them, who is bidding, and whom matching ranks for one."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet

from xinglin.challenges.models import Bid, Challenge, ListEdition, Objection
from xinglin.challenges.queries.challenges import UNANNOUNCED, challenges_for
from xinglin.challenges.words.bids import BidStage
from xinglin.challenges.words.calls import ObjectionStage, Standing
from xinglin.challenges.words.challenges import ChallengeStage as S
from xinglin.kernel import configuration
from xinglin.kernel.clock import now
from xinglin.kernel.finding import find
from xinglin.kernel.models import Account
from xinglin.kernel.notices import holders
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.matching.queries.ranking import Ranked, experts_for_text

AWARDED = (S.SIGNED, S.APPROVED, S.RUNNING, S.FINAL_ACCEPTANCE, S.PERFORMANCE, S.ARCHIVED, S.NOT_ACCEPTED,
           S.TERMINATED)  # fmt: skip
UNDER_WAY = (S.CLOSED, S.BID_FORMAL_CHECK, S.REVIEW, S.NEGOTIATION, S.AWARD_NOTICE, S.OBJECTION)
ENDED = (S.NO_BID, S.FAILED, S.CANCELLED)


def standing_of(one: Challenge) -> Standing | None:
    """Where a call stands for the public, by the server's clock; None before the list was announced."""
    if one.stage == S.LIST_NOTICE:
        return Standing.NOTICE
    if one.stage == S.PUBLISHED:
        return Standing.OPEN if one.closes_at is not None and now() < one.closes_at else Standing.CLOSED
    if one.stage in UNDER_WAY:
        return Standing.CLOSED
    if one.stage in AWARDED:
        return Standing.AWARDED
    return Standing.ENDED if one.stage in ENDED else None


def calls_for(actor: Actor, standing: Standing | None = None, text: str = "") -> QuerySet[Challenge]:
    """The calls a reader may see, from the announcement of the list on: those of one standing, those found by words.

    Open calls come by their deadline, the others newest first.
    """
    rows = challenges_for(actor).exclude(stage__in=UNANNOUNCED)
    rows = rows.filter(~Q(stage=S.CANCELLED) | Q(published_at__isnull=False))
    moment = now()
    by_standing = {
        Standing.NOTICE: Q(stage=S.LIST_NOTICE),
        Standing.OPEN: Q(stage=S.PUBLISHED, closes_at__gt=moment),
        Standing.CLOSED: Q(stage__in=UNDER_WAY) | Q(stage=S.PUBLISHED, closes_at__lte=moment),
        Standing.AWARDED: Q(stage__in=AWARDED),
        Standing.ENDED: Q(stage__in=ENDED),
    }
    if standing is not None:
        rows = rows.filter(by_standing[standing])
    if text.strip():
        rows = find(rows, text)
    return rows.order_by("closes_at", "pk") if standing is Standing.OPEN else rows.order_by("-published_at", "-pk")


def closing_within(days: int) -> QuerySet[Challenge]:
    """Open calls whose deadline lies at most so many days ahead."""
    return Challenge.objects.filter(
        stage=S.PUBLISHED, closes_at__gt=now(), closes_at__lte=now() + timedelta(days=days + 1)
    ).order_by("pk")


def bidders(one: Challenge) -> list[Account]:
    """The accounts of those with a bid that counts. For telling them one by one; nobody is told who the others are."""
    scopes = [
        scope
        for bid in Bid.objects.filter(challenge=one).exclude(stage__in=[BidStage.REPLACED, BidStage.WITHDRAWN])
        for scope in bid.scopes()
    ]
    if not scopes:
        return []
    roles = (Role.EXPERT, Role.COMPANY, Role.LIAISON, Role.DEPARTMENT_HEAD)
    wanted = set(scopes)
    return [
        account
        for account in holders(*roles, scopes=scopes)
        if account.grants.filter(ended_at=None, role__in=roles, scope_kind__in={kind for kind, _ in wanted},
                                 scope_id__in={key for _, key in wanted}).exists()
    ]  # fmt: skip


def ranked_experts(one: Challenge) -> list[Ranked]:
    """The experts matching ranks for a call, the best first; none who refuses that or has a tie to the demander."""
    return experts_for_text(
        key=one.pk, text=f"{one.title}\n{one.problem}", specialties=one.specialty_codes,
        organisation_id=one.organisation_id, top=configuration.value("challenges.remind_experts"),
    )  # fmt: skip


def decided_objections(one: Challenge) -> QuerySet[Objection]:
    """Objections that were decided: their outcome and reasons are public, what was said against whom is not."""
    decided = (ObjectionStage.UPHELD, ObjectionStage.DISMISSED)
    return Objection.objects.filter(challenge=one, stage__in=decided).order_by("decided_at")


def editions() -> QuerySet[ListEdition]:
    """The versions of the list, newest first."""
    return ListEdition.objects.order_by("-version")
