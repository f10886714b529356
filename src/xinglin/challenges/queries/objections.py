"""Who may see which objection, and what is under public notice."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.challenges.models import Challenge, Objection, PublicNotice
from xinglin.challenges.rules.objections import OPEN, NoticeFacts
from xinglin.challenges.words.calls import NoticeSubject
from xinglin.kernel.clock import today
from xinglin.kernel.permits import Actor
from xinglin.matching.queries.sights import sees_all


def objections_for(actor: Actor) -> QuerySet[Objection]:
    """The secretariat and the authority see all; whoever raised one, theirs. The demander learns of none."""
    rows = Objection.objects.select_related("challenge", "notice", "raised_by")
    return rows if sees_all(actor) else rows.filter(own_objections(actor))


def own_objections(actor: Actor) -> Q:
    return Q(raised_by_id=actor.pk) if actor is not None else Q(pk=None)


def notice_in_force(challenge: Challenge, about: NoticeSubject) -> PublicNotice | None:
    """The newest public notice about this of a challenge that was not ended early."""
    rows = PublicNotice.objects.filter(challenge=challenge, about=about, ended_at=None)
    return rows.order_by("-number").first()


def notice_facts(challenge: Challenge, about: NoticeSubject) -> NoticeFacts | None:
    """What the rules ask of that notice, for `rules.objections.notice_over` and `no_open_objection`."""
    notice = notice_in_force(challenge, about)
    if notice is None:
        return None
    still = Objection.objects.filter(challenge=challenge, about=about, stage__in=OPEN).count()
    return NoticeFacts(about, notice.opened_on, notice.ends_on, still, today())
