"""The review desk: who may judge an emergency access, what was seen under it, which views stand out."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from xinglin.exchange.consent.models import BreakGlass
from xinglin.kernel import notices, permits
from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.phrases import say
from xinglin.kernel.prepared import INT4S, INT8S, Prepared, int4s, int8s
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


# Who works where, among persons {0} and hospitals {1}; asked for every look at order time.
COLLEAGUES = (
    "SELECT b.person, s.number FROM consent_binding b JOIN kernel_grant g ON g.account_id = b.account_id "
    "AND g.scope_kind = 'organisation' AND g.ended_at IS NULL JOIN catalogue_site s ON s.organisation_id = g.scope_id "
    "WHERE b.person = ANY({0}) AND b.stage = 'bound' AND b.relation = 'self' AND s.number = ANY({1})"
)
_COLLEAGUES = Prepared(COLLEAGUES.format("$1", "$2"), INT8S, INT4S)


def colleagues_among(looks: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of (person, hospital that looks) in which the person works at the hospital, as far as accounts tell."""
    asked = set(looks)
    persons, sites = sorted({person for person, _site in asked}), sorted({site for _person, site in asked})
    return asked & {(person, site) for person, site in _COLLEAGUES.rows(int8s(persons), int4s(sites))}
