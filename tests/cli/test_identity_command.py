"""`xinglin identity`: files of either world are linked, told as JSON, and refused in a sentence."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from xinglin.cli.main import main
from xinglin.exchange.identity.invented import patients

SHARED = Path(os.environ.get("XINGLIN_SHARED_DATA", "../shared/data")) / "linkage" / "dev"


def link(tmp_path: Path, spec: dict[str, Any], *more: object) -> Any:
    given = tmp_path / "spec.json"
    given.write_text(json.dumps(spec))
    return CliRunner().invoke(main, ["identity", "link", *map(str, more), "--spec", str(given), "--json"])


def chinese(path: Path, count: int = 4000) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["编号", "姓名", "出生日期", "性别", "证件", "电话", "住址", "区划", "truth"])
        for n, (one, person) in enumerate(patients(count, 3)):
            number = one.documents[0][1] if one.documents else ""
            writer.writerow(
                [
                    n,
                    one.name_zh or one.name_en,
                    one.birth_date or "",
                    one.sex,
                    number,
                    one.phone,
                    one.address,
                    one.region,
                    person,
                ]
            )
    return path


CHINESE = {"id": "编号", "name": "姓名", "birth_date": "出生日期", "sex": "性别", "document": "证件", "phone": "电话",
           "address": ["住址"], "city": "区划"}  # fmt: skip


def test_chinese_records_are_linked_by_the_shipped_weights(tmp_path: Path) -> None:
    pairs, clusters = tmp_path / "p.csv", tmp_path / "c.csv"
    found = link(
        tmp_path, CHINESE, chinese(tmp_path / "cn.csv"), "--truth", "truth", "--pairs", pairs, "--clusters", clusters
    )
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert told["records"] == 4000 and told["profile"] == "chinese"
    assert told["f1"] >= 0.985
    rows = list(csv.DictReader(pairs.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == told["pairs"] and list(rows[0]) == ["left", "right", "probability"]
    grouped = list(csv.DictReader(clusters.read_text(encoding="utf-8").splitlines()))
    assert len(grouped) == 4000 and len({row["cluster"] for row in grouped}) == told["clusters"]


def _shared(name: str) -> Path:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{path} is not here: set XINGLIN_SHARED_DATA")
    return path


@pytest.mark.slow
def test_a_thousand_western_records_with_a_number(tmp_path: Path) -> None:
    rows = list(csv.reader(_shared("febrl1.csv").read_text().splitlines(), skipinitialspace=True))
    copy = tmp_path / "febrl.csv"
    with copy.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*rows[0], "person"])
        writer.writerows([*row, re.match(r"rec-(\d+)", row[0]).group(1)] for row in rows[1:])  # type: ignore[union-attr]
    spec = {"id": "rec_id", "given": "given_name", "family": "surname", "birth_date": "date_of_birth", "document": "soc_sec_id",
            "address": ["street_number", "address_1", "address_2"], "postcode": "postcode", "city": "suburb"}  # fmt: skip
    found = link(tmp_path, spec, copy, "--truth", "person")
    assert json.loads(found.stdout)["f1"] >= 0.998


@pytest.mark.slow
def test_a_thousand_western_records_without_one(tmp_path: Path) -> None:
    spec = {
        "id": "unique_id",
        "given": "first_name",
        "family": "surname",
        "birth_date": "dob",
        "city": "city",
        "email": "email",
    }
    found = link(tmp_path, spec, _shared("fake_1000.csv"), "--truth", "cluster")
    assert json.loads(found.stdout)["f1"] >= 0.84


@pytest.mark.slow
def test_spark_finds_what_duckdb_finds(tmp_path: Path) -> None:
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("the extra xinglin[spark] or Java 17 is not installed")
    people, spec = chinese(tmp_path / "cn.csv", 600), tmp_path / "spec.json"
    spec.write_text(json.dumps(CHINESE))
    found = {}
    for engine in ("duckdb", "spark"):
        # In a process of its own: Spark opens sockets and warns.
        program = [sys.executable, "-c", "from xinglin.cli.main import main; main()", "identity", "link"]
        more = ["--clusters", str(tmp_path / engine), "--truth", "truth", "--engine", engine, "--json"]
        done = subprocess.run(
            [*program, str(people), "--spec", str(spec), *more], check=True, stdout=subprocess.PIPE, timeout=900
        )
        told = json.loads(done.stdout)
        found[engine] = (told["pairs"], told["f1"], (tmp_path / engine).read_text(encoding="utf-8"))
    assert found["spark"] == found["duckdb"]


@pytest.mark.parametrize(
    ("content", "spec", "records"),
    [
        ("a,b\n", {"id": "a", "name": "b"}, 0),
        ("a,b\n1,Bob\n", {"id": "a", "name": "b"}, 1),
        ("a,b\n1,陈大文\n2,陳大文\n", {"id": "a", "name": "b"}, 2),
        (
            "a,b,c\n1,Bob,1990-01-01\n2,Bob,1990-01-01\n3,Ann,1980-02-02\n",
            {"id": "a", "name": "b", "birth_date": "c"},
            3,
        ),
    ],
)
def test_small_files_are_no_trouble(tmp_path: Path, content: str, spec: Any, records: int) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="gb18030")
    found = link(tmp_path, spec, path)
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["records"] == records


@pytest.mark.parametrize(
    ("spec", "content", "code"),
    [
        ({"id": "a", "colour": "b"}, "a,b\n1,2\n", "colour"),
        ({"name": "b"}, "a,b\n1,2\n", "id"),
        ({"id": "a"}, "a,b\n1,2\n", "nothing"),
        ({"id": "a", "name": "c"}, "a,b\n1,2\n", "no column c"),
        ({"id": "a", "name": "b"}, "a,b\n1,陈\n1,林\n", "apart"),
        ({"id": "a", "name": "b"}, None, "no file"),
        ({"id": "a", "given": "b", "family": "c"}, "a,b,c\n1,,\n2,,\n", "too little"),
    ],
)
def test_what_cannot_be_linked_is_refused_in_a_sentence(
    tmp_path: Path, spec: Any, content: str | None, code: str
) -> None:
    path = tmp_path / "x.csv"
    if content is not None:
        path.write_text(content)
    found = link(tmp_path, spec, path)
    assert found.exit_code == 1
    assert code in found.stderr and found.stdout == ""
