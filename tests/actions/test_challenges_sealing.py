"""Sealing, holding keys, opening: what each deed stores, refuses and records."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.factories import sealing
from tests.factories.bonds import account
from tests.factories.challenges import company

from xinglin.challenges.actions import bids, holders, openings
from xinglin.challenges.models import Bid, HolderKey, KeyHolder, Opening, SealedBid, SealedPiece, SealedShare
from xinglin.challenges.queries import packages as stored
from xinglin.challenges.words.bids import BidStage, HolderSide, RelationKind
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import clock, jobs, ledger
from xinglin.kernel.models import LedgerEntry
from xinglin.kernel.refusals import FieldRefusals, Refusal
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    sealing.cheap_keys(monkeypatch)


def refused(code: str) -> Any:
    return pytest.raises(Refusal, match=code)


def opened(one: sealing.Call) -> Opening:
    """Both passphrases, two minutes after the deadline."""
    with clock.at(one.close()):
        openings.give_passphrase(challenge_id=one.challenge.pk, passphrase=sealing.OFFICE_PHRASE, by=one.office)
        return openings.give_passphrase(
            challenge_id=one.challenge.pk, passphrase=sealing.OVERSIGHT_PHRASE, by=one.oversight
        )


class TestReceipt:
    def test_a_bid_is_sealed_and_nothing_of_it_is_stored_in_clear(self) -> None:
        one = sealing.call()
        made = sealing.bid(one, title="示例机密标题CANARY")
        row = Bid.objects.get(pk=made.pk)
        assert (row.stage, row.title, row.summary, row.price_fen) == (BidStage.SEALED, "", "", None)
        assert not row.members.exists() and not row.attachments.exists() and not row.plan.exists()
        assert len(row.receipt) == 64 and row.sealed.data_key == ""
        assert SealedShare.objects.filter(package=row.sealed).count() == 2
        content = b"".join(bytes(piece.content) for piece in SealedPiece.objects.filter(package=row.sealed))
        assert b"CANARY" not in content

    def test_the_ledger_tells_receipt_and_commitment_and_not_who_bid(self) -> None:
        one = sealing.call()
        made = sealing.bid(one)
        entry = LedgerEntry.objects.get(event="challenges.bid_sealed")
        assert entry.data["receipt"] == made.receipt and entry.data["commitment"] == made.sealed.commitment
        assert entry.actor_name.startswith("杏林") and entry.person_id == ""
        assert not ledger.shown(LedgerEntry.objects.filter(pk=entry.pk)).exists(), "the count of bids stays hidden"

    def test_the_last_moment_is_in_time_and_the_deadline_itself_is_late(self) -> None:
        one = sealing.call()
        closes_at = one.challenge.closes_at
        assert closes_at is not None
        sealing.bid(one, received_at=closes_at - timedelta(microseconds=1))
        with refused("challenges.late"):
            sealing.bid(one, received_at=closes_at)
        late = LedgerEntry.objects.get(event="challenges.bid_late")
        assert set(late.data) == {"seconds", "read_at"} and late.actor_name.startswith("杏林")
        assert Bid.objects.count() == 1

    def test_a_bidder_bids_once_and_may_replace_and_withdraw(self) -> None:
        one, place = sealing.call(), company()
        who = account(Role.COMPANY, ("organisation", place.pk))
        same: dict[str, Any] = {"by": who, "bidder": ("organisation", place.pk)}
        first = sealing.bid(one, **same)
        with refused("challenges.bids_once"):
            sealing.bid(one, **same)
        second = sealing.bid(one, replaces=first.pk, **same)
        first.refresh_from_db()
        assert (first.stage, second.stage) == (BidStage.REPLACED, BidStage.SEALED)
        assert not SealedPiece.objects.filter(package__bid=first).exists(), "what was replaced is destroyed"
        bids.withdraw_bid(bid_id=second.pk, by=who)
        assert not SealedShare.objects.exists() and not SealedPiece.objects.exists()
        third = sealing.bid(one, **same)
        with clock.at(one.close()), refused("challenges.after_deadline"):
            bids.withdraw_bid(bid_id=third.pk, by=who)

    def test_a_form_sent_twice_seals_once(self) -> None:
        one, place = sealing.call(), company()
        who = account(Role.COMPANY, ("organisation", place.pk))
        same: dict[str, Any] = {"by": who, "bidder": ("organisation", place.pk), "token": "a-token"}
        assert sealing.bid(one, **same).pk == sealing.bid(one, **same).pk
        assert Bid.objects.count() == 1

    def test_nobody_bids_in_another_name_or_where_no_call_is_open(self) -> None:
        one, place = sealing.call(), company()
        stranger = account(Role.COMPANY, ("organisation", company().pk))
        with refused("challenges.no_bidder"):
            sealing.bid(one, by=stranger, bidder=("organisation", place.pk))
        one.challenge.stage = ChallengeStage.CANCELLED
        one.challenge.save()
        with refused("challenges.not_open|absent"):
            sealing.bid(one)

    def test_a_bid_lacks_nothing(self) -> None:
        one = sealing.call()
        with pytest.raises(FieldRefusals) as told:
            sealing.bid(one, credit_commitment=False, no_conflict=False, members=[], plan=[], price_fen=10**15)
        assert {"credit_commitment", "conflict_statement", "members", "plan", "price_fen"} <= set(told.value.fields)
        assert Bid.objects.count() == 0 and SealedPiece.objects.count() == 0


class TestRelations:
    def test_the_demander_and_its_branches_cannot_bid(self) -> None:
        one = sealing.call()
        branch = company(parent=one.challenge.organisation)
        for place in (one.challenge.organisation, branch):
            who = account(Role.COMPANY, ("organisation", place.pk))
            with refused("challenges.related"):
                sealing.bid(one, by=who, bidder=("organisation", place.pk))

    def test_a_declared_holding_in_the_demander_blocks(self) -> None:
        from xinglin.challenges.rules.bidding import RelationRow

        one = sealing.call()
        rows = [RelationRow(one.challenge.organisation.name_zh, RelationKind.HOLDING)]
        with refused("challenges.related"):
            sealing.bid(one, relations=rows)

    def test_two_bidders_with_one_legal_representative_cannot_qualify(self) -> None:
        from xinglin.challenges.actions import checks

        one = sealing.call()
        for name in ("示例法人乙", "示例 法人乙", "示例法人丙"):
            sealing.bid(one, legal_representative=name)
        opened(one)
        for made in one.bids[:2]:
            with refused("challenges.blocked"):
                checks.qualify_bid(bid_id=made.pk, by=one.secretary)
        assert checks.qualify_bid(bid_id=one.bids[2].pk, by=one.secretary).stage == BidStage.QUALIFIED


class TestOpening:
    def test_two_holders_open_all_bids_and_one_list_stands_on_the_ledger(self) -> None:
        one = sealing.call()
        sealing.bid(one)
        sealing.bid(one, files=[])
        opening = opened(one)
        assert (opening.count, opening.unreadable) == (2, 0)
        first = Bid.objects.get(pk=one.bids[0].pk)
        assert (first.stage, first.title, first.price_fen) == (BidStage.OPENED, "示例投榜", 150_000_000)
        assert first.members.get().phone == "13800000001" and first.plan.count() == 2 and first.works.count() == 1
        entry = LedgerEntry.objects.get(event="challenges.bids_opened")
        assert entry.data["root"] == opening.root and len(entry.data["listed"]) == 2
        one.challenge.refresh_from_db()
        assert one.challenge.stage == ChallengeStage.BID_FORMAL_CHECK
        assert not SealedShare.objects.filter(handed_on=True).exists()

    def test_attachments_are_read_after_the_opening(self) -> None:
        one = sealing.call()
        made = sealing.bid(one, files=[
            sealing.attached("方案.docx", sealing.docx("示例：灵敏度达到九成", "示例执笔人")),
            sealing.attached("plan.pdf", sealing.pdf("Sensitivity ninety", "Example Writer", scan=True)),
        ])  # fmt: skip
        opened(one)
        with clock.at(one.close()):
            jobs.work_off()
        word, paper = made.attachments.all()
        assert (word.text, word.author, word.last_author) == ("示例：灵敏度达到九成", "示例执笔人", "示例执笔人二")
        assert ("Sensitivity ninety" in paper.text, paper.author, paper.pages) == (True, "Example Writer", 2)
        assert paper.unread_pages == [2] and word.unread_pages == []
        assert b"".join(stored.plain_of(paper)) == sealing.pdf("Sensitivity ninety", "Example Writer", scan=True)

    def test_not_before_the_deadline_whatever_the_call_says_now(self) -> None:
        one = sealing.call()
        sealing.bid(one)
        with refused("challenges.not_closed"):
            openings.give_passphrase(challenge_id=one.challenge.pk, passphrase=sealing.OFFICE_PHRASE, by=one.office)
        # Somebody with the database moves the deadline to yesterday.
        one.challenge.closes_at = clock.now() - timedelta(days=1)
        one.challenge.stage = ChallengeStage.CLOSED
        one.challenge.save()
        with refused("challenges.too_early"):
            openings.give_passphrase(challenge_id=one.challenge.pk, passphrase=sealing.OFFICE_PHRASE, by=one.office)

    def test_neither_one_holder_nor_two_of_one_side_open(self) -> None:
        one = sealing.call()
        second = account(Role.SECRETARIAT)
        holders.make_holder_key(passphrase=sealing.OFFICE_PHRASE, again=sealing.OFFICE_PHRASE, by=second)
        holders.name_key_holder(challenge_id=one.challenge.pk, account_id=second.pk, side=HolderSide.OFFICE,
                                by=one.secretary)  # fmt: skip
        sealing.bid(one)
        with clock.at(one.close()):
            give = {"challenge_id": one.challenge.pk, "passphrase": sealing.OFFICE_PHRASE}
            openings.give_passphrase(**give, by=one.office)
            for who in (one.office, second):
                with refused("challenges.side_given"):
                    openings.give_passphrase(**give, by=who)
        assert Bid.objects.get().stage == BidStage.SEALED

    def test_a_wrong_passphrase_is_counted_and_slows_one_down(self) -> None:
        one = sealing.call()
        sealing.bid(one)
        moment = one.close()
        with clock.at(moment):
            for _ in range(holders.FAILURES):
                with refused(r"challenges\.passphrase'"):
                    openings.give_passphrase(challenge_id=one.challenge.pk, passphrase="wrong wrong", by=one.office)
            with refused("challenges.passphrase_wait"):
                openings.give_passphrase(challenge_id=one.challenge.pk, passphrase=sealing.OFFICE_PHRASE, by=one.office)
        assert LedgerEntry.objects.filter(event="challenges.passphrase_failed").count() == holders.FAILURES
        with clock.at(moment + holders.WAIT):
            openings.give_passphrase(challenge_id=one.challenge.pk, passphrase=sealing.OFFICE_PHRASE, by=one.office)
        assert HolderKey.objects.get(account=one.office).failures == 0

    def test_a_damaged_bid_is_reported_and_does_not_stop_the_others(self) -> None:
        one = sealing.call()
        good, bad, swapped = sealing.bid(one), sealing.bid(one), sealing.bid(one)
        piece = SealedPiece.objects.filter(package__bid=bad).first()
        assert piece is not None
        SealedPiece.objects.filter(pk=piece.pk).update(content=bytes(piece.content)[:-1] + b"\x00")
        SealedShare.objects.filter(package__bid=swapped, side=HolderSide.OVERSIGHT).delete()
        opening = opened(one)
        assert (opening.count, opening.unreadable) == (1, 2)
        outcomes = {row[0]: row[3] for row in opening.listed}
        assert outcomes == {good.number: "opened", bad.number: "broken", swapped.number: "share"}
        assert {made.stage for made in Bid.objects.exclude(pk=good.pk)} == {BidStage.UNOPENED}

    def test_given_again_it_leads_to_the_one_opening(self) -> None:
        one = sealing.call()
        sealing.bid(one)
        first = opened(one)
        again = openings.give_passphrase(challenge_id=one.challenge.pk, passphrase="whatever", by=one.office)
        assert again.pk == first.pk and LedgerEntry.objects.filter(event="challenges.bids_opened").count() == 1

    def test_a_package_of_another_bid_put_in_its_place_is_found(self) -> None:
        one = sealing.call()
        here, there = sealing.bid(one), sealing.bid(one)
        # Both package rows change places, with pieces and shares.
        with connection.cursor() as cursor:
            cursor.execute("UPDATE challenges_sealedbid SET context = %s WHERE bid_id = %s",
                           [json.dumps({"bid": there.pk, "closes_at": ""}), here.pk])  # fmt: skip
        opening = opened(one)
        assert {row[0]: row[3] for row in opening.listed}[here.number] != "opened"


class TestHolders:
    def test_nobody_stands_on_both_sides_not_under_two_accounts_either(self) -> None:
        one = sealing.call()
        both = account(Role.AUTHORITY)
        both.person_id = one.office.person_id = "P" * 26
        both.save()
        one.office.save()
        holders.make_holder_key(passphrase=sealing.OFFICE_PHRASE, again=sealing.OFFICE_PHRASE, by=both)
        with refused("challenges.holder_twice"):
            holders.name_key_holder(challenge_id=one.challenge.pk, account_id=both.pk, side=HolderSide.OVERSIGHT,
                                    by=one.secretary)  # fmt: skip

    def test_another_holder_of_the_side_opens_when_a_key_is_lost_and_handing_on_takes_both_sides(self) -> None:
        one = sealing.call()
        sealing.bid(one)
        heir = account(Role.AUDIT_ADMIN)
        phrase = "示例 后来 接任 的人 自己 想的 口令"
        holders.make_holder_key(passphrase=phrase, again=phrase, by=heir)
        waiting = holders.name_key_holder(challenge_id=one.challenge.pk, account_id=heir.pk,
                                          side=HolderSide.OVERSIGHT, by=one.secretary)  # fmt: skip
        assert waiting.active_at is None
        with refused("challenges.other_side_first"):
            holders.agree_to_holder(holder_id=waiting.pk, passphrase=sealing.OVERSIGHT_PHRASE, by=one.oversight)
        holders.agree_to_holder(holder_id=waiting.pk, passphrase=sealing.OFFICE_PHRASE, by=one.office)
        holders.agree_to_holder(holder_id=waiting.pk, passphrase=sealing.OVERSIGHT_PHRASE, by=one.oversight)
        lost = KeyHolder.objects.get(account=one.oversight, ended_at=None)
        holders.end_key_holder(holder_id=lost.pk, by=one.secretary)
        sealing.bid(one)
        with clock.at(one.close()):
            openings.give_passphrase(challenge_id=one.challenge.pk, passphrase=phrase, by=heir)
            opening = openings.give_passphrase(challenge_id=one.challenge.pk, passphrase=sealing.OFFICE_PHRASE,
                                               by=one.office)  # fmt: skip
        assert (opening.count, opening.unreadable) == (2, 0)

    def test_the_last_holder_of_a_side_stays(self) -> None:
        one = sealing.call()
        sealing.bid(one)
        with refused("challenges.last_holder"):
            holders.end_key_holder(holder_id=KeyHolder.objects.get(account=one.office).pk, by=one.secretary)

    def test_weak_and_differing_passphrases_are_refused(self) -> None:
        who = account(Role.SECRETARIAT)
        with refused("challenges.weak_passphrase"):
            holders.make_holder_key(passphrase="short", again="short", by=who)
        with refused("challenges.passphrases_differ"):
            holders.make_holder_key(passphrase=sealing.OFFICE_PHRASE, again="another one", by=who)
        with refused("permits.not_yours"):
            holders.make_holder_key(passphrase=sealing.OFFICE_PHRASE, again=sealing.OFFICE_PHRASE,
                                    by=account(Role.SYSTEM_ADMIN))  # fmt: skip


def test_a_lapsed_call_destroys_its_bids() -> None:
    one = sealing.call()
    sealing.bid(one)
    assert bids.lapse_bids(challenge_id=one.challenge.pk, by=one.secretary) == 1
    assert Bid.objects.get().stage == BidStage.UNOPENED
    assert SealedBid.objects.get().data_key == "" and not SealedShare.objects.exists()
