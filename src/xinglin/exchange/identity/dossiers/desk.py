"""The review desk and the index person, as the house shows them.

What identifies a patient is a personal fact: masked until the steward says that it is needed, and then the look is on
the ledger. The evidence beside it (levels and bits) says how far the records agree without saying what they say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from xinglin.exchange.catalogue.queries.snapshot import site_name
from xinglin.exchange.identity.actions import links as actions
from xinglin.exchange.identity.models import IndexPerson, Patient, Review
from xinglin.exchange.identity.queries import reviews as queries
from xinglin.exchange.identity.rules.reviews import STEWARDS
from xinglin.exchange.identity.words import ReviewReason, ReviewStage
from xinglin.exchange.identity.words.evidence import COMPARISONS, GROUNDS, INDEPENDENT, LEVELS, NOTHING
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.privacy import mask
from xinglin.kernel.words import Privacy
from xinglin.roster.codes import DOCUMENT_KINDS

GROUP = say("Identity")
PERSONAL = Privacy.PERSONAL
# Bits of one block of a bar; five blocks are as much as anything ever weighs.
BLOCK, BLOCKS = 5.6, 5


def bar(bits: float | None) -> str:
    """Bits as a bar: filled blocks for evidence that they are one, empty ones for evidence against; text, so that it
    prints, is read aloud with its number beside it, and needs no colour."""
    if bits is None:
        return ""
    blocks = min(BLOCKS, max(1, round(abs(bits) / BLOCK))) if abs(bits) >= 0.05 else 0
    return ("■" if bits > 0 else "□") * blocks


def _about(one: Patient) -> list[tuple[Phrase, Any]]:
    """What a local record says of the patient, in an order that is always the same."""
    papers = [f"{_kind(paper.kind)} {mask(paper.number)}" for paper in queries.papers_of(one)]
    return [
        (say("Name of the person"), one.name_zh or None), (say("Name in Latin letters"), one.name_en or None),
        (say("Other names"), one.aliases.replace("\n", ", ") or None), (say("Birth date"), one.birth_date),
        (say("Sex"), {1: say("male"), 2: say("female")}.get(one.sex)), (say("Identity documents"), papers or None),
        (say("Telephone"), one.phone or None), (say("Address"), one.address or None),
        (say("The mother's record"), one.mother or None), (say("Place in a multiple birth"), one.birth_order or None),
    ]  # fmt: skip


def _record(one: Patient) -> Phrase:
    return say("Record R{number}", number=one.pk)


def _said(one: Patient, label: Phrase, value: Any) -> Fact:
    """A fact of a record, said to be this record's."""
    named = say("{record}: {fact}", record=_record(one), fact=label)
    return Fact(named, value, PERSONAL) if value else Fact(named, say("not stated"))


def _kind(kind: str) -> str:
    known = DOCUMENT_KINDS.get(kind)
    return known.zh if known else kind


def _review_facts(one: Review, _actor: Actor) -> Sequence[Fact]:
    agreeing = queries.evidence_of(one).agreeing
    kinds = [word for kind, word in INDEPENDENT.items() if kind in agreeing]
    found = [
        Fact(say("Why it waits"), ReviewReason(one.reason)),
        Fact(say("Weight of evidence in bits"), f"{one.weight:+.1f}"),
        Fact(say("Independent evidence that agrees (two kinds link by themselves)"), kinds or say("none")),
        Fact(say("Weights used"), one.model or say("none")),
        *(Fact(_record(side), site_name(side.site), links=("identity.indexperson", str(side.person_id)))
          for side in (one.left, one.right)),
    ]  # fmt: skip
    # Line by line, so that both stand side by side; what one of them lacks keeps its place.
    for (label, left), (_label, right) in zip(_about(one.left), _about(one.right), strict=True):
        if left or right:
            found += [_said(one.left, label, left), _said(one.right, label, right)]
    return [*found, Fact(say("Remark"), one.remark or None)]


