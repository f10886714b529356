"""Who may see which roster files and which pairs that may be one."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.roster.models import Duplicate, ExportRun, ImportRun


def imports_for(actor: Actor) -> QuerySet[ImportRun]:
    """Imports are the secretariat's: the refused rows in them name people."""
    rows = ImportRun.objects.defer("file__content")
    return rows if permits.holds(actor, Role.SECRETARIAT) else rows.none()


def exports_for(actor: Actor) -> QuerySet[ExportRun]:
    """One's own exports; all of them, without their files, for the secretariat."""
    if actor is None:
        return ExportRun.objects.none()
    if permits.holds(actor, Role.SECRETARIAT):
        return ExportRun.objects.all()
    return ExportRun.objects.filter(created_by=actor.pk)


def own_exports(actor: Actor) -> Q:
    return Q(created_by=actor.pk) if actor is not None else Q(pk=None)


def duplicates_for(actor: Actor) -> QuerySet[Duplicate]:
    """The desk is the secretariat's."""
    rows = Duplicate.objects.select_related(
        "first_organisation", "second_organisation", "first_person", "second_person"
    )
    return rows if permits.holds(actor, Role.SECRETARIAT) else rows.none()
