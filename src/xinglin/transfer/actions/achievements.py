"""An achievement's life: draft, disclose, register, show its readiness level by level, publish, put to use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.db import transaction

from xinglin.kernel import calendar, documents, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, File, Line, Paragraph, Yes, ref
from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import seen
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.kernel.words import Role
from xinglin.roster.actions.codes import specialty_codes
from xinglin.roster.actions.stages import require_stage
from xinglin.transfer.models import Achievement, Contributor, Evidence
from xinglin.transfer.queries import achievements as queries
from xinglin.transfer.rules import achievements as rules
from xinglin.transfer.words.achievements import AchievementStage, Origin, Post

Title = Annotated[str, Ask("line", longest=120)]
Name = Annotated[str, Ask("line", longest=60, label=say("Name of the person"))]
Department = Annotated[str, Ask("line", longest=80)]
Number = Annotated[str, Ask("line", longest=40)]
Points = Annotated[int, Ask("count", least=0, most=10_000)]
Level = Annotated[int, Ask("count", least=1, most=9)]
Statement = Annotated[str, Ask("line", longest=300)]
Reason = Annotated[str, Ask("text", longest=2_000)]


@dataclass(frozen=True)
class ContributorRow:
    """One contributor: name, share of the inventors' part, share of ownership, whether a main one, leading post."""

    name: Name
    share_bp: Points
    person_id: ref("roster.person") | None = None
    organisation_name: Title | None = None
    owner_bp: Points = 0
    main: Yes = True
    post: Post = Post.NONE


@transaction.atomic
def draft_achievement(
    *,
    title: Title,
    organisation_id: ref("roster.organisation"),
    origin: Origin,
    contributors: list[ContributorRow],
    abstract: Paragraph | None = None,
    origin_number: Number | None = None,
    department: Department | None = None,
    specialties: list[str] | None = None,
    project_id: ref("transfer.jointproject") | None = None,
    by: Account,
) -> Achievement:
    """Write down what was found: by whom, with which shares, and what it came from."""
    seen("roster.organisation", organisation_id, by, field="organisation_id")
    people = [("person", row.person_id) for row in contributors if row.person_id]
    permits.require(by, *rules.INVENTORS, scopes=[("organisation", organisation_id), *people])
    one = Achievement(number=lifecycle.next_number("AC"), organisation_id=organisation_id)
    _fill(one, title, origin, abstract, origin_number, department, specialties, by)
    one.project_id = seen("transfer.jointproject", project_id, by, field="project_id")
    lifecycle.begin(one, by=by)
    _write(one, contributors, by)
    ledger.record("transfer.achievement_drafted", by=by, subject=one, data={"number": one.number})
    return one


@transaction.atomic
def change_achievement(
    *,
    achievement_id: str,
    title: Title,
    origin: Origin,
    contributors: list[ContributorRow],
    abstract: Paragraph | None = None,
    origin_number: Number | None = None,
    department: Department | None = None,
    specialties: list[str] | None = None,
    by: Account,
) -> Achievement:
    """Write the draft anew."""
    one = lifecycle.take(Achievement, achievement_id)
    permits.require(by, *rules.INVENTORS, scopes=one.scopes())
    require_stage(one, (AchievementStage.DRAFT,))
    _fill(one, title, origin, abstract, origin_number, department, specialties, by)
    _write(one, contributors, by)
    lifecycle.touch(one)
    ledger.record("transfer.achievement_changed", by=by, subject=one, data={"contributors": len(contributors)})
    return one


def _fill(one: Achievement, title: str, origin: Origin, abstract: str | None, origin_number: str | None,
          department: str | None, specialties: list[str] | None, by: Account) -> None:  # fmt: skip
    del by
    if origin != Origin.DISCLOSURE and not (origin_number or "").strip():
        raise Refusal(
            "transfer.origin_number", say("Name the challenge or the study it came from by its number."),
            field="origin_number",
        )  # fmt: skip
    one.title, one.origin, one.abstract = title, origin, abstract or ""
    one.origin_number, one.department = origin_number or "", department or ""
    one.specialty_codes = specialty_codes(specialties)
    one.keys = keys_of(one.number, title, one.origin_number, one.department)


