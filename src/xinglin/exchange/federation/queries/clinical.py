"""Records as other programs read them: whose, from which hospital, and only what consent lets the asker see.

Every function takes a `Reader` and returns rows the reader may see; what it may not see is absent, in value and number.
A search that names no patient covers the asking hospital's own records and results, never another hospital's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Min, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from xinglin.exchange.catalogue.queries.sites import site_of
from xinglin.exchange.consent.models import Consent
from xinglin.exchange.consent.queries.access import may_see
from xinglin.exchange.consent.rules.access import Access
from xinglin.exchange.consent.words import Purpose
from xinglin.exchange.identity.models import Patient
from xinglin.exchange.identity.queries import patients as identity
from xinglin.exchange.intake.models import Report, Resource, Result
from xinglin.exchange.intake.words import SENSITIVE, SUPERSEDED
from xinglin.kernel import permits
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

VIEWED = "consent.viewed"


@dataclass
class Reader:
    """Who reads, from which hospital (0: none), why, and for which doctor; what was decided is kept for one request.

    `visit` is the visit a program says it asks for; it counts where its registration allows that.
    """

    account: Account
    site: int = 0
    organisation_id: str = ""
    purpose: Purpose = Purpose.TREATMENT
    doctor: str = ""
    visit: str = ""
    at: datetime = field(default_factory=now)
    region: str = ""
    known: dict[int, Access] = field(default_factory=dict)

    def access(self, person: int) -> Access:
        """What may be seen of an index person; decided once."""
        found = self.known.get(person)
        if found is None:
            found = self.known[person] = may_see(
                person=person, site=self.site, purpose=self.purpose, at=self.at, account=self.account,
                doctor=self.doctor,
            )  # fmt: skip
        return found

    @property
    def own_site(self) -> bool:
        """Whether the reader may read its own hospital's records without naming a patient."""
        return bool(self.site) and self.access(0).own


def reader(
    *, account: Account, organisation_id: str = "", purpose: Purpose = Purpose.TREATMENT, doctor: str = ""
) -> Reader:
    """The reader an account is: at its hospital, or at `organisation_id` where it has roles at several.

    Raises a Refusal when it names a hospital it has no role at.
    """
    held = permits.scope_ids(account, "organisation")
    if organisation_id and organisation_id not in held:
        raise Refusal(
            "federation.not_your_hospital",
            say("This account has no role at the hospital it names."),
            say("Leave the header out, or name a hospital of yours."),
        )
    candidates = [organisation_id] if organisation_id else held
    for one in candidates:
        site = site_of(one)
        if site is not None:
            return Reader(account, site.number, one, purpose, doctor, region=site.region)
    return Reader(account, 0, candidates[0] if candidates else "", purpose, doctor)


def patient_of(who: Reader, key: str) -> Patient | None:
    """A patient record the reader may see, or None."""
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    found = Patient.objects.filter(pk=int(key)).first()
    return found if found is not None and _sees_record(who, found) else None


def _sees_record(who: Reader, one: Patient) -> bool:
    return who.access(one.person_id).sees(made_by=one.site) is not None


def visible(who: Reader, found: Iterable[Patient]) -> list[Patient]:
    """Those of `found` the reader may see."""
    return [one for one in found if _sees_record(who, one)]


def patients_by(
    who: Reader, *, document: tuple[str, str] | None = None, local: tuple[int, str] | None = None,
    ids: Sequence[int] = (),
) -> list[Patient]:  # fmt: skip
    """Records by an identity document (kind, number), by a hospital's own number (site, number), or by their ids."""
    if document is not None:
        ids = identity.find(*document)
    elif local is not None:
        one = identity.find_at(*local)
        ids = [one] if one else []
    return visible(who, Patient.objects.filter(pk__in=ids).order_by("pk").prefetch_related("documents"))


def own_patients(who: Reader) -> QuerySet[Patient]:
    """The reader's own hospital's records."""
    if not who.own_site:
        return Patient.objects.none()
    return Patient.objects.filter(site=who.site).order_by("pk").prefetch_related("documents")


def linked_records(who: Reader, one: Patient) -> list[Patient]:
    """Every record of the same person the reader may see, `one` among them."""
    return visible(who, Patient.objects.filter(person_id=one.person_id).order_by("pk").prefetch_related("documents"))


def persons_of(patients: Iterable[int]) -> dict[int, int]:
    """Index persons by record; for writing down who was looked at."""
    return identity.persons_of(patients)


def _scoped(who: Reader, model: Any, one: Patient | None, *, of_patient: bool = True) -> QuerySet[Any] | None:
    """Rows of a person's records the reader may see; without a person, the own hospital's. None: nothing at all."""
    if one is None:
        return model.objects.filter(site=who.site) if who.own_site else None
    access = who.access(one.person_id)
    if not access.anything:
        return None
    rows = model.objects.filter(patient__in=identity.records_of(one.person_id))
    return rows if access.ground is not None else rows.filter(site=who.site)


def results(who: Reader, one: Patient | None) -> QuerySet[Result]:
    """Results the reader may see: of a person, or of the own hospital. Superseded values are history, not results."""
    rows = _scoped(who, Result, one)
    if rows is None:
        return Result.objects.none()
    rows = rows.exclude(status=SUPERSEDED)
    treating = one is not None and who.access(one.person_id).treating
    return rows if treating else rows.annotate(hidden=F("flags").bitand(SENSITIVE)).filter(hidden=0)


def result_of(who: Reader, key: str) -> Result | None:
    """One result, or None."""
    found = Result.objects.filter(pk=int(key)).first() if _is_number(key) else None
    if found is None:
        return None
    one = Patient.objects.filter(pk=found.patient).first()
    return results(who, one).filter(pk=found.pk).first() if one is not None else None


