"""The service without its transport: a request's JSON in, an answer's JSON out. Pages and the server share it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from xinglin.exchange.federation.asking import Everywhere, add_cities
from xinglin.exchange.federation.offering import offer
from xinglin.exchange.recognition.actions.asking import (
    Asked,
    Feedback,
    ask_about,
    question_of,
    site_for,
    take_feedback,
)
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.portal import speaking
from xinglin.portal.cds.cards import REASON_SYSTEM, cards_of, city_cards, visit_card

VISIT, SELECT, SIGN = "xinglin-patient-view", "xinglin-order-select", "xinglin-order-sign"
HOOKS = {VISIT: "patient-view", SELECT: "order-select", SIGN: "order-sign"}
ASK, DECIDE = "recognition.ask", "recognition.decide"
TITLES: dict[str, tuple[Phrase, Phrase]] = {
    VISIT: (say("Earlier results of the patient"),
            say("On opening the visit: how many earlier results of other hospitals can be used.")),
    SELECT: (say("Mutual recognition on choosing"),
             say("On choosing an order: the earlier result that can take its place, with its reasons.")),
    SIGN: (say("Mutual recognition on signing"),
           say("On signing: results that must be recognised, or declined with a coded reason.")),
}  # fmt: skip
PREFETCH = {"patient": "Patient/{{context.patientId}}"}
MOST_FEEDBACK = 200


def discovery() -> dict[str, Any]:
    """GET /cds-services."""
    return {"services": [
        {
            "hook": hook, "id": name, "title": speaking.spoken(TITLES[name][0]),
            "description": speaking.spoken(TITLES[name][1]), "prefetch": PREFETCH,
            "usageRequirements": gettext("An access token with the ability “{ability}”.").format(ability=ASK),
        }
        for name, hook in HOOKS.items()
    ]}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """The whole answer to a request: what is known here, and what other cities add within their budget of time; None
    where there is nothing to add to (on opening a visit, or without an answer here)."""

    asked: Asked
    everywhere: Everywhere | None


def serve(name: str, sent: Any, by: Account) -> dict[str, Any]:
    """POST /cds-services/{name}. Raises Refusal for what cannot be understood."""
    told = ask(name, sent, by)
    if name == VISIT:
        return {"cards": visit_card(told.asked)}
    return {"cards": [*cards_of(told.asked, signing_now=name == SIGN), *city_cards(told.everywhere)]}


def whole(asked: Asked, by: Account) -> Told:
    """An answer given here, with what other cities add."""
    return Told(asked, _everywhere(asked, by))


def _everywhere(asked: Asked, by: Account) -> Everywhere | None:
    """What can be decided becomes lines of `asked`, reminded and kept; the rest is for reading."""
    if asked.answer is None or asked.question is None or asked.question.opening:
        return None
    found = add_cities(
        here=asked.answer, patient=asked.patient, items=list(dict.fromkeys(asked.items.values())),
        site=asked.question.site, account=by, doctor=asked.question.doctor, visit=asked.visit,
        occasion=asked.question.occasion,
    )  # fmt: skip
    return offer(found=found, asked=asked, by=by)


def ask(name: str, sent: Any, by: Account) -> Told:
    """The question of a request, asked here and in other cities."""
    if not isinstance(sent, dict):
        raise _bad(say("The request is no JSON object."))
    if sent.get("hook") != HOOKS[name]:
        raise _bad(say("This service answers the hook “{hook}”.", hook=HOOKS[name]))
    try:
        uuid.UUID(str(sent.get("hookInstance")))
    except ValueError:
        raise _bad(say("The hookInstance is no UUID.")) from None
    context = sent.get("context")
    if not isinstance(context, dict) or not context.get("patientId"):
        raise _bad(say("The context names no patient."))
    prefetch = sent.get("prefetch") if isinstance(sent.get("prefetch"), dict) else {}
    extension = sent.get("extension") if isinstance(sent.get("extension"), dict) else {}
    assert isinstance(prefetch, dict) and isinstance(extension, dict)  # noqa: S101 - for the type checker
    selections = context.get("selections")
    question = question_of(
        site=site_for(by, str(extension.get("xinglin-organisation") or "")).number,
        patient=str(context["patientId"]), visit=str(context.get("encounterId") or ""),
        doctor=str(context.get("userId") or ""), drafts=context.get("draftOrders") or prefetch.get("draftOrders"),
        selections=selections if isinstance(selections, list) and name == SELECT else None,
        resource=prefetch.get("patient"), occasion=str(extension.get("xinglin-occasion") or ""),
        payer=str(extension.get("xinglin-payer") or ""), signing=name == SIGN, opening=name == VISIT,
    )  # fmt: skip
    return whole(ask_about(question=question, by=by), by)


def feedback(sent: Any, by: Account) -> dict[str, Any]:
    """POST /cds-services/{name}/feedback: what doctors did with their cards. Each is booked by itself."""
    rows = sent.get("feedback") if isinstance(sent, dict) else None
    if not isinstance(rows, list) or not rows or len(rows) > MOST_FEEDBACK:
        raise _bad(say("The feedback is no list of 1 to {most} entries.", most=MOST_FEEDBACK))
    told = [_feedback(one) for one in rows]
    site = site_for(by).number
    return {"outcomes": [
        {
            "card": str(one.card), "booked": one.refusal is None, "decision": one.decision, "stage": one.stage,
            **({} if one.refusal is None else {
                "code": one.refusal.code, "sentence": speaking.spoken(one.refusal.sentence),
                "next_step": speaking.spoken(one.refusal.next_step) if one.refusal.next_step else "",
            }),
        }
        for one in take_feedback(feedback=told, site=site, by=by)
    ]}  # fmt: skip


def _feedback(one: Any) -> Feedback:
    if not isinstance(one, dict) or one.get("outcome") not in ("accepted", "overridden"):
        raise _bad(say("The outcome of a card is “accepted” or “overridden”."))
    try:
        card = uuid.UUID(str(one.get("card")))
    except ValueError:
        raise _bad(say("The card of a feedback is no UUID.")) from None
    given = one.get("overrideReason")
    given = given if isinstance(given, dict) else {}
    # CDS Hooks 2.0 wraps the coding in "reason"; some clients send it bare.
    coding = given.get("reason")
    coding = coding if isinstance(coding, dict) else given
    system = str(coding.get("system") or REASON_SYSTEM)
    code = str(coding.get("code") or "")
    if code and system != REASON_SYSTEM:
        raise _bad(say("Reasons of the system “{system}” are not known here.", system=system[:80]))
    return Feedback(
        card, one["outcome"] == "accepted", code, system, str(given.get("userComment") or "")[:500],
        bool(given.get("patientInformed")),
    )  # fmt: skip


def _bad(sentence: Phrase) -> Refusal:
    return Refusal("cds.request", sentence, say("See the guide on connecting order entry for the form of a request."))
