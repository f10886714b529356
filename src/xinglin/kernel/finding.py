"""Finding records by what people type: Chinese in either script, pinyin, initials, codes, Latin words.

The embedded database has no trigram extension, so a record carries its own keys as a `tsvector`, which every PostgreSQL
can index: pairs of characters for Chinese, whole words for Latin, and whatever readings the wing adds. A question is
split the same way and every part must be found; Latin parts and single characters match as beginnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import CharField, Lookup, QuerySet
from opencc import OpenCC

LONGEST_KEY = 60
_RUNS = re.compile(r"[㐀-鿿\U00020000-\U0003ffff]+|[0-9a-z]+", re.IGNORECASE)


@cache
def _folder() -> OpenCC:
    return OpenCC("t2s")


@cache
def _turned() -> frozenset[str]:
    """A text without any of these characters is simplified already: OpenCC would look long and change nothing."""
    found: set[str] = set()
    for name in ("TSCharacters.txt", "TSPhrases.txt"):
        for line in files("opencc").joinpath("dictionary", name).read_text("utf-8").splitlines():
            key, _, values = line.partition("\t")
            value = values.split(" ")[0]
            found.update(key if len(key) != len(value) else (a for a, b in zip(key, value, strict=True) if a != b))
    return frozenset(found)


@lru_cache(maxsize=32_768)
def folded(text: str) -> str:
    """For comparison only: simplified, lower case. What was typed is never replaced by it."""
    return (text if _turned().isdisjoint(text) else _folder().convert(text)).lower()


def keys_of(*texts: str, readings: Iterable[str] = ()) -> list[str]:
    """The keys under which a record with these texts is found; `readings` (pinyin, initials) are added as they are."""
    keys = {reading.lower()[:LONGEST_KEY] for reading in readings if reading.strip()}
    for text in texts:
        for run in _RUNS.findall(folded(text)):
            keys.update(_pairs(run) if _is_chinese(run) else [run[:LONGEST_KEY]])
    return sorted(keys)


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] + [run[-1]]


def _is_chinese(run: str) -> bool:
    return ord(run[0]) >= 0x3400


def find(rows: QuerySet[Any], text: str, *, column: str = "keys", through: str = "") -> QuerySet[Any]:
    """Narrow `rows` to those that carry every part of `text`; a question without any part finds nothing.

    `through` names a foreign key when the keys are on the record it points to (a membership is found by its
    organisation's name).
    """
    if through:
        other = rows.model._meta.get_field(through).related_model
        return rows.filter(**{f"{through}__in": find(other._default_manager.all(), text, column=column).values("pk")})
    parts: list[str] = []
    for run in _RUNS.findall(folded(text)[:200]):
        if _is_chinese(run) and len(run) > 1:
            parts += [_quoted(run[i : i + 2]) for i in range(len(run) - 1)]
        else:
            parts.append(_quoted(run[:LONGEST_KEY]) + ":*")
    if not parts:
        return rows.none()
    return rows.filter(**{f"{column}__carries": " & ".join(parts)})


def find_any(
    rows: QuerySet[Any], exact: Iterable[str], prefixes: Iterable[str], *, column: str = "keys"
) -> QuerySet[Any]:
    """Narrow `rows` to those that carry one of the keys, or a key that begins with one of `prefixes`."""
    wanted = [_quoted(key) for key in exact if key] + [_quoted(key) + ":*" for key in prefixes if key]
    if not wanted:
        return rows.none()
    return rows.filter(**{f"{column}__carries": " | ".join(wanted)})


def _quoted(key: str) -> str:
    return "'" + key.replace("\\", "\\\\").replace("'", "''") + "'"


class KeysField(SearchVectorField):
    """A list of keys in Python, a `tsvector` in the database."""

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("null", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, (list, tuple, set)):
            # Keys hardly ever hold a quote; asking each of thirty is the better part of writing them down.
            joined = "' '".join(value)
            if value and joined.count("'") == 2 * len(value) - 2 and "\\" not in joined:
                return f"'{joined}'"
            return " ".join(_quoted(key) for key in value)
        return value


@KeysField.register_lookup
class Carries(Lookup):
    """`keys__carries="'a':* & 'b'"`: the record carries every key of a question in the database's own notation."""

    lookup_name = "carries"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, first = self.process_lhs(compiler, connection)
        right, second = self.process_rhs(compiler, connection)
        return f"{left} @@ {right}::tsquery", [*first, *second]


@CharField.register_lookup
class Among(Lookup):
    """`name__among=[...]`: one of many, sent as a single array; `in` with thousands of values is slow to write down."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", [*params, [str(value) for value in self.rhs]]
