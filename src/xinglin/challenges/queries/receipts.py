"""Receipts: what a bidder keeps, and the proof afterwards that what was opened is what was sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xinglin.challenges.models import Bid, Opening, SealedBid
from xinglin.challenges.queries import packages as stored
from xinglin.challenges.queries.bids import SEALED
from xinglin.challenges.rules import packages
from xinglin.kernel import ledger
from xinglin.kernel.models import LedgerEntry, LedgerLeaf, LedgerSeal
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal

KIND = "xinglin-bid-receipt"
LONGEST = 20_000


def receipt_of(bid: Bid) -> dict[str, Any]:
    """The receipt of a bid as the bidder keeps it. It says nothing of what the bid says."""
    package = SealedBid.objects.get(bid=bid)
    return {
        "kind": KIND, "version": 1, "number": bid.number, "challenge": bid.challenge.number,
        "title": bid.challenge.title, "context": package.context, "received_at": bid.received_at.isoformat(),
        "sealed_sha256": bid.receipt, "commitment_sha256": package.commitment, "bytes": package.size,
    }  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One thing that was checked; `holds` is None when it cannot be known yet."""

    sentence: Phrase
    holds: bool | None


@dataclass(frozen=True)
class Proof:
    """What a receipt proves now. `sound` is False as soon as one point fails."""

    number: str
    stage: Phrase
    points: list[Point]

    @property
    def sound(self) -> bool:
        return all(point.holds is not False for point in self.points)

    @property
    def opened(self) -> bool:
        return all(point.holds for point in self.points)


def read_receipt(content: bytes | str) -> dict[str, Any]:
    """A receipt file. Raises Refusal when it is none."""
    try:
        told = json.loads(content if len(content) <= LONGEST else b"")
        if told["kind"] != KIND or told["version"] != 1:
            raise ValueError
        return {name: str(told[name]) for name in ("number", "context", "sealed_sha256", "commitment_sha256")}
    except (ValueError, KeyError, TypeError):
        raise Refusal(
            "challenges.no_receipt", say("This is no receipt of a bid."),
            say("Choose the file “…-receipt.json” that was offered when the bid was sealed."), field="receipt",
        ) from None  # fmt: skip


def verify(receipt: Mapping[str, str]) -> Proof:
    """Hold a receipt against what is stored: the sealed bytes, the ledger, and after the opening what was read.

    Raises Refusal when no such bid is known. Needs no account: whoever holds a receipt may check it, and learns only
    what the receipt says already.
    """
    package = SealedBid.objects.filter(bid__number=receipt["number"]).select_related("bid__challenge").first()
    if package is None or package.bid.receipt != receipt["sealed_sha256"]:
        raise Refusal(
            "challenges.unknown_receipt", say("No bid with this receipt is known here."),
            say("Check that the file is complete and belongs to this alliance; if so, show it to the secretariat."),
        )  # fmt: skip
    bid = package.bid
    same = package.commitment == receipt["commitment_sha256"] and package.context == receipt["context"]
    points = [Point(say("Receipt, commitment and context are those stored."), same), _on_the_ledger(package)]
    held = package.pieces.exists()
    if held:
        sealed = packages.Receipt(package.context.encode())
        for piece in stored.pieces(package):
            sealed.feed(piece)
        points.append(Point(say("The sealed bytes are still those of the receipt."), sealed.hex() == bid.receipt))
    else:
        points.append(Point(say("The sealed bytes were destroyed: the bid was replaced, withdrawn or never opened."),
                            bid.stage in SEALED))  # fmt: skip
    points += _opened(package, bid)
    return Proof(bid.number, bid.stage_word.label, points)


def _on_the_ledger(package: SealedBid) -> Point:
    entry = LedgerEntry.objects.filter(
        event="challenges.bid_sealed", subject_kind="challenges.sealedbid", subject_id=package.pk
    ).first()
    if entry is None:
        return Point(say("The ledger has the entry of this receipt."), False)
    told = entry.data.get("receipt") == package.bid.receipt and entry.data.get("commitment") == package.commitment
    leaf = LedgerLeaf.objects.filter(entry_id=entry.pk).first()
    if leaf is None:
        return Point(say("The ledger's next seal will hold the entry of this receipt."), None if told else False)
    seal = LedgerSeal.objects.get(pk=leaf.seal_id)
    whole = told and ledger.leaf_of(entry).hex() == leaf.digest
    return Point(say("The ledger holds its entry under seal {seal}, root {root}.", seal=seal.pk, root=seal.root), whole)


def _opened(package: SealedBid, bid: Bid) -> list[Point]:
    opening = Opening.objects.filter(challenge_id=bid.challenge_id).exclude(second_at=None).first()
    listed = next((row for row in opening.listed if row[0] == bid.number), None) if opening is not None else None
    read = say("It was opened, and what was read is what was sealed.")
    if opening is None:
        return [Point(read, None if bid.stage in SEALED else False)]
    if not package.data_key:
        # Withdrawn or replaced before: it is rightly on no list. On the list, it could not be opened.
        return [Point(read, False)] if listed is not None else []
    commitment, context = packages.Commitment(), package.context.encode()
    key = bytes.fromhex(package.data_key)
    try:
        for _part in commitment.over(packages.unseal(key, context, stored.pieces(package))):
            pass
    except packages.Broken:
        return [Point(read, False)]
    root = ledger.merkle_root(packages.merkle_leaf(*row) for row in opening.listed).hex()
    on_list = listed is not None and listed[1:3] == [bid.receipt, package.commitment] and root == opening.root
    return [
        Point(read, commitment.hex() == package.commitment),
        Point(say("It stands on the list of the opening, whose root is {root}.", root=opening.root), on_list),
    ]


def record_of(challenge_id: str) -> Opening | None:
    """The public record of an opening, once it took place."""
    rows = Opening.objects.filter(challenge_id=challenge_id).exclude(second_at=None)
    return rows.select_related("challenge", "first__account", "second__account").first()
