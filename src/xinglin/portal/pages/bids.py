"""The bidder's room: open calls, one's own bids, the form of a bid, receipts and their proof.

What a bid says is not kept anywhere before it is sealed: no draft, no held file, no copy in the session.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from xinglin.challenges.actions import bids as actions
from xinglin.challenges.queries import bids as queries
from xinglin.challenges.queries import holders, packages, parties, receipts
from xinglin.challenges.queries.challenges import challenges_for
from xinglin.challenges.words.bids import BidStage
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import clock, reading
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.portal import asking, receiving
from xinglin.portal.edges import signed_in, somebody, status_of

SHOWN, CALLS = 200, 50


@signed_in
def room(request: HttpRequest) -> HttpResponse:
    """My bids with their state and receipts, and the calls that are open to me."""
    actor = somebody(request)
    names = parties.bidders_of(actor)
    mine = queries.bids_for(actor).filter(queries.own_bids(actor)).order_by("-received_at")
    calls = challenges_for(actor).filter(stage=ChallengeStage.PUBLISHED, closes_at__gt=clock.now())
    standing = {bid.challenge_id for bid in mine.filter(stage=BidStage.SEALED)}
    context = {
        "nav": "bids-room",
        "names": [name for _scope, name in names],
        "bids": [(bid, bid.stage_word, _open(bid)) for bid in mine[:SHOWN]],
        "calls": [(one, one.pk in standing) for one in calls.order_by("closes_at")[:CALLS]] if names else [],
    }
    return render(request, "portal/bids/room.html", context)


def _open(bid: Any) -> bool:
    """Whether the bid may still be replaced or withdrawn."""
    call = bid.challenge
    in_time = call.closes_at is not None and clock.now() < call.closes_at
    return bid.stage == BidStage.SEALED and call.stage == ChallengeStage.PUBLISHED and in_time


@sensitive_post_parameters()
@signed_in
def new(request: HttpRequest, challenge: str) -> HttpResponse:
    """The form of a bid, new or in place of one; refused, it comes back filled, and files are chosen again."""
    actor = somebody(request)
    call = challenges_for(actor).filter(pk=challenge).first()
    names = parties.bidders_of(actor)
    if call is None or call.closes_at is None or not names:
        raise absent()
    replaces = (request.POST.get("replaces") or request.GET.get("replaces", ""))[:26]
    if replaces and not queries.bids_for(actor).filter(pk=replaces, challenge=call, stage=BidStage.SEALED).exists():
        raise absent()
    shown = {"call": call, "names": names, "replaces": replaces}
    if request.method != "POST":
        if call.stage != ChallengeStage.PUBLISHED:
            raise Refusal("challenges.not_open", say("This challenge takes no bids now."),
                          say("The list of calls shows which are open, and until when."))  # fmt: skip
        return _show(request, shown, asking.blank(actions.written, "challenges", actor=actor))
    read_at = receiving.read_at(request)
    form = asking.read(actions.written, "challenges", request.POST, {}, actor=actor)  # type: ignore[arg-type]
    if added := request.POST.get("_add", ""):
        return _show(request, shown, asking.with_rows(form, added))
    late = read_at >= call.closes_at
    if form.refused and not late:
        return _show(request, shown, form, status=422)
    return _seal(request, shown, form, read_at)


def _seal(request: HttpRequest, shown: dict[str, Any], form: asking.Form, read_at: Any) -> HttpResponse:
    actor, chosen = somebody(request), request.POST.get("bidder", "")
    scope = next((scope for scope, _name in shown["names"] if scope[1] == chosen), ("", ""))
    files = [
        actions.Attached(one.name or "", one.size or 0, one.file)  # type: ignore[arg-type]
        for one in request.FILES.getlist("files")
    ]
    try:
        if form.refused:
            # Late, and not even readable: only that it came is recorded.
            content = actions.BidContent("", "", "", 0, 1, False, False)
        else:
            content = actions.written(**form.arguments)
            if dropped := receiving.refused_files(request):
                raise actions.too_large(dropped[0], actions.limits())
        bid = actions.submit_bid(
            challenge_id=shown["call"].pk, bidder=scope, content=content, files=files, received_at=read_at,
            replaces=shown["replaces"], token=request.POST.get("_token", "")[:64], by=actor,
        )  # fmt: skip
    except Refusal as refusal:
        placed = form.refuse(refusal)
        return _show(request, shown, form, None if placed else refusal, status=status_of(refusal))
    finally:
        for one in files:
            one.file.close()
    messages.success(request, gettext("Your bid is sealed. Keep its receipt."))
    return HttpResponseRedirect(reverse("bid-receipt", args=[bid.pk]), status=303)


def _show(
    request: HttpRequest, shown: dict[str, Any], form: asking.Form, refusal: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    fits = actions.limits()
    context = {
        **shown,
        "nav": "bids-room",
        "form": form,
        "refusal": refusal,
        "files_refused": refusal is not None and refusal.field == "files",
        "chosen": request.POST.get("bidder", ""),
        "again": request.method == "POST",
        "token": request.POST.get("_token", "")[:64] or secrets.token_urlsafe(24),
        "file_megabytes": fits.megabytes,
        "all_megabytes": fits.all_bytes // 2**20,
        "files_most": fits.files,
    }
    response = render(request, "portal/bids/new.html", context, status=status)
    # A browser's cache is a copy of the bid too.
    response.headers["Cache-Control"] = "no-store"
    return response


@signed_in
def receipt(request: HttpRequest, key: str) -> HttpResponse:
    """The receipt of one's own bid."""
    bid = _own(request, key)
    context = {"nav": "bids-room", "bid": bid, "receipt": receipts.receipt_of(bid), "open": _open(bid),
               "stage": bid.stage_word}  # fmt: skip
    return render(request, "portal/bids/receipt.html", context)


