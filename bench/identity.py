"""Identity: whole files and single arrivals beside bare Splink 5 in the same run, on invented records with their truth.

Conditions: everything is invented (示例). Batch: ours reads a Parquet file of raw columns, prepares them, judges by the
shipped weights and clusters; bare Splink is given the prepared columns and the same settings, trains, predicts and
clusters: three times in turn, of each the middle one, and of the ratios of neighbours in time. F1 is pairwise.
Arrivals: one record a call through `receive`, stored and committed, against everything stored before it in an embedded
PostgreSQL of its own, in the system's temporary folder, by a process that holds only them, as a server does, and the
same in parts of 100, as a hospital's push brings them; the peer of both is Splink's own `predict_between` of one new
record against the same population in memory, which stores nothing. Default 50,000 records, `--full` 1,000,000;
XINGLIN_BENCH_ROWS=N takes N.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bench._home import own_home

SMALL, LARGE, ARRIVALS, PUSHED, PUSH, ROUNDS = 50_000, 1_000_000, 5_000, 5_000, 100, 3
PLACE = Path(tempfile.gettempdir()) / "xinglin-bench-identity"
SPEC = {"id": "id", "name": "name", "birth_date": "birth_date", "sex": "sex", "document": "document", "phone": "phone",
        "address": "address", "city": "region"}  # fmt: skip


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def population(count: int) -> tuple[list[Any], Path]:
    """`count` records and those that arrive later, and the first `count` as a Parquet file of raw columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from xinglin.exchange.identity.invented import patients

    rows = list(patients(count + ARRIVALS + PUSHED, 7))
    path = PLACE / f"people-{count}.parquet"
    first = rows[:count]
    pq.write_table(
        pa.table({
            "id": [one.local_id for one, _ in first], "name": [one.name_zh or one.name_en for one, _ in first],
            "birth_date": [one.birth_date for one, _ in first], "sex": [one.sex for one, _ in first],
            "document": [one.documents[0][1] if one.documents else None for one, _ in first],
            "phone": [one.phone or None for one, _ in first], "address": [one.address or None for one, _ in first],
            "region": [one.region for one, _ in first], "truth": [person for _, person in first],
        }),
        path,
    )  # fmt: skip
    return rows, path


def batch(path: Path) -> dict[str, Any]:
    """Ours, whole job from the file."""
    from xinglin.exchange.identity.linkage import running

    found = running.run([path], running.read_spec(SPEC), truth="truth")
    return {"seconds": round(found.seconds, 2), "pairs": len(found.pairs), **found.quality}


def bare(table: Any) -> dict[str, Any]:
    """Splink alone on prepared columns: train, predict, cluster."""
    import duckdb
    from splink import DuckDBAPI, Linker

    from xinglin.exchange.identity.linkage import chinese
    from xinglin.exchange.identity.linkage.running import quiet

    con = duckdb.connect()
    con.register("arriving", table)
    con.execute("CREATE TABLE people AS SELECT * FROM arriving")
    laps, began = {}, perf_counter()
    with quiet():
        linker = Linker(DuckDBAPI(con).register("people"), chinese.settings(None))
        train = linker.training
        train.estimate_probability_two_random_records_match(["l.document0 = r.document0"], recall=0.72)
        train.estimate_u_using_random_sampling(max_pairs=1e6, seed=1, min_count_per_level=None)
        train.estimate_parameters_using_expectation_maximisation("l.document0 = r.document0")
        train.estimate_parameters_using_expectation_maximisation("l.sound = r.sound AND l.born = r.born")
        laps["train"] = perf_counter() - began
        found = linker.inference.predict(threshold_match_weight=4)
        laps["predict"] = perf_counter() - began - laps["train"]
        linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold_match_weight=4)
    return {"seconds": round(perf_counter() - began, 2), **{name: round(value, 2) for name, value in laps.items()}}


