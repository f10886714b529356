"""Entries for the background worker: each calls one action, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from xinglin.kernel import calendar, jobs, permits
from xinglin.kernel.jobs import Work, task
from xinglin.kernel.machine import roles
from xinglin.kernel.phrases import packed, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.actions import needs, offers, rounds, tickets
from xinglin.matching.models import Round
from xinglin.matching.nets import shelf
from xinglin.matching.queries import solving

STEPS = 100


@task(rounds.TASK, say("Compute an assignment round"), roles=roles(Role.SECRETARIAT))
def solve_round(work: Work, *, round_id: str) -> dict[str, Any]:
    """Rank, assign, store. A kill before the storing starts it anew; nothing is stored twice."""
    program = permits.the_program()
    round_ = Round.objects.get(pk=round_id)
    work.expect(STEPS)

    def told(_step: str, share: float) -> None:
        # An empty chunk moves the bar and hears whether somebody wants it stopped.
        with work.chunk(max(0, round(share * (STEPS - 1)) - work.job.done)):
            pass

    try:
        solution = solving.solve(round_, told=told, should_stop=lambda: _wanted_stopped(work))
        with work.chunk(STEPS - work.job.done):
            rounds.store_solution(round_id=round_id, solution=solution, by=program)
    except jobs.Cancelled:
        rounds.fail_round(round_id=round_id, code="stopped", by=program)
        raise
    except Refusal as refusal:
        rounds.fail_round(round_id=round_id, code=refusal.code, sentence=packed(refusal.sentence), by=program)
        raise
    return {"pairs": len(solution.chosen), "seconds": solution.seconds}


def _as_the_program(deed: Callable[..., int]) -> Callable[[date], int]:
    """A daily deed in the program's own name; the day is the clock's."""
    return lambda _day: deed(by=permits.the_program())


calendar.daily("matching.needs", _as_the_program(needs.expire_needs))
calendar.daily("matching.offers", _as_the_program(offers.expire_offers))
calendar.daily("matching.tickets", _as_the_program(tickets.watch_tickets))
calendar.daily("matching.net", lambda _day: shelf.prepare())


def _wanted_stopped(work: Work) -> bool:
    try:
        work.listen()
    except jobs.Cancelled:
        return True
    return False
