"""Hospitals' programs: their public keys and what they may ask for; and assertions that were used up."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from xinglin.exchange.federation.rules.lives import CLIENT_MOVES
from xinglin.kernel.models import Dossier, Stored
from xinglin.kernel.words import Privacy, Scope


class Client(Dossier):
    """A hospital's program (SMART backend services). Its id is the client id; it acts as the account `account_id`.

    `declares_visits`: it may say with each question which visit it asks for, which begins a treating relation.
    """

    MACHINE = CLIENT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(
            ("name", "organisation_id", "account_id", "abilities", "public_keys", "keys_address", "declares_visits"),
            Privacy.ALLIANCE,
        ),
    }  # fmt: skip

    name = models.CharField(max_length=120)
    organisation_id = models.CharField(max_length=26, db_index=True)
    account_id = models.CharField(max_length=26, unique=True)
    abilities = models.JSONField(default=list)
    # Either the keys themselves or where they are published.
    public_keys = models.JSONField(default=dict, blank=True)
    keys_address = models.CharField(max_length=300, blank=True)
    declares_visits = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]


class UsedAssertion(Stored):
    """An assertion's number (jti), kept until the assertion would have expired: it opens the door once."""

    CLASSES: ClassVar = {
        **Stored.CLASSES, "client": Privacy.ALLIANCE, "number_key": Privacy.SECRET, "ends_at": Privacy.ALLIANCE,
    }  # fmt: skip

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="used")
    number_key = models.CharField(max_length=64)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["client", "number_key"], name="assertion_once"),)

    def __str__(self) -> str:
        return self.number_key[:12]
