"""Sites, persons, visits, consents and residents for tests, all invented (示例)."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from tests.factories import bonds

from xinglin.exchange.catalogue.models import Site
from xinglin.exchange.consent.actions import bindings, notices
from xinglin.exchange.consent.actions.relations import begin_visit
from xinglin.exchange.consent.models import BreakGlass, Consent, PrivacyNotice, Relation
from xinglin.exchange.consent.words import ConsentStage, Purpose, RiskLevel, Standing
from xinglin.exchange.identity.models import IndexPerson, Patient, PatientKey
from xinglin.exchange.identity.rules import keys
from xinglin.exchange.identity.rules.documents import document
from xinglin.kernel import clock, permits
from xinglin.kernel.models import Account
from xinglin.kernel.privacy import lookup_secret
from xinglin.kernel.words import AccountKind, Role
from xinglin.roster.words.register import DocumentType

_numbers = itertools.count(1)


def site(name: str = "", region: str = "440100") -> Site:
    """A hospital of the roster with the next free number in the exchange."""
    organisation = bonds.hospital(name)
    number = (Site.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    return Site.objects.create(
        number=number, organisation_id=organisation.pk, name=organisation.name_zh, region=region
    )  # fmt: skip


def person(*records_at: Site, **fields: Any) -> int:
    """An index person with a record at each of the sites; returns the number. Fields are those of the records."""
    one = IndexPerson.objects.create()
    for at in records_at:
        Patient.objects.create(site=at.number, local_id=f"E{next(_numbers):06d}", person=one,
                               **{"name_zh": "示例甲", "sex": 2, **fields})  # fmt: skip
    return one.pk


def doctor(at: Site, role: Role = Role.DOCTOR, name: str = "") -> Account:
    """An account with a role at one hospital."""
    return bonds.account(role, ("organisation", at.organisation_id), name)


def system(at: Site, role: Role = Role.LABORATORY) -> Account:
    """The hospital's own program."""
    account = doctor(at, role)
    Account.objects.filter(pk=account.pk).update(kind=AccountKind.PROGRAM)
    account.kind = AccountKind.PROGRAM
    return account


def visit(who: int, at: Site, by_doctor: str = "", began: datetime | None = None) -> Relation:
    """An open visit."""
    return begin_visit(person=who, site=at.number, visit=f"V{next(_numbers)}", doctor=by_doctor,
                       began_at=began or clock.now(), by=permits.the_program())  # fmt: skip


def consent(who: int, recipient: Site | str, purpose: Purpose = Purpose.TREATMENT, **more: Any) -> Consent:
    """A living consent, written without a notice."""
    to = recipient if isinstance(recipient, str) else recipient.organisation_id
    fields = {"valid_from": clock.now() - timedelta(minutes=1), "notice": "test", "given_by": "test", **more}
    return Consent.objects.create(person=who, recipient=to, purpose=purpose, stage=ConsentStage.GIVEN, **fields)


def emergency(who: int, at: Site, by: Account, hours: int = 24) -> BreakGlass:
    """An emergency access somebody opened a moment ago."""
    return BreakGlass.objects.create(
        person=who, site=at.number, organisation_id=at.organisation_id, reason="示例抢救", stage="open",
        created_by=by.pk, created_at=clock.now() - timedelta(minutes=1), ends_at=clock.now() + timedelta(hours=hours),
    )  # fmt: skip


def resident(who: int, name: str = "") -> Account:
    """An account that stands for a person."""
    return bonds.account(Role.RESIDENT, ("person", str(who)), name)


def notice(purpose: Purpose = Purpose.TREATMENT, **more: Any) -> PrivacyNotice:
    """A notice in force with its approved assessment, through the actions."""
    writer, colleague = bonds.account(Role.SECRETARIAT), bonds.account(Role.STEWARD)
    words = dict.fromkeys(("processing", "necessity", "risks", "measures", "conclusion"), "示例")
    assessed = notices.draft_assessment(
        purpose=purpose, title="示例影响评估", risk=RiskLevel.MEDIUM,
        valid_until=clock.today() + timedelta(days=365), **words, by=writer,
    )  # fmt: skip
    notices.approve_assessment(assessment_id=assessed.pk, by=colleague)
    return next_notice(purpose, writer, **more)


def next_notice(purpose: Purpose, writer: Account, **more: Any) -> PrivacyNotice:
    """Another version, put in force."""
    texts = {name: f"示例{name}" for name in ("way", "kinds", "retention", "rights", "effects", "english")}
    drafted = notices.draft_notice(purpose=purpose, title="示例告知书", processor="示例医联体", contact="示例电话",
                                   **{**texts, **more}, by=writer)  # fmt: skip
    return notices.publish_notice(notice_id=drafted.pk, by=writer)


def with_document(at: Site, number: str = "440524188001010014", **fields: Any) -> Patient:
    """A patient of a hospital who has an identity card."""
    record = Patient.objects.get(person_id=person(at, **fields), site=at.number)
    show(record, "id_card", number)
    return record


def show(record: Patient, kind: str, number: str) -> None:
    """Let a record be found by a document."""
    one = document(kind, number)
    key = keys.number(keys.document_key(one.kind, one.key), lookup_secret())
    PatientKey.objects.create(key=key, patient=record)


def joined(at: Site, who: int, account: Account | None = None, relation: Standing = Standing.SELF) -> Account:
    """A resident whose account was joined at the counter of a hospital."""
    record = Patient.objects.filter(person_id=who, site=at.number).first()
    assert record is not None
    number = f"示例{next(_numbers):08d}"
    show(record, DocumentType.PASSPORT, number)
    account = account or bonds.account()
    _binding, code = bindings.offer_code(
        organisation_id=at.organisation_id, document_kind=DocumentType.PASSPORT, document_number=number, relation=relation,
        evidence="" if relation == Standing.SELF else "示例户口簿", by=doctor(at, Role.LIAISON),
    )  # fmt: skip
    bindings.join_account(code=code, by=account)
    account.__dict__.pop("_grants", None)
    return account
