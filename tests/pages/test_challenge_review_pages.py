"""The blind room and the panel's table; and that a reviewer reads no name through any page, file, search or interface."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.factories.bonds import account
from tests.factories.reviews import case, hand_of, score, under_review

from xinglin.challenges.actions import flags, panels, reviewing
from xinglin.kernel.dossiers import KINDS, open_verbs
from xinglin.kernel.words import Role
from xinglin.portal import nouns

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
# Everything that tells who bids in the invented case.
SECRETS = ("秦望舒", "望舒", "云岭", "1380000000", "own0.example", "方案0.docx", "0" * 64)


def signed_in(client, who):
    client.force_login(who, backend=BACKEND)
    return client


def test_a_reviewer_reads_no_name_anywhere(client) -> None:
    one, by, tasks = under_review()
    flags.compare_bids(challenge_id=one.pk, by=by)
    hand = hand_of(tasks[0])
    reviewing.confirm_no_conflict(review_id=tasks[0].pk, no_conflict=True, by=hand)
    signed_in(client, hand)
    bid, copy = one.bids.first(), one.blind_copies.first()
    opens = [
        reverse("blind-room", args=[tasks[0].pk]), f"/challenges/review/{tasks[0].pk}/", f"/challenges/challenge/{one.pk}/",
        *(f"/challenges/{noun}/" for noun in ("bid", "blindcopy", "flag", "review", "challenge")),
        *(f"/challenges/{noun}/export.csv" for noun in ("bid", "blindcopy", "flag", "review", "challenge")),
        *(f"/search/?q={word}" for word in ("云岭", "秦望舒", "qinwangshu", bid.number)),
        *(f"/api/v1/challenges/{noun}" for noun in ("bid", "blindcopy", "flag", "review", "challenge")),
        "/", "/notices/", "/workbench/",
    ]  # fmt: skip
    for address in opens:
        page = client.get(address)
        text = b"".join(page).decode() if page.streaming else page.content.decode()
        # The question itself is repeated on the page of a search.
        told = text.replace("云岭", "", 4).replace("秦望舒", "", 4) if "/search/" in address else text
        assert not [word for word in SECRETS if word in told], address
    assert client.get(opens[0]).status_code == 200 and client.get(opens[1]).status_code == 200
    assert "【成员1】" in client.get(opens[0]).content.decode()
    for shut in (
        f"/challenges/bid/{bid.pk}/", f"/challenges/blindcopy/{copy.pk}/", f"/challenges/review/{tasks[1].pk}/",
        reverse("blind-room", args=[tasks[1].pk]), reverse("bid-file", args=[bid.pk, 1]), reverse("bid-receipt", args=[bid.pk]),
        reverse("panel-table", args=[one.pk]), f"/api/v1/challenges/bid/{bid.pk}", f"/api/v1/challenges/blindcopy/{copy.pk}",
        f"/api/v1/challenges/review/{tasks[1].pk}",
    ):  # fmt: skip
        assert client.get(shut).status_code in (403, 404), shut
    # The office does read them there: the words looked for are the right ones.
    office = signed_in(client, by).get(f"/challenges/bid/{bid.pk}/").content.decode()
    assert "云岭" in office and "秦望舒" in office


def test_who_reviews_is_read_by_nobody_but_the_office_until_the_result(client) -> None:
    one, by, tasks = under_review()
    names = [str(task.person) for task in tasks]
    bidder = account(Role.COMPANY, ("organisation", one.bids.first().organisation_id))
    for who in (bidder, account(Role.AUTHORITY), hand_of(tasks[0])):
        page = signed_in(client, who).get(f"/challenges/challenge/{one.pk}/").content.decode()
        assert not [name for name in names[1:] if name in page]
    assert names[1] in signed_in(client, by).get(f"/challenges/challenge/{one.pk}/").content.decode()
    for task in tasks:
        score(task)
    panels.draw_up_result(challenge_id=one.pk, by=by)
    panels.negotiate(challenge_id=one.pk, by=by)
    assert names[1] in signed_in(client, bidder).get(f"/challenges/challenge/{one.pk}/").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_panels_table_shows_intervals_and_who_decides(client, language: str) -> None:
    one, by, tasks = under_review()
    # Four agree; the fifth turns the award round.
    for at, task in enumerate(tasks):
        score(task, {"T1": (70 + at % 2, 70), "T2": (72, 72)} if at < 4 else {"T1": (99, 99), "T2": (50, 50)})
    panels.draw_up_result(challenge_id=one.pk, by=by)
    client.cookies["django_language"] = language
    page = signed_in(client, by).get(reverse("panel-table", args=[one.pk]))
    text = page.content.decode()
    assert page.status_code == 200 and text.count("<circle") == 4 and "<script>" not in text and " style=" not in text
    assert "R5" in text and ("T2" in text) and ("R5 the award would go" in text or "R5，中榜者将变为" in text)
    assert signed_in(client, account(Role.AUTHORITY)).get(reverse("panel-table", args=[one.pk])).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_and_form_of_a_review_opens(client, language: str) -> None:
    one, by, _people = case()
    panels.set_review_criteria(challenge_id=one.pk, criteria=[panels.CriterionRow("总评", 100)], by=by)
    second = one.bids.last()
    second.attachments.update(sha256=one.bids.first().attachments.get().sha256)
    flags.compare_bids(challenge_id=one.pk, by=by)
    from xinglin.challenges.actions import copies

    copies.prepare_copies(challenge_id=one.pk, by=by)
    panels.commit_draw(challenge_id=one.pk, by=by)
    panels.draw_panel(challenge_id=one.pk, said="示例", by=by)
    task = one.reviews.first()
    client.cookies["django_language"] = language
    for who, record in (
        (by, one),
        (by, one.flags.get()),
        (by, one.blind_copies.first()),
        (by, task),
        (hand_of(task), task),
    ):
        kind = KINDS[record._meta.label_lower]
        signed_in(client, who)
        assert client.get(nouns.page_of(kind, record.pk)).status_code == 200, kind.name
        for verb in open_verbs(kind, kind.visible(who).get(pk=record.pk), who):
            form = client.get(nouns.form_of(kind, verb, record.pk))
            assert form.status_code == 200, (kind.name, verb.name)
    reviewing.confirm_no_conflict(review_id=task.pk, no_conflict=True, by=hand_of(task))
    assert client.get(reverse("blind-room", args=[task.pk])).status_code == 200
