"""What consent does each day: each entry calls one action, nothing else."""

from __future__ import annotations

from datetime import timedelta

from xinglin.exchange.consent.actions import audits, bindings, consents, following, notices
from xinglin.kernel import calendar, permits

# Links of the last hour are looked at each minute, so that a worker that was away for a while misses none.
LATELY = timedelta(hours=1)

calendar.each_minute("consent.follow", lambda: following.follow_links(within=LATELY, by=permits.the_program()))
calendar.daily("consent.follow", lambda _day: following.follow_links(by=permits.the_program()))
calendar.daily("consent.lapse", lambda _day: consents.lapse_consents(by=permits.the_program()))
calendar.daily("consent.assessments", lambda _day: notices.end_assessments(by=permits.the_program()))
calendar.daily("consent.bindings", lambda _day: bindings.expire_bindings(by=permits.the_program()))
calendar.daily("consent.audit", lambda day: audits.draw_month(day=day, by=permits.the_program()))
