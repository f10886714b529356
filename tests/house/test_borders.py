"""Floors, rooms, private and pure rooms; nobody below the portal speaks HTTP; nobody but actions changes anything."""

import ast
import importlib
import os
import subprocess
import sys
from pathlib import Path

from tests.house.source import READERS, ROOT, SRC, WINGS, called, calls, files, functions, name, rooms, tree


def test_the_contracts_of_floors_and_rooms_are_kept() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    where = {**os.environ, "PYTHONPATH": str(SRC.parent)}
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, env=where, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def test_every_wing_stands_in_the_contracts() -> None:
    """A wing that is added must be added to the contracts of rooms and privacy too."""
    wings = {folder.name for folder in SRC.iterdir() if (folder / "apps.py").exists()} - {"portal", "kernel"}
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert all(f'"xinglin.{wing}.models"' in text and f'"xinglin.{wing}.words"' in text for wing in wings), wings


def test_no_bench_touches_an_installation() -> None:
    """They empty tables: only the bench's own room says which home and database they work in."""
    for path in sorted((ROOT / "bench").glob("*.py")):
        text = path.read_text("utf-8")
        if path.name != "_home.py":
            assert "django.setup" not in text and "XINGLIN_DATABASE_URL" not in text, path.name


def test_a_benchs_database_is_its_own_whatever_is_named(tmp_path: Path) -> None:
    said = "from bench._home import own_home; own_home(sys.argv[1]); from xinglin.kernel.database import is_embedded"
    where = {**os.environ, "XINGLIN_DATABASE_URL": "postgresql://city@db.example.org/xinglin", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", f"import sys; {said}; print(is_embedded())", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=where, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_what_is_imported_is_there() -> None:
    """Imports inside functions too, and those of the benches, which no other test runs and no type check reads."""
    missing = []
    for path in (*files(), *sorted((ROOT / "bench").glob("*.py"))):
        wanted = (node for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and not node.level)
        for node in wanted:
            if (source := node.module or "").partition(".")[0] in ("xinglin", "bench"):
                missing += [
                    f"{name(path)}:{node.lineno} {source}.{a.name}" for a in node.names if not _is_there(source, a.name)
                ]
    assert not missing, missing


def _is_there(source: str, wanted: str) -> bool:
    if hasattr(importlib.import_module(source), wanted):
        return True
    try:
        importlib.import_module(f"{source}.{wanted}")
    except ModuleNotFoundError:
        return False
    return True


WRITES = {
    "save",
    "delete",
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "select_for_update",
}
# A queryset is recognised by what it was made with.
MADE_BY = {"filter", "exclude", "all", "order_by", "objects", "_default_manager"}
# (file, call) that looks like a write and is none.
NO_WRITE = {
    ("src/xinglin/portal/sheets.py", "save"),  # a workbook, to memory
    ("src/xinglin/portal/pictures.py", "save"),  # a picture, to memory
}


def _on_rows(call: ast.Call) -> bool:
    inner = call.func.value if isinstance(call.func, ast.Attribute) else None
    while inner is not None:
        if isinstance(inner, ast.Attribute):
            if inner.attr in MADE_BY:
                return True
            inner = inner.value
        elif isinstance(inner, ast.Call):
            if called(inner) in MADE_BY:
                return True
            inner = inner.func
        else:
            return False
    return False


def test_only_actions_change_anything() -> None:
    found = []
    for path in [*rooms(*READERS), *files("portal"), *files("flows"), *files("cli")]:
        for call in calls(path):
            write = called(call)
            sure = write in WRITES - {"create", "delete"} or (
                write in {"update", "create", "delete"} and _on_rows(call)
            )
            if sure and isinstance(call.func, ast.Attribute) and (name(path), write) not in NO_WRITE:
                found.append(f"{name(path)}:{call.lineno} .{write}()")
    found = [one for one in found if not any(one.startswith(f"{path}:") for path in WRITING_FOR_NOW)]
    assert not found, "\n".join(found)


# To shrink: what should call an action instead, or has a reason.
WRITING_FOR_NOW = {
    "src/xinglin/cli/createadmin.py",  # before there is anybody who could act
    "src/xinglin/roster/queries/candidates.py",  # locks what an action is about to change
}


def test_nobody_below_the_portal_takes_a_request() -> None:
    found = [
        f"{name(path)}:{one.lineno} {one.name}({arg.arg})"
        for path in files(*WINGS, "flows")
        for one in functions(path)
        for arg in [*one.args.args, *one.args.kwonlyargs]
        if arg.arg in ("request", "response", "session")
    ]
    assert not found, "\n".join(found)


def test_dated_rules_stand_where_the_program_finds_them_at_its_start() -> None:
    """A rule registered anywhere else is unknown until somebody happens to import that file."""
    found = {
        name(path)
        for path in files(*WINGS[1:], "flows", "cli")
        for call in calls(path)
        if ast.unparse(call.func) == "configuration.rule" and path.parent.name not in ("actions", "queries")
    }
    assert found == set()


def test_imports_hidden_in_functions_are_few() -> None:
    """An import inside a function hides a direction; the command line may, to start quickly."""
    found = [
        f"{name(path)}:{node.lineno}"
        for path in files(*WINGS, "flows")
        if path.name != "apps.py"
        for one in functions(path)
        for node in ast.walk(one)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("xinglin")
    ]
    assert len(found) <= HIDDEN_IMPORTS, "\n".join(found)


# To shrink. Now: flows/__init__, matching/gateways/embedding, matching/ranking/engine, roster/codes/physicians.
HIDDEN_IMPORTS = 4
