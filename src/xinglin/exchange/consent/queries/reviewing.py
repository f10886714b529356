"""The review desk: who may judge an emergency access, what was seen under it, which views stand out."""

from __future__ import annotations

from django.db.models import QuerySet

from xinglin.exchange.consent.models import Binding, BreakGlass
from xinglin.exchange.consent.words import BindingStage
from xinglin.kernel import notices, permits
from xinglin.kernel.models import Account, Grant, LedgerEntry
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.queries.register import people_for


def refuse_reviewer(opened: BreakGlass, by: Account) -> None:
    """Raise unless `by` is somebody else, and no head of the very department of whoever opened."""
    if opened.created_by == by.pk or _same_department(opened, by):
        raise Refusal(
            "consent.own_emergency",
            say("An emergency access is judged by another person, of another department."),
            say("Leave it to the audit administrator or the head of another department."),
        )


def may_review(opened: BreakGlass, by: Account) -> bool:
    """Whether `refuse_reviewer` would let `by` judge."""
    return opened.created_by != by.pk and not _same_department(opened, by)


def reviewers_of(opened: BreakGlass) -> list[Account]:
    """The audit administrators, and the heads of departments of the hospital, whoever opened left out."""
    found = notices.holders(Role.AUDIT_ADMIN, Role.DEPARTMENT_HEAD, scopes=opened.scopes())
    return [account for account in found if account.pk != opened.created_by]


def _same_department(opened: BreakGlass, by: Account) -> bool:
    """Whether the register knows both, in one department of one organisation."""
    opener = Account.objects.filter(pk=opened.created_by).first()
    if opener is None or not opener.person_id or not by.person_id:
        return False
    return bool(_departments(opener.person_id) & _departments(by.person_id))


def _departments(person_id: str) -> set[tuple[str, str]]:
    person = people_for(permits.the_program()).filter(pk=person_id).first()
    places = getattr(person, "places", None) or []
    return {(place.organisation_id, place.department) for place in places if place.department}


def seen_under(opened: BreakGlass) -> QuerySet[LedgerEntry]:
    """What whoever opened it looked at while it was open."""
    return LedgerEntry.objects.filter(
        event="consent.viewed", subject_kind="identity.indexperson", subject_id=str(opened.person),
        actor_id=opened.created_by, happened_at__gte=opened.created_at, happened_at__lte=opened.ends_at,
    ).order_by("id")  # fmt: skip


def is_colleague(person: int, organisation_id: str) -> bool:
    """Whether the person works at the hospital that looks, as far as accounts tell."""
    keys = Binding.objects.filter(person=person, stage=BindingStage.BOUND, relation="self").values("account_id")
    scoped = Grant.objects.filter(scope_kind="organisation", scope_id=organisation_id, ended_at=None)
    return scoped.filter(account_id__in=keys).exists()
