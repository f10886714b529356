"""The duplicates desk: pairs that may be one record are offered with reasons; a person links them, and may undo it.

Nothing is merged. "Same" closes one record with a pointer to the other; everything that refers to it stays, and undoing
brings it back. A shared institution identifier is a hint and never a proof (domain 3.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Q

from xinglin.kernel import finding, jobs, ledger, lifecycle, permits
from xinglin.kernel.asks import Ask
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.roster.duplicates import Outcome, core_name, duplicates_of
from xinglin.roster.models import Duplicate, Organisation, Person
from xinglin.roster.names import search_keys
from xinglin.roster.queries.duplicates import organisation_records, person_records
from xinglin.roster.words.imports import Kept
from xinglin.roster.words.register import RecordStage

Pair = tuple[str, str, str, Outcome]
Because = Annotated[str, Ask("text", longest=1_000)]
FIND = "roster.find_duplicates"
# Pairs offered by one search, the likeliest first: more than people can look at says nothing.
MOST = 2_000
# Up to this many new records are compared one by one; beyond that everything is compared with everything.
ONE_BY_ONE = 2_000
COMPARED = 200


def _look_for_organisation(one: Organisation) -> list[Duplicate]:
    """Offer the likely doubles of one organisation that was just entered. Call inside the deed's transaction."""
    with_codes = Q(name_zh__in=[one.name_zh, *one.aliases])
    for name in ("credit_code", "medical_code"):
        if value := getattr(one, name):
            with_codes |= Q(**{name: value})
    rows = Organisation.objects.exclude(stage=RecordStage.CLOSED).exclude(pk=one.pk)
    near = finding.find(rows.filter(region__startswith=one.region[:4]) if one.region else rows, core_name(one.name_zh))
    met = {row.pk: row for found in (rows.filter(with_codes), near) for row in found[:COMPARED]}
    mine = organisation_records([one])[0]
    return _offer_all("organisation", one.pk, duplicates_of(mine, organisation_records(met.values())))


def _look_for_person(one: Person) -> list[Duplicate]:
    """Offer the likely doubles of one person who was just entered. Call inside the deed's transaction."""
    fits = Q(pk=None)
    for name in ("document_hash", "phone_hash", "email_hash"):
        if value := getattr(one, name):
            fits |= Q(**{name: value})
    written = [name for name in (one.name_zh, *one.aliases) if name]
    fits |= Q(name_zh__in=written) if written else Q()
    rows = Person.objects.exclude(stage=RecordStage.CLOSED).exclude(pk=one.pk)
    # A Latin name meets Chinese ones by sound: whole romanised names only.
    sounds = [key for key in search_keys(one.name_zh, one.name_latin, one.aliases)
              if key.isascii() and len(key) > 6 and ":" not in key]  # fmt: skip
    keys = set(rows.filter(fits).values_list("pk", flat=True)[:COMPARED])
    keys |= set(finding.find_any(rows, sounds, ()).values_list("pk", flat=True)[:COMPARED])
    if not keys:
        return []
    mine = person_records([one.pk])
    return _offer_all("person", one.pk, duplicates_of(mine[0], person_records(sorted(keys)))) if mine else []


def _offer_all(noun: str, key: str, found: Sequence[tuple[Any, Outcome]]) -> list[Duplicate]:
    return [made for other, outcome in found[:20] if (made := _offer(noun, key, other.key, outcome)) is not None]


def _offer(noun: str, one: str, other: str, outcome: Outcome) -> Duplicate | None:
    """Offer a pair once: one that was decided, or waits already, is left as it is."""
    first, second = sorted((one, other))
    columns = {f"first_{noun}_id": first, f"second_{noun}_id": second}
    if Duplicate.objects.filter(**columns).exists():
        return None
    row = Duplicate(**columns, verdict=str(outcome.verdict), score=outcome.score, findings=_findings(outcome))
    lifecycle.begin(row, by=permits.the_program())
    ledger.record("roster.duplicate_offered", by=permits.the_program(), subject=row,
                  data={"score": row.score, "findings": list(outcome.codes)})  # fmt: skip
    return row


def _findings(outcome: Outcome) -> list[dict[str, Any]]:
    return [{"code": one.code, "weight": one.weight, "detail": one.detail[:200]} for one in outcome.findings]


@transaction.atomic
def offer_pairs(*, pairs: Sequence[Pair], by: Account) -> int:
    """Offer pairs that a search of everything found; returns how many were not known yet."""
    return sum(1 for pair in pairs if _offer(*pair) is not None)


@transaction.atomic
def look_for(*, kind: str, key: str, by: Account) -> list[Duplicate]:
    """Offer the likely doubles of one record, by its kind and id; the program offers, whoever entered it."""
    if kind == "roster.organisation":
        one = Organisation.objects.exclude(stage=RecordStage.CLOSED).filter(pk=key).first()
        return _look_for_organisation(one) if one else []
    person = Person.objects.exclude(stage=RecordStage.CLOSED).filter(pk=key).first()
    return _look_for_person(person) if person else []


