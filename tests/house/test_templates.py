"""Nothing visible in a template stands outside a translation."""

import re

import pytest
from tests.house.source import ROOT, SRC

TEMPLATES = sorted((SRC / "portal" / "templates").rglob("*.html"))
TAKEN_OUT = [
    r"\{#.*?#\}", r"\{%\s*comment.*?endcomment\s*%\}", r"<!--.*?-->", r"<(script|style|pre|code)\b.*?</\1>",
    r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}",
]  # fmt: skip
# An attribute's value: cut out of a tag before tags are, since it may hold a ">".
VALUE = re.compile(r"""=(?:"[^"]*"|'[^']*')""")
SAID_IN = re.compile(r"""\s(?:title|alt|placeholder|aria-label|aria-description|label)=("[^"]*"|'[^']*')""")
VISIBLE = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")
# Names that are the same in every language.
NAMES = re.compile(
    r"杏林|Xinglin|XINGLIN|English|\bEN\b|中文|简体中文|API|OpenAPI|JSON|CSV|Excel|QR|SHA-256|PIPL|ULID|v1|fen"
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(SRC).as_posix())
def test_every_visible_text_is_translated(path) -> None:
    text = path.read_text("utf-8")
    for pattern in TAKEN_OUT:
        text = re.sub(pattern, "", text, flags=re.DOTALL)
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    shown = SAID_IN.findall(bare) + re.split(r"<[^>]*>", VALUE.sub("", bare), flags=re.DOTALL)
    # A tag closed in both branches of an {% if %} leaves the tail of its second ending.
    shown = [re.sub(r"^[\w\s-]*>", "", part) for part in shown]
    left = [NAMES.sub("", re.sub(r"&\w+;", "", part)).strip("\"' \n") for part in shown]
    found = [part for part in left if VISIBLE.search(part)]
    if path.relative_to(ROOT).as_posix() in IN_BOTH:
        return
    assert found == [], "\n".join(found)


# Pages that must come out when nothing of the program works: written in both languages at once.
IN_BOTH = {"src/xinglin/portal/templates/500.html", "src/xinglin/portal/templates/403_csrf.html"}
