"""From opened bids to the panel's result: flags, blind copies, the draw, scores, and who may see what."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.factories.bonds import account
from tests.factories.challenges import person
from tests.factories.reviews import case, hand_of, prepared, reviewer, score, under_review

from xinglin.challenges.actions import calls, copies, flags, panels, reviewing
from xinglin.challenges.models import (
    BlindCopy,
    CallQuestion,
    Challenge,
    Flag,
    PanelDraw,
    PlannedMilestone,
    PublicNotice,
    Review,
)
from xinglin.challenges.panels.drawing import draw, pool_hash
from xinglin.challenges.panels.exclusions import years_after
from xinglin.challenges.queries import reviews as queries
from xinglin.challenges.queries.bids import bids_for
from xinglin.challenges.queries.panels import bid_facts, competing, pool
from xinglin.challenges.similarity import flags_of
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.challenges.words.reviews import ExclusionReason, FlagKind, LeakKind, ReviewStage
from xinglin.kernel import configuration
from xinglin.kernel.clock import now, today
from xinglin.kernel.inbox import awaiting
from xinglin.kernel.models import LedgerEntry
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.models import ConflictOfInterest
from xinglin.roster.models import Affiliation, PersonSpecialty
from xinglin.roster.words.register import ExpertCategory

pytestmark = pytest.mark.django_db


def test_the_whole_way_from_opened_bids_to_negotiation() -> None:
    one, by, tasks = under_review()
    assert len(tasks) == 5 and all(task.bids.count() == 2 for task in tasks)
    for at, task in enumerate(tasks):
        score(task, {"T1": (90 - at, 80), "T2": (60, 50 + at)})
    panels.draw_up_result(challenge_id=one.pk, by=by)
    table = one.panel_results.get().table
    assert [row["code"] for row in table["standings"]] == ["T1", "T2"]
    assert table["standings"][0]["raw"] == pytest.approx(84.8) and table["deciders"] == []
    panels.negotiate(challenge_id=one.pk, by=by)
    one.refresh_from_db()
    assert one.stage == ChallengeStage.NEGOTIATION and queries.is_out(one)


def test_the_draw_can_be_repeated_from_what_is_published_and_only_after_the_result() -> None:
    one, by, tasks = under_review()
    made = PanelDraw.objects.get(challenge=one)
    told = LedgerEntry.objects.filter(subject_id=one.pk).exclude(event="challenges.draw_published")
    assert not any(made.seed in str(entry.data) for entry in told)
    assert (
        told.get(event="challenges.draw_committed").data["seed_hash"] == hashlib.sha256(made.seed.encode()).hexdigest()
    )
    for task in tasks:
        score(task)
    panels.draw_up_result(challenge_id=one.pk, by=by)
    panels.negotiate(challenge_id=one.pk, by=by)
    published = LedgerEntry.objects.get(event="challenges.draw_published").data
    share = float(Fraction(published["share"]))
    again = draw(published["pool"], published["technical"], size=5, share=share, seed=published["seed"], said="红 17")
    assert list(again.panel) == [task.person_id for task in tasks]
    assert published["panel"] == [str(task.person) for task in tasks]


def test_a_review_does_not_begin_before_everything_stands() -> None:
    one, by, _people = case()
    for code in ("reviews.weights", "reviews.unreleased", "reviews.no_panel"):
        with pytest.raises(Refusal) as why:
            panels.begin_review(challenge_id=one.pk, by=by)
        assert why.value.code == code
        if code == "reviews.weights":
            panels.set_review_criteria(challenge_id=one.pk, criteria=[panels.CriterionRow("总评", 100)], by=by)
        elif code == "reviews.unreleased":
            copies.prepare_copies(challenge_id=one.pk, by=by)
            for copy in BlindCopy.objects.all():
                copies.release_copy(copy_id=copy.pk, by=by)


def test_flags_are_raised_once_and_judged_by_a_person() -> None:
    one, by, _people = case()
    first, second = one.bids.order_by("number")
    second.attachments.update(sha256=first.attachments.get().sha256)
    for _time in range(2):
        flags.compare_bids(challenge_id=one.pk, by=by)
    flag = Flag.objects.get()
    assert flag.kind == FlagKind.SAME_FILE and flag.bid_ids == sorted([first.pk, second.pk])
    prepared(one, by)
    with pytest.raises(Refusal, match="open_flags"):
        panels.begin_review(challenge_id=one.pk, by=by)
    with pytest.raises(Refusal):
        flags.dismiss_flag(flag_id=flag.pk, reason=" ", by=by)
    with pytest.raises(Refusal):
        flags.dismiss_flag(flag_id=flag.pk, reason="示例", by=account(Role.AUTHORITY))
    flags.dismiss_flag(flag_id=flag.pk, reason="双方引用同一公开指南（示例）", by=by)
    flags.compare_bids(challenge_id=one.pk, by=by)
    assert Flag.objects.get().stage == "dismissed"


def test_nobody_tied_to_a_party_is_in_the_pool_and_every_reason_is_told() -> None:
    one, _by, people = case(reviewers=1)
    bidder = one.bids.first().organisation
    worker, junior, fresh, stranger = reviewer(), reviewer(title_rank="middle"), reviewer(since=2024), person()
    Affiliation.objects.create(person=worker, organisation=bidder, since="2010-01-01")
    from xinglin.roster.models import Appointment

    chief = reviewer()
    Appointment.objects.create(person=chief, organisation=one.organisation, kind="chief", starts="2026-01-01",
                               until="2027-01-01", stage="issued", number="AP-T-1")  # fmt: skip
    member = reviewer(one.bids.first().members.first().name)
    manager = reviewer()
    Challenge.objects.filter(pk=one.pk).update(case_manager=manager.account)
    one.refresh_from_db()
    able, excluded = pool(one)
    reasons = {key: {found.reason for found in mine} for key, mine in excluded.items()}
    assert {each.id for each in able} == {people[0].pk} and stranger.pk not in reasons
    assert reasons[worker.pk] == {ExclusionReason.SAME_ORGANISATION}
    assert reasons[junior.pk] == {ExclusionReason.NOT_SENIOR} and reasons[fresh.pk] == {ExclusionReason.TOO_FEW_YEARS}
    assert reasons[chief.pk] == {ExclusionReason.APPOINTED} and reasons[manager.pk] == {ExclusionReason.CASE_MANAGER}
    assert ExclusionReason.TEAM_MEMBER in reasons[member.pk]


def test_experts_of_money_count_toward_the_share_in_every_field_and_managers_do_not() -> None:
    one, by, people = case(reviewers=3)
    economist = reviewer(expert_category=ExpertCategory.ECONOMIC)
    managers = [reviewer(expert_category=ExpertCategory.MANAGEMENT) for _ in range(6)]
    stranger = reviewer()
    PersonSpecialty.objects.filter(person__in=[economist, stranger]).update(code="50")
    prepared(one, by)
    made = PanelDraw.objects.get(challenge=one)
    assert set(made.technical) == {economist.pk, *(each.pk for each in people)}
    assert set(made.pool) == {*made.technical, *(each.pk for each in managers)}
    drawn = [task.person_id for task in queries.panel_of(one)]
    assert set(made.technical) < set(drawn) and len(drawn) == 5
    told = LedgerEntry.objects.get(event="challenges.draw_committed").data
    assert told["technical"] == 4 and told["technical_hash"] == pool_hash(made.technical)


def test_which_kinds_of_expert_count_is_a_dated_rule() -> None:
    one, by, _people = case(reviewers=4)
    for _ in range(4):
        reviewer(expert_category=ExpertCategory.MANAGEMENT)
    configuration.set_rule(key="challenges.panel_counted", value=["technical", "management"], by=by,
                           valid_from=today(), source_document="示例办法")  # fmt: skip
    with pytest.raises(Refusal, match="counted"):
        configuration.set_rule(key="challenges.panel_counted", value=["clever"], by=by, valid_from=today(),
                               source_document="示例办法")  # fmt: skip
    panels.commit_draw(challenge_id=one.pk, by=by)
    assert len(PanelDraw.objects.get(challenge=one).technical) == 8


def test_a_fee_or_holding_that_ended_lately_excludes_and_one_of_long_ago_does_not() -> None:
    one, _by, _people = case(reviewers=0)
    bidder = one.bids.first().organisation
    ended: dict[str, tuple[str, int]] = {
        "lately": ("funding", 700), "long ago": ("funding", 4 * 365), "shares": ("shareholding", 700),
        "teacher": ("supervision", 9000), "settled": ("dispute", 30),
    }  # fmt: skip
    made = {name: reviewer() for name in ended}
    for name, (kind, days) in ended.items():
        ConflictOfInterest.objects.create(person=made[name], organisation=bidder, kind=kind, stage="ended",
                                          since=date(1995, 1, 1), until=today() - timedelta(days=days))  # fmt: skip
    able, excluded = pool(one)
    assert {each.id for each in able} == {made["long ago"].pk, made["settled"].pk}
    assert {found.reason for found in excluded[made["lately"].pk]} == {ExclusionReason.CONSULTANT}
    assert excluded[made["lately"].pk][0].until == years_after(today() - timedelta(days=700), 3)
    assert excluded[made["teacher"].pk][0].until is None and made["shares"].pk in excluded


def test_too_few_qualified_people_make_no_panel() -> None:
    one, by, _people = case(reviewers=4)
    copies.prepare_copies(challenge_id=one.pk, by=by)
    panels.commit_draw(challenge_id=one.pk, by=by)
    with pytest.raises(Refusal, match="pool_too_small"):
        panels.draw_panel(challenge_id=one.pk, said="", by=by)
    assert not Review.objects.exists()


def test_whoever_declares_a_conflict_is_replaced_by_the_next_drawn_without_being_named() -> None:
    one, by, tasks = under_review()
    made = PanelDraw.objects.get(challenge=one)
    leaver = hand_of(tasks[0])
    reviewing.declare_conflict(review_id=tasks[0].pk, reason="示例：曾任顾问", by=leaver)
    tasks[0].refresh_from_db()
    fresh = tasks[0].replaced_by
    assert tasks[0].stage == ReviewStage.CONFLICTED and fresh.person_id == made.reserve[0]
    assert set(fresh.bids.values_list("copy", flat=True)) == set(tasks[0].bids.values_list("copy", flat=True))
    assert not LedgerEntry.objects.filter(subject_id=one.pk, actor_id=leaver.pk).exists()
    reviewing.replace_reviewer(review_id=tasks[1].pk, reason="示例：失联", by=by)
    assert len(queries.panel_of(one)) == 5


def test_an_empty_reserve_leaves_a_seat_and_tells_the_office() -> None:
    one, by, tasks = under_review(reviewers=5)
    reviewing.replace_reviewer(review_id=tasks[0].pk, reason="示例", by=by)
    assert len(queries.panel_of(one)) == 4
    for task in tasks[1:]:
        score(task)
    with pytest.raises(Refusal, match="unsigned"):
        panels.draw_up_result(challenge_id=one.pk, by=by)


def test_a_reviewer_reads_blind_copies_only_after_confirming_and_nothing_of_the_bids() -> None:
    _one, _by, tasks = under_review()
    hand, other = hand_of(tasks[0]), hand_of(tasks[1])
    assert queries.blind_room(hand, tasks[0].pk)[2] == []
    reviewing.confirm_no_conflict(review_id=tasks[0].pk, no_conflict=True, by=hand)
    room = queries.blind_room(hand, tasks[0].pk)
    assert room is not None and [reading.code for reading in room[2]] == ["T1", "T2"]
    told = str([reading.parts for reading in room[2]])
    assert not any(word in told for word in ("秦望舒", "云岭", "13800000", "own0.example"))
    assert queries.blind_room(other, tasks[0].pk) is None and queries.blind_room(_by, tasks[0].pk) is None
    assert (
        not bids_for(hand).exists() and not queries.copies_for(hand).exists() and not queries.flags_for(hand).exists()
    )
    assert list(queries.reviews_for(hand)) == [tasks[0]]
    assert not queries.reviews_for(account(Role.AUTHORITY)).exists()


def test_scores_are_whole_and_signed_once() -> None:
    _one, _by, tasks = under_review()
    task, hand = tasks[0], hand_of(tasks[0])
    rows = [reviewing.PointsRow(1, 80), reviewing.PointsRow(2, 70)]

    def refused(expected: str, **more: Any) -> None:
        with pytest.raises(Refusal) as why:
            reviewing.score_bid(
                **{"review_id": task.pk, "code": "T1", "scores": rows, "opinion": "示例", "by": hand, **more}
            )
        assert why.value.code == expected

    refused("reviews.not_scoring")
    reviewing.confirm_no_conflict(review_id=task.pk, no_conflict=True, by=hand)
    refused("reviews.no_such_copy", code="T9")
    refused("reviews.criteria_missing", scores=rows[:1])
    refused("reviews.opinion", opinion=" ")
    refused("permits.not_yours", by=hand_of(tasks[1]))
    with pytest.raises(Refusal, match="unscored"):
        reviewing.sign_review(review_id=task.pk, by=hand)
    for code in ("t1", "T2"):
        reviewing.score_bid(review_id=task.pk, code=code, scores=rows, opinion="示例", by=hand)
    reviewing.sign_review(review_id=task.pk, by=hand)
    refused("reviews.not_scoring")


def test_what_a_person_blacks_is_gone_from_the_copy_and_the_report_is_made_anew() -> None:
    one, by, _people = case()
    bid = one.bids.order_by("number").first()
    bid.summary = "金凤队列由国家杰青牵头，入组三千人。"
    bid.save()
    copies.prepare_copies(challenge_id=one.pk, by=by)
    copy = bid.blind_copy
    assert any("杰青" in row["words"] for row in copy.leaks)
    copies.redact_copy(copy_id=copy.pk, passages="金凤队列\n国家杰青", by=by)
    copy.refresh_from_db()
    assert "金凤" not in str(copy.parts) and not any("杰青" in row["words"] for row in copy.leaks)
    with pytest.raises(Refusal, match="passage_absent"):
        BlindCopy.objects.filter(pk=copy.pk).update(by_hand=[])
        copies.redact_copy(copy_id=copy.pk, passages="从未写过的话", by=by)
    copies.release_copy(copy_id=copy.pk, by=by)
    with pytest.raises(Refusal, match="released"):
        copies.redact_copy(copy_id=copy.pk, passages="三千人", by=by)
    copies.take_copy_back(copy_id=copy.pk, by=by)


def test_a_copy_with_pages_not_read_as_text_is_released_only_when_somebody_says_they_looked() -> None:
    one, by, _people = case()
    first, second = one.bids.order_by("number")
    first.attachments.update(unread_pages=[2, 3], pages=9)
    second.attachments.update(text="", text_state="waiting", pages=0, media_type="image/png")
    with pytest.raises(Refusal, match="still_reading"):
        copies.prepare_copies(challenge_id=one.pk, by=by)
    second.attachments.update(text_state="none")
    copies.prepare_copies(challenge_id=one.pk, by=by)
    for bid, pages in ((first, "2-3"), (second, "")):
        copy = bid.blind_copy
        told = [(row["part"], row["context"]) for row in copy.leaks if row["kind"] == LeakKind.UNREAD]
        assert told == [("attachment 1", pages)]
        with pytest.raises(Refusal) as why:
            copies.release_copy(copy_id=copy.pk, by=by)
        assert (why.value.code, why.value.field) == ("reviews.unread", "looked")
        copies.release_copy(copy_id=copy.pk, looked=True, by=by)
        entry = LedgerEntry.objects.get(event="challenges.copy_released", subject_id=copy.pk)
        assert entry.data["unread"] == 1


def test_when_no_bid_qualifies_open_reviews_close_with_the_challenge() -> None:
    one, by, tasks = under_review()
    panels.fail_review(challenge_id=one.pk, reason="示例：均未达到门槛", by=by)
    assert set(one.reviews.values_list("stage", flat=True)) == {ReviewStage.CLOSED}
    one.refresh_from_db()
    assert one.stage == ChallengeStage.FAILED and len(tasks) == 5


def test_cancelling_closes_open_reviews_and_leaves_nothing_waiting() -> None:
    one, by, tasks = under_review()
    hand = hand_of(tasks[0])
    assert [item.dossier for item in awaiting(hand)] == [tasks[0]]
    calls.cancel_challenge(challenge_id=one.pk, reason="示例：需求撤回", by=by)
    assert set(one.reviews.values_list("stage", flat=True)) == {ReviewStage.CLOSED}
    assert awaiting(hand) == []
    assert not [item for item in awaiting(by) if item.kind.name in ("challenges.flag", "challenges.blindcopy")]


def test_bids_that_quote_the_call_its_milestones_and_its_answers_are_not_alike() -> None:
    """Each part of the call by itself makes two honest bids of their own words abnormally alike, unless it is set aside."""
    one, by, _people = case()
    said = {
        name: prose(seed, 400) for seed, name in enumerate(("problem", "milestone", "question", "answer", "notice"))
    }
    Challenge.objects.filter(pk=one.pk).update(problem=said["problem"])
    PlannedMilestone.objects.create(challenge=one, number=1, content=said["milestone"], due_months=6, share_percent=100)
    CallQuestion.objects.create(
        challenge=one, number=1, question=said["question"], answer=said["answer"], answered_at=now(), stage="answered",
        asked_by=by,
    )  # fmt: skip
    PublicNotice.objects.create(
        challenge=one, about="list", number=1, opened_on=today(), ends_on=today(), text=said["notice"]
    )
    one.refresh_from_db()
    first, second = one.bids.order_by("number")
    for quoted in said.values():
        for seed, bid in enumerate((first, second), start=10):
            bid.route = quoted + prose(seed, 200)
            bid.save()
        facts = [bid_facts(bid) for bid in competing(one)]
        assert [flag.kind for flag in flags_of(facts)] == [FlagKind.SAME_TEXT]
        flags.compare_bids(challenge_id=one.pk, by=by)
        assert not Flag.objects.exists()


def prose(seed: int, length: int) -> str:
    """Characters in an order of their own for each seed."""
    return "".join(chr(0x4E00 + (at * 7919 + seed * 104_729 + at * at * (seed + 3)) % 18_000) for at in range(length))
