"""`xinglin assign` from outside: exit codes, JSON keys, and a sentence for every broken file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from xinglin.cli.main import main

SCORES = "need,candidate,score\n肝病,陈,0.9\n肝病,林,0.8\n肾病,陈,0.7\n肾病,林,0.1\n"
KEYS = {"assignments", "total", "worst", "optimal", "infeasible", "gap", "seconds"}


def run(tmp_path: Path, scores: str | bytes, *more: str, load: int = 1, per_need: int = 1, lang: str = "en") -> Result:
    path = tmp_path / "scores.csv"
    path.write_bytes(scores if isinstance(scores, bytes) else scores.encode())
    options = ["--scores", str(path), "--load", str(load), "--per-need", str(per_need), "--lang", lang, *more]
    return CliRunner().invoke(main, ["assign", *options])


def put(tmp_path: Path, name: str, text: str) -> str:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / name)


def test_total(tmp_path: Path) -> None:
    result = run(tmp_path, SCORES, "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert set(answer) == KEYS
    assert answer["assignments"] == [{"need": "肝病", "candidate": "林"}, {"need": "肾病", "candidate": "陈"}]
    assert (answer["total"], answer["worst"], answer["optimal"], answer["infeasible"]) == (1.5, 0.7, True, None)


def test_fair_lifts_the_worst(tmp_path: Path) -> None:
    scores = "need,candidate,score\na,x,10\na,y,5\nb,x,4\nb,y,1\n"
    total = json.loads(run(tmp_path, scores, "--json").stdout)
    fair = json.loads(run(tmp_path, scores, "--json", "--objective", "fair").stdout)
    assert (total["total"], total["worst"]) == (11, 1)
    assert (fair["total"], fair["worst"], fair["optimal"]) == (9, 4, True)


def test_conflicts_are_never_assigned(tmp_path: Path) -> None:
    conflicts = put(tmp_path, "conflicts.csv", "need,candidate\n肾病,陈\n肾病,无此人\n")
    answer = json.loads(run(tmp_path, SCORES, "--json", "--conflicts", conflicts).stdout)
    assert {"need": "肾病", "candidate": "林"} in answer["assignments"]


def test_no_conflicts_in_the_file(tmp_path: Path) -> None:
    result = run(tmp_path, SCORES, "--json", "--conflicts", put(tmp_path, "conflicts.csv", "need,candidate\n"))
    assert result.exit_code == 0


@pytest.mark.parametrize(("lang", "words"), [("en", "raise the load limit"), ("zh", "把每人上限从 1 提到 2")])
def test_infeasible(tmp_path: Path, lang: str, words: str) -> None:
    result = run(tmp_path, SCORES, "--json", per_need=2, lang=lang)
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["assignments"] == [] and answer["optimal"] is False
    assert len(answer["infeasible"]) == 1
    assert words.lower() in answer["infeasible"][0].lower()
    assert words.lower() in result.stderr.lower()


def test_quotas_loads_and_attributes(tmp_path: Path) -> None:
    more = [
        "--attributes",
        put(tmp_path, "attributes.csv", "candidate,seniority\n陈,senior\n林,junior\n"),
        "--quotas",
        put(tmp_path, "quotas.json", '[{"attribute": "seniority", "value": "senior", "at_least": 1}]'),
    ]
    assert run(tmp_path, SCORES, "--json", *more).exit_code == 1
    loads = ["--loads", put(tmp_path, "loads.csv", "candidate,load\n陈,2\n")]
    answer = json.loads(run(tmp_path, SCORES, "--json", *more, *loads).stdout)
    assert {pair["candidate"] for pair in answer["assignments"]} == {"陈"}


BROKEN = [
    ("", "row 1"),
    ("need,candidate\na,b\n", 'no column "score"'),
    ("need,candidate,score\n", "no data from row 2"),
    ("need,candidate,score\na,b,1\na,c,many\n", 'row 3, column "score"'),
    ("need,candidate,score\na,b,nan\n", 'row 2, column "score"'),
    ("need,candidate,score\na,b,1\na,c,-inf\n", 'row 3, column "score"'),
    ("need,candidate,score\na,b,1_0\n", 'row 2, column "score"'),
    ("need,candidate,score\na,b,1e999\n", 'row 2, column "score"'),
    ("need,candidate,score\na,,1\n", 'row 2, column "candidate" is empty'),
    ("need,candidate,score\na,b\n", "row 2 has 2 columns"),
    ("need,candidate,score\na,b,1\n\nx,y,1\na,b,2\n", "row 5 repeats row 2"),
    ("need,candidate,score,score\na,b,1,2\n", 'the column "score" twice'),
    (b"need,candidate,score\na,b,1\n\xff\xff,c,2\n", "row 3 is neither"),
    ("need,candidate,score\na,b,1\n".encode("utf-16"), "row 1"),
    (b'need,candidate,score\n"a,b,1\n', "row 2"),
]


@pytest.mark.parametrize(("content", "words"), BROKEN)
def test_broken_files_are_refused_in_a_sentence(tmp_path: Path, content: str | bytes, words: str) -> None:
    result = run(tmp_path, content, "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert words in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_what_excel_writes_is_read(tmp_path: Path, encoding: str) -> None:
    result = run(tmp_path, SCORES.replace("\n", "\r\n").encode(encoding), "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["total"] == 1.5


def test_quoted_fields_and_spaces(tmp_path: Path) -> None:
    scores = 'score, candidate ,need\n0.5,"陈, 某",a\n 0.25 ,林,a\n'
    answer = json.loads(run(tmp_path, scores, "--json", per_need=2).stdout)
    assert [pair["candidate"] for pair in answer["assignments"]] == ["陈, 某", "林"]


@pytest.mark.parametrize(
    "quotas", ["{", "[1]", '[{"attribute": "x", "at_most": -1}]', '[{"attribute": "x", "value": "y", "at_least": 1}]']
)
def test_broken_quotas(tmp_path: Path, quotas: str) -> None:
    result = run(tmp_path, SCORES, "--json", "--quotas", put(tmp_path, "quotas.json", quotas))
    assert result.exit_code == 1
    assert result.stderr and "Traceback" not in result.output


@pytest.mark.parametrize("more", [["--load", "0"], ["--objective", "best"], ["--scores", "absent.csv"], ["--unknown"]])
def test_wrong_usage(tmp_path: Path, more: list[str]) -> None:
    assert run(tmp_path, SCORES, *more).exit_code == 2
