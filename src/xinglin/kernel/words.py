"""Words every wing uses. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from xinglin.kernel.phrases import Phrase, say


class Word(StrEnum):
    """A term of the trade: the stored value and the phrase people read. Members are `NAME = "value", say("Label")`."""

    label: Phrase

    def __new__(cls, value: str, label: Phrase) -> Any:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """For a database column: (value, English msgid) pairs."""
        return [(member.value, member.label.msgid) for member in cls]


class Role(Word):
    """What a grant lets somebody be, inside a scope."""

    SECRETARIAT = "secretariat", say("Secretariat")
    LIAISON = "liaison", say("Hospital liaison")
    DEPARTMENT_HEAD = "department_head", say("Department head")
    EXPERT = "expert", say("Expert")
    COMPANY = "company", say("Company contact")
    DOCTOR = "doctor", say("Doctor")
    LABORATORY = "laboratory", say("Laboratory, imaging and information staff")
    STEWARD = "steward", say("Data steward")
    RESIDENT = "resident", say("Resident")
    AUTHORITY = "authority", say("Health authority (read only)")
    SYSTEM_ADMIN = "system_admin", say("System administrator")
    SECURITY_ADMIN = "security_admin", say("Security administrator")
    AUDIT_ADMIN = "audit_admin", say("Audit administrator")


# GB/T 22239-2019 8.1.5: system, security and audit administration are held by different people.
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


class Privacy(Word):
    """Who may see a column. Every column of every model has exactly one class."""

    PUBLIC = "public", say("Public")
    ALLIANCE = "alliance", say("Within the alliance")
    PERSONAL = "personal", say("Personal information")
    CLINICAL = "clinical", say("Clinical data")
    SECRET = "secret", say("Secret: never shown, never exported")


class AccountKind(Word):
    PERSON = "person", say("Person")
    PROGRAM = "program", say("Program")


class JobState(Word):
    WAITING = "waiting", say("Waiting")
    RUNNING = "running", say("Running")
    DONE = "done", say("Done")
    FAILED = "failed", say("Failed")
    CANCELLING = "cancelling", say("Being cancelled")
    CANCELLED = "cancelled", say("Cancelled")


class Channel(Word):
    """The ways a notice leaves the house."""

    EMAIL = "email", say("E-mail")
    WECOM = "wecom", say("WeCom")
    DINGTALK = "dingtalk", say("DingTalk")
    WEBHOOK = "webhook", say("Webhook")


# A scope is an opaque pair; the kernel never learns what an organisation is.
Scope = tuple[str, str]
ALLIANCE: Scope = ("alliance", "*")
