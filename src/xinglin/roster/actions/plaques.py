"""A plaque's life: draft, grant with number and code, extend, replace, revoke."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Annotated, Any

from django.db import transaction

from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, ref
from xinglin.kernel.clock import today
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, absent, require_reason
from xinglin.kernel.words import Role
from xinglin.roster.actions.bodies import organisation_or_absent
from xinglin.roster.actions.papers import plaque_paper
from xinglin.roster.actions.stages import require_stage
from xinglin.roster.models import Agreement, AllianceMember, Plaque, Platform, Studio
from xinglin.roster.rules import plaques as rules
from xinglin.roster.rules.lapsing import lapsed, require_order, term_end
from xinglin.roster.words.agreements import IN_FORCE
from xinglin.roster.words.plaques import PlaqueStage

Name = Annotated[str, Ask("line", longest=160)]
Department = Annotated[str, Ask("line", longest=80)]
Reason = Annotated[str, Ask("text", longest=2_000)]

configuration.rule("roster.plaque_months", 36, say("Months a plaque is valid"), "set by the alliance")


@transaction.atomic
def draft_plaque(
    *,
    name: Name,
    granting_id: ref("roster.organisation"),
    receiving_id: ref("roster.organisation"),
    granted_on: Day,
    until: Day | None = None,
    department: Department | None = None,
    agreement_id: ref("roster.agreement") | None = None,
    platform_id: ref("roster.platform") | None = None,
    alliance_place_id: ref("roster.alliancemember") | None = None,
    studio_id: ref("roster.studio") | None = None,
    by: Account,
) -> Plaque:
    """Write down what a plaque will say and what it rests on. Without a last day it is valid as long as is set."""
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=[("organisation", granting_id)])
    plaque = Plaque(granting=organisation_or_absent(granting_id), receiving=organisation_or_absent(receiving_id))
    _write(plaque, name, granted_on, until, department)
    rules.granted_to_another(plaque.granting_id, plaque.receiving_id)
    plaque.agreement = _one(Agreement, agreement_id)
    plaque.platform = _one(Platform, platform_id)
    plaque.alliance_place = _one(AllianceMember, alliance_place_id)
    plaque.studio = _one(Studio, studio_id)
    _require_links(plaque)
    lifecycle.begin(plaque, by=by)
    ledger.record("roster.plaque_drafted", by=by, subject=plaque, data={"receiving": str(plaque.receiving)})
    return plaque


@transaction.atomic
def edit_plaque(
    *,
    plaque_id: str,
    name: Name,
    granted_on: Day,
    until: Day | None = None,
    department: Department | None = None,
    by: Account,
) -> Plaque:
    """Change a draft."""
    plaque = lifecycle.take(Plaque, plaque_id)
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=plaque.scopes())
    require_stage(plaque, (PlaqueStage.DRAFT,))
    _write(plaque, name, granted_on, until, department)
    lifecycle.touch(plaque)
    ledger.record("roster.plaque_edited", by=by, subject=plaque)
    return plaque


def _write(plaque: Plaque, name: str, granted_on: date, until: date | None, department: str | None) -> None:
    plaque.name, plaque.granted_on, plaque.department = name, granted_on, department or ""
    plaque.until = until or term_end(granted_on, configuration.value("roster.plaque_months", on=granted_on))
    require_order(plaque.granted_on, plaque.until)
    plaque.keys = keys_of(name, str(plaque.granting), str(plaque.receiving), plaque.department, plaque.number)


def _one(model: type[Any], key: str | None) -> Any:
    if not key:
        return None
    found = model.objects.filter(pk=key).first()
    if found is None:
        raise absent()
    return found


def _require_links(plaque: Plaque) -> None:
    """What a plaque rests on belongs to the unit that receives it."""
    receiver = plaque.receiving_id
    owners = {
        "platform_id": plaque.platform.host_id if plaque.platform else receiver,
        "alliance_place_id": plaque.alliance_place.organisation_id if plaque.alliance_place else receiver,
        "studio_id": plaque.studio.host_id if plaque.studio else receiver,
    }
    strangers = [field for field, owner in owners.items() if owner != receiver]
    agreement = plaque.agreement
    if agreement is not None and not agreement.parties.filter(organisation_id=receiver).exists():
        strangers.append("agreement_id")
    if strangers:
        raise Refusal(
            "plaques.not_the_receivers",
            say("What this plaque rests on belongs to another unit than the one receiving it."),
            say("Choose a record of the receiving unit, or leave it out."),
            field=strangers[0],
        )


@transaction.atomic
def grant_plaque(*, plaque_id: str, by: Account) -> Plaque:
    """Grant the plaque: it gets its number and the code the public can check."""
    plaque = lifecycle.take(Plaque, plaque_id)
    grant = rules.Grant(
        granted_on=plaque.granted_on,
        until=plaque.until,
        today=today(),
        agreement_in_force=plaque.agreement.stage in IN_FORCE if plaque.agreement else None,
    )
    _number(plaque)
    lifecycle.step(plaque, "grant", by=by, facts=grant)
    ledger.record("roster.plaque_granted", by=by, subject=plaque, data={"number": plaque.number})
    plaque_paper(plaque, by)
    sentence = say("The plaque “{name}” was granted as {number}.", name=plaque.name, number=plaque.number)
    _tell_units(plaque, "roster.plaque_granted", sentence)
    return plaque


def _number(plaque: Plaque) -> None:
    plaque.number, plaque.code = lifecycle.next_number("PL"), _new_code()
    plaque.keys = keys_of(plaque.name, str(plaque.granting), str(plaque.receiving), plaque.department, plaque.number)


def _new_code() -> str:
    """A code nobody can guess and none has had."""
    while True:
        code = rules.code_from(tuple(secrets.randbelow(len(rules.SIGNS)) for _ in range(rules.CODE_LENGTH)))
        if not Plaque.objects.filter(code=code).exists():
            return code


@transaction.atomic
def extend_plaque(*, plaque_id: str, until: Day, by: Account) -> Plaque:
    """Let the plaque hang longer, under the same number and code."""
    plaque = lifecycle.take(Plaque, plaque_id)
    before = plaque.until
    require_order(plaque.granted_on, until)
    plaque.until = until
    lifecycle.step(plaque, "extend", by=by, facts=rules.Extension(before, until))
    ledger.record("roster.plaque_extended", by=by, subject=plaque, data={"until": until.isoformat()})
    _tell_units(plaque, "roster.plaque_extended", say("The plaque is valid until {until} now.", until=until))
    return plaque


@transaction.atomic
def replace_plaque(*, plaque_id: str, reason: Reason, name: Name | None = None, by: Account) -> Plaque:
    """Give out another plaque for a lost, damaged or wrong one. The old code says that it was replaced."""
    before = lifecycle.take(Plaque, plaque_id)
    if lapsed(before.until, today()):
        raise Refusal(
            "plaques.over", say("The period of this plaque is over."), say("Extend it, or draft a new plaque.")
        )
    before.closed_because = require_reason(reason)
    lifecycle.step(before, "replace", by=by)
    made = Plaque(
        name=name or before.name, granting=before.granting, receiving=before.receiving, department=before.department,
        granted_on=today(), until=before.until, agreement=before.agreement, platform=before.platform,
        alliance_place=before.alliance_place, studio=before.studio, replaces=before,
    )  # fmt: skip
    lifecycle.begin(made, by=by)
    _number(made)
    facts = rules.Grant(granted_on=made.granted_on, until=made.until, today=today(), agreement_in_force=None)
    lifecycle.step(made, "grant", by=by, facts=facts)
    ledger.record("roster.plaque_replaced", by=by, subject=before, data={"number": made.number})
    ledger.record("roster.plaque_granted", by=by, subject=made, data={"number": made.number})
    plaque_paper(made, by)
    _tell_units(made, "roster.plaque_replaced", say("The plaque was replaced by {number}.", number=made.number))
    return made


@transaction.atomic
def revoke_plaque(*, plaque_id: str, reason: Reason, by: Account) -> Plaque:
    """Revoke the plaque. Whoever checks its code is told from this moment on."""
    plaque = lifecycle.take(Plaque, plaque_id)
    plaque.closed_because, plaque.revoked_on = require_reason(reason), today()
    lifecycle.step(plaque, "revoke", by=by)
    ledger.record("roster.plaque_revoked", by=by, subject=plaque, data={"number": plaque.number})
    sentence = say("The plaque {number} was revoked; take it down.", number=plaque.number)
    _tell_units(plaque, "roster.plaque_revoked", sentence)
    return plaque


@transaction.atomic
def withdraw_plaque(*, plaque_id: str, reason: Reason, by: Account) -> Plaque:
    """Drop a draft."""
    plaque = lifecycle.take(Plaque, plaque_id)
    plaque.closed_because = require_reason(reason)
    lifecycle.step(plaque, "withdraw", by=by)
    ledger.record("roster.plaque_withdrawn", by=by, subject=plaque)
    return plaque


def tell_grantors_of_loose_plaques(*, event: str, sentence: Phrase, **rests_on: Any) -> None:
    """What plaques rested on is gone: those who granted them are asked to look, nothing is revoked by machine."""
    for plaque in Plaque.objects.filter(stage__in=[PlaqueStage.GRANTED, PlaqueStage.EXPIRING], **rests_on):
        told = notices.holders(Role.SECRETARIAT, Role.LIAISON, scopes=plaque.scopes())
        notices.tell(told, event, sentence(number=plaque.number), subject=plaque)


def _tell_units(plaque: Plaque, event: str, sentence: Phrase) -> None:
    scopes = [("organisation", plaque.granting_id), ("organisation", plaque.receiving_id)]
    notices.tell(notices.holders(Role.LIAISON, scopes=scopes), event, sentence, subject=plaque)
