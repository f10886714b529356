"""Telling people what happened. Wording is neutral: no clinical content ever leaves the house.

A notice is written in the transaction of the deed and so are its deliveries; a rollback takes them back, and a kill
after commit loses none (`docs/adr/0006-outbox-in-the-same-transaction.md`). The worker brings them out after commit
(`deliveries`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Q, QuerySet

from xinglin.kernel import configuration, gateways, ledger, permits, queue
from xinglin.kernel.asks import Ask, Yes
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, Delivery, Grant, Notice, Outlet
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, packed, say, unpacked
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import ALLIANCE, Channel, Role, Scope

# How many deliveries one piece of work in the line brings out.
BUNDLE = 50

configuration.rule("notices.email", True, say("Send notices by e-mail to everybody who has not chosen otherwise"),
                   "set by the alliance")  # fmt: skip


@transaction.atomic
def tell(
    accounts: Iterable[Account], event: str, sentence: Phrase, *, subject: Any = None, once: str = ""
) -> list[Notice]:
    """Tell each account `sentence` about `subject`; returns the notices that are new.

    `once` makes a repeated reminder with the same key go nowhere. Nothing leaves before the transaction commits.
    """
    notices = [
        Notice(
            account=account, event=event, sentence=sentence.msgid, facts=packed(sentence)["with"], once=once,
            subject_kind=subject._meta.label_lower if subject is not None else "",
            subject_id=str(subject.pk) if subject is not None else "",
            subject_title=str(subject)[:300] if subject is not None else "",
        )
        for account in {account.pk: account for account in accounts}.values()
    ]  # fmt: skip
    made = Notice.objects.bulk_create(notices, ignore_conflicts=bool(once))
    if once:
        # What already existed was skipped by the database without a word; only the new ones go out.
        written = set(Notice.objects.filter(pk__in=[notice.pk for notice in made]).values_list("pk", flat=True))
        made = [notice for notice in made if notice.pk in written]
    _send_out(made)
    return made


def sentence_of(notice: Notice) -> Phrase:
    """The notice's sentence with its facts, to be spoken in the reader's language."""
    return unpacked({"say": notice.sentence, "with": notice.facts})


def holders(*roles: Role, scopes: Iterable[Scope] = ()) -> list[Account]:
    """The open accounts that hold one of `roles` in one of `scopes` or for the whole alliance."""
    wanted = Q(pk=None)
    for kind, key in {ALLIANCE, *scopes}:
        wanted |= Q(scope_kind=kind, scope_id=key)
    live = Grant.objects.filter(wanted, role__in=roles, ended_at=None)
    return list(Account.objects.filter(is_active=True, grants__in=live).distinct())


def notices_for(actor: Actor) -> QuerySet[Notice]:
    """The actor's own notices, the newest first."""
    if actor is None:
        return Notice.objects.none()
    return Notice.objects.filter(account_id=actor.pk).order_by("-created_at")


@transaction.atomic
def mark_read(*, account: Account, notice_id: str = "") -> int:
    """Mark one notice of `account` as read, or all of them; returns how many were unread."""
    rows = Notice.objects.filter(account=account, read_at=None)
    if notice_id:
        rows = rows.filter(pk=notice_id)
    return rows.update(read_at=now())


@transaction.atomic
def speak_to(*, account: Account, language: str) -> None:
    """Speak `language` to this account from now on, on pages and in e-mail."""
    Account.objects.filter(pk=account.pk).update(language=language)


def outlets_for(actor: Actor) -> QuerySet[Outlet]:
    """The actor's own outlets; those of the alliance for its system administrator too."""
    if actor is None:
        return Outlet.objects.none()
    theirs = Q(account_id=actor.pk)
    if permits.holds(actor, Role.SYSTEM_ADMIN):
        theirs |= Q(account=None)
    return Outlet.objects.filter(theirs).order_by("channel", "created_at")


