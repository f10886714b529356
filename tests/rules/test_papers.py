"""Papers: every fact appears as it is and none is run, in Word and for printing."""

import io
from datetime import date
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinglin.kernel.papers import facts, sheet, word
from xinglin.kernel.papers.kinds import AGREEMENT, APPOINTMENT, PAPERS

FACTS: dict[str, Any] = {
    "title": "示例合作协议", "number": "AG-2026-0001", "purpose": "共建示例中心", "starts_on": date(2026, 6, 6),
    "ends_on": date(2029, 6, 5), "place": "示例市", "terms": ["第一条 示例", "第二条 示例"], "holder": "示例医院",
    "parties": [{"name": "示例甲", "role": "A", "representative": "某"}, {"name": "示例乙", "role": "B"}],
    "deliverables": [{"what": "示例成果", "due_on": date(2027, 1, 1)}], "person": "示例专家", "post": "首席专家",
    "issuer": "示例联盟", "issued_on": date(2026, 6, 6), "verify_at": "https://example.org/v/1", "statement": "示例",
    "signed_on": None, "subject": "示例成果", "price": "4200000.00", "heading": "军令状（示例）",
    "clauses": [{"clause": "验收", "text": "示例约定"}], "challenge": "JB-2026-0001", "leader": "示例负责人",
    "amount": "2500000.00", "standard": "示例标准", "ip": "示例权属", "confidentiality": "示例保密", "breach": "示例违约",
    "dispute": "示例争议", "pledge": "示例承诺", "bid": "TB-2026-0001",
    "milestones": [{"number": 1, "content": "示例节点", "due_on": date(2026, 12, 1), "own": "1.00", "public": "2.00",
                    "fund": "0.00", "indicators": "示例指标 ≥ 80 %"}],
}  # fmt: skip


def said(text: str) -> str:
    return text


def parsed(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # noqa: S314 - our own output


def text_of(content: bytes) -> str:
    opened = Document(io.BytesIO(content))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])


@pytest.mark.parametrize("name", PAPERS)
def test_every_needed_fact_stands_in_both_forms(name: str) -> None:
    paper = PAPERS[name]
    ready = facts.ready(paper, FACTS, said, chinese=True)
    made, page = text_of(word.filled(paper, ready, said)), sheet.filled(paper, ready, said)
    for fact in paper.needs - {"parties", "deliverables", "verify_at", "milestones", "clauses"}:
        assert str(ready[fact]) in made and str(ready[fact]) in page, fact
    assert "{{" not in made and "{%" not in made and "{" not in page
    parsed(page.replace("&nbsp;", " "))


def test_tables_and_points_have_all_their_rows() -> None:
    ready = facts.ready(AGREEMENT, FACTS, said, chinese=False)
    made = text_of(word.filled(AGREEMENT, ready, said))
    assert made.count("示例甲") == 2 and made.count("示例乙") == 2 and "1 January 2027" in made
    assert "第一条 示例" in made and "第二条 示例" in made


def test_a_missing_fact_is_a_bug_not_a_gap_in_a_paper() -> None:
    with pytest.raises(ValueError, match="issued_on"):
        facts.ready(
            APPOINTMENT, {name: fact for name, fact in FACTS.items() if name != "issued_on"}, said, chinese=True
        )


def test_what_is_not_there_leaves_no_trace() -> None:
    less = {name: fact for name, fact in FACTS.items() if name not in ("purpose", "place", "verify_at")}
    ready = facts.ready(APPOINTMENT, less, said, chinese=True)
    assert "Scan" not in text_of(word.filled(APPOINTMENT, ready, said)) and "<svg" not in sheet.filled(
        APPOINTMENT, ready, said
    )


def test_the_chinese_font_is_named_for_east_asian_text() -> None:
    with ZipFile(io.BytesIO(word.template_of(AGREEMENT, said))) as packed:
        styles = packed.read("word/styles.xml").decode()
    assert 'w:eastAsia="宋体"' in styles and 'w:eastAsia="黑体"' in styles


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60) | st.sampled_from([
    "{{ 7 * 7 }}", "{% for x in y %}", "<script>alert(1)</script>", "a & b < c", "\x00\x08\ufffe", "𠮷野家", "]]>",
    "{name}",
    "{{ ''.__class__.__mro__ }}", "一\n二",
]))  # fmt: skip
def test_whatever_a_fact_holds_it_is_text(hostile: str) -> None:
    given_facts = {**FACTS, "person": hostile, "terms": [hostile], "parties": [{"name": hostile, "role": hostile}]}
    for paper in (APPOINTMENT, AGREEMENT):
        ready = facts.ready(paper, given_facts, said, chinese=True)
        made, page = text_of(word.filled(paper, ready, said)), sheet.filled(paper, ready, said)
        parsed(page)
        assert "<script" not in page
        assert made.count("49") == "".join(str(fact) for fact in ready.values()).count("49") or "49" not in made


def test_a_code_is_one_plain_svg() -> None:
    svg = facts.qr_svg("https://example.org/<&>", title="<示例>")
    root = parsed(svg)
    assert root.tag.endswith("svg") and "style" not in svg and "script" not in svg
