"""One linkage from beginning to end: files, prepared columns, Splink, pairs and clusters, and how right they were."""

from __future__ import annotations

import contextlib
import io
import logging
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import pyarrow as pa
from splink.internals.exceptions import SplinkException

from xinglin.exchange.identity.linkage import chinese, columns, engines, plain
from xinglin.exchange.identity.rules.weights import Weights, read, shipped

ROLES = (
    "id",
    "name",
    "family",
    "given",
    "birth_date",
    "sex",
    "document",
    "phone",
    "email",
    "address",
    "postcode",
    "city",
)
# Which of a file's names must be Chinese for the Chinese profile.
MOSTLY = 0.5
# Probabilities from which a pair counts when nobody says: even odds, and four bits (16 to 1).
PLAIN, CHINESE = 0.5, 16 / 17
Tell = Callable[[str], None]


class LinkageRefused(ValueError):
    """A linkage that cannot be run, in words: (sentence code, parameters)."""

    def __init__(self, code: str, **params: object) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True)
class Spec:
    """What a file's columns mean. `address` may be several columns."""

    id: str
    roles: dict[str, str]
    address: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.id, *self.roles.values(), *self.address)


@dataclass
class Linkage:
    """What was found. `pairs` has the columns left, right and probability, the surest first; `clusters` id and cluster,
    in the order of the files. `quality` took no part of the `seconds`."""

    records: int
    profile: str
    pairs: pa.Table
    clusters: pa.Table
    seconds: float
    quality: dict[str, float] = field(default_factory=dict)


def read_spec(given: Any) -> Spec:
    """The spec of a JSON object: roles to column names. Refuses what names no id or nothing to compare."""
    if not isinstance(given, dict):
        raise LinkageRefused("spec.shape")
    if unknown := sorted(set(given) - set(ROLES)):
        raise LinkageRefused("spec.role", role=unknown[0])
    if not isinstance(given.get("id"), str) or not given["id"]:
        raise LinkageRefused("spec.id")
    address = given.get("address") or []
    address = [address] if isinstance(address, str) else address
    roles = {role: column for role, column in given.items() if role not in ("id", "address") and column}
    if not all(isinstance(column, str) for column in (*roles.values(), *address)):
        raise LinkageRefused("spec.shape")
    if not roles and not address:
        raise LinkageRefused("spec.empty")
    return Spec(given["id"], roles, tuple(address))


