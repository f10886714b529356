"""The plain profile: whatever columns a file has, compared the usual ways, weights trained on the file itself.

For names in Latin letters (other countries' registries, exports without Chinese characters). Every role that is named
becomes one comparison; the address columns one each. Strings here are ASCII in the main, so DuckDB's distances hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Below this many records every pair is looked at; blocking would only lose some.
EVERY_PAIR = 2_500


@dataclass(frozen=True)
class Level:
    """One level: its condition in SQL, and the column whose rare values weigh more."""

    label: str
    sql: str
    frequency: str = ""


def _column(column: str) -> tuple[str, str]:
    return f"{column}_l", f"{column}_r"


def _begins(left: str, right: str) -> str:
    """`left` begins with `right`, in words every engine knows."""
    return f"substr({left}, 1, length({right})) = {right}"


def words(column: str, other: str = "") -> list[Level]:
    """A name or a place: equal (rare values weigh more), in the other name's column, nearly, more or less."""
    left, right = _column(column)
    levels = [Level("exact", f"{left} = {right}", column)]
    if other:
        levels.append(Level("exchanged", f"{left} = {other}_r AND {other}_l = {right}"))
        levels.append(Level("in the other column", f"{left} = {other}_r OR {other}_l = {right}"))
    levels += [
        Level(
            "nearly", f"jaro_winkler_similarity({left}, {right}) >= 0.92 OR damerau_levenshtein({left}, {right}) <= 1"
        ),
        Level("begins alike", f"{_begins(left, right)} OR {_begins(right, left)}"),
        Level("more or less", f"jaro_winkler_similarity({left}, {right}) >= 0.8"),
    ]
    return levels


def digits(column: str) -> list[Level]:
    """A number: equal, one slip, two slips."""
    left, right = _column(column)
    return [
        Level("exact", f"{left} = {right}"),
        Level("one slip", f"damerau_levenshtein({left}, {right}) <= 1"),
        Level("two slips", f"damerau_levenshtein({left}, {right}) <= 2"),
    ]


def dates(column: str) -> list[Level]:
    """A birth date as eight digits: equal, turned round, one slip, two of three parts, the year."""
    left, right = _column(column)
    part = [f"substr({left}, {at}, {n}) = substr({right}, {at}, {n})" for at, n in ((1, 4), (5, 2), (7, 2))]
    return [
        Level("exact", f"{left} = {right}"),
        Level("turned", f"{part[0]} AND substr({left}, 5, 2) = substr({right}, 7, 2) AND "
                        f"substr({left}, 7, 2) = substr({right}, 5, 2)"),
        Level("one slip", f"damerau_levenshtein({left}, {right}) <= 1"),
        Level("two parts", f"({part[0]} AND {part[1]}) OR ({part[0]} AND {part[2]}) OR ({part[1]} AND {part[2]})"),
        Level("year", part[0]),
    ]  # fmt: skip


def mails(column: str) -> list[Level]:
    """An e-mail address: equal, the part before the @, nearly."""
    left, right = _column(column)
    box = [f"split_part({side}, '@', 1)" for side in (left, right)]
    return [
        Level("exact", f"{left} = {right}"),
        Level("mailbox", f"{box[0]} = {box[1]}"),
        Level("nearly", f"jaro_winkler_similarity({box[0]}, {box[1]}) >= 0.9"),
    ]


def sexes(column: str) -> list[Level]:
    left, right = _column(column)
    return [Level("same", f"{left} = {right}")]


def comparisons(present: set[str], addresses: int) -> dict[str, list[Level]]:
    """The comparisons of a file with these roles."""
    both = {"given", "family"} <= present
    found = {
        "name": words("name"), "given": words("given", "family" if both else ""),
        "family": words("family", "given" if both else ""), "birth_date": dates("birth_date"),
        "sex": sexes("sex"), "document": digits("document"), "phone": digits("phone"), "email": mails("email"),
        "postcode": digits("postcode"), "city": words("city"),
    }  # fmt: skip
    chosen = {role: levels for role, levels in found.items() if role in present}
    for place in range(addresses):
        chosen[f"address{place}"] = words(f"address{place}")
    return chosen


