"""Refusals: what the program will not do, in a sentence, with what to do next.

A `Refusal` is shown to the person as it stands. Anything else that is raised is a bug and leaves a trace.

    Refusal                 one sentence
    └── FieldRefusals       several, each at the field it is about
"""

from __future__ import annotations

from collections.abc import Mapping

from xinglin.kernel.phrases import Phrase, say


class Refusal(Exception):
    """The program declines, says why, and says what would help.

    `code` is stable and dotted ("machine.wrong_stage"); `sentence` and `next_step` are shown in the reader's
    language; `field` names the parameter the refusal is about, if it is about one.
    """

    def __init__(self, code: str, sentence: Phrase, next_step: Phrase | None = None, *, field: str | None = None):
        super().__init__(code, str(sentence))
        self.code = code
        self.sentence = sentence
        self.next_step = next_step
        self.field = field


class FieldRefusals(Refusal):
    """Several fields cannot be taken as typed; every one is named so that nothing has to be found by trying."""

    def __init__(self, fields: Mapping[str, Refusal]):
        super().__init__(
            "fields.refused",
            say("Some entries cannot be accepted yet."),
            say("Correct the entries marked below and send again; everything you typed is still here."),
        )
        self.fields = dict(fields)


def require_reason(text: str | None, *, field: str = "reason") -> str:
    """What ends, refuses or decides something has a reason that can be read later."""
    if not (text or "").strip():
        raise Refusal("reasons.missing", say("Say why; the reason is kept with the record."), field=field)
    return (text or "").strip()


def absent(what: Phrase | None = None) -> Refusal:
    """Forbidden and absent look the same to a stranger."""
    return Refusal(
        "absent",
        say("This record does not exist, or you may not see it."),
        say("Check the address, or ask the alliance's secretariat for access."),
    )


def not_yours(move: Phrase | None = None) -> Refusal:
    """The record is visible, the step is not this person's to take."""
    return Refusal(
        "permits.not_yours",
        say("This step is not yours to take."),
        say("The record shows whose turn it is; ask them, or ask the secretariat to give you the role."),
    )
