"""Organisations and people."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, Stored
from xinglin.kernel.privacy import EncryptedTextField
from xinglin.kernel.words import Privacy, Scope
from xinglin.roster.rules.register import ORGANISATION_MOVES, PERSON_MOVES
from xinglin.roster.words.register import (
    DocumentType,
    EvidenceKind,
    ExpertCategory,
    HospitalGrade,
    HospitalLevel,
    LicenceStatus,
    OrganisationKind,
    Ownership,
    Sex,
    TitleRank,
)


class Organisation(Dossier):
    """A legal person, or a branch of one. A branch has its own row and is never its parent (FHIR partOf)."""

    MACHINE = ORGANISATION_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        "name_zh": Privacy.PUBLIC, "name_en": Privacy.PUBLIC, "aliases": Privacy.PUBLIC, "kind": Privacy.PUBLIC,
        "level": Privacy.PUBLIC, "grade": Privacy.PUBLIC, "ownership": Privacy.PUBLIC, "credit_code": Privacy.PUBLIC,
        "medical_code": Privacy.PUBLIC, "insurance_code": Privacy.PUBLIC, "region": Privacy.PUBLIC,
        "address": Privacy.PUBLIC, "website": Privacy.PUBLIC, "profile": Privacy.PUBLIC, "parent": Privacy.PUBLIC,
        "contact_name": Privacy.ALLIANCE, "contact_phone": Privacy.PERSONAL, "contact_email": Privacy.PERSONAL,
        "keys": Privacy.PUBLIC, "same_as": Privacy.PUBLIC,
    }  # fmt: skip

    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    kind = models.CharField(max_length=16, choices=OrganisationKind.choices())
    level = models.CharField(max_length=2, choices=HospitalLevel.choices(), default=HospitalLevel.UNRATED)
    grade = models.CharField(max_length=8, choices=HospitalGrade.choices(), default=HospitalGrade.NONE)
    ownership = models.CharField(max_length=20, choices=Ownership.choices(), blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    medical_code = models.CharField(max_length=22, blank=True)
    insurance_code = models.CharField(max_length=12, blank=True)
    region = models.CharField(max_length=6, blank=True, db_index=True)
    address = models.CharField(max_length=200, blank=True)
    website = models.URLField(blank=True)
    profile = models.TextField(blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="branches")
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = EncryptedTextField(blank=True)
    contact_email = EncryptedTextField(blank=True)
    # Pinyin, initials, folded characters, codes: what a search may be typed as.
    keys = KeysField()
    # A closed double points to the record that is kept in its place (the duplicates desk; reversible).
    same_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="doubles")

    class Meta:
        indexes = (
            models.Index(fields=["kind", "stage"]),
            models.Index(fields=["name_zh"], name="organisation_name"),
            models.Index(fields=["credit_code"], condition=~Q(credit_code=""), name="organisation_credit_code"),
            models.Index(fields=["medical_code"], condition=~Q(medical_code=""), name="organisation_medical_code"),
            GinIndex(name="organisation_keys", fields=["keys"]),
        )
        constraints = (
            # A branch may carry its parent's code; two legal persons never share one.
            models.UniqueConstraint(
                fields=["credit_code"], condition=Q(parent=None) & ~Q(credit_code="") & ~Q(stage="closed"),
                name="credit_code_once",
            ),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="not_its_own_branch"),
            models.CheckConstraint(condition=Q(same_as=None) | Q(stage="closed"), name="double_organisation_is_closed"),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name_zh or self.name_en

    def scopes(self) -> list[Scope]:
        return [("organisation", self.pk), *([("organisation", self.parent_id)] if self.parent_id else [])]


class Person(Dossier):
    """An expert, a doctor, a contact: somebody the alliance knows by name (FHIR Practitioner)."""

    MACHINE = PERSON_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        "name_zh": Privacy.PUBLIC, "name_latin": Privacy.PUBLIC, "aliases": Privacy.ALLIANCE, "sex": Privacy.ALLIANCE,
        "birth_year": Privacy.PERSONAL, "native_region": Privacy.ALLIANCE, "practice_region": Privacy.PUBLIC,
        "title_rank": Privacy.PUBLIC, "title": Privacy.PUBLIC, "profile": Privacy.PUBLIC, "website": Privacy.PUBLIC,
        "licence_status": Privacy.ALLIANCE, "licence_number": Privacy.PERSONAL, "licence_until": Privacy.ALLIANCE,
        "document_kind": Privacy.PERSONAL, "document_number": Privacy.PERSONAL, "document_hash": Privacy.SECRET,
        "phone": Privacy.PERSONAL, "phone_hash": Privacy.SECRET, "email": Privacy.PERSONAL,
        "email_hash": Privacy.SECRET, "consent_publish_at": Privacy.ALLIANCE, "consent_publish_by": Privacy.ALLIANCE,
        "refuses_automation_at": Privacy.ALLIANCE, "refuses_automation_by": Privacy.ALLIANCE,
        "load_limit": Privacy.ALLIANCE, "available": Privacy.ALLIANCE, "keys": Privacy.ALLIANCE,
        "expert_category": Privacy.ALLIANCE,
        "import_key": Privacy.SECRET, "same_as": Privacy.ALLIANCE,
    }  # fmt: skip

    name_zh = models.CharField(max_length=60, blank=True)
    name_latin = models.CharField(max_length=120, blank=True)
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    sex = models.CharField(max_length=1, choices=Sex.choices(), default=Sex.UNKNOWN)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    native_region = models.CharField(max_length=6, blank=True)
    practice_region = models.CharField(max_length=6, blank=True, db_index=True)
    title_rank = models.CharField(max_length=12, choices=TitleRank.choices(), default=TitleRank.NONE)
    title = models.CharField(max_length=120, blank=True)
    # What they judge as when a panel is drawn.
    expert_category = models.CharField(
        max_length=12, choices=ExpertCategory.choices(), default=ExpertCategory.TECHNICAL
    )
    profile = models.TextField(blank=True)
    website = models.URLField(blank=True)
    licence_status = models.CharField(max_length=12, choices=LicenceStatus.choices(), default=LicenceStatus.UNCHECKED)
    licence_number = EncryptedTextField(blank=True)
    licence_until = models.DateField(null=True, blank=True)
    document_kind = models.CharField(max_length=20, blank=True, choices=DocumentType.choices())
    document_number = EncryptedTextField(blank=True)
    document_hash = models.CharField(max_length=64, blank=True)
    phone = EncryptedTextField(blank=True)
    phone_hash = models.CharField(max_length=64, blank=True)
    email = EncryptedTextField(blank=True)
    email_hash = models.CharField(max_length=64, blank=True)
    consent_publish_at = models.DateTimeField(null=True, blank=True)
    consent_publish_by = models.CharField(max_length=26, blank=True)
    # PIPL art. 24: somebody may refuse decisions made by machine; they are then found by search only.
    refuses_automation_at = models.DateTimeField(null=True, blank=True)
    refuses_automation_by = models.CharField(max_length=26, blank=True)
    load_limit = models.PositiveSmallIntegerField(default=3)
    available = models.BooleanField(default=True)
    keys = KeysField()
    # A keyed hash of what identified this person in the spreadsheet row they came from: loading it again finds them.
    import_key = models.CharField(max_length=64, blank=True)
    same_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="doubles")

    class Meta:
        indexes = (
            models.Index(fields=["stage", "title_rank"]),
            models.Index(fields=["name_zh"], name="person_name"),
            models.Index(fields=["name_latin"], condition=~Q(name_latin=""), name="person_name_latin"),
            models.Index(fields=["document_hash"], condition=~Q(document_hash=""), name="person_document"),
            models.Index(fields=["phone_hash"], condition=~Q(phone_hash=""), name="person_phone"),
            models.Index(fields=["email_hash"], condition=~Q(email_hash=""), name="person_email"),
            models.Index(fields=["import_key"], condition=~Q(import_key=""), name="person_import_key"),
            GinIndex(name="person_keys", fields=["keys"]),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(name_zh="") | ~Q(name_latin=""), name="person_has_a_name"),
            models.CheckConstraint(condition=Q(same_as=None) | Q(stage="closed"), name="double_person_is_closed"),
            models.CheckConstraint(
                condition=Q(consent_publish_at=None, consent_publish_by="")
                | (Q(consent_publish_at__isnull=False) & ~Q(consent_publish_by="")),
                name="consent_has_an_actor",
            ),
            models.CheckConstraint(
                condition=Q(refuses_automation_at=None, refuses_automation_by="")
                | (Q(refuses_automation_at__isnull=False) & ~Q(refuses_automation_by="")),
                name="refusal_of_automation_has_an_actor",
            ),
        )

    def __str__(self) -> str:
        return self.name_zh or self.name_latin

    @property
    def person_id(self) -> str:
        return self.pk

    def scopes(self) -> list[Scope]:
        """The person's own scope, and those of the organisations they belong to now."""
        places = self.affiliations.filter(until=None).values_list("organisation_id", flat=True)
        return [("person", self.pk), *(("organisation", place) for place in places)]


