"""A demand's life: drafted, changed, submitted, taken up, sent back or passed to the experts, rejected, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from django.db import transaction

from xinglin.challenges.actions.argument import ask_each, release_all
from xinglin.challenges.actions.notices import tell_demander
from xinglin.challenges.models import BudgetLine, Challenge, Indicator, PlannedMilestone
from xinglin.challenges.queries import demands as facts
from xinglin.challenges.rules import appraisals as argument
from xinglin.challenges.rules.challenges import DEMANDERS
from xinglin.challenges.rules.demands import fits_together
from xinglin.challenges.words.calls import CriterionSet, Direction, Openness
from xinglin.challenges.words.challenges import AwardMode, BudgetSource, ChallengeStage
from xinglin.kernel import ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Fen, Line, Paragraph, Yes, ref
from xinglin.kernel.dossiers import seen
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, not_yours
from xinglin.kernel.words import Role
from xinglin.roster.actions.codes import region_code, specialty_codes

Title = Annotated[str, Ask("line", longest=120)]
Unit = Annotated[str, Ask("line", longest=40)]
Long = Annotated[str, Ask("line", longest=400)]
Months = Annotated[int, Ask("count", least=1, most=60)]
Percent = Annotated[int, Ask("count", least=0, most=100)]
Money = Annotated[int, Ask("fen", least=1, most=10**13)]
# Fifteen digits before the point and four behind it are what a column holds.
Target = Annotated[Decimal, Ask("number", least=-(10**13), most=10**13)]

Way = Annotated[Direction, Ask("choice", words=Direction, label=say("The value must be"))]

# The demander writes; while the secretariat checks or the experts argue, it may put the wording right with them.
WRITTEN = frozenset({
    ChallengeStage.DEMAND_DRAFT, ChallengeStage.FORMAL_CHECK, ChallengeStage.ARGUMENTATION,
    ChallengeStage.LIST_APPROVED,
})  # fmt: skip


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator: what is measured, in what unit, against which target, by which test."""

    name: Title
    unit: Unit
    target: Target
    test_method: Long
    direction: Way = Direction.AT_LEAST


