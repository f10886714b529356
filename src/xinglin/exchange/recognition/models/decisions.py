"""Reminders that were shown and what became of them, and the order lines hospitals report.

A row of `Decision` is written when a doctor is reminded, thousands a second, so it has few indexes and says in small
numbers what it can. Its title is its number alone: titles stand in the ledger, which holds nothing clinical.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from xinglin.exchange.recognition.rules.decisions import DECISION_MOVES
from xinglin.exchange.recognition.words import DecisionStage, OrderStage, Payer, Reason, Standing
from xinglin.kernel.models import Dossier, Stored
from xinglin.kernel.words import Privacy, Scope


class Decision(Dossier):
    """One reminder to one doctor in one visit about one earlier result for one ordered item.

    `key` is a hash of these five, so that asking again reminds nobody twice. `source_site` made the result; `cross`
    says that it lies in another city. `results` are all results it rests on (a panel's members). The price is the one
    in force at the asking hospital on the day, kept so that the saving can be opened down to its price line.
    """

    MACHINE = DECISION_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(
            ("key", "organisation_id", "site", "source_site", "cross", "own", "whole", "examination",
             "viewed_at", "image_opened_at", "decided_at", "decided_by", "ordered_at", "reordered_at", "invalid_at",
             "payer", "price_fen", "price_list", "window_days", "scope", "grant", "rules_version", "reason_version",
             "informed_at", "informed_by"),
            Privacy.ALLIANCE,
        ),
        **dict.fromkeys(("patient", "person", "visit", "doctor", "order_no"), Privacy.PERSONAL),
        **dict.fromkeys(
            ("item", "standing", "result", "results", "effective_at", "valid_until", "reason", "remark", "diagnosis"),
            Privacy.CLINICAL,
        ),
    }  # fmt: skip

    # Stages and days are looked up with the site or the month; the base's own indexes would only slow the writing.
    stage = models.CharField(max_length=40)
    due_on = models.DateField(null=True, blank=True)
    key = models.UUIDField(unique=True)
    organisation_id = models.CharField(max_length=26)
    site = models.SmallIntegerField()
    source_site = models.SmallIntegerField()
    patient = models.BigIntegerField()
    person = models.BigIntegerField()
    visit = models.CharField(max_length=80)
    doctor = models.CharField(max_length=60, blank=True)
    item = models.IntegerField()
    standing = models.CharField(max_length=8, choices=Standing.choices())
    result = models.BigIntegerField()
    results = models.JSONField(default=list, blank=True)
    effective_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    window_days = models.SmallIntegerField(default=0)
    scope = models.CharField(max_length=26, blank=True)
    grant = models.CharField(max_length=26, blank=True)
    # The catalogue's version the answer was given from.
    rules_version = models.BigIntegerField(default=0)
    cross = models.BooleanField(default=False)
    own = models.BooleanField(default=False)
    whole = models.BooleanField(default=True)
    examination = models.BooleanField(default=False)
    viewed_at = models.DateTimeField(null=True, blank=True)
    image_opened_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    # What the hospital calls the doctor, or an account's id.
    decided_by = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=4, choices=Reason.choices(), blank=True)
    reason_version = models.CharField(max_length=12, blank=True)
    remark = models.CharField(max_length=500, blank=True)
    diagnosis = models.CharField(max_length=200, blank=True)
    informed_at = models.DateTimeField(null=True, blank=True)
    informed_by = models.CharField(max_length=60, blank=True)
    order_no = models.CharField(max_length=80, blank=True)
    # When the order was signed or placed; when it was placed again after being recognised.
    ordered_at = models.DateTimeField(null=True, blank=True)
    reordered_at = models.DateTimeField(null=True, blank=True)
    # When the report behind it was found corrected or void.
    invalid_at = models.DateTimeField(null=True, blank=True)
    payer = models.CharField(max_length=10, choices=Payer.choices(), default=Payer.UNKNOWN)
    price_fen = models.BigIntegerField(null=True, blank=True)
    price_list = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["site", "visit"], name="decision_visit"),
            models.Index(fields=["organisation_id", "-id"], name="decision_of_hospital"),
            models.Index(fields=["created_at"], name="decision_when"),
            # The few that a clock looks for.
            models.Index(
                fields=["stage_since"], condition=Q(stage__in=["reminded", "viewed"]), name="decision_waiting"
            ),
            # Who relied on a result that fell. Only what is recognised is in it, so reminding does not pay for it.
            GinIndex(
                fields=["results"],
                opclasses=["jsonb_path_ops"],
                condition=Q(stage="recognised", invalid_at=None),
                name="decision_rests_on",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by="") | (Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="decision_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(informed_at=None, informed_by="") | (Q(informed_at__isnull=False) & ~Q(informed_by="")),
                name="informed_who_and_when",
            ),
            models.CheckConstraint(condition=~Q(stage="declined") | ~Q(reason=""), name="declined_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(stage__in=["recognised", "declined"]) | Q(decided_at__isnull=False),
                name="decided_has_its_time",
            ),
            models.CheckConstraint(condition=~Q(reason="08") | ~Q(remark=""), name="reason_08_has_words"),
        )

    def __str__(self) -> str:
        return f"RD-{self.pk[-10:]}"

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]

    @property
    def stage_word(self) -> DecisionStage:
        return DecisionStage(self.stage)


class Order(Stored):
    """An order line a hospital placed (or took back), told to us so that savings stay true (domain 2.8)."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(("site", "stage", "placed_at", "revoked_at", "decision"), Privacy.ALLIANCE),
        **dict.fromkeys(("visit", "patient", "order_no"), Privacy.PERSONAL),
        "item": Privacy.CLINICAL,
    }

    site = models.SmallIntegerField()
    visit = models.CharField(max_length=80)
    patient = models.BigIntegerField()
    order_no = models.CharField(max_length=80)
    item = models.IntegerField()
    stage = models.CharField(max_length=8, choices=OrderStage.choices(), default=OrderStage.PLACED)
    placed_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    # The decision the line is linked to (declined: the order was placed all the same).
    decision = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["site", "visit", "order_no", "item"], name="order_line_once"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("placed_at")), name="order_revoked_later"
            ),
            models.CheckConstraint(
                condition=~Q(stage="revoked") | Q(revoked_at__isnull=False), name="order_revoked_has_its_time"
            ),
        )

    def __str__(self) -> str:
        return self.order_no
