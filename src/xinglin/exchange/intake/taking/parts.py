"""What passes through a chunk: an entry as it was sent, as it was read, and what became of it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from xinglin.exchange.intake.models import Delivery
from xinglin.exchange.intake.rules.structs import Resource

ACCEPTED, UNCHANGED = "accepted", "unchanged"
Key = tuple[str, str]
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z")
_LOCAL = re.compile(r"[A-Za-z]{1,40}/[A-Za-z0-9\-.]{1,64}\Z")


@dataclass(frozen=True)
class Sender:
    """Who sent it. `many`: nobody in particular did, so the organisations in the data become sites of their own."""

    site: int
    organisation_id: str
    many: bool = False


@dataclass(slots=True)
class Running:
    """A delivery on its way: the counts are what the present chunk adds; the sets last as long as it runs."""

    row: Delivery
    stored: bool = False
    accepted: int = 0
    unchanged: int = 0
    results: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    new_patients: set[int] = field(default_factory=set)
    new_hospitals: set[int] = field(default_factory=set)
    patients: set[int] = field(default_factory=set)
    hospitals: set[int] = field(default_factory=set)

    def settle(self) -> None:
        """The chunk is committed."""
        self.patients |= self.new_patients
        self.hospitals |= self.new_hospitals
        self.stored = True
        self.forget()

    def forget(self) -> None:
        """The chunk came to nothing, or is written already."""
        self.accepted = self.unchanged = self.results = 0
        self.reasons.clear()
        self.new_patients.clear()
        self.new_hospitals.clear()


@dataclass(slots=True)
class Sent:
    """One entry as it arrived. `code` is set when it was refused before anybody looked inside."""

    running: Running
    position: int
    raw: bytes
    full_url: str = ""
    method: str = ""
    links: dict[str, str] = field(default_factory=dict)
    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    # The id of the quarantined entry that is taken in again.
    again: str = ""


@dataclass(slots=True)
class Entry:
    """One entry that could be read: `key` is (kind, id); `outcome` is a reason code until it is settled."""

    sent: Sent
    resource: Resource
    key: Key
    body: bytes
    digest: bytes
    outcome: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    awaits: str = ""
    patient: int = 0
    hospital: int = 0
    stored: Stored | None = None

    def refuse(self, code: str, awaits: str = "", **facts: Any) -> None:
        self.outcome, self.awaits, self.facts = code, awaits, facts


@dataclass(slots=True)
class Stored:
    """What is known of a resource already."""

    pk: int
    digest: bytes
    past: bytes
    patient: int
    hospital: int

    def knows(self, digest: bytes) -> bool:
        """Whether this content, or an earlier version with it, was taken in before."""
        past = self.past
        return digest == self.digest or any(past[at : at + 16] == digest for at in range(0, len(past), 16))


@dataclass(slots=True)
class ResultRow:
    """A row of `Result` on its way in."""

    patient: int
    item: int
    effective: datetime
    reported: datetime
    site: int
    status: int
    flags: int
    report: int
    number: Decimal | None
    text: str
    unit: str
    sent: str
    system: str
    code: str
    name: str
    reference: str
    interpretation: str
    method: str
    instrument: str
    source_id: str
    digest: bytes
    rank: int
    specimen: str = ""
    specimen_no: str = ""
    entry: Any = None


@dataclass(slots=True)
class ReportRow:
    """A row of `Report` on its way in, with the results it names."""

    site: int
    report_no: str
    status: str
    rank: int
    patient: int
    kind: str
    title: str
    visit: str
    ordered: datetime | None
    effective: datetime | None
    reported: datetime | None
    doctor: str
    auditor: str
    conclusion: str
    image_url: str
    void_reason: str
    void_at: datetime | None
    source_id: str
    digest: bytes
    delivery: str
    names: list[str] = field(default_factory=list)
    entry: Any = None
    pk: int = 0
    audited: datetime | None = None
    # A version that was overtaken before it arrived.
    past: bool = False


def digest16(*parts: bytes) -> bytes:
    """A digest of 16 bytes, for telling whether something was sent before."""
    return hashlib.blake2b(b"".join(parts), digest_size=16).digest()


def local(reference: str) -> Key | None:
    """(kind, id) of `Patient/1`, `http://any/fhir/Patient/1` or `Patient/1/_history/2`; None for anything else."""
    text = reference.partition("/_history/")[0]
    head, _, name = text.rpartition("/")
    kind = head.rpartition("/")[2]
    return (kind, name) if _LOCAL.match(f"{kind}/{name}") else None
