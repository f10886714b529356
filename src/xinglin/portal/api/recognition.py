"""The short call: which earlier results stand for these items of this patient. For hospitals without CDS Hooks."""

# No `from __future__ import annotations` here: signatures are read where they stand.

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body
from pydantic import BaseModel, Field

from xinglin.exchange.recognition.actions import decisions, orders
from xinglin.exchange.recognition.actions.asking import Asked, ask_short, numbers_of, record_at, site_for
from xinglin.exchange.recognition.queries.decisions import Value, values
from xinglin.exchange.recognition.words import Reason
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.portal.api.entry import allow, answer
from xinglin.portal.api.shapes import Sent
from xinglin.portal.cds import desk
from xinglin.portal.cds.cards import links
from xinglin.portal.speaking import spoken


class AskIn(Sent):
    """Two fields are enough: the patient, by the hospital's own number or as “kind:number” of a document, and items."""

    patient: str = Field(min_length=1, max_length=120, examples=["P0001", "id_card:440105199001011234"])
    items: list[str] = Field(min_length=1, max_length=100, examples=[["LAB-CHEM-K", "2823-3"]])
    visit: str = Field("", max_length=80)
    doctor: str = Field("", max_length=60)
    occasion: str = Field("", max_length=20, description="ordinary, operation, transfusion or endoscopy")
    payer: str = Field("", max_length=20, description="insurance, self or other")


class OrderIn(Sent):
    """Orders that were placed, or one that was taken back."""

    patient: str = Field(min_length=1, max_length=120)
    visit: str = Field(min_length=1, max_length=80)
    order: str = Field(min_length=1, max_length=80)
    items: list[str] = Field(default_factory=list, max_length=100)
    placed_at: datetime | None = None
    revoked: bool = False


class ManyIn(Sent):
    """Several decisions at once; with a reason they are declined, without one recognised."""

    decisions: list[str] = Field(min_length=1, max_length=200)
    reason: Literal["", "01", "02", "03", "04", "05", "06", "07", "08", "98", "99"] = ""
    remark: str = Field("", max_length=500)
    informed: bool = False


class ManyOut(BaseModel):
    """What became of them."""

    decisions: list[dict[str, str]]


class LineOut(BaseModel):
    """What an earlier result means for one item."""

    item: str
    standing: str = Field(description="must, may, history, none, or unknown for a code nobody mapped")
    reasons: list[str]
    result: str | None = None
    reference: str | None = None
    critical: bool = False
    made_at: datetime | None = None
    age_days: int | None = None
    until: datetime | None = None
    made_by: str | None = None
    missing: list[str] = []
    decision: str | None = Field(None, description="by which it is recognised or declined")
    stage: str | None = None
    links: list[dict[str, str]] = []


class AskOut(BaseModel):
    """The answer to a question."""

    patient_known: bool
    ground: str
    items: list[LineOut]
    # Other cities whose answer is missing.
    missing_cities: list[str] = []


class OrdersOut(BaseModel):
    """How many order lines were written."""

    placed: int | None = None
    revoked: int | None = None
    unknown: list[str] = []


def offer_recognition(add: Callable[..., None]) -> None:
    """Add the addresses."""
    add("POST", "/recognition/ask", ask, "recognition", "recognition.ask",
        "Which earlier results stand for these items", {200: AskOut}, ask.__doc__)  # fmt: skip
    add("POST", "/recognition/decide", many, "recognition", "recognition.decide",
        "Recognise or decline several at once", {200: ManyOut}, many.__doc__)  # fmt: skip
    add("POST", "/recognition/orders", placed, "recognition", "recognition.orders",
        "Report orders placed or taken back", {200: OrdersOut}, placed.__doc__)  # fmt: skip


