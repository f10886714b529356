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
from xinglin.roster.actions.agreements_in_force import extend_by_itself
from xinglin.roster.actions.studios import release_at_the_end
from xinglin.roster.models import Accreditation, Agreement, Appointment, Deliverable, Plaque, Platform, Studio
from xinglin.roster.rules.lapsing import lapsed, warning_due
from xinglin.roster.words.agreements import IN_FORCE, AgreementStage
from xinglin.roster.words.appointments import IN_OFFICE, AppointmentStage, PracticeGround
from xinglin.roster.words.plaques import HANGING, PlaqueStage
from xinglin.roster.words.platforms import AT_WORK as PLATFORM_AT_WORK
from xinglin.roster.words.platforms import PlatformStage
from xinglin.roster.words.studios import AT_WORK, StudioStage

configuration.rule(
    "roster.warning_days", [60, 30, 7], say("Days before the end at which a warning is sent"), "set by the alliance"
)

configuration.rule(
    "roster.delivery_days", [14, 3], say("Days before something promised falls due at which a warning is sent"),
    "set by the alliance",
)  # fmt: skip
MUST_ACT = say("“{title}” ends on {until}. {who} must renew it or let it end.")
RENEWS_ITSELF = say("“{title}” renews by itself after {until}. {who} must stop it if it should end.")


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
    sentence: Callable[[Any], Phrase] = lambda _dossier: MUST_ACT


OFFICE_AND_HOST = (Role.SECRETARIAT, Role.LIAISON)
LAPSING = (
    Lapsing(
        Appointment, IN_OFFICE, AppointmentStage.ISSUED,
        (*OFFICE_AND_HOST, Role.DEPARTMENT_HEAD, Role.EXPERT), Appointment.scopes, lambda one: str(one.organisation),
    ),
    Lapsing(
        Agreement, IN_FORCE, AgreementStage.SIGNED, (*OFFICE_AND_HOST, Role.DEPARTMENT_HEAD, Role.COMPANY),
        Agreement.scopes, lambda one: "、".join(str(party.organisation) for party in one.parties.all()),
        over=extend_by_itself, sentence=lambda one: RENEWS_ITSELF if one.auto_renews else MUST_ACT,
    ),
    Lapsing(Plaque, HANGING, PlaqueStage.GRANTED, OFFICE_AND_HOST, Plaque.scopes, lambda one: str(one.granting)),
    Lapsing(
        Studio, AT_WORK, StudioStage.FOUNDED, (*OFFICE_AND_HOST, Role.EXPERT), Studio.scopes,
        lambda one: str(one.host), over=release_at_the_end,
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
    done["warned"] += warn_of_deliveries() + warn_of_permits() + warn_of_accreditations()
    done["warned"] += call_platforms(program)
    return done


@transaction.atomic
def warn_of_deliveries() -> int:
    """Promises that fall due soon, or are overdue: the party that gave them is told, once per threshold."""
    days, warned = configuration.value("roster.delivery_days"), 0
    open_ones = Deliverable.objects.filter(
        agreement__stage__in=IN_FORCE, done_on=None, due_on__lte=today() + timedelta(days=max(days, default=0))
    ).select_related("agreement", "organisation")
    for promise in open_ones:
        left = warning_due(until=promise.due_on, today=today(), days=days)
        key = promise.organisation_id
        scopes = [("organisation", key)] if key else promise.agreement.scopes()
        facts = {"what": promise.what, "until": promise.due_on, "who": str(promise.organisation or promise.agreement)}
        late = say("“{what}” was due on {until}. {who} must deliver it or say why not.", **facts)
        soon = say("“{what}” is due on {until}. {who} must deliver it.", **facts)
        mark = f"promise:{promise.pk}:{promise.due_on}:{'late' if left is None else left}"
        told = (Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)
        warned += warn(promise.agreement, told, scopes, late if left is None else soon, mark)
    return warned


def _close_to_the_end(kind: Lapsing) -> Iterable[str]:
    rows = kind.model._default_manager.filter(stage__in=[str(s) for s in kind.running], until__lte=_horizon())
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
    sentence = kind.sentence(dossier)(title=str(dossier), until=until, who=kind.who(dossier))
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


@transaction.atomic
def warn_of_permits() -> int:
    """Short-term permits (卫生部令第62号) that run out before the appointment does."""
    warned = 0
    for one in Appointment.objects.filter(
        stage__in=IN_OFFICE, ground=PracticeGround.SHORT_TERM, permit_until__gte=today(), permit_until__lte=_horizon()
    ).select_related("organisation", "person"):
        days = warning_due(until=one.permit_until, today=today(), days=configuration.value("roster.warning_days"))
        sentence = say(
            "The short-term permit of {expert} ends on {until}. {who} must have it renewed or plan lectures only.",
            expert=str(one.person), until=one.permit_until, who=str(one.organisation),
        )  # fmt: skip
        told = (*OFFICE_AND_HOST, Role.DEPARTMENT_HEAD, Role.EXPERT)
        warned += warn(one, told, one.scopes(), sentence, f"permit:{one.permit_until}:{days}")
    return warned


@transaction.atomic
def warn_of_accreditations() -> int:
    """Certificates of platforms that run out."""
    warned = 0
    for one in Accreditation.objects.filter(
        ended_on=None, platform__stage__in=PLATFORM_AT_WORK, valid_until__gte=today(), valid_until__lte=_horizon()
    ).select_related("platform__host"):
        days = warning_due(until=one.valid_until, today=today(), days=configuration.value("roster.warning_days"))
        sentence = say(
            "The certificate {scheme} of “{title}” ends on {until}. {who} must have it renewed.",
            scheme=f"{one.body} {one.scheme}", title=one.platform.name, until=one.valid_until,
            who=str(one.platform.host),
        )  # fmt: skip
        mark = f"accreditation:{one.pk}:{days}"
        warned += warn(one.platform, OFFICE_AND_HOST, one.platform.scopes(), sentence, mark)
    return warned


def call_platforms(program: Account) -> int:
    """Platforms whose review comes near are called to it; those due are warned of at each threshold."""
    stages = [PlatformStage.APPROVED, PlatformStage.REVIEW_DUE, PlatformStage.SUSPENDED]
    keys = Platform.objects.filter(stage__in=stages, next_review_on__lte=_horizon()).values_list("pk", flat=True)
    return sum(_call_platform(key, program) for key in list(keys))


@transaction.atomic
def _call_platform(key: str, program: Account) -> int:
    platform = lifecycle.take(Platform, key)
    day = platform.next_review_on
    if day is None or platform.stage not in PLATFORM_AT_WORK:
        return 0
    if platform.stage == PlatformStage.APPROVED:
        lifecycle.step(platform, "call_review", by=program, due_on=day)
        ledger.record("roster.platform_called", by=program, subject=platform, data={"until": day.isoformat()})
    days = warning_due(until=day, today=today(), days=configuration.value("roster.warning_days"))
    near, late = (
        say("The review of “{title}” falls due on {until}."),
        say("The review of “{title}” was due on {until}."),
    )
    sentence = (late if days is None else near)(title=platform.name, until=day)
    mark = f"review:{day}:{'late' if days is None else days}"
    return int(warn(platform, OFFICE_AND_HOST, platform.scopes(), sentence, mark))


def _horizon() -> date:
    return today() + timedelta(days=max(configuration.value("roster.warning_days"), default=0))
