"""What a verb asks for. Pages, the API and spreadsheets read the signature of an action and ask the same questions.

An action annotates each keyword with one of the types below (or with a `Word`, which is a choice, or a dataclass list,
which is a small table). `coerce` turns what somebody typed into those types, or refuses field by field.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
import typing
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Annotated, Any, Literal

from xinglin.kernel.clock import ZONE
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import FieldRefusals, Refusal
from xinglin.kernel.words import Word

# Numbers wider than this (powers of ten) are typing errors, and would take for ever to print.
WIDEST = 30

Kind = Literal[
    "line", "text", "day", "moment", "fen", "count", "number", "yes", "choice", "ref", "file", "rows", "secret"
]  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """One question: its kind, its limits, and where a reference points."""

    kind: Kind
    longest: int = 200
    least: float | None = None
    most: float | None = None
    to: str = ""
    words: type[Word] | None = None
    row: type | None = None
    many: bool = False
    optional: bool = False
    default: Any = None
    label: Phrase | None = None
    help: Phrase | None = None


@dataclass(frozen=True)
class Upload:
    """A file as it arrived: its own name, its bytes and the type it claims."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"


Line = Annotated[str, Ask("line")]
Paragraph = Annotated[str, Ask("text", longest=20_000)]
Day = Annotated[date, Ask("day")]
Moment = Annotated[datetime, Ask("moment")]
Fen = Annotated[int, Ask("fen", least=0, most=10**15)]
Count = Annotated[int, Ask("count", least=0, most=10**9)]
Yes = Annotated[bool, Ask("yes")]
File = Annotated[Upload, Ask("file")]


def ref(to: str) -> Any:
    """A reference to a dossier kind, such as `ref("roster.organisation")`; the value is its id."""
    return Annotated[str, Ask("ref", longest=64, to=to)]


@cache
def asks_of(action: Callable[..., Any]) -> dict[str, Ask]:
    """The questions of an action in the order of its signature, `by` left out."""
    hints = typing.get_type_hints(inspect.unwrap(action), include_extras=True)
    found = {}
    for name, parameter in inspect.signature(action).parameters.items():
        if name == "by":
            continue
        ask = _ask_of(hints[name])
        if parameter.default is not inspect.Parameter.empty:
            ask = dataclasses.replace(ask, optional=True, default=parameter.default)
        found[name] = ask
    return found


def _ask_of(hint: Any) -> Ask:
    if typing.get_origin(hint) is Annotated:
        base, *notes = typing.get_args(hint)
        for note in notes:
            if isinstance(note, Ask):
                return note
        return _ask_of(base)
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        inner = [part for part in typing.get_args(hint) if part is not type(None)]
        return dataclasses.replace(_ask_of(inner[0]), optional=True)
    if typing.get_origin(hint) in (list, tuple):
        return dataclasses.replace(_ask_of(typing.get_args(hint)[0]), many=True)
    if isinstance(hint, type) and issubclass(hint, Word):
        return Ask("choice", words=hint)
    if dataclasses.is_dataclass(hint) and hint is not Upload:
        return Ask("rows", row=typing.cast(type, hint))
    plain = {str: Ask("line"), int: Ask("count"), bool: Ask("yes"), date: Ask("day"), Decimal: Ask("number")}
    plain |= {float: Ask("number"), datetime: Ask("moment"), Upload: Ask("file")}
    if hint in plain:
        return plain[hint]
    raise TypeError(f"an action asks for {hint!r}, which no page can ask a person")


@cache
def asks_of_row(row: type) -> dict[str, Ask]:
    """The columns of a small table."""
    hints = typing.get_type_hints(row, include_extras=True)
    found = {}
    for column in dataclasses.fields(row):
        ask = _ask_of(hints[column.name])
        if column.default is not dataclasses.MISSING:
            ask = dataclasses.replace(ask, optional=True, default=column.default)
        found[column.name] = ask
    return found


def coerce(action: Callable[..., Any], raw: Mapping[str, Any], *, money: Literal["yuan", "fen"]) -> dict[str, Any]:
    """The keyword arguments of `action` from what was typed or sent. Raises FieldRefusals naming every bad field.

    Text is NFC-normalised and trimmed. `money` says whether amounts arrive in yuan (people) or fen (programs).
    Unknown names are refused too: a misspelt optional field would otherwise be lost without a word.
    """
    return coerce_all(asks_of(action), raw, money)


def coerce_all(asks: Mapping[str, Ask], raw: Mapping[str, Any], money: str) -> dict[str, Any]:
    """`coerce` for questions that were already read from a signature."""
    taken: dict[str, Any] = {}
    refused: dict[str, Refusal] = {
        name: _no("fields.unknown", say("There is no entry of this name here.")) for name in raw if name not in asks
    }
    for name, ask in asks.items():
        try:
            if name in raw or ask.kind == "yes":
                taken[name] = _take(ask, raw.get(name), money)
            elif ask.optional:
                taken[name] = ask.default
            else:
                raise _missing()
        except Refusal as refusal:
            refused[name] = refusal
    if refused:
        raise FieldRefusals(refused)
    return taken


def _take(ask: Ask, value: Any, money: str) -> Any:
    if ask.many:
        values = value if isinstance(value, (list, tuple)) else _split(value)
        one = dataclasses.replace(ask, many=False, optional=False)
        found = [_take(one, each, money) for each in values if each not in (None, "")]
        if not found and not ask.optional:
            raise _missing()
        return found
    if ask.kind == "yes":
        return value in (True, "true", "on", "1", "yes", 1)
    if value is None or (isinstance(value, str) and not value.strip()):
        if not ask.optional:
            raise _missing()
        return ask.default if ask.default is not None or ask.kind not in ("line", "text", "secret") else None
    return _TAKERS[ask.kind](ask, value, money)