def many(request: HttpRequest, body: Body[ManyIn]) -> HttpResponse:
    """Decide several at once: all of them, or none and a refusal that says why."""
    actor = allow(request, desk.DECIDE, "recognition.write", "write")
    if body.reason:
        rows = decisions.decline_many(decision_ids=body.decisions, reason=Reason(body.reason),
                                      remark=body.remark or None, informed=body.informed, by=actor)  # fmt: skip
    else:
        rows = decisions.recognise_many(decision_ids=body.decisions, by=actor)
    return answer({"decisions": [{"decision": row.pk, "stage": str(row.stage)} for row in rows]})


def ask(request: HttpRequest, body: Body[AskIn]) -> HttpResponse:
    """Per item `must`, `may`, `history` or `none`, with the result, its age and the reasons; what must or may be
    recognised is a reminder from then on, with the number by which it is decided."""
    actor = allow(request, desk.ASK, "recognition.write", "write")
    asked = ask_short(
        site=site_for(actor).number, patient=body.patient, codes=body.items, visit=body.visit, doctor=body.doctor,
        occasion=body.occasion, payer=body.payer, by=actor,
    )  # fmt: skip
    rest = desk.whole(asked, actor).everywhere
    return answer({
        "patient_known": bool(asked.patient), "ground": str(_ground(asked) or ""),
        "items": [_told(code, asked, _values(asked)) for code in dict.fromkeys(body.items)],
        "missing_cities": [one.name for one in rest.missing] if rest is not None else [],
    })  # fmt: skip


def _ground(asked: Asked) -> Any:
    return asked.answer.access.ground if asked.answer is not None else None


def _values(asked: Asked) -> dict[int, Value]:
    found = [*(asked.answer.items if asked.answer is not None else []), *(one for _order, one, _kept in asked.lines)]
    return values(one.result_id for line in found for one in (line.coverage or (line,)) if one.result_id)


def _told(code: str, asked: Asked, known: dict[int, Value]) -> dict[str, Any]:
    number = asked.items.get(code)
    if number is None:
        return {"item": code, "standing": "unknown", "reasons": []}
    found = next((one for one in asked.answer.items if one.item == number), None) if asked.answer else None
    # The last line of an order says most: another city's stands after our own hospitals'.
    shown = [(one, kept) for order, one, kept in asked.lines if order.reference == code]
    found, kept = shown[-1] if shown else (found, None)
    if found is None:
        return {"item": code, "standing": "none", "reasons": []}
    value = known.get(found.result_id)
    return {
        "item": code, "standing": str(found.cls), "result": str(value) if value else None,
        "reference": value.reference if value else None, "critical": found.critical,
        "made_at": found.effective_at, "age_days": found.age.days, "until": found.until,
        "made_by": value.made_by if value and value.made_by
        else asked.answer.snapshot.sites[found.site].name if asked.answer and found.site else None,
        "missing": [asked.answer.snapshot.items[one].code for one in found.missing] if asked.answer else [],
        "reasons": [spoken(reason) for reason in found.reasons],
        "decision": kept.decision if kept else None, "stage": str(kept.stage) if kept else None,
        "links": links(kept.decision, image=found.has_image) if kept else [],
    }  # fmt: skip


def placed(request: HttpRequest, body: Body[OrderIn]) -> HttpResponse:
    """An order again for what was recognised takes its saving back; taking that order back restores it."""
    actor = allow(request, desk.DECIDE, "recognition.write", "write")
    site = site_for(actor).number
    if body.revoked:
        rows = orders.revoke_order(site=site, visit=body.visit, order_no=body.order, by=actor)
        return answer({"revoked": len(rows)})
    patient = record_at(site, body.patient)
    known = numbers_of(site, body.items)
    if not patient or not known:
        raise Refusal(
            "recognition.order_unknown",
            say("Neither the patient nor an item of this order is known here."),
            say("Send the patient first, and check the codes."),
        )
    rows = orders.place_orders(site=site, visit=body.visit, patient=patient, order_no=body.order,
                               items=list(known.values()), placed_at=body.placed_at, by=actor)  # fmt: skip
    return answer({"placed": len(rows), "unknown": [code for code in body.items if code not in known]})