@transaction.atomic
def ask_for_search(*, by: Account) -> int:
    """The daily search: by a job, for it takes a while; none while one waits."""
    if jobs.Job.objects.filter(task=FIND, state__in=jobs.OPEN).exists():
        return 0
    jobs.ask(FIND, by=by)
    return 1


@transaction.atomic
def link_records(*, duplicate_id: str, keep: Kept, because: Because, by: Account) -> Duplicate:
    """They are one: the kept record stays open, the other is closed and points to it. This can be undone."""
    row = lifecycle.take(Duplicate, duplicate_id)
    first, second = _locked(row)
    kept, other = (first, second) if keep == Kept.FIRST else (second, first)
    if RecordStage.CLOSED in (first.stage, second.stage):
        raise Refusal(
            "duplicates.closed", say("One of the two records is closed already."),
            say("Reopen it first, or say that the two are different."),
        )  # fmt: skip
    if getattr(kept, "parent_id", None) == other.pk or getattr(other, "parent_id", None) == kept.pk:
        raise Refusal(
            "duplicates.branch", say("One of the two is a branch of the other; a branch is never its parent."),
            say("Say that the two are different."),
        )  # fmt: skip
    row.kept, row.reason, row.closed_from = str(keep), because, other.stage
    lifecycle.step(row, "link", by=by)
    other.stage, other.stage_since, other.same_as, other.due_on = str(RecordStage.CLOSED), now(), kept, None
    lifecycle.touch(other)
    ledger.record("roster.closed_as_double", by=by, subject=other, data={"kept": kept.pk})
    ledger.record("roster.duplicate_linked", by=by, subject=row, data={"kept": kept.pk, "because": because})
    return row


def _locked(row: Duplicate) -> tuple[Any, Any]:
    """Both records, locked in the order of their ids."""
    model, noun = (Organisation, "organisation") if row.first_organisation_id else (Person, "person")
    first, second = (lifecycle.take(model, getattr(row, f"{side}_{noun}_id")) for side in ("first", "second"))
    return first, second


@transaction.atomic
def unlink_records(*, duplicate_id: str, because: Because, by: Account) -> Duplicate:
    """They were two after all: the closed record is open again, as it was."""
    row = lifecycle.take(Duplicate, duplicate_id)
    first, second = _locked(row)
    kept, other = (first, second) if row.kept == Kept.FIRST else (second, first)
    lifecycle.step(row, "unlink", by=by)
    if other.same_as_id == kept.pk:
        _refuse_taken(other)
        other.same_as, other.stage, other.stage_since = None, row.closed_from or str(RecordStage.ACTIVE), now()
        lifecycle.touch(other)
        ledger.record("roster.reopened_from_double", by=by, subject=other, data={"was": kept.pk})
    row.kept, row.reason = "", because
    row.save(update_fields=["kept", "reason"])
    ledger.record("roster.duplicate_unlinked", by=by, subject=row, data={"because": because})
    return row


def _refuse_taken(one: Any) -> None:
    """A credit code that the other legal person carries by now cannot be carried twice."""
    if not isinstance(one, Organisation) or not one.credit_code or one.parent_id is not None:
        return
    taken = Organisation.objects.filter(credit_code=one.credit_code, parent=None)
    other = taken.exclude(pk=one.pk).exclude(stage=RecordStage.CLOSED).first()
    if other is not None:
        raise Refusal(
            "duplicates.code_taken", say("{name} carries this record's credit code now.", name=str(other)),
            say("Correct the code there first."),
        )  # fmt: skip


@transaction.atomic
def tell_apart(*, duplicate_id: str, because: Because, by: Account) -> Duplicate:
    """They are two: the pair is not offered again."""
    row = lifecycle.take(Duplicate, duplicate_id)
    row.reason = because
    lifecycle.step(row, "tell_apart", by=by)
    ledger.record("roster.duplicate_told_apart", by=by, subject=row, data={"because": because})
    return row


@transaction.atomic
def put_off(*, duplicate_id: str, by: Account) -> Duplicate:
    """Not now: the pair leaves the inbox and stays in the list."""
    row = lifecycle.take(Duplicate, duplicate_id)
    lifecycle.step(row, "put_off", by=by)
    ledger.record("roster.duplicate_put_off", by=by, subject=row)
    return row


@transaction.atomic
def look_again(*, duplicate_id: str, by: Account) -> Duplicate:
    """The answer was wrong or new facts are known: offer the pair again."""
    row = lifecycle.take(Duplicate, duplicate_id)
    lifecycle.step(row, "look_again", by=by)
    ledger.record("roster.duplicate_looked_again", by=by, subject=row)
    return row
