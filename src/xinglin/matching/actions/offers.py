"""An offer's life: draft, change, submit, open or send back, prolong, take up, close, withdraw, take up again."""

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
from xinglin.kernel.words import Role, Scope
from xinglin.matching.actions import inputs
from xinglin.matching.models import Offer
from xinglin.matching.rules import offers as rules
from xinglin.matching.rules.needs import NeedFacts, prolonged, standing_until
from xinglin.matching.words.needs import ClosingReason, Confidentiality, OfferKind, OfferStage
from xinglin.roster.actions.codes import region_code, specialty_codes

Title = Annotated[str, Ask("line", longest=120)]
Capacity = Annotated[int, Ask("count", least=1, most=1_000)]


@transaction.atomic
def draft_offer(
    *,
    title: Title,
    body: Paragraph,
    kind: OfferKind,
    person_id: ref("roster.person") | None = None,
    organisation_id: ref("roster.organisation") | None = None,
    specialties: list[Line] | None = None,
    region: Line | None = None,
    price_fen: Fen | None = None,
    capacity: Capacity = 1,
    link: Line | None = None,
    until: Day | None = None,
    confidentiality: Confidentiality = Confidentiality.ALLIANCE,
    by: Account,
) -> Offer:
    """Write down what can be given: by one expert, or by one organisation. An expert who names nobody offers alone."""
    if not person_id and not organisation_id:
        own = permits.scope_ids(by, "person", Role.EXPERT)
        person_id = own[0] if len(own) == 1 else None
    if bool(person_id) == bool(organisation_id):
        raise Refusal(
            "matching.one_giver",
            say("An offer comes from one expert or from one organisation, not both."),
            say("Fill one of the two."),
            field="person_id",
        )
    inputs.registered_person(person_id, field="person_id")
    seen("roster.organisation", organisation_id, by, field="organisation_id")
    scope: Scope = ("person", person_id) if person_id else ("organisation", str(organisation_id))
    permits.require(by, *rules.GIVERS, scopes=[scope])
    offer = Offer(
        number=lifecycle.next_number("OF"), person_id=person_id, organisation_id=organisation_id,
        contact_account=by if by.kind == "person" else None,
        stands_until=standing_until(until, today(), configuration.value("matching.open_days")),
    )  # fmt: skip
    _fill(offer, title=title, body=body, kind=kind, specialties=specialties, region=region, price_fen=price_fen,
          capacity=capacity, link=link, confidentiality=confidentiality)  # fmt: skip
    lifecycle.begin(offer, by=by)
    ledger.record("matching.offer_drafted", by=by, subject=offer, data={"number": offer.number, "kind": str(kind)})
    return offer


@transaction.atomic
def change_offer(
    *,
    offer_id: str,
    title: Title,
    body: Paragraph,
    kind: OfferKind,
    specialties: list[Line] | None = None,
    region: Line | None = None,
    price_fen: Fen | None = None,
    capacity: Capacity = 1,
    link: Line | None = None,
    until: Day | None = None,
    confidentiality: Confidentiality = Confidentiality.ALLIANCE,
    by: Account,
) -> Offer:
    """Change a draft, or what the secretariat is checking."""
    offer = lifecycle.take(Offer, offer_id)
    permits.require(by, *rules.GIVERS, scopes=offer.scopes())
    _in_stages(offer, OfferStage.DRAFT, OfferStage.SUBMITTED)
    before = {name: getattr(offer, name) for name in _CHANGEABLE}
    _fill(offer, title=title, body=body, kind=kind, specialties=specialties, region=region, price_fen=price_fen,
          capacity=capacity, link=link, confidentiality=confidentiality)  # fmt: skip
    if until is not None:
        offer.stands_until = until
    lifecycle.touch(offer)
    changed = sorted(name for name, value in before.items() if getattr(offer, name) != value)
    ledger.record("matching.offer_changed", by=by, subject=offer, data={"fields": changed})
    return offer


@transaction.atomic
def submit_offer(*, offer_id: str, by: Account) -> Offer:
    """Send the offer to be checked; where the alliance does not check, it opens at once."""
    offer = lifecycle.take(Offer, offer_id)
    lifecycle.step(offer, "submit", by=by, facts=_facts(offer))
    ledger.record("matching.offer_submitted", by=by, subject=offer)
    if not configuration.value("matching.checked_first"):
        return _open(offer, by=permits.the_program())
    notices.tell(notices.holders(Role.SECRETARIAT), "matching.offer_submitted",
                 say("The offer “{title}” waits to be checked.", title=offer.title), subject=offer)  # fmt: skip
    return offer


@transaction.atomic
def open_offer(*, offer_id: str, by: Account) -> Offer:
    """Open a checked offer: rankings of needs look at it from now on."""
    offer = lifecycle.take(Offer, offer_id)
    _open(offer, by=by)
    _tell_givers(offer, "matching.offer_opened", say("Your offer “{title}” is open now.", title=offer.title))
    return offer


@transaction.atomic
def send_back_offer(*, offer_id: str, reply: Paragraph, by: Account) -> Offer:
    """Give the offer back, saying what should be different."""
    offer = lifecycle.take(Offer, offer_id)
    offer.reply = reply
    lifecycle.step(offer, "send_back", by=by)
    ledger.record("matching.offer_sent_back", by=by, subject=offer)
    _tell_givers(
        offer, "matching.offer_sent_back", say("Your offer “{title}” came back with a remark.", title=offer.title)
    )
    return offer


