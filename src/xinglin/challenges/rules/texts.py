"""The text of an attachment and what the file says of its makers. Read after the opening, in bounded parts. Pure.

Only what is plainly there is taken: nothing is rendered, run or fetched. Author names come from the file's own
properties; they are evidence for collusion checks (domain 4.5, 4), no proof.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.etree import ElementTree

from xinglin.challenges.words.bids import TextState

LETTERS_MOST, PAGES_MOST, PART_MOST, CELLS_MOST = 1_000_000, 1_000, 64 * 2**20, 200_000
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LONGEST_NAME = 200
# A page with a picture and fewer letters than this is a scan with a footer rather than text with a figure.
FEW_LETTERS, FORMS_DEEP = 100, 3


@dataclass
class Extract:
    """What one file gave: its text, its pages (0 when unknown), those of them whose text could not be read (scans;
    counted from 1), and who is named in it."""

    state: TextState = TextState.NONE
    text: str = ""
    pages: int = 0
    unread: list[int] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)


def extract(media_type: str, file: BinaryIO) -> Extract:
    """Read one file; a file that cannot be read gives state FAILED, never an exception."""
    found = Extract()
    try:
        if media_type == "application/pdf":
            _pdf(file, found)
        elif "openxmlformats" in media_type:
            _office(media_type, file, found)
        elif media_type.startswith("text/"):
            _keep(found, _decoded(file.read(LETTERS_MOST * 4)))
    except Exception:
        found.state = TextState.FAILED
    found.made = {name: _clean(value) for name, value in found.made.items() if _clean(value)}
    return found


def _keep(found: Extract, text: str) -> None:
    text = "".join(c for c in text if c.isprintable() or c in "\n\t")[:LETTERS_MOST].strip()
    found.text, found.state = text, TextState.READ if text else TextState.NONE


def _clean(value: Any) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in str(value or "")).split())[:LONGEST_NAME]


def _decoded(content: bytes) -> str:
    for code in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(code)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def _pdf(file: BinaryIO, found: Extract) -> None:
    import pypdf

    reader = pypdf.PdfReader(file)
    about = reader.metadata or {}
    found.made = {
        "author": about.get("/Author", ""), "program": about.get("/Creator") or about.get("/Producer") or "",
        "made_on": about.get("/CreationDate", ""), "company": about.get("/Company", ""),
    }  # fmt: skip
    found.pages = len(reader.pages)
    parts, letters = [], 0
    for number, page in enumerate(reader.pages[:PAGES_MOST], start=1):
        parts.append(page.extract_text() or "")
        letters += len(parts[-1])
        if _is_scan(page, parts[-1]):
            found.unread.append(number)
        if letters > LETTERS_MOST:
            break
    found.unread += range(len(parts) + 1, found.pages + 1)
    _keep(found, "\n".join(parts))


def _is_scan(page: Any, text: str) -> bool:
    """Whether a page shows what its text does not say: something drawn and no letters, or a picture and hardly any."""
    letters = len("".join(text.split()))
    if letters >= FEW_LETTERS:
        return False
    try:
        if letters:
            return _has_picture(page.get("/Resources"), FORMS_DEEP)
        drawn = page.get_contents()
        return drawn is not None and bool(drawn.get_data().strip())
    except Exception:
        # Damaged: what it shows nobody can say without looking.
        return True


def _has_picture(resources: Any, deep: int) -> bool:
    named = (resources.get_object() if resources is not None else {}).get("/XObject", {})
    for one in named.get_object().values() if named else ():
        drawn = one.get_object()
        if drawn.get("/Subtype") == "/Image":
            return True
        if deep and drawn.get("/Subtype") == "/Form" and _has_picture(drawn.get("/Resources"), deep - 1):
            return True
    return False


def ranges(numbers: Iterable[int]) -> str:
    """Page numbers as people write them: 2-4, 7."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)


def _office(media_type: str, file: BinaryIO, found: Extract) -> None:
    with zipfile.ZipFile(file) as packed:
        core, app = _properties(packed, "docProps/core.xml"), _properties(packed, "docProps/app.xml")
        found.made = {
            "author": core.get("creator", ""), "last_author": core.get("lastModifiedBy", ""),
            "made_on": core.get("created", ""), "company": app.get("Company", ""),
            "program": app.get("Application", ""),
        }  # fmt: skip
        pages = app.get("Pages") or app.get("Slides") or ""
        found.pages = int(pages) if pages.isascii() and pages.isdigit() and len(pages) < 6 else 0
        names = sorted(packed.namelist())
        if "wordprocessing" in media_type:
            wanted = [name for name in names if _is_story(name)]
            text = "\n".join(_words(_part(packed, name), WORD) for name in wanted)
        elif "presentation" in media_type:
            slides = [name for name in names if name.startswith("ppt/slides/slide")]
            text = "\n".join(_words(_part(packed, name), DRAWING) for name in slides)
        else:
            text = _shared_strings(packed) if "xl/sharedStrings.xml" in names else ""
    _keep(found, text)


def _is_story(name: str) -> bool:
    """The parts of a Word file in which people write: the text, headers, footers and notes."""
    return name in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml") or (
        name.startswith(("word/header", "word/footer")) and name.endswith(".xml")
    )


def _part(packed: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """One XML part, of bounded size and without a document type: those can grow without bound or name files."""
    with packed.open(name) as part:
        content = part.read(PART_MOST + 1)
    if len(content) > PART_MOST or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError(name)
    return ElementTree.fromstring(content)  # noqa: S314 - bounded, and document types were refused


def _properties(packed: zipfile.ZipFile, name: str) -> dict[str, str]:
    if name not in packed.namelist():
        return {}
    return {child.tag.rpartition("}")[2]: (child.text or "") for child in _part(packed, name)}


def _words(root: ElementTree.Element, space: str) -> str:
    lines = []
    for paragraph in root.iter(f"{space}p"):
        parts = []
        for one in paragraph.iter():
            if one.tag == f"{space}t":
                parts.append(one.text or "")
            elif one.tag in (f"{space}tab", f"{space}br"):
                parts.append(" ")
        lines.append("".join(parts))
    return "\n".join(lines)


def _shared_strings(packed: zipfile.ZipFile) -> str:
    cells = []
    for one in _part(packed, "xl/sharedStrings.xml").iter(f"{SHEET}si"):
        cells.append("".join(t.text or "" for t in one.iter(f"{SHEET}t")))
        if len(cells) >= CELLS_MOST:
            break
    return "\n".join(cells)
