"""The resident's own pages: results, consents, who saw what, requests, a copy to take along; and the way in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from xinglin.exchange.consent.actions import bindings, consents, views, wishes
from xinglin.exchange.consent.dossiers.giving import recipient
from xinglin.exchange.consent.queries import access as seeing
from xinglin.exchange.consent.queries import desks, people, viewing
from xinglin.exchange.consent.words import ConsentStage, Ground, Purpose, Standing, WishKind
from xinglin.kernel import clock, permits
from xinglin.kernel.asks import Day, Line
from xinglin.kernel.dossiers import KINDS, open_verbs
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import absent
from xinglin.portal import bundles, nouns, results, speaking
from xinglin.portal.accounts.asked import Asked, ask
from xinglin.portal.edges import actor_of, signed_in, somebody

WING = "consent"
SHOWN = 100


def _to(name: str, *args: Any) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=303)


def own(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """For pages about one person: whoever does not stand for them finds nothing there."""

    @signed_in
    @never_cache
    def guarded(request: HttpRequest, person: int) -> HttpResponse:
        if person not in seeing.own_persons(somebody(request)):
            raise absent()
        return view(request, person)

    return guarded


def frame(request: HttpRequest, person: int, tab: str) -> dict[str, Any]:
    """What the tabs of a person's pages need."""
    account = somebody(request)
    stand = [
        (one, people.name_of(one), one == person) for one in sorted(seeing.own_persons(account))
    ]  # fmt: skip
    return {"nav": "resident", "person": person, "tab": tab, "stand": stand, "name": people.name_of(person)}


def home(request: HttpRequest) -> HttpResponse:
    """The way to one's own results: to the page, or to the code."""
    account = actor_of(request)
    mine = sorted(seeing.own_persons(account))
    own_first = [one.person for one in seeing.bindings_of(account)] if account is not None else []
    if mine:
        return _to("resident-results", next((one for one in own_first if one in mine), mine[0]))
    return _to("resident-join")


@never_cache
def join(request: HttpRequest) -> HttpResponse:
    """Where a code from the counter is typed: with the account one has, or to open one."""
    account = actor_of(request)
    if account is not None:
        form = ask(request, "join", bindings.join_account, say("Join my account"), actor=account, wing=WING)
    else:
        form = ask(request, "open", bindings.open_resident_account, say("Open my account"), actor=None, wing=WING)
    if form.accepted and account is None:
        login(request, form.done, backend="django.contrib.auth.backends.ModelBackend")
    if form.accepted:
        messages.success(request, gettext("Welcome. These are your results."))
        return _to("resident-home")
    return render(request, "resident/join.html", {"nav": "resident", "asked": form}, status=form.status)


def _access(account: Account, person: int) -> Any:
    return seeing.may_see(person=person, site=0, purpose=Purpose.TREATMENT, at=clock.now(), account=account)


@own
def results_page(request: HttpRequest, person: int) -> HttpResponse:
    """Everything every hospital sent, as a timeline with trends."""
    account = somebody(request)
    context, found = results.shown(person, _access(account, person), request)
    _record(person, found, gettext("own page"), account)
    return render(request, "resident/results.html", {**frame(request, person, "results"), **context})


@own
def printed(request: HttpRequest, person: int) -> HttpResponse:
    """The same for paper: every value, no menu."""
    account = somebody(request)
    context, found = results.shown(person, _access(account, person), request, whole=True)
    _record(person, found, gettext("print page"), account)
    return render(request, "resident/print.html", {**frame(request, person, "results"), **context})


def _record(person: int, found: Any, what: str, account: Account) -> None:
    views.record_view(
        person=person, site=0, what=what, purpose=None, ground=Ground.SELF, count=len(found.readings), by=account
    )


@own
def data(request: HttpRequest, person: int) -> HttpResponse:
    """A copy of one's own data, for whatever reads FHIR."""
    account = somebody(request)
    _context, found = results.shown(person, _access(account, person), request)
    bundle = bundles.collection(person, found)
    views.record_copy(person=person, form="fhir", count=len(found.readings), by=account)
    response = HttpResponse(orjson.dumps(bundle, option=orjson.OPT_INDENT_2), content_type="application/fhir+json")
    response.headers["Content-Disposition"] = f'attachment; filename="xinglin-P{person}.json"'
    return response


