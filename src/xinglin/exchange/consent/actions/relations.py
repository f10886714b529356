"""Treating relations: a hospital's visit begins, its doctors are named, it ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from xinglin.exchange.consent.models import Relation
from xinglin.exchange.consent.queries.people import record_of
from xinglin.exchange.identity.models import IndexPerson
from xinglin.kernel import configuration, ledger
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

configuration.rule("consent.after_visit_days", 30, say("Days after a visit during which the hospital still treats"),
                   "set by the alliance")  # fmt: skip
configuration.rule("consent.longest_visit_days", 90,
                   say("Days after which a visit nobody ended counts as ended, unless the hospital names it again"),
                   "set by the alliance")  # fmt: skip


@transaction.atomic
def begin_visit(*, person: int, site: int, visit: str, doctor: str = "", began_at: datetime, by: Account) -> Relation:
    """Hospital `site` treats index person `person` in its visit `visit` (its own number), by `doctor` (staff number or
    account). Saying it again prolongs the open visit; another doctor is another relation of the same visit."""
    if not visit.strip():
        raise Refusal("consent.visit", say("A visit needs the hospital's number of it."), field="visit")
    until = began_at + timedelta(days=configuration.value("consent.longest_visit_days"))
    relation, made = Relation.objects.select_for_update().get_or_create(
        person=person, site=site, visit=visit.strip()[:80], doctor=doctor.strip()[:60],
        defaults={"began_at": began_at, "ends_at": until, "record": record_of(person, site)},
    )  # fmt: skip
    if not made and until > relation.ends_at:
        relation.ends_at = until
        relation.save(update_fields=["ends_at"])
    if made:
        ledger.record("consent.relation_begun", by=by, subject=IndexPerson(pk=person),
                      data={"site": site, "until": relation.ends_at.date().isoformat()})  # fmt: skip
    return relation


@transaction.atomic
def end_visit(*, person: int, site: int, visit: str, ended_at: datetime, by: Account) -> int:
    """The visit ended: the relation of each of its doctors runs on for the configured days. Returns how many ended.

    An end before the beginning is taken as the beginning; ending never makes a relation longer.
    """
    days = timedelta(days=configuration.value("consent.after_visit_days"))
    rows = Relation.objects.select_for_update().filter(person=person, site=site, visit=visit.strip()[:80])
    count = 0
    for relation in rows:
        until = max(ended_at, relation.began_at) + days
        if until < relation.ends_at:
            relation.ends_at = until
            relation.save(update_fields=["ends_at"])
            count += 1
    if count:
        ledger.record("consent.relation_ended", by=by, subject=IndexPerson(pk=person),
                      data={"site": site, "until": (ended_at + days).date().isoformat()})  # fmt: skip
    return count