def usual_rule(table: Any) -> float:
    """F1 of "the same document, or the same name, birth date and sex"."""
    import duckdb

    con = duckdb.connect()
    con.register("arriving", table)
    con.execute("CREATE TABLE people AS SELECT unique_id AS i, name, born, sex, document0 AS d, truth FROM arriving")
    right, found = con.execute("""
        SELECT count(*) FILTER (a.truth = b.truth), count(*) FROM (
            SELECT l.i AS x, r.i AS y FROM people l JOIN people r ON l.i < r.i AND l.d = r.d
            UNION SELECT l.i, r.i FROM people l JOIN people r
                ON l.i < r.i AND l.name = r.name AND l.born = r.born AND l.sex = r.sex
        ) JOIN people a ON a.i = x JOIN people b ON b.i = y
    """).fetchall()[0]
    (real,) = con.execute("SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) n FROM people GROUP BY truth)").fetchall()[
        0
    ]
    return float(2 * right / (found + real))


def ready() -> None:
    """The home of the run; told to a process of its own too."""
    os.environ["XINGLIN_STATEMENT_TIMEOUT"] = "600"
    own_home(PLACE / "home")


def arrivals(rows: list[Any], count: int) -> dict[str, Any]:
    """Load `count` records through `receive`, then let the others arrive, in a process that holds no population."""
    ready()
    from django.db import connection

    from xinglin.cli.migrate import migrate_now
    from xinglin.exchange.identity.actions.arriving import receive
    from xinglin.kernel import permits
    from xinglin.kernel.collecting import settle

    migrate_now()
    by = permits.the_program()
    settle()
    began, stored = perf_counter(), 0
    while stored < count:
        part = [one for one, _ in rows[stored : min(stored + 5_000, count)]]
        receive(records=part, by=by)
        stored += len(part)
        if stored % 50_000 == 0:
            say(f"  {stored:,} stored, {stored / (perf_counter() - began):,.0f} a second")
    seconds = perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    others = [one for one, _ in rows[count:]]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
        found = beside.submit(arrive, others[:ARRIVALS], others[ARRIVALS:]).result()
    return {
        "stored": stored, "loaded_a_second": round(stored / seconds), **found, "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def arrive(single: list[Any], pushed: list[Any]) -> dict[str, Any]:
    """`single` are judged without being stored, then stored one by one, and `pushed` in parts."""
    ready()
    from xinglin.exchange.identity.actions.arriving import receive
    from xinglin.kernel import permits
    from xinglin.kernel.collecting import settle

    by = permits.the_program()
    settle()
    alone = judged(single)
    times, work = [], []
    for one in single:
        start, used = perf_counter(), process_time()
        receive(records=[one], by=by)
        times.append((perf_counter() - start) * 1e3)
        work.append((process_time() - used) * 1e3)
    parts = []
    for place in range(0, len(pushed), PUSH):
        start = perf_counter()
        receive(records=pushed[place : place + PUSH], by=by)
        parts.append((perf_counter() - start) * 1e3)
    # The first ones make plans and fill memory.
    times, work = sorted(times[50:]), sorted(work[50:])
    return {
        "arrived": len(times), "judged_alone_p50_ms": round(alone, 2), "p50_ms": round(statistics.median(times), 2),
        "p99_ms": round(times[int(len(times) * 0.99)], 2), "own_processor_ms": round(statistics.median(work), 2),
        "in_parts_ms": round(statistics.median(parts[2:]) / PUSH, 3),
    }  # fmt: skip


def judged(arriving: list[Any]) -> float:
    """The median of preparing a record and judging it against all stored ones, nothing stored: what Splink's own
    answer does too. In milliseconds."""
    from xinglin.exchange.identity.queries import candidates, judges
    from xinglin.exchange.identity.rules import keys
    from xinglin.exchange.identity.rules.judging import judge
    from xinglin.exchange.identity.rules.records import prepare
    from xinglin.kernel.privacy import lookup_secret

    times = []
    for one in arriving:
        start = perf_counter()
        record, secret = prepare(one), lookup_secret()
        scorer, thresholds = judges.in_force()
        for known in candidates.known([keys.number(key, secret) for key in keys.blocks(record)]):
            judge(record, known.record, scorer, thresholds)
        times.append((perf_counter() - start) * 1e3)
    return statistics.median(times[50:])


def splink_arrivals(table: Any, weights: Any) -> dict[str, Any]:
    """Splink's own answer for one new record: the median of five."""
    import duckdb
    from splink import DuckDBAPI, Linker

    from xinglin.exchange.identity.linkage import chinese
    from xinglin.exchange.identity.linkage.running import quiet

    con = duckdb.connect()
    con.register("arriving", table)
    con.execute(f"CREATE TABLE people AS SELECT * FROM arriving WHERE unique_id < {table.num_rows - 6}")
    times = []
    with quiet():
        api = DuckDBAPI(con)
        people = api.register("people")
        linker = Linker(people, chinese.settings(weights))
        for place in range(6):
            number = table.num_rows - 6 + place
            con.execute(f"CREATE TABLE new{place} AS SELECT * FROM arriving WHERE unique_id = {number}")
            start = perf_counter()
            linker.inference.predict_between(people, api.register(f"new{place}"), threshold_match_weight=-4)
            times.append(perf_counter() - start)
    return {"median_ms": round(statistics.median(times[1:]) * 1e3, 1)}


def run(full: bool = False) -> dict[str, Any]:
    """Measure, telling stderr; `full` with a million records. Leaves nothing behind."""
    count = int(os.environ.get("XINGLIN_BENCH_ROWS", LARGE if full else SMALL))
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    try:
        return _measure(count)
    finally:
        _stop()
        shutil.rmtree(PLACE, ignore_errors=True)


def _measure(count: int) -> dict[str, Any]:
    from xinglin.exchange.identity.linkage import agreement, columns
    from xinglin.exchange.identity.rules.records import prepare
    from xinglin.exchange.identity.rules.weights import shipped
    from xinglin.kernel.collecting import settle

    say(f"inventing {count:,} records")
    rows, path = population(count)
    began = perf_counter()
    prepared = [(prepare(one), person) for one, person in rows[:count]]
    table = columns.from_records(prepared, shipped().rarity)
    preparing = perf_counter() - began
    settle()
    both = []
    for _ in range(ROUNDS):
        both.append((batch(path), bare(table)))
        say(f"ours, from the file: {both[-1][0]}")
        say(f"bare Splink, prepared columns: {both[-1][1]}")
    ours, peer = (sorted(found, key=lambda one: one["seconds"])[ROUNDS // 2] for found in zip(*both, strict=True))
    ratio = statistics.median(one["seconds"] / other["seconds"] for one, other in both)
    rule = usual_rule(table)
    say(f"usual rule F1 {rule:.4f}, ours {ours['f1']:.4f}")
    same = agreement.compare(prepared[:20_000], shipped())
    one_peer = splink_arrivals(table, shipped())
    say(f"Splink, one new record: {one_peer}")
    del prepared, table
    one = arrivals(rows, count)
    say(f"one arriving record, stored: {one}")

    def faster(than: str) -> int:
        return round(one_peer["median_ms"] / one[than])

    return {
        "bench": "identity", "records": count, "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()], "batch": ours, "bare_splink": peer,
        "prepared_one_by_one_seconds": round(preparing, 1), "usual_rule_f1": round(rule, 4), "arriving": one,
        "splink_arriving": one_peer, "same_weight_pairs": same.pairs,
        "marks": marks(
            ("batch beside bare Splink", round(ratio, 2), "<=", 1.1),
            ("pairwise F1", round(ours["f1"], 4), ">=", 0.99),
            ("F1 above the usual rule", round(ours["f1"] - rule, 4), ">=", 0.015),
            ("one arriving record stored, p99 ms", one["p99_ms"], "<", 5),
            ("times faster than Splink, one record judged", faster("judged_alone_p50_ms"), ">=", 500),
            ("times faster than Splink, which stores nothing, stored in parts", faster("in_parts_ms"), ">=", 500),
            ("times faster than Splink, which stores nothing, one record stored", faster("p50_ms"), ">=", 500),
            ("share of pairs with the same weight to 0.01 bit", round(same.share, 5), ">=", 0.999),
        ),
    }  # fmt: skip


def marks(*rows: tuple[str, float, str, float]) -> dict[str, Any]:
    """Each mark with what was measured and whether it is met."""
    found = {}
    for name, measured, sign, mark in rows:
        met = {"<=": measured <= mark, ">=": measured >= mark, "<": measured < mark}[sign]
        found[name] = {"measured": measured, "mark": f"{sign} {mark}", "met": met}
        say(f"  {'met    ' if met else 'NOT MET'} {name}: {measured} (mark {sign} {mark})")
    return found


def _stop() -> None:
    """End the database of the run, if it came to that."""
    if not (PLACE / "home").exists():
        return
    from django.db import connections

    from xinglin.kernel import database

    connections.close_all()
    database.leave()
