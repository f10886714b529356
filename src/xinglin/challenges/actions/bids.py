"""Bids until the deadline: sealed on receipt, replaced, withdrawn. What they say passes through memory alone.

docs/adr/0009 says why it is done this way.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from xinglin.challenges.models import Bid, Challenge, KeyHolder, Opening, SealedBid, SealedPiece, SealedShare
from xinglin.challenges.queries import bids as queries
from xinglin.challenges.queries import holders, parties
from xinglin.challenges.queries.challenges import challenges_for
from xinglin.challenges.rules import attachments, bidding, envelopes, packages
from xinglin.challenges.rules.attachments import too_large as too_large
from xinglin.challenges.rules.bidding import BidContent as BidContent
from xinglin.challenges.rules.bidding import Party
from xinglin.challenges.rules.bidding import written as written  # the form's questions, for the page
from xinglin.challenges.rules.bids import Deadline
from xinglin.challenges.words.bids import BidStage, HolderSide
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import configuration, ledger, lifecycle, permits
from xinglin.kernel.clock import now, today
from xinglin.kernel.models import Account, Submission
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import FieldRefusals, Refusal, absent
from xinglin.kernel.words import Scope

configuration.rule("challenges.attachment_megabytes", 30, say("Megabytes one attachment of a bid may have"),
                   "set by the alliance")  # fmt: skip
configuration.rule("challenges.bid_megabytes", 100, say("Megabytes all attachments of a bid may have"),
                   "set by the alliance")  # fmt: skip
configuration.rule("challenges.attachments", 20, say("How many files a bid may have"), "set by the alliance")
PART = 256 * 1024
# Pieces written to the database at a time: four megabytes in memory.
AT_ONCE = 16
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VERB = "challenges.bid.submit"


@dataclass(frozen=True)
class Attached:
    """A file as it was received: its name, its size in bytes, and a seekable file to read it from."""

    name: str
    size: int
    file: BinaryIO


def limits() -> attachments.Limits:
    """What fits, by the rules in force."""
    return attachments.Limits(
        int(configuration.value("challenges.attachment_megabytes")) * 2**20,
        int(configuration.value("challenges.bid_megabytes")) * 2**20,
        int(configuration.value("challenges.attachments")),
    )


def submit_bid(
    *, challenge_id: str, bidder: Scope, content: BidContent, files: Sequence[Attached], received_at: datetime,
    replaces: str = "", token: str = "", by: Account,
) -> Bid:  # fmt: skip
    """Seal a bid of `bidder` ("organisation" or "person", id) as it was received; `received_at` is when the last byte
    was read. `replaces` is the id of the bid it takes the place of, `token` the name of the submission.

    No transaction of its own: that a late bid was refused must stay on the ledger. Raises Refusal; nothing is stored
    then.
    """
    challenge = challenges_for(by).filter(pk=challenge_id).first()
    if challenge is None:
        raise absent()
    if bidder not in [scope for scope, _name in parties.bidders_of(by)]:
        raise Refusal(
            "challenges.no_bidder",
            say("You cannot bid in this name."),
            say("Sign in as a contact of the organisation, or as the expert who bids."),
            field="bidder",
        )
    if challenge.closes_at is not None and bidding.is_late(received_at, challenge.closes_at):
        raise _late(challenge, received_at)
    _refuse_closed(challenge, received_at)
    side = _party(bidder, content)
    _refuse_content(challenge, side, content, bidder)
    return _store(challenge, bidder, content, _inspected(files), files, received_at, replaces, token, by)


@transaction.atomic
def _late(challenge: Challenge, received_at: datetime) -> Refusal:
    closes_at = challenge.closes_at or received_at
    seconds = int((received_at - closes_at).total_seconds())
    data = {"seconds": seconds, "read_at": received_at.isoformat(timespec="milliseconds")}
    ledger.record("challenges.bid_late", by=permits.the_program(), subject=challenge, data=data)
    return Refusal(
        "challenges.late",
        say("The deadline was {deadline}; the last byte of this bid was read at {read_at}.",
            deadline=closes_at, read_at=received_at),
        say("Late bids are never taken. If the call ends without an award, it may be published again."),
    )  # fmt: skip


def _refuse_closed(challenge: Challenge, received_at: datetime) -> None:
    """Published, or closed only just now while a bid that came in time was still being written."""
    open_ = challenge.stage in (ChallengeStage.PUBLISHED, ChallengeStage.CLOSED)
    in_time = challenge.closes_at is not None and received_at < challenge.closes_at
    if not open_ or not in_time or Opening.objects.filter(challenge=challenge).exists():
        raise Refusal("challenges.not_open", say("This challenge takes no bids now."),
                      say("The list of calls shows which are open, and until when."))  # fmt: skip


def _party(bidder: Scope, content: BidContent) -> Party:
    declared = [(row.related_to, row.relation) for row in content.relations]
    model = Bid._meta.get_field(bidder[0]).related_model
    one = model._default_manager.get(pk=bidder[1])  # type: ignore[union-attr]
    if bidder[0] == "organisation":
        held_by = bidding.controllers(content.controllers)
        return parties.organisation_party(one, content.legal_representative, declared, held_by)
    return parties.person_party(one, declared)


def _refuse_content(challenge: Challenge, side: Party, content: BidContent, bidder: Scope) -> None:
    call = bidding.CallFacts(challenge.most_fen, challenge.months, today())
    bidding.refuse_incomplete(content, call)
    if bidder[0] == "organisation" and not content.legal_representative.strip():
        raise FieldRefusals({"legal_representative": Refusal(
            "challenges.bid_representative", say("An organisation names its legal representative."))})  # fmt: skip
    if reasons := bidding.relations(side, parties.demander(challenge)):
        raise Refusal(
            "challenges.related",
            say("A bidder may not be related to the demander. {reason}", reason=reasons[0]),
            say("If this is wrong, ask the secretariat to correct the register, then bid again."),
        )


def _inspected(files: Sequence[Attached]) -> list[packages.PackedFile]:
    """Each file looked at and hashed. Raises FieldRefusals naming every file that is not taken."""
    fits, found, refused = limits(), [], []
    for one in files:
        try:
            media_type = attachments.inspect(one.name, one.size, one.file, fits)
        except Refusal as refusal:
            refused.append(refusal)
            continue
        counted = hashlib.sha256()
        for part in _parts(one.file):
            counted.update(part)
        name = attachments.safe_name(one.name)
        found.append(packages.PackedFile(name, media_type, one.size, counted.hexdigest()))
    if refused:
        raise refused[0] if len(refused) == 1 else _several(refused)
    attachments.refuse_heap([one.size for one in found], [one.name for one in found], fits)
    return found


def _several(refused: list[Refusal]) -> Refusal:
    first, second, *more = refused
    return Refusal(
        "challenges.attachments",
        say("{first} {second} And {more} more.", first=first.sentence, second=second.sentence, more=len(more))
        if more else say("{first} {second}", first=first.sentence, second=second.sentence),
        first.next_step, field="files",
    )  # fmt: skip


def _parts(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while part := file.read(PART):
        yield part


@transaction.atomic
def _store(
    challenge: Challenge, bidder: Scope, content: BidContent, packed: list[packages.PackedFile],
    files: Sequence[Attached], received_at: datetime, replaces: str, token: str, by: Account,
) -> Bid:  # fmt: skip
    if (again := _again(token, by)) is not None:
        return again
    bid = Bid(
        number=_number(), challenge=challenge, received_at=received_at, receipt="",
        organisation_id=bidder[1] if bidder[0] == "organisation" else None,
        person_id=bidder[1] if bidder[0] == "person" else None,
    )  # fmt: skip
    context = packages.canonical({
        "bid": bid.pk, "number": bid.number, "challenge": challenge.pk, "received_at": received_at.isoformat(),
        "closes_at": challenge.closes_at.isoformat() if challenge.closes_at else "",
    })  # fmt: skip
    key = os.urandom(envelopes.KEY)
    head = packages.header(bidding.as_stored(content), packed, os.urandom(packages.SALT))
    package = SealedBid(bid=bid, context=context.decode(), commitment="", size=0)
    # The long part first: the challenge is locked for the short one.
    _write_pieces(package, bid, key, context, _plain(head, files))
    fresh = lifecycle.take(Challenge, challenge.pk)
    _refuse_closed(fresh, received_at)
    _make_room(fresh, bidder, replaces, by)
    lifecycle.begin(bid, by=by)
    package.save(force_insert=True)
    _wrap(package, key, fresh)
    data = {"receipt": bid.receipt, "commitment": package.commitment, "replaces": bool(replaces)}
    # On the package and by the program: the bid's own entries would tell who bids.
    ledger.record("challenges.bid_sealed", by=permits.the_program(), subject=package, data=data)
    if token:
        Submission.objects.filter(token=_named(token)).update(subject_kind="challenges.bid", subject_id=bid.pk)
    return bid


def _again(token: str, by: Account) -> Bid | None:
    """The bid this submission led to already; None when it is new. The token alone is kept, never what was typed."""
    if not token:
        return None
    row, fresh = Submission.objects.get_or_create(token=_named(token), defaults={"account_id": by.pk, "verb": VERB})
    if fresh:
        return None
    found = queries.bids_for(by).filter(pk=row.subject_id).first()
    if row.account_id != by.pk or row.verb != VERB or found is None:
        raise Refusal("deeds.token", say("This form was already used for something else."),
                      say("Open the page again and send it from there."))  # fmt: skip
    return found


def _named(token: str) -> str:
    return hashlib.sha256(f"bid|{token}".encode()).hexdigest()


def _number() -> str:
    """Not a running number: the bidder would learn how many bid before, and others from a gap."""
    return f"TB-{today().year}-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


def _plain(head: bytes, files: Sequence[Attached]) -> Iterator[bytes]:
    yield head
    for one in files:
        yield from _parts(one.file)


def _write_pieces(package: SealedBid, bid: Bid, key: bytes, context: bytes, plain: Iterable[bytes]) -> None:
    receipt, commitment = packages.Receipt(context), packages.Commitment()
    waiting: list[SealedPiece] = []
    for number, piece in enumerate(packages.seal(key, context, commitment.over(plain))):
        receipt.feed(piece)
        package.size += len(piece)
        waiting.append(SealedPiece(package_id=package.pk, number=number, content=piece))
        if len(waiting) >= AT_ONCE:
            SealedPiece.objects.bulk_create(waiting)
            waiting.clear()
    SealedPiece.objects.bulk_create(waiting)
    bid.receipt, package.commitment = receipt.hex(), commitment.hex()


def _make_room(challenge: Challenge, bidder: Scope, replaces: str, by: Account) -> None:
    """The bid it replaces goes; without one, the bidder must have none yet."""
    standing = Bid.objects.filter(challenge=challenge, stage=BidStage.SEALED, **{f"{bidder[0]}_id": bidder[1]}).first()
    if replaces:
        if standing is None or standing.pk != replaces:
            raise Refusal("challenges.replaced_meanwhile", say("The bid this one replaces is not there any more."),
                          say("Look at your bids and send it from there."))  # fmt: skip
        old = lifecycle.take(Bid, replaces)
        lifecycle.step(old, "replace", by=by, facts=Deadline.of(challenge.stage, now(), challenge.closes_at, True))
        _destroy(old, "challenges.bid_replaced")
    elif standing is not None:
        raise Refusal("challenges.bids_once", say("You have a sealed bid for this challenge already."),
                      say("Replace it or withdraw it on its page."))  # fmt: skip


def _wrap(package: SealedBid, key: bytes, challenge: Challenge) -> None:
    """A share to every holder of each side, and the key itself to nobody."""
    by_side: dict[HolderSide, list[KeyHolder]] = {side: [] for side in HolderSide}
    for holder in holders.active(challenge):
        by_side[HolderSide(holder.side)].append(holder)
    if not all(by_side.values()):
        raise Refusal(
            "challenges.no_holders",
            say("This call has no key holders of both sides; bids cannot be sealed."),
            say("Tell the secretariat; nothing of your bid was kept."),
        )
    shares = dict(zip(HolderSide, envelopes.split(key), strict=True))
    SealedShare.objects.bulk_create(
        SealedShare(package=package, holder=holder, side=side, envelope=envelopes.wrap(
            shares[side], bytes.fromhex(holder.key.public), package.context.encode() + side.encode()))
        for side, those in by_side.items() for holder in those
    )  # fmt: skip


@transaction.atomic
def withdraw_bid(*, bid_id: str, by: Account) -> Bid:
    """Withdraw a sealed bid before the deadline. It is destroyed; only its receipt stays."""
    challenge, bid = lifecycle.take_below(Bid, bid_id, challenge_id=Challenge)
    lifecycle.step(bid, "withdraw", by=by, facts=Deadline.of(challenge.stage, now(), challenge.closes_at, False))
    _destroy(bid, "challenges.bid_withdrawn")
    return bid


@transaction.atomic
def lapse_bids(*, challenge_id: str, by: Account) -> int:
    """Bids of a challenge that ended before the opening: never opened, destroyed. Returns how many."""
    rows = Bid.objects.select_for_update(of=("self",)).filter(challenge_id=challenge_id, stage=BidStage.SEALED)
    for bid in rows:
        lifecycle.step(bid, "lapse", by=permits.the_program())
        ledger.record("challenges.bid_lapsed", by=by, subject=bid)
        _forget(bid)
    return len(rows)


def _destroy(bid: Bid, event: str) -> None:
    package = SealedBid.objects.get(bid=bid)
    ledger.record(event, by=permits.the_program(), subject=package)
    _forget(bid)


def _forget(bid: Bid) -> None:
    """Without its shares and pieces nothing opens it any more; receipt and commitment stay for the bidder."""
    SealedShare.objects.filter(package__bid=bid).delete()
    SealedPiece.objects.filter(package__bid=bid).delete()