@transaction.atomic
def set_outlet(
    *,
    channel: Channel,
    address: Annotated[str, Ask("line", longest=400)],
    secret: Annotated[str, Ask("secret", longest=200)] | None = None,
    events: list[str] | None = None,
    for_alliance: Yes = False,
    is_active: Yes = True,
    by: Account,
) -> Outlet:
    """Say where one's notices go (or, for its system administrator, the alliance's), and which: `events` are beginnings
    of event names, none means all. An inactive e-mail outlet stops e-mail."""
    if for_alliance:
        permits.require(by, Role.SYSTEM_ADMIN)
    if channel == Channel.EMAIL:
        _refuse_no_mail_address(address)
    else:
        _refuse_unsafe(address)
    if channel == Channel.WEBHOOK and len(secret or "") < 16:
        raise Refusal(
            "outlets.secret",
            say("A webhook needs a secret of at least 16 characters."),
            say("The receiver checks with it that a message comes from here."),
            field="secret",
        )
    owner = None if for_alliance else by
    outlet, _made = Outlet.objects.update_or_create(
        account=owner, channel=channel,
        defaults={"address": address, "secret": secret or "", "events": events or [], "is_active": is_active},
    )  # fmt: skip
    ledger.record("kernel.outlet_set", by=by, subject=by, data={"channel": str(channel), "events": events or []})
    return outlet


@transaction.atomic
def remove_outlet(*, outlet_id: str, by: Account) -> None:
    """Stop sending notices to an outlet; what waits for it is given up."""
    outlet = outlets_for(by).filter(pk=outlet_id).first()
    if outlet is None:
        raise absent()
    Delivery.objects.filter(outlet=outlet, delivered_at=None, given_up_at=None).update(
        given_up_at=now(), last_failure=packed(say("The outlet was removed."))
    )
    ledger.record("kernel.outlet_removed", by=by, subject=by, data={"channel": outlet.channel})
    outlet.delete()


def _refuse_no_mail_address(address: str) -> None:
    name, at, host = address.rpartition("@")
    if not (name and at and "." in host) or any(c.isspace() or c in ",;<>" for c in address):
        raise Refusal("outlets.email", say("This is not an e-mail address."), field="address")


def _refuse_unsafe(address: str) -> None:
    try:
        gateways.permitted(address)
    except gateways.Undelivered as why:
        raise Refusal(
            "outlets.address",
            say("Notices cannot be sent to this address: {reason}", reason=why.reason),
            say("Use the https address the receiver gave you."),
            field="address",
        ) from why


def _send_out(made: list[Notice]) -> None:
    """Write a delivery for every way out of every new notice, and put them in line."""
    if not made:
        return
    outlets = list(Outlet.objects.filter(Q(account__in=[notice.account_id for notice in made]) | Q(account=None)))
    mail = configuration.value("notices.email")
    found = [delivery for notice in made for delivery in _ways(notice, outlets, mail)]
    # A group is told once, however many of its members are told.
    found += [Delivery(notice=made[0], outlet=outlet, channel=outlet.channel)
              for outlet in outlets if outlet.account_id is None and _wants(outlet, made[0])]  # fmt: skip
    Delivery.objects.bulk_create(found)
    for begin in range(0, len(found), BUNDLE):
        queue.defer(queue.DELIVER, delivery_ids=[delivery.pk for delivery in found[begin : begin + BUNDLE]])


def _ways(notice: Notice, outlets: list[Outlet], mail: bool) -> list[Delivery]:
    own = [outlet for outlet in outlets if outlet.account_id == notice.account_id]
    ways = [Delivery(notice=notice, outlet=o, channel=o.channel) for o in own if _wants(o, notice)]
    chose = any(outlet.channel == Channel.EMAIL for outlet in own)
    if mail and not chose and notice.account.email:
        ways.append(Delivery(notice=notice, outlet=None, channel=Channel.EMAIL))
    return ways


def _wants(outlet: Outlet, notice: Notice) -> bool:
    return outlet.is_active and (not outlet.events or any(notice.event.startswith(begin) for begin in outlet.events))