def reports(who: Reader, one: Patient | None, *, every_version: bool = False) -> QuerySet[Report]:
    """Reports the reader may see, their current versions. One with a hidden result does not exist for others."""
    rows = _scoped(who, Report, one)
    if rows is None:
        return Report.objects.none()
    rows = rows if every_version else rows.filter(current=True)
    if one is not None and who.access(one.person_id).treating:
        return rows
    hidden = Result.objects.annotate(bits=F("flags").bitand(SENSITIVE)).exclude(bits=0).exclude(report=0)
    return rows.exclude(pk__in=hidden.values("report"))


def report_of(who: Reader, key: str, version: str = "") -> Report | None:
    """One report by the id of any of its versions: the current version, or the one asked for."""
    named = Report.objects.filter(pk=int(key)).first() if _is_number(key) else None
    if named is None or (version and not _is_number(version)):
        return None
    one = Patient.objects.filter(pk=named.patient).first()
    if one is None:
        return None
    rows = reports(who, one, every_version=bool(version)).filter(site=named.site, report_no=named.report_no)
    return rows.filter(version=int(version)).first() if version else rows.first()


def versions_of(who: Reader, key: str) -> list[Report]:
    """Every version of a report the reader may see, newest first."""
    named = Report.objects.filter(pk=int(key)).first() if _is_number(key) else None
    one = Patient.objects.filter(pk=named.patient).first() if named is not None else None
    if named is None or one is None:
        return []
    rows = reports(who, one, every_version=True).filter(site=named.site, report_no=named.report_no)
    return list(rows.order_by("-version"))


def first_versions(found: Sequence[Report]) -> dict[int, int]:
    """For each report its stable id: that of its first version."""
    later = [one for one in found if one.version > 1]
    known = {one.pk: one.pk for one in found}
    if later:
        wanted = Q()
        for one in later:
            wanted |= Q(site=one.site, report_no=one.report_no)
        firsts = Report.objects.filter(wanted).values("site", "report_no").annotate(first=Min("pk"))
        by_number = {(row["site"], row["report_no"]): row["first"] for row in firsts}
        known |= {one.pk: by_number[one.site, one.report_no] for one in later}
    return known


def results_of_reports(who: Reader, found: Sequence[Report]) -> dict[int, list[Result]]:
    """The results of reports the reader already sees, by report."""
    grouped: dict[int, list[Result]] = {}
    for one in Result.objects.filter(report__in=[row.pk for row in found]).exclude(status=SUPERSEDED).order_by("pk"):
        grouped.setdefault(one.report, []).append(one)
    return grouped


def newest(who: Reader, one: Patient, rows: QuerySet[Result], most: int) -> list[Result]:
    """The newest `most` results of each item (or of each local code where it is not mapped)."""
    # What is not mapped yet is told apart by the hospital's own code.
    unmapped = Case(When(item=0, then=F("local_code")), default=Value(""))
    place = Window(RowNumber(), partition_by=[F("item"), unmapped], order_by=[F("effective_at").desc(), F("pk").desc()])
    return list(rows.annotate(place=place).filter(place__lte=most).order_by("item", "-effective_at", "-pk")[:2_000])


def resources(who: Reader, kind: str, one: Patient | None) -> QuerySet[Resource]:
    """Other resources as hospitals sent them, of a person or of the own hospital."""
    rows = _scoped(who, Resource, one)
    return Resource.objects.none() if rows is None else rows.filter(kind=kind)


def resource_of(who: Reader, kind: str, key: str) -> Resource | None:
    """One of them, or None; one about no patient is its hospital's own."""
    found = Resource.objects.filter(pk=int(key), kind=kind).first() if _is_number(key) else None
    if found is None:
        return None
    one = Patient.objects.filter(pk=found.patient).first() if found.patient else None
    return resources(who, kind, one).filter(pk=found.pk).first()


def nobody() -> QuerySet[Consent]:
    """No consent of anybody."""
    return Consent.objects.none()


def consents(who: Reader, one: Patient) -> QuerySet[Consent]:
    """Consents of a person, to whoever may see anything of them: those given to the reader's hospital or to all; all
    of them to the person."""
    access = who.access(one.person_id)
    if not access.anything:
        return Consent.objects.none()
    rows = Consent.objects.filter(person=one.person_id).order_by("-created_at", "-pk")
    own = str(one.person_id) in permits.scope_ids(who.account, "person", Role.RESIDENT)
    return rows if own else rows.filter(recipient__in=[who.organisation_id, "*"])


def consents_by_id(who: Reader, key: str) -> list[tuple[Consent, Patient]]:
    """One consent with a record of its person, if the reader may see both."""
    found = Consent.objects.filter(pk=key[:26]).first()
    for one in Patient.objects.filter(person_id=found.person).order_by("pk") if found is not None else ():
        if _sees_record(who, one) and consents(who, one).filter(pk=key[:26]).exists():
            return [(found, one)]  # type: ignore[list-item]
    return []


def views(who: Reader, one: Patient | None) -> QuerySet[LedgerEntry]:
    """Looks at results: all of them to audit and, of themselves, to the person; else those of the reader's hospital."""
    rows = LedgerEntry.objects.filter(event=VIEWED).order_by("-pk")
    if one is not None:
        rows = rows.filter(subject_kind="identity.indexperson", subject_id=str(one.person_id))
        if str(one.person_id) in permits.scope_ids(who.account, "person", Role.RESIDENT):
            return rows
    if permits.holds(who.account, Role.AUDIT_ADMIN):
        return rows
    return rows.filter(data__site=who.site) if who.site else rows.none()


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19
