"""Bids, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.challenges.actions import bids as actions
from xinglin.challenges.actions import checks as checking
from xinglin.challenges.dossiers.naming import GROUP
from xinglin.challenges.models import Bid
from xinglin.challenges.queries import bids as queries
from xinglin.challenges.queries import checks
from xinglin.challenges.rules.bidding import account
from xinglin.challenges.words.bids import Exclusion, RelationKind
from xinglin.kernel import privacy
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy


def _facts(one: Bid, actor: Actor) -> Sequence[Fact]:
    facts = [
        Fact(say("Number"), one.number),
        Fact(say("Challenge"), str(one.challenge), links=("challenges.challenge", one.challenge_id)),
        Fact(say("Received at"), one.received_at),
        Fact(say("Receipt"), one.receipt),
    ]
    if not queries.is_open(one):
        return facts
    bidder = one.organisation or one.person
    kind = "roster.organisation" if one.organisation_id else "roster.person"
    return [
        *facts,
        Fact(say("Bidder"), str(bidder), links=(kind, str(one.organisation_id or one.person_id))),
        Fact(say("Title"), one.title),
        Fact(say("Summary"), one.summary),
        Fact(say("Technical route"), one.route),
        Fact(say("Price"), one.price_fen, fen=True),
        Fact(say("Months needed"), one.months),
        Fact(say("Legal representative"), one.legal_representative),
        *(Fact(say("Who controls the bidder"), row.name, Privacy.PERSONAL) for row in one.controllers.all()),
        # Only the end of it, whoever asks.
        Fact(
            say("Account the guarantee was paid from"),
            privacy.mask(account(one.guarantee_account), head=0),
            Privacy.PERSONAL,
        ),
        Fact(say("Credit commitment"), say("Given") if one.credit_commitment else say("Missing")),
        Fact(say("Conflicts of interest"), one.conflict_statement),
        Fact(say("Reasons"), [Exclusion(word).label for word in one.exclusion_kinds]),
        Fact(say("What the bidder is told"), one.exclusion),
    ]


def _sections(one: Bid, actor: Actor) -> Sequence[Section]:
    if not queries.is_open(one):
        return []
    office = queries.is_office(actor)
    found: list[Section] = []
    if office and one.stage in checks.CHECKED:
        rows = [(f.sentence, say("Blocks") if f.blocks else say("To be looked at")) for f in checks.findings(one)]
        found.append(Section(say("What the formal check finds"), [say("Finding"), say("Weight")], rows))
    found += [
        Section(say("Team"), [say("Name"), say("Institution"), say("Part"), say("Share in %")],
                [(m.name, m.institution, _word(m, "part"), m.share_percent) for m in one.members.all()]),
        Section(say("Milestones"), [say("No."), say("Content"), say("Due in month"), say("Share in %")],
                [(p.number, p.content, p.due_months, p.share_percent) for p in one.plan.all()]),
        Section(say("Budget of the bid"), [say("No."), say("For what"), say("Amount")],
                [(c.number, c.purpose, Fact(say("Amount"), c.amount_fen, fen=True)) for c in one.costs.all()]),
        Section(say("Who controls the bidder"), [say("Name"), say("Kind"), say("Credit code")],
                [(Fact(say("Name"), c.name, Privacy.PERSONAL), _word(c, "kind"), c.credit_code or None)
                 for c in one.controllers.all()]),
        Section(say("Representative works"), [say("Kind"), say("Title"), say("Authors"), say("Published on")],
                [(_word(w, "category"), w.title, w.authors, w.published_on) for w in one.works.all()]),
        Section(say("Attachments"), [say("No."), say("File"), say("SHA-256"), say("Text")],
                [(a.number, a.name, a.sha256, _word(a, "text_state")) for a in one.attachments.all()]),
        Section(say("Declared relations"), [say("Related organisation"), say("Relation"), say("Remark")],
                [(r["related_to"], RelationKind(r["relation"]).label, r["remark"]) for r in one.relations]),
    ]  # fmt: skip
    return found


def _word(row: Any, column: str) -> Phrase:
    """The label of a stored word."""
    labels = {str(value): label for value, label in row._meta.get_field(column).choices}
    return say(str(labels[getattr(row, column)]))


def _related(one: Bid, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    return [(say("Challenge"), "challenges.challenge", one.challenge)]


register(Kind(
    name="challenges.bid", model=Bid, key="bid_id", label=say("Bid"), plural=say("Bids"),
    visible=queries.bids_for, mine=queries.own_bids, title=str, facts=_facts, sections=_sections, related=_related,
    columns=[
        (say("Number"), lambda row: row.number), (say("Challenge"), lambda row: str(row.challenge)),
        (say("Received at"), lambda row: row.received_at), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("withdraw", actions.withdraw_bid, say("Withdraw the bid"), move="withdraw", danger=True),
        Verb("qualify", checking.qualify_bid, say("Pass the formal check"), move="qualify"),
        Verb("disqualify", checking.disqualify_bid, say("Exclude the bid"), move="disqualify", danger=True),
    ],
    group=GROUP,
))  # fmt: skip
