"""Notices: written with the deed, brought out after it, tried until they arrive or are given up with a reason."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from xinglin.kernel import deliveries, gateways, ledger, notices, permits
from xinglin.kernel.clock import at, now
from xinglin.kernel.models import Account, Delivery, Notice, Outlet
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Channel, Role

SENTENCE = say("“{subject}” is due on {day}, in {days} days: {what}.")


@pytest.fixture
def account(db: None) -> Account:
    return Account.objects.create(username="shili", display_name="示例", email="shili@example.org", language="en")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> gateways.FakePost:
    fake = gateways.FakePost()
    monkeypatch.setitem(gateways.GATEWAYS, Channel.WEBHOOK, gateways.Webhook(fake))
    monkeypatch.setitem(gateways.GATEWAYS, Channel.DINGTALK, gateways.DingTalkRobot(frozenset({310000}), fake))
    return fake


@pytest.fixture
def hook(account: Account) -> Outlet:
    return Outlet.objects.create(
        account=account, channel=Channel.WEBHOOK, address="https://hook.example.org/x", secret="s" * 16
    )


def tell(account: Account, **more: Any) -> list[Notice]:
    sentence = SENTENCE(subject="示例", day=date(2026, 11, 30), days=8, what=say("Renew"))
    return notices.tell([account], "roster.agreement_due", sentence, subject=account, **more)


def test_a_notice_keeps_its_facts_and_is_spoken_later(account: Account) -> None:
    (notice,) = tell(account)
    notice.refresh_from_db()
    assert str(notices.sentence_of(notice)) == "“示例” is due on 2026-11-30, in 8 days: Renew."
    assert notices.sentence_of(notice).params["day"] == date(2026, 11, 30)
    assert list(notices.notices_for(account)) == [notice]
    assert notices.mark_read(account=account) == 1 and notices.mark_read(account=account) == 0


def test_nothing_is_told_of_what_did_not_happen(account: Account, hook: Outlet) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(account)
        raise ZeroDivisionError
    assert not Notice.objects.exists() and not Delivery.objects.exists() and not ProcrastinateJob.objects.exists()
    assert not mail.outbox


def test_nothing_leaves_before_commit_and_one_mail_after(account: Account) -> None:
    tell(account)
    assert not mail.outbox and ProcrastinateJob.objects.get().task_name == "kernel.deliver"
    assert deliveries.deliver_due() == 1
    (sent,) = mail.outbox
    assert sent.to == ["shili@example.org"] and "Renew" in sent.body
    assert deliveries.deliver_due() == 0 and len(mail.outbox) == 1


def test_a_reminder_with_the_same_key_goes_nowhere(account: Account) -> None:
    assert len(tell(account, once="k")) == 1
    assert tell(account, once="k") == []
    assert Delivery.objects.count() == 1


def test_a_line_break_in_a_title_does_not_reach_the_mail_header(account: Account) -> None:
    account.display_name = "示例\nBcc: all@example.org"
    account.save()
    tell(account)
    deliveries.deliver_due()
    assert "\n" not in mail.outbox[0].subject and mail.outbox[0].bcc == []


def test_a_failing_receiver_is_tried_again_later_and_given_up_with_a_reason(
    account: Account, hook: Outlet, post: gateways.FakePost
) -> None:
    Account.objects.update(email="")
    account.refresh_from_db()
    tell(account)
    post.answers += [(500, b"")] * 6
    moment, tries = now(), 0
    for hours in (0, 0, 1, 2, 5, 12, 48, 96):
        with at(moment + timedelta(hours=hours, minutes=1)):
            deliveries.deliver_due()
            tries = len(post.posted)
    delivery = Delivery.objects.get()
    assert tries == delivery.attempts == 6
    assert delivery.given_up_at is not None and "500" in str(delivery.last_failure)
    assert list(deliveries.failed_deliveries_for(account)) == [delivery]
    assert not deliveries.failed_deliveries_for(None)


def test_it_arrives_the_second_time(account: Account, hook: Outlet, post: gateways.FakePost) -> None:
    tell(account)
    post.answers.append((503, b""))
    deliveries.deliver_due()
    with at(now() + timedelta(minutes=2)):
        deliveries.deliver_due()
    first, second = (json.loads(body) for _, body, _ in post.posted)
    assert first["id"] == second["id"], "the receiver can tell that it is the same"
    assert Delivery.objects.filter(channel=Channel.WEBHOOK, delivered_at=None).count() == 0


def test_what_is_refused_for_good_is_not_tried_again(account: Account, hook: Outlet, post: gateways.FakePost) -> None:
    tell(account)
    post.answers.append((410, b""))
    deliveries.deliver_due()
    assert Delivery.objects.get(channel=Channel.WEBHOOK).given_up_at is not None


def test_a_fault_of_ours_is_a_failure_like_any_other(
    account: Account, hook: Outlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def send(self, *_: object) -> None:
            raise ZeroDivisionError

    monkeypatch.setitem(gateways.GATEWAYS, Channel.WEBHOOK, Broken())
    tell(account)
    deliveries.deliver_due()
    delivery = Delivery.objects.get(channel=Channel.WEBHOOK)
    assert delivery.attempts == 1 and delivery.given_up_at is None and delivery.last_failure


def test_a_closed_account_gets_nothing(account: Account) -> None:
    tell(account)
    Account.objects.update(is_active=False)
    deliveries.deliver_due()
    assert not mail.outbox and Delivery.objects.get().given_up_at is not None


def test_an_outlet_takes_only_the_events_it_wants(account: Account, hook: Outlet) -> None:
    hook.events = ["matching."]
    hook.save()
    tell(account)
    assert [delivery.channel for delivery in Delivery.objects.all()] == [Channel.EMAIL]


def test_an_inactive_mail_outlet_stops_mail(account: Account) -> None:
    notices.set_outlet(channel=Channel.EMAIL, address="shili@example.org", is_active=False, by=account)
    tell(account)
    assert not Delivery.objects.exists()


def test_a_group_is_told_once_and_in_both_languages(account: Account, post: gateways.FakePost) -> None:
    program = permits.the_program()
    chief = Account.objects.create(username="chief")
    permits.grant(account=chief, role=Role.SYSTEM_ADMIN, by=program)
    other = Account.objects.create(username="other")
    with pytest.raises(Refusal):
        notices.set_outlet(channel=Channel.DINGTALK, address="https://8.8.8.8/r", for_alliance=True, by=account)
    notices.set_outlet(channel=Channel.DINGTALK, address="https://8.8.8.8/r", secret="SEC", for_alliance=True, by=chief)
    notices.tell([account, other, chief], "roster.x", SENTENCE(subject="示例", day=1, days=2, what="x"))
    deliveries.deliver_due()
    assert len(post.posted) == 1 and "timestamp=" in post.posted[0][0]


@pytest.mark.parametrize(
    ("channel", "address", "secret", "field"),
    [
        (Channel.WEBHOOK, "http://example.org", "s" * 16, "address"),
        (Channel.WEBHOOK, "https://127.0.0.1/", "s" * 16, "address"),
        (Channel.WEBHOOK, "https://8.8.8.8/", "short", "secret"), (Channel.WECOM, "ftp://x", "", "address"),
        (Channel.EMAIL, "nobody", "", "address"), (Channel.EMAIL, "a@b.cn, c@d.cn", "", "address"),
    ],
)  # fmt: skip
def test_outlets_that_are_refused(account: Account, channel: Channel, address: str, secret: str, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        notices.set_outlet(channel=channel, address=address, secret=secret, by=account)
    assert caught.value.field == field and not Outlet.objects.exists()


def test_an_outlet_is_set_kept_secret_and_removed(account: Account, hook: Outlet) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT address, secret FROM kernel_outlet")
        address, secret = cursor.fetchone()
    assert "example" not in address and "sss" not in secret
    tell(account)
    stranger = Account.objects.create(username="stranger")
    with pytest.raises(Refusal, match="absent"):
        notices.remove_outlet(outlet_id=hook.pk, by=stranger)
    notices.remove_outlet(outlet_id=hook.pk, by=account)
    assert Delivery.objects.get(channel=Channel.WEBHOOK).given_up_at is not None
    assert ledger.about(account).filter(event="kernel.outlet_removed").exists()
