"""Attacks on a sealed bid before the deadline: every role, every administrator, the raw database, a backup, the whole
home with its logs. What is looked for are words of the bid, in the shapes they could be hiding in."""

from __future__ import annotations

import base64
import gzip
import io
import itertools
import os
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from psycopg.conninfo import make_conninfo
from tests.factories import sealing
from tests.factories.bonds import account
from tests.factories.challenges import company
from tests.factories.portal import BACKEND

from xinglin.challenges.models import Bid, HolderKey, SealedBid, SealedPiece, SealedShare
from xinglin.challenges.queries import packages as stored
from xinglin.challenges.rules import envelopes, packages
from xinglin.challenges.words.bids import HolderSide
from xinglin.kernel import archives, clock, ledger
from xinglin.kernel.embedded import EmbeddedDatabase
from xinglin.kernel.home import home_path
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role

# Another worker opens its own bird in the same database cluster: its journal is shared.
CANARY = f"金丝雀示例KANARIE{os.getpid()}"
BIDDER = "示例隐名企业QZX"
PLAIN = f"{CANARY} 正文 " * 50
OUTSIDERS = [*Role]


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    sealing.cheap_keys(monkeypatch)


def shapes(text: str) -> dict[str, bytes]:
    """The same words in every shape a careless program leaves them in."""
    raw = text.encode()
    found = {
        "utf-8": raw, "utf-16-le": text.encode("utf-16-le"), "utf-16-be": text.encode("utf-16-be"),
        "gb18030": text.encode("gb18030"), "hex": raw.hex().encode(), "escaped": text.encode("unicode_escape"),
        "latin part": b"KANARIE7391",
    }  # fmt: skip
    for shift in range(3):
        # Base64 differs with what stands before; its first and last signs depend on the neighbours.
        found[f"base64 {shift}"] = base64.b64encode(b"\x00" * shift + raw)[4:-4]
    return found


NEEDLES = shapes(CANARY)
WORD = sealing.docx(PLAIN, CANARY)
TEXT = PLAIN.encode()
# A piece of the compressed file as it was sent, and of its compressed self.
NEEDLES |= {"the file": WORD[60:100], "gzip": gzip.compress(TEXT, mtime=0)[12:44], "zlib": zlib.compress(TEXT)[4:36]}


