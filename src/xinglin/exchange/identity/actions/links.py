"""People decide who is whom: link, keep apart, decide again, take a record out. Everything can be taken back.

What stands together follows from the ties that hold (`rules.groups`): a decision makes or ends ties, and the records
of those concerned are placed anew. A local record, its documents and its results are never touched by any of it.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from xinglin.exchange.identity.models import IndexPerson, LinkEvent, Patient, Review, Tie
from xinglin.exchange.identity.queries import candidates, judges
from xinglin.exchange.identity.rules import groups
from xinglin.exchange.identity.rules.judging import judge
from xinglin.exchange.identity.rules.records import unpack
from xinglin.exchange.identity.rules.reviews import STEWARDS
from xinglin.exchange.identity.words import ReviewStage
from xinglin.kernel import ledger, notices, permits
from xinglin.kernel.asks import Count, Paragraph
from xinglin.kernel.clock import now
from xinglin.kernel.lifecycle import begin, step, take
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role


@transaction.atomic
def link_pair(*, review_id: str, remark: Paragraph = "", by: Account) -> Review:
    """Decide that both records are one person's: those of both persons stand together from now on.

    Refused while somebody keeps two of those records apart.
    """
    review = _decide(review_id, "link", remark, by)
    _tie(review.left_id, review.right_id, "decided", review.weight)
    _place({review.left_id, review.right_id}, "decided", review.pk, by)
    _refuse_apart(review)
    ledger.record("identity.linked", by=by, subject=review, data={"reason": str(review.reason)})
    return review


@transaction.atomic
def keep_apart(*, review_id: str, remark: Paragraph = "", by: Account) -> Review:
    """Decide that the records are different people's. A tie between them ends; no machine ties them again.

    Refused while both are tied through other records.
    """
    review = _decide(review_id, "keep_apart", remark, by)
    _untie(review.left_id, review.right_id)
    _place({review.left_id, review.right_id}, "kept apart", review.pk, by)
    _refuse_together(review)
    ledger.record("identity.kept_apart", by=by, subject=review, data={"reason": str(review.reason)})
    return review


@transaction.atomic
def decide_again(*, review_id: str, remark: Paragraph = "", by: Account) -> Review:
    """Take a decision back. A link that was decided ends, and the records stand where they stood without it."""
    review = take(Review, review_id)
    linked = review.stage == ReviewStage.LINKED
    _lock()
    step(review, "reopen", by=by)
    review.remark = str(remark)[:300]
    review.save(update_fields=["remark"])
    if linked:
        _untie(review.left_id, review.right_id)
        _place({review.left_id, review.right_id}, "decided again", review.pk, by)
    ledger.record("identity.reopened", by=by, subject=review)
    return review


@transaction.atomic
def take_out(*, person_id: str, record: Count, remark: Paragraph = "", by: Account) -> IndexPerson:
    """Take a record out of a person: its ties end and are kept apart. Returns the person it stands under now."""
    permits.require(by, *STEWARDS)
    _lock()
    patient = Patient.objects.filter(pk=record, person_id=_number(person_id)).first()
    if patient is None:
        raise Refusal("identity.not_here", say("This record does not stand under this person."),
                      say("Reload the page: somebody may have moved it."), field="record")  # fmt: skip
    ties = list(Tie.objects.filter(Q(left_id=record) | Q(right_id=record), ended_at=None))
    if not ties:
        raise Refusal("identity.alone", say("This record stands alone."), say("There is nothing to take apart."))
    for tie in ties:
        _keep_pair_apart(tie.left_id, tie.right_id, remark, by)
    patient.refresh_from_db()
    ledger.record("identity.taken_out", by=by, subject=patient, data={"ties": len(ties)})
    return patient.person


@transaction.atomic
def ask_about(*, person_id: str, record: Count, other: Count, remark: Paragraph = "", by: Account) -> Review:
    """Put a pair of records on the desk that no machine found alike. A pair that is there already is returned."""
    permits.require(by, *STEWARDS)
    here = set(Patient.objects.filter(pk=record, person_id=_number(person_id)).values_list("id", flat=True))
    if not here or record == other or not Patient.objects.filter(pk=other).exists():
        raise Refusal("identity.no_pair", say("There are no two records to ask about."),
                      say("Give a record of this person and the number of another one."), field="other")  # fmt: skip
    review = _review(min(int(record), int(other)), max(int(record), int(other)), remark, by)
    ledger.record("identity.asked", by=by, subject=review, data={"reason": str(review.reason)})
    return review


def _number(text: str) -> int:
    if not str(text).isdigit() or len(str(text)) > 18:
        raise absent()
    return int(text)


def _lock() -> None:
    """Nobody settles arriving records while people rearrange them: those would join what is being taken apart."""
    candidates.lock(range(candidates.LOCKS))


def _decide(review_id: str, move: str, remark: str, by: Account) -> Review:
    review = take(Review, review_id)
    _lock()
    review.remark = str(remark)[:300]
    step(review, move, by=by)
    return review


def _review(left: int, right: int, remark: str, by: Account) -> Review:
    """The review of a pair, made if there is none."""
    found = Review.objects.select_for_update().filter(left_id=left, right_id=right).first()
    if found is not None:
        return found
    one, other = (unpack(Patient.objects.get(pk=number).prepared) for number in (left, right))
    scorer, thresholds = judges.in_force()
    verdict = judge(one, other, scorer, thresholds)
    return begin(
        Review(left_id=left, right_id=right, reason=verdict.reason, weight=round(verdict.weight, 3),
               weights={name: round(bits, 2) for name, bits in verdict.bits.items()},
               model=getattr(scorer, "name", ""), remark=str(remark)[:300]),
        by=by,
    )  # fmt: skip


def _keep_pair_apart(left: int, right: int, remark: str, by: Account) -> None:
    review = _review(left, right, remark, by)
    if review.stage == ReviewStage.LINKED:
        step(review, "reopen", by=by)
    if review.stage == ReviewStage.OPEN:
        step(review, "keep_apart", by=by)
    _untie(left, right)
    _place({left, right}, "taken out", review.pk, by)


def _tie(left: int, right: int, ground: str, weight: float) -> None:
    if not Tie.objects.filter(left_id=left, right_id=right, ended_at=None).exists():
        Tie.objects.create(left_id=left, right_id=right, ground=ground, weight=weight)


def _untie(left: int, right: int) -> None:
    Tie.objects.filter(left_id=left, right_id=right, ended_at=None).update(ended_at=now())


def _place(concerned: Collection[int], ground: str, review: str, by: Account) -> list[Patient]:
    """Let every record of the persons concerned stand where the ties put it; returns those that moved."""
    persons = Patient.objects.filter(pk__in=concerned).values("person_id")
    rows = {row.pk: row for row in Patient.objects.select_for_update().filter(person_id__in=persons).order_by("id")}
    ties = Tie.objects.filter(ended_at=None, left_id__in=rows, right_id__in=rows).values_list("left_id", "right_id")
    found = groups.parts(rows, list(ties))
    moved = []
    for part, person in zip(found, groups.persons(found, {pk: row.home for pk, row in rows.items()}), strict=True):
        number = person or _open(rows[part[0]])
        moved += [(rows[pk], number) for pk in part if rows[pk].person_id != number]
    for row, number in moved:
        LinkEvent.objects.create(
            patient=row, before=row.person_id, after=number, ground=ground, review=review, by=by.pk
        )
        Patient.objects.filter(pk=row.pk).update(person_id=number, home=row.home)
        ledger.record("identity.moved", by=by, subject=row, data={"before": row.person_id, "after": number})
    told = notices.holders(Role.STEWARD) if moved else []
    sentence = say("{count} records stand under another person now.", count=len(moved))
    notices.tell([one for one in told if one.pk != by.pk], "identity.moved", sentence)
    return [row for row, _number in moved]


def _open(row: Patient) -> int:
    """A person of its own for a record that arrived linked and stands without the others now."""
    row.home = IndexPerson.objects.create().pk
    Patient.objects.filter(pk=row.pk).update(home=row.home)
    return row.home


def _refuse_apart(review: Review) -> None:
    together = set(
        Patient.objects.filter(person_id=Patient.objects.get(pk=review.left_id).person_id).values_list("id", flat=True)
    )
    apart = [pair for pair in candidates.kept_apart(together) if set(pair) <= together]
    if apart:
        raise Refusal(
            "identity.kept_apart",
            say("Somebody decided to keep R{left} and R{right} apart, and this would bring them together.",
                left=apart[0][0], right=apart[0][1]),
            say("Decide again about that pair first."),
        )  # fmt: skip


def _refuse_together(review: Review) -> None:
    left, right = Patient.objects.filter(pk__in=(review.left_id, review.right_id)).order_by("id")
    if left.person_id != right.person_id:
        return
    ids = Patient.objects.filter(person_id=left.person_id).values_list("id", flat=True)
    ties = Tie.objects.filter(ended_at=None, left_id__in=ids, right_id__in=ids).values_list("left_id", "right_id")
    way = groups.through(left.pk, right.pk, list(ties))
    raise Refusal(
        "identity.tied_through",
        say("Both are also linked through {records}.", records=", ".join(f"R{one}" for one in way[1:-1])),
        say("Take those apart first."),
    )
