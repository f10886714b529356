"""Spreadsheet files judged before they are read, and cells made harmless before they are written."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from xinglin.roster.sheets.records import SheetRefused

MAX_FILE_MB = 40
MAX_UNPACKED_MB = 400
MAX_ENTRIES = 2_000
MAX_ROWS = 199_999
MAX_COLUMNS = 104  # up to column CZ

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FILES = {
    b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"MZ": "EXE", b"\x7fELF": "ELF",
    b"Rar!": "RAR", b"\x1f\x8b": "GZIP", b"7z\xbc\xaf": "7Z", b"{\\rtf": "RTF", b"<html": "HTML", b"<!DOC": "HTML",
}  # fmt: skip
_OTHER_ZIPS = {
    "word/document.xml": "DOCX", "ppt/presentation.xml": "PPTX", "content.xml": "ODS", "xl/workbook.bin": "XLSB",
}  # fmt: skip
_MB = 1024 * 1024
# A spreadsheet takes text beginning with one of these for a formula; full-width forms are normalised by some.
_EXECUTES = tuple("=+-@\t\r\n＝＋－＠|%")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A cell with content (not self-closing) far out: the reader would build every cell up to it.
_FAR_CELL = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*\br\s*=\s*["'](?:(?P<column>[A-Z]{3,}|[D-Z][A-Z])\d+|[A-Z]+(?P<row>0*(?:[2-9]\d{5}|\d{7,})))["'](?:[^>]*[^/])?>"""
)
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def safe_cell(value: object) -> object:
    """A value for an exported cell: text that a spreadsheet would execute gets an apostrophe before it.

    Numbers and dates stay what they are; characters no spreadsheet can store become U+FFFD. `plain_cell` undoes it.
    """
    if not isinstance(value, str):
        return value
    text = _ILLEGAL.sub("\ufffd", value)
    return "'" + text if text.startswith(_EXECUTES) or _is_guarded(text) else text


def plain_cell(text: str) -> str:
    """The text as it was before `safe_cell`."""
    return text[1:] if _is_guarded(text) else text


def _is_guarded(text: str) -> bool:
    bare = text.lstrip("'")
    return text.startswith("'") and bare.startswith(_EXECUTES)


def guard(data: bytes) -> str:
    """What a file is (xlsx, xls or csv), by its content, not its name; `SheetRefused` if it may not be read."""
    if len(data) > MAX_FILE_MB * _MB:
        raise SheetRefused("sheet.too_large", {"size": len(data) // _MB, "limit": MAX_FILE_MB})
    if not data.strip():
        raise SheetRefused("sheet.empty")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise SheetRefused("sheet.encrypted")
        return "xls"
    if data.startswith(b"PK"):
        _guard_zip(data)
        return "xlsx"
    for start, name in _OTHER_FILES.items():
        if data.startswith(start):
            raise SheetRefused("sheet.not_a_spreadsheet", {"found": name})
    return "csv"


def _guard_zip(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError) as error:
        raise SheetRefused("sheet.broken", {"found": type(error).__name__}) from error
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise SheetRefused("sheet.encrypted")
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        found = next((kind for name, kind in _OTHER_ZIPS.items() if name in names), "ZIP")
        raise SheetRefused("sheet.not_a_spreadsheet", {"found": found})
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_MB * _MB:
        raise _bomb(sum(entry.file_size for entry in entries))
    # The directory may lie about sizes, so everything is unpacked once and counted, never kept whole.
    budget = MAX_UNPACKED_MB * _MB
    for entry in entries:
        budget -= _guard_entry(data, entry, budget)


def _guard_entry(data: bytes, entry: zipfile.ZipInfo, budget: int) -> int:
    """The unpacked size of one entry in bytes; refuses beyond the budget, entity declarations and far cells."""
    start = entry.header_offset
    head = data[start : start + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise SheetRefused("sheet.broken", {"found": entry.filename})
    start += 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    packed = memoryview(data)[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        _guard_xml(entry.filename, bytes(packed))
        return len(packed)
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise SheetRefused("sheet.broken", {"found": entry.filename})
    inflate, size, tail, pending = zlib.decompressobj(-15), 0, b"", bytes(packed)
    try:
        while pending and not inflate.eof:
            chunk = inflate.decompress(pending, 4 * _MB)
            pending = inflate.unconsumed_tail
            size += len(chunk)
            if size > budget:
                raise _bomb(size)
            _guard_xml(entry.filename, tail + chunk)
            tail = chunk[-512:]
    except zlib.error as error:
        raise SheetRefused("sheet.broken", {"found": entry.filename}) from error
    return size


def _guard_xml(name: str, chunk: bytes) -> None:
    if not name.endswith((".xml", ".rels")):
        return
    if _ENTITY.search(chunk):
        raise SheetRefused("sheet.broken", {"found": f"{name}: DOCTYPE"})
    if name.startswith("xl/worksheets/") and (far := _FAR_CELL.search(chunk)):
        if far["column"]:
            raise SheetRefused("sheet.too_many_columns", {"found": far["column"].decode(), "limit": MAX_COLUMNS})
        raise SheetRefused("sheet.too_many_rows", {"limit": MAX_ROWS})


def _bomb(size: int) -> SheetRefused:
    return SheetRefused("sheet.bomb", {"size": size // _MB, "limit": MAX_UNPACKED_MB})
