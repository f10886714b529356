"""The kinds of thing that happen. Each has a sentence; each names the data it may carry. Pure.

A wing writes its kinds in its own `events.py` with `happens(...)`; recording an unknown kind, or data that is not on
the list, is a bug and raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Channel, Word


@dataclass(frozen=True)
class Event:
    """A kind of ledger entry: `{actor}` and `{subject}` are always known to its sentence; `data` is the allow-list,
    `words` what stored values are called that are no words of the subject itself."""

    name: str
    sentence: Phrase
    data: frozenset[str]
    words: Mapping[str, Mapping[str, Phrase]]


EVENTS: dict[str, Event] = {}


def happens(
    name: str, sentence: Phrase, *data: str, words: Mapping[str, type[Word] | Mapping[str, Phrase]] | None = None
) -> Event:
    """Register a kind. Raises ValueError when the name is taken."""
    if name in EVENTS:
        raise ValueError(f"the event {name} is written twice")
    known = {fact: _said(each) for fact, each in (words or {}).items()}
    EVENTS[name] = Event(name, sentence, frozenset(data), known)
    return EVENTS[name]


def _said(words: type[Word] | Mapping[str, Phrase]) -> Mapping[str, Phrase]:
    return {str(word): word.label for word in words} if isinstance(words, type) else words


FACTORS = {
    "totp": say("codes from an app"), "recovery_codes": say("recovery codes"), "webauthn": say("passkey or key"),
}  # fmt: skip
happens("kernel.granted", say("{actor} gave {subject} the role {role}."), "role", "scope")
happens("kernel.grant_ended", say("{actor} ended the role {role} of {subject}."), "role", "scope")
happens("kernel.read", say("{actor} read personal data of {subject}."), "fields", "page")
happens("kernel.exported", say("{actor} exported {rows} rows: {what}."), "rows", "what", "filters")
happens("kernel.signed_in", say("{actor} signed in."), "factor", "address")
happens("kernel.sign_in_failed", say("A sign-in as {subject} failed."), "address", "reason")
happens("kernel.locked_out", say("Sign-in as {subject} was locked after repeated failures."), "address", "failures")
happens("kernel.signed_out", say("{actor} signed out."), "reason")
happens("kernel.invited", say("{actor} invited {subject} as {role}."), "role", "scope")
happens("kernel.invitation_accepted", say("{subject} accepted the invitation as {role}."), "role", "scope")
happens("kernel.invitation_revoked", say("{actor} withdrew the invitation of {subject}."), "role")
happens("kernel.password_changed", say("{actor} changed the password of {subject}."))
happens("kernel.password_expired", say("{actor} asked {subject} to choose a new password."))
happens("kernel.factor_added", say("{actor} added a second factor: {factor}."), "factor", words={"factor": FACTORS})
happens("kernel.factor_removed", say("{actor} removed a second factor: {factor}."), "factor",
        words={"factor": FACTORS})  # fmt: skip
happens("kernel.account_closed", say("{actor} closed the account of {subject}."), "reason")
happens("kernel.account_opened", say("{actor} opened an account for {subject}."), "kind")
happens("kernel.renamed", say("{actor} changed the name others see from {before} to {after}."), "before", "after")
happens("kernel.unlocked", say("{actor} lifted the lock on sign-in as {subject}."))
happens("kernel.token_issued", say("{actor} issued the access token “{name}”."), "name", "abilities", "expires")
happens("kernel.token_revoked", say("{actor} revoked the access token “{name}”."), "name")
happens("kernel.setting_changed", say("{actor} set “{key}” from {from_day}, on the authority of {source}."),
        "key", "value", "from_day", "source")  # fmt: skip
happens("kernel.document_added", say("{actor} added “{title}”, version {number}, to {subject}."),
        "title", "number", "sha256", "purpose")  # fmt: skip
happens("kernel.document_produced", say("{actor} produced “{title}”, version {number}, for {subject}."),
        "title", "number", "sha256", "template")  # fmt: skip
happens("kernel.job_asked", say("{actor} started “{task}”."), "task")
happens("kernel.job_cancelled", say("{actor} cancelled “{task}”."), "task", "done", "total")
happens("kernel.job_ended", say("“{task}” ended: {state}."), "task", "state", "done", "total")
happens("kernel.outlet_set", say("{actor} set where notices go: {channel}."), "channel", "events",
        words={"channel": Channel})  # fmt: skip
happens("kernel.outlet_removed", say("{actor} removed a way notices go: {channel}."), "channel",
        words={"channel": Channel})  # fmt: skip
happens("kernel.backed_up", say("{actor} made a backup."), "root", "rows")
happens("kernel.restored", say("{actor} restored a backup made at {made_at}."), "root", "made_at")
