"""The doctor's order screen, which talks CDS Hooks to ourselves; the pages behind a card; the savings board."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from xinglin.exchange.catalogue.queries.items import meant
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.consent.queries.access import asker_at
from xinglin.exchange.consent.queries.people import in_care
from xinglin.exchange.recognition.actions import decisions as deeds
from xinglin.exchange.recognition.actions.asking import site_for
from xinglin.exchange.recognition.queries import decisions as queries
from xinglin.exchange.recognition.words import DecisionStage, Occasion, Reason, Standing
from xinglin.kernel import permits
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.portal import speaking
from xinglin.portal.cds import desk
from xinglin.portal.cds.cards import cards_of, plainly, unsealed
from xinglin.portal.edges import signed_in, somebody

MOST_ITEMS = 40


@require_http_methods(["GET", "POST"])
@signed_in
def order(request: HttpRequest) -> HttpResponse:
    """Order entry for hospitals whose own has no CDS Hooks, and a simulator for those that connect one."""
    actor = somebody(request)
    here = site_for(actor)
    given = request.POST if request.method == "POST" else request.GET
    typed = {name: given.get(name, "").strip()[:2000] for name in ("patient", "items", "visit", "occasion")}
    context: dict[str, Any] = {
        "nav": "recognition-order", "here": here, "typed": typed, "occasions": [(str(o), o.label) for o in Occasion],
        "reasons": [(str(one), one.label) for one in Reason], "catalogue": _offered(),
        "in_care": in_care(asker_at(here.number, here.organisation_id, actor), now()),
    }  # fmt: skip
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("card"):
                context["outcome"] = _decided(request, actor)
            context |= _asked(typed, actor)
        except Refusal as refusal:
            context["refusal"], status = refusal, 422
    return render(request, "portal/recognition/order.html", context, status=status)


def _offered() -> list[tuple[str, str]]:
    """What can be ordered, for the list beside the field."""
    chinese = speaking.chinese()
    return sorted(
        (item.code, item.name_zh if chinese or not item.name_en else item.name_en)
        for item in current().items.values()
        if item.enabled and not item.treating_only
    )


def hook(typed: dict[str, str], actor: Account) -> dict[str, Any]:
    """What an order-entry system would send: CDS Hooks 2.0, order-sign."""
    entries = [
        {"resource": {
            "resourceType": "ServiceRequest", "id": f"o{number}", "status": "draft", "intent": "order",
            "subject": {"reference": f"Patient/{typed['patient']}"},
            "code": {"coding": [
                {"system": "urn:xinglin:item", "code": code}, {"code": code},
                {"system": "http://loinc.org", "code": code},
            ]},
        }}
        for number, code in enumerate(meant(typed["items"])[:MOST_ITEMS], start=1)
    ]  # fmt: skip
    return {
        "hook": "order-sign", "hookInstance": str(uuid.uuid4()),
        "context": {
            "userId": f"Practitioner/{actor.pk}", "patientId": typed["patient"], "encounterId": typed["visit"],
            "draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": entries},
        },
        "extension": {"xinglin-occasion": typed["occasion"]},
    }  # fmt: skip


def _asked(typed: dict[str, str], actor: Account) -> dict[str, Any]:
    sent = hook(typed, actor)
    told = desk.ask(desk.SIGN, sent, actor)
    asked = told.asked
    found: dict[str, Any] = {"asked": asked, "cards": _shown(asked), "lines": [], "handled": []}
    found["no_ground"] = asked.answer is not None and asked.answer.access.ground is None
    stages = {kept.decision: (order, kept) for order, _answer, kept in asked.lines if kept.handled}
    found["handled"] = [
        (kept.decision, _named(asked.items[order.reference]), kept.stage) for order, kept in stages.values()
    ]
    if asked.answer is not None:
        found["lines"] = [
            (_named(one.item), one.cls, one.reasons, queries.site_name(one.site) if one.site else "", one.effective_at)
            for one in asked.answer.items
            if one.cls is Standing.HISTORY or (one.cls is Standing.NONE and not found["no_ground"])
        ]
    if told.everywhere is not None:
        found["elsewhere"] = [
            (_named(one.answer.item), one.result, plainly(one.result.number), one.told, one.answer)
            for one in told.everywhere.elsewhere.values()
        ]
        found["missing"] = [(one.name, one.state) for one in told.everywhere.missing]
    found["unknown"] = [one.codes[0][1] for one in asked.unknown if one.codes]
    found["known_patient"] = bool(asked.patient)
    return found


def _shown(asked: Any) -> list[dict[str, Any]]:
    """The cards, each with what it says as rows: a page needs no Markdown."""
    by_key = {str(kept.key): one for _order, one, kept in asked.lines}
    cards = cards_of(asked, signing_now=True)
    known = queries.values(
        each.result_id for card in cards for one in [by_key[card["uuid"]]] for each in (one.coverage or (one,))
    )
    for card in cards:
        one = by_key[card["uuid"]]
        card["rows"] = [
            (_named(each.item), known.get(each.result_id), each.critical) for each in one.coverage or (one,)
        ]
        card["reasons"] = one.reasons
        value = known.get(one.result_id)
        card["place"] = value.made_by if value and value.made_by else queries.site_name(one.site)
        for link in card["links"]:
            link["path"] = link["url"].removeprefix(settings.SITE_URL)
    return cards


def _named(number: int) -> str:
    return queries.item_name(number, chinese=speaking.chinese())


def _decided(request: HttpRequest, actor: Account) -> dict[str, Any]:
    """A card's form, sent on as the feedback it is."""
    accepted = request.POST.get("outcome") == "accepted"
    one: dict[str, Any] = {"card": request.POST["card"], "outcome": "accepted" if accepted else "overridden"}
    if not accepted:
        one["overrideReason"] = {
            "reason": {"code": request.POST.get("reason", ""), "system": desk.REASON_SYSTEM},
            "userComment": request.POST.get("remark", ""), "patientInformed": bool(request.POST.get("informed")),
        }  # fmt: skip
    return desk.feedback({"feedback": [one]}, actor)["outcomes"][0]


