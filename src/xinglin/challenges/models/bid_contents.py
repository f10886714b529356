"""What a bid says, in rows. None of them exists before the opening: until then all of it is sealed (`sealing`)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from xinglin.challenges.models.bids import Bid
from xinglin.challenges.words.bids import ControllerKind, MemberPart, TextState, WorkCategory
from xinglin.kernel.models import Stored, classes
from xinglin.kernel.privacy import EncryptedTextField
from xinglin.kernel.words import Privacy


class BidMember(Stored):
    """Somebody in a bid's team; the first is the leader. `share_percent` is the share of the member's institution."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "bid", "number", "name", "institution", "part", "share_percent"),
        **classes(Privacy.PERSONAL, "phone", "email"),
    }

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="members")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    institution = models.CharField(max_length=200)
    part = models.CharField(max_length=12, choices=MemberPart.choices())
    phone = EncryptedTextField(blank=True)
    email = EncryptedTextField(blank=True)
    share_percent = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["bid", "number"], name="bid_member_number_once"),)

    def __str__(self) -> str:
        return self.name


class BidAttachment(Stored):
    """A file of a bid, what it hashed to, what it says of its makers, and its text. The bytes stay in the package."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "bid", "number", "name", "media_type", "size", "sha256", "text_state", "text",
                  "pages", "unread_pages", "made_on", "company", "program"),
        **classes(Privacy.PERSONAL, "author", "last_author"),
    }  # fmt: skip

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="attachments")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    # From the file itself: who is named as its author, who saved it last, whose licence, with which program, when.
    author = models.CharField(max_length=200, blank=True)
    last_author = models.CharField(max_length=200, blank=True)
    company = models.CharField(max_length=200, blank=True)
    program = models.CharField(max_length=200, blank=True)
    made_on = models.CharField(max_length=40, blank=True)
    pages = models.PositiveIntegerField(default=0)
    # Numbers of the pages that are pictures of text: nobody but a person can read them.
    unread_pages = ArrayField(models.PositiveIntegerField(), default=list, blank=True)
    text_state = models.CharField(max_length=8, choices=TextState.choices(), default=TextState.WAITING)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["bid", "number"], name="bid_attachment_number_once"),)

    def __str__(self) -> str:
        return self.name


class BidWork(Stored):
    """A representative work, at most five of a category, none older than three years (domain 4.1)."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "bid", "number", "category", "title", "authors", "published_on"),
    }

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="works")
    number = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=12, choices=WorkCategory.choices())
    title = models.CharField(max_length=300)
    authors = models.CharField(max_length=300, blank=True)
    published_on = models.DateField()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["bid", "number"], name="bid_work_number_once"),)

    def __str__(self) -> str:
        return self.title


class BidPlan(Stored):
    """A milestone as the bidder plans it: what, until which month, for which share of the price."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "bid", "number", "content", "due_months", "share_percent"),
    }

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="plan")
    number = models.PositiveSmallIntegerField()
    content = models.TextField()
    due_months = models.PositiveSmallIntegerField()
    share_percent = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["bid", "number"], name="bid_plan_number_once"),
            models.CheckConstraint(condition=Q(share_percent__lte=100, due_months__gte=1), name="bid_plan_possible"),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.content[:80]}"


class BidCost(Stored):
    """A line of the budget a bidder makes of its price, in fen."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(Privacy.ALLIANCE, "bid", "number", "purpose", "amount_fen")}

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="costs")
    number = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=200)
    amount_fen = models.PositiveBigIntegerField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["bid", "number"], name="bid_cost_number_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="bid_cost_holds_money"),
        )

    def __str__(self) -> str:
        return self.purpose


class BidController(Stored):
    """Somebody who controls the bidder in the end (实际控制人), as the bidder says (domain 4.5, 1)."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "bid", "number", "kind", "credit_code"),
        # Often a private person, who signed nothing here.
        "name": Privacy.PERSONAL,
    }

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="controllers")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=ControllerKind.choices())
    credit_code = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["bid", "number"], name="bid_controller_number_once"),)

    def __str__(self) -> str:
        return self.name
