"""An organisation's life in the register: propose, revise, admit, close, reopen."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import connection, transaction
from django.db.models import Q

from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Line, Paragraph, ref
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent, not_yours
from xinglin.kernel.words import Role
from xinglin.roster import codes, names
from xinglin.roster.actions import duplicates
from xinglin.roster.actions.codes import checked, region_code
from xinglin.roster.finding import index_organisation
from xinglin.roster.models import Organisation
from xinglin.roster.words.register import HospitalGrade, HospitalLevel, OrganisationKind, Ownership, RecordStage

Name = Annotated[str, Ask("line", longest=120)]
Place = Annotated[str, Ask("line", longest=60)]
Because = Annotated[str, Ask("text", longest=1_000)]


@transaction.atomic
def propose_organisation(
    *,
    name_zh: Name,
    kind: OrganisationKind,
    credit_code: Line | None = None,
    name_en: Line | None = None,
    aliases: list[Name] | None = None,
    level: HospitalLevel = HospitalLevel.UNRATED,
    grade: HospitalGrade = HospitalGrade.NONE,
    ownership: Ownership | None = None,
    region: Place | None = None,
    address: Line | None = None,
    website: Line | None = None,
    profile: Paragraph | None = None,
    medical_code: Line | None = None,
    insurance_code: Line | None = None,
    parent_id: ref("roster.organisation") | None = None,
    contact_name: Line | None = None,
    contact_phone: Line | None = None,
    contact_email: Line | None = None,
    by: Account,
) -> Organisation:
    """Enter an organisation, or a branch of one, for the secretariat to admit."""
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=[("organisation", parent_id)] if parent_id else [])
    organisation = Organisation(kind=kind)
    if parent_id:
        organisation.parent = _parent(parent_id, organisation)
    _fill(
        organisation, name_zh=name_zh, name_en=name_en, aliases=aliases, level=level, grade=grade, ownership=ownership,
        region=region, address=address, website=website, profile=profile, credit_code=credit_code,
        medical_code=medical_code, insurance_code=insurance_code, contact_name=contact_name,
        contact_phone=contact_phone, contact_email=contact_email,
    )  # fmt: skip
    lifecycle.begin(organisation, by=by)
    ledger.record(
        "roster.organisation_proposed", by=by, subject=organisation,
        data={"kind": str(kind), "credit_code": organisation.credit_code},
    )  # fmt: skip
    duplicates.look_for(kind="roster.organisation", key=organisation.pk, by=by)
    return organisation


@transaction.atomic
def revise_organisation(
    *,
    organisation_id: str,
    name_zh: Name,
    credit_code: Line | None = None,
    name_en: Line | None = None,
    aliases: list[Name] | None = None,
    level: HospitalLevel = HospitalLevel.UNRATED,
    grade: HospitalGrade = HospitalGrade.NONE,
    ownership: Ownership | None = None,
    region: Place | None = None,
    address: Line | None = None,
    website: Line | None = None,
    profile: Paragraph | None = None,
    medical_code: Line | None = None,
    insurance_code: Line | None = None,
    contact_name: Line | None = None,
    contact_phone: Line | None = None,
    contact_email: Line | None = None,
    by: Account,
) -> Organisation:
    """Correct what the register says. A former name stays findable among the aliases."""
    organisation = lifecycle.take(Organisation, organisation_id)
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=organisation.scopes())
    former = organisation.name_zh
    kept = list(aliases or [])
    if former != name_zh and former not in kept:
        kept.append(former)
    before = {name: getattr(organisation, name) for name in REPORTED}
    _fill(
        organisation, name_zh=name_zh, name_en=name_en, aliases=kept, level=level, grade=grade, ownership=ownership,
        region=region, address=address, website=website, profile=profile, credit_code=credit_code,
        medical_code=medical_code, insurance_code=insurance_code, contact_name=contact_name,
        contact_phone=contact_phone, contact_email=contact_email,
    )  # fmt: skip
    lifecycle.touch(organisation)
    changed = sorted(name for name in REPORTED if getattr(organisation, name) != before[name])
    ledger.record("roster.organisation_revised", by=by, subject=organisation, data={"changed": changed})
    return organisation


REPORTED = (
    "name_zh", "name_en", "aliases", "level", "grade", "ownership", "region", "address", "website", "profile",
    "credit_code", "medical_code", "insurance_code", "contact_name", "contact_phone", "contact_email",
)  # fmt: skip


def _fill(organisation: Organisation, **given: Any) -> None:
    """Check and set what was given; every refusal names its field."""
    name_zh = checked(names.clean_name, given["name_zh"], field="name_zh", max_length=120).text
    organisation.name_zh = name_zh
    organisation.aliases = list(dict.fromkeys(alias for alias in given["aliases"] or [] if alias != name_zh))
    for name in ("name_en", "level", "grade", "ownership", "address", "website", "profile"):
        setattr(organisation, name, given[name] or "")
    for name in ("contact_name", "contact_phone", "contact_email"):
        setattr(organisation, name, given[name] or "")
    if organisation.kind != OrganisationKind.HOSPITAL and given["level"] != HospitalLevel.UNRATED:
        raise Refusal("organisations.level", say("Only hospitals have a level."), field="level")
    if organisation.website and not organisation.website.startswith(("https://", "http://")):
        raise Refusal(
            "organisations.website", say("A web address begins with https://."), say("Copy it from the browser."),
            field="website",
        )  # fmt: skip
    organisation.region = region_code(given["region"])
    if given["credit_code"]:
        organisation.credit_code = checked(codes.credit_code, given["credit_code"], field="credit_code").code
        _refuse_taken_code(organisation)
    else:
        organisation.credit_code = ""
    organisation.medical_code = (
        checked(codes.medical_institution_code, given["medical_code"], field="medical_code").code
        if given["medical_code"]
        else ""
    )
    insurance = given["insurance_code"]
    organisation.insurance_code = checked(codes.insurance_code, insurance, field="insurance_code") if insurance else ""
    index_organisation(organisation)


def _refuse_taken_code(organisation: Organisation) -> None:
    """Two legal persons never share a code; a branch may carry its parent's."""
    if organisation.parent_id:
        return
    others = Organisation.objects.filter(credit_code=organisation.credit_code, parent=None)
    taken = others.exclude(pk=organisation.pk).exclude(stage=RecordStage.CLOSED).first()
    if taken is not None:
        raise Refusal(
            "organisations.credit_code_taken",
            say("{name} has this credit code already.", name=str(taken)),
            say("If this is its branch, name it as the parent; if it is the same, open that record."),
            field="credit_code",
        )


