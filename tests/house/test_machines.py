"""Lifecycles: every stage can be reached and left, every move is somebody's, every move has a verb."""

import importlib
from collections.abc import Iterator

import pytest
from tests.house.source import module, rooms

from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.machine import Machine, reachable


def _machines() -> Iterator[Machine]:
    seen = set()
    for path in rooms("rules"):
        for value in vars(importlib.import_module(module(path))).values():
            if isinstance(value, Machine) and value.name not in seen:
                seen.add(value.name)
                yield value


MACHINES = list(_machines())
# Moves without roles: the program makes them on a clock, or as part of another deed.
PROGRAM_MADE = {
    "expire", "lapse", "begin", "end", "complete", "close", "near_end", "extend", "be_replaced", "be_renewed",
    "call_review", "time_out", "propose", "find_impossible", "fail", "supersede", "check", "begin_unchecked", "finish", "write",
    "object", "open", "award", "pass_over", "resume", "uphold", "reopen", "reconsider", "void", "drop", "settle", "fulfil", "not_accept", "call_off", "pass",
}  # fmt: skip
# "kind.move" that no verb offers: made by an action of another dossier, or by the program.
NO_VERB: dict[str, str] = {
    "challenges.bid.replace": "sealing the next bid does it, on a page of its own: nothing typed may be stored",
    "challenges.challenge.open_bids": "the second passphrase of the ceremony does it, on a page of its own",
    "roster.agreement.come_into_force": "the last signature does it",
    "roster.agreement.settle": "the settling of what was owed does it",
    "roster.nomination.list": "publishing the list does it",
    "roster.pairing.settle": "the last review does it",
    "roster.publishedlist.supersede": "publishing the next version does it",
}


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
class TestMachine:
    def test_every_stage_can_be_reached(self, machine: Machine) -> None:
        assert set(machine.stages) - reachable(machine) == set()

    def test_every_stage_that_is_not_final_has_a_way_out(self, machine: Machine) -> None:
        stuck = [stage for stage in machine.stages if stage not in machine.final and not machine.from_stage(stage)]
        assert stuck == []

    def test_no_move_without_a_role_unless_the_program_makes_it(self, machine: Machine) -> None:
        orphans = {move.name for move in machine.moves if not move.roles} - PROGRAM_MADE
        assert orphans == set()

    def test_what_is_awaited_is_somebodys(self, machine: Machine) -> None:
        assert [move.name for move in machine.moves if move.awaited and not move.roles] == []

    def test_a_deadline_belongs_to_an_awaited_move(self, machine: Machine) -> None:
        assert [move.name for move in machine.moves if move.due is not None and not move.awaited] == []


def test_every_machine_belongs_to_a_kind() -> None:
    kept = {kind.machine.name for kind in KINDS.values() if kind.machine is not None}
    assert {machine.name for machine in MACHINES} - kept == set()


def test_every_verbs_move_exists_and_every_move_has_a_verb() -> None:
    wrong, missing = [], []
    for kind in KINDS.values():
        moves = {move.name for move in kind.machine.moves} if kind.machine else set()
        wrong += [f"{kind.name}.{verb.name}" for verb in kind.verbs if verb.move and verb.move not in moves]
        offered = {verb.move for verb in kind.verbs}
        made = {move.name for move in kind.machine.moves if move.roles} if kind.machine else set()
        missing += [f"{kind.name}.{move}" for move in made - offered]
    assert wrong == []
    assert set(missing) - set(NO_VERB) == set(), "\n".join(sorted(missing))
    assert set(NO_VERB) - set(missing) == set(), "take these off the list"
