"""Forms from signatures: the questions of an action as fields, and what was typed back as arguments.

A field keeps what was typed exactly as it was typed, whatever happens to it, so that a refused form is never empty.
References are typed as a number, a name or pinyin and resolved here through the target kind's own door and search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from xinglin.kernel import asks as questions
from xinglin.kernel.asks import Ask, Upload
from xinglin.kernel.clock import ZONE
from xinglin.kernel.dossiers import KINDS, Kind
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import FieldRefusals, Refusal
from xinglin.kernel.words import Word
from xinglin.portal import nouns, speaking

RADIOS = 5
FIRST_ROWS = 3
MOST_ROWS = 500
CANDIDATES = 20


@dataclass
class Field:
    """One question on a page: how it looks, what was typed, what is wrong with it."""

    name: str
    ask: Ask
    label: Phrase
    help: Phrase | None = None
    value: Any = ""
    refusals: list[Refusal] = field(default_factory=list)
    candidates: list[tuple[str, str, str]] = field(default_factory=list)
    picked: str = ""
    rows: list[list[Field]] = field(default_factory=list)
    held: str = ""
    # Keeps the ids of several forms on one page apart.
    space: str = ""

    @property
    def id(self) -> str:
        return "f-" + self.space + self.name.replace(".", "-")

    @property
    def widget(self) -> str:
        """Which piece of HTML asks the question."""
        ask = self.ask
        if ask.kind == "choice":
            if ask.many:
                return "checks"
            return "radios" if len(self.words) <= RADIOS else "select"
        if ask.kind == "ref":
            return "refs" if ask.many else "ref"
        if ask.many and ask.kind in ("line", "count", "day", "number"):
            return "lines"
        return ask.kind

    @property
    def words(self) -> list[Word]:
        return list(self.ask.words) if self.ask.words else []

    @property
    def options(self) -> list[tuple[str, Phrase, bool]]:
        chosen = self.value if isinstance(self.value, list) else [self.value]
        return [(str(word), word.label, str(word) in chosen) for word in self.words]

    @property
    def needed(self) -> bool:
        return not self.ask.optional

    @property
    def kind(self) -> Kind | None:
        """What a reference points at."""
        return KINDS.get(self.ask.to)

    @property
    def columns(self) -> list[Field]:
        """The headings of a small table."""
        return self.rows[0] if self.rows else []

    @property
    def described(self) -> str:
        """The ids of the texts that describe the input, for screen readers."""
        parts = [f"{self.id}-help"] if self.hint else []
        return " ".join(parts + ([f"{self.id}-error"] if self.refusals else []))

    @property
    def hint(self) -> Phrase | None:
        """The help of the wing, or what the kind of question needs to be said."""
        if self.help is not None:
            return self.help
        return _HINTS.get(self.widget)

    @property
    def longest(self) -> int | None:
        return self.ask.longest if self.ask.kind in ("line", "text", "secret") and not self.ask.many else None


_HINTS = {
    "ref": say("Type a number, a name or its pinyin initials."),
    "refs": say("One per line: a number, a name or its pinyin initials."),
    "lines": say("One per line."),
    "fen": say("In yuan; “12万” is understood."),
}


@dataclass
class Form:
    """All fields of a verb, and, once they were read without fault, the arguments of its action."""

    action: Callable[..., Any]
    wing: str
    fields: list[Field]
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def refused(self) -> list[Field]:
        return [one for one in self.fields if one.refusals]

    @property
    def has_files(self) -> bool:
        return any(one.ask.kind == "file" for one in self.fields)

    def refuse(self, refusal: Refusal) -> bool:
        """Put a refusal at the field it is about; False when it is about none of them."""
        several = refusal.fields if isinstance(refusal, FieldRefusals) else {refusal.field or "": refusal}
        known = {one.name: one for one in self.fields}
        for name, each in several.items():
            if name in known:
                known[name].refusals.append(each)
        return all(name in known for name in several)


def blank(
    action: Callable[..., Any], wing: str, *, key: str = "", initial: Mapping[str, Any] | None = None, actor: Actor
) -> Form:
    """A form as it is first shown. `initial` holds values as the action would take them (from `prefill`) or as text."""
    given = dict(initial or {})
    fields = []
    for name, ask in _asks(action, key).items():
        one = _field(name, ask, wing)
        start = given.get(name, ask.default)
        if ask.kind == "rows":
            one.rows = _rows_shown(one, start if isinstance(start, (list, tuple)) else [], wing)
        elif ask.kind == "ref" and start and not ask.many:
            _show_picked(one, str(start), actor)
        elif ask.kind == "ref" and start:
            one.value = "\n".join(_title(one.kind, str(each), actor) for each in start)
        else:
            one.value = shown(ask, start)
        fields.append(one)
    return Form(action, wing, fields)


def _asks(action: Callable[..., Any], key: str) -> dict[str, Ask]:
    return {name: ask for name, ask in questions.asks_of(action).items() if name != key}


def _field(name: str, ask: Ask, wing: str, prefix: str = "") -> Field:
    label = ask.label or nouns.label_of(wing, name)
    return Field(prefix + name, ask, label, ask.help or nouns.help_of(wing, name))


def shown(ask: Ask, value: Any) -> Any:
    """A value as it stands in an input."""
    if ask.many:
        if ask.kind == "choice":
            return [str(each) for each in value or []]
        return value if isinstance(value, str) else "\n".join(str(shown(_single(ask), each)) for each in value or [])
    match value:
        case None:
            return ""
        case bool():
            return "on" if value else ""
        case datetime():
            return value.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
        case date():
            return value.isoformat()
        case int() if ask.kind == "fen":
            return f"{Decimal(value) / 100:f}".rstrip("0").rstrip(".") if value % 100 else str(value // 100)
        case _:
            return str(value)


def _single(ask: Ask) -> Ask:
    from dataclasses import replace

    return replace(ask, many=False)


def _rows_shown(one: Field, values: list[Any] | tuple[Any, ...], wing: str) -> list[list[Field]]:
    """A table with these rows and some empty ones to fill in."""
    columns = questions.asks_of_row(one.ask.row) if one.ask.row else {}
    spare = max(FIRST_ROWS - len(values), 1)
    found = []
    for place, value in enumerate([*values, *([None] * spare)]):
        row = []
        for name, ask in columns.items():
            cell = _field(name, ask, wing, f"{one.name}.{place}.")
            start = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
            cell.value = shown(ask, ask.default if value is None else start)
            row.append(cell)
        found.append(row)
    return found


def read(
    action: Callable[..., Any], wing: str, typed: QueryDict, files: MultiValueDict[str, UploadedFile], *,
    key: str = "", actor: Actor,
    hold: Callable[[Upload], str] | None = None, fetch: Callable[[str], Upload | None] | None = None,
) -> Form:  # fmt: skip
    """The form as it was sent. Either `arguments` are complete, or at least one field carries its refusals."""
    form = Form(action, wing, [])
    raw: dict[str, Any] = {}
    for name, ask in _asks(action, key).items():
        one = _field(name, ask, wing)
        form.fields.append(one)
        if ask.kind == "file":
            raw[name] = _read_files(one, typed, files, hold, fetch)
        elif ask.kind == "rows":
            raw[name] = _read_rows(one, typed, wing, actor)
        elif ask.kind == "ref":
            raw[name] = _read_ref(one, typed, actor)
        elif ask.kind == "choice" and ask.many:
            raw[name] = one.value = typed.getlist(name)
        elif ask.kind == "yes":
            raw[name] = one.value = typed.get(name, "")
        else:
            raw[name] = one.value = typed.get(name, "")
    try:
        form.arguments = _without_key(action, raw, key)
    except FieldRefusals as refusals:
        for name, refusal in refusals.fields.items():
            for one in form.fields:
                # A reference that could not be resolved has said so already, and better.
                if one.name == name and not one.refusals:
                    one.refusals.append(refusal)
    return form


def _without_key(action: Callable[..., Any], raw: dict[str, Any], key: str) -> dict[str, Any]:
    asks = _asks(action, key)
    return questions.coerce_all(asks, raw, "yuan")


def _read_files(
    one: Field, typed: QueryDict, files: MultiValueDict[str, UploadedFile], hold: Any, fetch: Any
) -> Upload | list[Upload] | None:
    """The attached files; one that came with an earlier, refused attempt is taken from where it is kept."""
    found = [
        Upload(each.name or "", each.read(), each.content_type or "application/octet-stream")
        for each in files.getlist(one.name)
    ]
    if not found and fetch is not None and (token := typed.get(f"{one.name}.held", "")):
        kept = fetch(token)
        if kept is not None:
            one.held, one.value = token, kept.name
            found = [kept]
    elif found and hold is not None and not one.ask.many:
        one.held, one.value = hold(found[0]), found[0].name
    if one.ask.many:
        return found
    return found[0] if found else None


def _read_rows(one: Field, typed: QueryDict, wing: str, actor: Actor) -> list[dict[str, Any]]:
    """The filled rows of a small table; rows in which nothing was typed are left out."""
    asks = questions.asks_of_row(one.ask.row) if one.ask.row else {}
    count = _row_count(typed.get(f"{one.name}.rows", ""))
    values: list[dict[str, Any]] = []
    for place in range(count):
        row, raw = [], {}
        for name, ask in asks.items():
            cell = _field(name, ask, wing, f"{one.name}.{place}.")
            if ask.kind == "ref":
                raw[name] = _read_ref(cell, typed, actor)
            else:
                raw[name] = cell.value = typed.get(cell.name, "")
            row.append(cell)
        one.rows.append(row)
        if _filled(asks, raw):
            values.append(raw)
            _check_row(asks, raw, row, one)
    if not one.rows:
        one.rows = _rows_shown(one, [], wing)
    return values


def _filled(asks: Mapping[str, Ask], raw: Mapping[str, Any]) -> bool:
    """Whether anything was typed in a row. A choice, a tick or a default alone does not make one, unless the table asks
    for nothing else.
    """
    telling = [name for name, ask in asks.items() if ask.kind not in ("choice", "yes")]
    if not telling:
        return any(raw[name] not in ("", None) for name in asks)
    return any(raw[name] not in ("", None, shown(asks[name], asks[name].default)) for name in telling)


def _check_row(asks: Mapping[str, Ask], raw: Mapping[str, Any], row: list[Field], one: Field) -> None:
    """Mark each cell that cannot be accepted, so that the table shows where."""
    try:
        questions.coerce_all(asks, raw, "yuan")
    except FieldRefusals as refusals:
        for cell in row:
            refusal = refusals.fields.get(cell.name.rsplit(".", 1)[-1])
            if refusal is not None and not cell.refusals:
                cell.refusals.append(refusal)
    if any(cell.refusals for cell in row) and not one.refusals:
        one.refusals.append(Refusal("fields.rows", say("Some cells of the table cannot be accepted yet.")))


def _row_count(text: str) -> int:
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def with_rows(form: Form, add: str = "") -> Form:
    """The same form with empty rows added to the table `add`; nothing is judged yet."""
    for one in form.fields:
        one.refusals.clear()
        if one.name == add and len(one.rows) < MOST_ROWS:
            one.rows += _rows_shown(Field(one.name, one.ask, one.label), [], form.wing)
            for place, row in enumerate(one.rows):
                for cell in row:
                    cell.name = f"{one.name}.{place}.{cell.name.rsplit('.', 1)[-1]}"
        for row in one.rows:
            for cell in row:
                cell.refusals.clear()
    return form


def _read_ref(one: Field, typed: QueryDict, actor: Actor) -> str | list[str]:
    """The id (or ids) meant by what was typed."""
    text = typed.get(one.name, "")
    one.value = text
    if one.ask.many:
        found = []
        for line in [part.strip() for part in text.splitlines() if part.strip()]:
            key, candidates = resolve(one.kind, line, actor)
            if key:
                found.append(key)
            else:
                one.refusals.append(_unclear(line, one.kind, candidates))
        return found
    picked = typed.get(f"{one.name}.pick", "")
    if picked and typed.get(f"{one.name}.for", "") == text and _title(one.kind, picked, actor):
        one.picked, one.value = picked, _title(one.kind, picked, actor)
        return picked
    if not text.strip():
        return ""
    key, candidates = resolve(one.kind, text, actor)
    if key:
        one.picked = key
        return key
    one.candidates = candidates
    one.refusals.append(_unclear(text, one.kind, candidates))
    return ""


def _unclear(text: str, kind: Kind | None, candidates: list[tuple[str, str, str]]) -> Refusal:
    noun = kind.plural if kind else say("records")
    if candidates:
        return Refusal(
            "refs.several",
            say("“{text}” fits several {noun}.", text=text[:60], noun=noun),
            say("Choose the one that is meant, or type more of its name."),
        )
    return Refusal(
        "refs.none",
        say("“{text}” was not found among the {noun} you can see.", text=text[:60], noun=noun),
        say("Type its number, its name or pinyin initials."),
    )


def resolve(kind: Kind | None, text: str, actor: Actor) -> tuple[str, list[tuple[str, str, str]]]:
    """(id, []) when `text` means one dossier the actor may see, else ("", candidates as (id, title, detail))."""
    text = text.strip().replace("\x00", "")
    if kind is None or not text:
        return "", []
    if (found := nouns.find(kind, text, actor)) is not None:
        return str(found.pk), []
    rows = kind.visible(actor)
    columns = {f.name for f in kind.model._meta.fields}
    for column in ("number", "code"):
        if column in columns and (hits := list(rows.filter(**{column: text})[:2])) and len(hits) == 1:
            return str(hits[0].pk), []
    near = list(_search(kind, rows, text)[: CANDIDATES + 1])
    same = [row for row in near if kind.title(row).strip().casefold() == text.casefold()]
    hits = same or near
    if len(hits) == 1:
        return str(hits[0].pk), []
    return "", [(str(row.pk), kind.title(row), _detail(kind, row)) for row in hits[:CANDIDATES]]


def _search(kind: Kind, rows: Any, text: str) -> Any:
    if kind.search is not None:
        return kind.search(rows, text)
    keys = [row.pk for row in rows.order_by("-pk")[:500] if text.casefold() in kind.title(row).casefold()]
    return rows.filter(pk__in=keys)


def _detail(kind: Kind, row: Any) -> str:
    """What tells two records of one name apart: their other columns."""
    return " · ".join(
        speaking.spoken(value)
        for value in (column[1](row) for column in list(kind.columns)[1:4])
        if value not in (None, "")
    )


def _title(kind: Kind | None, key: str, actor: Actor) -> str:
    found = nouns.find(kind, key, actor) if kind else None
    return kind.title(found) if kind and found is not None else ""


def _show_picked(one: Field, key: str, actor: Actor) -> None:
    """A reference that is known already: its title is shown, its id is carried along."""
    title = _title(one.kind, key, actor)
    one.value, one.picked = title, key if title else ""
