"""Documents: kept by what is in them, in versions, each belonging to a dossier whose readers are its readers.

The bytes are written first (to a file beside, synced, renamed) and the rows after, in the deed's transaction: a kill or
a full disk may leave bytes nobody points to, which the daily round removes, and never a row without its bytes.
"""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext, override

from xinglin.kernel import calendar, configuration, home, ledger, reading
from xinglin.kernel.asks import Upload
from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.models import Account, Blob, Document, DocumentVersion
from xinglin.kernel.papers import facts as paper_facts
from xinglin.kernel.papers import sheet, word
from xinglin.kernel.papers.kinds import PAPERS
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Privacy

configuration.rule("documents.megabytes", 50, say("Largest document, in megabytes"), "set by the alliance")

OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = OFFICE + "wordprocessingml.document"
# What is taken, by the end of its name; the type a file claims counts for nothing. No HTML, SVG or programs.
TYPES = {
    "pdf": "application/pdf", "docx": DOCX, "xlsx": OFFICE + "spreadsheetml.sheet",
    "pptx": OFFICE + "presentationml.presentation", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
    "txt": "text/plain", "csv": "text/csv",
}  # fmt: skip
BEGINNINGS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}
# Days after which bytes that no row points to are removed: longer than any transaction lives.
ORPHAN_DAYS = 2


@transaction.atomic
def add(
    *,
    subject: Any,
    title: str,
    upload: Upload,
    purpose: str = "",
    privacy: Privacy = Privacy.ALLIANCE,
    document_id: str | None = None,
    by: Account,
) -> DocumentVersion:
    """Add a file to `subject`, as the next version of a document of its own or as a new one.

    The caller decides whether `by` may. Raises Refusal for a file that is too large, empty, of a kind not taken, or
    damaged, and when the disk is full.
    """
    media_type = _type_of(upload)
    if document_id is not None:
        document = _of(subject).select_for_update().filter(pk=document_id).first()
        if document is None:
            raise absent()
    else:
        document = _new(subject, title, purpose, privacy)
    version = _next_version(document, upload.content, media_type, upload.name, by)
    data = {"title": document.title, "number": version.number, "sha256": version.blob_id, "purpose": document.purpose}
    ledger.record("kernel.document_added", by=by, subject=subject, data=data)
    return version


@transaction.atomic
def produce(
    *, template: str, subject: Any, facts: Mapping[str, Any], by: Account, language: str = "zh-hans",
    privacy: Privacy = Privacy.ALLIANCE,
) -> DocumentVersion:  # fmt: skip
    """Make a paper (agreement, appointment_letter, certificate, plaque) from `facts` and add it to `subject`.

    Made again, it becomes the next version. A city's own `templates/<name>.docx` in the home goes before ours.
    Raises ValueError when a fact the paper needs is missing, Refusal when the city's template cannot be used.
    """
    paper = PAPERS[template]
    content, title = _word_of(template, facts, language)
    document = _of(subject).select_for_update().filter(purpose=template).first()
    document = document or _new(subject, title, template, privacy)
    version = _next_version(document, content, DOCX, f"{title}.docx", by)
    data = {"title": document.title, "number": version.number, "sha256": version.blob_id, "template": paper.name}
    ledger.record("kernel.document_produced", by=by, subject=subject, data=data)
    return version


def printable(*, template: str, facts: Mapping[str, Any], language: str = "zh-hans") -> str:
    """The same paper as an HTML <article> for printing, everything in it escaped."""
    paper = PAPERS[template]
    with override(language):
        ready = paper_facts.ready(paper, facts, gettext, chinese=language.startswith("zh"))
        return sheet.filled(paper, ready, gettext)


def documents_of(subject: Any, actor: Actor) -> QuerySet[Document]:
    """The documents of a dossier the actor may read, with their versions, the oldest first."""
    return _of(subject).filter(privacy__in=_classes(subject, actor)).prefetch_related("versions").order_by("created_at")


def version_for(version_id: str, actor: Actor) -> DocumentVersion:
    """One version, if the actor may see its dossier and read its class. Raises Refusal: absent and forbidden alike."""
    version = DocumentVersion.objects.select_related("document", "blob").filter(pk=version_id).first()
    kind = KINDS.get(version.document.subject_kind) if version is not None else None
    if version is None or kind is None:
        raise absent()
    subject = kind.visible(actor).filter(pk=version.document.subject_id).first()
    if subject is None or version.document.privacy not in _classes(subject, actor):
        raise absent()
    return version


def content_of(version: DocumentVersion) -> bytes:
    """The bytes, checked against their name. Raises Refusal when they are gone or are not what was kept."""
    path = _path(version.blob_id)
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != version.blob_id:
        raise Refusal(
            "documents.damaged",
            say("The file “{name}” is missing or was changed on the disk.", name=version.file_name),
            say("Ask the system administrator to restore it from a backup."),
        )
    return content


