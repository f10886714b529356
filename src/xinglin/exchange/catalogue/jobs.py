"""What the catalogue does by itself each day: marks lapse, and their laboratories are warned before."""

from __future__ import annotations

from xinglin.exchange.catalogue.actions import grants
from xinglin.kernel import calendar, permits

calendar.daily("catalogue.lapsed_marks", lambda _day: grants.suspend_lapsed(by=permits.the_program()))
calendar.daily("catalogue.marks_near_their_end", lambda _day: grants.warn_of_lapses(by=permits.the_program()))
