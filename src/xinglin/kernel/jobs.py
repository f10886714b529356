"""Long work in the background: asked for, watched, cancelled, and taken up again where a kill cut it off.

A wing declares its tasks in its `jobs.py`; each calls one action per chunk and nothing else:

    @task("roster.import", say("Import members and experts"), roles=roles(Role.SECRETARIAT))
    def import_roster(work: Work, *, document_version_id: str) -> dict[str, Any]:
        rows = read(document_version_id)
        work.expect(len(rows))
        for part in work.parts(rows, of=500):     # resumes behind the last part that was committed
            with work.chunk(len(part)):           # the part's rows and the progress commit together, or neither
                import_rows(rows=part, by=work.by)
        return {"rows": len(rows)}

The row of `Job` is what people see; Procrastinate only brings it to a worker. Whoever runs a job holds the number
of its attempt: a worker that was thought dead and comes back finds another number there, and its chunk is rolled back.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet

from xinglin.kernel import ledger, permits, queue
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, Job
from xinglin.kernel.phrases import Phrase, packed, say, unpacked
from xinglin.kernel.refusals import Refusal, absent, not_yours
from xinglin.kernel.words import JobState, Role

log = logging.getLogger("xinglin.jobs")
T = TypeVar("T")

# Seconds without a word from its worker until a job counts as abandoned.
SILENCE = 60
# Tries until a job is given up, and the seconds to wait before each further one.
ATTEMPTS = 5
PAUSES = (10, 60, 300, 900)
OPEN = (JobState.WAITING, JobState.RUNNING, JobState.CANCELLING)
OVERSEERS = (Role.SYSTEM_ADMIN, Role.SECRETARIAT)


class Cancelled(Exception):
    """The person who asked wants it stopped; what was committed stays."""


class Lost(Exception):
    """Another worker has taken this job; nothing of the present chunk may stay."""


@dataclass(frozen=True)
class Task:
    """A kind of long work: who may ask for it, what runs, and (if it can be told) how much there will be to do."""

    name: str
    label: Phrase
    run: Callable[..., Mapping[str, Any] | None]
    roles: frozenset[Role]
    estimate: Callable[[Mapping[str, Any]], int] | None


TASKS: dict[str, Task] = {}
Run = Callable[..., Mapping[str, Any] | None]


def task(
    name: str,
    label: Phrase,
    *,
    roles: frozenset[Role] = frozenset(),
    estimate: Callable[[Mapping[str, Any]], int] | None = None,
) -> Callable[[Run], Run]:
    """Register a task. Without `roles` only the program itself asks for it. Raises ValueError for a name twice."""

    def registered(run: Run) -> Run:
        if name in TASKS:
            raise ValueError(f"the task {name} is written twice")
        TASKS[name] = Task(name, label, run, roles, estimate)
        return run

    return registered


@dataclass
class Work:
    """A running job as its task sees it."""

    job: Job
    by: Account
    attempt: int
    _open: bool = field(default=False, repr=False)

    @property
    def place(self) -> dict[str, Any]:
        """Where the last committed chunk ended; empty at the beginning."""
        return self.job.place

    def expect(self, total: int) -> None:
        """Say how much there is to do, for the progress people see."""
        self._keep(total=total)

    @contextmanager
    def chunk(self, size: int = 0, **place: Any) -> Iterator[None]:
        """One transaction: what is done inside, the progress of `size`, and the `place` to resume from.

        Raises Cancelled before it begins when somebody wants the job stopped.
        """
        self.listen()
        with transaction.atomic():
            yield
            self._keep(done=self.job.done + size, place={**self.job.place, **place})

    def parts(self, rows: Sequence[T], *, of: int) -> Iterator[Sequence[T]]:
        """`rows` in parts of a size, from behind what is done already; take each with `chunk(len(part))`."""
        while self.job.done < len(rows):
            before = self.job.done
            yield rows[before : before + of]
            if self.job.done == before:
                raise RuntimeError("a part was not taken with chunk(len(part))")

    def listen(self) -> None:
        """Show that the job is alive, and stop when that is wanted. Raises Cancelled, Lost."""
        self._keep()
        if self.job.state == JobState.CANCELLING:
            raise Cancelled

    def _keep(self, **changes: Any) -> None:
        mine = Job.objects.filter(pk=self.job.pk, attempts=self.attempt, state__in=OPEN[1:])
        if not mine.update(heard_at=now(), **changes):
            raise Lost
        self.job.refresh_from_db()


@transaction.atomic
def ask(task: str, *, by: Account, arguments: Mapping[str, Any] | None = None) -> Job:
    """Ask for long work; it begins after commit, in the worker. `arguments` are JSON, without secrets."""
    kind = TASKS[task]
    if not permits.is_the_program(by) and not {role for role, _ in permits.grants_of(by)} & kind.roles:
        raise not_yours(kind.label)
    given = dict(arguments or {})
    total = kind.estimate(given) if kind.estimate else 0
    job = Job.objects.create(task=task, arguments=given, asked_by=by.pk, total=total)
    ledger.record("kernel.job_asked", by=by, subject=job, data={"task": task})
    queue.defer(queue.RUN_JOB, job_id=job.pk)
    return job


@transaction.atomic
def cancel_job(*, job_id: str, by: Account) -> Job:
    """Stop long work: at once if it waits, before its next part if it runs. What was done stays done."""
    job = jobs_for(by).select_for_update().filter(pk=job_id).first()
    if job is None:
        raise absent()
    if job.state not in OPEN:
        raise Refusal(
            "jobs.over",
            say("This work is over already: {state}.", state=JobState(job.state).label),
            say("Reload the page to see how it ended."),
        )
    waiting = job.state == JobState.WAITING
    job.state = JobState.CANCELLED if waiting else JobState.CANCELLING
    job.finished_at = now() if waiting else None
    job.save(update_fields=["state", "finished_at"])
    ledger.record("kernel.job_cancelled", by=by, subject=job,
                  data={"task": job.task, "done": job.done, "total": job.total})  # fmt: skip
    return job


def jobs_for(actor: permits.Actor) -> QuerySet[Job]:
    """The jobs an actor asked for; all of them for those who look after the house."""
    if actor is None:
        return Job.objects.none()
    if permits.holds(actor, *OVERSEERS) or permits.is_the_program(actor):
        return Job.objects.all()
    return Job.objects.filter(asked_by=actor.pk)


def failure_of(job: Job) -> tuple[Phrase, Phrase | None] | None:
    """Why a job failed and what would help, as phrases; None when it did not fail."""
    if not job.failure:
        return None
    step = job.failure.get("next_step")
    return unpacked(job.failure["sentence"]), unpacked(step) if step else None


def run_now(job: Job) -> Job:
    """Run one job here and now, in this process: for tests, the demonstration, and the worker."""
    taken = _taken(job.pk)
    if taken is not None:
        _run(taken)
    job.refresh_from_db()
    return job


def work_off() -> int:
    """Run everything that waits, here and now; returns how many jobs there were."""
    ran = 0
    while job := Job.objects.filter(state=JobState.WAITING, due_at__lte=now()).order_by("created_at").first():
        run_now(job)
        ran += 1
    return ran


def take_up_abandoned() -> int:
    """Put jobs in line again whose worker fell silent, and waiting ones that are due; returns how many."""
    silent = now() - timedelta(seconds=SILENCE)
    abandoned = Q(state__in=[JobState.RUNNING, JobState.CANCELLING], heard_at__lt=silent)
    due = Q(state=JobState.WAITING, due_at__lt=silent)
    found = list(Job.objects.filter(abandoned | due).values_list("pk", flat=True))
    for key in found:
        queue.defer(queue.RUN_JOB, once=f"job:{key}", job_id=key)
    return len(found)


def run_by_id(job_id: str) -> None:
    """The worker's entry: run the job unless it is over, not due yet, or in other hands."""
    taken = _taken(job_id)
    if taken is not None:
        with _pulse(taken):
            _run(taken)


