"""Pages about no wing: language, health, notices, papers, errors."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from xinglin.kernel import notices as telling
from xinglin.kernel import reading
from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.home import documents_folder
from xinglin.kernel.models import DocumentVersion, Notice
from xinglin.kernel.refusals import absent
from xinglin.portal import nouns
from xinglin.portal.edges import actor_of, refuse, signed_in, somebody

YEAR = 31_536_000
SHOWN = 50


def _back(request: HttpRequest) -> str:
    """Where the person came from, if that is a page of this house; else the first page."""
    place = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(place, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return place if safe else reverse("home")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on: on this machine by cookie, for the account everywhere."""
    chosen = request.POST.get("language", "")
    answer = HttpResponseRedirect(_back(request), status=303)
    if chosen in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", secure=settings.SECURE)
        actor = actor_of(request)
        if actor is not None:
            telling.speak_to(account=actor, language=chosen)
    return answer


@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """Whether the server and its database answer; for the watch and for load balancers. Says nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"healthy": True})


@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """What the reader was told; opening one marks it as read, and all can be marked at once."""
    actor = somebody(request)
    if request.method == "POST":
        telling.mark_read(account=actor, notice_id=request.POST.get("notice", ""))
        return HttpResponseRedirect(reverse("notices"), status=303)
    rows = list(Notice.objects.filter(account=actor).order_by("-id")[: SHOWN + 1])
    return render(request, "portal/notices.html", {"nav": "notices", "rows": rows[:SHOWN], "more": len(rows) > SHOWN})


@signed_in
def notice(request: HttpRequest, key: str) -> HttpResponse:
    """Open what a notice is about; it counts as read then."""
    actor = somebody(request)
    found = Notice.objects.filter(account=actor, pk=key).first()
    if found is None:
        raise absent()
    telling.mark_read(account=actor, notice_id=found.pk)
    kind = KINDS.get(found.subject_kind)
    if kind is not None and nouns.find(kind, found.subject_id, actor) is not None:
        return HttpResponseRedirect(nouns.page_of(kind, found.subject_id))
    return HttpResponseRedirect(reverse("notices"))


@require_GET
def paper(request: HttpRequest, key: str) -> HttpResponse:
    """One version of a document, as a download, to whoever may read its dossier and its privacy class."""
    actor = actor_of(request)
    version = DocumentVersion.objects.filter(pk=key).select_related("document", "blob").first()
    kind = KINDS.get(version.document.subject_kind) if version else None
    dossier = nouns.find(kind, version.document.subject_id, actor) if kind and version else None
    if version is None or dossier is None or version.document.privacy not in reading.readable(actor, dossier):
        raise absent()
    path = documents_folder() / version.blob_id[:2] / version.blob_id
    if not path.exists():
        path = documents_folder() / version.blob_id
    if not path.exists():
        raise absent()
    answer = HttpResponse(path.read_bytes(), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(version.file_name)}"
    return answer


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refuse(request, absent())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Our own fault. The page asks nothing of the database: that may be what is broken."""
    return render(None, "500.html", status=500)


def unsure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its protection token."""
    return render(None, "403_csrf.html", status=403)
