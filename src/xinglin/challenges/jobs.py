"""Entries for the background worker: each calls one action, nothing else."""

from __future__ import annotations

from typing import Any

from xinglin.challenges.actions import calls, milestones, openings
from xinglin.challenges.models import BidAttachment
from xinglin.challenges.words.bids import TextState
from xinglin.kernel import calendar, permits
from xinglin.kernel.jobs import Work, task
from xinglin.kernel.machine import roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role


@task(openings.READ_TEXTS, say("Read the attachments of opened bids"), roles=roles(Role.SECRETARIAT))
def read_texts(work: Work, *, challenge_id: str) -> dict[str, Any]:
    """Read every attachment that was not read yet; a kill begins again with the next one."""
    waiting = BidAttachment.objects.filter(bid__challenge_id=challenge_id, text_state=TextState.WAITING)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    work.expect(len(keys))
    failed = 0
    for key in keys:
        with work.chunk(1):
            failed += openings.read_texts(attachment_id=key, by=permits.the_program()).text_state == TextState.FAILED
    return {"read": len(keys) - failed, "failed": failed}


calendar.each_minute("challenges.close_calls", lambda: calls.close_calls(by=permits.the_program()))
calendar.daily("challenges.remind_experts", lambda _day: calls.remind_experts(by=permits.the_program()))
calendar.daily("challenges.overdue", lambda _day: milestones.warn_of_overdue(by=permits.the_program()))
