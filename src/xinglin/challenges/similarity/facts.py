"""What of a bid is compared. Plain values: whoever stores bids translates into these. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MemberFacts:
    """One person of a bidding team; `document` is a keyed hash of an identity number, never the number."""

    name: str
    institution: str = ""
    phone: str = ""
    email: str = ""
    document: str = ""
    orcid: str = ""


@dataclass(frozen=True)
class FileFacts:
    """One attachment: its SHA-256 in hexadecimal, its size in bytes and what its own metadata says."""

    name: str
    sha256: str
    size: int = 0
    author: str = ""
    last_saved_by: str = ""
    company: str = ""


@dataclass(frozen=True)
class BidFacts:
    """One bid. `price` in fen; `lines` are budget lines in fen in a fixed order; `controllers` are the credit codes or
    names of whoever holds or manages the bidder, `credit_code` its own code."""

    key: str
    organisation: str = ""
    members: tuple[MemberFacts, ...] = ()
    contacts: tuple[MemberFacts, ...] = ()
    files: tuple[FileFacts, ...] = ()
    text: str = ""
    price: int | None = None
    lines: tuple[int, ...] = ()
    legal_representative: str = ""
    controllers: tuple[str, ...] = ()
    guarantee_account: str = ""
    parents: tuple[str, ...] = field(default=())
    credit_code: str = ""