def read_weights(path: Path) -> Weights:
    """Weights that `xinglin identity train` wrote."""
    try:
        return read(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise LinkageRefused("weights.unreadable", file=path.name, reason=str(problem)[:200]) from problem


def run(
    files: Sequence[Path], spec: Spec, *, truth: str = "", threshold: float | None = None, engine: str = "duckdb",
    weights: Weights | None = None, tell: Tell = lambda _step: None,
) -> Linkage:  # fmt: skip
    """Link the records of `files`, all against all; a pair counts from `threshold` probability on (by default 0.5, and
    four bits for Chinese records, whose weights are not the file's own).

    Raises `LinkageRefused` for a file that cannot be read, a column that is not there, an id that occurs twice.
    """
    start = perf_counter()
    con = duckdb.connect()
    tell("reading")
    count, spec = _load(con, files, spec, truth)
    profile = "chinese" if _is_chinese(con, spec) else "plain"
    with quiet():
        if count < 2:
            con.execute("CREATE TABLE edges AS SELECT 0 AS a, 0 AS b, 0.0 AS probability, 0.0 AS weight LIMIT 0")
        elif profile == "chinese":
            _chinese(con, spec, weights or shipped(), CHINESE if threshold is None else threshold, engine, tell)
        else:
            _plain(con, spec, count, PLAIN if threshold is None else threshold, engine, tell)
    tell("clusters")
    _cluster(con)
    pairs = con.execute("""SELECT l.id AS "left", r.id AS "right", probability FROM edges
        JOIN source l ON l.unique_id = a JOIN source r ON r.unique_id = b
        ORDER BY probability DESC, 1, 2""").to_arrow_table()
    clusters = con.execute("""SELECT s.id, c.id AS cluster FROM source s JOIN members USING (unique_id)
        JOIN source c ON c.unique_id = members.cluster ORDER BY s.unique_id""").to_arrow_table()
    seconds = perf_counter() - start
    return Linkage(count, profile, pairs, clusters, seconds, measure(con) if truth else {})


def _load(con: duckdb.DuckDBPyConnection, files: Sequence[Path], spec: Spec, truth: str) -> tuple[int, Spec]:
    """The table `source`: the spec's columns as text under names of our own, `truth`, and a running unique_id."""
    wanted = [*dict.fromkeys((*spec.columns, *((truth,) if truth else ())))]
    own = {column: f"given{place}" for place, column in enumerate(wanted)}
    parts = []
    for place, path in enumerate(files):
        found = _read(con, path, f"file{place}")
        if missing := [column for column in wanted if column not in found]:
            raise LinkageRefused("file.column", file=path.name, column=missing[0], columns=", ".join(found))
        listed = ", ".join(f"nullif(trim(CAST({_quote(found[c])} AS VARCHAR)), '') AS {own[c]}" for c in wanted)
        parts.append(f"SELECT {listed} FROM file{place}")
    truth_column = own[truth] if truth else "CAST(NULL AS VARCHAR)"
    con.execute(f"""CREATE TABLE source AS SELECT row_number() OVER () - 1 AS unique_id, {own[spec.id]} AS id,
        {truth_column} AS truth, * FROM ({" UNION ALL ".join(parts)})""")
    (count, ids, distinct) = con.execute("SELECT count(*), count(id), count(DISTINCT id) FROM source").fetchall()[0]
    if ids < count or distinct < count:
        raise LinkageRefused("file.id", column=spec.id, count=count - distinct)
    renamed = Spec(
        "id", {role: own[column] for role, column in spec.roles.items()}, tuple(own[c] for c in spec.address)
    )
    return int(count), renamed


def _read(con: duckdb.DuckDBPyConnection, path: Path, table: str) -> dict[str, str]:
    """Read a file into `table`; returns its columns by their trimmed names."""
    if not path.is_file():
        raise LinkageRefused("file.absent", file=str(path))
    name = path.name.lower()
    try:
        if name.endswith((".parquet", ".pq")):
            con.execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet(?)", [str(path)])
        else:
            with _in_utf8(path) as readable:
                order = f"CREATE TABLE {table} AS SELECT * FROM read_csv(?, all_varchar = true, header = true)"
                con.execute(order, [str(readable)])
    except duckdb.Error as problem:
        raise LinkageRefused("file.unreadable", file=path.name, reason=str(problem).splitlines()[0][:200]) from problem
    rows = con.execute(f"DESCRIBE {table}").fetchall()
    return {row[0].strip(): row[0] for row in rows}


@contextlib.contextmanager
def _in_utf8(path: Path) -> Iterator[Path]:
    """The file, or a passing copy of one that a hospital's system wrote in GB 18030, in UTF-8."""
    if path.suffix in (".gz", ".zst"):
        yield path
        return
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        pass
    else:
        yield path
        return
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "utf8.csv"
        try:
            with (
                path.open(encoding="gb18030", newline="") as source,
                copy.open("w", encoding="utf-8", newline="") as file,
            ):
                shutil.copyfileobj(source, file)
        except UnicodeDecodeError:
            raise LinkageRefused("file.unreadable", file=path.name, reason="neither UTF-8 nor GB 18030") from None
        yield copy


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _is_chinese(con: duckdb.DuckDBPyConnection, spec: Spec) -> bool:
    names = [spec.roles[role] for role in ("name", "family", "given") if role in spec.roles]
    if not names:
        return False
    text = " || ".join(f"coalesce({_quote(column)}, '')" for column in names)
    share = con.execute(f"SELECT avg(CAST(regexp_matches({text}, '\\p{{Han}}') AS INT)) FROM source").fetchall()[0][0]
    return (share or 0) >= MOSTLY


def _chinese(con: Any, spec: Spec, weights: Weights, threshold: float, engine: str, tell: Tell) -> None:
    tell("preparing")
    roles = {
        role: spec.roles[role] for role in ("name", "birth_date", "sex", "document", "phone") if role in spec.roles
    }
    extra = []
    if "name" not in roles:
        parts = [f"coalesce({_quote(spec.roles[r])}, '')" for r in ("family", "given") if r in spec.roles]
        extra.append(f"{' || '.join(parts)} AS role_name")
        roles["name"] = "role_name"
    if spec.address:
        extra.append(f"concat_ws('', {', '.join(map(_quote, spec.address))}) AS role_address")
        roles["address"] = "role_address"
    if "city" in spec.roles or "postcode" in spec.roles:
        roles["region"] = spec.roles.get("city") or spec.roles["postcode"]
    con.execute(
        f"CREATE OR REPLACE VIEW given_source AS SELECT {', '.join(['*', *extra])} FROM source ORDER BY unique_id"
    )
    columns.from_table(con, "given_source", roles, weights.rarity)
    tell("comparing")
    _predict(con, chinese.settings(weights), engine, threshold, train=None)
    con.execute(f"""CREATE OR REPLACE TABLE edges AS SELECT e.* FROM edges e JOIN people l ON l.unique_id = a
        JOIN people r ON r.unique_id = b WHERE NOT coalesce({chinese.CONTRADICTED}, FALSE)""")


def _plain(con: Any, spec: Spec, count: int, threshold: float, engine: str, tell: Tell) -> None:
    tell("preparing")
    present, listed = set(spec.roles), ["unique_id"]
    for role, column in spec.roles.items():
        text = f"lower({_quote(column)})"
        if role in ("birth_date", "phone", "document", "postcode"):
            text = f"regexp_replace({text}, '[^0-9a-z]', '', 'g')"
        elif role != "email":
            text = f"trim(regexp_replace(strip_accents({text}), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g'))"
        listed.append(f"nullif({text}, '') AS {role}")
    for place, column in enumerate(spec.address):
        text = f"trim(regexp_replace(strip_accents(lower({_quote(column)})), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g'))"
        listed.append(f"nullif({text}, '') AS address{place}")
    con.execute(f"CREATE TABLE people AS SELECT {', '.join(listed)} FROM source")
    tell("training")
    made = plain.settings(present, len(spec.address), count)
    _predict(con, made, engine, threshold, train=present, tell=tell)


def _predict(
    con: Any,
    settings: dict[str, Any],
    engine: str,
    threshold: float,
    *,
    train: set[str] | None,
    tell: Tell = lambda _s: None,
) -> None:
    """Run Splink on `people`; leaves the table `scored` (a, b, probability, weight)."""
    from splink import Linker

    try:
        with engines.open_engine(engine, con) as running:
            linker = Linker(running.put("people"), settings)
            if train is not None:
                _train(linker, train)
                tell("comparing")
            try:
                found = linker.inference.predict(threshold_match_probability=threshold)
            except (SplinkException, ValueError, ZeroDivisionError) as problem:
                if train is None:
                    raise
                raise LinkageRefused("file.poor") from problem
            running.take(found, "found_pairs")
            con.execute("""CREATE OR REPLACE TABLE edges AS SELECT unique_id_l AS a, unique_id_r AS b,
                match_probability AS probability, match_weight AS weight FROM found_pairs""")
    except engines.EngineAbsent as absent:
        raise LinkageRefused("engine.absent", engine=engine) from absent


def _train(linker: Any, present: set[str]) -> None:
    # A small or poor file may have nothing to learn a step from; what is not learnt keeps Splink's own starting values.
    learns = contextlib.suppress(SplinkException, ZeroDivisionError)
    with learns:
        linker.training.estimate_probability_two_random_records_match(plain.certain(present), recall=0.7)
    with learns:
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1, min_count_per_level=None)
    for rule in plain.training_blocks(present):
        with learns:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)