def _write(one: Achievement, rows: list[ContributorRow], by: Account) -> None:
    rules.shares_are_whole([rules.Share(row.person_id or row.name, row.share_bp, row.owner_bp) for row in rows])
    one.contributors.all().delete()
    for place, row in enumerate(rows, start=1):
        Contributor.objects.create(
            achievement=one, ordinal=place, name=row.name, share_bp=row.share_bp, owner_bp=row.owner_bp,
            person_id=seen("roster.person", row.person_id, by, field="contributors"),
            organisation_name=row.organisation_name or "", main=row.main, post=row.post,
        )  # fmt: skip


@transaction.atomic
def disclose_achievement(*, achievement_id: str, by: Account) -> Achievement:
    """Hand it to the unit (职务成果披露); its research office enters it on the register or sends it back."""
    one = lifecycle.take(Achievement, achievement_id)
    facts = rules.Disclosure(queries.shares_of(one), one.abstract)
    lifecycle.step(one, "disclose", by=by, facts=facts)
    ledger.record("transfer.achievement_disclosed", by=by, subject=one)
    told = notices.holders(*rules.OFFICE, scopes=[("organisation", one.organisation_id)])
    notices.tell(told, "transfer.achievement_disclosed", say("A disclosed achievement waits for the register."),
                 subject=one)  # fmt: skip
    return one


@transaction.atomic
def register_achievement(*, achievement_id: str, by: Account) -> Achievement:
    """Enter it on the unit's register of achievements."""
    one = lifecycle.take(Achievement, achievement_id)
    one.registered_on = today()
    lifecycle.step(one, "register", by=by)
    ledger.record("transfer.achievement_registered", by=by, subject=one, data={"number": one.number})
    notices.tell(_inventors(one), "transfer.achievement_registered", say("The achievement is on the register."),
                 subject=one)  # fmt: skip
    return one


@transaction.atomic
def send_back_achievement(*, achievement_id: str, reason: Reason, by: Account) -> Achievement:
    """Send the disclosure back to its inventors, with what is missing."""
    one = lifecycle.take(Achievement, achievement_id)
    said = require_reason(reason)
    lifecycle.step(one, "send_back", by=by)
    ledger.record("transfer.achievement_sent_back", by=by, subject=one, data={"reason": said})
    notices.tell(_inventors(one), "transfer.achievement_sent_back", say("The disclosure was sent back; see why."),
                 subject=one)  # fmt: skip
    return one


@transaction.atomic
def withdraw_achievement(*, achievement_id: str, reason: Reason, by: Account) -> Achievement:
    """Take it off the register; the record stays."""
    one = lifecycle.take(Achievement, achievement_id)
    one.withdrawn_because, one.published = require_reason(reason), False
    lifecycle.step(one, "withdraw", by=by)
    ledger.record("transfer.achievement_withdrawn", by=by, subject=one)
    return one


@transaction.atomic
def correct_contributors(
    *, achievement_id: str, contributors: list[ContributorRow], reason: Reason, by: Account
) -> Achievement:
    """Write shares, or agreed shares of ownership, anew on the register; what was distributed before stands."""
    one = lifecycle.take(Achievement, achievement_id)
    permits.require(by, *rules.OFFICE, scopes=[("organisation", one.organisation_id)])
    require_stage(one, (AchievementStage.REGISTERED,))
    said = require_reason(reason)
    _write(one, contributors, by)
    lifecycle.touch(one)
    ledger.record("transfer.contributors_corrected", by=by, subject=one, data={"reason": said})
    return one


@transaction.atomic
def show_level(
    *, achievement_id: str, level: Level, statement: Statement, evidence: File, assessed_on: Day | None = None,
    by: Account,
) -> Achievement:  # fmt: skip
    """Keep the document that shows the next level of readiness (GB/T 22900-2022, 1 to 9)."""
    one = lifecycle.take(Achievement, achievement_id)
    permits.require(by, *rules.INVENTORS, scopes=one.scopes())
    require_stage(one, (AchievementStage.DRAFT, AchievementStage.DISCLOSED, AchievementStage.REGISTERED))
    rules.level_follows(level, [row.level for row in one.evidence.all()])
    if assessed_on is not None and assessed_on > today():
        raise Refusal("transfer.assessed", say("This day has not come yet."), field="assessed_on")
    kept = documents.add(subject=one, title=f"TRL {level}: {statement}"[:200], upload=evidence, purpose="trl", by=by)
    Evidence.objects.create(
        achievement=one, level=level, statement=statement, document=kept, assessed_on=assessed_on or today(),
        recorded_by=by.pk,
    )  # fmt: skip
    one.trl = level
    lifecycle.touch(one)
    ledger.record("transfer.level_shown", by=by, subject=one, data={"level": level})
    return one


