"""The bidder's room, the keys and the ceremony through their addresses; and 500 MB in bounded memory."""

import io
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from tests.factories import sealing
from tests.factories.bonds import account
from tests.factories.challenges import company
from tests.factories.portal import BACKEND

from xinglin.challenges.actions import openings
from xinglin.challenges.models import Bid
from xinglin.kernel import clock, ledger
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role
from xinglin.portal import receiving


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    sealing.cheap_keys(monkeypatch)


def client_of(who: Account) -> Client:
    client = Client()
    client.cookies["xinglin_language"] = "en"
    client.force_login(who, backend=BACKEND)
    return client


def typed(bidder: str, **more: Any) -> dict[str, Any]:
    return {
        "bidder": bidder, "title": "示例题", "summary": "示例摘要", "route": "示例路线", "price_fen": "1500000", "months": "18",
        "legal_representative": "示例法人", "credit_commitment": "on", "no_conflict": "on", "members.rows": "1",
        "members.0.name": "示例组长", "members.0.institution": "示例大学", "members.0.part": "leader",
        "members.0.share_percent": "100", "plan.rows": "1", "plan.0.content": "示例", "plan.0.due_months": "12",
        "plan.0.share_percent": "100", "works.rows": "0", "relations.rows": "0", **more,
    }  # fmt: skip


@pytest.mark.django_db
class TestRoom:
    def test_from_the_room_to_the_receipt_to_the_proof(self) -> None:
        one, place = sealing.call(), company()
        client = client_of(account(Role.COMPANY, ("organisation", place.pk)))
        assert f"/bids/new/{one.challenge.pk}/" in client.get("/bids/").content.decode()
        sent = client.post(f"/bids/new/{one.challenge.pk}/",
                           typed(place.pk, files=SimpleUploadedFile("a.docx", sealing.docx())))  # fmt: skip
        bid = Bid.objects.get()
        assert sent.headers["Location"] == f"/bids/{bid.pk}/receipt/"
        assert bid.receipt in client.get(sent.headers["Location"]).content.decode()
        assert "Replace" in client.get("/bids/").content.decode()
        receipt = client.get(f"/bids/{bid.pk}/receipt.json").content
        ledger.seal_all()
        stranger = Client()
        stranger.cookies["xinglin_language"] = "en"
        before = stranger.post("/bids/verify/", {"receipt": SimpleUploadedFile("r.json", receipt)}).content.decode()
        assert "Everything that can be checked now agrees." in before
        with clock.at(one.close()):
            first = client_of(one.oversight)
            page = f"/bids/opening/{one.challenge.pk}/"
            assert "Give my passphrase" in first.get(page).content.decode()
            assert first.post(page, {"passphrase": "not this one at all"}).status_code == 422
            assert first.post(page, {"passphrase": sealing.OVERSIGHT_PHRASE}).status_code == 303
            assert "until then nothing is open" in first.get(page).content.decode()
            second = client_of(one.office)
            assert second.post(page, {"passphrase": sealing.OFFICE_PHRASE}).status_code == 303
            assert bid.receipt in second.get(page).content.decode()
            assert bid.receipt in stranger.get(f"/bids/record/{one.challenge.pk}/").content.decode()
            after = stranger.post("/bids/verify/", {"text": receipt.decode()}).content.decode()
            assert "Everything agrees: what was opened is what was sealed." in after
            wrong = receipt.replace(bid.receipt.encode(), b"0" * 64)
            assert stranger.post("/bids/verify/", {"text": wrong.decode()}).status_code == 422

    def test_refused_the_form_comes_back_filled_and_asks_for_the_files_again(self) -> None:
        one, place = sealing.call(), company()
        client = client_of(account(Role.COMPANY, ("organisation", place.pk)))
        answer = client.post(f"/bids/new/{one.challenge.pk}/", typed(
            place.pk, summary="示例独一无二", files=SimpleUploadedFile("a.html", b"<html>")))  # fmt: skip
        page = answer.content.decode()
        assert answer.status_code == 422 and "示例独一无二" in page
        assert "is of a kind that is not taken" in page and "choose all of them again" in page
        assert answer.headers["Cache-Control"] == "no-store" and Bid.objects.count() == 0

    def test_a_late_form_is_refused_even_when_it_is_not_complete(self) -> None:
        one, place = sealing.call(), company()
        client = client_of(account(Role.COMPANY, ("organisation", place.pk)))
        closes_at = one.challenge.closes_at
        assert closes_at is not None
        with clock.at(closes_at):
            answer = client.post(f"/bids/new/{one.challenge.pk}/", typed(place.pk, title=""))
        assert answer.status_code == 422 and "Late bids are never taken" in answer.content.decode()
        assert ledger.about(one.challenge).filter(event="challenges.bid_late").count() == 1

    def test_the_form_asks_who_controls_the_bidder_and_the_page_masks_the_account(self) -> None:
        one, place = sealing.call(), company()
        client = client_of(account(Role.COMPANY, ("organisation", place.pk)))
        form = client.get(f"/bids/new/{one.challenge.pk}/").content.decode()
        assert 'name="guarantee_account"' in form and "controllers.0.kind" in form and "costs.0.amount_fen" in form
        sent = client.post(f"/bids/new/{one.challenge.pk}/", typed(
            place.pk, **{"controllers.rows": "1", "controllers.0.name": "欧阳示例", "controllers.0.kind": "person",
                         "costs.rows": "1", "costs.0.purpose": "示例试剂", "costs.0.amount_fen": "1500000",
                         "guarantee_account": "6222020000001234567"}))  # fmt: skip
        assert sent.status_code == 303
        with clock.at(one.close()):
            for who, phrase in ((one.oversight, sealing.OVERSIGHT_PHRASE), (one.office, sealing.OFFICE_PHRASE)):
                openings.give_passphrase(challenge_id=one.challenge.pk, passphrase=phrase, by=who)
        office, page = client_of(one.secretary), f"/challenges/bid/{Bid.objects.get().pk}/"
        closed, told = office.get(page).content.decode(), office.get(f"{page}?personal=1").content.decode()
        assert "示例试剂" in closed and "欧阳示例" not in closed
        assert "欧阳示例" in told and "***4567" in told and "62220200" not in told
        assert ledger.about(Bid.objects.get()).filter(event="kernel.read").count() == 1
        reader = client_of(one.oversight).get(f"{page}?personal=1").content.decode()
        assert "欧阳示例" not in reader and "4567" not in reader

    def test_keys_are_made_named_and_ended_on_pages(self) -> None:
        one, who = sealing.call(), account(Role.AUDIT_ADMIN)
        client, phrase = client_of(who), "示例 一句 只有 本人 知道 的话 abcd"
        assert client.post("/bids/keys/", {"passphrase": phrase, "again": phrase}).status_code == 303
        office, page = client_of(one.secretary), f"/bids/holders/{one.challenge.pk}/"
        assert str(who) in office.get(page).content.decode()
        assert office.post(page, {"deed": "name", "who": f"{who.pk}:oversight"}).status_code == 303
        assert str(one.challenge) in client.get("/bids/keys/").content.decode()
        assert office.post(page, {"deed": "name", "who": f"{who.pk}:office"}).status_code == 422