def _split(value: Any) -> list[Any]:
    if value in (None, ""):
        return []
    return re.split(r"[,,、;;\n]+", value) if isinstance(value, str) else [value]


def _text(ask: Ask, value: Any, _money: str) -> str:
    if not isinstance(value, str):
        raise _no("fields.text", say("This must be text."))
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    bad = sorted({f"U+{ord(c):04X}" for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"})
    # Direction overrides make a name read differently from what is stored.
    bad += sorted({f"U+{ord(c):04X}" for c in text if c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"})
    if bad:
        raise _no("fields.control", say("This contains invisible control characters: {signs}.", signs=", ".join(bad)))
    if ask.kind == "line" and "\n" in text:
        text = " ".join(text.split())
    if len(text) > ask.longest:
        raise _no(
            "fields.long",
            say("This is {length} characters long; at most {most} fit.", length=len(text), most=ask.longest),
        )
    return text


def _day(_ask: Ask, value: Any, _money: str) -> date:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).date()
    if isinstance(value, date):
        return value
    found = re.fullmatch(r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*", _typed(value))
    try:
        if not found:
            raise ValueError
        day = date(*(int(part) for part in found.groups()))
    except ValueError:
        raise _no(
            "fields.day", say("“{value}” is not a date; write it as 2026-11-22.", value=_typed(value)[:40])
        ) from None
    if not 1900 <= day.year <= 2200:
        raise _no("fields.day_far", say("The year {year} cannot be meant here.", year=str(day.year)))
    return day


def _moment(ask: Ask, value: Any, money: str) -> datetime:
    if isinstance(value, datetime):
        moment = value
    else:
        try:
            moment = datetime.fromisoformat(_typed(value).strip().replace(" ", "T"))
        except ValueError:
            raise _no(
                "fields.moment", say("“{value}” is not a time; write it as 2026-11-22 14:30.", value=_typed(value)[:40])
            ) from None
    _day(ask, moment.date(), money)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _fen(ask: Ask, value: Any, money: str) -> int:
    text = re.sub(r"[,,¥¥元\s]", "", _typed(value))
    scale = 1
    if text.endswith("万"):
        text, scale = text[:-1].strip(), 10_000
    try:
        amount = Decimal(text) * scale
        fen = amount * 100 if money == "yuan" else amount
        if not fen.is_finite() or fen.adjusted() > WIDEST or fen != fen.to_integral_value():
            raise InvalidOperation
    except ArithmeticError:
        raise _no("fields.money", say("“{value}” is not an amount in yuan.", value=_typed(value)[:40])) from None
    return _within(ask, int(fen))


def _count(ask: Ask, value: Any, _money: str) -> int:
    text = unicodedata.normalize("NFKC", _typed(value)).replace(",", "").strip()
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,18}", text):
        raise _no("fields.count", say("“{value}” is not a whole number.", value=_typed(value)[:40]))
    return _within(ask, int(text))


def _number(ask: Ask, value: Any, _money: str) -> Decimal:
    try:
        number = Decimal(unicodedata.normalize("NFKC", _typed(value)).strip())
        if not number.is_finite() or abs(number.adjusted()) > WIDEST:
            raise InvalidOperation
    except ArithmeticError:
        raise _no("fields.number", say("“{value}” is not a number.", value=_typed(value)[:40])) from None
    return _within(ask, number)


def _typed(value: Any) -> str:
    """What was typed, as text; programs may send anything JSON can hold, numbers of ten thousand digits included."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 256:
        return "…"
    return value if isinstance(value, str) else str(value) if isinstance(value, (int, float, Decimal)) else "…"


def _within(ask: Ask, number: Any) -> Any:
    if ask.least is not None and number < ask.least:
        raise _no("fields.small", say("At least {least} is needed here.", least=ask.least))
    if ask.most is not None and number > ask.most:
        raise _no("fields.large", say("At most {most} is possible here.", most=ask.most))
    return number


def _choice(ask: Ask, value: Any, _money: str) -> Word:
    if ask.words is None:
        raise TypeError("a choice without its words")
    try:
        return ask.words(_typed(value))
    except ValueError:
        raise _no("fields.choice", say("“{value}” is not one of the choices.", value=_typed(value)[:40])) from None


def _file(_ask: Ask, value: Any, _money: str) -> Upload:
    if not isinstance(value, Upload):
        raise _no("fields.file", say("Attach a file here."))
    if not value.content:
        raise _no("fields.file_empty", say("The file “{name}” is empty.", name=value.name[:80]))
    return value


def _row(ask: Ask, value: Any, money: str) -> Any:
    if dataclasses.is_dataclass(value):
        return value
    if not isinstance(value, Mapping) or ask.row is None:
        raise _no("fields.row", say("A row of the table was expected here."))
    try:
        return ask.row(**coerce_all(asks_of_row(ask.row), value, money))
    except FieldRefusals as refusals:
        first = next(iter(refusals.fields.values()))
        raise Refusal(first.code, first.sentence, first.next_step) from refusals


_TAKERS: dict[str, Callable[[Ask, Any, str], Any]] = {
    "line": _text, "text": _text, "secret": _text, "ref": _text, "day": _day, "moment": _moment, "fen": _fen,
    "count": _count, "number": _number, "choice": _choice, "file": _file, "rows": _row,
}  # fmt: skip


def _no(code: str, sentence: Phrase) -> Refusal:
    return Refusal(code, sentence)


def _missing() -> Refusal:
    return _no("fields.missing", say("This is needed."))
