"""Cards of CDS Hooks 2.0: what a doctor reads, what can be done at once, and the reasons not to."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from django.conf import settings
from django.core import signing

from xinglin.exchange.federation.asking import Everywhere, Placed
from xinglin.exchange.recognition.actions.asking import Asked
from xinglin.exchange.recognition.queries.decisions import Value, values
from xinglin.exchange.recognition.words import Reason, Standing
from xinglin.portal import speaking
from xinglin.portal.speaking import gettext

REASON_SYSTEM = "urn:xinglin:recognition:reason"
SUMMARY = 140
SALT = "recognition.card"
# Seconds for which the link on a card opens the result.
LINK_LIFE = 12 * 3600
INDICATORS = {Standing.MUST: "critical", Standing.MAY: "info"}


def cards_of(asked: Asked, *, signing_now: bool) -> list[dict[str, Any]]:
    """One card per ordered item that must or may be recognised; what this doctor has decided already is left out."""
    open_lines = [line for line in asked.lines if not line[2].handled]
    if not open_lines or asked.answer is None:
        return []
    wanted = [key for _order, one, _kept in open_lines
              for key in ([each.result_id for each in one.coverage] or [one.result_id]) if key]  # fmt: skip
    known = asked.values
    if missing := [number for number in wanted if number not in known]:
        known = known | values(missing)
    source, overriding = _source(), override_reasons(speaking.language())
    snapshot, chinese = asked.answer.snapshot, speaking.chinese()
    found = []
    for order, one, kept in open_lines:
        item = snapshot.items[one.item]
        name = item.name_zh if chinese or not item.name_en else item.name_en
        there, value = snapshot.sites.get(one.site), known.get(one.result_id)
        made_by = value.made_by if value and value.made_by else there.name if there else ""
        must = one.cls is Standing.MUST
        card: dict[str, Any] = {
            "uuid": str(kept.key),
            "summary": _summary(name, value, made_by, one, panel=bool(one.coverage)),
            "indicator": "critical" if must and signing_now else "warning" if must else "info",
            "detail": _detail(name, one, known, snapshot, chinese, made_by),
            "source": source,
            "selectionBehavior": "at-most-one",
            "overrideReasons": overriding,
            "links": links(kept.decision, image=one.has_image),
        }
        if one.complete:
            card["suggestions"] = [_suggestion(card["uuid"], order.reference, name, must=must)]
        else:
            # Nothing to accept: it does not stand for the whole order, so there is no behaviour to choose by.
            del card["selectionBehavior"]
        found.append(card)
    found.sort(key=lambda card: ("critical", "warning", "info").index(card["indicator"]))
    return found


def city_cards(found: Everywhere | None) -> list[dict[str, Any]]:
    """What other cities add beside what can be decided: a card per item to read, and one that says whose answer is
    missing."""
    if found is None:
        return []
    cards = [_city_card(placed, found) for placed in found.elsewhere.values()]
    if found.missing:
        names = speaking.listed([one.name for one in found.missing])
        cards.append({
            "uuid": str(uuid4()), "indicator": "info", "source": _source(),
            "summary": gettext("No answer from: {cities}").format(cities=names)[:SUMMARY],
            "detail": "\n".join(f"- {_plain(one.name)}: {_plain(speaking.spoken(one.state))}" for one in found.missing),
        })  # fmt: skip
    return cards


def _city_card(placed: Placed, found: Everywhere) -> dict[str, Any]:
    item = found.here.snapshot.items[placed.answer.item]
    name = item.name_zh if speaking.chinese() or not item.name_en else item.name_en
    value = f"{placed.result.text or plainly(placed.result.number)} {placed.result.unit}".strip()
    where = placed.result.hospital or placed.told.name
    said = gettext("{item} {value}: made {days} days ago at {hospital}").format(
        item=name, value=value, days=placed.answer.age.days, hospital=f"{where} ({placed.told.name})"
    )
    converted = _converted(placed.result.told_as)
    lines = [f"- {_plain(name)}: **{_plain(value)}**{converted}, {speaking.moment(placed.result.effective_at)}",
             f"\n{_plain(where)} · {_plain(placed.told.name)}"]  # fmt: skip
    lines += [f"- {_plain(speaking.spoken(reason))}" for reason in placed.answer.reasons]
    return {
        "uuid": str(uuid4()), "summary": said[:SUMMARY], "detail": "\n".join(lines), "source": _source(),
        "indicator": "warning" if placed.answer.cls is Standing.MUST else "info",
    }  # fmt: skip


def plainly(number: Decimal | None) -> str:
    """A number without trailing zeros; "" for none."""
    return "" if number is None else f"{number.normalize():f}"


def visit_card(asked: Asked) -> list[dict[str, Any]]:
    """One card on opening the visit: how much there is that can be used; what this doctor decided is left out."""
    answer = asked.answer
    shown = [one for _order, one, kept in asked.lines if not kept.handled]
    if answer is None or not shown:
        return []
    must = sum(one.cls is Standing.MUST for one in shown)
    may = len(shown) - must
    shown.sort(key=lambda one: one.cls is not Standing.MUST)
    items = [answer.snapshot.items[one.item] for one in shown]
    names = [item.name_zh if speaking.chinese() or not item.name_en else item.name_en for item in items]
    summary = gettext("Earlier results: {must} to be recognised, {may} that may be.").format(must=must, may=may)
    return [{
        "uuid": str(uuid5(NAMESPACE_URL, f"visit|{asked.patient}|{asked.visit}")),
        "summary": summary[:SUMMARY], "indicator": "info", "source": _source(),
        "detail": speaking.listed(names[:40]),
    }]  # fmt: skip


def _summary(name: str, value: Value | None, made_by: str, one: Any, *, panel: bool) -> str:
    """Short enough for a pop-up (140 characters)."""
    if panel or value is None:
        told = gettext("{item}: made {days} days ago at {hospital}").format(
            item=name, days=one.age.days, hospital=made_by
        )
    else:
        told = gettext("{item} {value}: made {days} days ago at {hospital}").format(
            item=name, value=value, days=one.age.days, hospital=made_by
        )
    return told if len(told) <= SUMMARY else told[: SUMMARY - 1] + "…"


def _detail(name: str, one: Any, known: dict[int, Value], snapshot: Any, chinese: bool, made_by: str) -> str:
    """GitHub-flavoured Markdown: the values, then why."""
    lines = []
    for each in one.coverage or (one,):
        value = known.get(each.result_id)
        item = snapshot.items.get(each.item)
        said = (item.name_zh if chinese or not item.name_en else item.name_en) if item else str(each.item)
        if value is None:
            lines.append(f"- {_plain(said)}: {gettext('no usable result')}")
            continue
        mark = f" **{gettext('critical')}**" if each.critical else ""
        reference = f" ({_plain(value.reference)})" if value.reference else ""
        at = speaking.moment(value.effective_at)
        lines.append(f"- {_plain(said)}: **{_plain(str(value))}**{_converted(value.told_as)}{reference}{mark}, {at}")
    if made_by:
        lines.append(f"\n{_plain(made_by)}")
    lines += [f"- {_plain(speaking.spoken(reason))}" for reason in one.reasons]
    return "\n".join(lines)


def _converted(told_as: str) -> str:
    """How another city told the value, where it was converted into the item's unit; nothing else."""
    return f" ({_plain(speaking.converted(told_as))})" if told_as else ""


_MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>#|"})


def _plain(text: str) -> str:
    """Text of somebody else's inside Markdown: nothing in it marks anything up or links anywhere."""
    return text.replace("\n", " ").translate(_MARKUP)


def _suggestion(card: str, reference: str, name: str, *, must: bool) -> dict[str, Any]:
    return {
        "label": gettext("Recognise, do not order again"),
        "uuid": str(uuid5(NAMESPACE_URL, f"accept|{card}")),
        "isRecommended": must,
        "actions": [{
            "type": "delete", "description": gettext("Remove the order of {item}").format(item=name),
            "resourceId": reference,
        }],
    }  # fmt: skip


def override_reasons(language: str) -> list[dict[str, str]]:
    """The coded reasons (domain 2.7), in the reader's language."""
    return list(_reasons(language))


@lru_cache(maxsize=8)
def _reasons(_language: str) -> tuple[dict[str, str], ...]:
    return tuple(
        {"code": str(reason), "system": REASON_SYSTEM, "display": speaking.spoken(reason)} for reason in Reason
    )


def _source() -> dict[str, Any]:
    return {
        "label": gettext("Xinglin mutual recognition"), "url": settings.SITE_URL,
        "topic": {"code": "recognition", "system": "urn:xinglin:topic", "display": gettext("Mutual recognition")},
    }  # fmt: skip


def links(decision: str, *, image: bool) -> list[dict[str, str]]:
    """To the result and its images: signed, for some hours, so that the doctor needs no account here."""
    sealed = _sealed(decision)
    found = [{
        "label": gettext("Open the result"), "type": "absolute",
        "url": f"{settings.SITE_URL}/recognition/card/{sealed}/",
    }]  # fmt: skip
    if image:
        found.append({
            "label": gettext("Open the images"), "type": "absolute",
            "url": f"{settings.SITE_URL}/recognition/card/{sealed}/image/",
        })  # fmt: skip
    return found


def _sealed(decision: str) -> str:
    """What `signing.dumps(decision, salt=SALT)` says, with the key derived once: it derives it for every signature."""
    stamp = signing.b62_encode(int(time.time()))
    said = f"{signing.b64_encode(json.dumps(decision).encode()).decode()}:{stamp}"
    seal = hmac.digest(_seal_key(settings.SECRET_KEY), said.encode(), "sha256")
    return f"{said}:{signing.b64_encode(seal).decode()}"


@lru_cache(maxsize=4)
def _seal_key(secret: str) -> bytes:
    """As `salted_hmac` derives it."""
    return hashlib.sha256(f"{SALT}signer{secret}".encode()).digest()


def unsealed(sealed: str) -> str:
    """The decision of a card's link; "" when it is too old or somebody else's making."""
    try:
        return str(signing.loads(sealed, salt=SALT, max_age=LINK_LIFE))
    except signing.BadSignature:
        return ""