class Affiliation(Stored):
    """Where a person works or worked, as what, from when until when (FHIR PractitionerRole)."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "person": Privacy.PUBLIC, "organisation": Privacy.PUBLIC, "department": Privacy.PUBLIC,
        "position": Privacy.PUBLIC, "since": Privacy.PUBLIC, "until": Privacy.PUBLIC, "main": Privacy.PUBLIC,
    }  # fmt: skip

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="affiliations")
    department = models.CharField(max_length=80, blank=True)
    position = models.CharField(max_length=80, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    main = models.BooleanField(default=False)

    class Meta:
        constraints = (
            # 医师法 art. 15: several places of practice need one main institution, and only one.
            models.UniqueConstraint(fields=["person"], condition=Q(main=True, until=None), name="one_main_affiliation"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
                name="affiliation_ends_after_it_begins",
            ),
        )


class PersonSpecialty(Stored):
    """A specialty of a person, by its code in 诊疗科目名录 (or the alliance's own extension)."""

    CLASSES: ClassVar = {
        **Stored.CLASSES, "person": Privacy.PUBLIC, "code": Privacy.PUBLIC, "main": Privacy.PUBLIC,
    }  # fmt: skip

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="specialties")
    code = models.CharField(max_length=12, db_index=True)
    main = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "code"], name="specialty_once"),)


class Evidence(Stored):
    """One thing a person has shown they can do, with the place where it can be checked."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "person": Privacy.PUBLIC, "kind": Privacy.PUBLIC, "title": Privacy.PUBLIC, "text": Privacy.PUBLIC,
        "link": Privacy.PUBLIC, "year": Privacy.PUBLIC,
    }  # fmt: skip

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=16, choices=EvidenceKind.choices())
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    link = models.CharField(max_length=400, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
