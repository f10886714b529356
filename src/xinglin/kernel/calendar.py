"""What the program does by itself each day: warn before something lapses, say when it is late.

A wing registers its daily deeds with `daily(name, function)`. The general one, for every dossier with a day by which
somebody must act, is here. A reminder carries a key, so that running a day twice tells nobody twice, and a day on which
no worker ran is made up for by the next.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from xinglin.kernel import configuration, jobs, notices
from xinglin.kernel.clock import ZONE, today
from xinglin.kernel.dossiers import KINDS, Kind
from xinglin.kernel.models import Account, Dossier, Job
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

log = logging.getLogger("xinglin.calendar")

NEAR, PASSED = "kernel.deadline_near", "kernel.deadline_passed"
DAILY_TASK = "kernel.daily"

configuration.rule("deadlines.warn_days", [30, 7, 1], say("Days before a deadline on which somebody is reminded"),
                   "set by the alliance")  # fmt: skip
configuration.rule("deadlines.escalate_days", [1, 7, 30], say("Days after a deadline on which the secretariat is told"),
                   "set by the alliance")  # fmt: skip

Deed = Callable[[date], int]
DAILY: dict[str, Deed] = {}


def daily(name: str, deed: Deed) -> Deed:
    """Register what is done each morning; `deed(day)` returns how many things it did. Safe to run twice a day."""
    if name in DAILY:
        raise ValueError(f"the daily deed {name} is written twice")
    DAILY[name] = deed
    return deed


EACH_MINUTE: dict[str, Callable[[], int]] = {}


def each_minute(name: str, deed: Callable[[], int]) -> Callable[[], int]:
    """Register what the worker does each minute: a look whether there is work to ask for, never the work itself."""
    if name in EACH_MINUTE:
        raise ValueError(f"the deed {name} of each minute is written twice")
    EACH_MINUTE[name] = deed
    return deed


def run_day(day: date | None = None, *, only: Iterable[str] | None = None) -> dict[str, int]:
    """Do every deed of a day, each in a transaction of its own; one that fails is logged and does not stop the others.

    Returns what each did; -1 for one that failed.
    """
    wanted = set(only) if only is not None else set(DAILY)
    return {name: _do(name, day or today()) for name in DAILY if name in wanted}


def _do(name: str, day: date) -> int:
    try:
        with transaction.atomic():
            return DAILY[name](day)
    except Exception:
        log.exception("the daily deed %s failed", name)
        return -1


@jobs.task(DAILY_TASK, say("The day's reminders and deadlines"))
def the_day(work: jobs.Work, *, day: str) -> dict[str, Any]:
    """The morning round as a job: it is seen, and it resumes. A deed that fails is skipped; the job then says so."""
    deeds = list(DAILY)
    work.expect(len(deeds))
    for part in work.parts(deeds, of=1):
        with work.chunk(1):
            count = _do(part[0], date.fromisoformat(day))
            work.place[part[0]] = count
    failed = sorted(name for name, count in work.place.items() if count < 0)
    if failed:
        raise Refusal(
            "calendar.failed",
            say("Part of the day's round could not be done: {deeds}.", deeds=", ".join(failed)),
            say("It is tried again tomorrow; the fault is in the program's log."),
        )
    return dict(work.place)


def ask_for_today(by: Account) -> Job | None:
    """Ask for the morning round unless it was asked for already; call under the tending lock."""
    day = today().isoformat()
    if Job.objects.filter(task=DAILY_TASK, arguments__day=day).exists():
        return None
    return jobs.ask(DAILY_TASK, by=by, arguments={"day": day})


def remind(
    *, subject: Any, due_on: date, day: date, what: Phrase, who: Iterable[Account], since: date | None = None,
    overseers: Iterable[Account] | None = None,
) -> int:  # fmt: skip
    """Tell `who` that `what` is due for `subject`; once it is late, tell the secretariat (or `overseers`) too.

    `since` is when the time began to run: a deadline of five days is not announced thirty days before. Returns how many
    notices were new.
    """
    left = (due_on - day).days
    if left >= 0:
        term = (due_on - since).days if since else None
        steps = [n for n in configuration.value("deadlines.warn_days") if left <= n and (term is None or n < term)]
        if not steps:
            return 0
        sentence = say("“{subject}” is due on {day}, in {days} days: {what}.",
                       subject=str(subject), day=due_on, days=left, what=what)  # fmt: skip
        return len(notices.tell(who, NEAR, sentence, subject=subject, once=_key(subject, due_on, f"-{min(steps)}")))
    steps = [n for n in configuration.value("deadlines.escalate_days") if -left >= n]
    if not steps:
        return 0
    sentence = say("“{subject}” was due on {day} and is {days} days late: {what}.",
                   subject=str(subject), day=due_on, days=-left, what=what)  # fmt: skip
    above = notices.holders(Role.SECRETARIAT) if overseers is None else overseers
    told = [*who, *above]
    return len(notices.tell(told, PASSED, sentence, subject=subject, once=_key(subject, due_on, f"+{max(steps)}")))


def _key(subject: Any, due_on: date, step: str) -> str:
    return f"due:{subject._meta.label_lower}:{subject.pk}:{due_on.isoformat()}:{step}"


def remind_of_dossiers(day: date) -> int:
    """Every open dossier whose day is near or past: remind those whose move is awaited."""
    return sum(_remind_of(kind, dossier, day) for kind in KINDS.values() for dossier in _due(kind, day))


def _due(kind: Kind, day: date) -> Iterator[Dossier]:
    if not issubclass(kind.model, Dossier):
        return
    ahead = max(configuration.value("deadlines.warn_days"), default=0)
    waiting = [str(stage) for stage in kind.machine.stages if kind.machine.awaited_from(stage)]
    waiting = [stage for stage in waiting if stage not in kind.reminds_itself]
    rows = kind.model._default_manager.filter(due_on__lte=day + timedelta(days=ahead), stage__in=waiting)
    yield from rows.order_by("due_on").iterator(chunk_size=500)


def _remind_of(kind: Kind, dossier: Dossier, day: date) -> int:
    moves = kind.machine.awaited_from(dossier.stage)
    roles = frozenset().union(*(move.roles for move in moves))
    asked = notices.holders(*roles, scopes=dossier.scopes())
    who = [account for account in asked if any(kind.turn(dossier, account, move.name) for move in moves)]
    return remind(
        subject=dossier, due_on=dossier.due_on, day=day, what=moves[0].label,
        who=who, since=dossier.stage_since.astimezone(ZONE).date(),
    )  # fmt: skip


daily("kernel.dossiers", remind_of_dossiers)