@require_GET
def card(request: HttpRequest, sealed: str) -> HttpResponse:
    """The result behind a card, through the link the card carried: noted as opened for the doctor it was shown to."""
    row, by = _behind(sealed)
    if row.stage in (DecisionStage.REMINDED, DecisionStage.UNHANDLED):
        row = deeds.view_result(decision_id=row.pk, by=by)
    known = queries.values(row.results or [row.result])
    rows = [(_named(value.item), value, value.flags & 1, value.flags & 8) for value in known.values()]
    rows.sort(key=lambda one: one[0])
    context = {
        "nav": "", "row": row, "rows": rows, "name": _named(row.item),
        "made_by": next((value.made_by for value in known.values() if value.made_by), "")
        or queries.site_name(row.source_site),
        "stage": DecisionStage(row.stage), "standing": Standing(row.standing), "sealed": sealed,
        "image": next((value.image for value in known.values() if value.image), ""),
    }  # fmt: skip
    response = render(request, "portal/recognition/card.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
def image(_request: HttpRequest, sealed: str) -> HttpResponse:
    """On to the images, having noted that they were opened (domain 2.6)."""
    row, by = _behind(sealed)
    known = queries.values(row.results or [row.result])
    where = next((value.image for value in known.values() if value.image), "")
    if not where.startswith(("https://", "http://")):
        raise Refusal(
            "recognition.no_image",
            say("The hospital that made this examination sent no link to its images."),
            say("Decline with reason 98, or ask that hospital for the images."),
        )
    deeds.open_image(decision_id=row.pk, by=by)
    response = HttpResponseRedirect(where)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _behind(sealed: str) -> tuple[Any, Account]:
    """The decision of a card's link and in whose name it is opened: the account that was reminded."""
    key = unsealed(sealed)
    row = queries.decisions_for(permits.the_program()).filter(pk=key).first() if key else None
    by = Account.objects.filter(pk=row.created_by, is_active=True).first() if row is not None else None
    if row is None or by is None:
        raise absent()
    return row, by
