"""The shipped standard items as a file, and what changes when a newer file is loaded. Pure.

Codes are the alliance's own (LAB-CHEM-ALT); LOINC codes stand where they are certain, under the licence named in
docs/explanation/catalogue.md; units are UCUM. Windows and critical limits are examples: the local list prevails.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

# The day from which shipped windows hold where nothing else was set.
SINCE = date(2025, 1, 1)
EXAMPLE = "示例，以当地目录为准 / example, local list prevails"
SOURCES = {
    "wh": f"武汉大学人民医院检验互认项目参考时限（鄂卫通〔2023〕56号）；{EXAMPLE}",
    "d": EXAMPLE,
}
CRITICAL_SOURCE = f"2026-11-22；{EXAMPLE}"
FLAGS = ("before_operation", "always_repeat", "large_equipment")
COUNTS = ("number", "radiation_usv", "wait_days", "window_days")
DECIMALS = ("critical_low", "critical_high", "molar_mass")
# What is a window's and not the item's own.
WINDOW = ("window_days", "window_source")


@dataclass(frozen=True)
class Standard:
    """A read file: items by code (columns as the model has them), windows by code, members by panel code."""

    items: dict[str, dict[str, Any]]
    windows: dict[str, tuple[int, str]]
    panels: dict[str, tuple[str, ...]]


@dataclass
class Changes:
    """What loading a file does: codes, and for changed items the columns."""

    added: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    disabled: list[str] = field(default_factory=list)
    enabled: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.disabled or self.enabled)


def read(items: Iterable[str], panels: Iterable[str]) -> Standard:
    """The lines of the two CSV files, typed. Raises ValueError naming the first thing that cannot be."""
    found: dict[str, dict[str, Any]] = {}
    windows: dict[str, tuple[int, str]] = {}
    numbers: set[int] = set()
    for line, raw in enumerate(csv.DictReader(items), start=2):
        row = _typed(raw)
        if row["code"] in found or row["number"] in numbers:
            raise ValueError(f"line {line}: {row['code']} or its number stands twice")
        windows[row["code"]] = (row.pop("window_days"), row.pop("window_source"))
        numbers.add(row["number"])
        found[row["code"]] = row
    members: dict[str, list[str]] = {}
    for raw in csv.DictReader(panels):
        if raw["panel"] not in found or raw["member"] not in found:
            raise ValueError(f"the panel {raw['panel']} or its member {raw['member']} is no item")
        members.setdefault(raw["panel"], []).append(raw["member"])
    return Standard(found, windows, {panel: tuple(codes) for panel, codes in members.items()})


def _typed(raw: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = dict(raw)
    for name in COUNTS:
        row[name] = int(row[name] or 0)
    for name in FLAGS:
        row[name] = row[name] == "1"
    for name in DECIMALS:
        row[name] = Decimal(row[name]) if row[name] else None
    row["aliases"] = [part for part in row["aliases"].split(";") if part]
    row["sensitivity"] = row["sensitivity"] or "normal"
    row["critical_source"] = (
        CRITICAL_SOURCE if row["critical_low"] is not None or row["critical_high"] is not None else ""
    )
    return row


def compare(stored: Mapping[str, Mapping[str, Any]], wanted: Mapping[str, Mapping[str, Any]]) -> Changes:
    """What has to happen so that `stored` (standard items by code, with `enabled`) says what `wanted` says.

    An item the file no longer lists is disabled, never removed: results of it stay. Raises ValueError when the file
    gives an item another number, which results carry.
    """
    changes = Changes()
    for code, row in wanted.items():
        before = stored.get(code)
        if before is None:
            changes.added.append(code)
            continue
        if before["number"] != row["number"]:
            raise ValueError(f"{code} has the number {before['number']}, not {row['number']}")
        if columns := sorted(name for name in row if before[name] != row[name]):
            changes.changed[code] = columns
        if not before["enabled"]:
            changes.enabled.append(code)
    changes.disabled = sorted(code for code, row in stored.items() if code not in wanted and row["enabled"])
    return changes
