"""The day's round: who must act is reminded in time, lateness is told upwards, nobody is told twice."""

from datetime import date, timedelta

import pytest

from xinglin.kernel import calendar, jobs, notices, permits
from xinglin.kernel.models import Account, Job, Notice
from xinglin.kernel.phrases import say
from xinglin.kernel.words import JobState, Role
from xinglin.roster.models import Organisation

DUE = date(2026, 12, 31)


@pytest.fixture
def secretary(db: None) -> Account:
    account = Account.objects.create(username="sec")
    permits.grant(account=account, role=Role.SECRETARIAT, by=permits.the_program())
    return account


@pytest.fixture
def liaison(db: None) -> Account:
    return Account.objects.create(username="liaison")


def remind(subject: Account, who: Account, day: date, since: date | None = None) -> int:
    return calendar.remind(subject=subject, due_on=DUE, day=day, what=say("Renew"), who=[who], since=since)


def days_told(account: Account) -> list[str]:
    return [
        str(notices.sentence_of(notice)) for notice in Notice.objects.filter(account=account).order_by("created_at")
    ]


def test_thirty_seven_and_one_day_before_then_late(secretary: Account, liaison: Account) -> None:
    told = {
        day: count
        for day in (DUE - timedelta(days=60) + timedelta(days=n) for n in range(100))
        if (count := remind(liaison, liaison, day))
    }
    before = [(DUE - day).days for day in told if day <= DUE]
    after = [(day - DUE).days for day in told if day > DUE]
    assert before == [30, 7, 1] and after == [1, 7, 30]
    assert len(days_told(secretary)) == 3, "the secretariat hears of lateness only"
    assert "is due on" in days_told(liaison)[0] and "days late" in days_told(liaison)[-1]


def test_a_day_without_a_worker_is_made_up_for_and_a_day_twice_is_one_day(secretary: Account, liaison: Account) -> None:
    assert remind(liaison, liaison, DUE - timedelta(days=5)) == 1, "the reminder of seven days, two days later"
    assert remind(liaison, liaison, DUE - timedelta(days=5)) == 0
    assert remind(liaison, liaison, DUE - timedelta(days=4)) == 0


def test_a_short_term_is_not_announced_before_it_began(liaison: Account) -> None:
    assert remind(liaison, liaison, DUE - timedelta(days=5), since=DUE - timedelta(days=5)) == 0
    assert remind(liaison, liaison, DUE - timedelta(days=1), since=DUE - timedelta(days=5)) == 1


def test_open_dossiers_remind_those_whose_move_is_awaited(secretary: Account) -> None:
    Organisation.objects.create(name_zh="示例", kind="hospital", stage="proposed", due_on=DUE)
    Organisation.objects.create(name_zh="不再等待", kind="hospital", stage="closed", due_on=DUE)
    calendar.remind_of_dossiers(DUE + timedelta(days=8))
    assert len(days_told(secretary)) == 1


def test_a_deed_that_fails_does_not_stop_the_others(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_day: date) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(calendar, "DAILY", {"a": broken, "b": lambda _day: 7})
    assert calendar.run_day(DUE) == {"a": -1, "b": 7}
    job = jobs.run_now(calendar.ask_for_today(permits.the_program()))
    assert job.state == JobState.FAILED and job.place == {"a": -1, "b": 7} and job.done == 2
    assert calendar.ask_for_today(permits.the_program()) is None and Job.objects.count() == 1
