"""A paper as .docx: the template is made from its blocks (or is the city's own file), the facts fill it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx import Document as new_document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docxtpl import DocxTemplate, InlineImage, Listing
from jinja2.sandbox import SandboxedEnvironment

from xinglin.kernel.papers.blocks import Block, Code, Heading, Paper, Points, Table, Text
from xinglin.kernel.papers.facts import qr_png
from xinglin.kernel.phrases import Phrase, Translate

# Fonts every office program has or replaces well; the East Asian ones are named apart, or Latin ones are taken.
BODY, TITLE = ("Times New Roman", "宋体"), ("Arial", "黑体")


def template_of(paper: Paper, translate: Translate) -> bytes:
    """The paper's template as .docx, in one language; what a city begins with when it makes its own."""
    made = new_document()
    _fonts(made)
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if paper.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21)
    for block in paper.blocks:
        _write(made, block, translate)
    return _bytes(made)


def filled(paper: Paper, facts: Mapping[str, Any], translate: Translate, *, own: Path | None = None) -> bytes:
    """The paper as .docx. `facts` come from `facts.ready`; `own` is the city's template, if it has one."""
    template = DocxTemplate(own if own is not None else io.BytesIO(template_of(paper, translate)))
    template.init_docx()
    context: dict[str, Any] = {name: _listed(fact) for name, fact in facts.items()}
    for block in paper.blocks:
        if isinstance(block, Code) and facts.get(block.of):
            picture = io.BytesIO(qr_png(str(facts[block.of])))
            context[f"{block.of}_code"] = InlineImage(template, picture, width=Cm(3))
    # Facts are data: nothing in them is run, and the template itself runs in a sandbox.
    template.render(context, jinja_env=SandboxedEnvironment(), autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _listed(fact: Any) -> Any:
    if isinstance(fact, Mapping):
        return {name: _listed(inner) for name, inner in fact.items()}
    if isinstance(fact, list):
        return [_listed(inner) for inner in fact]
    return Listing(fact) if "\n" in fact else fact


def _places(text: Phrase, translate: Translate) -> str:
    """The phrase with `{{ name }}` where the facts go."""
    return text.spoken(translate).replace("{", "{{ ").replace("}", " }}")


def _write(made: Docx, block: Block, translate: Translate) -> None:
    if isinstance(block, Heading):
        line = made.add_paragraph(_places(block.text, translate), style="Heading 2" if block.small else "Title")
        line.alignment = WD_ALIGN_PARAGRAPH.LEFT if block.small else WD_ALIGN_PARAGRAPH.CENTER
    elif isinstance(block, Text):
        _optional(made, block.when)
        line = made.add_paragraph(_places(block.text, translate))
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT if block.right else WD_ALIGN_PARAGRAPH.LEFT
        _optional(made, block.when, end=True)
    elif isinstance(block, Points):
        made.add_paragraph(f"{{%p for point in {block.of} %}}")
        made.add_paragraph("{{ point }}", style="List Number")
        made.add_paragraph("{%p endfor %}")
    elif isinstance(block, Table):
        _table(made, block, translate)
    else:
        _optional(made, block.of)
        made.add_paragraph(f"{{{{ {block.of}_code }}}}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
        made.add_paragraph(_places(block.text, translate)).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _optional(made, block.of, end=True)


def _optional(made: Docx, when: str, *, end: bool = False) -> None:
    if when:
        made.add_paragraph("{%p endif %}" if end else f"{{%p if {when} %}}")


def _table(made: Docx, block: Table, translate: Translate) -> None:
    table = made.add_table(rows=4, cols=len(block.columns), style="Table Grid")
    table.rows[1].cells[0].text = f"{{%tr for row in {block.of} %}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    for place, (key, heading) in enumerate(block.columns):
        table.rows[0].cells[place].text = heading.spoken(translate)
        table.rows[2].cells[place].text = f"{{{{ row.{key} }}}}"


def _fonts(made: Docx) -> None:
    for name, (latin, chinese), size in (("Normal", BODY, 12), ("Title", TITLE, 24), ("Heading 2", TITLE, 14)):
        style = made.styles[name]
        style.font.name, style.font.size = latin, Pt(size)  # type: ignore[attr-defined]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute, value in (("w:eastAsia", chinese), ("w:ascii", latin), ("w:hAnsi", latin)):
            fonts.set(qn(attribute), value)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)


def _bytes(made: Docx) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
