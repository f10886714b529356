"""The bodies and answers of the interface as Pydantic models; those of verbs come from their actions' signatures."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from xinglin.kernel import asks as questions
from xinglin.kernel.asks import Ask, Upload
from xinglin.kernel.dossiers import Kind, Verb
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import FieldRefusals, Refusal
from xinglin.portal import listing, nouns

LONGEST_FILE = 64 * 2**20 * 4 // 3


class Sent(BaseModel):
    """What a program sends: names nobody knows are refused, a misspelt field would otherwise be lost."""

    model_config = ConfigDict(extra="forbid")


class FileIn(Sent):
    """A file, its bytes in base64."""

    name: str = Field(max_length=200)
    content: str = Field(max_length=LONGEST_FILE, description="base64")
    media_type: str = Field("application/octet-stream", max_length=120)


class ValueOut(BaseModel):
    """A value as programs take it and as people read it."""

    label: str
    value: Any = None
    text: str
    kind: str | None = None
    id: str | None = None
    masked: bool = False


class EntryOut(BaseModel):
    """One thing that happened."""

    at: datetime
    event: str
    actor: str
    sentence: str


class VerbOut(BaseModel):
    """A verb the caller may use now."""

    name: str
    label: str
    href: str


class RowOut(BaseModel):
    """A dossier in a list."""

    id: str
    title: str
    stage: str | None = None
    stage_label: str | None = None
    due_on: date | None = None
    version: int | None = None
    values: list[ValueOut] = []
    href: str


class ListOut(BaseModel):
    """One page of a list; `next` is the cursor to send as `after`."""

    items: list[RowOut]
    next: str | None = None
    count: int
    count_is_capped: bool


class DossierOut(RowOut):
    """A dossier with everything the caller may read of it."""

    kind: str
    facts: list[ValueOut] = []
    sections: list[dict[str, Any]] = []
    related: list[ValueOut] = []
    verbs: list[VerbOut] = []
    ledger: list[EntryOut] = []


class DoneOut(BaseModel):
    """What came of a verb; `replayed` says that this Idempotency-Key had been used before."""

    kind: str
    id: str
    href: str
    replayed: bool = False
    dossier: RowOut | None = None


class AwaitedOut(BaseModel):
    """One dossier that waits for the caller."""

    kind: str
    move: str
    move_label: str
    days_left: int | None = None
    dossier: RowOut


class HitsOut(BaseModel):
    """What one kind has for a search."""

    kind: str
    label: str
    count: int
    count_is_capped: bool
    items: list[RowOut]


class FigureOut(BaseModel):
    """A figure: its number, what exactly it counts, when it was counted, and the list behind it."""

    name: str
    label: str
    definition: str
    value: int
    as_of: datetime
    kind: str
    href: str


class MeOut(BaseModel):
    """Who is calling and what they hold."""

    id: str
    name: str
    language: str
    grants: list[dict[str, str]]
    abilities: list[str] | None = None


class SentOut(BaseModel):
    """What became of a delivery: accepted + unchanged + quarantined = entries. `refused` lists the first hundred."""

    id: str
    href: str
    form: str
    entries: int
    accepted: int
    unchanged: int
    quarantined: int
    patients: int
    results: int
    reasons: dict[str, int]
    refused: list[dict[str, Any]]


class Problem(BaseModel):
    """RFC 9457 problem details: the refusal's sentence and what to do next."""

    type: str
    title: str
    status: int
    code: str
    sentence: str
    next_step: str
    field: str | None = None
    fields: dict[str, dict[str, str]] | None = None


PROBLEMS = (400, 401, 403, 404, 409, 412, 422, 503)


def camel(*parts: str) -> str:
    return "".join(word.capitalize() for part in parts for word in re.split(r"[._]", part))


def body_of(kind: Kind, verb: Verb) -> type[BaseModel] | None:
    """The body of a verb, or None when it asks for nothing."""
    asks = _asks(kind, verb)
    return _model(camel(kind.name, verb.name, "in"), asks, kind.wing) if asks else None


