"""Giving and withdrawing consent: the same page, the same number of steps (PIPL art. 14, 15, 23, 29, 31)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated

from django.db import transaction

from xinglin.exchange.catalogue.queries.sites import site_of
from xinglin.exchange.consent.models import Consent, PrivacyNotice
from xinglin.exchange.consent.queries import people
from xinglin.exchange.consent.queries.access import own_persons
from xinglin.exchange.consent.queries.residents import standing_of
from xinglin.exchange.consent.rules.access import EVERY_MEMBER
from xinglin.exchange.consent.rules.standing import refuse_standing
from xinglin.exchange.consent.words import ConsentStage, ConsentWay, NoticeStage, Purpose, Standing
from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Day, ref
from xinglin.kernel.clock import ZONE, now, today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role

Proof = Annotated[str, Ask("line", longest=200)]
Person = Annotated[int, Ask("count", least=1, most=2**62)]


@transaction.atomic
def give_consent(
    *,
    person: Person,
    purpose: Purpose,
    recipient_id: ref("roster.organisation") | None = None,
    every_member: bool = False,
    until: Day | None = None,
    notice_id: str | None = None,
    by: Account,
) -> Consent:
    """Let one hospital (or every member of the alliance) look at one's results for one purpose.

    `notice_id` is the text that stood on the page; another one in force since then is refused, so that nobody agrees
    to what they were not shown.
    """
    if person not in own_persons(by):
        raise absent()
    if every_member == bool(recipient_id):
        raise Refusal("consent.recipient", say("Choose one hospital, or every member of the alliance."),
                      field="recipient_id")  # fmt: skip
    relation, evidence = standing_of(person, by)
    return _give(
        person, purpose, EVERY_MEMBER if every_member else _recipient(recipient_id or ""), until, notice_id,
        relation, ConsentWay.OWN_PAGE, evidence, people.record_of(person), by,
    )  # fmt: skip


@transaction.atomic
def take_consent(
    *,
    person: Person,
    purpose: Purpose,
    organisation_id: ref("roster.organisation"),
    way: ConsentWay,
    evidence: Proof,
    standing: Standing = Standing.SELF,
    until: Day | None = None,
    by: Account,
) -> Consent:
    """A hospital takes down a person's consent for itself, on the person's word: signed, or said before a witness.

    `evidence` is the number of the paper or the name of the witness. The hospital must know the person; the text in
    force is the one to be shown.
    """
    permits.require(by, Role.DOCTOR, Role.LIAISON, scopes=[("organisation", organisation_id)])
    site = site_of(organisation_id)
    if site is None or not people.is_known_at(person, site.number):
        raise absent()
    if way == ConsentWay.OWN_PAGE:
        raise Refusal("consent.way", say("Only the person uses their own page."),
                      say("Choose how the person said it to you."), field="way")  # fmt: skip
    if not evidence.strip():
        raise Refusal("consent.evidence", say("Say what proves this: the number of the signed paper, or the witness."),
                      field="evidence")  # fmt: skip
    record = people.record_of(person, site.number)
    return _give(person, purpose, organisation_id, until, None, standing, way, evidence, record, by)


@transaction.atomic
def withdraw_consent(*, consent_id: str, by: Account) -> Consent:
    """Withdraw it, without a reason; from this moment on. What was done before stays lawful (PIPL art. 15)."""
    consent = lifecycle.take(Consent, consent_id)
    consent.withdrawn_at = now()
    lifecycle.step(consent, "withdraw", by=by)
    ledger.record("consent.withdrawn", by=by, subject=consent,
                  data={"purpose": consent.purpose, "recipient": consent.recipient})  # fmt: skip
    return consent


@transaction.atomic
def lapse_consents(*, by: Account) -> int:
    """Consents whose time is over end. They count no longer from the very moment anyway; this writes it down."""
    over = Consent.objects.filter(stage=ConsentStage.GIVEN, valid_to__lte=now())
    return _lapse(list(over.values_list("pk", flat=True)), "time", by)


def _recipient(organisation_id: str) -> str:
    if site_of(organisation_id) is None:
        raise Refusal("consent.no_site", say("This organisation does not exchange results."),
                      say("Choose a hospital of the list."), field="recipient_id")  # fmt: skip
    return organisation_id


def _give(
    person: int, purpose: Purpose, recipient: str, until: object, notice_id: str | None, standing: Standing,
    way: ConsentWay, evidence: str, record: int, by: Account,
) -> Consent:  # fmt: skip
    if purpose == Purpose.CROSS_BORDER and recipient == EVERY_MEMBER:
        raise Refusal("consent.overseas_by_name", say("A recipient outside the mainland is named one by one."),
                      say("Choose the hospital."), field="recipient_id")  # fmt: skip
    notice = PrivacyNotice.objects.filter(purpose=purpose, stage=NoticeStage.IN_FORCE).first()
    if notice is None:
        raise Refusal("consent.no_notice", say("There is no notice in force for this purpose yet."),
                      say("The alliance's secretariat writes it; ask there."), field="purpose")  # fmt: skip
    if notice_id and notice_id != notice.pk:
        raise Refusal("consent.newer_notice", say("The text has changed since you opened the page."),
                      say("Read the new text below, then agree again if you wish."))  # fmt: skip
    refuse_standing(standing, born=people.born_on(person), on=today(), evidence=evidence)
    since = now()
    valid_to = _until(until, notice, since)
    # Two clicks at once queue here, on the notice; the second finds the first one's consent.
    PrivacyNotice.objects.select_for_update().get(pk=notice.pk)
    living = Consent.objects.filter(person=person, recipient=recipient, purpose=purpose, stage=ConsentStage.GIVEN)
    _lapse(list(living.values_list("pk", flat=True)), "renewed", permits.the_program())
    consent = Consent(
        person=person, record=record, recipient=recipient, purpose=purpose, valid_from=since,
        valid_to=valid_to, notice=notice.pk,
        given_by=str(by)[:60], standing=standing, way=way, evidence=evidence.strip(),
        due_on=valid_to.astimezone(ZONE).date() if valid_to else None,
    )  # fmt: skip
    lifecycle.begin(consent, by=by)
    ledger.record("consent.given", by=by, subject=consent, data={
        "purpose": str(purpose), "recipient": recipient, "way": str(way), "standing": str(standing),
        "notice": notice.pk, "until": valid_to.date().isoformat() if valid_to else "",
    })  # fmt: skip
    return consent


def _until(until: object, notice: PrivacyNotice, since: datetime) -> datetime | None:
    """The end that was chosen, never later than the notice's own; the chosen day counts whole."""
    longest = since + timedelta(days=notice.days) if notice.days else None
    if until is None:
        return longest
    end = datetime.combine(until, time.min, ZONE) + timedelta(days=1)  # type: ignore[arg-type]
    if end <= since:
        raise Refusal("consent.until_past", say("This day has passed."), field="until")
    return min(end, longest) if longest else end


def _lapse(keys: list[str], because: str, by: Account) -> int:
    for key in keys:
        consent = lifecycle.take(Consent, key)
        lifecycle.step(consent, "lapse", by=by)
        data = {"purpose": consent.purpose, "recipient": consent.recipient, "because": because}
        ledger.record("consent.lapsed", by=by, subject=consent, data=data)
    return len(keys)
