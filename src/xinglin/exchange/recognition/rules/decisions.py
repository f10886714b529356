"""The life of a decision (domain 2.6). The program never accepts by itself; it only notes that time ran out. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from xinglin.exchange.recognition.words import DecisionStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

DOCTORS = roles(Role.DOCTOR)


@dataclass(frozen=True, slots=True)
class Deciding:
    """What a decision depends on: `examination` whether the item is imaging, `invalid` whether the report has been
    corrected or voided since it was shown, `whole` whether it stands for everything that is ordered."""

    examination: bool = False
    image_opened: bool = False
    invalid: bool = False


def may_recognise(facts: Deciding | None) -> None:
    """Guard: an image must have been opened; a result that no longer stands is not recognised (domain 2.5, 2.6)."""
    if facts is None:
        return
    if facts.invalid:
        raise Refusal(
            "recognition.invalid",
            say("This report was corrected or voided after it was shown."),
            say("Ask again: the answer takes the present version."),
        )
    if facts.examination and not facts.image_opened:
        raise Refusal(
            "recognition.image_not_opened",
            say("Open the images before you recognise an examination."),
            say("If they cannot be opened, decline with reason 98; it is not counted against anybody."),
        )


DECISION_MOVES = Machine(
    "recognition.decision",
    S,
    S.REMINDED,
    frozenset({S.RECOGNISED, S.DECLINED, S.UNHANDLED}),
    (
        Move("view", (S.REMINDED, S.UNHANDLED), S.VIEWED, DOCTORS, say("Open the result")),
        Move("recognise", S.VIEWED, S.RECOGNISED, DOCTORS, say("Recognise"), guard=may_recognise),
        Move("decline", S.VIEWED, S.DECLINED, DOCTORS, say("Do not recognise")),
        Move("withdraw_recognition", S.RECOGNISED, S.VIEWED, DOCTORS, say("Withdraw the recognition")),
        Move("withdraw_decline", S.DECLINED, S.VIEWED, DOCTORS, say("Withdraw the refusal")),
        Move("time_out", (S.REMINDED, S.VIEWED), S.UNHANDLED, roles(), say("Nobody decided in time")),
    ),
)
