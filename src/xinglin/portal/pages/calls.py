"""The public list of calls 揭榜挂帅, the page of one call, the versions of the list, and objections from outside.

Where a call stands is decided by the server's clock: at its deadline it is shown as closed whatever the worker did.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from xinglin.challenges.actions import objections
from xinglin.challenges.queries import calls as queries
from xinglin.challenges.queries import parties
from xinglin.challenges.queries.appraisals import appraisals_for
from xinglin.challenges.queries.objections import open_notices
from xinglin.challenges.queries.questions import questions_for
from xinglin.challenges.words.calls import AppraisalStage, Criterion, Direction, NoticeSubject, QuestionStage, Standing
from xinglin.challenges.words.challenges import AwardMode, BudgetSource
from xinglin.kernel import clock, permits
from xinglin.kernel.asks import Ask
from xinglin.kernel.dossiers import KINDS, opening_verbs
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import absent
from xinglin.portal import nouns
from xinglin.portal.accounts.asked import ask
from xinglin.portal.edges import actor_of
from xinglin.portal.pages.public import specialty_label

SIZE = 20
TONES = {
    Standing.OPEN: "wait",
    Standing.NOTICE: "",
    Standing.CLOSED: "",
    Standing.AWARDED: "done",
    Standing.ENDED: "over",
}
Name = Annotated[str, Ask("line", longest=60, label=say("Your name"))]
Reach = Annotated[str, Ask("line", longest=120)]


def call_list(request: HttpRequest) -> HttpResponse:
    """Calls by where they stand, open ones first; found by words."""
    actor = actor_of(request)
    chosen = request.GET.get("standing", "open")
    standing = Standing(chosen) if chosen in set(Standing) else None
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = queries.calls_for(actor, standing, text)
    page = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    tabs = [(str(one), one.label, queries.calls_for(actor, one, text).count()) for one in Standing]
    context = {
        "nav": "public-calls", "page": page, "q": text, "chosen": chosen if standing else "all", "tabs": tabs,
        "cards": [_card(one) for one in page], "as_of": clock.now(), "editions": list(queries.editions()[:5]),
    }  # fmt: skip
    return render(request, "calls/list.html", context)


def _card(one: Any) -> dict[str, Any]:
    standing = queries.standing_of(one)
    return {
        "one": one, "standing": standing, "tone": TONES.get(standing, "") if standing else "",
        "left": _left(one.closes_at) if standing is Standing.OPEN else "",
        "labels": [specialty_label(code) for code in one.specialty_codes[:3]],
    }  # fmt: skip


def _left(until: datetime | None) -> str:
    """How long a call stays open, in the two largest units."""
    left = (until - clock.now()) if until is not None else timedelta()
    if left <= timedelta():
        return ""
    minutes = int(left.total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        (days, ngettext("{n} day", "{n} days", days)),
        (hours, ngettext("{n} hour", "{n} hours", hours)),
        (rest, ngettext("{n} minute", "{n} minutes", rest)),
    ]
    told = [text.format(n=n) for n, text in parts if n][:2]
    return " ".join(told) or gettext("less than a minute")


def _call(key: str, actor: Actor) -> Any:
    one = queries.calls_for(actor).filter(pk=key).first()
    if one is None:
        raise absent()
    return one


def call(request: HttpRequest, key: str) -> HttpResponse:
    """One call: its countdown, its indicators, money and milestones, who argued it, questions with their answers."""
    actor = actor_of(request)
    one = _call(key, actor)
    standing = queries.standing_of(one)
    given = list(appraisals_for(actor).filter(challenge=one, stage=AppraisalStage.SIGNED).prefetch_related("scores")
                 .order_by("round", "id"))  # fmt: skip
    used = [c for c in Criterion if any(s.criterion == c for row in given for s in row.scores.all())]
    context = {
        "nav": "public-calls", "one": one, "card": _card(one), "standing": standing, "as_of": clock.now(),
        "mode": AwardMode(one.mode), "open": standing is Standing.OPEN,
        "indicators": [(row, Direction(row.direction)) for row in one.indicators.all()],
        "budget": [(row, BudgetSource(row.source)) for row in one.budget_lines.all()],
        "milestones": list(one.planned_milestones.all()),
        "criteria": used,
        "opinions": [(row, [{s.criterion: s.points for s in row.scores.all()}.get(str(c)) for c in used],
                      (row.mean_centi or 0) / 100) for row in given],
        "mean": None if one.mean_centi is None else one.mean_centi / 100,
        "questions": list(questions_for(actor).filter(challenge=one, stage=QuestionStage.ANSWERED).order_by("number")),
        "notices": _notices(one), "decided": list(queries.decided_objections(one)),
        "ways": _ways(one, standing, actor),
        "dossier": nouns.page_of(KINDS["challenges.challenge"], one.pk) if actor is not None else "",
    }  # fmt: skip
    return render(request, "calls/call.html", context)


def _notices(one: Any) -> list[dict[str, Any]]:
    """What is or was under notice, and whether somebody may object today."""
    today = clock.today()
    return [
        {
            "row": row, "about": NoticeSubject(row.about), "edition": row.edition,
            "runs": row.ended_at is None and row.opened_on <= today <= row.ends_on,
        }
        for row in one.public_notices.select_related("edition").order_by("opened_on", "id")
    ]  # fmt: skip


def _ways(one: Any, standing: Standing | None, actor: Actor) -> list[tuple[str, str, bool]]:
    """(what can be done, where, whether it is the main thing): bid, ask, object."""
    found: list[tuple[str, str, bool]] = []
    if standing is Standing.OPEN:
        # A stranger is asked to sign in; somebody who bids for nobody has no way there.
        if actor is None or parties.bidders_of(actor):
            found.append((gettext("Bid for it"), reverse("bid-new", args=[one.pk]), True))
        asking = KINDS["challenges.callquestion"].verb("ask")
        if actor is not None and asking in opening_verbs(KINDS["challenges.callquestion"], actor):
            found.append((gettext("Ask a question"), _begin("callquestion", "ask", one.pk), False))
    rows = list(open_notices(one))
    raising = KINDS["challenges.objection"].verb("raise")
    member = actor is not None and raising in opening_verbs(KINDS["challenges.objection"], actor)
    for row in rows:
        if member:
            address = _begin("objection", "raise", one.pk) + f"&about={row.about}&notice_number={row.number}"
        else:
            address = f"{reverse('call-objection', args=[one.pk])}?notice={row.number}"
        told = gettext("Object to change {number}") if len(rows) > 1 else gettext("Raise an objection")
        found.append((told.format(number=row.number), address, False))
    return found


def _begin(noun: str, verb: str, key: str) -> str:
    return f"{reverse('begin', args=['challenges', noun, verb])}?challenge_id={key}"


def objection(request: HttpRequest, key: str) -> HttpResponse:
    """The form with which somebody without an account objects, with a name and how they can be reached."""
    one = _call(key, None)
    rows = list(open_notices(one))
    notice = next((row for row in rows if str(row.number) == request.GET.get("notice")), rows[0] if rows else None)
    about = NoticeSubject(notice.about) if notice else None

    def object_to_it(*, grounds: objections.Grounds, name: Name, contact: Reach, by: Account) -> Any:
        return objections.raise_objection_from_outside(
            challenge_id=one.pk, about=about or NoticeSubject.LIST, grounds=grounds, name=name, contact=contact,
            notice_number=notice.number if notice else None, by=by,
        )  # fmt: skip

    form = ask(request, "object", object_to_it, say("Send the objection"), actor=permits.the_program(),
               wing="challenges")  # fmt: skip
    if form.accepted:
        told = gettext("Your objection arrived and has the number {number}. The secretariat will call you to be heard.")
        messages.success(request, told.format(number=form.done.number))
        return HttpResponseRedirect(reverse("public-call", args=[one.pk]), status=303)
    context = {"nav": "public-calls", "one": one, "asked": form, "about": about, "notice": notice}
    return render(request, "calls/objection.html", context, status=form.status)


def edition(request: HttpRequest, number: int) -> HttpResponse:
    """One version of the list as it was published on its day."""
    one = queries.editions().filter(version=number).first()
    if one is None:
        raise absent()
    seen = {str(row.pk): row for row in queries.calls_for(actor_of(request)).filter(
        pk__in=[entry["id"] for entry in one.entries])}  # fmt: skip
    rows = [{**entry, "seen": entry["id"] in seen, "mean": (entry["mean_centi"] or 0) / 100}
            for entry in one.entries if entry["id"] in seen or entry.get("public", True)]  # fmt: skip
    context = {"nav": "public-calls", "one": one, "rows": rows,
               "others": list(queries.editions().exclude(pk=one.pk)[:20])}  # fmt: skip
    return render(request, "calls/edition.html", context)