def damaged() -> Iterator[str]:
    """The SHA-256 of every document whose bytes are missing or changed; for the doctor and after a restore."""
    for sha in Blob.objects.order_by("sha256").values_list("sha256", flat=True).iterator():
        path = _path(sha)
        if not path.is_file() or _hash_of(path) != sha:
            yield sha


def remove_orphans(day: date) -> int:
    """Remove bytes that no row points to and that are older than any transaction; returns how many."""
    del day
    before, removed = time.time() - ORPHAN_DAYS * 86_400, 0
    for path in home.documents_folder().glob("??/*"):
        if path.stat().st_mtime < before and not Blob.objects.filter(pk=path.name).exists():
            path.unlink(missing_ok=True)
            removed += 1
    return removed


calendar.daily("kernel.documents", remove_orphans)


def _word_of(template: str, facts: Mapping[str, Any], language: str) -> tuple[bytes, str]:
    paper, own = PAPERS[template], home.home_path() / "templates" / f"{template}.docx"
    with override(language):
        ready = paper_facts.ready(paper, facts, gettext, chinese=language.startswith("zh"))
        title = str(ready.get("title") or paper.label.spoken(gettext))[:200]
        if not own.is_file():
            return word.filled(paper, ready, gettext), title
        try:
            return word.filled(paper, ready, gettext, own=own), title
        except Exception as error:
            raise Refusal(
                "documents.template",
                say("The alliance's own template “{name}” cannot be filled: {fault}.", name=own.name,
                    fault=type(error).__name__),
                say("Ask the system administrator to correct it, or to take it away."),
            ) from error  # fmt: skip


def _of(subject: Any) -> QuerySet[Document]:
    return Document.objects.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk))


def _classes(subject: Any, actor: Actor) -> list[str]:
    return [str(privacy) for privacy in reading.readable(actor, subject)]


def _new(subject: Any, title: str, purpose: str, privacy: Privacy) -> Document:
    return Document.objects.create(
        subject_kind=subject._meta.label_lower, subject_id=str(subject.pk), title=title.strip()[:200], purpose=purpose,
        privacy=privacy,
    )  # fmt: skip


def _next_version(document: Document, content: bytes, media_type: str, name: str, by: Account) -> DocumentVersion:
    sha = _keep(content)
    blob, _made = Blob.objects.get_or_create(sha256=sha, defaults={"size": len(content), "media_type": media_type})
    Document.objects.select_for_update().get(pk=document.pk)
    last = document.versions.aggregate(last=Max("number"))["last"] or 0
    return DocumentVersion.objects.create(
        document=document, number=last + 1, blob=blob, file_name=_safe_name(name), added_by=by.pk
    )


def _keep(content: bytes) -> str:
    """Bring the bytes to the disk, whole or not at all. Raises Refusal when it is full or cannot be written."""
    sha = hashlib.sha256(content).hexdigest()
    path = _path(sha)
    try:
        home.refuse_when_nearly_full()
        if path.is_file():
            # A sweep may be looking at it: it is young again.
            path.touch()
            return sha
        with home.plainly(path):
            path.parent.mkdir(mode=0o700, exist_ok=True)
        home.write_atomically(path, content)
    except home.HomeProblem as problem:
        raise Refusal(
            f"documents.{problem.code}",
            say("The document could not be kept: the disk is full or cannot be written."),
            say("Nothing was changed. Ask the system administrator to make room, then send it again."),
        ) from problem
    return sha


def _path(sha: str) -> Path:
    return home.documents_folder() / sha[:2] / sha


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _safe_name(name: str) -> str:
    """The file's own name without folders or signs that a header or a disk would trip over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c if c.isprintable() and c not in '"<>:|?*;' else "_" for c in last).strip(". ")[-200:] or "file"


def _type_of(upload: Upload) -> str:
    """The media type, by name and content. Raises Refusal."""
    end = upload.name.rpartition(".")[2].lower() if "." in upload.name else ""
    most = configuration.value("documents.megabytes")
    if not upload.content:
        raise Refusal("documents.empty", say("The file “{name}” is empty.", name=upload.name[:80]), field="file")
    if len(upload.content) > most * 2**20:
        raise Refusal("documents.large", say("The file is larger than {most} megabytes.", most=most), field="file")
    if end not in TYPES:
        raise Refusal(
            "documents.type",
            say("Files of this kind (“{end}”) are not taken.", end=end[:20]),
            say("Send it as PDF, Word, Excel, PowerPoint, picture or text."),
            field="file",
        )
    if not _is_what_it_says(end, upload.content):
        raise Refusal(
            "documents.content",
            say("What is in “{name}” is not what its name says, or carries a program.", name=upload.name[:80]),
            say("Open it in its program, save it again under the right name, and send that."),
            field="file",
        )
    return TYPES[end]


def _is_what_it_says(end: str, content: bytes) -> bool:
    if end in BEGINNINGS:
        return content.startswith(BEGINNINGS[end])
    if end in ("txt", "csv"):
        return b"\x00" not in content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    return "[Content_Types].xml" in names and not any(name.lower().endswith("vbaproject.bin") for name in names)