@own
def consent_page(request: HttpRequest, person: int) -> HttpResponse:
    """Who may look, for what; giving and withdrawing on one page, one step each (PIPL art. 15)."""
    account = somebody(request)
    if request.method == "POST" and request.POST.get("_do") == "withdraw":
        mine = desks.consents_for(account).filter(person=person, pk=request.POST.get("consent", "")).first()
        if mine is None:
            raise absent()
        consents.withdraw_consent(consent_id=mine.pk, by=account)
        messages.success(request, gettext("Withdrawn. From now on nobody looks on its ground."))
        return _to("resident-consents", person)
    forms = [_agreement(request, notice, person, account) for notice in desks.notices_in_force()]
    if any(form.accepted for _notice, form, _purpose in forms):
        messages.success(request, gettext("Noted. You can withdraw it here at any time."))
        return _to("resident-consents", person)
    rows = list(desks.consents_for(account).filter(person=person))
    context = {
        **frame(request, person, "consents"),
        "forms": forms,
        "members": people.members(),
        "living": [_consent(one) for one in rows if one.stage == ConsentStage.GIVEN],
        "over": [_consent(one) for one in rows if one.stage != ConsentStage.GIVEN][:SHOWN],
    }
    status = max((form.status for _notice, form, _purpose in forms), default=200)
    return render(request, "resident/consents.html", context, status=status)


def give(
    *, person: consents.Person, purpose: Purpose, notice_id: Line, recipient: Line, until: Day | None = None,
    by: Account,
) -> Any:  # fmt: skip
    """Let a hospital, or ("*") every member, look."""
    everybody = recipient == "*"
    return consents.give_consent(
        person=person, purpose=purpose, recipient_id=None if everybody else recipient, every_member=everybody,
        until=until, notice_id=notice_id, by=by,
    )  # fmt: skip


def _agreement(request: HttpRequest, notice: Any, person: int, account: Account) -> tuple[Any, Asked, Purpose]:
    """A notice with the form that agrees to it."""
    form = ask(request, f"give-{notice.purpose}", give, say("I agree"), actor=account, wing=WING, key="person",
               value=person)  # fmt: skip
    for field in form.form.fields:
        field.space = f"{notice.purpose}-"
    return notice, form, Purpose(notice.purpose)


def _consent(one: Any) -> dict[str, Any]:
    kind = KINDS["consent.consent"]
    return {
        "row": one, "purpose": Purpose(one.purpose), "recipient": speaking.spoken(recipient(one)),
        "standing": Standing(one.standing), "address": nouns.page_of(kind, one.pk),
    }  # fmt: skip


@own
def seen(request: HttpRequest, person: int) -> HttpResponse:
    """Who saw what, when, why; and a way to ask or object about each."""
    account = somebody(request)
    everything = request.GET.get("own") == "1"
    rows = viewing.entries_about(person)
    if not everything:
        rows = rows.exclude(actor_id=account.pk, event="consent.viewed")
    names = people.site_names()
    entries = [
        {
            "entry": one, "hospital": names.get(int(one.data.get("site") or 0), ""),
            "purpose": Purpose(one.data["purpose"]) if one.data.get("purpose") else None,
            "ground": Ground(one.data["ground"]) if one.data.get("ground") else None,
        }
        for one in rows[:SHOWN]
    ]  # fmt: skip
    context = {**frame(request, person, "seen"), "entries": entries, "everything": everything, "most": SHOWN}
    return render(request, "resident/seen.html", context)


@own
def requests(request: HttpRequest, person: int) -> HttpResponse:
    """What one asks about one's data, and the answers, with their clock."""
    account = somebody(request)
    about = request.GET.get("about", "") if viewing.is_about(request.GET.get("about", ""), person) else ""

    initial = {"kind": WishKind.EXPLANATION, "about": about} if about else {}
    form = ask(request, "make", make, say("Send the request"), actor=account, wing=WING, initial=initial,
               key="person", value=person)  # fmt: skip
    if form.accepted:
        messages.success(request, gettext("Received. The answer comes here."))
        return _to("resident-requests", person)
    kind = KINDS["consent.wish"]
    rows = [
        {"row": one, "kind": WishKind(one.kind), "address": nouns.page_of(kind, one.pk),
         "asked_of": people.recipient_name(one.organisation_id) if one.organisation_id else "",
         "open": bool(open_verbs(kind, one, account))}
        for one in desks.wishes_for(account).filter(person=person)[:SHOWN]
    ]  # fmt: skip
    entry = viewing.entries_about(person).filter(pk=int(about)).first() if about else None
    context = {
        **frame(request, person, "requests"), "asked": form, "rows": rows, "members": people.members(),
        "about": about, "entry": entry, "fields": {field.name: field for field in form.form.fields},
    }  # fmt: skip
    return render(request, "resident/requests.html", context, status=form.status)


def make(
    *, person: consents.Person, kind: WishKind, text: wishes.Text, organisation: Line | None = None,
    about: wishes.Entry | None = None, by: Account,
) -> Any:  # fmt: skip
    """Ask a hospital, or the alliance's secretariat."""
    return wishes.make_wish(
        person=person, kind=kind, text=text, organisation_id=organisation or None, about=about or None, by=by
    )


def stands_for_somebody(account: Account | None) -> bool:
    """Whether the menu shows the way to one's own results."""
    return bool(permits.grants_of(account) and seeing.own_persons(account))
