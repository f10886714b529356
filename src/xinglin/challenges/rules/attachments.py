"""What may be attached to a bid. Every file is looked at before it is sealed: afterwards nobody can, until the opening.

Pure: takes a seekable file, reads it in bounded parts, unpacks nothing beyond its table of contents. Each refusal says
what is wrong with which file and what helps.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal

OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    "pdf": "application/pdf", "docx": OFFICE + "wordprocessingml.document", "xlsx": OFFICE + "spreadsheetml.sheet",
    "pptx": OFFICE + "presentationml.presentation", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
    "txt": "text/plain", "csv": "text/csv",
}  # fmt: skip
MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKUP = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml", b"<body", b"<head")
# PDF words that carry programs or other files; and the one that says it is encrypted.
PDF_ACTIVE = (b"/JavaScript", b"/JS ", b"/JS(", b"/JS<", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
PART = 256 * 1024
PARTS_MOST, UNPACKED_MOST, RATIO_MOST = 4_000, 200 * 2**20, 150
NAME_LONGEST = 200


@dataclass(frozen=True)
class Limits:
    """What fits: bytes of one file, of all together, and how many."""

    file_bytes: int = 30 * 2**20
    all_bytes: int = 100 * 2**20
    files: int = 20

    @property
    def megabytes(self) -> int:
        return self.file_bytes // 2**20


def safe_name(name: str) -> str:
    """The file's own name without folders or signs a header or a disk would trip over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c if c.isprintable() and c not in '"<>:|?*;' else "_" for c in last).strip(". ")
    return kept[-NAME_LONGEST:] or "file"


def too_large(name: str, limits: Limits) -> Refusal:
    return _no("large", say("“{name}” is larger than {most} megabytes.", name=safe_name(name), most=limits.megabytes),
               say("Make its pictures smaller, or split it into parts, and choose the files again."))  # fmt: skip


def refuse_heap(sizes: list[int], names: list[str], limits: Limits) -> None:
    """Refuse more files, or more bytes together, than fit; and two files of one name."""
    if len(sizes) > limits.files:
        raise _no("many", say("{count} files are too many; at most {most} fit.", count=len(sizes), most=limits.files),
                  say("Put several into one PDF and choose the files again."))  # fmt: skip
    if sum(sizes) > limits.all_bytes:
        raise _no(
            "heavy",
            say("The files together are larger than {most} megabytes.", most=limits.all_bytes // 2**20),
            say("Make pictures smaller or leave out what is not asked for, and choose the files again."),
        )
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise _no("double", say("Two files are both called “{name}”.", name=double),
                  say("Give each a name of its own and choose the files again."))  # fmt: skip


def inspect(name: str, size: int, file: BinaryIO, limits: Limits) -> str:
    """The media type of a file that may be sealed. Raises Refusal."""
    shown = safe_name(name)
    end = shown.rpartition(".")[2].lower() if "." in shown else ""
    if not size:
        raise _no("empty", say("“{name}” is empty.", name=shown), say("Look at it in its program and choose it again."))
    if size > limits.file_bytes:
        raise too_large(name, limits)
    if end not in TYPES:
        raise _no("type", say("“{name}” is of a kind that is not taken.", name=shown),
                  say("Send PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), PNG, JPEG or text."))  # fmt: skip
    file.seek(0)
    start = file.read(1024)
    file.seek(0)
    if end in MAIN_PART:
        _office(shown, size, end, start, file)
    elif end == "pdf":
        _pdf(shown, start, file)
    elif end in ("txt", "csv"):
        _text(shown, start, file)
    elif not start.startswith(b"\x89PNG\r\n\x1a\n" if end == "png" else b"\xff\xd8\xff"):
        raise _other_content(shown)
    file.seek(0)
    return TYPES[end]


def _office(name: str, size: int, end: str, start: bytes, file: BinaryIO) -> None:
    if start.startswith(OLE):
        # Word and Excel wrap a file with a password into the old format.
        raise _locked(name)
    if _listed(size, file) > PARTS_MOST:
        raise _bomb(name)
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        raise _other_content(name) from None
    if any(part.flag_bits & 0x1 for part in parts):
        raise _locked(name)
    unpacked, packed_size = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    # Parts that overlap are together larger than the file they lie in.
    swollen = unpacked > 2**20 and unpacked > RATIO_MOST * max(packed_size, 1)
    if len(parts) > PARTS_MOST or unpacked > UNPACKED_MOST or packed_size > size or swollen:
        raise _bomb(name)
    names = {part.filename.lower() for part in parts}
    if "[content_types].xml" not in names or MAIN_PART[end] not in names:
        raise _other_content(name)
    if any(part.endswith(("vbaproject.bin", "vbadata.xml")) or "/activex/" in part for part in names):
        raise _program_inside(name)


def _listed(size: int, file: BinaryIO) -> int:
    """How many parts the table of contents says it has: a list of millions would fill the memory by itself."""
    file.seek(max(0, size - 66_000))
    tail = file.read(66_000)
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[at + 10 : at + 12], "little") if at >= 0 else 0


def _bomb(name: str) -> Refusal:
    return _no("bomb", say("“{name}” would unpack to far more than a document holds.", name=name),
               say("Save it anew in its program, without embedded files, and choose it again."))  # fmt: skip


def _pdf(name: str, start: bytes, file: BinaryIO) -> None:
    if b"%PDF-" not in start:
        raise _other_content(name)
    found, end_seen, tail = set(), False, b""
    while part := file.read(PART):
        window = tail + part
        found |= {word for word in (*PDF_ACTIVE, b"/Encrypt") if word in window}
        end_seen = end_seen or b"startxref" in window
        tail = window[-32:]
    if not end_seen:
        raise _no("cut", say("“{name}” is not a whole PDF: its end is missing.", name=name),
                  say("Export it again and check that it opens, then choose it again."))  # fmt: skip
    if b"/Encrypt" in found:
        raise _locked(name)
    if found:
        raise _program_inside(name)


def _text(name: str, start: bytes, file: BinaryIO) -> None:
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        raise _other_content(name)
    while part := file.read(PART):
        if b"\x00" in part:
            raise _other_content(name)


def _locked(name: str) -> Refusal:
    return _no(
        "locked",
        say("“{name}” is protected with a password, so the review could never read it.", name=name),
        say("Save it without a password and choose it again: sealing protects it until the opening."),
    )


def _program_inside(name: str) -> Refusal:
    return _no(
        "program",
        say("“{name}” carries a program or another file inside.", name=name),
        say("Save it without macros, scripts and embedded files, best as PDF, and choose it again."),
    )


def _other_content(name: str) -> Refusal:
    return _no("content", say("What is in “{name}” is not what its name says, or is damaged.", name=name),
               say("Open it in its program, save it again under the right kind, and choose that."))  # fmt: skip


def _no(code: str, sentence: Phrase, step: Phrase) -> Refusal:
    return Refusal(f"challenges.attachment_{code}", sentence, step, field="files")