def _cluster(con: duckdb.DuckDBPyConnection) -> None:
    """Connected records: the table `members` (unique_id, cluster), the cluster named by its smallest record."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = con.execute("SELECT count(*) FROM source").fetchall()[0][0]
    edges = con.execute("SELECT a, b FROM edges").fetchnumpy()
    shape = (count, count)
    graph = coo_array((np.ones(len(edges["a"]), bool), (edges["a"], edges["b"])), shape=shape)
    _, label = connected_components(graph, directed=False)
    first = np.full(label.max(initial=-1) + 1, count)
    np.minimum.at(first, label, np.arange(count))
    con.register("found_members", pa.table({"unique_id": np.arange(count), "cluster": first[label]}))
    con.execute("CREATE OR REPLACE TABLE members AS SELECT * FROM found_members")


def measure(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Pairwise precision, recall and F1 of the pairs, against `truth`; records without truth are left out."""
    (right, found) = con.execute("""SELECT count(*) FILTER (l.truth = r.truth), count(*) FROM edges
        JOIN source l ON l.unique_id = a JOIN source r ON r.unique_id = b
        WHERE l.truth IS NOT NULL AND r.truth IS NOT NULL""").fetchall()[0]
    (real,) = con.execute("""SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM
        (SELECT count(*) n FROM source WHERE truth IS NOT NULL GROUP BY truth)""").fetchall()[0]
    precision, recall = right / found if found else 0.0, right / real if real else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 6), "recall": round(float(recall), 6), "f1": round(float(f1), 6)}


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Splink reports on stdout and warns through logging; a command's stdout is its answer."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
