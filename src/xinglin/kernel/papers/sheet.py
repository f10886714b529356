"""A paper as a page for printing: plain HTML, every fact escaped; the portal brings the styles. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from xinglin.kernel.papers.blocks import Block, Heading, Paper, Points, Table, Text
from xinglin.kernel.papers.facts import qr_svg
from xinglin.kernel.phrases import Phrase, Translate


def filled(paper: Paper, facts: Mapping[str, Any], translate: Translate) -> str:
    """An <article class="paper …"> with everything in it escaped. `facts` come from `facts.ready`."""
    shape = "paper landscape" if paper.landscape else "paper"
    inside = "".join(_block(block, facts, translate) for block in paper.blocks)
    return f'<article class="{shape} {paper.name}">{inside}</article>'


def _said(text: Phrase, facts: Mapping[str, Any], translate: Translate) -> str:
    said = Phrase(text.msgid, {name: fact for name, fact in facts.items() if isinstance(fact, str)}).spoken(translate)
    return escape(said).replace("\n", "<br/>")


def _block(block: Block, facts: Mapping[str, Any], translate: Translate) -> str:
    if isinstance(block, Heading):
        name = "h2" if block.small else "h1"
        return f"<{name}>{_said(block.text, facts, translate)}</{name}>"
    if isinstance(block, Text):
        if block.when and not facts.get(block.when):
            return ""
        right = ' class="right"' if block.right else ""
        return f"<p{right}>{_said(block.text, facts, translate)}</p>"
    if isinstance(block, Points):
        return "".join(["<ol>", *(f"<li>{escape(point)}</li>" for point in facts.get(block.of, ())), "</ol>"])
    if isinstance(block, Table):
        return _table(block, facts, translate)
    if not facts.get(block.of):
        return ""
    line = _said(block.text, facts, translate)
    return f"<figure>{qr_svg(facts[block.of], title=str(facts[block.of]))}<figcaption>{line}</figcaption></figure>"


def _table(block: Table, facts: Mapping[str, Any], translate: Translate) -> str:
    head = "".join(f'<th scope="col">{escape(heading.spoken(translate))}</th>' for _, heading in block.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(row.get(key, ''))}</td>" for key, _ in block.columns) + "</tr>"
        for row in facts.get(block.of, ())
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