@dataclass(frozen=True)
class BudgetRow:
    """Money from one source."""

    source: BudgetSource
    amount_fen: Money
    purpose: Line | None = None


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone: what, by which month after the contract, its share of the money in percent."""

    content: Long
    due_months: Months
    share_percent: Percent


# The wing's other forms ask for indicators too, in another sense.
Indicators = Annotated[
    list[IndicatorRow],
    Ask("rows", row=IndicatorRow, many=True, help=say("At least one, with a target that can be measured.")),
]


@transaction.atomic
def draft_demand(
    *,
    organisation_id: ref("roster.organisation"),
    title: Title,
    problem: Paragraph,
    end_user: Title | None = None,
    specialties: list[Line] | None = None,
    current_level: Paragraph | None = None,
    scene: Paragraph | None = None,
    region: Line | None = None,
    indicators: Indicators | None = None,
    months: Months = 24,
    most_fen: Fen | None = None,
    budget: list[BudgetRow] | None = None,
    milestones: list[MilestoneRow] | None = None,
    mode: AwardMode = AwardMode.SINGLE,
    ip_clause: Paragraph | None = None,
    data_available: Paragraph | None = None,
    needs_ethics: Yes = False,
    needs_hgr: Yes = False,
    openness: Openness = Openness.PUBLIC,
    need_number: Line | None = None,
    by: Account,
) -> Challenge:
    """Write down a hard problem that others should take up. Whoever drafts it speaks for the demander."""
    seen("roster.organisation", organisation_id, by, field="organisation_id")
    permits.require(by, *DEMANDERS, scopes=[("organisation", organisation_id)])
    one = Challenge(
        number=lifecycle.next_number("JB"), organisation_id=organisation_id,
        contact=by if by.kind == "person" else None, need_number=(need_number or "")[:20],
    )  # fmt: skip
    _fill(one, title=title, problem=problem, end_user=end_user, specialties=specialties, current_level=current_level,
          scene=scene, region=region, months=months, most_fen=most_fen, mode=mode, ip_clause=ip_clause,
          data_available=data_available, needs_ethics=needs_ethics, needs_hgr=needs_hgr,
          openness=openness)  # fmt: skip
    lifecycle.begin(one, by=by)
    _set_rows(one, indicators, budget, milestones)
    ledger.record("challenges.demand_drafted", by=by, subject=one, data={"number": one.number})
    return one


@transaction.atomic
def change_demand(
    *,
    challenge_id: str,
    title: Title,
    problem: Paragraph,
    end_user: Title | None = None,
    specialties: list[Line] | None = None,
    current_level: Paragraph | None = None,
    scene: Paragraph | None = None,
    region: Line | None = None,
    indicators: Indicators | None = None,
    months: Months = 24,
    most_fen: Fen | None = None,
    budget: list[BudgetRow] | None = None,
    milestones: list[MilestoneRow] | None = None,
    mode: AwardMode = AwardMode.SINGLE,
    ip_clause: Paragraph | None = None,
    data_available: Paragraph | None = None,
    needs_ethics: Yes = False,
    needs_hgr: Yes = False,
    openness: Openness = Openness.PUBLIC,
    by: Account,
) -> Challenge:
    """Change a draft; or, for the secretariat, the text of a demand that is not under public notice yet."""
    one = lifecycle.take(Challenge, challenge_id)
    permits.require(by, *DEMANDERS, scopes=one.scopes())
    _may_be_written(one, by)
    before = _as_stored(one)
    _fill(one, title=title, problem=problem, end_user=end_user, specialties=specialties, current_level=current_level,
          scene=scene, region=region, months=months, most_fen=most_fen, mode=mode, ip_clause=ip_clause,
          data_available=data_available, needs_ethics=needs_ethics, needs_hgr=needs_hgr,
          openness=openness)  # fmt: skip
    _set_rows(one, indicators, budget, milestones)
    after = _as_stored(one)
    changed = sorted(name for name in before if before[name] != after[name])
    if changed:
        one.text_agreed_on = None
    lifecycle.touch(one)
    ledger.record("challenges.demand_changed", by=by, subject=one, data={"fields": changed})
    if one.stage != ChallengeStage.DEMAND_DRAFT and changed:
        tell_demander(one, "challenges.demand_changed",
                      say("The secretariat changed the wording of “{title}”.", title=one.title))  # fmt: skip
    return one


@transaction.atomic
def submit_demand(*, challenge_id: str, by: Account) -> Challenge:
    """Send the demand to the secretariat. It needs a final user and an indicator that can be measured."""
    one = lifecycle.take(Challenge, challenge_id)
    lifecycle.step(one, "submit", by=by, facts=facts.demand_facts(one))
    ledger.record("challenges.demand_submitted", by=by, subject=one)
    notices.tell(notices.holders(Role.SECRETARIAT), "challenges.demand_submitted",
                 say("The demand “{title}” waits to be checked.", title=one.title), subject=one)  # fmt: skip
    return one


@transaction.atomic
def withdraw_demand(*, challenge_id: str, reason: Paragraph, by: Account) -> Challenge:
    """Take back a demand that nobody has begun to check. It stays on record."""
    one = lifecycle.take(Challenge, challenge_id)
    one.ended_because = reason
    lifecycle.step(one, "withdraw", by=by)
    ledger.record("challenges.demand_withdrawn", by=by, subject=one)
    return one


@transaction.atomic
def take_up_demand(*, challenge_id: str, by: Account) -> Challenge:
    """Begin to check the demand. Whoever does manages the case until somebody else takes it."""
    one = lifecycle.take(Challenge, challenge_id)
    lifecycle.step(one, "take_up", by=by)
    if one.case_manager is None and by.kind == "person":
        one.case_manager = by
        one.save(update_fields=["case_manager"])
    ledger.record("challenges.demand_taken_up", by=by, subject=one)
    return one


@transaction.atomic
def take_case(*, challenge_id: str, by: Account) -> Challenge:
    """Manage this case from now on. Nobody who argues or reviews it may."""
    one = lifecycle.take(Challenge, challenge_id)
    permits.require(by, Role.SECRETARIAT)
    if one.resting:
        raise Refusal(
            "challenges.over",
            say("This challenge is over: {stage}.", stage=one.stage_word.label),
            say("There is nothing left to manage."),
        )
    if by.kind != "person":
        raise not_yours()
    argument.one_part_only(experts=facts.experts_of(one), manager=facts.persons_behind(by))
    one.case_manager = by
    lifecycle.touch(one)
    ledger.record("challenges.case_taken", by=by, subject=one)
    return one


@transaction.atomic
def send_back_demand(*, challenge_id: str, remark: Paragraph, by: Account) -> Challenge:
    """Give the demand back to the demander, saying what should be different."""
    one = lifecycle.take(Challenge, challenge_id)
    one.remark = remark
    lifecycle.step(one, "send_back", by=by)
    ledger.record("challenges.demand_sent_back", by=by, subject=one)
    tell_demander(one, "challenges.demand_sent_back",
                  say("Your demand “{title}” came back with a remark.", title=one.title))  # fmt: skip
    return one


@transaction.atomic
def pass_check(
    *,
    challenge_id: str,
    criterion_set: CriterionSet = CriterionSet.GENERAL,
    experts: list[ref("roster.person")],
    by: Account,
) -> Challenge:
    """Pass the demand on to experts, who argue it by a set of criteria. Their names and points are published later."""
    one = lifecycle.take(Challenge, challenge_id)
    one.criterion_set = criterion_set
    lifecycle.step(one, "pass_check", by=by)
    ledger.record("challenges.check_passed", by=by, subject=one, data={"criteria": str(criterion_set)})
    ask_each(challenge=one, persons=experts, by=by)
    return one


@transaction.atomic
def reject_demand(*, challenge_id: str, reason: Paragraph, by: Account) -> Challenge:
    """Reject the demand, with the reason its demander is told."""
    one = lifecycle.take(Challenge, challenge_id)
    one.ended_because = reason
    lifecycle.step(one, "reject", by=by)
    ledger.record("challenges.demand_rejected", by=by, subject=one)
    release_all(challenge=one, by=permits.the_program())
    tell_demander(one, "challenges.demand_rejected", say("Your demand “{title}” was rejected.", title=one.title))
    return one


def _may_be_written(one: Challenge, by: Account) -> None:
    """A draft is the demander's; what is being checked, argued or prepared for the list is the secretariat's."""
    mine = permits.holds(by, Role.SECRETARIAT)
    if one.stage in WRITTEN and (mine or one.stage == ChallengeStage.DEMAND_DRAFT):
        return
    raise Refusal(
        "challenges.not_writable",
        say("The text cannot be changed while the record is “{stage}”.", stage=one.stage_word.label),
        say("Ask the secretariat to send it back, or to make the change."),
    )


def _fill(one: Challenge, *, specialties: Sequence[str] | None, region: str | None, **plain: Any) -> None:
    """Set what the demander writes. Codes are read from names; nothing is stored that was not understood."""
    for name, value in plain.items():
        setattr(one, name, "" if value is None and name != "most_fen" else value)
    one.specialty_codes = specialty_codes(specialties)
    one.region = region_code(region)
    texts = (one.title, one.problem[:2_000], one.scene[:500], one.number, str(one.organisation))
    one.keys = keys_of(*texts, readings=one.specialty_codes)


def _set_rows(one: Challenge, indicators: Sequence[IndicatorRow] | None, budget: Sequence[BudgetRow] | None,
              milestones: Sequence[MilestoneRow] | None) -> None:  # fmt: skip
    """Write the parts of a demand anew; refuse them together when they contradict each other."""
    for model in (Indicator, BudgetLine, PlannedMilestone):
        model.objects.filter(challenge=one).delete()
    Indicator.objects.bulk_create(
        Indicator(challenge=one, number=n, name=row.name, unit=row.unit, direction=row.direction,
                  target=_storable(row.target), test_method=row.test_method)
        for n, row in enumerate(indicators or (), start=1)
    )  # fmt: skip
    BudgetLine.objects.bulk_create(
        BudgetLine(challenge=one, number=n, source=row.source, purpose=row.purpose or "", amount_fen=row.amount_fen)
        for n, row in enumerate(budget or (), start=1)
    )
    PlannedMilestone.objects.bulk_create(
        PlannedMilestone(challenge=one, number=n, content=row.content, due_months=row.due_months,
                         share_percent=row.share_percent)
        for n, row in enumerate(milestones or (), start=1)
    )  # fmt: skip
    fits_together(facts.demand_facts(one))


def _storable(target: Decimal) -> Decimal:
    """The target as the column keeps it; a value with more than four decimals would be rounded without a word."""
    rounded = target.quantize(Decimal("0.0001"))
    if rounded != target:
        raise Refusal(
            "challenges.target_decimals",
            say("A target has at most four decimals."),
            say("Choose a smaller unit."),
            field="indicators",
        )
    return rounded


def _as_stored(one: Challenge) -> dict[str, Any]:
    """What a demand says, to tell what was changed."""
    names = ("title", "problem", "end_user", "current_level", "scene", "region", "months", "most_fen", "mode",
             "ip_clause", "data_available", "needs_ethics", "needs_hgr", "openness")  # fmt: skip
    found: dict[str, Any] = {name: getattr(one, name) for name in names}
    found["specialties"] = list(one.specialty_codes)
    rows = (("indicators", Indicator), ("budget", BudgetLine), ("milestones", PlannedMilestone))
    for name, model in rows:
        columns = [field.name for field in model._meta.fields if field.name not in ("id", "created_at")]
        found[name] = list(model.objects.filter(challenge=one).order_by("number").values_list(*columns))
    return found
