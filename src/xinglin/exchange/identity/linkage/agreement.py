"""The same pair, judged twice: by Splink in SQL and by the scorer of arriving records. They must say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker

from xinglin.exchange.identity.linkage import chinese, columns
from xinglin.exchange.identity.linkage.running import quiet
from xinglin.exchange.identity.rules.records import Record
from xinglin.exchange.identity.rules.weights import Weights

BITS = 0.01


@dataclass(frozen=True)
class Agreement:
    """How many of the pairs Splink scored the other scorer gives the same bits; the furthest apart, as examples."""

    pairs: int
    same: int
    worst: list[tuple[float, float, Record, Record]]

    @property
    def share(self) -> float:
        return self.same / self.pairs if self.pairs else 1.0


def splink_scores(
    rows: Sequence[tuple[Record, Any]], weights: Weights, *, least: float = -20.0, slots: int | None = None
) -> list[tuple[int, int, float]]:
    """Splink's match weight of every candidate pair of `rows`, by their places."""
    slots = slots or columns.slots_of(rows)
    con = duckdb.connect()
    table = columns.from_records(rows, weights.rarity, slots=slots)
    con.register("arriving", table)
    con.execute("CREATE TABLE people AS SELECT * FROM arriving")
    with quiet():
        linker = Linker(DuckDBAPI(con).register("people"), chinese.settings(weights, slots=slots))
        found = linker.inference.predict(threshold_match_weight=least)
    order = f"SELECT unique_id_l, unique_id_r, match_weight FROM {found.physical_name}"
    return con.execute(order).fetchall()


def compare(rows: Sequence[tuple[Record, Any]], weights: Weights) -> Agreement:
    """Both scorers on every candidate pair of `rows`."""
    found, same = [], 0
    pairs = splink_scores(rows, weights)
    for left, right, theirs in pairs:
        ours, _ = weights.score(rows[left][0], rows[right][0])
        same += abs(ours - theirs) <= BITS
        if abs(ours - theirs) > BITS and len(found) < 50:
            found.append((ours, theirs, rows[left][0], rows[right][0]))
    found.sort(key=lambda one: -abs(one[0] - one[1]))
    return Agreement(len(pairs), same, found[:10])