@transaction.atomic
def publish_achievement(*, achievement_id: str, publish: Yes, by: Account) -> Achievement:
    """Show it on the public pages, or take it off them."""
    one = lifecycle.take(Achievement, achievement_id)
    permits.require(by, *rules.OFFICE, scopes=[("organisation", one.organisation_id)])
    require_stage(one, (AchievementStage.REGISTERED,))
    one.published = publish
    lifecycle.touch(one)
    ledger.record("transfer.achievement_published" if publish else "transfer.achievement_hidden", by=by, subject=one)
    return one


@transaction.atomic
def note_use(*, achievement_id: str, used_since: Day, how: Line, by: Account) -> Achievement:
    """Note that it is in use: by whom and how."""
    one = lifecycle.take(Achievement, achievement_id)
    permits.require(by, *rules.INVENTORS, scopes=one.scopes())
    require_stage(one, (AchievementStage.REGISTERED,))
    if used_since > today():
        raise Refusal("transfer.used_since", say("This day has not come yet."), field="used_since")
    one.in_use_since = used_since
    lifecycle.touch(one)
    ledger.record("transfer.use_noted", by=by, subject=one, data={"how": how, "since": used_since.isoformat()})
    return one


@transaction.atomic
def record_right(*, achievement_id: str, agreed_otherwise: Yes, by: Account) -> Achievement:
    """Record that its inventors may implement it themselves: unused for the time of the rule, and nothing agreed."""
    one = lifecycle.take(Achievement, achievement_id)
    permits.require(by, *rules.INVENTORS, scopes=one.scopes())
    require_stage(one, (AchievementStage.REGISTERED,))
    if agreed_otherwise:
        raise Refusal(
            "transfer.agreed_otherwise", say("Unit and inventors agreed otherwise, so the agreement holds."),
            field="agreed_otherwise",
        )  # fmt: skip
    rules.inventors_may_implement(queries.unused(one))
    one.right_on = today()
    lifecycle.touch(one)
    ledger.record("transfer.right_recorded", by=by, subject=one)
    told = [*_inventors(one), *notices.holders(*rules.OFFICE, scopes=[("organisation", one.organisation_id)])]
    notices.tell(told, "transfer.right_recorded", say("The inventors may now implement it themselves."), subject=one)
    return one


@transaction.atomic
def remind_of_unused(*, day: date, by: Account) -> int:
    """Remind unit and inventors of what lies unused, before and after its year is over. Returns how many were told.

    A reminder is a notice; it is no event of its own, so nothing is recorded here.
    """
    told = 0
    waiting = Achievement.objects.filter(stage=AchievementStage.REGISTERED, in_use_since=None, right_on=None)
    for one in waiting.select_related("organisation").iterator():
        facts = queries.unused(one, day)
        if facts.since is None or facts.months <= 0:
            continue
        due = rules.months_later(facts.since, facts.months)
        who = [*_inventors(one), *notices.holders(Role.LIAISON, scopes=[("organisation", one.organisation_id)])]
        what = say("unused since its registration or grant; inventors may then implement it themselves")
        plain = say("unused since its registration or grant")
        told += calendar.remind(
            subject=one, due_on=due, day=day, what=what if facts.gives_right else plain, who=who, since=facts.since
        )
    return told


def _inventors(one: Achievement) -> list[Account]:
    people = [("person", row.person_id) for row in one.contributors.all() if row.person_id]
    found = notices.holders(Role.EXPERT, scopes=people) if people else []
    return [account for account in found if account.pk] + list(Account.objects.filter(pk=one.created_by))
