"""`xinglin catalogue`: load twice, import what a city and a hospital send, say what was refused."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.factories import bonds

from xinglin.cli.main import main

pytestmark = pytest.mark.django_db


def _run(*arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(main, ["catalogue", *arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_a_city_and_a_hospital_bring_their_lists(tmp_path: Path) -> None:
    first, again = _run("load"), _run("load")
    assert (first["added"], first["published"], again["published"]) == (435, True, False)
    hospital = bonds.hospital("示例命令医院", region="440105")
    codes = tmp_path / "codes.csv"
    codes.write_text("缩写,项目名称,单位\nALT,丙氨酸氨基转移酶,U/L\nHBsAb,乙肝表面抗原定性,S/CO\n", encoding="gb18030")
    found = _run("import", "codes", str(codes), "--at", hospital.name_zh)
    assert (found["rows"], found["created"], found["refused"]) == (2, 2, [])
    assert _run("import", "codes", str(codes), "--at", hospital.pk)["unchanged"] == 2
    windows = tmp_path / "windows.csv"
    windows.write_text("item_zh,window_days\n葡萄糖,14\n没有,3\n", encoding="utf-8")
    given = ("--region", "440100", "--from", "2026-01-01", "--source", "示例文件")
    set_ = _run("import", "windows", str(windows), *given)
    assert set_["created"] == 1 and [one["row"] for one in set_["refused"]] == [3]
    prices = tmp_path / "prices.csv"
    prices.write_text("项目,价格\nALT,5.50\n", encoding="utf-8")
    assert _run("import", "prices", str(prices), *given)["created"] == 1
    assert _run("import", "prices", str(prices), *given)["unchanged"] == 1
    marks = tmp_path / "marks.csv"
    marks.write_text(
        f"医疗机构,项目,互认范围,质评计划,生效日期,有效期至\n{hospital.name_zh},ALT,440000,示例质评,2026-01-01,2026-12-31\n"
    )
    assert _run("import", "marks", str(marks))["created"] == 1


def test_wrong_usage_and_refusals_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("code\nA\n")
    codes = ["catalogue", "import", "codes"]
    assert CliRunner().invoke(main, [*codes, str(file)]).exit_code == 2
    assert CliRunner().invoke(main, [*codes, str(tmp_path / "none.csv"), "--at", "x"]).exit_code == 2
    result = CliRunner().invoke(main, [*codes, str(file), "--at", "没有这家医院"])
    assert result.exit_code == 1 and "没有这家医院" in result.stderr
