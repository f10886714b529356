"""Who may see which consents, notices, codes, wishes, emergency accesses and audits."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.exchange.consent.models import (
    Binding,
    BreakGlass,
    Consent,
    ImpactAssessment,
    PrivacyNotice,
    ViewAudit,
    Wish,
)
from xinglin.exchange.consent.queries.access import own_persons
from xinglin.exchange.consent.rules.lives import COUNTER, WRITERS
from xinglin.exchange.consent.words import NoticeStage
from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role


def _at(actor: Actor, *held: Role) -> list[str]:
    """The organisations in which the actor holds one of the roles; a role for all of them is none of these."""
    return [key for key in permits.scope_ids(actor, "organisation", *held) if key]


def consents_for(actor: Actor) -> QuerySet[Consent]:
    """The person's own; those given to one's own hospital, for whoever may take them back."""
    mine = Q(person__in=own_persons(actor)) | Q(recipient__in=_at(actor, Role.DOCTOR, Role.LIAISON))
    return Consent.objects.filter(mine).order_by("-valid_from")


def notices_for(actor: Actor) -> QuerySet[PrivacyNotice]:
    """What is or was in force is public; drafts are for those who write them."""
    rows = PrivacyNotice.objects.order_by("purpose", "-number")
    if permits.holds(actor, *WRITERS):
        return rows
    return rows.filter(stage__in=(NoticeStage.IN_FORCE, NoticeStage.REPLACED))


def assessments_for(actor: Actor) -> QuerySet[ImpactAssessment]:
    """Impact assessments, for those who write them, the auditor and the authority."""
    if permits.holds(actor, *WRITERS, Role.AUDIT_ADMIN, Role.AUTHORITY):
        return ImpactAssessment.objects.order_by("-created_at")
    return ImpactAssessment.objects.none()


def bindings_for(actor: Actor) -> QuerySet[Binding]:
    """The codes a hospital's counter handed over, and one's own."""
    if actor is None:
        return Binding.objects.none()
    mine = Q(organisation_id__in=_at(actor, *COUNTER)) | Q(account_id=actor.pk)
    return Binding.objects.filter(mine).order_by("-created_at")


def wishes_for(actor: Actor) -> QuerySet[Wish]:
    """The person's own, those asked of one's hospital, all of them for the secretariat."""
    rows = Wish.objects.order_by("due_on", "created_at")
    if permits.holds(actor, Role.SECRETARIAT):
        return rows
    return rows.filter(Q(person__in=own_persons(actor)) | Q(organisation_id__in=_at(actor, Role.LIAISON)))


def emergencies_for(actor: Actor) -> QuerySet[BreakGlass]:
    """The review desk: all for the auditor, the hospital's for its heads of department, one's own."""
    rows = BreakGlass.objects.order_by("-created_at")
    if actor is None:
        return rows.none()
    if permits.holds(actor, Role.AUDIT_ADMIN):
        return rows
    return rows.filter(Q(organisation_id__in=_at(actor, Role.DEPARTMENT_HEAD)) | Q(created_by=actor.pk))


def audits_for(actor: Actor) -> QuerySet[ViewAudit]:
    """For the audit administrator alone."""
    if permits.holds(actor, Role.AUDIT_ADMIN):
        return ViewAudit.objects.order_by("-created_at")
    return ViewAudit.objects.none()


def notices_in_force() -> list[PrivacyNotice]:
    """The texts people can agree to now, in the order of purposes."""
    return list(PrivacyNotice.objects.filter(stage=NoticeStage.IN_FORCE).order_by("purpose"))
