"""Auditing looks: one in a hundred each month by lot, and those that stand out (domain 9.4)."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from django.db import transaction

from xinglin.exchange.consent.models import ViewAudit
from xinglin.exchange.consent.queries import people
from xinglin.exchange.consent.queries.reviewing import colleagues_among
from xinglin.exchange.consent.queries.viewing import views_between
from xinglin.exchange.consent.queries.watching import watched
from xinglin.exchange.consent.words import AuditCause, Ground
from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask
from xinglin.kernel.clock import ZONE, today
from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

Finding = Annotated[str, Ask("text", longest=300)]
PERMILLE = 1_000

configuration.rule("consent.audit_permille", 10, say("Of a thousand views, how many are drawn for audit each month"),
                   "set by the alliance; domain practice is 1 %")  # fmt: skip


@transaction.atomic(savepoint=False)
def watch_views(*, seen: Sequence[tuple[LedgerEntry, int, int, Ground | None]]) -> list[ViewAudit]:
    """Put views that stand out before the auditor, in the views' own transaction. Each is (its entry in the ledger,
    the person, the hospital that looked, the ground)."""
    persons, colleagues = watched()
    others = [one for one in seen if one[3] != Ground.SELF]
    known = colleagues_among([(person, site) for _e, person, site, _g in others]) if colleagues and others else ()
    found = []
    for entry, person, site, _ground in others:
        if person in persons:
            found.append(_stands_out(entry, AuditCause.WATCHED))
        elif (person, site) in known:
            found.append(_stands_out(entry, AuditCause.COLLEAGUE))
    return found


def _stands_out(entry: LedgerEntry, cause: AuditCause) -> ViewAudit:
    by = permits.the_program()
    audit = _open(entry, cause, by)
    ledger.record("consent.view_stood_out", by=by, subject=audit, data={"cause": str(cause)})
    notices.tell(notices.holders(Role.AUDIT_ADMIN), "consent.view_stood_out",
                 say("A view of a patient's results stood out; look into it."), subject=audit)  # fmt: skip
    return audit


def _open(entry: LedgerEntry, cause: AuditCause, by: Account) -> ViewAudit:
    audit = ViewAudit(
        entry=entry.pk, cause=cause, month=entry.happened_at.astimezone(ZONE).strftime("%Y-%m"),
        person=int(entry.subject_id), actor_name=entry.actor_name,
        organisation=people.site_names().get(int(entry.data.get("site") or 0), ""),
    )  # fmt: skip
    return lifecycle.begin(audit, by=by)


@transaction.atomic
def draw_month(*, day: date | None = None, by: Account) -> int:
    """Draw last month's lot once: each view's lot is a hash of the ledger's root and its number, the lowest are drawn.
    Nobody can know before the month ends, anybody can draw again afterwards. Returns how many were drawn."""
    first = (day or today()).replace(day=1)
    since = (first - timedelta(days=1)).replace(day=1)
    month = since.strftime("%Y-%m")
    if LedgerEntry.objects.filter(event="consent.audit_drawn", data__month=month).exists():
        return 0
    root = ledger.latest_root()
    start, end = (datetime(one.year, one.month, 1, tzinfo=ZONE) for one in (since, first))
    rows = views_between(start, end)
    views = rows.count()
    wanted = -(-views * int(configuration.value("consent.audit_permille")) // PERMILLE)
    keys = rows.values_list("pk", flat=True).iterator()
    drawn = heapq.nsmallest(wanted, keys, key=lambda key: hashlib.sha256(f"{root}:{key}".encode()).digest())
    known = set(ViewAudit.objects.filter(entry__in=drawn).values_list("entry", flat=True))
    for entry in LedgerEntry.objects.filter(pk__in=[key for key in drawn if key not in known]).order_by("pk"):
        _open(entry, AuditCause.RANDOM, by)
    ledger.record("consent.audit_drawn", by=by, subject=by,
                  data={"month": month, "views": views, "drawn": len(drawn)})  # fmt: skip
    if drawn:
        notices.tell(notices.holders(Role.AUDIT_ADMIN), "consent.audit_drawn",
                     say("{count} views of last month were drawn for audit.", count=len(drawn)),
                     once=f"consent.audit.{month}")  # fmt: skip
    return len(drawn)


@transaction.atomic
def find_in_order(*, audit_id: str, finding: Finding, by: Account) -> ViewAudit:
    """Find that the view had its ground and its purpose."""
    return _judge(audit_id, finding, "find_in_order", by)


@transaction.atomic
def find_not_in_order(*, audit_id: str, finding: Finding, by: Account) -> ViewAudit:
    """Find that it had not; the secretariat is told, and takes it from there (PIPL art. 57, 66)."""
    audit = _judge(audit_id, finding, "find_not_in_order", by)
    told: Phrase = say("An audit found a view of a patient's results not in order.")
    notices.tell(notices.holders(Role.SECRETARIAT), "consent.audit_judged", told, subject=audit)
    return audit


def _judge(key: str, finding: str, move: str, by: Account) -> ViewAudit:
    audit = lifecycle.take(ViewAudit, key)
    if not finding.strip():
        raise Refusal("consent.finding", say("Say what you found."), field="finding")
    if LedgerEntry.objects.filter(pk=audit.entry, actor_id=by.pk).exists():
        raise Refusal("consent.own_view", say("Nobody audits their own view."),
                      say("Leave it to another audit administrator."))  # fmt: skip
    audit.finding = finding.strip()
    lifecycle.step(audit, move, by=by)
    ledger.record("consent.audit_judged", by=by, subject=audit, data={"in_order": move == "find_in_order"})
    return audit
