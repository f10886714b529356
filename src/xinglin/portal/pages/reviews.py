"""The reviewer's blind room, and the panel's table with its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from xinglin.challenges.queries import reviews as queries
from xinglin.challenges.queries.challenges import challenges_for
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.challenges.words.reviews import ReviewStage
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import absent
from xinglin.portal.edges import signed_in, somebody

PARTS: dict[str, Phrase] = {
    "title": say("Title"), "summary": say("Summary"), "route": say("Technical route"), "plan": say("Milestones"),
}  # fmt: skip


def ways(kind: Any, dossier: Any, actor: Actor) -> list[tuple[Phrase, str]]:
    """From a review to its blind room, from a challenge to its panel's table, for whoever may see them."""
    if actor is None:
        return []
    if kind.name == "challenges.review" and queries.reviews_for(actor).filter(
        queries.own_reviews(actor), pk=dossier.pk
    ):
        return [(say("Blind room"), reverse("blind-room", args=[dossier.pk]))]
    if kind.name == "challenges.challenge" and queries.results_for(actor, dossier).exists():
        return [(say("The panel's table"), reverse("panel-table", args=[dossier.pk]))]
    return []


def part_name(name: str) -> Phrase:
    """What a part of a blind copy is called; attachments have numbers, never their file's name."""
    if name in PARTS:
        return PARTS[name]
    return say("Attachment {number}", number=name.removeprefix("attachment "))


@require_GET
@signed_in
def room(request: HttpRequest, key: str) -> HttpResponse:
    """What one reviewer reads: blind copies, the criteria, the own scores. Nobody else comes in."""
    actor = somebody(request)
    found = queries.blind_room(actor, key)
    if found is None:
        raise absent()
    review, criteria, readings = found
    total = sum(row.weight for row in criteria) or 1
    shown = [
        {
            "code": one.code, "opinion": one.opinion, "scored": one.scored,
            "parts": [(part_name(part["name"]), part["text"]) for part in one.parts],
            "points": [(row.number, row.name, row.weight, one.points.get(row.number)) for row in criteria],
            "total": round(sum(one.points.get(row.number, 0) * row.weight for row in criteria) / total, 1),
        }
        for one in readings
    ]  # fmt: skip
    scoring = review.stage == ReviewStage.SCORING and review.challenge.stage == ChallengeStage.REVIEW
    context = {
        "review": review, "challenge": review.challenge, "criteria": criteria, "readings": shown, "scoring": scoring,
        "confirmed": review.stage in (ReviewStage.SCORING, ReviewStage.SIGNED),
        "left": sum(not one["scored"] for one in shown),
    }  # fmt: skip
    return render(request, "portal/challenges/room.html", context)


@require_GET
@signed_in
def panel(request: HttpRequest, key: str) -> HttpResponse:
    """The panel's table: ranks with intervals, reviewers' severity, and whether one of them decides."""
    actor = somebody(request)
    challenge = challenges_for(actor).filter(pk=key).first()
    results = list(queries.results_for(actor, challenge)) if challenge is not None else []
    if challenge is None or not results:
        raise absent()
    wanted = request.GET.get("version", "")
    result = next((one for one in results if str(one.version) == wanted), results[0])
    table = result.table
    names = {f"R{one.number}": str(one.person) for one in queries.panel_of(challenge)}
    context = {
        "challenge": challenge, "result": result, "versions": [one.version for one in results], "table": table,
        "picture": intervals(table["standings"], gettext("Scores with the interval of 90 percent")),
        "reviewers": [{**row, "name": names.get(row["code"], "")} for row in table["reviewers"]],
        "matrix": list(zip([row["code"] for row in table["reviewers"]], table["raw"], strict=True)),
        "chances": [(row, round(row["first"] * 100)) for row in table["standings"]],
    }  # fmt: skip
    return render(request, "portal/challenges/panel.html", context)


def intervals(standings: Sequence[Mapping[str, Any]], title: str) -> SafeString:
    """Each bid's calibrated score as a dot on its interval, best first, on one scale of points; one picture for a wide
    screen and one for a phone, of which the stylesheet shows one."""
    return format_html("{}{}", _intervals(standings, title, 560, "desk"), _intervals(standings, title, 300, "phone"))


def _intervals(standings: Sequence[Mapping[str, Any]], title: str, wide: int, kind: str) -> SafeString:
    left, step = 44, 34
    low = min(row["low"] for row in standings)
    high = max(row["high"] for row in standings)
    margin = max(1.0, (high - low) * 0.06)
    low, high = low - margin, high + margin
    tall = step * len(standings) + 30

    def across(value: float) -> str:
        return f"{left + (wide - left - 16) * (value - low) / (high - low):.1f}"

    ticks = [low + (high - low) * at / 4 for at in range(5)]
    grid = format_html_join(
        "", '<path class="grid" d="M{} 8V{}"/><text class="ax" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((across(at), tall - 22, across(at), tall - 6, f"{at:.1f}") for at in ticks),
    )  # fmt: skip
    rows = format_html_join(
        "",
        '<text class="ax" x="4" y="{}">{}</text><path class="la" d="M{} {}H{}"/>'
        '<circle class="dot" cx="{}" cy="{}" r="5"><title>{}</title></circle>',
        (
            (y + 4, row["code"], across(row["low"]), y, across(row["high"]), across(row["score"]), y,
             f"{row['code']}: {row['score']} ({row['low']} – {row['high']})")
            for at, row in enumerate(standings) for y in [step * at + 24]
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="trend {}" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}{}</svg>',
        kind, wide, tall, title, title, grid, rows,
    )  # fmt: skip
