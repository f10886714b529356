"""Long work: asked for, watched, cancelled, taken up where a kill cut it off, and never done twice."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from xinglin.kernel import jobs, ledger, permits, worker
from xinglin.kernel.clock import at, now
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account, Job, LedgerEntry, Series
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import JobState, Role


@pytest.fixture(autouse=True)
def tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "TASKS", dict(jobs.TASKS))

    @jobs.task("test.count", say("Count"), roles=roles(Role.SECRETARIAT), estimate=lambda given: given["to"])
    def count(work: jobs.Work, *, to: int, stop_at: int = -1) -> dict[str, Any]:
        rows = list(range(to))
        for part in work.parts(rows, of=10):
            with work.chunk(len(part), last=part[-1]):
                for row in part:
                    Series.objects.create(name=f"row {row}", year=2026)
                    if row == stop_at:
                        raise ZeroDivisionError
        return {"rows": Series.objects.count()}

    @jobs.task("test.refuse", say("Refuse"))
    def refuse(work: jobs.Work) -> None:
        with work.chunk(1):
            Series.objects.create(name="half", year=2026)
            raise Refusal("test.no", say("Row {row} is wrong.", row=7), say("Correct row 7."))


@pytest.fixture
def program(db: None) -> Account:
    return permits.the_program()


@pytest.fixture
def secretary(program: Account) -> Account:
    account = Account.objects.create(username="shili", display_name="示例")
    permits.grant(account=account, role=Role.SECRETARIAT, by=program)
    return account


def events(job: Job) -> list[str]:
    return [entry.event for entry in ledger.about(job)]


def test_work_is_asked_for_run_and_recorded(secretary: Account) -> None:
    job = jobs.ask("test.count", by=secretary, arguments={"to": 25})
    assert (job.state, job.total) == (JobState.WAITING, 25)
    jobs.run_now(job)
    assert (job.state, job.done, job.result, job.place) == (JobState.DONE, 25, {"rows": 25}, {"last": 24})
    assert events(job) == ["kernel.job_asked", "kernel.job_ended"]
    jobs.run_now(job)
    assert Series.objects.count() == 25, "a job that is done is not done again"


def test_who_may_ask_and_see(program: Account, secretary: Account) -> None:
    stranger = Account.objects.create(username="stranger")
    with pytest.raises(Refusal):
        jobs.ask("test.count", by=stranger, arguments={"to": 1})
    with pytest.raises(Refusal):
        jobs.ask("test.refuse", by=secretary)
    job = jobs.ask("test.count", by=program, arguments={"to": 1})
    assert list(jobs.jobs_for(secretary)) == [job]
    assert not jobs.jobs_for(stranger) and not jobs.jobs_for(None)
    with pytest.raises(Refusal, match="absent"):
        jobs.cancel_job(job_id=job.pk, by=stranger)


def test_the_line_and_the_job_are_written_together_or_not_at_all(secretary: Account) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.ask("test.count", by=secretary, arguments={"to": 1})
        assert ProcrastinateJob.objects.count() == 1
        raise ZeroDivisionError
    assert not Job.objects.exists() and not ProcrastinateJob.objects.exists()


def test_a_refusal_ends_the_job_with_its_sentence_and_nothing_half_done(program: Account) -> None:
    job = jobs.run_now(jobs.ask("test.refuse", by=program))
    failure = jobs.failure_of(job)
    assert job.state == JobState.FAILED and failure is not None
    assert [str(phrase) for phrase in failure] == ["Row 7 is wrong.", "Correct row 7."]
    assert job.done == 0 and not Series.objects.exists()


def test_a_fault_is_tried_again_from_the_last_part_and_then_given_up(secretary: Account) -> None:
    job = jobs.ask("test.count", by=secretary, arguments={"to": 30, "stop_at": 15})
    moment = now()
    for attempt in range(1, jobs.ATTEMPTS + 1):
        with at(moment + timedelta(hours=attempt)):
            jobs.run_now(job)
        assert (job.attempts, job.done, Series.objects.count()) == (attempt, 10, 10)
        assert job.state == (JobState.WAITING if attempt < jobs.ATTEMPTS else JobState.FAILED)
    failure = jobs.failure_of(job)
    assert failure is not None and job.pk in str(failure[0])


def test_a_pause_is_kept_before_the_next_try(secretary: Account) -> None:
    job = jobs.run_now(jobs.ask("test.count", by=secretary, arguments={"to": 30, "stop_at": 15}))
    assert job.due_at > now()
    jobs.run_now(job)
    assert job.attempts == 1


def test_waiting_work_is_cancelled_at_once(secretary: Account) -> None:
    job = jobs.cancel_job(job_id=jobs.ask("test.count", by=secretary, arguments={"to": 5}).pk, by=secretary)
    assert job.state == JobState.CANCELLED
    jobs.run_now(job)
    assert not Series.objects.exists()
    with pytest.raises(Refusal, match=r"jobs\.over"):
        jobs.cancel_job(job_id=job.pk, by=secretary)


def test_running_work_stops_before_its_next_part(secretary: Account) -> None:
    job = jobs.ask("test.count", by=secretary, arguments={"to": 30})
    taken = jobs._taken(job.pk)
    assert taken is not None
    work = jobs.Work(taken, secretary, taken.attempts)
    with work.chunk(10):
        Series.objects.create(name="part", year=2026)
    jobs.cancel_job(job_id=job.pk, by=secretary)
    with pytest.raises(jobs.Cancelled), work.chunk(10):
        raise AssertionError("not reached")
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.CANCELLING, 10)


def test_a_worker_that_vanished_is_replaced_and_its_late_part_rolled_back(secretary: Account) -> None:
    job = jobs.ask("test.count", by=secretary, arguments={"to": 30})
    taken = jobs._taken(job.pk)
    assert taken is not None
    ghost = jobs.Work(taken, secretary, taken.attempts)
    with ghost.chunk(10, last=9):
        Series.objects.create(name="by the ghost", year=2026)
    assert jobs._taken(job.pk) is None, "it is in other hands"
    ProcrastinateJob.objects.all()._raw_delete("default")
    with at(now() + timedelta(seconds=jobs.SILENCE + 1)):
        assert jobs.take_up_abandoned() == 1
        assert jobs.take_up_abandoned() == 1
        assert ProcrastinateJob.objects.count() == 1, "waiting in line once"
        jobs.run_now(job)
    assert (job.state, job.done) == (JobState.DONE, 30)
    with pytest.raises(jobs.Lost), ghost.chunk(10):
        raise AssertionError("not reached")
    assert Series.objects.count() == 21, "one row of the ghost's committed part, and rows 10 to 29"


def test_a_job_that_kills_its_worker_every_time_is_given_up(secretary: Account) -> None:
    job, moment = jobs.ask("test.count", by=secretary, arguments={"to": 5}), now()
    for hour in range(jobs.ATTEMPTS):
        with at(moment + timedelta(hours=hour)):
            assert jobs._taken(job.pk) is not None
    with at(moment + timedelta(days=1)):
        jobs.run_now(job)
    assert job.state == JobState.FAILED and job.failure["code"] == "jobs.killed"


def test_a_cancelled_job_whose_worker_is_gone_becomes_cancelled(secretary: Account) -> None:
    job = jobs.ask("test.count", by=secretary, arguments={"to": 5})
    jobs._taken(job.pk)
    jobs.cancel_job(job_id=job.pk, by=secretary)
    with at(now() + timedelta(seconds=jobs.SILENCE + 1)):
        jobs.run_now(job)
    assert job.state == JobState.CANCELLED


def test_work_of_a_closed_account_is_refused(secretary: Account) -> None:
    job = jobs.ask("test.count", by=secretary, arguments={"to": 5})
    Account.objects.filter(pk=secretary.pk).update(is_active=False)
    assert jobs.run_now(job).failure["code"] == "jobs.closed_account"


def test_everything_that_waits_is_worked_off(secretary: Account) -> None:
    for _ in range(2):
        jobs.ask("test.count", by=secretary, arguments={"to": 0})
    assert jobs.work_off() == 2 and jobs.work_off() == 0


@pytest.fixture
def real_worker(transactional_db: None) -> Iterator[None]:
    stop = threading.Event()

    def run() -> None:
        try:
            worker.run_worker(stop, concurrency=2)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join(timeout=40)
    assert not thread.is_alive()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_brings_it_to_an_end(real_worker: None) -> None:
    secretary = Account.objects.create(username="shili")
    permits.grant(account=secretary, role=Role.SECRETARIAT, by=permits.the_program())
    job = jobs.ask("test.count", by=secretary, arguments={"to": 25})
    until = time.monotonic() + 30
    while job.state in jobs.OPEN and time.monotonic() < until:
        time.sleep(0.1)
        job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, 25)


def test_tending_seals_and_begins_the_day_once(program: Account, secretary: Account) -> None:
    with at(now().replace(hour=2, minute=0)):  # ten in the morning in Shanghai
        worker.tend()
        worker.tend()
        assert Job.objects.filter(task="kernel.daily").count() == 1
        jobs.work_off()
    assert Job.objects.get(task="kernel.daily").state == JobState.DONE
    assert LedgerEntry.objects.exists() and ledger.latest_root() != ledger.GENESIS


def test_one_chore_that_fails_does_not_stop_the_others(program: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(worker, "_seal", broken)
    with at(now().replace(hour=2)):
        worker.tend()
    assert Job.objects.filter(task="kernel.daily").exists()
