"""`xinglin challenges verify`: exit codes, one JSON object, a sentence for what is no receipt."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.factories import sealing

from xinglin.challenges.models import SealedPiece
from xinglin.challenges.queries.receipts import receipt_of
from xinglin.cli.main import main

pytestmark = pytest.mark.django_db


def test_a_receipt_is_verified_and_a_changed_byte_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sealing.cheap_keys(monkeypatch)
    bid = sealing.bid(sealing.call())
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt_of(bid), ensure_ascii=False), "utf-8")
    done = CliRunner().invoke(main, ["challenges", "verify", str(file), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert (told["number"], told["sound"], told["opened"]) == (bid.number, True, False)
    piece = SealedPiece.objects.get(package__bid=bid)
    SealedPiece.objects.filter(pk=piece.pk).update(content=bytes(piece.content)[:-1] + b"!")
    broken = CliRunner().invoke(main, ["challenges", "verify", str(file), "--json"])
    assert broken.exit_code == 1 and json.loads(broken.output)["sound"] is False


def test_what_is_no_receipt_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text("{}", "utf-8")
    done = CliRunner().invoke(main, ["challenges", "verify", str(file)])
    assert done.exit_code == 1 and "no receipt" in done.output
