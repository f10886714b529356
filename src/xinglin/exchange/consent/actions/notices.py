"""Impact assessments and notices: weighed first, told next, agreed to last (PIPL art. 14, 17, 55)."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction
from django.db.models import Max

from xinglin.exchange.consent.models import Consent, ImpactAssessment, PrivacyNotice
from xinglin.exchange.consent.rules.codes import text_digest
from xinglin.exchange.consent.rules.lives import WRITERS
from xinglin.exchange.consent.words import AssessmentStage, ConsentStage, NoticeStage, Purpose, RiskLevel
from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Day, Line, Paragraph, Yes
from xinglin.kernel.clock import now, today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

Title = Annotated[str, Ask("line", longest=120)]
Because = Annotated[str, Ask("text", longest=1_000)]
Days = Annotated[int, Ask("count", least=0, most=3_650)]


@transaction.atomic
def draft_assessment(
    *, purpose: Purpose, title: Title, processing: Paragraph, necessity: Paragraph, risks: Paragraph, risk: RiskLevel,
    measures: Paragraph, conclusion: Paragraph, valid_until: Day, by: Account,
) -> ImpactAssessment:  # fmt: skip
    """Write down what was weighed before data are processed for a purpose (PIPL art. 55, 56)."""
    permits.require(by, *WRITERS)
    if valid_until <= today():
        raise Refusal("consent.assessment_past", say("The day until which it holds has passed."), field="valid_until")
    one = ImpactAssessment(
        purpose=purpose, title=title, processing=processing, necessity=necessity, risks=risks, risk=risk,
        measures=measures, conclusion=conclusion, valid_until=valid_until,
    )  # fmt: skip
    lifecycle.begin(one, by=by)
    ledger.record("consent.assessment_drafted", by=by, subject=one, data={"purpose": str(purpose), "risk": str(risk)})
    return one


@transaction.atomic
def approve_assessment(*, assessment_id: str, by: Account) -> ImpactAssessment:
    """Approve an assessment somebody else wrote."""
    one = lifecycle.take(ImpactAssessment, assessment_id)
    if one.created_by == by.pk:
        raise Refusal("consent.own_assessment", say("Nobody approves an assessment they wrote."),
                      say("Ask a colleague of the secretariat or a data steward."))  # fmt: skip
    one.approver = by.pk
    lifecycle.step(one, "approve", by=by, due_on=one.valid_until)
    ledger.record("consent.assessment_approved", by=by, subject=one, data={"purpose": one.purpose, "risk": one.risk})
    return one


@transaction.atomic
def decline_assessment(*, assessment_id: str, because: Because, by: Account) -> ImpactAssessment:
    """Say that the processing may not begin like this, and why."""
    one = lifecycle.take(ImpactAssessment, assessment_id)
    lifecycle.step(one, "decline", by=by)
    ledger.record("consent.assessment_declined", by=by, subject=one, data={"because": because})
    return one


@transaction.atomic
def draft_notice(
    *, purpose: Purpose, title: Title, processor: Line, contact: Line, way: Paragraph, kinds: Paragraph,
    retention: Paragraph, rights: Paragraph, effects: Paragraph, english: Paragraph, days: Days = 365,
    renew: Yes = True, by: Account,
) -> PrivacyNotice:  # fmt: skip
    """Write the text people are shown before they agree: everything art. 17, 23 and 30 ask for has its own field."""
    permits.require(by, *WRITERS)
    last = PrivacyNotice.objects.filter(purpose=purpose).aggregate(last=Max("number"))["last"] or 0
    one = PrivacyNotice(
        purpose=purpose, number=last + 1, title=title, processor=processor, contact=contact, way=way, kinds=kinds,
        retention=retention, rights=rights, effects=effects, english=english, days=days, renew=renew,
    )  # fmt: skip
    lifecycle.begin(one, by=by)
    ledger.record("consent.notice_drafted", by=by, subject=one, data={"purpose": str(purpose)})
    return one


@transaction.atomic
def drop_notice(*, notice_id: str, by: Account) -> PrivacyNotice:
    """Drop a draft."""
    one = lifecycle.take(PrivacyNotice, notice_id)
    lifecycle.step(one, "drop", by=by)
    ledger.record("consent.notice_dropped", by=by, subject=one)
    return one


@transaction.atomic
def publish_notice(*, notice_id: str, by: Account) -> PrivacyNotice:
    """Put a text in force. There must be an approved impact assessment of its purpose that still holds (art. 55). With
    a text that changes what people agreed to, consents to the one before end; people are asked again (art. 14)."""
    one = lifecycle.take(PrivacyNotice, notice_id)
    assessed = (
        ImpactAssessment.objects.filter(
            purpose=one.purpose, stage=AssessmentStage.APPROVED, valid_until__gte=today()
        )
        .order_by("-valid_until")
        .first()
    )  # fmt: skip
    if assessed is None:
        raise Refusal(
            "consent.not_assessed",
            say("There is no approved impact assessment for this purpose."),
            say("Write one and have a colleague approve it; then put the notice in force."),
        )
    lapsed = 0
    for before in PrivacyNotice.objects.select_for_update().filter(purpose=one.purpose, stage=NoticeStage.IN_FORCE):
        lifecycle.step(before, "be_replaced", by=permits.the_program())
        ledger.record("consent.notice_replaced", by=permits.the_program(), subject=before)
        if one.renew:
            lapsed += _end_consents(before)
    one.assessment, one.in_force_from = assessed.pk, now()
    lifecycle.step(one, "publish", by=by)
    ledger.record("consent.notice_published", by=by, subject=one,
                  data={"purpose": one.purpose, "lapsed": lapsed, "text": text_digest(_text(one))})  # fmt: skip
    return one


def _end_consents(notice: PrivacyNotice) -> int:
    """The living consents to a text that is no longer true; what was done under them stays lawful (art. 15)."""
    rows = list(Consent.objects.select_for_update().filter(notice=notice.pk, stage=ConsentStage.GIVEN))
    moment = now()
    Consent.objects.filter(pk__in=[one.pk for one in rows]).update(
        stage=ConsentStage.LAPSED, stage_since=moment, due_on=None
    )  # fmt: skip
    ledger.record_many(
        "consent.lapsed", by=permits.the_program(), subjects=rows,
        data=lambda one: {"purpose": one.purpose, "recipient": one.recipient, "because": "notice"},
    )  # fmt: skip
    return len(rows)


def _text(notice: PrivacyNotice) -> tuple[str, ...]:
    """All that was shown, in its order."""
    return (notice.title, notice.processor, notice.contact, notice.way, notice.kinds, notice.retention, notice.rights,
            notice.effects, notice.english, str(notice.days))  # fmt: skip


@transaction.atomic
def end_assessments(*, by: Account) -> int:
    """Assessments whose day has passed no longer carry a new notice; the secretariat is reminded before (calendar)."""
    over = ImpactAssessment.objects.filter(stage=AssessmentStage.APPROVED, valid_until__lt=today())
    count = 0
    for key in list(over.values_list("pk", flat=True)):
        one = lifecycle.take(ImpactAssessment, key)
        lifecycle.step(one, "end", by=by)
        ledger.record("consent.assessment_ended", by=by, subject=one, data={"purpose": one.purpose})
        count += 1
    return count
