"""Lifecycles as tables. A `Machine` is typed rows and one reader; it stores nothing and knows no Django."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, not_yours
from xinglin.kernel.words import Role, Word

Guard = Callable[..., None]


@dataclass(frozen=True)
class Move:
    """One row: from `source`, a holder of one of `roles` may make the dossier `target`.

    `guard` is a pure function that raises a Refusal when the facts do not allow the move. `awaited` says that a
    dossier resting in `source` waits for this move, so it stands in the inbox of its roles; `due` is the number of
    days they have. `roles` empty means that only the program itself makes the move (a deadline passing).
    """

    name: str
    source: Word | tuple[Word, ...]
    target: Word
    roles: frozenset[Role]
    label: Phrase
    guard: Guard | None = None
    awaited: bool = False
    due: int | None = None

    @property
    def sources(self) -> tuple[Word, ...]:
        return self.source if isinstance(self.source, tuple) else (self.source,)


@dataclass(frozen=True)
class Machine:
    """A lifecycle: the enum of its stages, where it begins, where it may rest for good, and its moves."""

    name: str
    stages: type[Word]
    initial: Word
    final: frozenset[Word]
    moves: tuple[Move, ...]
    by_key: dict[tuple[str, str], Move] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for move in self.moves:
            for source in move.sources:
                key = (move.name, str(source))
                if key in self.by_key:
                    raise ValueError(f"{self.name}: {move.name} from {source} is written twice")
                if not isinstance(source, self.stages) or not isinstance(move.target, self.stages):
                    raise ValueError(f"{self.name}: {move.name} names a stage of another lifecycle")
                self.by_key[key] = move

    def from_stage(self, stage: str) -> list[Move]:
        """Every move that leaves `stage`, in the order of the table."""
        return [move for move in self.moves if stage in move.sources]

    def open_to(self, stage: str, roles: Collection[Role]) -> list[Move]:
        """The moves somebody with `roles` may make now."""
        return [move for move in self.from_stage(stage) if move.roles & set(roles)]

    def awaited_from(self, stage: str) -> list[Move]:
        return [move for move in self.from_stage(stage) if move.awaited]

    def next(self, *, stage: str, move: str, roles: Collection[Role] | None, facts: Any = None) -> Move:
        """The row that applies, or a Refusal: wrong stage, not yours, or what the guard says.

        `roles=None` is the program itself acting on a clock.
        """
        row = self.by_key.get((move, str(stage)))
        if row is None:
            raise Refusal(
                "machine.wrong_stage",
                say("This is not possible while the record is “{stage}”.", stage=self.stages(stage).label),
                say("Reload the page: somebody may have moved it on since you opened it."),
            )
        if roles is not None and not row.roles & set(roles):
            raise not_yours(row.label)
        if row.guard is not None:
            row.guard(facts)
        return row

    def diagram(self, translate: Callable[[str], str]) -> str:
        """The lifecycle as Mermaid source; the manual prints this."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {stage} : {stage.label.spoken(translate)}" for stage in self.stages]
        for move in self.moves:
            lines += [f"    {s} --> {move.target} : {move.label.spoken(translate)}" for s in move.sources]
        lines += [f"    {stage} --> [*]" for stage in self.stages if stage in self.final]
        return "\n".join(lines)


def roles(*names: Role) -> frozenset[Role]:
    return frozenset(names)


def reachable(machine: Machine) -> set[Word]:
    """The stages that can be reached from the beginning; the house test compares this with all stages."""
    found: set[Word] = {machine.initial}
    frontier: Iterable[Word] = [machine.initial]
    while frontier:
        frontier = [m.target for stage in frontier for m in machine.from_stage(stage) if m.target not in found]
        found.update(frontier)
    return found
