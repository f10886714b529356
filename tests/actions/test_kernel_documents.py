"""Documents: by content, in versions, for those who may see the dossier; whole or not at all."""

import errno
import io
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from xinglin.kernel import documents, home, ledger, permits
from xinglin.kernel.asks import Upload
from xinglin.kernel.models import Account, Blob, Document, DocumentVersion
from xinglin.kernel.papers import word
from xinglin.kernel.papers.kinds import APPOINTMENT
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.models import Organisation

FACTS = {
    "number": "AP-2026-0001", "person": "示例专家", "post": "首席专家", "starts_on": date(2026, 6, 6),
    "ends_on": date(2029, 6, 5), "issuer": "示例联盟", "issued_on": date(2026, 6, 6),
    "verify_at": "https://example.org/v/1",
}  # fmt: skip


def pdf(text: str = "示例") -> Upload:
    return Upload("说明.pdf", b"%PDF-1.7\n" + text.encode(), "text/html")


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "documents"
    monkeypatch.setattr(home, "documents_folder", lambda: folder)
    folder.mkdir()
    return folder


@pytest.fixture
def secretary(db: None) -> Account:
    account = Account.objects.create(username="sec")
    permits.grant(account=account, role=Role.SECRETARIAT, by=permits.the_program())
    return account


@pytest.fixture
def subject(secretary: Account) -> Organisation:
    return Organisation.objects.create(name_zh="示例医院", kind="hospital", stage="active")


def add(subject: Organisation, by: Account, upload: Upload | None = None, **more: object) -> DocumentVersion:
    return documents.add(subject=subject, title="章程 示例", upload=upload or pdf(), by=by, **more)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_by_its_content_and_read_again(
    subject: Organisation, secretary: Account, own_home: Path
) -> None:
    version = add(subject, secretary)
    assert documents.content_of(version) == pdf().content
    assert version.blob.media_type == "application/pdf", "what the browser claimed counts for nothing"
    assert files(own_home) == [own_home / version.blob_id[:2] / version.blob_id]
    entry = ledger.about(subject).last()
    assert entry.event == "kernel.document_added" and entry.data["sha256"] == version.blob_id


def test_versions_are_kept_and_the_same_bytes_lie_there_once(
    subject: Organisation, secretary: Account, own_home: Path
) -> None:
    first = add(subject, secretary)
    second = add(subject, secretary, pdf("2"), document_id=first.document_id)
    third = add(subject, secretary, document_id=first.document_id)
    assert [version.number for version in (first, second, third)] == [1, 2, 3]
    assert first.blob_id == third.blob_id and len(files(own_home)) == Blob.objects.count() == 2
    other = Organisation.objects.create(name_zh="另一示例", kind="hospital", stage="active")
    with pytest.raises(Refusal, match="absent"):
        add(other, secretary, document_id=first.document_id)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "empty"), ("a.pdf", b"<html>", "content"), ("a.exe", b"MZ", "type"), ("a.html", b"<p>", "type"),
        ("a.svg", b"<svg/>", "type"), ("noend", b"x", "type"), ("a.docx", b"PK\x03\x04", "content"),
        ("a.docx", packed("x"), "content"), ("a.docx", packed("[Content_Types].xml", "word/vbaProject.bin"), "content"),
        ("a.txt", b"a\x00b", "content"), ("a.png", b"GIF89a", "content"), ("a.pdf", b"%PDF-" + b"x" * 2**21, "large"),
    ],
)  # fmt: skip
def test_files_that_are_refused(
    subject: Organisation, secretary: Account, own_home: Path, name: str, content: bytes, code: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(documents.configuration, "value", lambda _key: 1)
    with pytest.raises(Refusal, match=f"documents.{code}"):
        add(subject, secretary, Upload(name, content))
    assert not files(own_home) and not Document.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/x.pdf", "x.pdf"),
        ("a\\b\\c.pdf", "c.pdf"),
        ('a"\r\nb.pdf', "a___b.pdf"),
        ("示例 𠮷.pdf", "示例 𠮷.pdf"),
    ],
)
def test_the_files_own_name_cannot_lead_elsewhere(
    subject: Organisation, secretary: Account, typed: str, kept: str
) -> None:
    assert add(subject, secretary, Upload(typed, pdf().content)).file_name == kept


