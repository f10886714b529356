"""Training the weights with Splink: m and u of every level, kept as one versioned JSON.

u of common levels by Splink's random sampling; u of levels that are equalities from the frequencies of the values, pair
for pair, in SQL: a sample of two million pairs sees a shared telephone never or once. u of two kinds of slips in long
numbers are fixed numbers. m from the truth where there is one, else by Splink's expectation maximisation.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from math import log2
from typing import Any

import duckdb
import splink
from splink import DuckDBAPI, Linker

from xinglin.exchange.identity.invented import patients
from xinglin.exchange.identity.linkage import chinese, columns
from xinglin.exchange.identity.linkage.running import quiet
from xinglin.exchange.identity.rules.evidence import LEVELS
from xinglin.exchange.identity.rules.records import Record, prepare
from xinglin.exchange.identity.rules.weights import FLOOR, RARITY

Tell = Callable[[str], None]
# Slips of one digit between strangers: too rare to be sampled, so they are said (sources in docs/explanation/identity).
FIXED_U = {("document", "one edit"): 2e-8, ("household", "phone one edit"): 5e-8}
# No level is impossible for one person, nor for two.
LEAST_M, LEAST_U = 1e-4, 1e-9
_EQUAL = {"name": ("name",), "born": ("born",), "phone": ("phone",), "address": ("address",), "sound": ("sound",),
          "both": ("phone", "address"), "heard": ("heard",), "document": ("document0",)}  # fmt: skip


def train(
    rows: Sequence[tuple[Record, Any]], *, name: str, with_truth: bool, about: dict[str, Any], tell: Tell, on: date
) -> dict[str, Any]:
    """The weights of these records as the JSON object `rules.weights.read` takes. `rows` are (record, truth)."""
    families, characters = frequencies([record for record, _ in rows])
    con = duckdb.connect()
    table = columns.from_records(rows, lambda full, family: rarity(full, family, families, characters))
    con.register("arriving", table)
    con.execute("CREATE TABLE people AS SELECT * FROM arriving")
    api = DuckDBAPI(con)
    keep = ("truth",) if with_truth else ()
    linker = Linker(api.register("people"), chinese.settings(None, keep=keep))
    tell("prior")
    prior = _prior(con, with_truth, linker)
    tell("u")
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1, min_count_per_level=None)
    tell("m")
    if with_truth:
        linker.training.estimate_m_from_label_column("truth")
    else:
        for rule in ("l.document0 = r.document0", "l.sound = r.sound AND l.born = r.born"):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
    trained = _levels_of(linker.misc.save_model_to_json())
    exact = _exact_u(con, with_truth)
    comparisons = {
        comparison: {
            level: {"m": max(LEAST_M, trained[comparison][level][0] or 0.0),
                    "u": _u(comparison, level, trained[comparison][level][1], exact)}
            for level in names
        }
        for comparison, names in LEVELS.items()
    }  # fmt: skip
    return {
        "format": 1, "name": name, "trained_on": on.isoformat(), "splink": splink.__version__, **about,
        "prior": prior, "comparisons": comparisons, "families": families, "characters": characters,
    }  # fmt: skip


def train_on_invented(count: int, seed: int, *, name: str, with_truth: bool, tell: Tell, on: date) -> dict[str, Any]:
    """Train on invented records; the same count and seed give the same population."""
    tell("inventing")
    rows = [(prepare(facts), person) for facts, person in patients(count, seed)]
    about = {"data": f"{count} invented records, seed {seed}", "truth_used": with_truth}
    with quiet():
        return train(rows, name=name, with_truth=with_truth, about=about, tell=tell, on=on)


def frequencies(records: Sequence[Record]) -> tuple[dict[str, float], dict[str, float]]:
    """Shares of surnames and, a place in a given name each, of characters; the rare ones are left to the floor."""
    family, letters, total = Counter(), Counter(), 0
    for one in records:
        if one.han and one.family:
            total += 1
            family[one.family] += 1
            letters.update(one.name[len(one.family) :])
    places = sum(letters.values()) or 1
    return (
        {key: round(n / (total or 1), 6) for key, n in family.most_common() if n / (total or 1) > FLOOR},
        {key: round(n / places, 6) for key, n in letters.most_common() if n / places > FLOOR},
    )


def rarity(name: str, family: str, families: dict[str, float], characters: dict[str, float]) -> int:
    """As `Weights.rarity`, while there are no weights yet."""
    if name.isascii():
        return 1
    bits = -log2(families.get(family, FLOOR)) - sum(log2(characters.get(c, FLOOR)) for c in name[len(family) :])
    return sum(bits >= step for step in RARITY)


def _prior(con: duckdb.DuckDBPyConnection, with_truth: bool, linker: Linker) -> float:
    if not with_truth:
        linker.training.estimate_probability_two_random_records_match(
            ["l.document0 = r.document0", "l.name = r.name AND l.born = r.born AND l.phone = r.phone"], recall=0.72
        )
        return float(json.loads(json.dumps(linker.misc.save_model_to_json()))["probability_two_random_records_match"])
    pairs, total = con.execute("""
        SELECT sum(n * (n - 1) / 2), any_value(total) FROM (SELECT count(*) n FROM people GROUP BY truth),
        (SELECT count(*) * (count(*) - 1) / 2 AS total FROM people)
    """).fetchall()[0]
    return float(pairs / total)


def _levels_of(model: dict[str, Any]) -> dict[str, dict[str, tuple[float | None, float | None]]]:
    return {
        comparison["output_column_name"]: {
            level["label_for_charts"]: (level.get("m_probability"), level.get("u_probability"))
            for level in comparison["comparison_levels"]
        }
        for comparison in model["comparisons"]
    }


def _u(comparison: str, level: str, sampled: float | None, exact: dict[tuple[str, str], float]) -> float:
    fixed = FIXED_U.get((comparison, level)) or exact.get((comparison, level)) or sampled or 0.0
    return max(LEAST_U, float(f"{fixed:.6g}"))


def _exact_u(con: duckdb.DuckDBPyConnection, with_truth: bool) -> dict[tuple[str, str], float]:
    """u of the levels that are equalities, from how often values occur; pairs of one person are taken out if known."""

    def pairs(columns: tuple[str, ...], where: str = "TRUE") -> float:
        listed = ", ".join(columns)
        full = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        same = f"""SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM
            (SELECT count(*) n FROM people WHERE {full} AND {where} GROUP BY {listed}%s)"""
        found = con.execute(same % "").fetchall()[0][0]
        own = con.execute(same % ", truth").fetchall()[0][0] if with_truth else 0
        return float(found - own)

    def comparable(column: str) -> float:
        (n,) = con.execute(f"SELECT count({column}) FROM people").fetchall()[0]
        return float(n * (n - 1) / 2) or 1.0

    (total, phones, addresses, either) = con.execute(
        """SELECT count(*), count(phone), count(address), count(*) FILTER (phone IS NOT NULL AND address IS NOT NULL)
        FROM people"""
    ).fetchall()[0]
    household = float(phones**2 + addresses**2 - either**2) / 2 or 1.0
    names = comparable("name")
    by_rarity = [pairs(("name",), f"rarity = {step}") / names for step in range(4)]
    sound = [
        (pairs(("sound",), f"rarity {sign} 2") - pairs(("name",), f"rarity {sign} 2")) / names for sign in ("<", ">=")
    ]
    both, phone, address = (pairs(_EQUAL[key]) for key in ("both", "phone", "address"))
    (kinds,) = con.execute(
        """SELECT sum(n * (n - 1) / 2) FROM
        (SELECT count(*) n FROM people WHERE document0 IS NOT NULL GROUP BY split_part(document0, ':', 1))"""
    ).fetchall()[0]
    found = {
        ("name", "exact common"): by_rarity[0], ("name", "exact usual"): by_rarity[1],
        ("name", "exact uncommon"): by_rarity[2], ("name", "exact rare"): by_rarity[3],
        ("name", "sound common"): sound[0], ("name", "sound rare"): sound[1],
        ("born", "exact"): pairs(_EQUAL["born"]) / comparable("born"),
        ("document", "exact"): pairs(_EQUAL["document"]) / float(kinds or 1),
        ("household", "phone and address"): both / household, ("household", "phone"): (phone - both) / household,
        ("household", "address"): (address - both) / household,
    }  # fmt: skip
    return {key: value for key, value in found.items() if value > 0 and total}
