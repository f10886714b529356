"""Consents, the notices they rest on, and the assessments those rest on, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from xinglin.exchange.consent.actions import consents, notices
from xinglin.exchange.consent.models import Consent, ImpactAssessment, PrivacyNotice
from xinglin.exchange.consent.queries import desks, people
from xinglin.exchange.consent.queries.access import own_persons
from xinglin.exchange.consent.rules.access import EVERY_MEMBER
from xinglin.exchange.consent.rules.lives import TAKERS, WRITERS
from xinglin.exchange.consent.words import ConsentWay, Purpose, RiskLevel, Standing
from xinglin.kernel.dossiers import Fact, Kind, Verb, register
from xinglin.kernel.machine import roles
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy, Role

GROUP = say("Patients' consent and access")
PUBLIC, PERSONAL = Privacy.PUBLIC, Privacy.PERSONAL


def recipient(one: Consent) -> Phrase | str:
    """Who may look, in words."""
    return (
        say("Every member of the alliance") if one.recipient == EVERY_MEMBER else people.recipient_name(one.recipient)
    )


def _consent_facts(one: Consent, _actor: Actor) -> Sequence[Fact]:
    notice = PrivacyNotice.objects.filter(pk=one.notice).first()
    return [
        Fact(say("Purpose"), Purpose(one.purpose)),
        Fact(say("Who may look"), recipient(one)),
        Fact(say("From"), one.valid_from),
        Fact(say("Until"), one.valid_to or say("until it is withdrawn")),
        Fact(say("Text that was shown"), str(notice) if notice else None, PUBLIC,
             ("consent.privacynotice", notice.pk) if notice else None),
        Fact(say("Who decided"), Standing(one.standing), PERSONAL),
        Fact(say("How"), ConsentWay(one.way)),
        Fact(say("Proof"), one.evidence or None, PERSONAL),
        Fact(say("Given by"), one.given_by, PERSONAL),
        Fact(say("Withdrawn"), one.withdrawn_at),
    ]  # fmt: skip


def _notice_facts(one: PrivacyNotice, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Purpose"), Purpose(one.purpose), PUBLIC),
        Fact(say("Version"), one.number, PUBLIC),
        Fact(say("Who processes the data"), one.processor, PUBLIC),
        Fact(say("Contact"), one.contact, PUBLIC),
        Fact(say("Kinds of data"), one.kinds, PUBLIC),
        Fact(say("Way of processing"), one.way, PUBLIC),
        Fact(say("How long data are kept"), one.retention, PUBLIC),
        Fact(say("Why it is needed and what it means for you"), one.effects, PUBLIC),
        Fact(say("Your rights"), one.rights, PUBLIC),
        Fact(say("In English"), one.english, PUBLIC),
        Fact(say("A consent lasts"), say("{count} days", count=one.days) if one.days else say("until it is withdrawn"),
             PUBLIC),
        Fact(say("People are asked again"), say("yes") if one.renew else say("no"), PUBLIC),
        Fact(say("In force from"), one.in_force_from, PUBLIC),
    ]  # fmt: skip


def _assessment_facts(one: ImpactAssessment, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Purpose"), Purpose(one.purpose)),
        Fact(say("What is processed, how"), one.processing),
        Fact(say("Why it is lawful and necessary"), one.necessity),
        Fact(say("Effects and risks"), one.risks),
        Fact(say("Risk"), RiskLevel(one.risk)),
        Fact(say("Safeguards"), one.measures),
        Fact(say("Conclusion"), one.conclusion),
        Fact(say("Holds until"), one.valid_until),
    ]


register(Kind(
    name="consent.consent", model=Consent, key="consent_id", label=say("Consent"), plural=say("Consents"),
    visible=desks.consents_for, mine=lambda actor: Q(person__in=own_persons(actor)),
    title=str, facts=_consent_facts,
    columns=[
        (say("Purpose"), lambda one: Purpose(one.purpose)), (say("Who may look"), recipient),
        (say("From"), lambda one: one.valid_from), (say("Until"), lambda one: one.valid_to),
    ],
    verbs=[
        Verb("give", consents.give_consent, say("Give consent"), opening=True, roles=roles(Role.RESIDENT)),
        Verb("take", consents.take_consent, say("Take down a consent"), opening=True,
             roles=TAKERS - {Role.RESIDENT}),
        Verb("withdraw", consents.withdraw_consent, say("Withdraw the consent"), move="withdraw"),
    ],
    filters={"purpose": (say("Purpose"), Purpose)}, group=GROUP,
))  # fmt: skip

register(Kind(
    name="consent.privacynotice", model=PrivacyNotice, key="notice_id", label=say("Notice of processing"),
    plural=say("Notices of processing"), visible=desks.notices_for, title=str, facts=_notice_facts,
    columns=[
        (say("Title"), str), (say("Purpose"), lambda one: Purpose(one.purpose)),
        (say("In force from"), lambda one: one.in_force_from),
    ],
    verbs=[
        Verb("draft", notices.draft_notice, say("Draft a notice"), opening=True, roles=WRITERS),
        Verb("publish", notices.publish_notice, say("Put in force"), move="publish"),
        Verb("drop", notices.drop_notice, say("Drop the draft"), move="drop", danger=True),
    ],
    filters={"purpose": (say("Purpose"), Purpose)}, public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="consent.impactassessment", model=ImpactAssessment, key="assessment_id", label=say("Impact assessment"),
    plural=say("Impact assessments"), visible=desks.assessments_for, title=str, facts=_assessment_facts,
    columns=[
        (say("Title"), str), (say("Purpose"), lambda one: Purpose(one.purpose)),
        (say("Risk"), lambda one: RiskLevel(one.risk)), (say("Holds until"), lambda one: one.valid_until),
    ],
    verbs=[
        Verb("draft", notices.draft_assessment, say("Write an impact assessment"), opening=True, roles=WRITERS),
        Verb("approve", notices.approve_assessment, say("Approve the assessment"), move="approve"),
        Verb("decline", notices.decline_assessment, say("Do not approve"), move="decline", danger=True),
    ],
    filters={"purpose": (say("Purpose"), Purpose)}, group=GROUP,
    turn=lambda one, actor, move: move != "approve" or one.created_by != actor.pk,
))  # fmt: skip
