"""Every kind of file a bidder may send by mistake or on purpose: taken, or refused with a sentence and a next step."""

import io
import struct
import tracemalloc
import zipfile

import pytest
from tests.factories.sealing import docx, pdf

from xinglin.challenges.rules import attachments, texts
from xinglin.challenges.rules.attachments import Limits
from xinglin.challenges.words.bids import TextState
from xinglin.kernel.refusals import Refusal

LIMITS = Limits()
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
OLE = attachments.OLE + b"EncryptedPackage" * 8


def packed(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/"), body)
    return target.getvalue()


def locked_zip(content: bytes) -> bytes:
    """Each part marked as encrypted, in its own head and in the table of contents."""
    out = bytearray(content)
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(mark)
        while at >= 0:
            out[at + flag] |= 1
            at = out.find(mark, at + 4)
    return bytes(out)


def bomb() -> bytes:
    return docx(**{"word__media__zeros.bin": bytes(60 * 2**20)})


def overlapping() -> bytes:
    """A table of contents that names the same bytes thousands of times."""
    one = packed(**{"a": b"x" * 4000})
    begin = one.find(b"PK\x01\x02")
    end = one.find(b"PK\x05\x06")
    entry, count = one[begin:end], 3000
    tail = bytearray(one[end:])
    struct.pack_into("<HHI", tail, 8, count, count, len(entry) * count)
    return one[:begin] + entry * count + bytes(tail)


def listed_as(count: int) -> bytes:
    content = bytearray(docx())
    at = content.rfind(b"PK\x05\x06")
    struct.pack_into("<HH", content, at + 8, count, count)
    return bytes(content)


GOOD = {
    "方案.docx": docx(), "plan.pdf": pdf(), "photo.PNG": PNG, "scan.jpg": b"\xff\xd8\xff\xe0" + b"\x00" * 30,
    "说明.txt": "示例说明".encode(), "旧.csv": "甲,乙".encode("gb18030"),
    "表.xlsx": packed(**{"[Content_Types].xml": b"<Types/>", "xl__workbook.xml": b"<workbook/>"}),
    "讲.pptx": packed(**{"[Content_Types].xml": b"<Types/>", "ppt__presentation.xml": b"<p/>"}),
}  # fmt: skip
BAD = {
    "empty.pdf": (b"", "empty"), "page.html": (b"<html>", "type"), "page.txt": (b" \n<!DOCTYPE html><p>", "content"),
    "run.exe": (b"MZ\x90", "type"), "noname": (b"words", "type"), "run.exe.pdf": (b"MZ\x90" * 99, "content"),
    "image.svg": (b"<svg/>", "type"), "old.doc": (OLE, "type"), "all.zip": (packed(a=b"a"), "type"),
    "secret.zip": (locked_zip(packed(a=b"a")), "type"), "secret.docx": (OLE, "locked"),
    "flag.docx": (locked_zip(docx()), "locked"), "secret.xlsx": (OLE, "locked"),
    "secret.pdf": (pdf().replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 9 0 R"), "locked"),
    "script.pdf": (pdf().replace(b"/Pages 2 0 R", b"/Pages 2 0 R /OpenAction << /S /JavaScript /JS (x) >>"), "program"),
    "parcel.pdf": (pdf().replace(b"/Pages 2 0 R", b"/Pages 2 0 R /Names << /EmbeddedFiles 9 0 R >>"), "program"),
    "cut.pdf": (pdf()[:200], "cut"), "words.pdf": (b"just words", "content"),
    "macro.docx": (docx(**{"word__vbaProject.bin": b"x"}), "program"),
    "active.docx": (docx(**{"word__activeX__activeX1.bin": b"x"}), "program"),
    "empty.docx": (packed(**{"readme": b"x"}), "content"), "sheet.docx": (GOOD["表.xlsx"], "content"),
    "broken.docx": (docx()[:-30], "content"), "bomb.docx": (bomb(), "bomb"),
    "overlap.docx": (overlapping(), "bomb"), "millions.docx": (listed_as(65_000), "bomb"),
    "picture.png": (b"\xff\xd8\xff" + b"\x00" * 20, "content"), "binary.txt": (b"a\x00b", "content"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_is_whole_is_taken(name: str) -> None:
    content = GOOD[name]
    assert (
        attachments.inspect(name, len(content), io.BytesIO(content), LIMITS)
        == attachments.TYPES[name.rpartition(".")[2].lower()]
    )


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_is_refused_with_a_next_step(name: str) -> None:
    content, code = BAD[name]
    with pytest.raises(Refusal) as told:
        attachments.inspect(name, len(content), io.BytesIO(content), LIMITS)
    assert told.value.code == f"challenges.attachment_{code}" and told.value.field == "files"
    assert told.value.next_step is not None and name in str(told.value.sentence)


def test_a_large_file_is_refused_by_its_size_alone() -> None:
    with pytest.raises(Refusal, match="attachment_large"):
        attachments.inspect("big.pdf", 500 * 2**20, io.BytesIO(b"%PDF-"), LIMITS)


def test_looking_at_a_bomb_takes_little_memory() -> None:
    content = BAD["bomb.docx"][0]
    tracemalloc.start()
    with pytest.raises(Refusal, match="bomb"):
        attachments.inspect("bomb.docx", len(content), io.BytesIO(content), LIMITS)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 2**20


def test_heaps_and_doubles_are_refused() -> None:
    for sizes, names, code in (
        ([1] * 21, [f"{n}.pdf" for n in range(21)], "many"), ([60 * 2**20] * 2, ["a.pdf", "b.pdf"], "heavy"),
        ([1, 1], ["a.pdf", "a.pdf"], "double"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=code):
            attachments.refuse_heap(sizes, names, LIMITS)


def test_names_lose_folders_and_signs_that_trip() -> None:
    assert attachments.safe_name("C:\\机密\\方案.docx") == "方案.docx"
    assert attachments.safe_name('../../a"b\n.pdf') == "a_b_.pdf"


class TestText:
    def test_a_document_with_entities_is_not_read(self) -> None:
        content = packed(**{"[Content_Types].xml": b"<Types/>", "word__document.xml":
                            b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})  # fmt: skip
        assert texts.extract(attachments.TYPES["docx"], io.BytesIO(content)).state == TextState.FAILED

    def test_a_damaged_pdf_says_so_and_a_picture_has_none(self) -> None:
        assert texts.extract("application/pdf", io.BytesIO(b"%PDF-1.4 nothing")).state == TextState.FAILED
        assert texts.extract("image/png", io.BytesIO(PNG)).state == TextState.NONE

    def test_a_page_that_is_a_picture_is_named_though_the_others_have_text(self) -> None:
        found = texts.extract("application/pdf", io.BytesIO(pdf("Words of a page", scan=True)))
        assert (found.state, found.text, found.pages, found.unread) == (TextState.READ, "Words of a page", 2, [2])
        assert texts.extract("application/pdf", io.BytesIO(pdf("Words of a page"))).unread == []
        assert texts.ranges([7, 2, 3, 4]) == "2-4, 7"

    def test_text_in_the_old_chinese_encoding_is_read(self) -> None:
        found = texts.extract("text/csv", io.BytesIO("甲,乙".encode("gb18030")))
        assert (found.state, found.text) == (TextState.READ, "甲,乙")
