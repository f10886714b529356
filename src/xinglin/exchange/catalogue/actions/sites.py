"""Opening a site: an organisation of the register begins to exchange results."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from xinglin.exchange.catalogue.models import CatalogueState, Site
from xinglin.exchange.catalogue.rules.scopes import city_of
from xinglin.kernel import ledger, permits
from xinglin.kernel.asks import ref
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, not_yours
from xinglin.kernel.words import Role
from xinglin.roster.queries.register import organisations_for

OPENERS = (Role.SECRETARIAT, Role.STEWARD, Role.LABORATORY)


@transaction.atomic
def open_site(*, organisation_id: ref("roster.organisation"), by: Account) -> Site:
    """Give an organisation its number in the exchange, or bring its copied name and city up to date.

    Safe to repeat and under concurrency: numbers are given out one at a time, from 1. Raises a Refusal for an
    organisation that is not in the register, or to those who may not.
    """
    if not permits.is_the_program(by):
        permits.require(by, *OPENERS, scopes=[("organisation", organisation_id)])
    organisation = organisations_for(by).filter(pk=organisation_id).first()
    if organisation is None:
        raise Refusal(
            "catalogue.organisation",
            say("There is no such organisation in the register."),
            say("Enter it in the register first, or check its number."),
            field="organisation_id",
        )
    return _opened(organisation_id, organisation.name_zh or organisation.name_en, city_of(organisation.region), by)


@transaction.atomic
def open_city(*, city_id: str, name: str, region: str, by: Account) -> Site:
    """Give another city, whose exchange is asked at order time, a number to stand under as the source of results.

    `city_id` is its entry among the cities; no organisation of ours has it, so nobody holds a role there. Safe to
    repeat. Only the program does this, when the first of its results is shown.
    """
    if not permits.is_the_program(by):
        raise not_yours()
    return _opened(city_id, name[:120], city_of(region) or region, by)


def _opened(organisation_id: str, name: str, region: str, by: Account) -> Site:
    known = Site.objects.filter(organisation_id=organisation_id).first()
    if known is not None and (known.name, known.region) == (name, region):
        return known
    CatalogueState.lock()
    known = Site.objects.select_for_update().filter(organisation_id=organisation_id).first()
    if known is not None:
        known.name, known.region = name, region
        known.save(update_fields=["name", "region"])
        ledger.record("catalogue.site_renamed", by=by, subject=known, data={"number": known.number, "region": region})
    else:
        last = Site.objects.aggregate(last=Max("number"))["last"] or 0
        known = Site.objects.create(number=last + 1, organisation_id=organisation_id, name=name, region=region)
        ledger.record("catalogue.site_opened", by=by, subject=known, data={"number": known.number, "region": region})
    CatalogueState.move_on()
    return known
