"""Key holders: a key pair, the call it stands for, and handing it on when somebody loses theirs (docs/adr/0009)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from django.db import transaction

from xinglin.challenges.models import Challenge, HolderKey, KeyHolder, Opening, SealedShare
from xinglin.challenges.queries import holders as queries
from xinglin.challenges.rules import envelopes
from xinglin.challenges.words.bids import HolderSide
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent, not_yours
from xinglin.kernel.words import Role

Passphrase = Annotated[str, Ask("secret", longest=400)]
# Wrong passphrases in a row after which one must wait, and how long.
FAILURES, WAIT = 5, timedelta(minutes=15)


@transaction.atomic
def make_holder_key(*, passphrase: Passphrase, again: Passphrase, by: Account) -> HolderKey:
    """Make a key pair under a passphrase that is never stored. An earlier one stays good for its calls."""
    if not queries.sides_of(by):
        raise not_yours()
    if passphrase != again:
        raise Refusal("challenges.passphrases_differ", say("The two passphrases differ."),
                      say("Type the same passphrase twice."), field="again")  # fmt: skip
    pair = envelopes.new_pair(passphrase)
    HolderKey.objects.filter(account=by, retired_at=None).update(retired_at=now())
    key = HolderKey.objects.create(account=by, public=pair.public.hex(), locked=pair.locked)
    ledger.record("challenges.holder_key_made", by=by, subject=key, data={"public": key.public})
    return key


@transaction.atomic
def name_key_holder(*, challenge_id: str, account_id: str, side: HolderSide, by: Account) -> KeyHolder:
    """Name a key holder of a call. While bids lie sealed both sides must agree before the key opens any."""
    permits.require(by, Role.SECRETARIAT)
    challenge = _before_opening(challenge_id)
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    key = queries.live_key(account) if account is not None else None
    if account is None or side not in queries.sides_of(account):
        raise Refusal(
            "challenges.holder_side",
            say("This account cannot hold this side's key."),
            say("The secretariat holds one side, the authority or the audit the other."),
            field="account_id",
        )
    if key is None:
        raise Refusal(
            "challenges.holder_without_key",
            say("{name} has no key yet.", name=str(account)),
            say("Ask them to sign in and make one under “Keys of sealed bids”."),
            field="account_id",
        )
    standing = KeyHolder.objects.filter(challenge=challenge, ended_at=None).select_related("account")
    if queries.same_person(account, [one.account for one in standing]):
        raise Refusal("challenges.holder_twice", say("{name} holds a key of this call already.", name=str(account)),
                      say("Nobody may stand on both sides; name another person."), field="account_id")  # fmt: skip
    waits = queries.any_sealed(challenge)
    holder = KeyHolder.objects.create(
        challenge=challenge, account=account, key=key, side=side, named_by=by.pk, active_at=None if waits else now()
    )
    ledger.record("challenges.holder_named", by=by, subject=challenge,
                  data={"holder": str(account), "side": str(side), "waits": waits})  # fmt: skip
    told = say("You hold a key of the sealed bids of “{title}”.", title=challenge.title)
    notices.tell([account], "challenges.holder_named", told, subject=challenge)
    if waits:
        ask = say("“{title}” needs your agreement to a new key holder.", title=challenge.title)
        notices.tell([one.account for one in queries.active(challenge)], "challenges.holder_waits", ask,
                     subject=challenge)  # fmt: skip
    return holder


@transaction.atomic
def end_key_holder(*, holder_id: str, by: Account) -> KeyHolder:
    """End that somebody holds a key of a call (lost, left). The last one of a side stays while bids lie sealed."""
    permits.require(by, Role.SECRETARIAT)
    holder = KeyHolder.objects.filter(pk=holder_id, ended_at=None).first()
    if holder is None:
        raise absent()
    challenge = _before_opening(holder.challenge_id)
    others = queries.active(challenge).filter(side=holder.side).exclude(pk=holder.pk)
    needed = queries.any_sealed(challenge) or challenge.stage in (ChallengeStage.PUBLISHED, ChallengeStage.CLOSED)
    if needed and holder.active_at is not None and not others.exists():
        raise Refusal(
            "challenges.last_holder",
            say("Nobody else holds this side's key; the bids could never be opened."),
            say("Name another holder first and have both sides agree."),
        )
    SealedShare.objects.filter(holder=holder).delete()
    holder.ended_at, holder.ended_by = now(), by.pk
    holder.save(update_fields=["ended_at", "ended_by"])
    ledger.record("challenges.holder_ended", by=by, subject=challenge,
                  data={"holder": str(holder.account), "side": holder.side})  # fmt: skip
    return holder


def agree_to_holder(*, holder_id: str, passphrase: Passphrase, by: Account) -> KeyHolder:
    """Agree to a new holder: the other side first, then one of the same side, who hands the shares on.

    No transaction of its own: that a passphrase was wrong must stay counted when the rest is refused.
    """
    waiting = KeyHolder.objects.filter(pk=holder_id, ended_at=None, active_at=None).select_related("challenge").first()
    mine = queries.holder_of(waiting.challenge, by) if waiting is not None else None
    if waiting is None or mine is None:
        raise absent()
    private = unlocked(key=mine.key, passphrase=passphrase, by=by)
    return _agree(waiting.pk, mine.pk, private, by)


@transaction.atomic
def _agree(holder_id: str, mine_id: str, private: bytes, by: Account) -> KeyHolder:
    waiting = KeyHolder.objects.select_for_update().get(pk=holder_id)
    challenge = _before_opening(waiting.challenge_id)
    mine = KeyHolder.objects.select_related("key").get(pk=mine_id)
    if waiting.active_at is not None or waiting.ended_at is not None or mine.ended_at is not None:
        raise absent()
    told: dict[str, Any] = {"holder": str(waiting.account), "side": waiting.side}
    if mine.side != waiting.side:
        waiting.approved_by, waiting.approved_at = by.pk, now()
        waiting.save(update_fields=["approved_by", "approved_at"])
        ledger.record("challenges.holder_approved", by=by, subject=challenge, data=told)
        return waiting
    if waiting.approved_at is None:
        raise Refusal("challenges.other_side_first", say("The other side has not agreed yet."),
                      say("Ask a holder of the other side to agree first, from their own account."))  # fmt: skip
    made = []
    public = bytes.fromhex(waiting.key.public)
    for share in SealedShare.objects.filter(holder=mine, handed_on=False).select_related("package"):
        context = share.package.context.encode() + share.side.encode()
        try:
            plain = envelopes.unwrap(bytes(share.envelope), private, context)
        except envelopes.Closed:
            # The opening will report this package; another holder's envelope of it may still be whole.
            continue
        made.append(SealedShare(package=share.package, holder=waiting, side=waiting.side,
                                envelope=envelopes.wrap(plain, public, context)))  # fmt: skip
    SealedShare.objects.bulk_create(made)
    waiting.active_at = now()
    waiting.save(update_fields=["active_at"])
    ledger.record("challenges.holder_joined", by=by, subject=challenge, data={**told, "packages": len(made)})
    return waiting


def unlocked(*, key: HolderKey, passphrase: str, by: Account) -> bytes:
    """The private half of one's own key, in memory alone. Wrong passphrases are counted, recorded, and slow one down.

    No transaction of its own: the count must stay when the deed is refused.
    """
    if key.account_id != by.pk:
        raise not_yours()
    if key.failures >= FAILURES and key.failed_at is not None and now() < key.failed_at + WAIT:
        raise Refusal("challenges.passphrase_wait", say("Too many wrong passphrases."),
                      say("Wait {minutes} minutes and type it again.", minutes=int(WAIT.total_seconds() // 60)),
                      field="passphrase")  # fmt: skip
    try:
        private = envelopes.unlock(envelopes.LockedKey(bytes.fromhex(key.public), bytes(key.locked)), passphrase)
    except envelopes.Closed:
        _count_failure(key.pk, by)
        raise Refusal("challenges.passphrase", say("This passphrase does not open your key."),
                      say("Type it again. If it is lost, another holder of your side can open in your place."),
                      field="passphrase") from None  # fmt: skip
    if key.failures:
        HolderKey.objects.filter(pk=key.pk).update(failures=0, failed_at=None)
    return private


@transaction.atomic
def _count_failure(key_id: str, by: Account) -> None:
    key = HolderKey.objects.select_for_update().get(pk=key_id)
    key.failures, key.failed_at = min(key.failures + 1, 30_000), now()
    key.save(update_fields=["failures", "failed_at"])
    ledger.record("challenges.passphrase_failed", by=by, subject=key, data={"failures": key.failures})


def _before_opening(challenge_id: str) -> Challenge:
    """The challenge, locked, as long as its holders may still change."""
    challenge = lifecycle.take(Challenge, challenge_id)
    if challenge.stage not in queries.BEFORE_OPENING or Opening.objects.filter(challenge=challenge).exists():
        raise Refusal("challenges.opening_begun", say("The opening of this call has begun; its key holders stay."),
                      say("Look at the page of the opening."))  # fmt: skip
    return challenge