@contextmanager
def _pulse(job: Job) -> Iterator[None]:
    """Show life while a single part takes longer than SILENCE; stops with the process, which is the point."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(SILENCE / 4):
                with suppress(DatabaseError):
                    Job.objects.filter(pk=job.pk, attempts=job.attempts, state__in=OPEN[1:]).update(heard_at=now())
        finally:
            connection.close()

    heart = threading.Thread(target=beat, name=f"pulse {job.pk}", daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join(timeout=5)


@transaction.atomic
def _taken(job_id: str) -> Job | None:
    """Take a job that waits, or whose worker fell silent, under a new attempt number; None if it is not to be had."""
    job = Job.objects.select_for_update().filter(pk=job_id, state__in=OPEN).first()
    if job is None:
        return None
    silent = job.heard_at is None or job.heard_at < now() - timedelta(seconds=SILENCE)
    if job.state == JobState.CANCELLING and silent:
        _end(job, JobState.CANCELLED)
        return None
    if (job.state == JobState.WAITING and job.due_at > now()) or (job.state == JobState.RUNNING and not silent):
        return None
    if job.attempts >= ATTEMPTS:
        _fail(job, Refusal("jobs.killed", say("The program was stopped {times} times while doing this.",
                                              times=job.attempts)))  # fmt: skip
        return None
    job.state, job.attempts, job.heard_at = JobState.RUNNING, job.attempts + 1, now()
    job.started_at = job.started_at or job.heard_at
    job.save(update_fields=["state", "attempts", "heard_at", "started_at"])
    return job


def _run(job: Job) -> None:
    work = Work(job, Account.objects.get(pk=job.asked_by), job.attempts)
    try:
        kind = TASKS.get(job.task)
        if kind is None:
            raise Refusal("jobs.unknown", say("This version of the program does not know how to do this."))
        if not work.by.is_active:
            raise Refusal("jobs.closed_account", say("The account that asked for this is closed."))
        result = kind.run(work, **job.arguments)
        _settle(work, JobState.DONE, result=dict(result or {}))
    except Cancelled:
        _settle(work, JobState.CANCELLED)
    except Lost:
        log.warning("job %s is in other hands; what this worker had begun was rolled back", job.pk)
    except Refusal as refusal:
        _settle(work, JobState.FAILED, refusal=refusal)
    except Exception:
        log.exception("job %s (%s) failed in attempt %s", job.pk, job.task, job.attempts)
        _try_again(work)


@transaction.atomic
def _settle(
    work: Work, state: JobState, *, result: dict[str, Any] | None = None, refusal: Refusal | None = None
) -> None:
    job = Job.objects.select_for_update().get(pk=work.job.pk)
    if job.attempts != work.attempt or job.state not in OPEN:
        return
    if refusal is not None:
        _fail(job, refusal)
    else:
        job.result = result or {}
        _end(job, state)


@transaction.atomic
def _try_again(work: Work) -> None:
    """A bug, or the database was away: again after a pause, until the attempts are used up."""
    job = Job.objects.select_for_update().get(pk=work.job.pk)
    if job.attempts != work.attempt or job.state not in OPEN:
        return
    if job.state == JobState.CANCELLING:
        _end(job, JobState.CANCELLED)
    elif job.attempts >= ATTEMPTS:
        _fail(job, Refusal(
            "jobs.fault",
            say("The program could not finish this; the fault is in its log under {job}.", job=job.pk),
            say("What was done before stays. Tell the system administrator the number, then start it again."),
        ))  # fmt: skip
    else:
        job.state = JobState.WAITING
        job.due_at = now() + timedelta(seconds=PAUSES[min(job.attempts, len(PAUSES)) - 1])
        job.save(update_fields=["state", "due_at"])
        queue.defer(queue.RUN_JOB, at=job.due_at, job_id=job.pk)


def _fail(job: Job, refusal: Refusal) -> None:
    job.failure = {"code": refusal.code, "sentence": packed(refusal.sentence)}
    if refusal.next_step is not None:
        job.failure["next_step"] = packed(refusal.next_step)
    _end(job, JobState.FAILED)


def _end(job: Job, state: JobState) -> None:
    job.state, job.finished_at, job.heard_at = state, now(), now()
    job.save()
    ledger.record("kernel.job_ended", by=permits.the_program(), subject=job,
                  data={"task": job.task, "state": str(state), "done": job.done, "total": job.total})  # fmt: skip
