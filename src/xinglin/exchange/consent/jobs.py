"""What consent does each day: each entry calls one action, nothing else."""

from __future__ import annotations

from xinglin.exchange.consent.actions import audits, bindings, consents, notices
from xinglin.kernel import calendar, permits

calendar.daily("consent.lapse", lambda _day: consents.lapse_consents(by=permits.the_program()))
calendar.daily("consent.assessments", lambda _day: notices.end_assessments(by=permits.the_program()))
calendar.daily("consent.bindings", lambda _day: bindings.expire_bindings(by=permits.the_program()))
calendar.daily("consent.audit", lambda day: audits.draw_month(day=day, by=permits.the_program()))
