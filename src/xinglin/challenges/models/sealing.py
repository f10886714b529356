"""Key holders, sealed packages and openings (docs/adr/0009).

Nothing here opens a bid by itself, nor all of it together: the private keys lie under passphrases nobody keeps.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.challenges.models.bids import Bid
from xinglin.challenges.models.challenges import Challenge
from xinglin.challenges.words.bids import HolderSide
from xinglin.kernel.models import Stored, classes
from xinglin.kernel.privacy import EncryptedTextField
from xinglin.kernel.words import Privacy


class HolderKey(Stored):
    """A person's key pair. The private half is locked under a passphrase that is never stored."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "account", "public", "retired_at", "failures", "failed_at"),
        **classes(Privacy.SECRET, "locked"),
    }

    account = models.ForeignKey("kernel.Account", on_delete=models.PROTECT, related_name="+")
    public = models.CharField(max_length=64, unique=True)
    locked = models.BinaryField()
    retired_at = models.DateTimeField(null=True, blank=True)
    # Wrong passphrases in a row, and when the last one was typed.
    failures = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account"], condition=Q(retired_at=None), name="one_live_key_each"),
        )

    def __str__(self) -> str:
        return self.public[:16]


class KeyHolder(Stored):
    """Somebody who holds one side's key of a call. One account stands on one side of a call at most.

    `active_at` empty: named while bids were sealed already; both sides must first agree and hand on their share.
    """

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "challenge", "account", "key", "side", "named_by", "active_at", "approved_by",
                  "approved_at", "ended_at", "ended_by"),
    }  # fmt: skip

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="holders")
    account = models.ForeignKey("kernel.Account", on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(HolderKey, on_delete=models.PROTECT, related_name="holders")
    side = models.CharField(max_length=12, choices=HolderSide.choices())
    named_by = models.CharField(max_length=26)
    active_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=26, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["challenge", "account"], condition=Q(ended_at=None), name="one_side_each"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="holder_end_has_an_actor",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by="") | (Q(approved_at__isnull=False) & ~Q(approved_by="")),
                name="holder_approval_has_an_actor",
            ),
        )

    def __str__(self) -> str:
        return str(self.account)


class SealedBid(Stored):
    """One sealed package: what binds it (`context`), what it hashes to, and whether it was opened.

    `data_key` is empty until the opening, and then keeps the attachments readable from the sealed pieces themselves.
    """

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "bid", "context", "commitment", "size", "opened_at", "fault", "offset"),
        **classes(Privacy.SECRET, "data_key"),
    }

    bid = models.OneToOneField(Bid, on_delete=models.PROTECT, related_name="sealed")
    # Canonical JSON; part of what is sealed, kept as it was hashed.
    context = models.TextField()
    commitment = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    opened_at = models.DateTimeField(null=True, blank=True)
    # Why it could not be opened; empty when it was, or is still sealed.
    fault = models.CharField(max_length=20, blank=True)
    # Where the first file begins in the package.
    offset = models.PositiveBigIntegerField(default=0)
    data_key = EncryptedTextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(opened_at__isnull=False) | Q(data_key=""), name="sealed_has_no_key"),
        )

    def __str__(self) -> str:
        return self.bid.number


class SealedPiece(models.Model):
    """A piece of a package, encrypted; the bytes of the database are all there is of it."""

    CLASSES: ClassVar = {
        **classes(Privacy.ALLIANCE, "id", "package", "number"),
        **classes(Privacy.SECRET, "content"),
    }

    id = models.BigAutoField(primary_key=True)
    package = models.ForeignKey(SealedBid, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["package", "number"], name="sealed_piece_once"),)

    def __str__(self) -> str:
        return f"{self.package_id}/{self.number}"


class SealedShare(Stored):
    """One side's share of a package's key, in an envelope for one holder.

    `handed_on` marks the share of the other side that the first holder of an opening handed on: it lives from the
    first passphrase to the second.
    """

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "package", "holder", "side", "handed_on"),
        **classes(Privacy.SECRET, "envelope"),
    }

    package = models.ForeignKey(SealedBid, on_delete=models.CASCADE, related_name="shares")
    holder = models.ForeignKey(KeyHolder, on_delete=models.PROTECT, related_name="shares")
    side = models.CharField(max_length=12, choices=HolderSide.choices())
    envelope = models.BinaryField()
    handed_on = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["package", "holder", "side"], name="sealed_share_once"),)

    def __str__(self) -> str:
        return f"{self.package_id}/{self.side}"


class Opening(Stored):
    """The one ceremony in which the bids of a call are opened: two holders, one after the other, one list of hashes."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "challenge", "first", "second", "first_at", "second_at"),
        **classes(Privacy.PUBLIC, "root", "count", "unreadable", "listed"),
    }

    challenge = models.OneToOneField(Challenge, on_delete=models.PROTECT, related_name="opening")
    first = models.ForeignKey(KeyHolder, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    second = models.ForeignKey(KeyHolder, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    # Merkle root over the list below, as hexadecimal.
    root = models.CharField(max_length=64, blank=True)
    count = models.PositiveIntegerField(default=0)
    unreadable = models.PositiveIntegerField(default=0)
    # [number, receipt, commitment, outcome] of each bid, sorted by number.
    listed = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(second_at=None, second=None, root="") | (Q(second_at__isnull=False) & ~Q(root="")),
                name="opening_is_complete_or_not",
            ),
            models.CheckConstraint(condition=Q(second=None) | ~Q(second=F("first")), name="opening_takes_two"),
        )

    def __str__(self) -> str:
        return str(self.challenge)
