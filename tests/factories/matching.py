"""Accounts, needs, offers and experts for the tests of matching. Everything invented is marked 示例."""

from __future__ import annotations

from typing import Any

from tests.factories.bonds import account, expert_of, hospital, liaison, person

from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.words import Role
from xinglin.matching.actions import needs, offers
from xinglin.matching.models import Need, Offer
from xinglin.matching.words.needs import NeedKind, OfferKind
from xinglin.roster.models import Affiliation, Evidence, Organisation, Person, PersonSpecialty

__all__ = [
    "account",
    "company_of",
    "expert_of",
    "hospital",
    "ledger_of",
    "liaison",
    "office",
    "open_need",
    "open_offer",
    "person",
    "skilled",
]

LIVER = "本院肝胆外科缺乏腹腔镜下肝癌切除经验，希望专家来院示教手术并指导围手术期管理。"


def office() -> Account:
    return account(Role.SECRETARIAT)


def company_of(organisation: Organisation) -> Account:
    return account(Role.COMPANY, ("organisation", organisation.pk))


def skilled(name: str, text: str, *codes: str, place: Organisation | None = None, **more: Any) -> Person:
    """An expert with one piece of evidence, specialties, and a place of work."""
    one = person(name, **more)
    if text:
        Evidence.objects.create(
            person=one, kind="paper", title=text[:40], text=text, link="https://example.org/示例", year=2024
        )
    for code in codes:
        PersonSpecialty.objects.create(person=one, code=code)
    if place is not None:
        Affiliation.objects.create(person=one, organisation=place, main=True)
    return one


def draft(place: Organisation, by: Account, **more: Any) -> Need:
    fields: dict[str, Any] = {"title": "示例：腹腔镜肝癌切除指导", "body": LIVER, "kind": NeedKind.CLINICAL,
                              "specialties": ["04.03"], **more}  # fmt: skip
    return needs.draft_need(organisation_id=place.pk, by=by, **fields)


def open_need(place: Organisation, by: Account, secretariat: Account, **more: Any) -> Need:
    """A need that went the whole way to being open."""
    need = draft(place, by, **more)
    needs.submit_need(need_id=need.pk, by=by)
    return needs.open_need(need_id=need.pk, by=secretariat)


def open_offer(by: Account, secretariat: Account, **more: Any) -> Offer:
    fields: dict[str, Any] = {"title": "示例：肝癌腹腔镜手术导航系统", "kind": OfferKind.TECHNOLOGY,
                              "body": "示例公司提供腹腔镜肝癌切除的三维导航与培训服务。", "specialties": ["04.03"],
                              **more}  # fmt: skip
    offer = offers.draft_offer(by=by, **fields)
    offers.submit_offer(offer_id=offer.pk, by=by)
    return offers.open_offer(offer_id=offer.pk, by=secretariat)


def ledger_of(subject: Any) -> list[str]:
    """The names of what happened to a record, oldest first."""
    rows = LedgerEntry.objects.filter(subject_kind=subject._meta.label_lower, subject_id=subject.pk)
    return list(rows.order_by("id").values_list("event", flat=True))
