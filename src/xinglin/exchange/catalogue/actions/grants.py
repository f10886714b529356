"""HR marks: granted for a term, suspended when the quality evaluation fails or lapses, resumed, revoked (2.9)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from django.db import transaction
from django.db.models import F, Q

from xinglin.exchange.catalogue.actions.sites import open_site
from xinglin.exchange.catalogue.models import CatalogueState, Item, QualityEvaluation, ScopeGrant, Site, Suspension
from xinglin.exchange.catalogue.queries.sites import alliances_by_organisation
from xinglin.exchange.catalogue.rules import scopes as places
from xinglin.exchange.catalogue.words import GrantStage, Outcome
from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, ref
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster import regions
from xinglin.roster.queries import bodies

GRANTERS = (Role.SECRETARIAT, Role.STEWARD)
Programme = Annotated[str, Ask("line", longest=160)]
Reason = Annotated[str, Ask("line", longest=200)]
ONE_DAY = timedelta(days=1)

configuration.rule(
    "catalogue.mark_warn_days", [60, 30, 7], say("Days before an HR mark lapses on which its laboratory is reminded"),
    "set by the alliance",
)  # fmt: skip


@transaction.atomic
def grant_scope(
    *,
    organisation_id: ref("roster.organisation"),
    item_id: ref("catalogue.item"),
    scope: Annotated[str, Ask("line", longest=26)],
    programme: Programme,
    result: Annotated[str, Ask("line", longest=80)],
    valid_from: Day,
    valid_to: Day,
    evaluated_until: Day | None = None,
    by: Account,
) -> ScopeGrant:
    """Grant a site the HR mark of an item for a term, on a passed quality evaluation.

    `scope`: 全国 (000000), a province, city or district by code, a group of provinces by name, or the alliance's id.
    `evaluated_until` is the last day the evaluation speaks for (the term's end, if none is given). Refused when the
    site lies outside the scope, and when its mark of this item and scope already counts in that term.
    """
    site, item = _judged(organisation_id, item_id, valid_from, valid_to, by)
    scope = _scope(scope, site)
    CatalogueState.lock()
    open_marks = ScopeGrant.objects.filter(site=site, item=item, scope=scope).exclude(stage=GrantStage.REVOKED)
    if open_marks.filter(valid_from__lte=valid_to, valid_to__gte=valid_from).exists():
        raise Refusal(
            "catalogue.mark_stands",
            say("The site already holds this mark in that term."),
            say("Begin the new term on the day after the old one ends, or revoke the old mark."),
            field="valid_from",
        )
    until = min(evaluated_until or valid_to, valid_to)
    mark = ScopeGrant(site=site, item=item, scope=scope, programme=programme, result=result, valid_from=valid_from,
                      valid_to=valid_to, evaluated_until=until, due_on=until)  # fmt: skip
    lifecycle.begin(mark, by=by)
    data = {"item": item.code, "scope": scope, "from_day": valid_from.isoformat(), "until": valid_to.isoformat()}
    ledger.record("catalogue.mark_granted", by=by, subject=mark, data=data)
    CatalogueState.move_on()
    _tell(mark, "catalogue.mark_granted", say("{mark} is granted until {day}.", mark=str(mark), day=valid_to))
    return mark


def _scope(scope: str, site: Site) -> str:
    """The scope as it is stored; refused when it is none, or when the site itself lies outside it."""
    alliance = bodies.the_alliance()
    known = (
        scope in places.NATION_WORDS or scope in places.GROUPS or (alliance is not None and scope == alliance.pk)
        or (places.is_code(scope) and scope[2:] != "9000" and regions.region(scope) is not None)
    )  # fmt: skip
    if not known:
        raise Refusal(
            "catalogue.scope",
            say("“{scope}” is no scope of a mark.", scope=scope[:40]),
            say("Use 全国, a province or city by its six-digit code, 京津冀, 长三角, 成渝, or the alliance's number."),
            field="scope",
        )
    stored = places.NATION if scope in places.NATION_WORDS else scope
    member_of = alliances_by_organisation().get(site.organisation_id, frozenset())
    if not places.contains(stored, site.region, alliances=member_of):
        raise Refusal(
            "catalogue.scope_elsewhere",
            say("{site} does not lie in the scope of this mark.", site=site.name),
            say("A mark is granted by the quality control of the site's own region; check the region in the register."),
            field="scope",
        )
    return stored


@transaction.atomic
def suspend_grant(*, grant_id: str, reason: Reason, from_day: Day | None = None, by: Account) -> ScopeGrant:
    """Let a mark not count from a day on (today, if none is given); results before that day keep it."""
    mark = lifecycle.take(ScopeGrant, grant_id)
    _suspend(mark, from_day or today(), reason, by=by, automatic=False)
    return mark


def _suspend(mark: ScopeGrant, day: date, reason: str, *, by: Account, automatic: bool) -> None:
    since = max([day, mark.valid_from, *(gap.until for gap in mark.suspensions.all() if gap.until is not None)])
    mark.suspended_from, mark.suspension_reason = since, reason
    lifecycle.step(mark, "suspend", by=by)
    Suspension.objects.create(grant=mark, since=since, reason=reason, automatic=automatic)
    ledger.record("catalogue.mark_suspended", by=by, subject=mark,
                  data={"from_day": since.isoformat(), "reason": reason, "automatic": automatic})  # fmt: skip
    CatalogueState.move_on()
    _tell(mark, "catalogue.mark_suspended",
          say("{mark} does not count from {day}: {reason}.", mark=str(mark), day=since, reason=reason))  # fmt: skip


@transaction.atomic
def resume_grant(*, grant_id: str, from_day: Day | None = None, by: Account) -> ScopeGrant:
    """Let a suspended mark count again from a day on; the days between stay without it."""
    mark = lifecycle.take(ScopeGrant, grant_id)
    _resume(mark, from_day or today(), by=by)
    return mark


def _resume(mark: ScopeGrant, day: date, *, by: Account) -> None:
    gap = mark.suspensions.filter(until=None).first()
    lifecycle.step(mark, "resume", by=by, due_on=min(mark.evaluated_until, mark.valid_to))
    if gap is not None:
        gap.until = max(day, gap.since)
        gap.save(update_fields=["until"])
    mark.suspended_from, mark.suspension_reason = None, ""
    mark.save(update_fields=["suspended_from", "suspension_reason"])
    ledger.record("catalogue.mark_resumed", by=by, subject=mark, data={"from_day": day.isoformat()})
    CatalogueState.move_on()
    _tell(mark, "catalogue.mark_resumed", say("{mark} counts again from {day}.", mark=str(mark), day=day))


@transaction.atomic
def revoke_grant(*, grant_id: str, reason: Reason, from_day: Day | None = None, by: Account) -> ScopeGrant:
    """Take a mark back for good from a day on; an earlier day takes it from results since then, too."""
    mark = lifecycle.take(ScopeGrant, grant_id)
    mark.revoked_from = from_day or today()
    lifecycle.step(mark, "revoke", by=by)
    ledger.record("catalogue.mark_revoked", by=by, subject=mark,
                  data={"from_day": mark.revoked_from.isoformat(), "reason": reason})  # fmt: skip
    CatalogueState.move_on()
    _tell(mark, "catalogue.mark_revoked",
          say("{mark} is revoked from {day}: {reason}.", mark=str(mark), day=mark.revoked_from,
              reason=reason))  # fmt: skip
    return mark


@transaction.atomic
def record_evaluation(
    *,
    organisation_id: ref("roster.organisation"),
    item_id: ref("catalogue.item"),
    programme: Programme,
    outcome: Outcome,
    evaluated_on: Day,
    valid_to: Day,
    remark: Reason | None = None,
    by: Account,
) -> QualityEvaluation:
    """Record what an external quality evaluation found. The newest decides on the marks that rest on the programme.

    Failed: they are suspended from the day of the evaluation. Passed: they hold until `valid_to` at most, and those
    the program itself suspended count again. An evaluation older than a known one is kept and changes nothing.
    """
    site, item = _judged(organisation_id, item_id, evaluated_on, valid_to, by)
    CatalogueState.lock()
    same = QualityEvaluation.objects.filter(site=site, item=item, programme=programme)
    if same.filter(evaluated_on=evaluated_on).exists():
        raise Refusal("catalogue.evaluated", say("This evaluation is already recorded."),
                      say("Correct the day, or leave it as it is."), field="evaluated_on")  # fmt: skip
    newest = not same.filter(evaluated_on__gt=evaluated_on).exists()
    found = QualityEvaluation.objects.create(
        site=site, item=item, programme=programme, outcome=outcome, evaluated_on=evaluated_on, valid_to=valid_to,
        remark=remark or "", recorded_by=by.pk,
    )  # fmt: skip
    data = {"item": item.code, "programme": programme, "outcome": str(outcome), "day": evaluated_on.isoformat()}
    ledger.record("catalogue.evaluation_recorded", by=by, subject=found, data=data)
    if newest:
        _apply(found, by)
    return found


def _apply(found: QualityEvaluation, by: Account) -> None:
    marks = ScopeGrant.objects.select_for_update(of=("self",)).filter(
        site=found.site, item=found.item, programme=found.programme, valid_to__gte=found.evaluated_on
    ).exclude(stage=GrantStage.REVOKED)  # fmt: skip
    for mark in marks.select_related("item", "site"):
        if found.outcome == Outcome.FAILED:
            if mark.stage == GrantStage.VALID:
                _suspend(mark, found.evaluated_on, FAILED, by=by, automatic=True)
            continue
        mark.evaluated_until = min(max(mark.evaluated_until, found.valid_to), mark.valid_to)
        mark.due_on = mark.evaluated_until
        lifecycle.touch(mark)
        gap = mark.suspensions.filter(until=None).first()
        if mark.stage == GrantStage.SUSPENDED and gap is not None and gap.automatic:
            _resume(mark, found.evaluated_on, by=by)
    CatalogueState.move_on()


FAILED = "室间质评不合格 / quality evaluation failed"
LAPSED = "室间质评到期 / quality evaluation lapsed"


@transaction.atomic
def suspend_lapsed(*, by: Account) -> int:
    """Suspend every mark whose quality evaluation speaks no longer, from the day after it did. Returns how many."""
    lapsed = ScopeGrant.objects.select_for_update(of=("self",)).filter(
        stage=GrantStage.VALID, evaluated_until__lt=today(), valid_to__gt=F("evaluated_until")
    )  # fmt: skip
    count = 0
    for mark in lapsed.select_related("item", "site"):
        _suspend(mark, mark.evaluated_until + ONE_DAY, LAPSED, by=by, automatic=True)
        count += 1
    return count


@transaction.atomic
def warn_of_lapses(*, by: Account) -> int:
    """Remind laboratories and the secretariat of marks that will lapse soon, each day of the rule once.

    A reminder changes nothing, so nothing is recorded but the notice itself.
    """
    days, day, told = configuration.value("catalogue.mark_warn_days"), today(), 0
    wanted = Q(pk=None)
    for ahead in days:
        wanted |= Q(evaluated_until=day + timedelta(days=ahead))
    for mark in ScopeGrant.objects.filter(wanted, stage=GrantStage.VALID).select_related("item", "site"):
        told += _tell(
            mark, "catalogue.mark_near_its_end",
            say("{mark} lapses on {day} unless a new quality evaluation is recorded.", mark=str(mark),
                day=mark.evaluated_until),
            once=f"catalogue.mark:{mark.pk}:{mark.evaluated_until.isoformat()}:{day.isoformat()}",
        )  # fmt: skip
    return told


def _tell(mark: ScopeGrant, event: str, sentence: Phrase, once: str = "") -> int:
    holders = notices.holders(Role.LABORATORY, Role.SECRETARIAT, scopes=mark.scopes())
    return len(notices.tell(holders, event, sentence, subject=mark, once=once))


def _judged(organisation_id: str, item_id: str, since: date, until: date, by: Account) -> tuple[Site, Item]:
    """The site and item a mark or an evaluation is about. Raises Refusal without the right, the item, or a term."""
    _require_granter(by)
    site = open_site(organisation_id=organisation_id, by=by)
    item = Item.objects.filter(pk=item_id).first()
    if item is None:
        raise Refusal("catalogue.item", say("There is no such item in the catalogue."),
                      say("Search the catalogue for its code."), field="item_id")  # fmt: skip
    if until < since:
        raise Refusal("catalogue.period", say("The last day is before the first."), say("Correct the days."),
                      field="valid_to")  # fmt: skip
    return site, item


def _require_granter(by: Account) -> None:
    if not permits.is_the_program(by):
        permits.require(by, *GRANTERS)