def unfolded(name: str, content: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The bytes and, where they are packed, what is packed in them."""
    yield name, content
    if depth > 3:
        return
    if content.startswith(b"\x1f\x8b"):
        yield from unfolded(f"{name}!gz", gzip.decompress(content), depth + 1)
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.namelist():
                yield from unfolded(f"{name}!{part}", packed.read(part), depth + 1)


def found_in(name: str, content: bytes) -> list[str]:
    return [
        f"{where}: {shape}" for where, part in unfolded(name, content) for shape, needle in NEEDLES.items()
        if needle in part
    ]  # fmt: skip


def test_the_search_would_find_the_words_in_every_shape() -> None:
    """A search that finds nothing anywhere proves nothing."""
    for shape, body in {
        "utf-8": TEXT, "utf-16-le": PLAIN.encode("utf-16-le"), "base64 0": base64.b64encode(TEXT),
        "hex": TEXT.hex().encode(), "the file": WORD, "gzip": gzip.compress(TEXT, mtime=0),
    }.items():  # fmt: skip
        assert found_in(shape, b"before " * 9 + body + b" behind"), shape
    assert any("!" in one for one in found_in("a.docx", WORD)), "packed files are unpacked"


def signed_in(who: Account) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(who, backend=BACKEND)
    return client


def typed(bidder: str) -> dict[str, Any]:
    """A bid as a browser sends it, the canary in every field that takes words."""
    return {
        "bidder": bidder, "title": f"{CANARY}题", "summary": PLAIN, "route": PLAIN, "price_fen": "1500000",
        "months": "18", "legal_representative": CANARY, "credit_commitment": "on", "conflict_statement": CANARY,
        "members.rows": "1", "members.0.name": CANARY, "members.0.institution": CANARY, "members.0.part": "leader",
        "members.0.phone": "13800000001", "members.0.email": "a@example.org", "members.0.share_percent": "100",
        "plan.rows": "1", "plan.0.content": CANARY, "plan.0.due_months": "12", "plan.0.share_percent": "100",
        "works.rows": "0", "relations.rows": "0", "_token": f"token-{CANARY}",
        "files": [SimpleUploadedFile(f"{CANARY}.docx", WORD), SimpleUploadedFile(f"{CANARY}.txt", TEXT * 900)],
    }  # fmt: skip


def sealed_bid() -> tuple[sealing.Call, Bid, Account]:
    """A bid sent through the page: first refused (a wrong file, an amount that is none), then sealed."""
    one, place = sealing.call(), company(BIDDER)
    who = account(Role.COMPANY, ("organisation", place.pk), name="BidderAccountQZX")
    client, address = signed_in(who), f"/bids/new/{one.challenge.pk}/"
    wrong = typed(place.pk) | {"files": [SimpleUploadedFile(f"{CANARY}.html", b"<html>" + TEXT)]}
    again = client.post(address, wrong)
    assert again.status_code == 422 and CANARY in again.content.decode(), "the refused form comes back filled"
    assert client.post(address, typed(place.pk) | {"price_fen": CANARY}).status_code == 422
    sent = client.post(address, typed(place.pk))
    assert sent.status_code == 303, sent.content.decode()[:3000]
    return one, Bid.objects.get(), who


def addresses(one: sealing.Call, bid: Bid) -> list[str]:
    call = one.challenge.pk
    return [
        "/", "/overview/", "/notices/", "/bids/", "/bids/keys/", f"/bids/new/{call}/", f"/bids/holders/{call}/",
        f"/bids/opening/{call}/", f"/bids/record/{call}/", f"/bids/{bid.pk}/receipt/", f"/bids/{bid.pk}/receipt.json",
        f"/bids/{bid.pk}/file/1/", "/challenges/bid/", f"/challenges/bid/{bid.pk}/", "/challenges/bid/export.csv",
        f"/challenges/bid/{bid.pk}/do/qualify/", f"/challenges/challenge/{call}/", "/challenges/challenge/",
        f"/search/?q={CANARY}", f"/search/?q={bid.number}", "/api/v1/challenges/bid", f"/api/v1/challenges/bid/{bid.pk}",
        "/administration/audit/?event=challenges.", "/admin/kernel/job/", "/admin/kernel/delivery/", "/ledger/roots/",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
class TestAttack:
    def test_no_role_sees_what_a_bid_says_nor_who_bids(self) -> None:
        one, bid, _who = sealed_bid()
        ledger.seal_all()
        from django.urls import get_resolver

        audit = [f"/{p.pattern}" for p in get_resolver().url_patterns if getattr(p, "name", "") in (
            "audit-entries", "audit-export", "audit-export-xlsx")]  # fmt: skip
        assert len(audit) == 3
        readers = [None, one.office, one.oversight, one.secretary, *(account(role) for role in OUTSIDERS)]
        for reader in readers:
            client = Client(raise_request_exception=False) if reader is None else signed_in(reader)
            for address in [*addresses(one, bid), *audit]:
                answer = client.get(address)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[union-attr]
                # What somebody searches for is repeated in the search box.
                repeated = address.startswith("/search/")
                assert answer.status_code < 500, (str(reader), address)
                assert repeated or found_in(address, body) == [], (str(reader), address)
                # That an account was made and given a role stands in the ledger too, and says nothing of bids.
                name = [] if address in audit else ["BidderAccountQZX"]
                who = [BIDDER, *name, *([] if repeated else [bid.number]), bid.receipt]
                told = body.decode("utf-8", "replace")
                assert [word for word in who if word in told] == [], (str(reader), address)

    def test_neither_the_database_nor_a_backup_nor_the_home_holds_a_word_of_it(self, tmp_path: Path) -> None:
        _one, _bid, _who = sealed_bid()
        ledger.seal_all()
        leaks = [leak for name, value in every_value() for leak in found_in(name, value)]
        assert leaks == []
        file = tmp_path / "backup.tar.gz"
        archives.write_backup(file, home=home_path(), url=url_of_tests(), passphrase=None, with_keys=True)
        assert [leak for name, value in inside(file, tmp_path) for leak in found_in(name, value)] == []
        home = Path(os.environ["XINGLIN_TEST_HOME"])
        assert in_files(home) == []

    def test_the_database_with_one_passphrase_opens_nothing(self) -> None:
        """Whoever copied everything and was told one side's passphrase still has a share that is as good as chance."""
        _one, bid, _who = sealed_bid()
        package = SealedBid.objects.get(bid=bid)
        for side, phrase in (
            (HolderSide.OFFICE, sealing.OFFICE_PHRASE),
            (HolderSide.OVERSIGHT, sealing.OVERSIGHT_PHRASE),
        ):
            opened = []
            for key, share in itertools.product(HolderKey.objects.all(), SealedShare.objects.all()):
                try:
                    private = envelopes.unlock(
                        envelopes.LockedKey(bytes.fromhex(key.public), bytes(key.locked)), phrase
                    )
                    opened.append(envelopes.unwrap(bytes(share.envelope), private,
                                                   stored.share_context(package, share.side)))  # fmt: skip
                except envelopes.Closed:
                    continue
            assert len(opened) == 1, side
            with pytest.raises(packages.Broken):
                list(packages.unseal(opened[0], package.context.encode(), stored.pieces(package)))

    def test_after_the_opening_the_very_same_words_are_there(self) -> None:
        """The proof that the search above looked for the right thing."""
        from xinglin.challenges.actions import openings

        one, bid, who = sealed_bid()
        with clock.at(one.close()):
            openings.give_passphrase(challenge_id=one.challenge.pk, passphrase=sealing.OFFICE_PHRASE, by=one.office)
            openings.give_passphrase(challenge_id=one.challenge.pk, passphrase=sealing.OVERSIGHT_PHRASE,
                                     by=one.oversight)  # fmt: skip
        assert any(found_in(name, value) for name, value in every_value())
        assert in_files(Path(os.environ["XINGLIN_TEST_HOME"])) != []
        page = signed_in(one.secretary).get(f"/challenges/bid/{bid.pk}/").content.decode()
        assert CANARY in page and BIDDER in page
        answer = signed_in(who).get(f"/bids/{bid.pk}/file/1/")
        assert b"".join(answer.streaming_content) == WORD  # type: ignore[attr-defined]


def every_value() -> Iterator[tuple[str, bytes]]:
    """Every value of every column of every table, as bytes."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column.name for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    told = bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                    yield f"{table}.{name}", told
    assert SealedPiece.objects.exists()


def in_files(home: Path) -> list[str]:
    """The files of a home (database, its journal, logs, documents, held files) in which a needle stands as it is."""
    held = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    found, read = [], 0
    for path in held:
        try:
            kept = path.read_bytes()
        except FileNotFoundError:
            # The database drops caches of its own while it runs.
            continue
        read += 1
        if any(needle in kept for needle in NEEDLES.values()):
            found.append(str(path))
    assert read > 100, "hardly anything of the home was read"
    return found


def url_of_tests() -> str:
    kept = connection.settings_dict
    return make_conninfo(host=kept["HOST"], port=kept["PORT"] or None, dbname=kept["NAME"], user=kept["USER"],
                         password=kept["PASSWORD"] or None)  # fmt: skip


def inside(file: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Everything in a backup; the dump as the SQL it turns back into."""
    with tarfile.open(file) as archive:
        for member in archive:
            part = archive.extractfile(member)
            if part is None:
                continue
            content = part.read()
            yield member.name, content
            if content.startswith(b"PGDMP"):
                dump = folder / "dump"
                dump.write_bytes(content)
                command = [EmbeddedDatabase.program("pg_restore"), "--file=-", str(dump)]
                sql = subprocess.run(command, capture_output=True, check=True).stdout
                assert b"challenges_sealedpiece" in sql, "the dump was read"
                yield f"{member.name}!sql", sql
                # The dump shows bytes as hexadecimal digits.
                for run in sql.split(b"\\\\x")[1:]:
                    digits = run.split(b"\t")[0].split(b"\n")[0]
                    yield f"{member.name}!bytes", bytes.fromhex(digits.decode())
