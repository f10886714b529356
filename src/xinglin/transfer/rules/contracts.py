"""Which clauses a technology contract must settle, by its kind (民法典 arts 845-886). Pure."""

from __future__ import annotations

from collections.abc import Collection

from xinglin.transfer.words.transfers import Clause as C
from xinglin.transfer.words.transfers import ContractKind, Way

# Art. 845: what every technology contract settles.
COMMON = (C.SUBJECT, C.PERFORMANCE, C.CONFIDENTIALITY, C.RESULTS, C.ACCEPTANCE, C.PAYMENT, C.BREACH, C.DISPUTES)
OWN: dict[ContractKind, tuple[C, ...]] = {
    # Arts 851-861; 促进科技成果转化法 art. 26: tasks, money, risk.
    ContractKind.DEVELOPMENT: (C.TASKS, C.RISK),
    # Arts 862-877.
    ContractKind.TRANSFER: (C.PATENTS, C.WARRANTY, C.IMPROVEMENTS),
    ContractKind.LICENCE: (C.PATENTS, C.SCOPE, C.WARRANTY, C.IMPROVEMENTS),
    # Arts 878-881 and 882-886.
    ContractKind.CONSULTING: (C.MATERIALS, C.REPORT),
    ContractKind.SERVICE: (C.CONDITIONS,),
}
# The kinds of contract that can carry a way; a licence is no assignment.
FITS: dict[Way, frozenset[ContractKind]] = {
    Way.SELF: frozenset(),
    Way.ASSIGN: frozenset({ContractKind.TRANSFER}),
    Way.LICENCE: frozenset({ContractKind.LICENCE}),
    Way.COOPERATE: frozenset({ContractKind.DEVELOPMENT, ContractKind.LICENCE, ContractKind.SERVICE}),
    Way.SHARES: frozenset({ContractKind.TRANSFER, ContractKind.LICENCE}),
    Way.OTHER: frozenset(ContractKind),
}


def mandatory(kind: ContractKind) -> tuple[C, ...]:
    return (*COMMON, *OWN[kind])


def missing_clauses(kind: ContractKind, given: Collection[C]) -> list[C]:
    """The mandatory clauses of this kind that are not among `given`, in their order."""
    return [clause for clause in mandatory(kind) if clause not in set(given)]
