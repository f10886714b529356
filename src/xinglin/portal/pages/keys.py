"""Keys of sealed bids: one's own key pair, the holders of a call, and the opening ceremony."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from xinglin.challenges.actions import holders as actions
from xinglin.challenges.actions import openings
from xinglin.challenges.queries import holders as queries
from xinglin.challenges.queries.challenges import challenges_for
from xinglin.challenges.words.bids import HolderSide
from xinglin.kernel import clock, permits
from xinglin.kernel.refusals import Refusal, absent, not_yours
from xinglin.kernel.words import Role
from xinglin.portal.edges import signed_in, somebody, status_of


def _phrase(request: HttpRequest, name: str = "passphrase") -> str:
    """A passphrase as it was typed: spaces inside count, an accidental one around it does not."""
    return request.POST.get(name, "").strip()[:400]


@sensitive_post_parameters()
@signed_in
def keys(request: HttpRequest) -> HttpResponse:
    """My key, the calls I hold, and what waits for my agreement."""
    actor = somebody(request)
    if not queries.sides_of(actor):
        raise not_yours()
    refusal, status = None, 200
    if request.method == "POST":
        try:
            actions.make_holder_key(passphrase=_phrase(request), again=_phrase(request, "again"), by=actor)
        except Refusal as told:
            refusal, status = told, status_of(told)
        else:
            messages.success(request, gettext("Your key is made. Nobody but you knows its passphrase."))
            return HttpResponseRedirect(reverse("bid-keys"), status=303)
    held = [(one, queries.opening_of(one)) for one in queries.calls_held(actor).order_by("-closes_at")[:100]]
    context = {
        "nav": "bid-keys", "key": queries.live_key(actor), "held": held, "refusal": refusal,
        "sides": [side.label for side in queries.sides_of(actor)], "waiting": queries.waiting(actor),
    }  # fmt: skip
    return render(request, "portal/bids/keys.html", context, status=status)


@sensitive_post_parameters()
@signed_in
def holders(request: HttpRequest, challenge: str) -> HttpResponse:
    """Who holds the keys of a call; naming, ending, agreeing."""
    actor = somebody(request)
    call = challenges_for(actor).filter(pk=challenge).first()
    if call is None or not permits.holds(actor, *queries.EVERY_SIDE):
        raise absent()
    refusal, status = None, 200
    if request.method == "POST":
        try:
            _deed(request, call.pk, actor)
        except Refusal as told:
            if told.code == "absent":
                raise
            refusal, status = told, status_of(told)
        else:
            return HttpResponseRedirect(reverse("bid-holders", args=[call.pk]), status=303)
    mine = queries.holder_of(call, actor)
    rows = [
        (one, HolderSide(one.side).label, mine is not None and one.active_at is None and one.ended_at is None)
        for one in queries.holders_for(call, actor)
    ]
    context = {
        "nav": "bid-keys", "call": call, "rows": rows, "refusal": refusal, "mine": mine,
        "office": permits.holds(actor, Role.SECRETARIAT), "able": queries.may_become(call),
        "enough": queries.enough_holders(call), "opening": queries.opening_of(call),
    }  # fmt: skip
    return render(request, "portal/bids/holders.html", context, status=status)


def _deed(request: HttpRequest, challenge_id: str, actor: Any) -> None:
    deed, holder_id = request.POST.get("deed", ""), request.POST.get("holder", "")[:26]
    if deed == "name":
        account_id, _, side = request.POST.get("who", "").partition(":")
        if side not in list(HolderSide):
            raise absent()
        actions.name_key_holder(challenge_id=challenge_id, account_id=account_id[:26], side=HolderSide(side), by=actor)
        messages.success(request, gettext("The key holder is named."))
    elif deed == "end":
        actions.end_key_holder(holder_id=holder_id, by=actor)
        messages.success(request, gettext("The key holder's part is ended."))
    elif deed == "agree":
        actions.agree_to_holder(holder_id=holder_id, passphrase=_phrase(request), by=actor)
        messages.success(request, gettext("Your agreement is recorded."))
    else:
        raise absent()


@sensitive_post_parameters()
@signed_in
def opening(request: HttpRequest, challenge: str) -> HttpResponse:
    """The opening ceremony, for the holders of a call: whose passphrase is given, whose is awaited, and the list."""
    actor = somebody(request)
    call = queries.calls_held(actor).filter(pk=challenge).first()
    mine = queries.holder_of(call, actor) if call is not None else None
    if call is None or mine is None:
        raise absent()
    refusal, status = None, 200
    if request.method == "POST":
        try:
            done = openings.give_passphrase(challenge_id=call.pk, passphrase=_phrase(request), by=actor)
        except Refusal as told:
            refusal, status = told, status_of(told)
        else:
            said = gettext("The bids are opened.") if done.second_at else gettext(
                "Your passphrase opened your share of every bid. The other side's is awaited.")  # fmt: skip
            messages.success(request, said)
            return HttpResponseRedirect(reverse("bid-opening", args=[call.pk]), status=303)
    found = queries.opening_of(call)
    given = [HolderSide(one.side) for one in (found.first, found.second) if one is not None] if found else []
    context = {
        "nav": "bid-keys", "call": call, "mine": mine, "side": HolderSide(mine.side).label, "opening": found,
        "refusal": refusal, "status": queries.ceremony_state(call, mine, found, clock.now()),
        "sides": [(side.label, side in given, queries.of_side(call, side)) for side in HolderSide],
        "rows": [(n, r, c, o == "opened") for n, r, c, o in found.listed] if found else [],
    }  # fmt: skip
    return render(request, "portal/bids/opening.html", context, status=status)
