"""Blind copies: made by the machine, read with their leak report and released by a person."""

from __future__ import annotations

import secrets
from collections import Counter

from django.db import transaction

from xinglin.challenges.blinding import blind
from xinglin.challenges.models import Bid, BlindCopy, Challenge
from xinglin.challenges.queries import panels
from xinglin.challenges.rules.reviews import OFFICE
from xinglin.challenges.rules.texts import ranges
from xinglin.challenges.words.bids import BidStage, TextState
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.challenges.words.reviews import LeakKind
from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Paragraph, Yes
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


@transaction.atomic
def prepare_copies(*, challenge_id: str, by: Account) -> Challenge:
    """Make a blind copy of every qualified bid that has none. Codes are given at random and say nothing."""
    challenge = lifecycle.take(Challenge, challenge_id)
    permits.require(by, *OFFICE)
    _in_check(challenge)
    bids = [bid for bid in panels.competing(challenge) if bid.stage == BidStage.QUALIFIED]
    if not bids:
        raise Refusal("reviews.no_bid", say("No bid is qualified."), say("Finish the formal check, or end the call."))
    have = set(challenge.blind_copies.values_list("bid_id", flat=True))
    fresh = [bid for bid in bids if bid.pk not in have]
    if any(one.text_state == TextState.WAITING for bid in fresh for one in bid.attachments.all()):
        raise Refusal("reviews.still_reading", say("The files of the bids are still being read."),
                      say("Try again in a minute: a copy made now would leave their text out."))  # fmt: skip
    numbers = [
        n for n in range(1, len(have) + len(fresh) + 1) if not challenge.blind_copies.filter(code=f"T{n}").exists()
    ]
    secrets.SystemRandom().shuffle(numbers)
    for bid, number in zip(fresh, numbers, strict=False):
        copy = BlindCopy(challenge=challenge, bid=bid, code=f"T{number}")
        _write(copy, bid)
        lifecycle.begin(copy, by=by)
    ledger.record("challenges.copies_prepared", by=by, subject=challenge, data={"count": len(fresh)})
    return challenge


@transaction.atomic
def redact_copy(*, copy_id: str, passages: Paragraph, by: Account) -> BlindCopy:
    """Black passages by hand, one on a line, wherever they stand in the bid; the copy and its report are made again."""
    copy = lifecycle.take(BlindCopy, copy_id)
    permits.require(by, *OFFICE)
    _in_check(copy.challenge)
    _prepared(copy)
    lines = [line.strip() for line in passages.splitlines() if len(line.strip()) > 1]
    if not lines:
        raise Refusal("reviews.no_passage", say("Write each passage on a line of its own."), field="passages")
    copy.by_hand = list(dict.fromkeys([*copy.by_hand, *lines]))
    _write(copy, copy.bid)
    if copy.counts.get("hand", 0) == 0:
        raise Refusal(
            "reviews.passage_absent", say("None of these passages stands in the bid."),
            say("Copy the words as the report shows them."), field="passages",
        )  # fmt: skip
    lifecycle.touch(copy)
    ledger.record("challenges.copy_redacted", by=by, subject=copy, data={"passages": len(lines)})
    return copy


@transaction.atomic
def release_copy(*, copy_id: str, looked: Yes = False, by: Account) -> BlindCopy:
    """Release a copy to the reviewers, its leak report read. Where pages were not read as text the report says nothing
    of them: somebody must have looked, and says so."""
    copy = lifecycle.take(BlindCopy, copy_id)
    unread = [row for row in copy.leaks if row["kind"] == LeakKind.UNREAD]
    if unread and not looked:
        raise Refusal(
            "reviews.unread", say("{count} attachments have pages that were not read as text.", count=len(unread)),
            say("Open them on the page of the bid, look at the pages that the report names, then say that you did. "
                "Reviewers read the copy without these pages."),
            field="looked",
        )  # fmt: skip
    copy.released_at, copy.released_by = now(), by.pk
    lifecycle.step(copy, "release", by=by)
    ledger.record("challenges.copy_released", by=by, subject=copy, data={
        "reported": len(copy.leaks), "unread": len(unread),
    })  # fmt: skip
    return copy


@transaction.atomic
def take_copy_back(*, copy_id: str, by: Account) -> BlindCopy:
    """Take a released copy back, to black more."""
    copy = lifecycle.take(BlindCopy, copy_id)
    _in_check(copy.challenge)
    copy.released_at, copy.released_by = None, ""
    lifecycle.step(copy, "take_back", by=by)
    ledger.record("challenges.copy_taken_back", by=by, subject=copy)
    return copy


def _in_check(challenge: Challenge) -> None:
    if challenge.stage not in (ChallengeStage.BID_FORMAL_CHECK, ChallengeStage.REVIEW):
        raise Refusal("reviews.not_open", say("Blind copies are made after the opening and before the award."))


def _prepared(copy: BlindCopy) -> None:
    if copy.released_at is not None:
        raise Refusal(
            "reviews.released", say("This copy is with the reviewers."), say("Take it back first, then black more.")
        )


def _write(copy: BlindCopy, bid: Bid) -> None:
    """The copy's parts, counts and report, from the bid as it is."""
    team, given = panels.team_of(bid), panels.call_text(copy.challenge)
    counts: Counter[str] = Counter()
    parts, leaks = [], []
    for name, text in panels.parts_of(bid):
        made = blind(text, team, given=given, by_hand=copy.by_hand)
        counts.update(made.counts)
        parts.append({"name": name, "text": made.text})
        leaks += [{"kind": str(one.kind), "words": one.words, "context": one.context, "part": name}
                  for one in made.leaks]  # fmt: skip
    for one in panels.unread(bid):
        pages = ranges(one.unread_pages) if one.text else ranges(range(1, one.pages + 1))
        leaks.append(
            {"kind": str(LeakKind.UNREAD), "words": one.name, "context": pages, "part": f"attachment {one.number}"}
        )
    copy.parts, copy.counts, copy.leaks = parts, dict(counts), leaks