@transaction.atomic
def prolong_offer(*, offer_id: str, until: Day, by: Account) -> Offer:
    """Let an open offer stand longer."""
    offer = lifecycle.take(Offer, offer_id)
    permits.require(by, *rules.GIVERS, scopes=offer.scopes())
    _in_stages(offer, OfferStage.OPEN)
    before = offer.stands_until
    prolonged(before, until, today())
    offer.stands_until = until
    lifecycle.touch(offer)
    data = {"until": until.isoformat(), "before": before.isoformat()}
    ledger.record("matching.offer_prolonged", by=by, subject=offer, data=data)
    return offer


@transaction.atomic
def take_up_offer(*, offer_id: str, by: Account) -> Offer:
    """Say that the offer is used up."""
    offer = lifecycle.take(Offer, offer_id)
    lifecycle.step(offer, "take_up", by=by)
    ledger.record("matching.offer_taken", by=by, subject=offer)
    return offer


@transaction.atomic
def close_offer(
    *, offer_id: str, closing_reason: ClosingReason, closing_text: Paragraph | None = None, by: Account
) -> Offer:
    """Close an offer, with a reason."""
    return _leave(offer_id, "close", "matching.offer_closed", closing_reason, closing_text, by)


@transaction.atomic
def withdraw_offer(
    *, offer_id: str, closing_reason: ClosingReason, closing_text: Paragraph | None = None, by: Account
) -> Offer:
    """Take an offer back, with a reason."""
    return _leave(offer_id, "withdraw", "matching.offer_withdrawn", closing_reason, closing_text, by)


@transaction.atomic
def reopen_offer(*, offer_id: str, by: Account) -> Offer:
    """Take a finished offer up again, as a draft."""
    offer = lifecycle.take(Offer, offer_id)
    offer.closing_reason, offer.closing_text = "", ""
    offer.stands_until = standing_until(None, today(), configuration.value("matching.open_days"))
    lifecycle.step(offer, "reopen", by=by)
    ledger.record("matching.offer_reopened", by=by, subject=offer)
    return offer


@transaction.atomic
def expire_offers(*, by: Account) -> int:
    """Daily: close offers whose time ran out and warn of those that will; how many were closed. The program's own."""
    closed = 0
    for offer in Offer.objects.select_for_update(of=("self",)).filter(stage=OfferStage.OPEN, stands_until__lt=today()):
        offer.closing_reason = ClosingReason.EXPIRED
        lifecycle.step(offer, "expire", by=by)
        ledger.record("matching.offer_expired", by=by, subject=offer, data={"until": offer.stands_until.isoformat()})
        _tell_givers(
            offer, "matching.offer_expired", say("The time of your offer “{title}” ran out.", title=offer.title)
        )
        closed += 1
    soon = today() + timedelta(days=configuration.value("matching.warn_days"))
    for offer in Offer.objects.filter(stage=OfferStage.OPEN, stands_until__gte=today(), stands_until__lte=soon):
        sentence = say("Your offer “{title}” ends on {day}; prolong it if it still stands.",
                       title=offer.title, day=offer.stands_until)  # fmt: skip
        _tell_givers(offer, "matching.offer_expiring", sentence, once=f"offer-ends:{offer.pk}:{offer.stands_until}")
    return closed


_CHANGEABLE = ("title", "body", "kind", "specialty_codes", "region", "price_fen", "capacity", "link", "confidentiality",
               "stands_until")  # fmt: skip


def _fill(
    offer: Offer, *, specialties: Iterable[str] | None, region: str | None, link: str | None, **plain: Any
) -> None:
    for name, value in plain.items():
        setattr(offer, name, value)
    offer.specialty_codes = specialty_codes(specialties)
    offer.region = region_code(region)
    if link and not link.startswith(("https://", "http://")):
        raise Refusal(
            "matching.link", say("“{link}” is not the address of a page.", link=link[:60]),
            say("Write it as https://…, or leave it empty."), field="link",
        )  # fmt: skip
    offer.link = link or ""
    offer.keys = keys_of(offer.title, offer.body[:2_000], offer.number, readings=offer.specialty_codes)


def _facts(offer: Offer) -> NeedFacts:
    return NeedFacts(body=offer.body, until=offer.stands_until, today=today())


def _open(offer: Offer, *, by: Account) -> Offer:
    lifecycle.step(offer, "open", by=by, facts=_facts(offer))
    data = {"until": offer.stands_until.isoformat(), "confidentiality": offer.confidentiality}
    ledger.record("matching.offer_opened", by=by, subject=offer, data=data)
    return offer


def _leave(offer_id: str, move: str, event: str, reason: ClosingReason, text: str | None, by: Account) -> Offer:
    offer = lifecycle.take(Offer, offer_id)
    offer.closing_reason, offer.closing_text = reason, text or ""
    lifecycle.step(offer, move, by=by)
    ledger.record(event, by=by, subject=offer, data={"closing_reason": str(reason)})
    return offer


def _in_stages(offer: Offer, *stages: OfferStage) -> None:
    if offer.stage not in stages:
        raise Refusal(
            "machine.wrong_stage",
            say("This is not possible while the record is “{stage}”.", stage=offer.stage_word.label),
            say("Reload the page: somebody may have moved it on since you opened it."),
        )


def _tell_givers(offer: Offer, event: str, sentence: Phrase, *, once: str = "") -> None:
    roles = (Role.EXPERT,) if offer.person_id else (Role.COMPANY, Role.LIAISON, Role.DEPARTMENT_HEAD)
    people = notices.holders(*roles, scopes=offer.scopes())
    if offer.contact_account is not None:
        people.append(offer.contact_account)
    notices.tell(people, event, sentence, subject=offer, once=once)