def test_a_full_disk_is_a_sentence_and_nothing_half_done(
    subject: Organisation, secretary: Account, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refusal, match=r"documents\.disk_full") as caught:
        add(subject, secretary)
    assert "disk is full" in str(caught.value.sentence) and caught.value.next_step is not None
    assert not files(own_home) and not Blob.objects.exists() and not Document.objects.exists()


def test_a_nearly_full_disk_refuses_before_it_writes(
    subject: Organisation, secretary: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "free_bytes", lambda path=None: 1)
    with pytest.raises(Refusal, match=r"documents\.disk_full"):
        add(subject, secretary)


def test_what_a_rollback_left_is_swept_and_what_is_used_stays(
    subject: Organisation, secretary: Account, own_home: Path
) -> None:
    kept = add(subject, secretary)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        add(subject, secretary, pdf("rolled back"))
        raise ZeroDivisionError
    assert len(files(own_home)) == 2 and Blob.objects.count() == 1, "bytes without a row, never the other way round"
    today = date(2026, 11, 22)
    assert documents.remove_orphans(today) == 0, "a transaction may still be open"
    for path in files(own_home):
        os.utime(path, (0, 0))
    assert documents.remove_orphans(today) == 1
    assert documents.content_of(kept) == pdf().content


def test_changed_or_missing_bytes_are_found(subject: Organisation, secretary: Account, own_home: Path) -> None:
    version = add(subject, secretary)
    assert list(documents.damaged()) == []
    (path,) = files(own_home)
    path.write_bytes(b"%PDF-1.7\nforged")
    assert list(documents.damaged()) == [version.blob_id]
    with pytest.raises(Refusal, match=r"documents\.damaged"):
        documents.content_of(version)
    path.unlink()
    with pytest.raises(Refusal, match=r"documents\.damaged"):
        documents.content_of(version)


def test_a_document_is_read_by_those_who_may_read_its_dossier(subject: Organisation, secretary: Account) -> None:
    inside, public = add(subject, secretary), add(subject, secretary, privacy=Privacy.PUBLIC)
    secret = add(subject, secretary, privacy=Privacy.CLINICAL)
    stranger = None
    assert documents.version_for(inside.pk, secretary) == inside
    assert documents.version_for(public.pk, stranger) == public
    for version, actor in ((inside, stranger), (secret, secretary)):
        with pytest.raises(Refusal, match="absent"):
            documents.version_for(version.pk, actor)
    with pytest.raises(Refusal, match="absent"):
        documents.version_for("nonsense", secretary)
    assert set(documents.documents_of(subject, stranger)) == {public.document}
    Organisation.objects.filter(pk=subject.pk).update(stage="proposed")
    with pytest.raises(Refusal, match="absent"):
        documents.version_for(public.pk, stranger)


def test_a_paper_is_produced_and_made_again_as_the_next_version(subject: Organisation, secretary: Account) -> None:
    for number in (1, 2):
        version = documents.produce(template="appointment_letter", subject=subject, facts=FACTS, by=secretary)
        assert version.number == number
    assert documents.content_of(version).startswith(b"PK") and version.file_name.endswith(".docx")
    assert ledger.about(subject).filter(event="kernel.document_produced").count() == 2
    assert "示例专家" in documents.printable(template="appointment_letter", facts=FACTS)


def test_a_citys_own_template_goes_first_and_its_mistakes_are_said(
    subject: Organisation, secretary: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "home_path", lambda: tmp_path)
    own = tmp_path / "templates" / "appointment_letter.docx"
    own.parent.mkdir()
    own.write_bytes(word.template_of(APPOINTMENT, lambda msgid: f"本市 {msgid}"))
    version = documents.produce(template="appointment_letter", subject=subject, facts=FACTS, by=secretary)
    with zipfile.ZipFile(io.BytesIO(documents.content_of(version))) as opened:
        assert "本市" in opened.read("word/document.xml").decode()
    own.write_bytes(b"not a document")
    with pytest.raises(Refusal, match=r"documents\.template"):
        documents.produce(template="appointment_letter", subject=subject, facts=FACTS, by=secretary)
