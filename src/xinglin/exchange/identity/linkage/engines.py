"""The engines Splink runs on: DuckDB in this process, or Spark, where records of a province outgrow one machine.

Spark is given the same prepared columns and the same SQL; Splink's own Java library provides the string distances that
Spark lacks. Where a session runs already (spark-submit, a notebook) it is used; else one is started on this machine,
with whatever the operator's Spark configuration says.
"""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from splink import DuckDBAPI

# Unless the operator's own configuration says otherwise.
_SPARK = {
    "spark.master": "local[*]", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.memory": "4g",
    "spark.sql.shuffle.partitions": "4", "spark.default.parallelism": "4",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # The comparisons are an expression deeper than the compiler of generated code can take.
    "spark.driver.extraJavaOptions": "-Xss64m", "spark.executor.extraJavaOptions": "-Xss64m",
    "spark.sql.codegen.wholeStage": "false",
}  # fmt: skip


class EngineAbsent(ImportError):
    """The engine's extra is not installed."""


class Engine:
    """Splink's database and the way of tables into it and out of it. This one is DuckDB."""

    def __init__(self, con: Any) -> None:
        self.con = con
        self.api: Any = DuckDBAPI(con)

    def put(self, table: str) -> Any:
        """Splink's name for a table of `con`."""
        return self.api.register(table)

    def take(self, found: Any, name: str) -> None:
        """Make Splink's result readable in `con` under `name`."""
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {found.physical_name}")


class SparkEngine(Engine):
    """Tables travel as Arrow: pandas has no empty cells in columns of whole numbers, and Spark's NaN equals itself."""

    def __init__(self, con: Any, spark: Any) -> None:
        from splink import SparkAPI

        self.con, self.spark = con, spark
        # Otherwise the plan of one step holds those of all before it, and the driver dies of it.
        self.api = SparkAPI(spark_session=spark, break_lineage_method="parquet")

    def put(self, table: str) -> Any:
        return self.api.register(
            self.spark.createDataFrame(self.con.execute(f"SELECT * FROM {table}").to_arrow_table())
        )

    def take(self, found: Any, name: str) -> None:
        self.con.register("from_spark", found.as_spark_dataframe().toArrow())
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM from_spark")
        self.con.unregister("from_spark")


@contextmanager
def open_engine(name: str, con: Any) -> Iterator[Engine]:
    """The engine of a name ("duckdb" or "spark") beside the DuckDB connection `con`. Raises EngineAbsent."""
    if name == "duckdb":
        yield Engine(con)
        return
    if importlib.util.find_spec("pyspark") is None:
        raise EngineAbsent(name)
    with _session() as session:
        yield SparkEngine(con, session)


@contextmanager
def _session() -> Iterator[Any]:
    from pyspark import SparkConf  # pyright: ignore[reportMissingImports]
    from pyspark.sql import SparkSession  # pyright: ignore[reportMissingImports]
    from pyspark.sql.types import DoubleType  # pyright: ignore[reportMissingImports]
    from splink.backends.spark import similarity_jar_location

    running, conf = SparkSession.getActiveSession(), SparkConf()
    for key, value in _SPARK.items():
        conf.setIfMissing(key, value)
    jars = [one for one in conf.get("spark.jars", "").split(",") if one]
    conf.set("spark.jars", ",".join([*jars, similarity_jar_location()]))
    session = running or SparkSession.builder.config(conf=conf).getOrCreate()
    try:
        with tempfile.TemporaryDirectory(prefix="xinglin-spark-", ignore_cleanup_errors=True) as place:
            session.sparkContext.setLogLevel("ERROR")
            # A cluster needs a folder all its machines see; on one machine a passing one will do.
            if session.sparkContext._jsc.sc().getCheckpointDir().isEmpty():
                session.sparkContext.setCheckpointDir(conf.get("spark.checkpoint.dir", place))
            # DuckDB's name of a distance Splink's library calls otherwise.
            session.udf.registerJavaFunction(
                "jaro_winkler_similarity", "uk.gov.moj.dash.linkage.JaroWinklerSimilarity", DoubleType()
            )
            yield session
    finally:
        if running is None:
            session.stop()
