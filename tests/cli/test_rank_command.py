"""`xinglin rank` as an operator meets it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from xinglin.cli.main import main

NEEDS = [{"id": "n1", "text": "心梗会诊"}, {"id": "n2", "text": "慢性乙肝筛查"}]
CANDIDATES = [
    {"id": "c1", "texts": ["急性心肌梗死介入治疗"], "availability": "limited"},
    {"id": "c2", "texts": [{"text": "乙型肝炎母婴阻断", "title": "母婴阻断", "link": "https://a.example/1"}, ""]},
]


def run(folder: Path, needs: Any, candidates: Any, *options: str) -> Result:
    files = []
    for name, content in (("needs.json", needs), ("candidates.json", candidates)):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        (folder / name).write_bytes(data)
        files.append(str(folder / name))
    return CliRunner().invoke(main, ["rank", "--needs", files[0], "--candidates", files[1], *options])


def test_json_has_exactly_the_promised_form(tmp_path: Path) -> None:
    result = run(tmp_path, NEEDS, CANDIDATES, "--json", "--top", "0")
    assert result.exit_code == 0 and not result.stderr
    answer = json.loads(result.stdout)
    assert list(answer) == ["rankings"]
    assert len(answer["rankings"]) == 4
    for row in answer["rankings"]:
        assert list(row) == ["need", "candidate", "score", "reasons"]
        assert 0 <= row["score"] <= 1
        assert all(isinstance(reason, str) for reason in row["reasons"])
    assert [(row["need"], row["candidate"]) for row in answer["rankings"]][::2] == [("n1", "c1"), ("n2", "c2")]


def test_top_and_language(tmp_path: Path) -> None:
    answer = json.loads(run(tmp_path, NEEDS, CANDIDATES, "--json", "--top", "1", "--lang", "en").stdout)
    assert [row["candidate"] for row in answer["rankings"]] == ["c1", "c2"]
    assert any("same as" in reason for reason in answer["rankings"][0]["reasons"])
    assert any("https://a.example/1" in reason for reason in answer["rankings"][1]["reasons"])


def test_without_json_a_person_can_read_it(tmp_path: Path) -> None:
    result = run(tmp_path, NEEDS, CANDIDATES)
    assert result.exit_code == 0
    assert "“心梗”与“心肌梗死”同义" in result.stdout


@pytest.mark.parametrize(
    ("needs", "candidates", "said"),
    [
        (b"{not json", CANDIDATES, "needs.json"),
        (b"\xff\xfe\x00", CANDIDATES, "needs.json"),
        (b"[" * 100_000, CANDIDATES, "needs.json"),
        ({"id": "n1"}, CANDIDATES, "list"),
        ([], CANDIDATES, "empty"),
        (["n1"], CANDIDATES, "list"),
        ([{"text": "a"}], CANDIDATES, "“id”"),
        ([{"id": "n1"}], CANDIDATES, "“text”"),
        ([{"id": "n1", "text": 3}], CANDIDATES, "“text”"),
        ([{"id": None, "text": "a"}], CANDIDATES, "“id”"),
        ([{"id": "n1", "text": " \n"}], CANDIDATES, "no text"),
        ([NEEDS[0], NEEDS[0]], CANDIDATES, "more than once"),
        (NEEDS, [CANDIDATES[0], CANDIDATES[0]], "more than once"),
        (NEEDS, [{"id": "c1"}], "“texts”"),
        (NEEDS, [{"id": "c1", "texts": []}], "no text"),
        (NEEDS, [{"id": "c1", "texts": ["", " "]}], "no text"),
        (NEEDS, [{"id": "c1", "texts": "心梗"}], "“texts”"),
        (NEEDS, [{"id": "c1", "texts": [3]}], "“texts”"),
        (NEEDS, [{"id": "c1", "texts": ["a"], "availability": "maybe"}], "availability"),
        (NEEDS, [{"id": "c1", "texts": ["a"], "specialties": "03"}], "specialties"),
        (NEEDS, [{"id": "c1", "texts": ["a"], "conflicts": [{"why": "x"}]}], "party"),
        (NEEDS, [{"id": "c1", "texts": ["a"], "feedback": [{"outcome": []}]}], "feedback"),
    ],
)
def test_bad_input_is_a_sentence(tmp_path: Path, needs: Any, candidates: Any, said: str) -> None:
    result = run(tmp_path, needs, candidates, "--json")
    assert result.exit_code == 1
    assert said in result.stderr
    assert not result.stdout and "Traceback" not in result.stderr


@pytest.mark.parametrize("options", [["--top", "-1"], ["--top", "many"], ["--lang", "fr"], ["--nonsense"]])
def test_wrong_usage_is_exit_2(tmp_path: Path, options: list[str]) -> None:
    assert run(tmp_path, NEEDS, CANDIDATES, *options).exit_code == 2


def test_a_missing_file_is_exit_2(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone.json")
    assert CliRunner().invoke(main, ["rank", "--needs", gone, "--candidates", gone]).exit_code == 2


def test_hostile_texts_are_ranked(tmp_path: Path) -> None:
    needs = [
        {"id": str(at), "text": text} for at, text in enumerate(["😀", "。。。", "\x00a", "\ud800心梗", "心" * 50_000])
    ]
    result = run(tmp_path, needs, CANDIDATES, "--json", "--top", "0")
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["rankings"]) == 10


def test_neither_django_nor_a_database_is_touched(tmp_path: Path) -> None:
    run(tmp_path, NEEDS, CANDIDATES)
    files = ["--needs", str(tmp_path / "needs.json"), "--candidates", str(tmp_path / "candidates.json")]
    program = (
        "import sys\nfrom xinglin.cli.main import main\n"
        f"main(['rank', *{files!r}], standalone_mode=False)\n"
        "assert not {'django', 'psycopg', 'sklearn'} & set(sys.modules), 'heavy'\n"
    )
    source = {"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")}
    done = subprocess.run([sys.executable, "-c", program], env=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
