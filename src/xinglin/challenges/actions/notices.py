"""Putting something of a challenge under public notice, and telling those whom it concerns."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinglin.challenges.models import Challenge, ListEdition, Objection, PublicNotice
from xinglin.challenges.rules.calls import last_day_of_notice
from xinglin.challenges.rules.objections import OPEN
from xinglin.challenges.words.calls import NoticeSubject
from xinglin.kernel import configuration, ledger, lifecycle, notices, permits, workdays
from xinglin.kernel.clock import now, today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Role

configuration.rule(
    "challenges.notice_days", 10,
    say("Days a list, an award or a heavy change stands under public notice, the first day included"),
    "domain 4.4: 10 calendar days (Rongcheng 2023) or 5 working days",
)  # fmt: skip
configuration.rule(
    "challenges.notice_working", False, say("Count only working days of a public notice"), "set by the alliance"
)


def notice_until(opened_on: date) -> date:
    """The last day of a notice that opens on a day, by the rules in force on it."""
    return last_day_of_notice(
        opened_on,
        configuration.value("challenges.notice_days", on=opened_on),
        working=configuration.value("challenges.notice_working", on=opened_on),
        holidays=workdays.days_of("calendar.holidays"),
        weekends=workdays.days_of("calendar.working_weekends"),
    )


@transaction.atomic
def open_notice(
    *, challenge: Challenge, about: NoticeSubject, text: str = "", edition: ListEdition | None = None, by: Account
) -> PublicNotice:
    """Put the list entry, the award or a change of a challenge, already locked, under public notice from today.

    A notice of the same kind that was ended (an upheld objection) stays on record; this is the next one.
    """
    rows = PublicNotice.objects.filter(challenge=challenge, about=about)
    opened = today()
    notice = PublicNotice.objects.create(
        challenge=challenge, about=about, number=rows.count() + 1, opened_on=opened, ends_on=notice_until(opened),
        text=text, edition=edition,
    )  # fmt: skip
    data = {"about": str(about), "number": notice.number, "until": notice.ends_on.isoformat()}
    ledger.record("challenges.notice_opened", by=by, subject=challenge, data=data)
    return notice


@transaction.atomic
def end_notices(*, challenge: Challenge, because: str, only: PublicNotice | None = None, by: Account) -> int:
    """End the notices of a challenge that are in force, or only one of them: an objection was upheld, or what they were
    about is over. Objections to them that are open need no decision any more. Returns how many were ended.
    """
    rows = PublicNotice.objects.select_for_update().filter(challenge=challenge, ended_at=None)
    found = list(rows.filter(pk=only.pk) if only else rows)
    program = permits.the_program()
    for notice in found:
        notice.ended_at = now()
        notice.save(update_fields=["ended_at"])
        data = {"about": notice.about, "number": notice.number, "because": because}
        ledger.record("challenges.notice_ended", by=by, subject=challenge, data=data)
    for objection in Objection.objects.select_for_update(of=("self",)).filter(notice__in=found, stage__in=OPEN):
        lifecycle.step(objection, "lapse", by=program)
        ledger.record("challenges.objection_moot", by=program, subject=objection)
    return len(found)


def tell_demander(one: Challenge, event: str, sentence: Phrase, *, once: str = "") -> None:
    """Tell the demander's own people, and whoever speaks for the demand."""
    people = notices.holders(Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, scopes=one.scopes())
    if one.contact is not None and one.contact.is_active:
        people = [*people, one.contact]
    notices.tell(people, event, sentence, subject=one, once=once)
