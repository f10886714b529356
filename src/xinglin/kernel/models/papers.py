"""Documents by content, with their versions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from xinglin.kernel.clock import now
from xinglin.kernel.models.base import Stored
from xinglin.kernel.words import Privacy


class Blob(models.Model):
    """A file's bytes, named by their SHA-256; the bytes lie in the home's documents folder."""

    CLASSES: ClassVar = {
        "sha256": Privacy.ALLIANCE, "size": Privacy.ALLIANCE, "media_type": Privacy.ALLIANCE,
        "created_at": Privacy.ALLIANCE,
    }  # fmt: skip

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.sha256


class Document(Stored):
    """A paper that belongs to a dossier. Its content is in versions; none is ever replaced."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "subject_kind": Privacy.ALLIANCE,
        "subject_id": Privacy.ALLIANCE,
        "title": Privacy.ALLIANCE,
        "purpose": Privacy.ALLIANCE,
        "privacy": Privacy.ALLIANCE,
    }

    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    purpose = models.CharField(max_length=40, blank=True)
    privacy = models.CharField(max_length=16, choices=Privacy.choices(), default=Privacy.ALLIANCE)

    class Meta:
        indexes = (models.Index(fields=["subject_kind", "subject_id"]),)


class DocumentVersion(Stored):
    """One version of a document: what was in the file, what it was called, who brought it."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "document": Privacy.ALLIANCE,
        "number": Privacy.ALLIANCE,
        "blob": Privacy.ALLIANCE,
        "file_name": Privacy.ALLIANCE,
        "added_by": Privacy.ALLIANCE,
    }

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT)
    file_name = models.CharField(max_length=200)
    added_by = models.CharField(max_length=26)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["document", "number"], name="document_version_once"),)
