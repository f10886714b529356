"""A need's life: draft, change, submit, open or send back, prolong, resume, meet, close, withdraw, take up again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Any

from django.db import transaction

from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Fen, Line, Paragraph, ref
from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import seen
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.actions import inputs
from xinglin.matching.models import Need
from xinglin.matching.rules import needs as rules
from xinglin.matching.words.needs import (
    ClosingReason,
    Confidentiality,
    HomePreference,
    NeedKind,
    NeedStage,
    SeniorityWanted,
)
from xinglin.roster.actions.codes import region_code, specialty_codes

Title = Annotated[str, Ask("line", longest=120)]
Department = Annotated[str, Ask("line", longest=80)]
Wanted = Annotated[int, Ask("count", least=1, most=50)]

configuration.rule(
    "matching.checked_first", True, say("Needs and offers are checked by the secretariat before they open"),
    "set by the alliance",
)  # fmt: skip
configuration.rule("matching.open_days", 90, say("Days a need or an offer stands open"), "set by the alliance")
configuration.rule(
    "matching.warn_days", 14, say("Days before its time runs out that a warning is sent"), "set by the alliance"
)


@transaction.atomic
def draft_need(
    *,
    organisation_id: ref("roster.organisation"),
    title: Title,
    body: Paragraph,
    kind: NeedKind,
    specialties: list[Line] | None = None,
    department: Department | None = None,
    region: Line | None = None,
    budget_fen: Fen | None = None,
    wanted_by: Day | None = None,
    experts_wanted: Wanted = 1,
    seniority: SeniorityWanted = SeniorityWanted.ANY,
    home_preference: HomePreference = HomePreference.NONE,
    confidentiality: Confidentiality = Confidentiality.ALLIANCE,
    contact_person_id: ref("roster.person") | None = None,
    by: Account,
) -> Need:
    """Write down what is lacking. Whoever drafts is the contact until somebody else is named."""
    seen("roster.organisation", organisation_id, by, field="organisation_id")
    permits.require(by, *rules.OWNERS, scopes=[("organisation", organisation_id)])
    need = Need(
        number=lifecycle.next_number("ND"), organisation_id=organisation_id, contact_account=_person_account(by),
        stands_until=rules.standing_until(wanted_by, today(), configuration.value("matching.open_days")),
    )  # fmt: skip
    _fill(need, title=title, body=body, kind=kind, specialties=specialties, department=department, region=region,
          budget_fen=budget_fen, wanted_by=wanted_by, experts_wanted=experts_wanted, seniority=seniority,
          home_preference=home_preference, confidentiality=confidentiality,
          contact_person_id=contact_person_id)  # fmt: skip
    lifecycle.begin(need, by=by)
    ledger.record("matching.need_drafted", by=by, subject=need, data={"number": need.number, "kind": str(kind)})
    return need


@transaction.atomic
def change_need(
    *,
    need_id: str,
    title: Title,
    body: Paragraph,
    kind: NeedKind,
    specialties: list[Line] | None = None,
    department: Department | None = None,
    region: Line | None = None,
    budget_fen: Fen | None = None,
    wanted_by: Day | None = None,
    experts_wanted: Wanted = 1,
    seniority: SeniorityWanted = SeniorityWanted.ANY,
    home_preference: HomePreference = HomePreference.NONE,
    confidentiality: Confidentiality = Confidentiality.ALLIANCE,
    contact_person_id: ref("roster.person") | None = None,
    by: Account,
) -> Need:
    """Change a draft, or what the secretariat is checking."""
    need = lifecycle.take(Need, need_id)
    permits.require(by, *rules.OWNERS, scopes=need.scopes())
    _still_written(need.stage, {NeedStage.DRAFT, NeedStage.SUBMITTED}, NeedStage(need.stage).label)
    before = {name: getattr(need, name) for name in _CHANGEABLE}
    _fill(need, title=title, body=body, kind=kind, specialties=specialties, department=department, region=region,
          budget_fen=budget_fen, wanted_by=wanted_by, experts_wanted=experts_wanted, seniority=seniority,
          home_preference=home_preference, confidentiality=confidentiality,
          contact_person_id=contact_person_id)  # fmt: skip
    if wanted_by is not None:
        need.stands_until = wanted_by
    lifecycle.touch(need)
    changed = sorted(name for name, value in before.items() if getattr(need, name) != value)
    ledger.record("matching.need_changed", by=by, subject=need, data={"fields": changed})
    return need


@transaction.atomic
def submit_need(*, need_id: str, by: Account) -> Need:
    """Send the need to be checked; where the alliance does not check, it opens at once (`matching.checked_first`)."""
    need = lifecycle.take(Need, need_id)
    lifecycle.step(need, "submit", by=by, facts=_facts(need))
    ledger.record("matching.need_submitted", by=by, subject=need)
    if not configuration.value("matching.checked_first"):
        return _open(need, by=permits.the_program())
    notices.tell(notices.holders(Role.SECRETARIAT), "matching.need_submitted",
                 say("The need “{title}” waits to be checked.", title=need.title), subject=need)  # fmt: skip
    return need


@transaction.atomic
def open_need(*, need_id: str, by: Account) -> Need:
    """Open a checked need for matching. Published needs are then on the public portal."""
    need = lifecycle.take(Need, need_id)
    _open(need, by=by)
    _tell_owners(need, "matching.need_opened", say("Your need “{title}” is open now.", title=need.title))
    return need


@transaction.atomic
def send_back_need(*, need_id: str, reply: Paragraph, by: Account) -> Need:
    """Give the need back to its owner, saying what should be different."""
    need = lifecycle.take(Need, need_id)
    need.reply = reply
    lifecycle.step(need, "send_back", by=by)
    ledger.record("matching.need_sent_back", by=by, subject=need)
    _tell_owners(need, "matching.need_sent_back", say("Your need “{title}” came back with a remark.", title=need.title))
    return need


@transaction.atomic
def prolong_need(*, need_id: str, until: Day, by: Account) -> Need:
    """Let an open need stand longer."""
    need = lifecycle.take(Need, need_id)
    permits.require(by, *rules.OWNERS, scopes=need.scopes())
    _still_written(need.stage, set(rules.RUNNING), NeedStage(need.stage).label)
    before = need.stands_until
    rules.prolonged(before, until, today())
    need.stands_until = until
    lifecycle.touch(need)
    data = {"until": until.isoformat(), "before": before.isoformat()}
    ledger.record("matching.need_prolonged", by=by, subject=need, data=data)
    return need


@transaction.atomic
def resume_need(*, need_id: str, by: Account) -> Need:
    """Look for others although somebody is in contact already."""
    need = lifecycle.take(Need, need_id)
    lifecycle.step(need, "resume", by=by)
    ledger.record("matching.need_resumed", by=by, subject=need)
    return need


@transaction.atomic
def meet_need(*, need_id: str, by: Account) -> Need:
    """Say that the need is met."""
    need = lifecycle.take(Need, need_id)
    lifecycle.step(need, "meet", by=by)
    ledger.record("matching.need_met", by=by, subject=need)
    notices.tell(notices.holders(Role.SECRETARIAT), "matching.need_met",
                 say("The need “{title}” is met.", title=need.title), subject=need)  # fmt: skip
    return need


@transaction.atomic
def close_need(
    *, need_id: str, closing_reason: ClosingReason, closing_text: Paragraph | None = None, by: Account
) -> Need:
    """Close a need that was not met, with a reason."""
    return _leave(need_id, "close", "matching.need_closed", closing_reason, closing_text, by)


@transaction.atomic
def withdraw_need(
    *, need_id: str, closing_reason: ClosingReason, closing_text: Paragraph | None = None, by: Account
) -> Need:
    """Take a need back, with a reason."""
    return _leave(need_id, "withdraw", "matching.need_withdrawn", closing_reason, closing_text, by)


@transaction.atomic
def reopen_need(*, need_id: str, by: Account) -> Need:
    """Take a finished need up again, as a draft."""
    need = lifecycle.take(Need, need_id)
    need.closing_reason, need.closing_text = "", ""
    days = configuration.value("matching.open_days")
    need.wanted_by = need.wanted_by if need.wanted_by and need.wanted_by >= today() else None
    need.stands_until = rules.standing_until(need.wanted_by, today(), days)
    lifecycle.step(need, "reopen", by=by)
    ledger.record("matching.need_reopened", by=by, subject=need)
    return need


@transaction.atomic
def expire_needs(*, by: Account) -> int:
    """Daily: close needs whose time ran out and warn of those that will; how many were closed. The program's own."""
    ending = Need.objects.select_for_update(of=("self",)).filter(
        stage__in=[NeedStage.OPEN, NeedStage.MATCHING], stands_until__lt=today()
    )
    closed = 0
    for need in ending:
        need.closing_reason = ClosingReason.EXPIRED
        lifecycle.step(need, "expire", by=by)
        ledger.record("matching.need_expired", by=by, subject=need, data={"until": need.stands_until.isoformat()})
        _tell_owners(need, "matching.need_expired", say("The time of your need “{title}” ran out.", title=need.title))
        closed += 1
    soon = today() + timedelta(days=configuration.value("matching.warn_days"))
    for need in Need.objects.filter(stage__in=rules.RUNNING, stands_until__gte=today(), stands_until__lte=soon):
        _tell_owners(
            need,
            "matching.need_expiring",
            say(
                "Your need “{title}” ends on {day}; prolong it if it still stands.",
                title=need.title,
                day=need.stands_until,
            ),
            once=f"need-ends:{need.pk}:{need.stands_until}",
        )
    return closed