def _evidence(one: Review, _actor: Actor) -> Sequence[Section]:
    found = queries.evidence_of(one)
    rows = [
        [say("Before anything is compared"), say("two records are seldom one person's"), *_weighed(found.before)],
        *([COMPARISONS[line.comparison], LEVELS.get((line.comparison, line.level), NOTHING), *_weighed(line.bits)]
          for line in found.lines),
        [say("Together"), "", f"{found.total:+.2f}", ""],
    ]  # fmt: skip
    columns = [say("What is compared"), say("How far it agrees"), say("Bits"), say("Weight")]
    return [Section(say("How far the records agree"), columns, rows)]


def _weighed(bits: float | None) -> tuple[str, str]:
    return (f"{bits:+.2f}" if bits is not None else "", bar(bits))


def _search(rows: QuerySet[Review], text: str) -> QuerySet[Review]:
    number = text.strip().upper().removeprefix("R")
    if not number.isdigit() or len(number) > 18:
        return rows.none()
    return rows.filter(left_id=int(number)) | rows.filter(right_id=int(number))


register(Kind(
    name="identity.review", model=Review, key="review_id", label=say("Doubtful pair"), plural=say("Doubtful pairs"),
    visible=queries.reviews_for, mine=queries.own_reviews, title=str, facts=_review_facts, sections=_evidence,
    search=_search,
    columns=[
        (say("Records"), str), (say("Why it waits"), lambda row: ReviewReason(row.reason)),
        (say("Bits"), lambda row: f"{row.weight:+.1f}"), (say("Due"), lambda row: row.due_on),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("link", actions.link_pair, say("Link: the same person"), move="link"),
        Verb("keep_apart", actions.keep_apart, say("Keep apart: different people"), move="keep_apart"),
        Verb("decide_again", actions.decide_again, say("Decide again"), move="reopen"),
    ],
    filters={"reason": (say("Why it waits"), ReviewReason)}, group=GROUP,
))  # fmt: skip


def _records(one: IndexPerson) -> list[Patient]:
    return list(one.records.order_by("id"))


def _person_facts(one: IndexPerson, _actor: Actor) -> Sequence[Fact]:
    records = _records(one)
    facts = [Fact(say("Records"), len(records)), Fact(say("Known since"), one.created_at)]
    for record in records:
        facts += [_said(record, label, value) for label, value in _about(record) if value]
    return facts


def _person_sections(one: IndexPerson, _actor: Actor) -> Sequence[Section]:
    records = _records(one)
    numbers = [record.pk for record in records]
    rows = [[f"R{r.pk}", site_name(r.site), r.updated_at] for r in records]
    found = [Section(say("Records"), [say("Record"), say("Site"), say("Last changed")], rows)]
    ties = [[str(tie), GROUNDS.get(tie.ground, tie.ground), f"{tie.weight:+.1f}" if tie.weight is not None else "",
             tie.created_at] for tie in queries.ties_of(numbers)]  # fmt: skip
    if ties:
        found.append(Section(say("Links that hold"), [say("Records"), say("Ground"), say("Bits"), say("Since")], ties))
    history = [
        [event.created_at, f"R{event.patient_id}", f"P{event.before}" if event.before else say("arrived"),
         f"P{event.after}", GROUNDS.get(event.ground, event.ground)]
        for event in queries.history_of(numbers)
    ]  # fmt: skip
    if history:
        heads = [say("When"), say("Record"), say("From"), say("To"), say("Ground")]
        found.append(Section(say("History of links"), heads, history))
    return found


def _related(one: IndexPerson, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    numbers = [record.pk for record in _records(one)]
    rows = queries.reviews_for(actor)
    for review in (rows.filter(left_id__in=numbers) | rows.filter(right_id__in=numbers))[:20]:
        yield ReviewStage(review.stage).label, "identity.review", review


register(Kind(
    name="identity.indexperson", model=IndexPerson, key="person_id", label=say("Index person"),
    plural=say("Index persons"), visible=queries.persons_for, title=str, facts=_person_facts,
    sections=_person_sections, related=_related,
    columns=[(say("Person"), str), (say("Known since"), lambda row: row.created_at)],
    verbs=[
        Verb("take_out", actions.take_out, say("Take a record out"), roles=STEWARDS, danger=True),
        Verb("ask_about", actions.ask_about, say("Ask about another record"), roles=STEWARDS),
    ],
    group=GROUP,
))  # fmt: skip
