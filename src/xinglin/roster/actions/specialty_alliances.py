"""A specialty alliance's life and its members': propose, found, apply, admit, leave, close."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Paragraph, ref
from xinglin.kernel.clock import today
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, absent, not_yours, require_reason
from xinglin.kernel.words import Role
from xinglin.roster.actions.appointments import agreement_or_absent
from xinglin.roster.actions.bodies import organisation_or_absent
from xinglin.roster.actions.once import only_once
from xinglin.roster.actions.plaques import tell_grantors_of_loose_plaques
from xinglin.roster.actions.stages import require_stage
from xinglin.roster.models import AllianceMember, SpecialtyAlliance
from xinglin.roster.queries import specialty_alliances as queries
from xinglin.roster.rules import specialty_alliances as rules
from xinglin.roster.words.register import RecordStage
from xinglin.roster.words.specialty_alliances import (
    LIVE,
    AllianceForm,
    AllianceMemberStage,
    SpecialtyAllianceStage,
)

Name = Annotated[str, Ask("line", longest=160)]
Department = Annotated[str, Ask("line", longest=80)]
Code = Annotated[str, Ask("line", longest=12)]
Reason = Annotated[str, Ask("text", longest=2_000)]


@transaction.atomic
def propose_specialty_alliance(
    *,
    name: Name,
    lead_id: ref("roster.organisation"),
    form: AllianceForm = AllianceForm.SPECIALTY,
    specialty: Code | None = None,
    lead_department: Department | None = None,
    pathway: Paragraph | None = None,
    agreement_id: ref("roster.agreement") | None = None,
    by: Account,
) -> SpecialtyAlliance:
    """Propose an alliance: who leads it, in which form, for which specialty, along which pathway."""
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=[("organisation", lead_id)])
    alliance = SpecialtyAlliance(
        name=name, lead=organisation_or_absent(lead_id), form=form, specialty=specialty or "",
        lead_department=lead_department or "", pathway=pathway or "",
        agreement=agreement_or_absent(agreement_id) if agreement_id else None,
    )  # fmt: skip
    alliance.keys = keys_of(name, str(alliance.lead), alliance.lead_department)
    again = Refusal(
        "specialty_alliances.again", say("The lead unit has an alliance of this name already."),
        say("Open the alliance that exists."), field="name",
    )  # fmt: skip
    with only_once({"specialty_alliance_once": again}):
        lifecycle.begin(alliance, by=by)
    ledger.record("roster.specialty_alliance_proposed", by=by, subject=alliance, data={"form": str(form)})
    return alliance


@transaction.atomic
def describe_specialty_alliance(
    *,
    specialtyalliance_id: str,
    pathway: Paragraph,
    specialty: Code | None = None,
    lead_department: Department | None = None,
    agreement_id: ref("roster.agreement") | None = None,
    by: Account,
) -> SpecialtyAlliance:
    """Write down the pathway: how patients, staff and methods move between the lead unit and the members."""
    alliance = lifecycle.take(SpecialtyAlliance, specialtyalliance_id)
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=alliance.scopes())
    require_stage(alliance, (SpecialtyAllianceStage.PROPOSED, SpecialtyAllianceStage.RUNNING))
    alliance.pathway, alliance.specialty = pathway, specialty or ""
    alliance.lead_department = lead_department or ""
    alliance.agreement = agreement_or_absent(agreement_id) if agreement_id else None
    lifecycle.touch(alliance)
    ledger.record("roster.specialty_alliance_described", by=by, subject=alliance)
    return alliance


@transaction.atomic
def found_specialty_alliance(
    *, specialtyalliance_id: str, founded_on: Day | None = None, by: Account
) -> SpecialtyAlliance:
    """The alliance begins its work; organisations can apply."""
    alliance = lifecycle.take(SpecialtyAlliance, specialtyalliance_id)
    alliance.founded_on = founded_on or today()
    charter = rules.Charter(
        form=AllianceForm(alliance.form),
        specialty=alliance.specialty,
        pathway=alliance.pathway,
        lead_known=alliance.lead.stage == RecordStage.ACTIVE,
    )
    lifecycle.step(alliance, "found", by=by, facts=charter)
    data = {"on": alliance.founded_on.isoformat()}
    ledger.record("roster.specialty_alliance_founded", by=by, subject=alliance, data=data)
    _tell(alliance.scopes(), "roster.specialty_alliance_founded", say("The alliance was founded."), alliance)
    return alliance


@transaction.atomic
def close_specialty_alliance(*, specialtyalliance_id: str, reason: Reason, by: Account) -> SpecialtyAlliance:
    """The alliance ends; so do its memberships."""
    alliance = lifecycle.take(SpecialtyAlliance, specialtyalliance_id)
    alliance.closed_because = require_reason(reason)
    lifecycle.step(alliance, "close", by=by)
    ledger.record("roster.specialty_alliance_closed", by=by, subject=alliance)
    program = permits.the_program()
    for key in alliance.members.filter(stage__in=LIVE).values_list("pk", flat=True):
        place = lifecycle.take(AllianceMember, key)
        member = place.stage == AllianceMemberStage.MEMBER
        place.closed_because, place.left_on = alliance.closed_because, today() if member else None
        lifecycle.step(place, "leave" if member else "refuse", by=program)
        ledger.record("roster.alliance_left", by=by, subject=place)
        _after_leaving(place)
    return alliance


@transaction.atomic
def withdraw_specialty_alliance(*, specialtyalliance_id: str, reason: Reason, by: Account) -> SpecialtyAlliance:
    """Drop a proposal."""
    alliance = lifecycle.take(SpecialtyAlliance, specialtyalliance_id)
    alliance.closed_because = require_reason(reason)
    lifecycle.step(alliance, "withdraw", by=by)
    ledger.record("roster.specialty_alliance_withdrawn", by=by, subject=alliance)
    return alliance


@transaction.atomic
def apply_to_specialty_alliance(
    *,
    specialtyalliance_id: ref("roster.specialtyalliance"),
    organisation_id: ref("roster.organisation"),
    department: Department | None = None,
    statement: Paragraph | None = None,
    by: Account,
) -> AllianceMember:
    """An organisation applies to belong; the lead unit decides."""
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=[("organisation", organisation_id)])
    alliance = SpecialtyAlliance.objects.select_related("lead").filter(pk=specialtyalliance_id).first()
    if alliance is None:
        raise absent()
    place = AllianceMember(
        alliance=alliance, organisation=organisation_or_absent(organisation_id), department=department or "",
        statement=statement or "",
    )  # fmt: skip
    rules.may_join(_joining(place))
    again = Refusal(
        "specialty_alliances.joined", say("This organisation belongs to it, or has applied."),
        say("Open the membership that exists."), field="organisation_id",
    )  # fmt: skip
    with only_once({"alliance_member_once": again}):
        lifecycle.begin(place, by=by)
    ledger.record("roster.alliance_applied", by=by, subject=place)
    sentence = say("{name} applies to join.", name=str(place.organisation))
    _tell(alliance.scopes(), "roster.alliance_applied", sentence, place)
    return place


def _joining(place: AllianceMember) -> rules.Joining:
    return rules.Joining(
        running=place.alliance.stage == SpecialtyAllianceStage.RUNNING,
        is_lead=place.organisation_id == place.alliance.lead_id,
    )


@transaction.atomic
def admit_to_specialty_alliance(*, alliancemember_id: str, joined_on: Day | None = None, by: Account) -> AllianceMember:
    """The lead unit admits the organisation."""
    place = _decided_by_lead(alliancemember_id, "admit", by)
    place.joined_on = joined_on or today()
    lifecycle.step(place, "admit", by=by, facts=_joining(place))
    data = {"on": place.joined_on.isoformat()}
    ledger.record("roster.alliance_joined", by=by, subject=place, data=data)
    sentence = say("Your organisation belongs to {name} now.", name=str(place.alliance))
    _tell([("organisation", place.organisation_id)], "roster.alliance_joined", sentence, place)
    return place


@transaction.atomic
def refuse_for_specialty_alliance(*, alliancemember_id: str, reason: Reason, by: Account) -> AllianceMember:
    """The lead unit refuses, and says why."""
    place = _decided_by_lead(alliancemember_id, "refuse", by)
    place.closed_because = require_reason(reason)
    lifecycle.step(place, "refuse", by=by)
    ledger.record("roster.alliance_refused", by=by, subject=place)
    sentence = say("{name} did not admit your organisation; the reason is on record.", name=str(place.alliance))
    _tell([("organisation", place.organisation_id)], "roster.alliance_refused", sentence, place)
    return place


def _decided_by_lead(key: str, move: str, by: Account) -> AllianceMember:
    """Nobody admits themselves: the lead unit decides, or the secretariat."""
    place = lifecycle.take(AllianceMember, key)
    if not queries.is_member_turn(place, by, move):
        raise not_yours()
    return place


@transaction.atomic
def withdraw_application(*, alliancemember_id: str, reason: Reason | None = None, by: Account) -> AllianceMember:
    """The applicant withdraws."""
    place = _decided_by_lead(alliancemember_id, "withdraw", by)
    place.closed_because = reason or ""
    lifecycle.step(place, "withdraw", by=by)
    ledger.record("roster.alliance_application_withdrawn", by=by, subject=place)
    return place


@transaction.atomic
def leave_specialty_alliance(
    *, alliancemember_id: str, reason: Reason, left_on: Day | None = None, by: Account
) -> AllianceMember:
    """A membership ends, from either side. Those who granted a plaque for it are told."""
    place = lifecycle.take(AllianceMember, alliancemember_id)
    place.closed_because, place.left_on = require_reason(reason), left_on or today()
    if place.joined_on and place.left_on < place.joined_on:
        raise Refusal("specialty_alliances.left_before", say("It cannot leave before it joined."), field="left_on")
    lifecycle.step(place, "leave", by=by)
    ledger.record("roster.alliance_left", by=by, subject=place)
    _after_leaving(place)
    _tell(place.scopes(), "roster.alliance_left", say("The membership has ended; the reason is on record."), place)
    return place


def _after_leaving(place: AllianceMember) -> None:
    tell_grantors_of_loose_plaques(
        event="roster.plaque_in_question", alliance_place=place,
        sentence=say("The membership behind plaque {number} has ended; decide whether it stays."),
    )  # fmt: skip


def _tell(scopes: list[tuple[str, str]], event: str, sentence: Phrase, subject: object) -> None:
    notices.tell(notices.holders(Role.LIAISON, scopes=scopes), event, sentence, subject=subject)
