"""A patient's results for a doctor with a ground; the emergency way; the counter that hands over codes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from xinglin.exchange.catalogue.queries.sites import sites_for
from xinglin.exchange.consent.actions import bindings, consents, emergencies, views
from xinglin.exchange.consent.queries import access as seeing
from xinglin.exchange.consent.queries import patients, people
from xinglin.exchange.consent.queries.desks import notices_in_force
from xinglin.exchange.consent.words import ConsentWay, Purpose, Standing
from xinglin.kernel import clock, permits
from xinglin.kernel.asks import Count, Day, Line
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent, not_yours
from xinglin.kernel.words import Role
from xinglin.portal import results
from xinglin.portal.accounts.asked import ask
from xinglin.portal.edges import signed_in, somebody
from xinglin.roster.words.register import DocumentType

WING = "consent"
LOOKERS = (Role.DOCTOR, Role.LABORATORY)
CLERKS = (Role.LIAISON, Role.LABORATORY)


def sites_of(account: Account, *roles: Role) -> list[Any]:
    """The hospitals an account works at in one of the roles."""
    keys = permits.scope_ids(account, "organisation", *roles)
    return list(sites_for(account).filter(organisation_id__in=keys)) if keys else []


def site_in(request: HttpRequest, sites: list[Any]) -> Any:
    """The hospital the page works for: the one in the address, else the first."""
    chosen = request.GET.get("site", "")
    return next((one for one in sites if str(one.number) == chosen), None if chosen else sites[0])


def _to_patient(person: int, site: int) -> HttpResponse:
    address = reverse("patient-results", args=[person])
    return HttpResponseRedirect(f"{address}?{urlencode({'site': site})}", status=303)


def _may_look(person: int, site: Any, account: Account) -> Any:
    """The access, or None where there is nothing to see: no ground, and no record of the hospital's own."""
    found = seeing.may_see(
        person=person, site=site.number, purpose=Purpose.TREATMENT, at=clock.now(), account=account
    )  # fmt: skip
    if found.ground is None and not (found.own and people.is_known_at(person, site.number)):
        return None
    return found


@signed_in
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Find a patient by document or record number. What one may not see is not there; an emergency has its own way."""
    account = somebody(request)
    sites = sites_of(account, *LOOKERS)
    if not sites:
        raise not_yours()
    site = site_in(request, sites) or sites[0]
    here: dict[str, Any] = {"actor": account, "wing": WING, "key": "site", "value": site.number}
    forms = [
        ask(request, "document", look, say("Find"), **here),
        ask(request, "record", open_record, say("Find"), **here),
    ]
    if permits.holds(account, Role.DOCTOR, scopes=[("organisation", site.organisation_id)]):
        forms.append(ask(request, "emergency", break_in, say("Open in an emergency"), danger=True, **here))
    for form in forms:
        for field in form.form.fields:
            field.space = f"{form.name}-"
        if form.accepted:
            return _to_patient(form.done, site.number)
    status = max(form.status for form in forms)
    context = {"nav": "patients", "forms": {form.name: form for form in forms}, "site": site, "sites": sites}
    return render(request, "patients/find.html", context, status=status)


def _site(number: int, by: Account) -> Any:
    return next(one for one in sites_of(by, *LOOKERS) if one.number == number)


def look(*, site: Count, document_kind: DocumentType, document_number: Line, by: Account) -> int:
    """The patient with this document, if there is something to see."""
    for person in patients.persons_with(document_kind, document_number):
        if _may_look(person, _site(site, by), by) is not None:
            return person
    raise _nothing()


def open_record(*, site: Count, local_id: Line, by: Account) -> int:
    """The hospital's own patient."""
    person = patients.by_local_id(site, local_id)
    if not person or _may_look(person, _site(site, by), by) is None:
        raise _nothing()
    return person


def break_in(
    *, site: Count, document_kind: DocumentType, document_number: Line, reason: emergencies.Reason, by: Account
) -> int:
    """Open emergency access to the patient with this document."""
    found = patients.persons_with(document_kind, document_number)
    if not found:
        raise _nothing()
    emergencies.break_glass(person=found[0], organisation_id=_site(site, by).organisation_id, reason=reason, by=by)
    return found[0]


