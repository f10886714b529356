"""`xinglin assign`: who serves which need, from CSV files. Needs no database and no settings.

JSON: {assignments: [{need, candidate}], total, worst, optimal, infeasible, gap, seconds}. When no assignment exists,
`infeasible` is the smallest set of limits to relax, one sentence each, and the exit code is 1.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from xinglin.matching.assignment import Coverage, Outcome, Problem, Quota
    from xinglin.matching.assignment.tables import Table

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="assign")
@click.option("--scores", type=FILE, required=True, help="CSV with the header need,candidate,score. 分数表。")
@click.option("--load", type=click.IntRange(min=1), required=True, help="At most so many needs a candidate. 每人上限。")
@click.option(
    "--per-need", type=click.IntRange(min=1), required=True, help="So many candidates a need. 每个需求的人数。"
)
@click.option("--conflicts", type=FILE, help="CSV need,candidate: pairs never to be assigned. 回避表。")
@click.option("--objective", type=click.Choice(["total", "fair"]), default="total", show_default=True)
@click.option("--quotas", type=FILE, help="JSON list of {attribute, value, at_least, at_most, per, needs}. 配额。")
@click.option("--attributes", type=FILE, help="CSV candidate,<attribute>,...: what quotas count. 人选属性表。")
@click.option("--loads", type=FILE, help="CSV candidate,load[,min]: own limits of some candidates. 个人上限表。")
@click.option(
    "--time-limit", type=click.FloatRange(min=0.1), default=12.0, show_default=True, help="Seconds to search."
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default=lambda: spoken(),
    help="Language of sentences; else the terminal's.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def assign_command(
    scores: Path,
    load: int,
    per_need: int,
    conflicts: Path | None,
    objective: str,
    quotas: Path | None,
    attributes: Path | None,
    loads: Path | None,
    time_limit: float,
    lang: str,
    as_json: bool,
) -> None:
    """Assign candidates to needs: best total, or fair to the worst-served need. 为需求分配人选。"""
    from xinglin.matching.assignment import BadProblem, assign, gap_sentence, infeasible_sentences, infeasible_story

    try:
        problem = _problem(scores, load, per_need, conflicts, quotas, attributes, loads, lang)
        outcome = assign(problem, "fair" if objective == "fair" else "total", None, _progress(), time_limit)
    except BadProblem as refusal:
        _refuse(refusal.say(lang))
    except OSError as error:
        _refuse(f"读不了文件：{error}。" if lang == "zh" else f"A file cannot be read: {error}.")
    if outcome.stopped and not outcome.assignments:
        _refuse(
            "时限内没有找到分配，也没有证明不存在；请加大 --time-limit 再试。"
            if lang == "zh"
            else "No assignment was found in time, nor proven impossible; try a larger --time-limit."
        )
    words = None if outcome.infeasible is None else infeasible_sentences(problem, outcome, lang)
    if words is not None and not words:
        words = [infeasible_story(problem, outcome, lang)]
    if as_json:
        _print_json(outcome, words)
    elif words is None:
        _print_text(outcome, lang)
    if words is not None:
        _refuse(infeasible_story(problem, outcome, lang))
    if not outcome.optimal or not as_json:
        click.echo(gap_sentence(outcome, objective, lang), err=True)


def spoken() -> str:
    """The language of the terminal: zh or en."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def _problem(
    scores: Path,
    load: int,
    per_need: int,
    conflicts: Path | None,
    quotas: Path | None,
    attributes: Path | None,
    loads: Path | None,
    lang: str,
) -> Problem:
    """The files as a problem. Raises `BadProblem`."""
    import numpy as np

    from xinglin.matching.assignment import problem_from_arrays
    from xinglin.matching.assignment.tables import read_table, refuse_duplicates

    table = read_table(scores.read_bytes(), scores.name, ("need", "candidate"), ("score",))
    refuse_duplicates(table, scores.name, ("need", "candidate"))
    if table.encoding == "gb18030":
        note = "按 GB18030 编码读取" if lang == "zh" else "read as GB18030"
        click.echo(f"{scores.name}: {note}", err=True)
    needs, candidates = table.names["need"], table.names["candidate"]
    barred = None
    if conflicts is not None:
        other = _optional(conflicts, ("need", "candidate"))
        if other is not None:
            need_at = {name: at for at, name in enumerate(needs.distinct)}
            candidate_at = {name: at for at, name in enumerate(candidates.distinct)}
            # A conflict with somebody who is not in this round bars nothing: it maps to -1 and is left out.
            rows = np.array([need_at.get(name, -1) for name in other.names["need"].distinct])
            columns = np.array([candidate_at.get(name, -1) for name in other.names["candidate"].distinct])
            pair = rows[other.names["need"].index], columns[other.names["candidate"].index]
            known = (pair[0] >= 0) & (pair[1] >= 0)
            barred = pair[0][known], pair[1][known]
    limits, coverage = _quotas(quotas) if quotas is not None else ([], None)
    return problem_from_arrays(
        needs.distinct,
        candidates.distinct,
        needs.index,
        candidates.index,
        table.numbers["score"],
        load=load,
        per_need=per_need,
        conflicts=barred,
        loads=_loads(loads) if loads is not None else None,
        quotas=limits,
        attributes=_attributes(attributes) if attributes is not None else None,
        coverage=coverage,
    )


def _optional(path: Path, columns: tuple[str, ...]) -> Table | None:
    """A table that may have a header and no rows (nobody in conflict): then None."""
    from xinglin.matching.assignment.tables import read_table

    data = path.read_bytes()
    lines = data.removeprefix(b"\xef\xbb\xbf").strip().splitlines()
    if len(lines) == 1 and [cell.strip() for cell in lines[0].split(b",")] == [c.encode() for c in columns]:
        return None
    return read_table(data, path.name, columns)


