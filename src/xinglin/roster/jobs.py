"""Entries for the background worker: each calls one action, nothing else."""

from __future__ import annotations

from xinglin.kernel import calendar
from xinglin.roster.actions import deadlines

calendar.daily("roster.deadlines", lambda _day: sum(deadlines.run_day().values()))
