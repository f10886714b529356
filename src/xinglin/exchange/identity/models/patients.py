"""Local records of patients as each site sends them, and the index person they are linked to.

Results stay under the local record for ever; linking and unlinking only changes `Patient.person`. Numbers, not ULIDs:
there are millions, and the result index carries them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from xinglin.exchange.identity.rules.records import VERSION
from xinglin.kernel.clock import now
from xinglin.kernel.privacy import EncryptedTextField
from xinglin.kernel.words import Privacy, Scope


class IndexPerson(models.Model):
    """One human being as far as we know: what linked records point to. Carries nothing of its own."""

    CLASSES: ClassVar = {"id": Privacy.ALLIANCE, "created_at": Privacy.ALLIANCE}

    id = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return f"P{self.pk}"


class Patient(models.Model):
    """A patient as one site knows them: (site, local_id) is the site's own record number.

    Names are kept as written; `prepared` is what they are compared by (`rules.records`), encrypted too: neither can be
    read from the database alone, both in one decryption. `region` is a GB/T 2260 code. `same_as` is a keyed hash of the
    facts as sent, by which the same facts sent again are known. Never overwritten by another site's record.
    `prepared_by` is the `VERSION` of the forms and keys it stands with.
    """

    CLASSES: ClassVar = {
        **dict.fromkeys(
            ("name_zh", "name_en", "aliases", "birth_date", "sex", "phone", "address", "region", "mother",
             "birth_order", "local_id", "prepared", "same_as"),
            Privacy.PERSONAL,
        ),
        **dict.fromkeys(("id", "site", "person", "home", "created_at", "updated_at", "deceased", "prepared_by"),
                        Privacy.ALLIANCE),
    }  # fmt: skip

    id = models.BigAutoField(primary_key=True)
    site = models.SmallIntegerField()
    local_id = models.CharField(max_length=80)
    # Its index is `patient_person`; a second one would be written for nothing.
    person = models.ForeignKey(IndexPerson, on_delete=models.PROTECT, related_name="records", db_index=False)
    # The index person that was opened for this record; 0 for one that arrived linked.
    home = models.BigIntegerField(default=0)
    name_zh = EncryptedTextField(blank=True)
    name_en = EncryptedTextField(blank=True)
    aliases = EncryptedTextField(blank=True)
    birth_date = models.DateField(null=True, blank=True)
    # GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated.
    sex = models.SmallIntegerField(default=0)
    phone = EncryptedTextField(blank=True)
    address = EncryptedTextField(blank=True)
    region = models.CharField(max_length=6, blank=True)
    # Newborns: the mother's record at the same site, and the order in a multiple birth.
    mother = models.CharField(max_length=80, blank=True)
    birth_order = models.SmallIntegerField(default=0)
    deceased = models.BooleanField(default=False)
    prepared = EncryptedTextField(blank=True)
    prepared_by = models.SmallIntegerField(default=0)
    same_as = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["site", "local_id"], name="patient_once"),)
        indexes = (
            models.Index(fields=["person"], include=["id"], name="patient_person"),
            # Empty, hence free, but for the while after an update.
            models.Index(fields=["id"], condition=~models.Q(prepared_by=VERSION), name="patient_outdated"),
        )

    def __str__(self) -> str:
        # The site's own number may say who somebody is; the ledger keeps this text for ever.
        return f"R{self.pk}"

    def scopes(self) -> list[Scope]:
        return [("site", str(self.site))]


class PatientDocument(models.Model):
    """An identity document of a patient: the number encrypted, and a keyed hash of its normal form to find it by."""

    CLASSES: ClassVar = {
        "id": Privacy.ALLIANCE, "patient": Privacy.ALLIANCE, "kind": Privacy.PERSONAL, "number": Privacy.PERSONAL,
        "number_hash": Privacy.SECRET, "checked": Privacy.ALLIANCE,
    }  # fmt: skip

    id = models.BigAutoField(primary_key=True)
    # Found by the index of `patient_document_once`.
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="documents", db_index=False)
    kind = models.CharField(max_length=24)
    number = EncryptedTextField()
    number_hash = models.CharField(max_length=64)
    # Whether the number passes the check its kind has.
    checked = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["patient", "kind", "number_hash"], name="patient_document_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.patient_id}"


class PatientKey(models.Model):
    """A 64-bit keyed hash of something a record is found by: records that share one are candidates for each other.

    No foreign key in the database: there are ten times as many rows as patients, and records are never deleted.
    """

    CLASSES: ClassVar = {"key": Privacy.PERSONAL, "patient": Privacy.ALLIANCE}

    pk = models.CompositePrimaryKey("key", "patient_id")
    key = models.BigIntegerField()
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="keys", db_constraint=False)

    def __str__(self) -> str:
        return f"{self.key:x}"
