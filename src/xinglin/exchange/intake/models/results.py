"""Reports, their results, and other resources as they were sent.

`Result` is made for one question: everything a patient has, newest first, from one index alone.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xinglin.exchange.intake.words import ReportStatus
from xinglin.kernel.clock import now
from xinglin.kernel.words import Privacy


class Report(models.Model):
    """One version of a report. (site, report_no, version) is unique; `current` marks the version that counts."""

    CLASSES: ClassVar = {
        **dict.fromkeys(
            ("id", "site", "report_no", "source_id", "version", "status", "current", "received_at", "void_reason",
             "void_at",
             "delivery", "digest"),
            Privacy.ALLIANCE,
        ),
        **dict.fromkeys(
            ("patient", "title", "kind", "ordered_at", "effective_at", "reported_at", "audited_at", "doctor",
             "auditor", "conclusion", "image_url", "visit"),
            Privacy.CLINICAL,
        ),
    }  # fmt: skip

    id = models.BigAutoField(primary_key=True)
    site = models.SmallIntegerField()
    report_no = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    current = models.BooleanField(default=True)
    status = models.CharField(max_length=12, choices=ReportStatus.choices())
    patient = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=200, blank=True)
    visit = models.CharField(max_length=80, blank=True)
    ordered_at = models.DateTimeField(null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    audited_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(default=now)
    doctor = models.CharField(max_length=60, blank=True)
    auditor = models.CharField(max_length=60, blank=True)
    # The doctor's conclusion: kept and shown, never a result (domain 2.1, art. 2).
    conclusion = models.TextField(blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)
    void_at = models.DateTimeField(null=True, blank=True)
    delivery = models.CharField(max_length=26, blank=True)
    # SHA-256 of the canonical content: the same content again is "unchanged".
    digest = models.BinaryField(max_length=32)
    # The FHIR id it was sent under.
    source_id = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["site", "report_no", "version"], name="report_version_once"),
            models.UniqueConstraint(fields=["site", "report_no"], condition=Q(current=True), name="one_current_report"),
            models.CheckConstraint(condition=~Q(status="void") | Q(void_at__isnull=False), name="void_has_its_time"),
        )

    def __str__(self) -> str:
        return f"{self.site}/{self.report_no} v{self.version}"


class Result(models.Model):
    """One value. `patient` is the local record, `item` the catalogue's number (0: not mapped yet), `site` who made it.

    `effective_at` is when the specimen was taken or the examination done. `value` is in the item's unit where `number`
    is set; `sent` keeps the value and unit as the site wrote them.
    """

    CLASSES: ClassVar = {
        **dict.fromkeys(("id", "report", "site", "item", "status", "flags", "digest", "source_id"), Privacy.ALLIANCE),
        **dict.fromkeys(
            ("patient", "effective_at", "reported_at", "number", "text", "unit", "sent", "local_code", "local_name",
             "local_system", "reference", "interpretation", "method", "instrument", "specimen", "specimen_no"),
            Privacy.CLINICAL,
        ),
    }  # fmt: skip

    id = models.BigAutoField(primary_key=True)
    patient = models.BigIntegerField()
    item = models.IntegerField(default=0)
    effective_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    site = models.SmallIntegerField()
    status = models.SmallIntegerField()
    flags = models.SmallIntegerField(default=0)
    report = models.BigIntegerField(default=0)
    number = models.DecimalField(max_digits=24, decimal_places=9, null=True, blank=True)
    text = models.CharField(max_length=400, blank=True)
    unit = models.CharField(max_length=30, blank=True)
    sent = models.CharField(max_length=120, blank=True)
    local_system = models.CharField(max_length=120, blank=True)
    local_code = models.CharField(max_length=80, blank=True)
    local_name = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    interpretation = models.CharField(max_length=8, blank=True)
    method = models.CharField(max_length=80, blank=True)
    instrument = models.CharField(max_length=80, blank=True)
    # What was examined, in the sender's words, and the sender's number of the Specimen that says so.
    specimen = models.CharField(max_length=60, blank=True)
    specimen_no = models.CharField(max_length=80, blank=True)
    # The site's own id of this result, and what it said: sending it twice adds nothing.
    source_id = models.CharField(max_length=120)
    digest = models.BinaryField(max_length=16)

    class Meta:
        indexes = (
            models.Index(
                "patient",
                "item",
                models.F("effective_at").desc(),
                include=["site", "status", "flags", "reported_at", "id"],
                name="result_at_order",
            ),
            models.Index(fields=["report"], condition=~Q(report=0), name="result_report"),
            models.Index(fields=["specimen_no", "site"], condition=~Q(specimen_no=""), name="result_specimen"),
            # What waits for somebody to say which item it is.
            models.Index(fields=["site", "local_code", "local_system"], condition=Q(item=0), name="result_unmapped"),
        )
        constraints = (models.UniqueConstraint(fields=["site", "source_id"], name="result_once"),)  # fmt: skip

    def __str__(self) -> str:
        return f"{self.site}/{self.source_id}"


class Resource(models.Model):
    """Any FHIR resource a site sent, kept as it came so that nothing is lost and it can be read back.

    `site` is the sender, whose ids these are. Of people (Patient, RelatedPerson, Person) the body holds nothing that
    identifies them: that is kept by `identity`, encrypted.
    """

    CLASSES: ClassVar = {
        **dict.fromkeys(
            ("id", "site", "hospital", "kind", "source_id", "updated_at", "digest", "past", "version"), Privacy.ALLIANCE
        ),
        **dict.fromkeys(("patient", "body"), Privacy.CLINICAL),
    }

    id = models.BigAutoField(primary_key=True)
    site = models.SmallIntegerField()
    # Whose it is where the sender speaks for several hospitals: an Encounter's provider, an Organization's own number.
    hospital = models.SmallIntegerField(default=0)
    kind = models.CharField(max_length=40)
    source_id = models.CharField(max_length=120)
    patient = models.BigIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=now)
    body = models.JSONField()
    digest = models.BinaryField(max_length=16)
    # Digests of the versions before, 16 bytes each: an old version that is sent again changes nothing.
    past = models.BinaryField(default=b"")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["site", "kind", "source_id"], name="resource_once"),)
        indexes = (models.Index(fields=["patient", "kind"], condition=~Q(patient=0), name="resource_patient"),)

    def __str__(self) -> str:
        return f"{self.kind}/{self.source_id}"


class FallenResult(models.Model):
    """A result that counts no longer, written with the statement that let it fall (corrected, or void), until
    `recognition` has looked whether somebody relied on it."""

    CLASSES: ClassVar = {"result": Privacy.ALLIANCE}

    result = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.result)


class AwaitedResult(models.Model):
    """A result a report names and that has not arrived yet: whichever comes last, they meet."""

    CLASSES: ClassVar = {**dict.fromkeys(("id", "site", "source_id", "report"), Privacy.ALLIANCE)}

    id = models.BigAutoField(primary_key=True)
    site = models.SmallIntegerField()
    source_id = models.CharField(max_length=120)
    report = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["site", "source_id", "report"], name="awaited_result_once"),)

    def __str__(self) -> str:
        return f"{self.site}/{self.source_id}"
