"""The contract and its pledge (军令状): clauses, signatures, commitment. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xinglin.challenges.rules.challenges import DEMANDERS, OFFICE, PROGRAM
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.contracts import Clause, ContractSide
from xinglin.challenges.words.contracts import ContractStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.money import yuan
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

PARTIES = roles(Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, Role.EXPERT)
LIVE = (S.SIGNED,)
# A clause shorter than this says nothing.
SHORTEST = 10

CONTRACT_MOVES = Machine(
    "challenges.contract",
    S,
    S.DRAFT,
    frozenset({S.FULFILLED, S.ELIMINATED, S.TERMINATED, S.NOT_ACCEPTED, S.DROPPED}),
    (
        Move("open_signing", S.DRAFT, S.SIGNING, DEMANDERS, say("Send out for signature"), awaited=True, due=10),
        Move("revise", S.SIGNING, S.DRAFT, DEMANDERS, say("Take back to change it")),
        Move("sign", S.SIGNING, S.SIGNING, PARTIES, say("Sign"), awaited=True, due=15),
        Move("record_signature", S.SIGNING, S.SIGNING, OFFICE, say("Record a signature on paper")),
        Move("commit", S.SIGNING, S.SIGNING, DEMANDERS, say("Record the bank's commitment"), awaited=True, due=15),
        Move("settle", S.SIGNING, S.SIGNED, PROGRAM, say("Signed by both, the money committed")),
        Move("eliminate", S.SIGNED, S.ELIMINATED, OFFICE, say("Put out of the race")),
        Move("fulfil", S.SIGNED, S.FULFILLED, PROGRAM, say("The outcome was accepted")),
        Move("end", S.SIGNED, S.TERMINATED, PROGRAM, say("The challenge was terminated")),
        Move("not_accept", S.SIGNED, S.NOT_ACCEPTED, PROGRAM, say("The outcome was not accepted")),
        Move("drop", (S.DRAFT, S.SIGNING, S.SIGNED), S.DROPPED, PROGRAM, say("The award was taken back")),
    ),
)  # fmt: skip


def check_clauses(texts: Mapping[Clause, str], leader: str) -> None:
    """Raise a Refusal naming the first mandatory clause that is missing or says nothing."""
    for clause in Clause:
        if len(texts.get(clause, "").strip()) < SHORTEST:
            raise Refusal(
                "challenges.clause_missing",
                say("The contract lacks a clause: {clause}.", clause=clause.label),
                say("Write it into the draft."),
                field=str(clause),
            )
    if not leader.strip():
        raise Refusal("challenges.no_leader", say("The contract names no project leader."),
                      say("Write the leader into the draft."), field="leader")  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """How far a contract is: who signed, what the plan asks of each source and what is committed of it (fen)."""

    signed: frozenset[ContractSide]
    planned: Mapping[BudgetSource, int]
    committed: Mapping[BudgetSource, int]

    @property
    def ready(self) -> bool:
        return self.signed == frozenset(ContractSide) and all(
            self.committed.get(source, 0) == fen for source, fen in self.planned.items()
        )


def check_commitment(planned: Mapping[BudgetSource, int], given: Mapping[BudgetSource, int]) -> None:
    """Raise a Refusal unless the bank commits exactly what the plan asks of each source."""
    for source in BudgetSource:
        if planned.get(source, 0) != given.get(source, 0):
            raise Refusal(
                "challenges.commitment_differs",
                say("The contract needs {planned} from “{source}” and {given} are committed.",
                    planned=yuan(planned.get(source, 0)), source=source.label, given=yuan(given.get(source, 0))),
                say("Ask the bank for a commitment of the whole amount."),
                field="own_fen",
            )  # fmt: skip


def check_all_signed(stages: Sequence[str], needed: int) -> None:
    """Raise a Refusal unless every contract of the award was signed by both sides with the money committed."""
    if len(stages) != needed or any(stage != S.SIGNED for stage in stages):
        raise Refusal("challenges.not_all_signed", say("Not every contract of this award is signed and committed."),
                      say("The contracts show who must act."))  # fmt: skip
