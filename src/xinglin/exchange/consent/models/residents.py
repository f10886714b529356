"""Residents at their own page: the account that stands for a person, what they ask for, and views that are audited."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xinglin.exchange.consent.rules.lives import AUDIT_MOVES, BINDING_MOVES, WISH_MOVES, restricts
from xinglin.exchange.consent.words import AuditCause, Standing, WishKind
from xinglin.kernel.models import Dossier
from xinglin.kernel.words import ALLIANCE, Privacy, Scope


class Binding(Dossier):
    """An account stands for an index person: after a document was checked at a counter and a code handed over.

    The code itself is never stored. `account_id` is empty until somebody uses it.
    """

    MACHINE = BINDING_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(
            ("person", "record", "relation", "organisation_id", "document_kind", "evidence", "account_id", "expires_at",
             "ends_on"),
            Privacy.PERSONAL,
        ),
        "code_digest": Privacy.SECRET,
    }  # fmt: skip

    person = models.BigIntegerField(db_index=True)
    # The local record behind it, which it follows when identity links (`actions.following`).
    record = models.BigIntegerField(default=0, db_index=True)
    relation = models.CharField(max_length=16, choices=Standing.choices(), default=Standing.SELF)
    organisation_id = models.CharField(max_length=26)
    document_kind = models.CharField(max_length=24)
    # For whoever stands for somebody else: what proves it (household register, birth certificate, court decision).
    evidence = models.CharField(max_length=200, blank=True)
    account_id = models.CharField(max_length=26, blank=True, db_index=True)
    code_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    # The day a child turns 14 and decides alone.
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "account_id"], condition=Q(stage="bound"), name="account_stands_once_for_a_person"
            ),
            models.CheckConstraint(condition=~Q(stage="bound") | ~Q(account_id=""), name="bound_to_an_account"),
            models.CheckConstraint(condition=Q(relation="self") | ~Q(evidence=""), name="guardian_has_proof"),
        )

    def __str__(self) -> str:
        return f"P{self.person}"

    def scopes(self) -> list[Scope]:
        return [("person", str(self.person)), ("organisation", self.organisation_id)]


class Wish(Dossier):
    """What a person asks of a hospital or the alliance about their data, with a clock (PIPL art. 44-50)."""

    MACHINE = WISH_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(("person", "record", "kind", "text", "organisation_id", "about", "answer"), Privacy.PERSONAL),
    }

    person = models.BigIntegerField(db_index=True)
    # The local record behind it, which it follows when identity links (`actions.following`).
    record = models.BigIntegerField(default=0, db_index=True)
    kind = models.CharField(max_length=16, choices=WishKind.choices())
    text = models.TextField()
    # Whom it is asked of; "" is the alliance's secretariat.
    organisation_id = models.CharField(max_length=26, blank=True)
    # The entry of the record it is about, when it is about a view.
    about = models.CharField(max_length=20, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(stage__in=("received", "taken_back")) | ~Q(answer=""), name="wish_answered_in_words"
            ),
        )
        indexes = (
            # Read at every look: the few that hold a person's results back.
            models.Index(
                fields=["person"],
                condition=Q(kind__in=("deletion", "objection"), stage__in=("received", "fulfilled")),
                name="wish_restricts",
            ),
        )

    def __str__(self) -> str:
        return f"P{self.person}"

    @property
    def restricts(self) -> bool:
        """Whether it holds the person's results back at other hospitals."""
        return restricts(self.kind, self.stage)

    def scopes(self) -> list[Scope]:
        own: list[Scope] = [("person", str(self.person))]
        return [*own, ("organisation", self.organisation_id)] if self.organisation_id else own


class ViewAudit(Dossier):
    """A view that is looked into: drawn at random each month, or because it stood out (domain 9.4)."""

    MACHINE = AUDIT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(("entry", "cause", "month", "actor_name", "organisation", "finding"), Privacy.ALLIANCE),
        "person": Privacy.PERSONAL,
    }

    # The number of the ledger's entry; no foreign key, like everything that points there.
    entry = models.BigIntegerField(unique=True)
    cause = models.CharField(max_length=12, choices=AuditCause.choices())
    month = models.CharField(max_length=7)
    person = models.BigIntegerField()
    actor_name = models.CharField(max_length=120)
    organisation = models.CharField(max_length=120, blank=True)
    finding = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(stage="open") | ~Q(finding=""), name="audit_ends_with_a_finding"),
        )

    def __str__(self) -> str:
        return f"{self.month} {self.entry}"

    def scopes(self) -> list[Scope]:
        return [ALLIANCE]
