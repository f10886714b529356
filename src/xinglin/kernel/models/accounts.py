"""Accounts, grants, tokens, invitations."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from xinglin.kernel.models.base import Stored
from xinglin.kernel.words import ADMINISTRATORS, AccountKind, Privacy, Role


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts for the framework's own tools; people are invited by `accounts.invite`."""

    def create_user(self, username: str, email: str = "", password: str | None = None, **more: object) -> Account:
        account = self.model(username=username, email=self.normalize_email(email), **more)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username__iexact=username)


class Account(AbstractBaseUser, Stored):
    """Somebody (or some program) that can act. What they may do is in grants, never here."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "username": Privacy.PERSONAL,
        "email": Privacy.PERSONAL,
        "display_name": Privacy.ALLIANCE,
        "kind": Privacy.ALLIANCE,
        "person_id": Privacy.ALLIANCE,
        "language": Privacy.PERSONAL,
        "password": Privacy.SECRET,
        "password_changed_at": Privacy.PERSONAL,
        "must_change_password": Privacy.PERSONAL,
        "last_login": Privacy.PERSONAL,
        "is_active": Privacy.ALLIANCE,
    }

    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=16, choices=AccountKind.choices(), default=AccountKind.PERSON)
    person_id = models.CharField(max_length=26, blank=True, db_index=True)
    language = models.CharField(max_length=10, default="zh-hans")
    password_changed_at = models.DateTimeField(null=True, blank=True)
    must_change_password = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    objects = AccountManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["email"]

    class Meta(AbstractBaseUser.Meta):
        constraints = (
            # People type their name in any case, so two names that differ by case alone would be one.
            models.UniqueConstraint(models.functions.Lower("username"), name="account_name_once"),
            models.UniqueConstraint(models.functions.Lower("email"), name="account_email_once", condition=~Q(email="")),
        )

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def is_staff(self) -> bool:
        """The stock back office is for system administrators alone."""
        return self.grants.filter(role=Role.SYSTEM_ADMIN, ended_at=None).exists()

    def has_perm(self, _perm: str, _obj: object = None) -> bool:
        return self.is_active and self.is_staff

    def has_module_perms(self, _label: str) -> bool:
        return self.is_active and self.is_staff


class Grant(Stored):
    """(account, role, scope), from a moment until it ends. Ended grants stay, so that the past can be explained."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "account": Privacy.ALLIANCE,
        "role": Privacy.ALLIANCE,
        "scope_kind": Privacy.ALLIANCE,
        "scope_id": Privacy.ALLIANCE,
        "granted_by": Privacy.ALLIANCE,
        "ended_at": Privacy.ALLIANCE,
        "ended_by": Privacy.ALLIANCE,
    }

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32, choices=Role.choices())
    scope_kind = models.CharField(max_length=32)
    scope_id = models.CharField(max_length=64)
    granted_by = models.CharField(max_length=26)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=26, blank=True)

    class Meta:
        indexes = (models.Index(fields=["scope_kind", "scope_id", "role"]),)
        constraints = (
            models.UniqueConstraint(
                fields=["account", "role", "scope_kind", "scope_id"], condition=Q(ended_at=None), name="grant_once"
            ),
            # One person never holds two of the three administrations, whatever the program forgets to check.
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(ended_at=None, role__in=sorted(ADMINISTRATORS)),
                name="one_administration_each",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="grant_end_has_an_actor",
            ),
        )


class ApiToken(Stored):
    """A program's key. Only its hash is kept; scopes narrow what its account may do."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "account": Privacy.ALLIANCE,
        "name": Privacy.ALLIANCE,
        "prefix": Privacy.ALLIANCE,
        "digest": Privacy.SECRET,
        "abilities": Privacy.ALLIANCE,
        "expires_at": Privacy.ALLIANCE,
        "used_at": Privacy.ALLIANCE,
        "revoked_at": Privacy.ALLIANCE,
    }

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    abilities = models.JSONField(default=list)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class Invitation(Stored):
    """A way in that was sent to one address, for one role in one scope, and works once."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "email": Privacy.PERSONAL,
        "display_name": Privacy.PERSONAL,
        "person_id": Privacy.ALLIANCE,
        "role": Privacy.ALLIANCE,
        "scope_kind": Privacy.ALLIANCE,
        "scope_id": Privacy.ALLIANCE,
        "digest": Privacy.SECRET,
        "invited_by": Privacy.ALLIANCE,
        "expires_at": Privacy.ALLIANCE,
        "accepted_at": Privacy.ALLIANCE,
        "accepted_by": Privacy.ALLIANCE,
        "revoked_at": Privacy.ALLIANCE,
    }

    email = models.EmailField()
    display_name = models.CharField(max_length=120, blank=True)
    person_id = models.CharField(max_length=26, blank=True)
    role = models.CharField(max_length=32, choices=Role.choices())
    scope_kind = models.CharField(max_length=32)
    scope_id = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField(max_length=26)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.CharField(max_length=26, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by="") | (Q(accepted_at__isnull=False) & ~Q(accepted_by="")),
                name="invitation_acceptance_has_an_actor",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(accepted_at__lte=F("expires_at")), name="invitation_accepted_in_time"
            ),
        )

    def __str__(self) -> str:
        return self.display_name or self.pk


class PastPassword(Stored):
    """The hashes of the last passwords, so that a changed password is really another one (GB/T 22239 8.1.4.1)."""

    CLASSES: ClassVar = {**Stored.CLASSES, "account": Privacy.SECRET, "password": Privacy.SECRET}

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