_CHANGEABLE = ("title", "body", "kind", "specialty_codes", "department", "region", "budget_fen", "wanted_by",
               "experts_wanted", "seniority", "home_preference", "confidentiality", "contact_person_id")  # fmt: skip


def _fill(need: Need, *, specialties: Iterable[str] | None, region: str | None, contact_person_id: str | None,
          department: str | None, **plain: Any) -> None:  # fmt: skip
    """Set what the owner writes. Codes are read from names; nothing is stored that was not understood."""
    for name, value in plain.items():
        setattr(need, name, value)
    need.department = department or ""
    need.specialty_codes = specialty_codes(specialties)
    need.region = region_code(region)
    need.contact_person_id = inputs.registered_person(contact_person_id, field="contact_person_id")
    need.keys = keys_of(need.title, need.body[:2_000], need.number, readings=need.specialty_codes)


def _facts(need: Need) -> rules.NeedFacts:
    return rules.NeedFacts(body=need.body, until=need.wanted_by or need.stands_until, today=today())


def _open(need: Need, *, by: Account) -> Need:
    days = configuration.value("matching.open_days")
    need.stands_until = rules.standing_until(need.wanted_by, today(), days)
    lifecycle.step(need, "open", by=by, facts=_facts(need), due_on=today() + timedelta(days=7))
    data = {"until": need.stands_until.isoformat(), "confidentiality": need.confidentiality}
    ledger.record("matching.need_opened", by=by, subject=need, data=data)
    return need


def _leave(need_id: str, move: str, event: str, reason: ClosingReason, text: str | None, by: Account) -> Need:
    need = lifecycle.take(Need, need_id)
    need.closing_reason, need.closing_text = reason, text or ""
    lifecycle.step(need, move, by=by)
    ledger.record(event, by=by, subject=need, data={"closing_reason": str(reason)})
    return need


def _still_written(stage: str, allowed: set[Any], label: Phrase) -> None:
    if stage not in allowed:
        raise Refusal(
            "machine.wrong_stage",
            say("This is not possible while the record is “{stage}”.", stage=label),
            say("Reload the page: somebody may have moved it on since you opened it."),
        )


def _person_account(by: Account) -> Account | None:
    """The account to be asked: programs draft too, and nobody can telephone a program."""
    return by if by.kind == "person" else None


def _tell_owners(need: Need, event: str, sentence: Phrase, *, once: str = "") -> None:
    """Tell the organisation's own people, or the contact where the organisation has none with an account."""
    scope = ("organisation", need.organisation_id)
    people = [account for account in notices.holders(Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, scopes=[scope])]
    if need.contact_account is not None:
        people.append(need.contact_account)
    notices.tell(people, event, sentence, subject=need, once=once)