def _loads(path: Path) -> dict[str, int | tuple[int, int]]:
    from xinglin.matching.assignment.tables import BadTable, read_table, refuse_duplicates

    data = path.read_bytes()
    first = data.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    numeric = ("load", "min") if b"min" in [cell.strip() for cell in first.split(b",")] else ("load",)
    table = read_table(data, path.name, ("candidate",), numeric)
    refuse_duplicates(table, path.name, ("candidate",))
    found: dict[str, int | tuple[int, int]] = {}
    for at, name in enumerate(table.names["candidate"].distinct):
        for column in numeric:
            value = float(table.numbers[column][at])
            if value < 0 or value != int(value) or value > 1e9:
                row = table.rows[at]
                raise BadTable(
                    path.name,
                    f"第 {row} 行“{column}”列须为非负整数：{value:g}。",
                    f'row {row}, column "{column}" must be a whole number from 0: {value:g}.',
                )
        high = int(table.numbers["load"][at])
        found[name] = (int(table.numbers["min"][at]), high) if len(numeric) == 2 else high
    return found


def _attributes(path: Path) -> dict[str, dict[str, str]]:
    from xinglin.matching.assignment.tables import read_table, refuse_duplicates

    table = read_table(path.read_bytes(), path.name, ("candidate",), other=True)
    refuse_duplicates(table, path.name, ("candidate",))
    found: dict[str, dict[str, str]] = {name: {} for name in table.names["candidate"].distinct}
    for attribute, column in table.names.items():
        if attribute == "candidate":
            continue
        for name, at in zip(table.names["candidate"].distinct, column.index.tolist(), strict=True):
            if column.distinct[at]:
                found[name][attribute] = column.distinct[at]
    return found


def _quotas(path: Path) -> tuple[list[Quota], Coverage | None]:
    """A list of quotas, or {"quotas": [...], "coverage": {"needs": n, "candidates": n}}."""
    from xinglin.matching.assignment import BadProblem, Coverage, Quota

    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadProblem(
            f"{path.name}：不是合格的 JSON（{error}）。", f"{path.name}: not valid JSON ({error})."
        ) from None
    entries, coverage = (
        (content.get("quotas", []), content.get("coverage")) if isinstance(content, dict) else (content, None)
    )
    if not isinstance(entries, list) or not isinstance(coverage, dict | None):
        raise BadProblem(f"{path.name}：应为配额的列表。", f"{path.name}: must be a list of quotas.")
    found = []
    for at, entry in enumerate(entries, start=1):
        problem = _quota_fault(entry)
        if problem:
            raise BadProblem(
                f"{path.name}：第 {at} 条配额的“{problem}”不合格。",
                f'{path.name}: quota {at}, "{problem}" is not acceptable.',
            )
        needs = entry.get("needs")
        value = entry.get("value")
        found.append(
            Quota(
                entry["attribute"],
                None if value is None else str(value),
                entry.get("at_least") or 0,
                entry.get("at_most"),
                entry.get("per", "need"),
                None if needs is None else tuple(needs),
            )
        )
    whole = {key: (coverage or {}).get(key, 0) for key in ("needs", "candidates")}
    if not all(_count(value) for value in whole.values()):
        raise BadProblem(
            f"{path.name}：coverage 须为非负整数。", f"{path.name}: coverage must be whole numbers from 0."
        )
    return found, Coverage(**whole) if coverage else None


def _quota_fault(entry: object) -> str | None:
    """The name of the first unacceptable key of a quota, or None."""
    if not isinstance(entry, dict):
        return "{}"
    if not isinstance(entry.get("attribute"), str) or not entry["attribute"]:
        return "attribute"
    if not isinstance(entry.get("value"), str | int | None):
        return "value"
    for key in ("at_least", "at_most"):
        if entry.get(key) is not None and not _count(entry[key]):
            return key
    if entry.get("at_least") is None and entry.get("at_most") is None:
        return "at_least"
    if entry.get("per", "need") not in ("need", "total"):
        return "per"
    needs = entry.get("needs")
    if needs is not None and not (isinstance(needs, list) and all(isinstance(name, str) for name in needs)):
        return "needs"
    return next((key for key in entry if key not in QUOTA_KEYS), None)


QUOTA_KEYS = ("attribute", "value", "at_least", "at_most", "per", "needs")


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9


def _print_json(outcome: Outcome, words: list[str] | None) -> None:
    answer = {
        "assignments": [{"need": need, "candidate": candidate} for need, candidate in outcome.assignments],
        "total": outcome.total,
        "worst": outcome.worst,
        "optimal": outcome.optimal,
        "infeasible": words,
        "gap": outcome.gap,
        "seconds": round(outcome.seconds, 3),
    }
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


def _print_text(outcome: Outcome, lang: str) -> None:
    lines = [f"{need}\t{candidate}" for need, candidate in outcome.assignments]
    sys.stdout.write("\n".join(lines) + "\n")
    zh = f"共 {len(lines)} 项分配，总分 {outcome.total:.6g}，最差需求 {outcome.worst:.6g}，{outcome.seconds:.1f} 秒"
    en = f"{len(lines)} assignments, total {outcome.total:.6g}, worst need {outcome.worst:.6g}, {outcome.seconds:.1f} s"
    click.echo(zh if lang == "zh" else en, err=True)


def _progress() -> Callable[[str, float], None] | None:
    """Progress on stderr, only where a person watches."""
    if not sys.stderr.isatty():
        return None
    return lambda stage, share: click.echo(f"\r{stage:<10}{100 * share:3.0f} %", err=True, nl=share >= 1.0)


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(1)
