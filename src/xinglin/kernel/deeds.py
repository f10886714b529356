"""Doing a verb once, on what the person saw.

Pages and the interface for programs call actions only through `perform`. In one transaction it makes sure that a form
sent twice acts once, that the dossier is still the one the person looked at, and that the verb is theirs to use; then
the action decides everything again and acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.dossiers import Kind, Verb, opening_verbs
from xinglin.kernel.events import EVENTS
from xinglin.kernel.models import Account, Dossier, LedgerEntry, Submission
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, absent, not_yours


@dataclass(frozen=True)
class Done:
    """What a verb led to: the kind and id of the thing, and whether it had been done already by the same submission."""

    subject_kind: str
    subject_id: str
    thing: Any = None
    again: bool = False


@transaction.atomic
def perform(
    kind: Kind,
    verb: Verb,
    arguments: Mapping[str, Any],
    *,
    key: str = "",
    seen: int | None = None,
    token: str = "",
    by: Account,
) -> Done:
    """Use `verb` with `arguments` (already coerced). `key` is the dossier's id, empty for opening verbs.

    `seen` is the version the person looked at; `token` names the submission. Raises Refusal, and then nothing at all
    was written, the token included, so the same form can be sent again.
    """
    submission = None
    if token:
        defaults = {"account_id": by.pk, "verb": f"{kind.name}.{verb.name}"[:80]}
        submission, fresh = Submission.objects.get_or_create(token=token, defaults=defaults)
        if not fresh:
            return _again(submission, kind, verb, by)
    keyword = {} if verb.opening else {kind.key: key}
    if verb.opening:
        if verb not in opening_verbs(kind, by):
            raise not_yours(verb.label)
    else:
        _check(kind, verb, key, seen, by)
    thing = verb.action(**keyword, **arguments, by=by)
    done = _result(kind, key, thing)
    if submission is not None:
        submission.subject_kind, submission.subject_id = done.subject_kind, done.subject_id
        submission.save(update_fields=["subject_kind", "subject_id"])
    return done


def _again(submission: Submission, kind: Kind, verb: Verb, by: Account) -> Done:
    """The first result of a submission; a token of somebody else, or of another verb, is worth nothing."""
    if submission.account_id != by.pk or submission.verb != f"{kind.name}.{verb.name}"[:80]:
        raise Refusal(
            "deeds.token",
            say("This form was already used for something else."),
            say("Open the page again and send it from there."),
        )
    return Done(submission.subject_kind, submission.subject_id, again=True)


def _check(kind: Kind, verb: Verb, key: str, seen: int | None, by: Account) -> None:
    """Visible, unchanged since it was seen, in the right stage, and the actor's to do; else a Refusal."""
    if not kind.visible(by).filter(pk=key).exists():
        raise absent()
    if issubclass(kind.model, Dossier):
        dossier: Any = lifecycle.take(kind.model, key)
    else:
        dossier = kind.model._default_manager.get(pk=key)
    if seen is not None and isinstance(dossier, Dossier) and dossier.version != seen:
        raise changed_since(dossier)
    scopes = dossier.scopes() if hasattr(dossier, "scopes") else []
    held = permits.roles_of(by, scopes)
    if verb.move is not None:
        row = kind.machine.by_key.get((verb.move, str(dossier.stage)))
        # A wrong stage is the machine's to refuse; it knows the sentence.
        if row is not None and not row.roles & held:
            raise not_yours(verb.label)
    elif not verb.roles & held:
        raise not_yours(verb.label)
    elif verb.stages is not None and dossier.stage not in verb.stages:
        raise Refusal(
            "machine.wrong_stage",
            say("This is not possible while the record is “{stage}”.", stage=dossier.stage_word.label),
            say("Reload the page: somebody may have moved it on since you opened it."),
        )


def changed_since(dossier: Dossier) -> Refusal:
    """Somebody changed the dossier while a form was open: who, when and what, from the ledger."""
    reads = ("kernel.read", "kernel.exported")
    last: LedgerEntry | None = ledger.about(dossier).exclude(event__in=reads).last()
    if last is None:
        who, when, what = say("Somebody"), dossier.stage_since, Phrase("")
    else:
        who, when = last.actor_name, last.happened_at
        event = EVENTS.get(last.event)
        what = event.sentence(actor=last.actor_name, subject=last.subject_title, **last.data) if event else Phrase("")
    return Refusal(
        "deeds.changed_meanwhile",
        say("{who} changed this record at {when}, after you opened the form. {what}", who=who, when=when, what=what),
        say("Nothing of yours was lost. Check what changed, then send again if your entry still holds."),
    )


def _result(kind: Kind, key: str, thing: Any) -> Done:
    """Where to go next: the thing the action returned, or the dossier acted on."""
    meta = getattr(thing, "_meta", None)
    if meta is not None and getattr(thing, "pk", None):
        return Done(meta.label_lower, str(thing.pk), thing)
    return Done(kind.name if key else "", key, thing)
