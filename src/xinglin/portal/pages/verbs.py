"""The form of a verb: asked from the action's signature, sent once, judged by the action."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from xinglin.kernel import deeds, held
from xinglin.kernel.dossiers import KINDS, Kind, Verb, open_verbs, opening_verbs
from xinglin.kernel.models import Account, Dossier
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent, not_yours
from xinglin.portal import asking, nouns
from xinglin.portal.edges import actor_of, signed_in, status_of
from xinglin.portal.speaking import spoken


@signed_in
def begin(request: HttpRequest, wing: str, noun: str, verb: str) -> HttpResponse:
    """A form that opens a new dossier."""
    kind, actor = nouns.kind_at(wing, noun), actor_of(request)
    row = kind.verb(verb) if kind else None
    if kind is None or actor is None or row is None or not row.opening:
        raise absent()
    if row not in opening_verbs(kind, actor):
        raise not_yours(row.label)
    return _form(request, kind, row, None, actor)


@signed_in
def act(request: HttpRequest, wing: str, noun: str, key: str, verb: str) -> HttpResponse:
    """A form that does something to a dossier."""
    kind, actor = nouns.kind_at(wing, noun), actor_of(request)
    row = kind.verb(verb) if kind else None
    if kind is None or actor is None or row is None or row.opening:
        raise absent()
    dossier = nouns.find(kind, key, actor)
    if dossier is None:
        raise absent()
    if request.method != "POST" and row not in open_verbs(kind, dossier, actor):
        raise _not_now(kind, row, dossier, actor)
    return _form(request, kind, row, dossier, actor)


def _not_now(kind: Kind, verb: Verb, dossier: Any, actor: Account) -> Refusal:
    """Why a form is not offered: the stage is another one, or the step is somebody else's."""
    sources = kind.machine.by_key if kind.machine is not None and verb.move else {}
    stages = {stage for move, stage in sources if move == verb.move} or verb.stages
    if isinstance(dossier, Dossier) and stages and dossier.stage not in stages:
        return Refusal(
            "machine.wrong_stage",
            say("This is not possible while the record is “{stage}”.", stage=dossier.stage_word.label),
            say("Reload the page: somebody may have moved it on since you opened it."),
        )
    return not_yours(verb.label)


def _form(request: HttpRequest, kind: Kind, verb: Verb, dossier: Any, actor: Account) -> HttpResponse:
    key = "" if verb.opening else kind.key
    if request.method != "POST":
        initial = dict(verb.prefill(dossier, actor)) if verb.prefill is not None else {}
        initial |= {name: request.GET[name] for name in request.GET if name not in initial}
        return _show(
            request, kind, verb, dossier, asking.blank(verb.action, kind.wing, key=key, initial=initial, actor=actor)
        )
    form = asking.read(
        verb.action, kind.wing, request.POST, request.FILES, key=key, actor=actor,
        hold=lambda upload: held.hold(upload, by=actor), fetch=lambda token: held.fetch(token, by=actor),
    )  # fmt: skip
    if added := request.POST.get("_add", ""):
        return _show(request, kind, verb, dossier, asking.with_rows(form, added))
    if form.refused:
        return _show(request, kind, verb, dossier, form, status=422)
    if verb.danger and request.POST.get("_sure") != "on":
        unsure = Refusal("edges.unsure", say("Please confirm first: this step cannot simply be taken back."))
        return _show(request, kind, verb, dossier, form, unsure, status=422)
    return _send(request, kind, verb, dossier, form, actor)


def _send(
    request: HttpRequest, kind: Kind, verb: Verb, dossier: Any, form: asking.Form, actor: Account
) -> HttpResponse:
    seen = request.POST.get("_seen", "")
    try:
        done = deeds.perform(
            kind, verb, form.arguments, key=str(dossier.pk) if dossier is not None else "",
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None,
            token=_submission(request), by=actor,
        )  # fmt: skip
    except Refusal as refusal:
        placed = form.refuse(refusal)
        return _show(request, kind, verb, dossier, form, None if placed else refusal, status=status_of(refusal))
    if done.again:
        messages.info(request, gettext("This form had been sent before; here is what came of it."))
    else:
        messages.success(request, gettext("Done: {what}").format(what=spoken(verb.label)))
    return HttpResponseRedirect(_result(kind, dossier, done, actor), status=303)


def _submission(request: HttpRequest) -> str:
    """The name of this submission: the form's token with what was typed.

    The same form sent again (a double click, the browser's back and once more) is one deed; the same form with other
    words in it is another. The form is sent to an address of its own (`?send`), because a browser forgets a page it has
    posted to, and would come back to a form with a new token.
    """
    token = request.POST.get("_token", "")
    if not token:
        return ""
    typed = [(name, request.POST.getlist(name)) for name in sorted(request.POST) if name not in _NOT_TYPED]
    attached = [(name, one.name, one.size) for name in sorted(request.FILES) for one in request.FILES.getlist(name)]
    return hashlib.sha256(repr((token, typed, attached)).encode("utf-8", "surrogatepass")).hexdigest()


_NOT_TYPED = ("csrfmiddlewaretoken", "_token", "_seen", "_sure")


def _result(kind: Kind, dossier: Any, done: deeds.Done, actor: Account) -> str:
    """The page of what came of it, as far as this person may see it; else of what it was done to; else the list."""
    target = KINDS.get(done.subject_kind)
    if target is not None and nouns.find(target, done.subject_id, actor) is not None:
        return nouns.page_of(target, done.subject_id)
    if dossier is not None and nouns.find(kind, str(dossier.pk), actor) is not None:
        return nouns.page_of(kind, dossier.pk)
    return nouns.list_of(kind) if nouns.offered(kind, actor) else reverse("home")


def _show(
    request: HttpRequest,
    kind: Kind,
    verb: Verb,
    dossier: Any,
    form: asking.Form,
    refusal: Refusal | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    if (
        dossier is not None
        and request.method == "POST"
        and refusal is not None
        and refusal.code == "deeds.changed_meanwhile"
    ):
        dossier.refresh_from_db()
    token = request.POST.get("_token", "")[:64] or secrets.token_urlsafe(24)
    context = {
        "kind": kind,
        "verb": verb,
        "dossier": dossier,
        "title": kind.title(dossier) if dossier is not None else "",
        "back": nouns.page_of(kind, dossier.pk) if dossier is not None else nouns.list_of(kind),
        "form": form,
        "refusal": refusal,
        "token": token,
        "seen": getattr(dossier, "version", "") if dossier is not None else "",
        "told": (verb.action.__doc__ or "").strip().split("\n")[0],
        "plain": isinstance(dossier, Dossier),
    }
    if request.method == "POST" and refusal is None and (seen := request.POST.get("_seen", "")).isdigit():
        # Fields are still being corrected: the person goes on looking at the version they opened.
        context["seen"] = seen
    return render(request, "portal/verb.html", context, status=status)


@signed_in
def choices(request: HttpRequest, wing: str, noun: str) -> HttpResponse:
    """The names that fit what is being typed, as options of a datalist (comfort only)."""
    kind, actor = nouns.kind_at(wing, noun), actor_of(request)
    if kind is None:
        raise absent()
    text = next(iter(request.GET.values()), "").replace("\x00", "").strip()[:100]
    rows = list(kind.search(kind.visible(actor), text)[:12]) if text and kind.search is not None else []
    return render(request, "portal/parts/options.html", {"options": [kind.title(row) for row in rows]})
