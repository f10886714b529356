"""The opening of a call's bids: one ceremony of two people, each from their own account with their own passphrase.

The first holder's share of every bid is handed on to the holders of the other side, in envelopes only they open; the
second holder's passphrase then opens both. Nothing in between opens anything by itself, and a restart loses nothing
(docs/adr/0009).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import DataError, transaction

from xinglin.challenges.actions.calls import close_if_due
from xinglin.challenges.actions.holders import Passphrase, unlocked
from xinglin.challenges.models import (
    Bid,
    BidAttachment,
    BidController,
    BidCost,
    BidMember,
    BidPlan,
    BidWork,
    Challenge,
    KeyHolder,
    Opening,
    SealedBid,
    SealedShare,
)  # fmt: skip
from xinglin.challenges.queries import holders
from xinglin.challenges.queries import packages as stored
from xinglin.challenges.rules import envelopes, packages
from xinglin.challenges.rules.bids import SETTLING, Keys, two_keys
from xinglin.challenges.words.bids import BidStage, HolderSide
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import jobs, ledger, lifecycle, notices, permits
from xinglin.kernel.clock import now
from xinglin.kernel.ledger import merkle_root
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent

READ_TEXTS = "challenges.read_texts"
OPENED, CLOSED_SHARE, BROKEN, FORGED = "opened", "share", "broken", "forged"


def give_passphrase(*, challenge_id: str, passphrase: Passphrase, by: Account) -> Opening:
    """Give one's passphrase for the opening of a call; the second of the other side opens all bids at once.

    Given again after the opening, or at the same moment as somebody else, it leads to the one opening there is. No
    transaction of its own: that a passphrase was wrong must stay counted when the deed is refused.
    """
    challenge = Challenge.objects.filter(pk=challenge_id).first()
    mine = holders.holder_of(challenge, by) if challenge is not None else None
    if challenge is None or mine is None:
        raise absent()
    challenge = close_if_due(challenge_id=challenge.pk, by=by)
    # Looked at after the stage: one that was opened meanwhile has its opening.
    done = holders.opening_of(challenge)
    if done is not None and done.second_at is not None:
        return done
    _refuse_now(challenge)
    private = unlocked(key=mine.key, passphrase=passphrase, by=by)
    return _take_part(challenge.pk, mine.pk, private, by)


def _refuse_now(challenge: Challenge) -> None:
    if challenge.stage != ChallengeStage.CLOSED:
        raise Refusal("challenges.not_closed", say("This call is not closed; its bids stay sealed."),
                      say("The server closes it at its deadline."))  # fmt: skip
    moment, not_before = now(), _not_before(challenge)
    if moment < not_before:
        # The same sentence as the table's own guard, before anybody types a passphrase.
        two_keys(Keys(moment, not_before, frozenset(), frozenset()))


def _not_before(challenge: Challenge) -> datetime:
    """The latest deadline a bid was sealed under, whatever the call says now: an earlier one opens nothing."""
    contexts = SealedBid.objects.filter(bid__challenge=challenge, bid__stage=BidStage.SEALED)
    sealed = [stored.closes_at(context) for context in contexts.values_list("context", flat=True)]
    return max([moment for moment in (challenge.closes_at, *sealed) if moment is not None], default=now()) + SETTLING


@transaction.atomic
def _take_part(challenge_id: str, holder_id: str, private: bytes, by: Account) -> Opening:
    challenge = lifecycle.take(Challenge, challenge_id)
    mine = KeyHolder.objects.select_related("account").get(pk=holder_id)
    opening = holders.opening_of(challenge)
    if opening is not None and opening.second_at is not None:
        return opening
    if mine.ended_at is not None:
        raise absent()
    _refuse_now(challenge)
    if not holders.any_sealed(challenge):
        raise Refusal("challenges.nothing_sealed", say("Nobody bid: there is nothing to open."),
                      say("The call ends as one without bids."))  # fmt: skip
    if opening is None:
        return _first(challenge, mine, private, by)
    if opening.first.side == mine.side:
        raise Refusal("challenges.side_given", say("Your side has given its passphrase already."),
                      say("Now a holder of the other side gives theirs, from their own account."))  # fmt: skip
    if holders.same_person(mine.account, [opening.first.account]):
        raise Refusal("challenges.two_sides", say("An opening takes two people, one of each side."),
                      say("Ask a holder of the other side to give their passphrase."))  # fmt: skip
    return _second(challenge, opening, mine, private, by)


def _first(challenge: Challenge, mine: KeyHolder, private: bytes, by: Account) -> Opening:
    others = [one for one in holders.active(challenge) if one.side != mine.side]
    for package in _sealed(challenge):
        share = _own_share(package, mine, private)
        if share is None:
            continue
        SealedShare.objects.bulk_create(
            SealedShare(package=package, holder=other, side=mine.side, handed_on=True, envelope=envelopes.wrap(
                share, bytes.fromhex(other.key.public), _handed_context(package, mine)))
            for other in others
        )  # fmt: skip
    opening = Opening.objects.create(challenge=challenge, first=mine, first_at=now())
    ledger.record("challenges.opening_begun", by=by, subject=challenge, data={"side": mine.side})
    told = say("The first passphrase for the opening of “{title}” was given; yours is awaited.", title=challenge.title)
    notices.tell([one.account for one in others], "challenges.opening_begun", told, subject=challenge)
    return opening


def _second(challenge: Challenge, opening: Opening, mine: KeyHolder, private: bytes, by: Account) -> Opening:
    keys = Keys(now(), _not_before(challenge), frozenset({HolderSide(opening.first.side), HolderSide(mine.side)}),
                frozenset({opening.first.account_id, mine.account_id}))  # fmt: skip
    listed = [_open_one(package, opening, mine, private, keys) for package in _sealed(challenge)]
    listed.sort()
    opening.second, opening.second_at, opening.listed = mine, now(), listed
    opening.count = sum(row[3] == OPENED for row in listed)
    opening.unreadable = len(listed) - opening.count
    opening.root = merkle_root(packages.merkle_leaf(*row) for row in listed).hex()
    opening.save()
    SealedShare.objects.filter(package__bid__challenge=challenge, handed_on=True).delete()
    lifecycle.step(challenge, "open_bids", by=permits.the_program(), facts=keys)
    ledger.record("challenges.bids_opened", by=by, subject=challenge, data={
        "count": opening.count, "unreadable": opening.unreadable, "root": opening.root, "listed": listed,
        "first": str(opening.first.account), "second": str(mine.account),
    })  # fmt: skip
    _tell_bidders(challenge)
    jobs.ask(READ_TEXTS, by=permits.the_program(), arguments={"challenge_id": challenge.pk})
    return opening


def _sealed(challenge: Challenge) -> Iterator[SealedBid]:
    rows = SealedBid.objects.filter(bid__challenge=challenge, bid__stage=BidStage.SEALED)
    yield from rows.select_related("bid").order_by("bid__number")


def _own_share(package: SealedBid, mine: KeyHolder, private: bytes) -> bytes | None:
    row = SealedShare.objects.filter(package=package, holder=mine, side=mine.side, handed_on=False).first()
    try:
        return envelopes.unwrap(bytes(row.envelope), private, stored.share_context(package, mine.side)) if row else None
    except envelopes.Closed:
        return None


def _handed_context(package: SealedBid, first: KeyHolder) -> bytes:
    return stored.share_context(package, first.side) + b"handed on" + first.pk.encode()


def _open_one(package: SealedBid, opening: Opening, mine: KeyHolder, private: bytes, keys: Keys) -> list[str]:
    """Open one bid, or say why not; one that fails leaves nothing of itself and does not stop the others."""
    bid = package.bid
    own = _own_share(package, mine, private)
    handed = SealedShare.objects.filter(package=package, holder=mine, side=opening.first.side, handed_on=True).first()
    outcome = CLOSED_SHARE
    if own is not None and handed is not None:
        try:
            other = envelopes.unwrap(bytes(handed.envelope), private, _handed_context(package, opening.first))
            with transaction.atomic():
                _unpack(package, envelopes.join(own, other), keys)
            outcome = OPENED
        except envelopes.Closed:
            pass
        except packages.Broken as broken:
            outcome = FORGED if broken.args else BROKEN
    if outcome != OPENED:
        package.refresh_from_db()
        package.fault = outcome
        package.save(update_fields=["fault"])
        bid = Bid.objects.select_for_update().get(pk=package.bid_id)
        lifecycle.step(bid, "lapse", by=permits.the_program())
        ledger.record("challenges.bid_unreadable", by=permits.the_program(), subject=bid,
                      data={"receipt": bid.receipt, "fault": outcome})  # fmt: skip
    return [bid.number, bid.receipt, package.commitment, outcome]


def _unpack(package: SealedBid, key: bytes, keys: Keys) -> None:
    """Read the whole package against receipt and commitment, then store what it says. Raises packages.Broken."""
    context, bid = package.context.encode(), package.bid
    receipt, commitment = packages.Receipt(context), packages.Commitment()

    def pieces() -> Iterator[bytes]:
        for piece in stored.pieces(package):
            receipt.feed(piece)
            yield piece

    plain = commitment.over(packages.unseal(key, context, pieces()))
    opened, first = packages.read_header(plain)
    packages.drain(plain, opened, first)
    if receipt.hex() != bid.receipt or commitment.hex() != package.commitment or not stored.is_of(package):
        raise packages.Broken("forged")
    try:
        _keep(bid, opened)
    except (KeyError, TypeError, ValueError, DataError):
        raise packages.Broken from None
    package.opened_at, package.offset, package.data_key = now(), opened.offset, key.hex()
    package.save()
    lifecycle.step(bid, "open", by=permits.the_program(), facts=keys)
    data = {"receipt": bid.receipt, "commitment": package.commitment, "sent_by": bid.created_by}
    ledger.record("challenges.bid_opened", by=permits.the_program(), subject=bid, data=data)


def _keep(bid: Bid, opened: packages.Opened) -> None:
    form: dict[str, Any] = opened.form
    for name in ("title", "summary", "route", "price_fen", "months", "credit_commitment", "conflict_statement",
                 "legal_representative", "guarantee_account", "relations"):  # fmt: skip
        setattr(bid, name, form[name])
    kinds = {"members": BidMember, "works": BidWork, "plan": BidPlan, "costs": BidCost, "controllers": BidController}
    for name, model in kinds.items():
        model.objects.bulk_create(model(bid=bid, number=n, **row) for n, row in enumerate(form[name], start=1))
    BidAttachment.objects.bulk_create(
        BidAttachment(bid=bid, number=n, name=one.name, media_type=one.media_type, size=one.size, sha256=one.sha256)
        for n, one in enumerate(opened.files, start=1)
    )


def _tell_bidders(challenge: Challenge) -> None:
    for bid in Bid.objects.filter(challenge=challenge, stage__in=(BidStage.OPENED, BidStage.UNOPENED)):
        sender = Account.objects.filter(pk=bid.created_by, is_active=True)
        told = say("The bids of “{title}” were opened; yours is {number}.", title=challenge.title, number=bid.number)
        if bid.stage == BidStage.UNOPENED:
            told = say("Your bid {number} for “{title}” could not be opened. Write to the secretariat.",
                       title=challenge.title, number=bid.number)  # fmt: skip
        notices.tell(sender, "challenges.bids_opened", told, subject=bid)


@transaction.atomic
def read_texts(*, attachment_id: str, by: Account) -> BidAttachment:
    """Read the text of one attachment of an opened bid, and what the file says of its makers."""
    one = BidAttachment.objects.select_for_update().select_related("bid").get(pk=attachment_id)
    found = stored.extracted(one)
    one.text, one.pages, one.text_state, one.unread_pages = found.text, found.pages, found.state, found.unread
    for name, value in found.made.items():
        setattr(one, name, value[: one._meta.get_field(name).max_length])
    one.save()
    data = {"read": int(found.state != "failed"), "failed": int(found.state == "failed")}
    ledger.record("challenges.texts_read", by=by, subject=one.bid, data=data)
    return one
