"""Agreements, their parties and deliverables, and the ceremonies at which they are signed."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.roster.models.register import Organisation
from xinglin.roster.rules.agreements import AGREEMENT_MOVES
from xinglin.roster.rules.signings import SIGNING_MOVES
from xinglin.roster.words.agreements import (
    AgreementCategory,
    AgreementKind,
    PartyOpinion,
    PartyRole,
    Succession,
    TerminationGround,
)

PUBLIC, ALLIANCE = Privacy.PUBLIC, Privacy.ALLIANCE


class Agreement(Dossier):
    """What legal persons agreed. A renewal or a new version is an agreement of its own that names the one before it."""

    MACHINE = AGREEMENT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "number", "title", "kind", "categories", "published", "signed_on", "keys"),
        **classes(ALLIANCE, "purpose", "terms", "starts", "until", "auto_renews", "renew_months", "edition",
                  "predecessor", "succession", "end_ground", "ended_on", "closed_because", "amount_fen"),
    }  # fmt: skip

    number = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=AgreementKind.choices())
    categories = ArrayField(models.CharField(max_length=20, choices=AgreementCategory.choices()), default=list)
    purpose = models.TextField(blank=True)
    terms = models.TextField(blank=True)
    amount_fen = models.BigIntegerField(null=True, blank=True)
    starts = models.DateField()
    until = models.DateField(null=True, blank=True, db_index=True)
    auto_renews = models.BooleanField(default=False)
    renew_months = models.PositiveSmallIntegerField(null=True, blank=True)
    # Whether the public may know that it exists, once it is signed. Confidentiality agreements never are.
    published = models.BooleanField(default=False)
    edition = models.PositiveSmallIntegerField(default=1)
    predecessor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="successors")
    succession = models.CharField(max_length=12, choices=Succession.choices(), blank=True)
    signed_on = models.DateField(null=True, blank=True)
    end_ground = models.CharField(max_length=12, choices=TerminationGround.choices(), blank=True)
    ended_on = models.DateField(null=True, blank=True)
    closed_because = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="agreement_number_once"),
            models.UniqueConstraint(
                fields=["predecessor"], condition=~Q(stage="withdrawn"), name="one_successor_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(predecessor=None, succession="") | (Q(predecessor__isnull=False) & ~Q(succession="")),
                name="successor_says_what_it_is",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("starts")), name="agreement_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(auto_renews=False) | Q(until__isnull=False, renew_months__gt=0),
                name="auto_renewal_has_months",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0), name="agreement_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["signed", "expiring", "renewed", "replaced", "expired", "terminated"])
                | (Q(signed_on__isnull=False) & ~Q(number="")),
                name="agreement_in_force_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(stage="terminated")
                | (Q(ended_on__isnull=False) & ~Q(end_ground="") & ~Q(closed_because="")),
                name="terminated_agreement_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind="confidentiality") | Q(published=False), name="confidentiality_is_not_published"
            ),
        )

    def __str__(self) -> str:
        return self.title if self.edition == 1 else f"{self.title} ({self.edition})"

    def scopes(self) -> list[Scope]:
        return [("organisation", party.organisation_id) for party in self.parties.all()]


class AgreementParty(Stored):
    """One party: what it thinks of the draft, who signs for it, and that it has signed. Each speaks for itself."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(PUBLIC, "agreement", "organisation", "role", "ordinal", "on_behalf_of"),
        **classes(ALLIANCE, "opinion", "opinion_note", "opinion_at", "opinion_by", "signatory_name",
                  "signatory_position", "signed_on", "signed_at", "signed_by", "paper"),
    }  # fmt: skip

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreement_parts")
    role = models.CharField(max_length=10, choices=PartyRole.choices())
    ordinal = models.PositiveSmallIntegerField(default=1)
    # An unregistered alliance, a department, a branch: whom the legal person signs for (domain 5.5).
    on_behalf_of = models.CharField(max_length=160, blank=True)
    opinion = models.CharField(max_length=10, choices=PartyOpinion.choices(), default=PartyOpinion.OPEN)
    opinion_note = models.TextField(blank=True)
    opinion_at = models.DateTimeField(null=True, blank=True)
    opinion_by = models.CharField(max_length=26, blank=True)
    signatory_name = models.CharField(max_length=60, blank=True)
    signatory_position = models.CharField(max_length=80, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=26, blank=True)
    paper = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("ordinal", "id")
        constraints = (
            models.UniqueConstraint(fields=["agreement", "organisation"], name="party_once"),
            models.CheckConstraint(
                condition=Q(opinion="open", opinion_at=None, opinion_by="")
                | (~Q(opinion="open") & Q(opinion_at__isnull=False) & ~Q(opinion_by="")),
                name="opinion_of_a_party_has_an_actor",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by="", signed_on=None)
                | (
                    Q(signed_at__isnull=False, signed_on__isnull=False)
                    & ~Q(signed_by="") & ~Q(signatory_name="")
                ),
                name="signature_has_an_actor",
            ),
        )  # fmt: skip


class Deliverable(Stored):
    """Something a party promised: what, by when, and what shows that it was done."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "agreement", "ordinal", "what", "organisation", "due_on", "done_on", "evidence", "done_by"),
    }

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="deliverables")
    ordinal = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=300)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    done_by = models.CharField(max_length=26, blank=True)

    class Meta:
        ordering = ("ordinal",)
        constraints = (
            models.UniqueConstraint(fields=["agreement", "ordinal"], name="deliverable_once"),
            models.CheckConstraint(
                condition=Q(done_on=None, evidence="", done_by="")
                | (Q(done_on__isnull=False) & ~Q(evidence="") & ~Q(done_by="")),
                name="delivery_has_evidence",
            ),
        )


class Signing(Dossier):
    """A ceremony and the agreements to be signed at it. Each agreement keeps its own life."""

    MACHINE = SIGNING_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "title", "theme", "place", "planned_on", "held_on"),
        **classes(ALLIANCE, "note", "closed_because"),
    }

    title = models.CharField(max_length=160)
    theme = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=160, blank=True)
    planned_on = models.DateField()
    held_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    closed_because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(stage="held") | Q(held_on__isnull=False), name="held_signing_has_a_day"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return []


class SigningItem(Stored):
    """An agreement in the batch of a ceremony; `signed_here` when the ceremony brought it into force."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "signing", "agreement", "ordinal", "signed_here", "dropped"),
    }

    signing = models.ForeignKey(Signing, on_delete=models.CASCADE, related_name="items")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="ceremonies")
    ordinal = models.PositiveSmallIntegerField()
    signed_here = models.BooleanField(default=False)
    dropped = models.BooleanField(default=False)

    class Meta:
        ordering = ("ordinal",)
        constraints = (
            models.UniqueConstraint(fields=["agreement"], condition=Q(dropped=False), name="agreement_in_one_ceremony"),
        )
