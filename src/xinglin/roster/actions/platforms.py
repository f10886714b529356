"""A platform's life: propose, approve, review in its cycle, accredit, count what came out of it, close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from django.db import transaction

from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Count, Day, Paragraph, ref
from xinglin.kernel.clock import today
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.kernel.words import Role
from xinglin.roster.actions.appointments import agreement_or_absent
from xinglin.roster.actions.bodies import organisation_or_absent, person_or_absent
from xinglin.roster.actions.once import only_once
from xinglin.roster.actions.plaques import tell_grantors_of_loose_plaques
from xinglin.roster.actions.stages import require_stage
from xinglin.roster.models import Accreditation, Platform, PlatformOutput, PlatformPartner, PlatformReview
from xinglin.roster.rules import platforms as rules
from xinglin.roster.rules.lapsing import months_later, require_order
from xinglin.roster.words.platforms import (
    AT_WORK,
    OutputKind,
    PlatformKind,
    PlatformLevel,
    PlatformStage,
    PlatformVerdict,
)

Name = Annotated[str, Ask("line", longest=160)]
Short = Annotated[str, Ask("line", longest=80)]
Body = Annotated[str, Ask("line", longest=120)]
Title = Annotated[str, Ask("line", longest=300)]
Link = Annotated[str, Ask("line", longest=400)]
Part = Annotated[str, Ask("line", longest=200)]
Months = Annotated[int, Ask("count", least=1, most=120)]
Reason = Annotated[str, Ask("text", longest=2_000)]

configuration.rule("roster.platform_review_months", 36, say("Months between two reviews of a platform"),
                   "set by the alliance")  # fmt: skip
MOVES = {
    PlatformVerdict.PASSED: "pass_review",
    PlatformVerdict.TO_IMPROVE: "suspend",
    PlatformVerdict.FAILED: "revoke",
}


@dataclass(frozen=True)
class PartnerRow:
    """One partner and its part in the platform."""

    organisation_id: ref("roster.organisation")
    part: Part | None = None


@transaction.atomic
def propose_platform(
    *,
    name: Name,
    kind: PlatformKind,
    level: PlatformLevel,
    host_id: ref("roster.organisation"),
    department: Short | None = None,
    leader_id: ref("roster.person") | None = None,
    scope: Paragraph | None = None,
    equipment: Paragraph | None = None,
    area_square_metres: Count | None = None,
    partners: list[PartnerRow] | None = None,
    agreement_id: ref("roster.agreement") | None = None,
    by: Account,
) -> Platform:
    """Enter a platform or base for the secretariat to check against its approval."""
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=[("organisation", host_id)])
    platform = Platform(host=organisation_or_absent(host_id))
    fields = {"name": name, "kind": kind, "level": level, "department": department, "leader_id": leader_id,
              "scope": scope, "equipment": equipment, "area_square_metres": area_square_metres,
              "agreement_id": agreement_id}  # fmt: skip
    _write(platform, fields)
    with only_once({"platform_once": ALREADY}):
        lifecycle.begin(platform, by=by)
    _write_partners(platform, partners or [])
    ledger.record("roster.platform_proposed", by=by, subject=platform, data={"kind": str(kind), "level": str(level)})
    return platform


ALREADY = Refusal(
    "platforms.again",
    say("The host has a platform of this name already."),
    say("Open the platform that exists."),
    field="name",
)


@transaction.atomic
def edit_platform(
    *,
    platform_id: str,
    name: Name,
    kind: PlatformKind,
    level: PlatformLevel,
    department: Short | None = None,
    leader_id: ref("roster.person") | None = None,
    scope: Paragraph | None = None,
    equipment: Paragraph | None = None,
    area_square_metres: Count | None = None,
    partners: list[PartnerRow] | None = None,
    agreement_id: ref("roster.agreement") | None = None,
    by: Account,
) -> Platform:
    """Correct what is known of a platform. Kind and level stand once it is approved."""
    platform = lifecycle.take(Platform, platform_id)
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=platform.scopes())
    require_stage(platform, (PlatformStage.PROPOSED, *AT_WORK))
    if platform.stage != PlatformStage.PROPOSED and (kind, level) != (platform.kind, platform.level):
        raise Refusal(
            "platforms.approved_as", say("Kind and level stand as they were approved."),
            say("Close this platform and propose another."), field="level",
        )  # fmt: skip
    fields = {"name": name, "kind": kind, "level": level, "department": department, "leader_id": leader_id,
              "scope": scope, "equipment": equipment, "area_square_metres": area_square_metres,
              "agreement_id": agreement_id}  # fmt: skip
    _write(platform, fields)
    platform.partners.all().delete()
    _write_partners(platform, partners or [])
    with only_once({"platform_once": ALREADY}):
        lifecycle.touch(platform)
    ledger.record("roster.platform_edited", by=by, subject=platform)
    return platform


def _write(platform: Platform, fields: dict[str, Any]) -> None:
    for name in ("name", "kind", "level", "area_square_metres"):
        setattr(platform, name, fields[name])
    for name in ("department", "scope", "equipment"):
        setattr(platform, name, fields[name] or "")
    platform.leader = person_or_absent(fields["leader_id"]) if fields["leader_id"] else None
    platform.agreement = agreement_or_absent(fields["agreement_id"]) if fields["agreement_id"] else None
    platform.keys = keys_of(platform.name, str(platform.host), platform.department, platform.approval_number)


def _write_partners(platform: Platform, rows: list[PartnerRow]) -> None:
    twice = Refusal("platforms.partner_twice", say("The same partner is named twice."), field="partners")
    with only_once({"platform_partner_once": twice}):
        for row in rows:
            if row.organisation_id == platform.host_id:
                raise Refusal("platforms.host_is_partner", say("The host is not its own partner."), field="partners")
            partner = organisation_or_absent(row.organisation_id)
            PlatformPartner.objects.create(platform=platform, organisation=partner, part=row.part or "")


@transaction.atomic
def approve_platform(
    *,
    platform_id: str,
    approved_on: Day,
    approver: Body | None = None,
    approval_number: Short | None = None,
    review_months: Months | None = None,
    by: Account,
) -> Platform:
    """Enter the approval. The first review falls due one cycle later."""
    platform = lifecycle.take(Platform, platform_id)
    months = review_months or configuration.value("roster.platform_review_months", on=approved_on)
    platform.approved_on, platform.review_months = approved_on, months
    platform.approver, platform.approval_number = approver or "", approval_number or ""
    platform.next_review_on = months_later(approved_on, months)
    platform.keys = keys_of(platform.name, str(platform.host), platform.department, platform.approval_number)
    facts = rules.Approval(
        level=PlatformLevel(platform.level),
        number=platform.approval_number,
        approver=platform.approver,
        approved_on=approved_on,
        today=today(),
    )
    lifecycle.step(platform, "approve", by=by, facts=facts, due_on=platform.next_review_on)
    data = {"number": platform.approval_number, "level": platform.level}
    ledger.record("roster.platform_approved", by=by, subject=platform, data=data)
    _tell(platform, "roster.platform_approved", say("“{name}” is entered as approved.", name=platform.name))
    return platform


@transaction.atomic
def pass_platform_review(
    *,
    platform_id: str,
    findings: Paragraph,
    held_on: Day | None = None,
    next_review_on: Day | None = None,
    by: Account,
) -> Platform:
    """The review was passed; the next falls due one cycle later, or on the day named."""
    return _review(platform_id, PlatformVerdict.PASSED, findings, held_on, next_review_on, by)


@transaction.atomic
def ask_platform_to_improve(
    *,
    platform_id: str,
    findings: Paragraph,
    held_on: Day | None = None,
    next_review_on: Day | None = None,
    by: Account,
) -> Platform:
    """The review asks for something to be put right, within half a year or by the day named."""
    return _review(platform_id, PlatformVerdict.TO_IMPROVE, findings, held_on, next_review_on, by)


@transaction.atomic
def withdraw_approval(*, platform_id: str, findings: Paragraph, held_on: Day | None = None, by: Account) -> Platform:
    """The review failed, which withdraws the approval. Those who granted its plaques are told."""
    return _review(platform_id, PlatformVerdict.FAILED, findings, held_on, None, by)


def _review(
    key: str, verdict: PlatformVerdict, findings: str, held_on: date | None, next_on: date | None, by: Account
) -> Platform:
    platform = lifecycle.take(Platform, key)
    day = held_on or today()
    if day > today():
        raise Refusal("platforms.future", say("The review has not taken place yet."), field="held_on")
    platform.next_review_on = _next_review(platform, verdict, day, next_on)
    if verdict == PlatformVerdict.FAILED:
        platform.closed_because = findings
    lifecycle.step(platform, MOVES[verdict], by=by, due_on=platform.next_review_on)
    PlatformReview.objects.create(
        platform=platform, held_on=day, verdict=verdict, findings=findings, recorded_by=by.pk,
        next_review_on=platform.next_review_on,
    )  # fmt: skip
    ledger.record("roster.platform_reviewed", by=by, subject=platform, data={"verdict": str(verdict)})
    sentence = say("“{name}” was reviewed: {verdict}.", name=platform.name, verdict=verdict.label)
    _tell(platform, "roster.platform_reviewed", sentence)
    if verdict == PlatformVerdict.FAILED:
        _question_plaques(platform)
    return platform


def _next_review(platform: Platform, verdict: PlatformVerdict, held_on: date, chosen: date | None) -> date | None:
    """One cycle after a passed review; half a year to put things right; the last one stands when it failed."""
    if verdict == PlatformVerdict.FAILED:
        return platform.next_review_on
    found = chosen or months_later(held_on, platform.review_months or 36 if verdict == PlatformVerdict.PASSED else 6)
    if found <= held_on:
        raise Refusal(
            "platforms.next_review", say("The next review must come after this one."), say("Choose a later day."),
            field="next_review_on",
        )  # fmt: skip
    return found


def _question_plaques(platform: Platform) -> None:
    tell_grantors_of_loose_plaques(
        event="roster.plaque_in_question", platform=platform,
        sentence=say("The platform behind plaque {number} is no longer at work; decide whether it stays."),
    )  # fmt: skip


@transaction.atomic
def add_accreditation(
    *,
    platform_id: str,
    accrediting_body: Body,
    scheme: Body,
    since: Day,
    number: Short | None = None,
    valid_until: Day | None = None,
    by: Account,
) -> Platform:
    """Record a certificate; a newer one of the same body and scheme takes the place of the older."""
    platform = lifecycle.take(Platform, platform_id)
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=platform.scopes())
    require_stage(platform, AT_WORK)
    require_order(since, valid_until, field="valid_until")
    platform.accreditations.filter(body=accrediting_body, scheme=scheme, ended_on=None).update(ended_on=since)
    Accreditation.objects.create(
        platform=platform,
        body=accrediting_body,
        scheme=scheme,
        number=number or "",
        since=since,
        valid_until=valid_until,
    )
    lifecycle.touch(platform)
    data = {"body": accrediting_body, "scheme": scheme, "until": valid_until.isoformat() if valid_until else ""}
    ledger.record("roster.accredited", by=by, subject=platform, data=data)
    return platform


@transaction.atomic
def add_output(
    *, platform_id: str, kind: OutputKind, title: Title, happened_on: Day, link: Link | None = None, by: Account
) -> Platform:
    """Record something that came out of the platform, with where it can be checked."""
    platform = lifecycle.take(Platform, platform_id)
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, scopes=platform.scopes())
    require_stage(platform, AT_WORK)
    if happened_on > today():
        raise Refusal("platforms.output_later", say("This lies in the future."), field="happened_on")
    PlatformOutput.objects.create(
        platform=platform, kind=kind, title=title, happened_on=happened_on, link=link or "", recorded_by=by.pk
    )
    lifecycle.touch(platform)
    ledger.record("roster.output_recorded", by=by, subject=platform, data={"kind": str(kind)})
    return platform


@transaction.atomic
def close_platform(*, platform_id: str, reason: Reason, by: Account) -> Platform:
    """The platform is given up by its host."""
    platform = lifecycle.take(Platform, platform_id)
    platform.closed_because = require_reason(reason)
    lifecycle.step(platform, "close", by=by)
    ledger.record("roster.platform_closed", by=by, subject=platform)
    _question_plaques(platform)
    _tell(platform, "roster.platform_closed", say("“{name}” was closed.", name=platform.name))
    return platform


@transaction.atomic
def withdraw_platform(*, platform_id: str, reason: Reason, by: Account) -> Platform:
    """Drop a proposal."""
    platform = lifecycle.take(Platform, platform_id)
    platform.closed_because = require_reason(reason)
    lifecycle.step(platform, "withdraw", by=by)
    ledger.record("roster.platform_withdrawn", by=by, subject=platform)
    return platform


def _tell(platform: Platform, event: str, sentence: Phrase) -> None:
    partners = platform.partners.values_list("organisation_id", flat=True)
    scopes = [*platform.scopes(), *(("organisation", key) for key in partners)]
    notices.tell(notices.holders(Role.LIAISON, scopes=scopes), event, sentence, subject=platform)
