"""The waiting line: work for the background, put there in the transaction of the deed.

Procrastinate's rows are written on Django's own connection, so a rollback takes them back and a kill after commit loses
none (`docs/adr/0006-outbox-in-the-same-transaction.md`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

RUN_JOB = "kernel.run_job"
DELIVER = "kernel.deliver"
MAIL_INVITATION = "kernel.mail_invitation"


def defer(name: str, *, once: str | None = None, at: datetime | None = None, **arguments: Any) -> None:
    """Put one piece of work in line. With `once`, nothing happens while the same is already waiting there."""
    try:
        # A savepoint: the refusal of a double must not spoil the transaction around it.
        with transaction.atomic():
            app.configure_task(name, queueing_lock=once, schedule_at=at).defer(**arguments)
    except AlreadyEnqueued:
        return