def _nothing() -> Refusal:
    """Unknown and forbidden look the same."""
    return Refusal(
        "consent.nothing",
        say("There are no results here that you may see."),
        say("Ask the patient for consent, begin the visit, or open emergency access where life or health is at risk."),
    )


@signed_in
@never_cache
def results_page(request: HttpRequest, person: int) -> HttpResponse:
    """A patient's results across hospitals, for somebody with a ground; each look is on the record."""
    account = somebody(request)
    sites = sites_of(account, *LOOKERS)
    site = site_in(request, sites) if sites else None
    found = _may_look(person, site, account) if site is not None else None
    if site is None or found is None:
        raise absent()
    whole = request.GET.get("print") == "1"
    context, seen = results.shown(person, found, request, whole=whole)
    what = context["one"].name if context["one"] else gettext("results page")
    views.record_view(
        person=person, site=site.number, what=what, purpose=Purpose.TREATMENT,
        ground=found.ground or found.sees(made_by=site.number), count=len(seen.readings), by=account,
    )  # fmt: skip
    page = {
        "nav": "patients", "person": person, "name": people.name_of(person, site.number), "site": site,
        "ground": found.ground or found.sees(made_by=site.number), "treating": found.treating,
        "may_take": permits.holds(account, Role.DOCTOR, Role.LIAISON, scopes=[("organisation", site.organisation_id)]),
    }  # fmt: skip
    return render(request, "patients/print.html" if whole else "patients/results.html", {**page, **context})


@signed_in
@never_cache
def take_consent(request: HttpRequest, person: int) -> HttpResponse:
    """A hospital takes down a consent on the person's word."""
    account = somebody(request)
    sites = sites_of(account, Role.DOCTOR, Role.LIAISON)
    site = site_in(request, sites) if sites else None
    if site is None or not people.is_known_at(person, site.number):
        raise absent()

    initial = {"way": ConsentWay.SIGNED, "standing": Standing.SELF}
    form = ask(request, "take", take, say("Take down the consent"), actor=account, wing=WING, initial=initial,
               key="place", value=f"{person} {site.organisation_id}")  # fmt: skip
    if form.accepted:
        messages.success(request, gettext("Noted, with its proof."))
        return _to_patient(person, site.number)
    context = {
        "nav": "patients", "person": person, "name": people.name_of(person, site.number), "asked": form, "site": site,
        "notices": notices_in_force(),
    }  # fmt: skip
    return render(request, "patients/consent.html", context, status=form.status)


def take(
    *, place: Line, purpose: Purpose, way: ConsentWay, evidence: consents.Proof, standing: Standing = Standing.SELF,
    until: Day | None = None, by: Account,
) -> Any:  # fmt: skip
    """Take a consent down for a hospital; `place` is the person and the organisation, as the page knows them."""
    person, organisation_id = place.split()
    return consents.take_consent(
        person=int(person), purpose=purpose, organisation_id=organisation_id, way=way, evidence=evidence,
        standing=standing, until=until, by=by,
    )  # fmt: skip


@signed_in
@never_cache
def counter(request: HttpRequest) -> HttpResponse:
    """Hand over a code to a resident whose document was checked. The code is shown once."""
    account = somebody(request)
    sites = sites_of(account, *CLERKS)
    if not sites:
        raise not_yours()
    site = site_in(request, sites) or sites[0]
    form = ask(request, "offer", bindings.offer_code, say("Make the code"), actor=account, wing=WING,
               key="organisation_id", value=site.organisation_id, initial={"relation": Standing.SELF})  # fmt: skip
    binding, code = form.done if form.accepted else (None, "")
    context = {"nav": "counter", "asked": form, "site": site, "sites": sites, "binding": binding, "code": code,
               "join": request.build_absolute_uri(reverse("resident-join"))}  # fmt: skip
    return render(request, "patients/counter.html", context, status=form.status)