def _asks(kind: Kind, verb: Verb) -> dict[str, Ask]:
    keyword = "" if verb.opening else kind.key
    return {name: ask for name, ask in questions.asks_of(verb.action).items() if name != keyword}


def _model(name: str, asks: Mapping[str, Ask], wing: str) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for one, ask in asks.items():
        hint = _hint(ask, camel(name, one), wing)
        told = str(ask.label or nouns.label_of(wing, one))
        if ask.kind == "ref":
            told += f" (id of a {ask.to})"
        if ask.kind == "fen":
            told += " (fen)"
        if ask.optional:
            fields[one] = (hint | None, Field(default=_plain(ask.default), description=told))
        else:
            fields[one] = (hint, Field(description=told))
    return create_model(name, __base__=Sent, **fields)


def _hint(ask: Ask, name: str, wing: str) -> Any:
    if ask.many:
        from dataclasses import replace

        return list[_hint(replace(ask, many=False), name, wing)]  # type: ignore[misc]
    match ask.kind:
        case "fen" | "count":
            least = int(ask.least) if ask.least is not None else -(10**15)
            most = int(ask.most) if ask.most is not None else 10**15
            return _limited(int, ge=least, le=most, strict=True)
        case "number":
            return _limited(Decimal, max_digits=24)
        case "day":
            return _limited(str, pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"})
        case "moment":
            return _limited(str, max_length=40, json_schema_extra={"format": "date-time"})
        case "yes":
            return _limited(bool, strict=True)
        case "choice":
            return Literal[tuple(str(word) for word in ask.words or ())]  # type: ignore[valid-type]
        case "file":
            return FileIn
        case "rows":
            return _model(camel(name, "row"), questions.asks_of_row(ask.row) if ask.row else {}, wing)
        case _:
            return _limited(str, max_length=ask.longest)


def _limited(hint: Any, **limits: Any) -> Any:
    from typing import Annotated

    return Annotated[hint, Field(**limits)]


def _plain(value: Any) -> Any:
    """A default as JSON has it."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def arguments(kind: Kind, verb: Verb, body: BaseModel | None) -> dict[str, Any]:
    """The arguments of the action from a body that has the right shape. Raises FieldRefusals."""
    asks = _asks(kind, verb)
    raw = body.model_dump(exclude_unset=True) if body is not None else {}
    for name, ask in asks.items():
        if name not in raw and ask.kind == "yes":
            raw[name] = bool(ask.default)
        if ask.kind == "file" and raw.get(name) is not None:
            raw[name] = [_upload(name, each) for each in raw[name]] if ask.many else _upload(name, raw[name])
    return questions.coerce_all(asks, raw, "fen")


def _upload(name: str, sent: Mapping[str, str]) -> Upload:
    try:
        content = base64.b64decode(sent["content"], validate=True)
    except (binascii.Error, ValueError):
        refusal = Refusal("fields.base64", say("The content of the file is not base64."))
        raise FieldRefusals({name: refusal}) from None
    return Upload(sent["name"], content, sent.get("media_type", "application/octet-stream"))


class Paging(BaseModel):
    """What every list can be asked for."""

    q: str = Field("", max_length=200, description="Words, pinyin initials or a number")
    stage: str = Field("", max_length=40)
    mine: bool = Field(False, description="Only what the caller's own grants touch")
    sort: str = Field("", max_length=40)
    figure: str = Field("", max_length=80, description="Only the records a figure counts")
    after: str = Field("", max_length=400, description="The `next` of the page before")
    size: int = Field(listing.SIZE, ge=1, le=listing.MOST)


def query_of(kind: Kind) -> type[BaseModel]:
    """The parameters of a kind's list: the common ones and its own filters."""
    own: dict[str, Any] = {
        name: (str, Field("", max_length=200, description=str(label))) for name, (label, _words) in kind.filters.items()
    }
    return create_model(camel(kind.name, "query"), __base__=Paging, **own)
