"""The life of a signing ceremony. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.words.signings import SigningStage

SECRETARIAT = roles(Role.SECRETARIAT)
NAMED = 5


@dataclass(frozen=True)
class Batch:
    """Titles that would be signed, and those that are not ready with the reason."""

    ready: tuple[str, ...]
    unready: Mapping[str, Phrase]
    leave_out: bool


def batch_can_be_signed(batch: Batch) -> None:
    """All ready, or those that are not are left out knowingly; never nothing at all."""
    if not batch.ready and not batch.unready:
        raise Refusal("signings.empty", say("No agreement is in this batch."), say("Add the agreements to be signed."))
    if batch.unready and not (batch.leave_out and batch.ready):
        first = list(batch.unready)[:NAMED]
        raise Refusal(
            "signings.not_ready",
            say("Not ready to be signed: {names} ({count} in all).", names="；".join(f"《{name}》" for name in first),
                count=len(batch.unready)),
            say("Open each to see what is missing, or leave them out; they keep their own course."),
        )  # fmt: skip


S = SigningStage
SIGNING_MOVES = Machine(
    "roster.signing",
    SigningStage,
    S.PREPARING,
    frozenset({S.HELD, S.CANCELLED}),
    (
        Move(
            "hold", S.PREPARING, S.HELD, SECRETARIAT, say("Record that it was held"), batch_can_be_signed, awaited=True
        ),
        Move("cancel", S.PREPARING, S.CANCELLED, SECRETARIAT, say("Cancel")),
    ),
)
