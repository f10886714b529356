"""`xinglin bench` finds the repository's measurements and says clearly when there are none."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from xinglin.cli import bench
from xinglin.cli.main import main


def test_an_unknown_claim_is_refused_with_those_there_are() -> None:
    result = CliRunner().invoke(main, ["bench", "nothing"])
    assert result.exit_code == 1
    assert "“nothing”" in result.stderr and "rank" in result.stderr


def test_outside_the_repository_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "folder", lambda: None)
    result = CliRunner().invoke(main, ["bench", "rank"])
    assert result.exit_code == 1
    assert "no bench folder" in result.stderr


def test_a_claim_runs_and_prints_its_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "invented_claim.py").write_text("def run(full=False):\n    return {'full': full}\n")
    monkeypatch.setattr(bench, "folder", lambda: tmp_path / "bench")
    monkeypatch.setattr(bench, "run", lambda path, *, full: {"claim": path.stem, "full": full})
    result = CliRunner().invoke(main, ["bench", "invented_claim", "--full", "--json"])
    assert result.stdout == '{"claim": "invented_claim", "full": true}\n'


def test_without_a_name_each_claim_runs_apart_and_a_broken_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "bench"
    place.mkdir()
    monkeypatch.setattr(bench, "folder", lambda: place)
    (place / "broken.py").write_text("def run():\n    raise ValueError('示例')\n")
    (place / "talking.py").write_text("def run(full=False):\n    print('a library talks')\n    return {'full': full}\n")
    (place / "_helpers.py").touch()
    result = CliRunner().invoke(main, ["bench", "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"broken": {"failed": "ended with 1"}, "talking": {"full": False}}
    assert "broken (1 of 2)" in result.stderr and "measured" in result.stderr


def test_a_claim_that_takes_too_long_is_stopped_and_named(tmp_path: Path) -> None:
    file = tmp_path / "bench" / "endless.py"
    file.parent.mkdir()
    file.write_text("import time\n\n\ndef run():\n    time.sleep(600)\n")
    assert bench.apart(file, full=False, longest=1) == {"failed": "stopped after 1 s"}