def settings(present: set[str], addresses: int, count: int, *, keep: tuple[str, ...] = ()) -> dict[str, Any]:
    """Splink's settings for a file with these roles and `count` records."""
    rows = []
    for column, levels in comparisons(present, addresses).items():
        null: dict[str, Any] = {
            "sql_condition": f"{column}_l IS NULL OR {column}_r IS NULL", "label_for_charts": "null",
            "is_null_level": True,
        }  # fmt: skip
        made = [null]
        for level in levels:
            row: dict[str, Any] = {"sql_condition": level.sql, "label_for_charts": level.label}
            if level.frequency:
                row |= {"tf_adjustment_column": level.frequency, "tf_adjustment_weight": 1.0}
            made.append(row)
        made.append({"sql_condition": "ELSE", "label_for_charts": "else"})
        rows.append({"output_column_name": column, "comparison_levels": made})
    return {
        "link_type": "dedupe_only", "unique_id_column_name": "unique_id", "comparisons": rows,
        "blocking_rules_to_generate_predictions": blocking(present, addresses, count),
        "retain_intermediate_calculation_columns": False, "retain_matching_columns": False,
        "additional_columns_to_retain": list(keep), "em_convergence": 0.0005, "max_iterations": 40,
    }  # fmt: skip


def blocking(present: set[str], addresses: int, count: int) -> list[str]:
    """Which pairs are looked at: all of few records, else those that share one of many things."""
    if count <= EVERY_PAIR:
        return ["1 = 1"]
    pairs = [
        (("document",), ""), (("email",), ""), (("phone",), ""), (("given", "family"), ""), (("name",), ""),
        (("birth_date",), ""), (("family", "postcode"), ""), (("given", "postcode"), ""), (("family", "city"), ""),
        (("given", "city"), ""), (("name", "postcode"), ""), (("name", "city"), ""),
    ]  # fmt: skip
    rules = [" AND ".join(f"l.{c} = r.{c}" for c in columns) for columns, _ in pairs if set(columns) <= present]
    if {"given", "family"} <= present:
        rules.append("l.given = r.family AND l.family = r.given")
        rules.append(
            "substr(l.given, 1, 3) = substr(r.given, 1, 3) AND substr(l.family, 1, 3) = substr(r.family, 1, 3)"
        )
    if addresses and "postcode" in present:
        rules.append("l.address0 = r.address0 AND l.postcode = r.postcode")
    elif addresses and "family" in present:
        rules.append("l.address0 = r.address0 AND l.family = r.family")
    return rules or ["1 = 1"]


def certain(present: set[str]) -> list[str]:
    """Rules that hold for one person nearly always, from which the prior is reckoned."""
    wanted = (("document",), ("given", "family", "birth_date"), ("name", "birth_date"), ("email",),
              ("phone", "birth_date"),
              ("given", "birth_date", "postcode"), ("family", "birth_date", "city"))  # fmt: skip
    rules = [" AND ".join(f"l.{c} = r.{c}" for c in columns) for columns in wanted if set(columns) <= present]
    return rules or [f"l.{next(iter(present))} = r.{next(iter(present))}"]


def training_blocks(present: set[str]) -> list[str]:
    """Blocks within which expectation maximisation is run; between them every comparison is left free once."""
    singles = [f"l.{c} = r.{c}" for c in ("birth_date", "document", "email", "phone") if c in present]
    if {"given", "family"} <= present:
        singles.append("l.given = r.given AND l.family = r.family")
    elif "name" in present:
        singles.append("l.name = r.name")
    if {"family", "postcode"} <= present and len(singles) < 2:
        singles.append("l.family = r.family AND l.postcode = r.postcode")
    return singles[:3]
