"""What people ask about their data, and the answers, with a clock (PIPL art. 44-50)."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.exchange.catalogue.queries.sites import site_of
from xinglin.exchange.consent.actions.consents import Person
from xinglin.exchange.consent.models import Wish
from xinglin.exchange.consent.queries.access import own_persons
from xinglin.exchange.consent.queries.people import record_of
from xinglin.exchange.consent.queries.residents import accounts_of
from xinglin.exchange.consent.queries.viewing import is_about
from xinglin.exchange.consent.rules.standing import after_working_days
from xinglin.exchange.consent.words import WishKind
from xinglin.kernel import configuration, ledger, lifecycle, notices
from xinglin.kernel.asks import Ask
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role
from xinglin.kernel.workdays import days_of

Text = Annotated[str, Ask("text", longest=2_000)]
Entry = Annotated[str, Ask("line", longest=20)]
Asked = Annotated[str, Ask("ref", longest=64, to="roster.organisation",
                           help=say("Leave empty to ask the alliance's secretariat."))]  # fmt: skip

configuration.rule("consent.answer_working_days", 15,
                   say("Working days until what a person asks about their data is answered"),
                   "PIPL art. 50 says in time; the number is proposed")  # fmt: skip


@transaction.atomic
def make_wish(
    *, person: Person, kind: WishKind, text: Text, organisation_id: Asked | None = None,
    about: Entry | None = None, by: Account,
) -> Wish:  # fmt: skip
    """Ask for a copy, a correction, a deletion, an explanation, or object. `about` is the view it is about.

    Asking for deletion, or objecting, holds the person's results back at other hospitals from this moment on.
    """
    if person not in own_persons(by):
        raise absent()
    if not text.strip():
        raise Refusal("consent.wish_empty", say("Say in a sentence what you ask for."), field="text")
    if organisation_id and site_of(organisation_id) is None:
        raise Refusal("consent.no_site", say("This organisation does not exchange results."),
                      say("Choose a hospital of the list."), field="organisation_id")  # fmt: skip
    if about and not is_about(about, person):
        raise absent()
    due = after_working_days(
        today(), configuration.value("consent.answer_working_days"),
        holidays=days_of("calendar.holidays"), working_weekends=days_of("calendar.working_weekends"),
    )  # fmt: skip
    wish = Wish(
        person=person, record=record_of(person), kind=kind, text=text.strip(),
        organisation_id=organisation_id or "", about=about or "",
        due_on=due,
    )  # fmt: skip
    lifecycle.begin(wish, by=by)
    ledger.record("consent.wish_made", by=by, subject=wish, data={"kind": str(kind), "due": due.isoformat()})
    scopes = [("organisation", organisation_id)] if organisation_id else []
    asked = notices.holders(Role.LIAISON, scopes=scopes) if scopes else []
    notices.tell(
        [*asked, *notices.holders(Role.SECRETARIAT)], "consent.wish_made",
        say("A person asks something about their data; an answer is due on {day}.", day=due), subject=wish,
    )  # fmt: skip
    return wish


@transaction.atomic
def fulfil_wish(*, wish_id: str, answer: Text, by: Account) -> Wish:
    """Answer: it was done as asked. Say what was done."""
    return _answer(wish_id, answer, "fulfil", by)


@transaction.atomic
def decline_wish(*, wish_id: str, answer: Text, by: Account) -> Wish:
    """Answer: it cannot be done, and why (a record must be kept 15 or 30 years); art. 50 asks for the reason."""
    return _answer(wish_id, answer, "decline", by)


@transaction.atomic
def take_back_wish(*, wish_id: str, by: Account) -> Wish:
    """Take the request back."""
    wish = lifecycle.take(Wish, wish_id)
    lifecycle.step(wish, "take_back", by=by, facts=(wish.kind, wish.stage))
    ledger.record("consent.wish_taken_back", by=by, subject=wish)
    return wish


def _answer(key: str, answer: str, move: str, by: Account) -> Wish:
    wish = lifecycle.take(Wish, key)
    if not answer.strip():
        raise Refusal("consent.answer_empty", say("An answer needs words."), field="answer")
    wish.answer = answer.strip()
    lifecycle.step(wish, move, by=by)
    ledger.record("consent.wish_answered", by=by, subject=wish, data={"kind": wish.kind, "fulfilled": move == "fulfil"})
    notices.tell(accounts_of(wish.person), "consent.wish_answered",
                 say("What you asked about your data was answered; read it on your page."), subject=wish)  # fmt: skip
    return wish
