"""The program's own source, read once: what the house tests look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "xinglin"
# The wings above the kernel by their folder; the exchange is six, each with all rooms.
SUBJECTS = (
    "roster",
    "matching",
    "challenges",
    "transfer",
    "exchange/catalogue",
    "exchange/identity",
    "exchange/consent",
    "exchange/intake",
    "exchange/recognition",
    "exchange/federation",
)
WINGS = ("kernel", *SUBJECTS)
LABELS = tuple(wing.rpartition("/")[2] for wing in WINGS)
# Rooms that change nothing. Actions, gateways and jobs may; the kernel is where writing is made.
READERS = ("queries", "rules", "words", "labels", "events", "dossiers")


@cache
def files(*under: str) -> tuple[Path, ...]:
    """The Python files below folders of the package (all of it if none is named), migrations left out."""
    places = [SRC / place for place in under] or [SRC]
    found = (path for place in places for path in (place.rglob("*.py") if place.is_dir() else [place]))
    return tuple(sorted(path for path in found if "migrations" not in path.parts and path.is_file()))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    parts = path.relative_to(SRC.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def rooms(*wanted: str) -> Iterator[Path]:
    """The files of rooms (file or folder) in every wing."""
    for wing in SUBJECTS:
        for room in wanted:
            place = SRC / wing / room
            yield from files(f"{wing}/{room}" if place.is_dir() else f"{wing}/{room}.py")


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def literal(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def called(call: ast.Call) -> str:
    """The last name of what is called: `save` of `dossier.save()`."""
    target = call.func
    return target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""
