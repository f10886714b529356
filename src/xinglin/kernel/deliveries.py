"""Bringing notices out: each delivery is tried until it arrives, or given up with a reason people can see."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, override

from xinglin.kernel import configuration, permits
from xinglin.kernel.clock import now
from xinglin.kernel.gateways import GATEWAYS, Message, Undelivered
from xinglin.kernel.models import Delivery
from xinglin.kernel.notices import sentence_of
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import packed, say
from xinglin.kernel.words import Channel, Role

log = logging.getLogger("xinglin.deliveries")
LANGUAGES = ("zh-hans", "en")
# Minutes until the next try, after the first failure, the second, and so on.
PAUSES = (1, 5, 30, 120, 360, 1440)

configuration.rule("notices.attempts", 6, say("Tries until a notice that cannot be delivered is given up"),
                   "set by the alliance")  # fmt: skip
SUBJECT = say("Xinglin: {title}")
NO_TITLE = say("a notice")


def deliver_all(delivery_ids: Iterable[str]) -> int:
    """Try each delivery; returns how many arrived. One that is done, given up, or in other hands is left alone."""
    return sum(deliver(key) for key in delivery_ids)


def deliver_due(limit: int = 200) -> int:
    """Try what is due: failed before, or forgotten by a worker that was killed."""
    return deliver_all(list(_open().filter(due_at__lte=now()).order_by("due_at").values_list("pk", flat=True)[:limit]))


@transaction.atomic
def deliver(delivery_id: str) -> bool:
    """One try. The row is locked while the message is out, so two workers never send it at once."""
    delivery = (
        _open()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("notice__account", "outlet")
        .filter(pk=delivery_id, due_at__lte=now())
        .first()
    )
    if delivery is None:
        return False
    delivery.attempts += 1
    try:
        _bring(delivery)
        delivery.delivered_at, delivery.last_failure = now(), {}
    except Undelivered as why:
        _note_failure(delivery, why)
    except Exception:
        log.exception("delivery %s failed", delivery.pk)
        _note_failure(delivery, Undelivered(say("A fault in the program; see its log.")))
    delivery.save(update_fields=["attempts", "delivered_at", "given_up_at", "last_failure", "due_at"])
    return delivery.delivered_at is not None


def failed_deliveries_for(actor: Actor) -> QuerySet[Delivery]:
    """What was given up, with its reason: one's own, or all for the system administrator."""
    rows = Delivery.objects.exclude(given_up_at=None).select_related("notice", "outlet").order_by("-given_up_at")
    if actor is None:
        return rows.none()
    return rows if permits.holds(actor, Role.SYSTEM_ADMIN) else rows.filter(notice__account_id=actor.pk)


def _open() -> QuerySet[Delivery]:
    return Delivery.objects.filter(delivered_at=None, given_up_at=None)


def _bring(delivery: Delivery) -> None:
    account, outlet = delivery.notice.account, delivery.outlet
    if not account.is_active:
        raise Undelivered(say("The account is closed."), permanent=True)
    if outlet is not None and not outlet.is_active:
        raise Undelivered(say("The outlet was switched off."), permanent=True)
    if outlet is None and (delivery.channel != Channel.EMAIL or not account.email):
        raise Undelivered(say("The outlet was removed."), permanent=True)
    address, secret = (outlet.address, outlet.secret) if outlet else (account.email, "")
    shared = outlet is not None and outlet.account_id is None
    GATEWAYS[Channel(delivery.channel)].send(address, secret, message_of(delivery, both=shared))


def message_of(delivery: Delivery, *, both: bool = False) -> Message:
    """The words of a delivery, in the account's language; in both languages for a group."""
    notice = delivery.notice
    sentence = sentence_of(notice)
    texts = {}
    for language in LANGUAGES:
        with override(language):
            texts[language] = sentence.spoken(gettext, _shown)
    mine = notice.account.language if notice.account.language in texts else LANGUAGES[0]
    with override(mine):
        title = notice.subject_title or NO_TITLE.spoken(gettext)
        subject = SUBJECT(title=title).spoken(gettext)
    return Message(
        delivery_id=delivery.pk,
        event=notice.event,
        subject=subject,
        text="\n".join(dict.fromkeys(texts.values())) if both else texts[mine],
        texts=texts,
        at=notice.created_at.isoformat(),
        record={"kind": notice.subject_kind, "id": notice.subject_id},
    )


def _shown(fact: object) -> object:
    return fact.strftime("%Y-%m-%d %H:%M") if hasattr(fact, "hour") else fact


def _note_failure(delivery: Delivery, why: Undelivered) -> None:
    delivery.last_failure = packed(why.reason)
    if why.permanent or delivery.attempts >= configuration.value("notices.attempts"):
        delivery.given_up_at = now()
    else:
        delivery.due_at = now() + timedelta(minutes=PAUSES[min(delivery.attempts, len(PAUSES)) - 1])