@signed_in
def receipt_file(request: HttpRequest, key: str) -> HttpResponse:
    """The same as a file, to be kept apart from here."""
    told = receipts.receipt_of(_own(request, key))
    body = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    name = f"{told['number']}-receipt.json"
    return HttpResponse(
        body, content_type="application/json",
        headers={"Content-Disposition": str(content_disposition_header(True, name))},
    )  # fmt: skip


def _own(request: HttpRequest, key: str) -> Any:
    actor = somebody(request)
    bid = queries.bids_for(actor).filter(queries.own_bids(actor), pk=key).first()
    if bid is None:
        raise absent()
    return bid


def verify(request: HttpRequest) -> HttpResponse:
    """What a receipt proves now. Anybody who holds one may ask."""
    context: dict[str, Any] = {"nav": "bid-verify"}
    status = 200
    if request.method == "POST":
        given = request.FILES.get("receipt")
        content = given.read(receipts.LONGEST + 1) if given is not None else request.POST.get("text", "")
        try:
            context["proof"] = receipts.verify(receipts.read_receipt(content))
        except Refusal as refusal:
            context["refusal"], status = refusal, status_of(refusal)
    return render(request, "portal/bids/verify.html", context, status=status)


def record(request: HttpRequest, challenge: str) -> HttpResponse:
    """The public record of an opening: when, how many, every number with its hashes."""
    found = receipts.record_of(challenge)
    if found is None:
        raise absent()
    rows = [(number, mark, commitment, outcome == "opened") for number, mark, commitment, outcome in found.listed]
    return render(request, "portal/bids/record.html", {"nav": "public-calls", "opening": found, "rows": rows})


@signed_in
def attachment(request: HttpRequest, key: str, number: int) -> HttpResponse | StreamingHttpResponse:
    """A file of an opened bid, read from the sealed pieces as it goes out."""
    actor = somebody(request)
    one = packages.attachment_for(key, number, actor)
    reading.record_export(rows=1, what="challenges.bidattachment", filters={"bid": one.bid.number}, by=actor)
    response = StreamingHttpResponse(packages.plain_of(one), content_type=one.media_type)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, one.name))
    response.headers["Content-Length"] = str(one.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def links(kind: Any, dossier: Any, actor: Any) -> list[tuple[Any, str]]:
    """What a dossier page of this wing leads to: the form, the receipt, the ceremony, its record."""
    if actor is None or kind.wing != "challenges":
        return []
    if kind.noun == "bid":
        if not queries.bids_for(actor).filter(queries.own_bids(actor), pk=dossier.pk).exists():
            return _files(dossier)
        found = [(say("Receipt"), reverse("bid-receipt", args=[dossier.pk]))]
        return found + _files(dossier)
    if kind.noun != "challenge":
        return []
    found = []
    if dossier.stage == ChallengeStage.PUBLISHED and parties.bidders_of(actor):
        found.append((say("Bid for this challenge"), reverse("bid-new", args=[dossier.pk])))
    if holders.holders_for(dossier, actor).exists() or holders.may_name(dossier, actor):
        found.append((say("Key holders"), reverse("bid-holders", args=[dossier.pk])))
    if holders.holder_of(dossier, actor) is not None:
        found.append((say("Opening ceremony"), reverse("bid-opening", args=[dossier.pk])))
    if receipts.record_of(dossier.pk) is not None:
        found.append((say("Record of the opening"), reverse("bid-record", args=[dossier.pk])))
    return found


def _files(dossier: Any) -> list[tuple[Any, str]]:
    if not queries.is_open(dossier):
        return []
    return [
        (
            say("File {number}: {name}", number=one.number, name=one.name),
            reverse("bid-file", args=[dossier.pk, one.number]),
        )
        for one in dossier.attachments.all()
    ]
