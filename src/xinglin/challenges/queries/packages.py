"""Reading sealed packages: their pieces, and after the opening the attachments inside them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile

from xinglin.challenges.models import BidAttachment, SealedBid, SealedPiece
from xinglin.challenges.queries.bids import bids_for
from xinglin.challenges.rules import packages, texts
from xinglin.kernel.permits import Actor
from xinglin.kernel.refusals import absent

# Attachments are read as text in memory up to here, beyond it through a file that has no name.
IN_MEMORY = 32 * 2**20


def closes_at(context: str) -> datetime | None:
    """The deadline a package was sealed under."""
    told = json.loads(context).get("closes_at", "")
    return datetime.fromisoformat(told) if told else None


def is_of(package: SealedBid) -> bool:
    """Whether a package was sealed for the very bid and challenge it stands at."""
    told = json.loads(package.context)
    return told["bid"] == package.bid_id and told["challenge"] == package.bid.challenge_id


def share_context(package: SealedBid, side: str) -> bytes:
    """What an envelope of a share is bound to: the package's context and the side."""
    return package.context.encode() + side.encode()


def pieces(package: SealedBid) -> Iterator[bytes]:
    """The sealed pieces in their order, a few in memory at a time."""
    rows = SealedPiece.objects.filter(package=package).order_by("number")
    for row in rows.values_list("content", flat=True).iterator(chunk_size=8):
        yield bytes(row)


def plain_of(attachment: BidAttachment) -> Iterator[bytes]:
    """The bytes of an attachment of an opened bid. Raises Refusal (absent) while it is sealed."""
    package = SealedBid.objects.filter(bid_id=attachment.bid_id).first()
    if package is None or not package.data_key:
        raise absent()
    before = BidAttachment.objects.filter(bid_id=attachment.bid_id, number__lt=attachment.number)
    begin = package.offset + sum(before.values_list("size", flat=True))
    end, at = begin + attachment.size, 0
    key = bytes.fromhex(package.data_key)
    for part in packages.unseal(key, package.context.encode(), pieces(package)):
        if at + len(part) > begin and at < end:
            yield part[max(0, begin - at) : end - at]
        at += len(part)
        if at >= end:
            return


def attachment_for(bid_id: str, number: int, actor: Actor) -> BidAttachment:
    """An attachment of a bid the actor may see. Raises Refusal: absent and forbidden alike."""
    found = BidAttachment.objects.filter(bid__in=bids_for(actor), bid_id=bid_id, number=number).first()
    if found is None:
        raise absent()
    return found


def extracted(attachment: BidAttachment) -> texts.Extract:
    """The text and the makers of an attachment of an opened bid."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        for part in plain_of(attachment):
            file.write(part)
        file.seek(0)
        return texts.extract(attachment.media_type, io.BufferedReader(file))  # type: ignore[arg-type]
