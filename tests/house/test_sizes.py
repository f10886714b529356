"""Size budgets (style 24): files and functions that outgrew them are listed, and the lists only shrink."""

import ast

from tests.house.source import files, functions, name

FILE_LINES, FUNCTION_LINES = 600, 60
# File -> the lines it may have now. Lower the number when it shrinks; never raise it.
LARGE_FILES: dict[str, int] = {}
# file:function -> the lines it may have now.
LONG_FUNCTIONS: dict[str, int] = {}


def _kept(found: dict[str, int], listed: dict[str, int]) -> None:
    grown = {one: lines for one, lines in found.items() if lines > listed.get(one, 0)}
    assert grown == {}, "\n".join(f"{one}: {lines} lines" for one, lines in sorted(grown.items()))
    done = sorted(set(listed) - set(found))
    assert done == [], f"take off the list: {done}"


def test_files_keep_their_size() -> None:
    sizes = {name(path): len(path.read_text("utf-8").splitlines()) for path in files()}
    _kept({path: lines for path, lines in sizes.items() if lines > FILE_LINES}, LARGE_FILES)


def test_functions_keep_their_size() -> None:
    sizes = {
        f"{name(path)}:{one.name}": (one.end_lineno or 0) - one.lineno + 1
        for path in files()
        for one in functions(path)
    }
    _kept({label: lines for label, lines in sizes.items() if lines > FUNCTION_LINES}, LONG_FUNCTIONS)


def test_every_module_and_public_function_below_the_portal_says_what_it_is() -> None:
    silent = []
    for path in files("kernel", "flows", "cli"):
        tree = ast.parse(path.read_text("utf-8"))
        if tree.body and path.name not in ("__init__.py", "apps.py") and not ast.get_docstring(tree):
            silent.append(name(path))
    assert silent == []
