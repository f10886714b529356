"""What the program does by itself each day: warn before something lapses, name who must act, and end what is over.

Every warning is sent once per threshold, however often a day is run; a day that was missed is made good on the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account, Dossier
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Role, Scope
from xinglin.roster.models import Appointment
from xinglin.roster.rules.lapsing import lapsed, warning_due
from xinglin.roster.words.appointments import IN_OFFICE, AppointmentStage

configuration.rule(
    "roster.warning_days", [60, 30, 7], say("Days before the end at which a warning is sent"), "set by the alliance"
)


@dataclass(frozen=True)
class Lapsing:
    """A kind of dossier with a last day `until`: in which stages it runs, which of them has not been warned yet.

    `actors(dossier)` are the scopes that must act, with the roles; `over` replaces the plain end, for what can renew
    by itself, and says whether it took care.
    """

    model: type[Dossier]
    running: Sequence[str]
    quiet: str
    roles: tuple[Role, ...]
    scopes: Callable[[Any], list[Scope]]
    who: Callable[[Any], str]
    over: Callable[[Any, Account], bool] = lambda _dossier, _by: False


LAPSING = (
    Lapsing(
        Appointment, IN_OFFICE, AppointmentStage.ISSUED,
        (Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.EXPERT), Appointment.scopes,
        lambda one: str(one.organisation),
    ),
)  # fmt: skip


def run_day(*, by: Account | None = None) -> dict[str, int]:
    """One day of the roster. Returns how many were warned of, came near their end, and ended."""
    program = by or permits.the_program()
    done = {"warned": 0, "near": 0, "ended": 0}
    for kind in LAPSING:
        for key in _close_to_the_end(kind):
            for what in _attend(kind, key, program):
                done[what] += 1
    return done


def _close_to_the_end(kind: Lapsing) -> Iterable[str]:
    horizon = today() + timedelta(days=max(configuration.value("roster.warning_days"), default=0))
    rows = kind.model._default_manager.filter(stage__in=[str(s) for s in kind.running], until__lte=horizon)
    return list(rows.order_by("until", "pk").values_list("pk", flat=True))


@transaction.atomic
def _attend(kind: Lapsing, key: str, program: Account) -> list[str]:
    """One dossier, in a transaction of its own: what one of them meets holds up no other."""
    dossier = lifecycle.take(kind.model, key)
    until: date | None = getattr(dossier, "until", None)
    if dossier.stage not in kind.running or until is None:
        return []
    if lapsed(until, today()):
        if not kind.over(dossier, program):
            _end(kind, dossier, until, program)
        return ["ended"]
    days = warning_due(until=until, today=today(), days=configuration.value("roster.warning_days"))
    if days is None:
        return []
    happened = []
    if dossier.stage == kind.quiet:
        lifecycle.step(dossier, "near_end", by=program, due_on=until)
        ledger.record("roster.end_comes_near", by=program, subject=dossier, data={"until": until.isoformat()})
        happened.append("near")
    sentence = say("“{title}” ends on {until}. {who} must renew it or let it end.",
                   title=str(dossier), until=until, who=kind.who(dossier))  # fmt: skip
    if warn(dossier, kind.roles, kind.scopes(dossier), sentence, f"{until.isoformat()}:{days}"):
        happened.append("warned")
    return happened


def _end(kind: Lapsing, dossier: Dossier, until: date, program: Account) -> None:
    lifecycle.step(dossier, "expire", by=program)
    ledger.record("roster.lapsed", by=program, subject=dossier, data={"until": until.isoformat()})
    told = notices.holders(*kind.roles, scopes=kind.scopes(dossier))
    sentence = say("“{title}” ended with its term on {until}.", title=str(dossier), until=until)
    notices.tell(told, "roster.lapsed", sentence, subject=dossier)


def warn(subject: Any, roles: tuple[Role, ...], scopes: list[Scope], sentence: Phrase, threshold: str) -> bool:
    """Tell those who must act, once per threshold; whether anybody was told now."""
    once = f"{subject._meta.label_lower}:{subject.pk}:{threshold}"
    known = notices.Notice.objects.filter(once=once).count()
    notices.tell(notices.holders(*roles, scopes=scopes), "roster.end_comes_near", sentence, subject=subject, once=once)
    return notices.Notice.objects.filter(once=once).count() > known
