"""A transfer from its disclosure to its end, its contract's clauses, and objections to its notice."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Scope
from xinglin.transfer.models.achievements import Achievement
from xinglin.transfer.models.shapes import ALLIANCE, PERSONAL
from xinglin.transfer.rules.transfers import OBJECTION_MOVES, TRANSFER_MOVES
from xinglin.transfer.words.transfers import Clause, ContractKind, Pricing, Relation, Way


class Transfer(Dossier):
    """One achievement on its way to use: how, to whom, at which price, by which contract, with which income."""

    MACHINE = TRANSFER_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "number", "achievement", "organisation", "way", "buyer", "buyer_name", "by_inventors",
                  "ip_check", "decided_on", "attendees", "minutes", "pricing", "price_fen", "place", "reference",
                  "relation", "relation_statement", "announced_on", "notice_until", "contract_kind",
                  "contract_number", "signed_on", "signed_sha256", "registered_with", "accepted_on", "registered_on",
                  "registration_number", "technical_fen", "plan_source", "late_because", "refused_because",
                  "ended_because", "keys"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="transfers")
    organisation = models.ForeignKey("roster.Organisation", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=12, choices=Way.choices())
    buyer = models.ForeignKey("roster.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    buyer_name = models.CharField(max_length=120, blank=True)
    # Implemented by the inventors in their own right (unused for the time of the rule).
    by_inventors = models.BooleanField(default=False)
    ip_check = models.TextField(blank=True)
    decided_on = models.DateField(null=True, blank=True)
    attendees = models.PositiveSmallIntegerField(default=0)
    minutes = models.ForeignKey(
        "kernel.DocumentVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pricing = models.CharField(max_length=12, choices=Pricing.choices(), blank=True)
    price_fen = models.PositiveBigIntegerField(null=True, blank=True)
    place = models.CharField(max_length=120, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    relation = models.CharField(max_length=12, choices=Relation.choices(), blank=True)
    relation_statement = models.TextField(blank=True)
    announced_on = models.DateField(null=True, blank=True)
    # The first day on which the notice is over.
    notice_until = models.DateField(null=True, blank=True)
    contract_kind = models.CharField(max_length=12, choices=ContractKind.choices(), blank=True)
    contract_number = models.CharField(max_length=60, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    # What is in the signed file: the same contract is known by it under any number.
    signed_sha256 = models.CharField(max_length=64, blank=True)
    registered_with = models.CharField(max_length=120, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    registered_on = models.DateField(null=True, blank=True)
    registration_number = models.CharField(max_length=60, blank=True)
    # 技术交易额: the part of the contract's amount that is for technology.
    technical_fen = models.PositiveBigIntegerField(null=True, blank=True)
    plan_source = models.CharField(max_length=120, blank=True)
    late_because = models.TextField(blank=True)
    refused_because = models.TextField(blank=True)
    ended_because = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "stage"]),
            models.Index(fields=["stage", "stage_since"]),
            GinIndex(name="transfer_keys", fields=["keys"]),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["contract_number"], condition=~Q(contract_number=""), name="contract_number_once"
            ),
            models.UniqueConstraint(fields=["signed_sha256"], condition=~Q(signed_sha256=""), name="contract_once"),
            models.UniqueConstraint(
                fields=["registration_number"], condition=~Q(registration_number=""), name="registration_once"
            ),
            models.CheckConstraint(
                condition=Q(announced_on=None, notice_until=None) | Q(notice_until__gt=F("announced_on")),
                name="notice_has_days",
            ),
            # The law's order, kept by the database too: notice, then contract, then registration.
            models.CheckConstraint(
                condition=Q(signed_on=None) | Q(signed_on__gte=F("notice_until")), name="signed_after_the_notice"
            ),
            models.CheckConstraint(
                condition=Q(registered_on=None)
                | Q(registered_on__gte=F("accepted_on"), accepted_on__gte=F("signed_on")),
                name="registered_after_signing",
            ),
            models.CheckConstraint(
                condition=Q(technical_fen=None) | Q(technical_fen__lte=F("price_fen")), name="technical_part_of_price"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.achievement.title}"

    @property
    def buyer_title(self) -> str:
        """The transferee as it is called."""
        return str(self.buyer) if self.buyer_id else self.buyer_name

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]


class Valuation(Stored):
    """A report (资产评估) that somebody outside made of what the achievement is worth, with its paper."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "transfer", "report_number", "appraiser", "valued_on", "value_fen", "document",
                  "recorded_by"),
    }  # fmt: skip

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="valuations")
    report_number = models.CharField(max_length=60)
    appraiser = models.CharField(max_length=120)
    # The day the value is of (评估基准日).
    valued_on = models.DateField()
    value_fen = models.PositiveBigIntegerField()
    document = models.ForeignKey("kernel.DocumentVersion", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.CharField(max_length=26)

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(fields=["transfer", "report_number"], name="valuation_once"),
            models.CheckConstraint(condition=Q(value_fen__gt=0), name="valuation_finds_a_value"),
        )


class ContractClause(Stored):
    """What the contract settles under one head."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(ALLIANCE, "transfer", "ordinal", "clause", "text")}

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="clauses")
    ordinal = models.PositiveSmallIntegerField()
    clause = models.CharField(max_length=16, choices=Clause.choices())
    text = models.TextField()

    class Meta:
        ordering = ("ordinal",)
        constraints = (
            models.UniqueConstraint(fields=["transfer", "clause"], name="clause_once"),
            models.CheckConstraint(condition=~Q(text=""), name="clause_says_something"),
        )


class Objection(Dossier):
    """Somebody's objection to the notice of a transfer, within its term."""

    MACHINE = OBJECTION_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "number", "transfer", "decision", "decided_on"),
        **classes(PERSONAL, "statement", "raised_by"),
    }

    number = models.CharField(max_length=20, unique=True)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="objections")
    statement = models.TextField()
    raised_by = models.CharField(max_length=120)
    decision = models.TextField(blank=True)
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(stage="raised") | (~Q(decision="") & Q(decided_on__isnull=False)),
                name="decided_objection_has_reasons",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def scopes(self) -> list[Scope]:
        return self.transfer.scopes()
