"""A right's life: filed, granted and rewarded, kept in force by its fees, compensated, ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from django.db import transaction

from xinglin.kernel import calendar, configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Fen, Yes, ref
from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import seen
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.kernel.words import Role
from xinglin.roster.actions.once import only_once
from xinglin.roster.actions.stages import require_stage
from xinglin.transfer.models import IntellectualProperty, IPFee, Reward
from xinglin.transfer.queries import ip as queries
from xinglin.transfer.rules import ip as rules
from xinglin.transfer.words.ip import PATENTS, Deadline, IPKind, IPStage

Title = Annotated[str, Ask("line", longest=120)]
Number = Annotated[str, Ask("line", longest=40)]
Year = Annotated[int, Ask("count", least=1, most=50)]
Months = Annotated[int, Ask("count", least=0, most=600)]
Reason = Annotated[str, Ask("text", longest=2_000)]


@transaction.atomic
def file_right(
    *,
    kind: IPKind,
    title: Title,
    organisation_id: ref("roster.organisation"),
    application_number: Number,
    filed_on: Day,
    achievement_id: ref("transfer.achievement") | None = None,
    priority_on: Day | None = None,
    pct: Yes = False,
    by: Account,
) -> IntellectualProperty:
    """Enter an application; its days (priority, PCT, fees, term) follow from the day it was filed."""
    seen("roster.organisation", organisation_id, by, field="organisation_id")
    permits.require(by, *rules.OFFICE, scopes=[("organisation", organisation_id)])
    if filed_on > today() or (priority_on is not None and priority_on > filed_on):
        raise Refusal(
            "transfer.filed_on", say("The filing lies ahead, or before its own priority."), field="filed_on"
        )  # fmt: skip
    one = IntellectualProperty(
        number=lifecycle.next_number("IP"), kind=kind, title=title, organisation_id=organisation_id,
        application_number=application_number.replace(" ", ""), filed_on=filed_on, priority_on=priority_on, pct=pct,
        ends_on=rules.term_end(kind, filed_on),
        achievement_id=seen("transfer.achievement", achievement_id, by, field="achievement_id"),
    )  # fmt: skip
    one.keys = keys_of(one.number, title, one.application_number)
    twice = Refusal("transfer.application_twice", say("This application is entered already."),
                    say("Open the record that exists."), field="application_number")  # fmt: skip
    with only_once({"application_once": twice}):
        lifecycle.begin(one, by=by)
    ledger.record("transfer.right_filed", by=by, subject=one, data={"kind": str(kind), "number": one.number})
    return one


@transaction.atomic
def grant_right(
    *, intellectualproperty_id: str, granted_on: Day, certificate_number: Number, by: Account
) -> IntellectualProperty:
    """Enter the grant. The inventors' reward is due within three months; fees become due year by year."""
    one = lifecycle.take(IntellectualProperty, intellectualproperty_id)
    one.granted_on, one.certificate_number = granted_on, certificate_number
    lifecycle.step(one, "grant", by=by, facts=rules.Grant(one.filed_on, granted_on, today(), certificate_number))
    ledger.record("transfer.right_granted", by=by, subject=one, data={"granted_on": granted_on.isoformat()})
    return one


@transaction.atomic
def refuse_right(*, intellectualproperty_id: str, reason: Reason, by: Account) -> IntellectualProperty:
    """Enter that the office refused the application."""
    one = lifecycle.take(IntellectualProperty, intellectualproperty_id)
    one.ended_because = require_reason(reason)
    lifecycle.step(one, "refuse", by=by)
    ledger.record("transfer.right_refused", by=by, subject=one)
    return one


@transaction.atomic
def abandon_right(*, intellectualproperty_id: str, reason: Reason, by: Account) -> IntellectualProperty:
    """Give an application or a right up."""
    one = lifecycle.take(IntellectualProperty, intellectualproperty_id)
    one.ended_because = require_reason(reason)
    lifecycle.step(one, "abandon", by=by)
    ledger.record("transfer.right_abandoned", by=by, subject=one)
    return one


@transaction.atomic
def pay_fee(
    *, intellectualproperty_id: str, year: Year, amount_fen: Fen, paid_on: Day | None = None, by: Account
) -> IntellectualProperty:
    """Note the annual fee of the patent year that is due."""
    one = _kept(intellectualproperty_id, by)
    rules.fee_follows(year, queries.facts_of(one))
    IPFee.objects.create(right=one, year=year, amount_fen=amount_fen, paid_on=paid_on or today(), recorded_by=by.pk)
    lifecycle.touch(one)
    ledger.record("transfer.fee_paid", by=by, subject=one, data={"year": year, "amount_fen": amount_fen})
    return one