def _parent(parent_id: str, organisation: Organisation) -> Organisation:
    parent = Organisation.objects.filter(pk=parent_id).first()
    if parent is None:
        raise absent()
    if parent.parent_id:
        raise Refusal(
            "organisations.branch_of_branch",
            say("{name} is a branch itself.", name=str(parent)),
            say("Name the legal person it belongs to."),
            field="parent_id",
        )
    return parent


@transaction.atomic
def admit_organisation(*, organisation_id: str, by: Account) -> Organisation:
    """Take a proposed organisation into the register."""
    organisation = lifecycle.take(Organisation, organisation_id)
    lifecycle.step(organisation, "admit", by=by)
    ledger.record("roster.organisation_admitted", by=by, subject=organisation)
    return organisation


@transaction.atomic
def close_organisation(*, organisation_id: str, because: Because, by: Account) -> Organisation:
    """The organisation has ceased, or was entered by mistake; what refers to it stays."""
    organisation = lifecycle.take(Organisation, organisation_id)
    lifecycle.step(organisation, "close", by=by)
    ledger.record("roster.organisation_closed", by=by, subject=organisation, data={"because": because})
    return organisation


@transaction.atomic
def reopen_organisation(*, organisation_id: str, by: Account) -> Organisation:
    """Take a closed organisation back into the register."""
    organisation = lifecycle.take(Organisation, organisation_id)
    if organisation.credit_code:
        _refuse_taken_code(organisation)
    organisation.same_as = None
    lifecycle.step(organisation, "reopen", by=by)
    ledger.record("roster.organisation_reopened", by=by, subject=organisation)
    return organisation


@transaction.atomic
def note_organisation(*, name: Name, by: Account) -> Organisation:
    """The organisation of this name, entered for the secretariat to admit where the register does not know it.

    For hospitals that arriving data names. Names decide, codes do not: a branch may carry its parent's code. Only the
    program may. Raises Refusal for a name nobody can have.
    """
    if not permits.is_the_program(by):
        raise not_yours()
    plain = checked(names.clean_name, name, field="name_zh", max_length=120).text
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"organisation {plain}"])
    same = Q(name_zh=plain) | Q(name_en=plain) | Q(aliases__contains=[plain])
    found = Organisation.objects.filter(same).exclude(stage=RecordStage.CLOSED).order_by("created_at").first()
    if found is not None:
        return found
    organisation = Organisation(kind=OrganisationKind.HOSPITAL, name_zh=plain)
    index_organisation(organisation)
    lifecycle.begin(organisation, by=by)
    ledger.record("roster.organisation_proposed", by=by, subject=organisation,
                  data={"kind": str(OrganisationKind.HOSPITAL), "credit_code": ""})  # fmt: skip
    return organisation
