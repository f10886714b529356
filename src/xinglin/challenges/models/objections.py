"""Objections to what is under public notice: a list, an award, a heavy change of a contract."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xinglin.challenges.models.calls import PublicNotice
from xinglin.challenges.models.challenges import Challenge
from xinglin.challenges.rules.objections import OBJECTION_MOVES
from xinglin.challenges.words.calls import NoticeSubject
from xinglin.kernel.models import Dossier, classes
from xinglin.kernel.privacy import EncryptedTextField
from xinglin.kernel.words import Privacy, Scope


class Objection(Dossier):
    """What somebody holds against a list, an award or a change; raised by an account, or by a stranger whom one can
    reach."""

    MACHINE = OBJECTION_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        # The decision and its reasons are published with the call; what was held against it is not.
        **classes(Privacy.PUBLIC, "number", "challenge", "notice", "about", "received_at", "decision", "decided_at"),
        **classes(Privacy.ALLIANCE, "grounds", "minutes", "heard_at"),
        **classes(Privacy.PERSONAL, "raised_by", "name", "contact"),
        "created_by": Privacy.PERSONAL,
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="objections")
    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="objections")
    about = models.CharField(max_length=8, choices=NoticeSubject.choices())
    grounds = models.TextField()
    received_at = models.DateTimeField()
    raised_by = models.ForeignKey("kernel.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Of a stranger; empty when an account raised it.
    name = EncryptedTextField(blank=True, default="")
    contact = EncryptedTextField(blank=True, default="")
    minutes = models.TextField(blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["challenge", "about", "stage"]),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(stage__in=["upheld", "dismissed"])
                | (~Q(decision="") & Q(decided_at__isnull=False, heard_at__isnull=False)),
                name="decided_objection_was_heard",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def scopes(self) -> list[Scope]:
        """Where whoever raised it belongs, so that they may take it back; `turn` narrows this to themselves."""
        if self.raised_by is None:
            return []
        return list(self.raised_by.grants.filter(ended_at=None).values_list("scope_kind", "scope_id"))