class Endless(io.RawIOBase):
    """A multipart body of 500 MB that is made while it is read."""

    def __init__(self, head: bytes, size: int, tail: bytes):
        self.parts, self.left, self.tail = io.BytesIO(head), size, io.BytesIO(tail)

    def read(self, size: int = -1) -> bytes:  # type: ignore[override]
        if part := self.parts.read(size):
            return part
        if self.left:
            take = min(size if size > 0 else 65536, self.left)
            self.left -= take
            return b"\x01" * take
        return self.tail.read(size)


@pytest.mark.django_db
def test_five_hundred_megabytes_are_read_past_in_bounded_memory() -> None:
    size = 500 * 2**20
    head = (b'--B\r\nContent-Disposition: form-data; name="files"; filename="big.pdf"\r\n'
            b"Content-Type: application/pdf\r\n\r\n")  # fmt: skip
    tail = b'\r\n--B\r\nContent-Disposition: form-data; name="title"\r\n\r\nkept\r\n--B--\r\n'
    request = WSGIRequest({
        "REQUEST_METHOD": "POST", "PATH_INFO": "/bids/new/x/", "CONTENT_TYPE": "multipart/form-data; boundary=B",
        "CONTENT_LENGTH": str(len(head) + size + len(tail)), "wsgi.input": Endless(head, size, tail),
    })  # fmt: skip
    tracemalloc.start()
    assert request.POST["title"] == "kept", "the fields behind the file are still read"
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert receiving.refused_files(request) == ["big.pdf"] and not request.FILES
    assert peak < 24 * 2**20, peak


def test_a_received_file_lies_encrypted_and_reads_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    words = b"words of the bid " * 20_000
    veil = receiving.Veil()
    for at in range(0, len(words), 7_001):
        veil.take(words[at : at + 7_001])
    veil.finish()
    veil._file.seek(0)
    raw = veil._file.read()
    assert len(raw) > len(words) and b"words of the bid" not in raw
    read = io.BufferedReader(veil)
    assert read.read() == words
    read.seek(-16, io.SEEK_END)
    assert read.read() == words[-16:]
    read.seek(65_530)
    assert read.read(20) == words[65_530:65_550]


def test_rows_left_as_they_came_are_no_rows() -> None:
    """A form shows spare rows with a choice and a default in them; whoever fills in one row is asked for no more."""
    from django.http import QueryDict

    from xinglin.challenges.rules.bidding import written
    from xinglin.portal.asking import read

    typed = QueryDict(mutable=True)
    for place, name in enumerate(("示例组长", "", "")):
        typed |= QueryDict(f"members.{place}.name={name}&members.{place}.institution={'示例大学' if name else ''}"
                           f"&members.{place}.part={'leader' if name else 'member'}&members.{place}.share_percent=0")  # fmt: skip
    typed["members.rows"] = "3"
    form = read(written, "challenges", typed, {}, actor=None)  # type: ignore[arg-type]
    members = next(field for field in form.fields if field.name == "members")
    assert members.refusals == [] and [cell.refusals for row in members.rows for cell in row] == [[]] * 18
