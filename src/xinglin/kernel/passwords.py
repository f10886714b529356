"""Which passwords are taken (GB/T 22239-2019 8.1.4.1 a): long, of several kinds, not the name, not one of the last.

`faults` is pure. `HouseRules` is the same for every way a password is set (invitation, change, reset, command line),
because the framework asks it before and tells it after.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from xinglin.kernel import configuration, ledger
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, PastPassword
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal

LONGEST = 128
KINDS: tuple[Callable[[str], bool], ...] = (
    str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum() or ord(c) > 0x2E7F,
)  # fmt: skip

configuration.rule("accounts.password_kinds", 3, say("Kinds of characters in a password (small, capital, digits, "
                   "other)"), "GB/T 22239-2019 8.1.4.1, value proposed")  # fmt: skip


def faults(password: str, *, names: tuple[str, ...], length: int, kinds: int) -> list[Phrase]:
    """What speaks against a password; empty when nothing does. `names` are the person's name, user name and e-mail."""
    found = []
    if len(password) < length:
        found.append(say("The password needs at least {length} characters.", length=length))
    if len(password) > LONGEST:
        found.append(say("The password may have at most {length} characters.", length=LONGEST))
    if sum(any(kind(c) for c in password) for kind in KINDS) < kinds:
        found.append(say("The password needs {kinds} of: small letters, capitals, digits, other signs.", kinds=kinds))
    low = password.lower()
    parts = {part for name in names for part in _parts(name.lower()) if len(part) >= 3}
    if any(part in low or part[::-1] in low for part in parts):
        found.append(say("The password may not contain your name."))
    if len(set(low)) <= max(2, len(low) // 4):
        found.append(say("The password repeats the same characters too often."))
    return found


def _parts(name: str) -> list[str]:
    local = name.partition("@")[0]
    return [local, *local.replace(".", " ").replace("_", " ").replace("-", " ").split()]


class HouseRules:
    """The framework's validator: `validate` before a password is taken, `password_changed` after it was stored."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raises ValidationError with every fault, in the reader's language."""
        found = self.faults(password, user)
        if found:
            raise ValidationError([ValidationError(fault.spoken(gettext), code="password") for fault in found])

    def faults(self, password: str, user: Account | None) -> list[Phrase]:
        names = (user.username, user.display_name, user.email) if user is not None else ()
        found = faults(
            password, names=names, length=configuration.value("accounts.password_length"),
            kinds=configuration.value("accounts.password_kinds"),
        )  # fmt: skip
        try:
            CommonPasswordValidator().validate(password)
        except ValidationError:
            found.append(say("This password is one of the most common ones."))
        if not found and user is not None and not user._state.adding and _used_before(password, user):
            found.append(say("The last {count} passwords cannot be used again.",
                             count=configuration.value("accounts.password_history")))  # fmt: skip
        return found

    def get_help_text(self) -> str:
        return say(
            "At least {length} characters of {kinds} kinds (small letters, capitals, digits, other signs), not your "
            "name and none of your last {count} passwords.",
            length=configuration.value("accounts.password_length"),
            kinds=configuration.value("accounts.password_kinds"),
            count=configuration.value("accounts.password_history"),
        ).spoken(gettext)

    @transaction.atomic
    def password_changed(self, password: str, user: Account | None = None) -> None:
        """Keep the hash for the history, note the day, and write it down. Called by `Account.save()` itself."""
        if user is None or not user.has_usable_password():
            return
        PastPassword.objects.create(account=user, password=user.password)
        kept = PastPassword.objects.filter(account=user).order_by("-created_at").values("pk")
        old = list(kept[configuration.value("accounts.password_history") :].values_list("pk", flat=True))
        PastPassword.objects.filter(pk__in=old).delete()
        user.password_changed_at, user.must_change_password = now(), False
        Account.objects.filter(pk=user.pk).update(
            password_changed_at=user.password_changed_at, must_change_password=False
        )
        ledger.record("kernel.password_changed", by=user, subject=user)


def _used_before(password: str, user: Account) -> bool:
    history = user.past_passwords.order_by("-created_at").values_list("password", flat=True)
    before = list(history[: configuration.value("accounts.password_history")])
    return any(check_password(password, one) for one in {*before, user.password} if one)


def refuse_weak(password: str, user: Account, *, field: str = "password") -> None:
    """Raise a Refusal that names every fault of `password` for `user`."""
    found = HouseRules().faults(password, user)
    if found:
        raise Refusal("passwords.weak", _joined(found), say("Choose another password."), field=field)


def _joined(found: list[Phrase]) -> Phrase:
    if len(found) == 1:
        return found[0]
    return say("{first} {rest}", first=found[0], rest=_joined(found[1:]))


def must_change(account: Any) -> bool:
    """Whether a person must choose a new password before going on: asked to, or the present one is too old."""
    if not account.has_usable_password():
        return False
    days = configuration.value("accounts.password_days")
    since = account.password_changed_at or account.created_at
    return bool(account.must_change_password or (days and now() - since > timedelta(days=days)))