@transaction.atomic
def reward_inventors(
    *, intellectualproperty_id: str, amount_fen: Fen, paid_on: Day | None = None, by: Account
) -> IntellectualProperty:
    """Pay the reward on the grant, shared by the contributors' shares to the fen (实施细则 art. 93)."""
    one = _kept(intellectualproperty_id, by)
    if one.rewarded_on is not None or one.kind not in PATENTS or one.achievement is None:
        raise Refusal(
            "transfer.no_reward",
            say("The reward is paid already, or the right belongs to no achievement with contributors."),
        )
    floors = configuration.value("transfer.grant_rewards", on=one.granted_on)
    rules.reward_holds(kind=IPKind(one.kind), amount_fen=amount_fen, floors=floors)
    rows = list(one.achievement.contributors.all())
    for row, part in zip(rows, rules.split(amount_fen, [row.share_bp for row in rows]), strict=True):
        Reward.objects.create(right=one, name=row.name, person_id=row.person_id, amount_fen=part)
    one.reward_fen, one.rewarded_on = amount_fen, paid_on or today()
    lifecycle.touch(one)
    ledger.record("transfer.inventors_rewarded", by=by, subject=one,
                  data={"amount_fen": amount_fen, "inventors": len(rows)})  # fmt: skip
    return one


@transaction.atomic
def compensate_term(
    *, intellectualproperty_id: str, months: Months, approved_on: Day, by: Account
) -> IntellectualProperty:
    """Enter the compensation of a drug patent's term the office decided (专利法 art. 42)."""
    one = _kept(intellectualproperty_id, by)
    rules.compensation_holds(kind=IPKind(one.kind), filed_on=one.filed_on, approved_on=approved_on, months=months)
    one.approved_on, one.compensated_months = approved_on, months
    one.ends_on = rules.term_end(IPKind(one.kind), one.filed_on, months)
    lifecycle.touch(one)
    ledger.record("transfer.term_compensated", by=by, subject=one, data={"months": months})
    return one


@transaction.atomic
def note_abroad(*, intellectualproperty_id: str, filed_abroad_on: Day, by: Account) -> IntellectualProperty:
    """Note that it was filed abroad, or that the national phase was entered: its days are met."""
    one = lifecycle.take(IntellectualProperty, intellectualproperty_id)
    permits.require(by, *rules.OFFICE, scopes=one.scopes())
    require_stage(one, queries.ALIVE)
    one.abroad_on = filed_abroad_on
    lifecycle.touch(one)
    ledger.record("transfer.filed_abroad", by=by, subject=one, data={"day": filed_abroad_on.isoformat()})
    return one


def _kept(key: str, by: Account) -> IntellectualProperty:
    """A right in force, locked, that `by` looks after."""
    one = lifecycle.take(IntellectualProperty, key)
    permits.require(by, *rules.OFFICE, scopes=one.scopes())
    require_stage(one, (IPStage.GRANTED,))
    return one


@transaction.atomic
def watch_rights(*, day: date, by: Account) -> int:
    """Remind of every day near or past; end what expired, or lapsed with an unpaid fee. Returns how many were told."""
    grace, told = timedelta(days=configuration.value("transfer.fee_grace_days")), 0
    for one in IntellectualProperty.objects.filter(stage__in=queries.ALIVE).prefetch_related("fees").iterator(500):
        for due in rules.calendar_of(queries.facts_of(one)):
            ended = _ended(one, due, day, grace)
            if ended:
                locked = lifecycle.take(IntellectualProperty, one.pk)
                lifecycle.step(locked, ended, by=by)
                ledger.record(f"transfer.right_{ended}d", by=by, subject=locked)
                break
            missed_for_good = due.what in (Deadline.PRIORITY, Deadline.PCT) and due.on < day
            if not missed_for_good:
                who = notices.holders(Role.LIAISON, scopes=one.scopes())
                told += calendar.remind(subject=one, due_on=due.on, day=day, what=due.what.label, who=who)
    return told


def _ended(one: IntellectualProperty, due: rules.Due, day: date, grace: timedelta) -> str:
    if one.stage != IPStage.GRANTED:
        return ""
    if due.what == Deadline.EXPIRY and due.on < day:
        return "expire"
    return "lapse" if due.what == Deadline.FEE and due.on + grace < day else ""
