"""Background jobs, notices, and the ways notices leave."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xinglin.kernel.clock import now
from xinglin.kernel.models.base import Stored
from xinglin.kernel.privacy import EncryptedTextField
from xinglin.kernel.words import Channel, JobState, Privacy


class Job(Stored):
    """Long work a person asked for: how far it is, what it found, whether they want it stopped."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "task": Privacy.ALLIANCE,
        "arguments": Privacy.PERSONAL,
        "asked_by": Privacy.ALLIANCE,
        "state": Privacy.ALLIANCE,
        "done": Privacy.ALLIANCE,
        "total": Privacy.ALLIANCE,
        "place": Privacy.ALLIANCE,
        "result": Privacy.PERSONAL,
        "failure": Privacy.ALLIANCE,
        "started_at": Privacy.ALLIANCE,
        "heard_at": Privacy.ALLIANCE,
        "due_at": Privacy.ALLIANCE,
        "finished_at": Privacy.ALLIANCE,
        "attempts": Privacy.ALLIANCE,
    }

    task = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=26)
    state = models.CharField(max_length=16, choices=JobState.choices(), default=JobState.WAITING, db_index=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    place = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    failure = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(default=now)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["asked_by", "-created_at"]),)

    def __str__(self) -> str:
        return self.task


class Notice(Stored):
    """Something one account should know. The words are chosen when it is read, in the reader's language."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "account": Privacy.ALLIANCE,
        "event": Privacy.ALLIANCE,
        "subject_kind": Privacy.ALLIANCE,
        "subject_id": Privacy.ALLIANCE,
        "subject_title": Privacy.ALLIANCE,
        "sentence": Privacy.ALLIANCE,
        "facts": Privacy.ALLIANCE,
        "read_at": Privacy.ALLIANCE,
        "once": Privacy.ALLIANCE,
    }

    account = models.ForeignKey("kernel.Account", on_delete=models.CASCADE, related_name="notices")
    event = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject_title = models.CharField(max_length=300, blank=True)
    sentence = models.CharField(max_length=400)
    facts = models.JSONField(default=dict)
    read_at = models.DateTimeField(null=True, blank=True)
    once = models.CharField(max_length=160, blank=True)

    class Meta:
        indexes = (models.Index(fields=["account", "read_at", "-created_at"]),)
        constraints = (models.UniqueConstraint(fields=["account", "once"], condition=~Q(once=""), name="notice_once"),)


class Outlet(Stored):
    """Where an account's or the alliance's notices go besides the page: an address, for some events."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "account": Privacy.ALLIANCE,
        "channel": Privacy.ALLIANCE,
        "address": Privacy.PERSONAL,
        "secret": Privacy.SECRET,
        "events": Privacy.ALLIANCE,
        "is_active": Privacy.ALLIANCE,
    }

    account = models.ForeignKey(
        "kernel.Account", on_delete=models.CASCADE, related_name="outlets", null=True, blank=True
    )
    channel = models.CharField(max_length=16, choices=Channel.choices())
    address = EncryptedTextField()
    secret = EncryptedTextField(blank=True)
    events = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)


class Delivery(Stored):
    """One attempt-until-done to bring one notice to one outlet."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "notice": Privacy.ALLIANCE,
        "outlet": Privacy.ALLIANCE,
        "channel": Privacy.ALLIANCE,
        "attempts": Privacy.ALLIANCE,
        "delivered_at": Privacy.ALLIANCE,
        "given_up_at": Privacy.ALLIANCE,
        "last_failure": Privacy.ALLIANCE,
        "due_at": Privacy.ALLIANCE,
    }

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    outlet = models.ForeignKey(Outlet, on_delete=models.SET_NULL, null=True, blank=True)
    channel = models.CharField(max_length=16, choices=Channel.choices())
    attempts = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_failure = models.JSONField(default=dict)
    due_at = models.DateTimeField(default=now)

    class Meta:
        indexes = (
            models.Index(
                fields=["due_at"], condition=Q(delivered_at=None, given_up_at=None), name="deliveries_to_make"
            ),
        )
        constraints = (
            models.CheckConstraint(condition=Q(delivered_at=None) | Q(given_up_at=None), name="delivered_or_given_up"),
        )
