"""The overview: figures that open down to their records, with when they were counted and what exactly they count."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from xinglin.kernel import clock, figures
from xinglin.kernel.dossiers import KINDS, Kind
from xinglin.kernel.figures import Counted
from xinglin.kernel.models import Dossier
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.portal import nouns, pictures, speaking
from xinglin.portal.edges import actor_of, signed_in

PEOPLE = "roster.person"


def opens(one: Counted) -> str:
    """The address of the records behind a figure."""
    return f"{nouns.list_of(one.kind)}?{urlencode({'figure': one.figure.name})}"


def grouped(found: list[Counted]) -> list[tuple[Phrase, list[tuple[Counted, str]]]]:
    """The figures by group, each with its address."""
    groups: dict[str, tuple[Phrase, list[tuple[Counted, str]]]] = {}
    for one in found:
        group = one.figure.group or one.kind.group or say("The alliance")
        groups.setdefault(group.msgid, (group, []))[1].append((one, opens(one)))
    return list(groups.values())


@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    found = figures.all_counted(actor)
    context = {
        "nav": "overview",
        "groups": grouped(found),
        "as_of": min((one.as_of for one in found), default=clock.now()),
        "stages": stages(actor),
        "tiles": tiles(actor),
    }
    return render(request, "portal/overview.html", context)


def _spread(kind: Kind, actor: Actor, column: str) -> dict[str, int]:
    """How many of the records `actor` sees have each value of a column."""
    rows = kind.visible(actor).order_by()
    if rows.query.annotations:
        # A kind may bring counts of its own, whose joins would multiply ours.
        rows = kind.model._default_manager.filter(pk__in=rows.values("pk"))
    counted = rows.values(column).annotate(n=Count("pk", distinct=rows.query.distinct))
    return {row[column]: row["n"] for row in counted}


def stages(actor: Actor) -> list[tuple[Any, list[pictures.Bar]]]:
    """How the dossiers of each kind are spread over its stages; one query per kind."""
    found = []
    for kind in KINDS.values():
        if not issubclass(kind.model, Dossier) or kind.machine is None or not nouns.offered(kind, actor):
            continue
        counts = figures.remembered((kind.name, "stage"), actor, partial(_spread, kind, actor, "stage"))
        if counts:
            address = nouns.list_of(kind)
            found.append((
                kind,
                pictures.bars([
                    (speaking.spoken(word), counts.get(str(word), 0), f"{address}?stage={word}")
                    for word in kind.machine.stages
                    if counts.get(str(word))
                ]),
            ))  # fmt: skip
    return found


def tiles(actor: Actor) -> dict[str, Any] | None:
    """Where the experts work, by city of the province; None where nobody is on record."""
    kind = KINDS.get(PEOPLE)
    if kind is None:
        return None
    counts: Counter[str] = Counter()
    places = figures.remembered((kind.name, "place"), actor, partial(_spread, kind, actor, "practice_region"))
    for place, number in places.items():
        counts[place[:4]] += number
    if not counts:
        return None
    inside = {code: n for code, n in counts.items() if code in pictures.GUANGDONG}
    most = sorted(inside.items(), key=lambda item: -item[1])[:3]
    names = [
        (pictures.LATIN[pictures.GUANGDONG[c][0]] if not speaking.chinese() else pictures.GUANGDONG[c][0], n)
        for c, n in most
    ]
    title = gettext("Experts by city: {most}").format(most=speaking.listed(f"{name} {n}" for name, n in names))
    outside = sum(n for code, n in counts.items() if code and code not in pictures.GUANGDONG)
    return {
        "svg": pictures.tiles(inside, title, latin=not speaking.chinese()),
        "outside": outside,
        "unknown": counts.get("", 0),
        "address": nouns.list_of(kind),
    }
