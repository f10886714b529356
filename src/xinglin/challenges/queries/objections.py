"""Who may see which objection, and what is under public notice."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.challenges.models import Challenge, Objection, PublicNotice
from xinglin.challenges.rules.objections import DURING, OPEN, NoticeFacts
from xinglin.challenges.words.calls import NoticeSubject
from xinglin.kernel.clock import today
from xinglin.kernel.permits import Actor
from xinglin.matching.queries.sights import sees_all


def objections_for(actor: Actor) -> QuerySet[Objection]:
    """The secretariat and the authority see all; whoever raised one, theirs. The demander learns of none."""
    rows = Objection.objects.select_related("challenge", "notice", "notice__change", "raised_by")
    return rows if sees_all(actor) else rows.filter(own_objections(actor))


def own_objections(actor: Actor) -> Q:
    return Q(raised_by_id=actor.pk) if actor is not None else Q(pk=None)


def notice_in_force(challenge: Challenge, about: NoticeSubject) -> PublicNotice | None:
    """The newest public notice about this of a challenge that was not ended early."""
    rows = PublicNotice.objects.filter(challenge=challenge, about=about, ended_at=None)
    return rows.order_by("-number").first()


def open_notices(challenge: Challenge) -> QuerySet[PublicNotice]:
    """What of a challenge may be objected to today. Several at once only where several changes are under notice."""
    subjects = [about for about, stages in DURING.items() if challenge.stage in stages]
    return PublicNotice.objects.filter(
        challenge=challenge, about__in=subjects, ended_at=None, opened_on__lte=today(), ends_on__gte=today()
    ).order_by("about", "number")


def notice_facts(challenge: Challenge, about: NoticeSubject) -> NoticeFacts | None:
    """What the rules ask of the notice in force."""
    return facts_of(notice_in_force(challenge, about))


def facts_of(notice: PublicNotice | None) -> NoticeFacts | None:
    """What the rules ask of a notice, for `rules.objections.notice_over` and `no_open_objection`."""
    if notice is None:
        return None
    still = Objection.objects.filter(notice=notice, stage__in=OPEN).count()
    return NoticeFacts(notice.about, notice.opened_on, notice.ends_on, still, today())
