"""What a wing tells the house about each kind of dossier, so that one page, one API and one inbox serve them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import CharField, Model, Q, QuerySet, Value

from xinglin.kernel import permits
from xinglin.kernel.models import Account, Dossier
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Privacy, Role

Action = Callable[..., Any]
LONGEST_KEY = 64


@dataclass(frozen=True)
class Fact:
    """One line of a dossier: what it is called, its value, who may see it, and where it leads.

    `value` may be text, a number, a date, a Word, a Phrase, a list of these, or None (shown as a dash).
    `links` is a (kind, id) pair when the value is another dossier; `fen` says that the value is money.
    """

    label: Phrase
    value: Any
    privacy: Privacy = Privacy.ALLIANCE
    links: tuple[str, str] | None = None
    fen: bool = False


@dataclass(frozen=True)
class Section:
    """A table on a dossier page: parties, deliverables, reviews."""

    title: Phrase
    columns: Sequence[Phrase]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Heap:
    """Records of a kind that wait for the same reason and may be dealt with together.

    `shares` is what they have in common, `narrowed` the parameters with which their list shows them alone, `verb` the
    opening verb that deals with all of them and `given` what its form begins with.
    """

    shares: Sequence[Fact]
    count: int
    oldest: datetime
    narrowed: Mapping[str, str]
    verb: str
    given: Mapping[str, str]


@dataclass(frozen=True)
class Verb:
    """An action as the house offers it.

    `action` takes `by=` and, when it acts on a dossier, the kind's `key`. `move` names the row of the lifecycle that
    decides who may; verbs without a move name the `roles` themselves. `opening` verbs begin a new dossier.
    """

    name: str
    action: Action
    label: Phrase
    move: str | None = None
    roles: frozenset[Role] = frozenset()
    opening: bool = False
    stages: frozenset[str] | None = None
    danger: bool = False
    prefill: Callable[[Any, Account], dict[str, Any]] | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of dossier.

    `name` is "wing.noun" and equals the model's label; `key` is the keyword its actions take. `visible(actor)` is the
    one door for reading. `mine(actor)` narrows to what the actor's own grants touch, for the inbox and "mine" filters.
    `search(queryset, text)` narrows by words. `turn(dossier, actor, move)` says whether a move that the roles allow is
    this actor's to make now, where several sides hold the same role (each party signs for itself). In the
    stages of `reminds_itself` the wing warns of the day in its own words; the calendar's reminder is silent.
    `facts`, `sections` and `related` describe one dossier to one reader; `heaps` stand above the list of all.
    """

    name: str
    model: type[Model]
    key: str
    label: Phrase
    plural: Phrase
    visible: Callable[[Actor], QuerySet[Any]]
    title: Callable[[Any], str]
    facts: Callable[[Any, Actor], Sequence[Fact]]
    columns: Sequence[tuple[Phrase, Callable[[Any], Any]]]
    verbs: Sequence[Verb] = ()
    mine: Callable[[Actor], Q] | None = None
    search: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    sections: Callable[[Any, Actor], Sequence[Section]] = lambda _dossier, _actor: ()
    related: Callable[[Any, Actor], Iterable[tuple[Phrase, str, Any]]] = lambda _dossier, _actor: ()
    heaps: Callable[[Actor], Sequence[Heap]] = lambda _actor: ()
    reminds_itself: frozenset[str] = frozenset()
    turn: Callable[[Any, Account, str], bool] = lambda _dossier, _actor, _move: True
    filters: dict[str, tuple[Phrase, type]] = field(default_factory=dict)
    public: bool = False
    group: Phrase | None = None

    @property
    def wing(self) -> str:
        return self.name.split(".")[0]

    @property
    def noun(self) -> str:
        return self.name.split(".")[1]

    @property
    def machine(self) -> Any:
        return getattr(self.model, "MACHINE", None)

    def verb(self, name: str) -> Verb | None:
        return next((verb for verb in self.verbs if verb.name == name), None)


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Called by a wing's `dossiers.py`, which is imported when the program starts."""
    if kind.name in KINDS:
        raise ValueError(f"the kind {kind.name} is registered twice")
    if kind.name != kind.model._meta.label_lower:
        raise ValueError(f"{kind.name} must be called {kind.model._meta.label_lower}, like its model")
    KINDS[kind.name] = kind
    return kind


def open_verbs(kind: Kind, dossier: Any, actor: Actor) -> list[Verb]:
    """The verbs `actor` may use on `dossier` now, in the order the wing lists them.

    This decides what is offered. The action decides again, with the row locked: the offer is a courtesy.
    """
    if actor is None:
        return []
    roles = permits.roles_of(actor, dossier.scopes() if hasattr(dossier, "scopes") else ())
    moves = {m.name for m in kind.machine.open_to(dossier.stage, roles)} if isinstance(dossier, Dossier) else set()
    found = []
    for verb in kind.verbs:
        if verb.opening or (verb.stages is not None and dossier.stage not in verb.stages):
            continue
        if (verb.move in moves and kind.turn(dossier, actor, verb.move or "")) or (
            verb.move is None and verb.roles & roles
        ):
            found.append(verb)
    return found


def opening_verbs(kind: Kind, actor: Actor) -> list[Verb]:
    """The verbs with which `actor` may begin a dossier of this kind, in any scope of theirs."""
    if actor is None:
        return []
    roles = {role for role, _scope in permits.grants_of(actor)}
    return [verb for verb in kind.verbs if verb.opening and verb.roles & roles]


def not_empty(asked: Mapping[str, QuerySet[Any]]) -> set[str]:
    """The names under which a query would find anything, asked of the database all at once.

    Most kinds hold nothing for most readers; writing their queries down in full, one by one, took longer than all else
    on the page of what awaits somebody.
    """
    if not asked:
        return set()
    first, *others = (
        rows.order_by().prefetch_related(None).values_list(Value(name, CharField()))[:1]
        for name, rows in asked.items()
    )  # fmt: skip
    return {name for (name,) in first.union(*others, all=True)}


def find(kind_name: str, key: str, actor: Actor) -> tuple[Kind, Any] | None:
    """A dossier the actor may see, with its kind; None when it is absent or forbidden, which look the same."""
    kind = KINDS.get(kind_name)
    if kind is None or len(key) > LONGEST_KEY or not key.isprintable():
        return None
    found = kind.visible(actor).filter(pk=key).first()
    return (kind, found) if found is not None else None


def seen(kind_name: str, key: str | None, actor: Actor, *, field: str) -> str | None:
    """The id of a record the actor may see, so that nobody names what is hidden from them; None for nothing.

    Looking is all it does: nothing is recorded. Raises `unknown`.
    """
    if not key:
        return None
    if find(kind_name, key, actor) is None:
        raise unknown(field)
    return key


def numbered(kind_name: str, numbers: Iterable[str], actor: Actor) -> dict[str, str]:
    """The ids of the records of a kind that the actor may see, by their numbers; what is hidden or absent is left out.

    For a wing that knows the records of another one by number alone. A kind nobody registered has no records.
    """
    kind = KINDS.get(kind_name)
    return dict(kind.visible(actor).filter(number__in=list(numbers)).values_list("number", "pk")) if kind else {}


def unknown(field: str) -> Refusal:
    """What was chosen is not there for whoever chose it."""
    return Refusal(
        "references.unknown",
        say("The record chosen here does not exist, or you may not see it."),
        say("Choose it from the list again."),
        field=field,
    )
