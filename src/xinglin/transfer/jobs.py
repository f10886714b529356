"""Entries for the background worker: each calls one action, nothing else."""

from __future__ import annotations

from xinglin.kernel import calendar, permits
from xinglin.transfer.actions import achievements, ip

calendar.daily("transfer.rights", lambda day: ip.watch_rights(day=day, by=permits.the_program()))
calendar.daily("transfer.unused", lambda day: achievements.remind_of_unused(day=day, by=permits.the_program()))
