"""Rules that a province, a city or a programme can change: shipped values, and dated ones that replace them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from xinglin.kernel import ledger, permits
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account, DatedSetting
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role


@dataclass(frozen=True)
class Rule:
    """A configurable rule: the value the product ships with, what it means, and where the value comes from."""

    key: str
    default: Any
    label: Phrase
    source: str
    # Raises a Refusal for a value that is none.
    check: Callable[[Any], None] | None = None


RULES: dict[str, Rule] = {}


def rule(
    key: str, default: Any, label: Phrase, source: str, *, check: Callable[[Any], None] | None = None
) -> Rule:  # fmt: skip
    """Register a rule a wing lives by. `source` says who prescribes the shipped value, or that nobody does; `check`
    refuses a value that has the right type and means nothing."""
    RULES[key] = Rule(key, default, label, source, check)
    return RULES[key]


def value(key: str, *, on: date | None = None) -> Any:
    """The value in force on a day (today if none is given)."""
    day = on or today()
    row = (
        DatedSetting.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), key=key, valid_from__lte=day)
        .order_by("-valid_from")
        .first()
    )
    return RULES[key].default if row is None else row.value


@transaction.atomic
def set_rule(*, key: str, value: Any, valid_from: date, source_document: str, article: str = "", by: Account) -> Any:
    """Put a new value in force from a day on; the value before ends the day before. History stays."""
    permits.require(by, Role.SYSTEM_ADMIN, Role.SECRETARIAT)
    if key not in RULES:
        raise Refusal("configuration.unknown", say("There is no rule called “{key}”.", key=key))
    if not source_document.strip():
        raise Refusal("configuration.source", say("Name the document this value comes from."), field="source_document")
    if type(value) is not type(RULES[key].default):
        raise Refusal("configuration.type", say("The value of “{key}” has another shape.", key=key), field="value")
    if (check := RULES[key].check) is not None:
        check(value)
    before = DatedSetting.objects.select_for_update().filter(key=key, valid_to=None).order_by("-valid_from").first()
    if before is not None and before.valid_from >= valid_from:
        raise Refusal(
            "configuration.order",
            say("A value from {day} is already set.", day=before.valid_from),
            say("Choose a later day."),
            field="valid_from",
        )
    if before is not None:
        before.valid_to = valid_from - timedelta(days=1)
        before.save(update_fields=["valid_to"])
    row = DatedSetting.objects.create(
        key=key, value=value, valid_from=valid_from, source_document=source_document, article=article, set_by=by.pk
    )
    data = {"key": key, "value": value, "from_day": valid_from.isoformat(), "source": source_document}
    ledger.record("kernel.setting_changed", by=by, subject=by, data=data)
    return row


rule("accounts.password_length", 10, say("Shortest password"), "GB/T 22239-2019 8.1.4.1, value proposed")
rule("accounts.password_days", 90, say("Days until a password must be changed"), "GB/T 22239-2019 8.1.4.1, proposed")
rule("accounts.password_history", 5, say("Passwords that may not be used again"), "GB/T 22239-2019, proposed")
rule("accounts.failures", 5, say("Wrong passwords until sign-in is locked"), "GB/T 22239-2019 8.1.4.1, proposed")
rule("accounts.lock_minutes", 20, say("Minutes a locked sign-in stays locked"), "GB/T 22239-2019 8.1.4.1, proposed")
rule("accounts.idle_minutes", 15, say("Minutes without work until the session ends"), "GB/T 22239-2019, proposed")
rule("accounts.invitation_days", 14, say("Days an invitation stays open"), "set by the alliance")
rule(
    "accounts.second_factor_roles",
    [
        "system_admin",
        "security_admin",
        "audit_admin",
        "secretariat",
        "liaison",
        "department_head",
        "doctor",
        "laboratory",
        "steward",
    ],
    say("Roles that sign in with a second factor"),
    "GB/T 22239-2019 8.1.4.1: administrators, and whoever may see personal data of others",
)
