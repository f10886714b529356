"""Key holders, calls that take bids, and sealed bids for tests. Everything invented is marked 示例."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.factories.bonds import account, expert_of, liaison, person
from tests.factories.challenges import challenge, company

from xinglin.challenges.actions import bids, holders
from xinglin.challenges.actions.bids import Attached
from xinglin.challenges.models import Bid, Challenge
from xinglin.challenges.rules import bidding, envelopes
from xinglin.challenges.words.bids import HolderSide, MemberPart, WorkCategory
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import clock
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role

OFFICE_PHRASE = "示例 正确 马匹 电池 订书钉 office side"
OVERSIGHT_PHRASE = "示例 高山 流水 知音 难觅 oversight side"


def cheap_keys(monkeypatch: Any) -> None:
    """Passphrases stretched a hundred times less: for tests that make many keys."""
    monkeypatch.setattr(envelopes, "COST", 10)


@dataclass
class Call:
    """A published challenge with a key holder on each side."""

    challenge: Challenge
    office: Account
    oversight: Account
    secretary: Account
    bids: list[Bid] = field(default_factory=list)

    def close(self) -> Any:
        """The worker's deed at the deadline; returns the moment two minutes behind it."""
        Challenge.objects.filter(pk=self.challenge.pk).update(stage=ChallengeStage.CLOSED)
        self.challenge.refresh_from_db()
        assert self.challenge.closes_at is not None
        return self.challenge.closes_at + timedelta(minutes=2)


def call(**more: Any) -> Call:
    """A published challenge; its office key and its oversight key are held by two people."""
    secretary = account(Role.SECRETARIAT)
    one = challenge(stage=ChallengeStage.LIST_NOTICE, closes_at=clock.now() + timedelta(days=20), **more)
    office, oversight = account(Role.SECRETARIAT), account(Role.AUTHORITY)
    for who, phrase, side in (
        (office, OFFICE_PHRASE, HolderSide.OFFICE), (oversight, OVERSIGHT_PHRASE, HolderSide.OVERSIGHT),
    ):  # fmt: skip
        holders.make_holder_key(passphrase=phrase, again=phrase, by=who)
        holders.name_key_holder(challenge_id=one.pk, account_id=who.pk, side=side, by=secretary)
    Challenge.objects.filter(pk=one.pk).update(stage=ChallengeStage.PUBLISHED)
    one.refresh_from_db()
    return Call(one, office, oversight, secretary)


def content(**more: Any) -> bidding.BidContent:
    """What a bidder writes."""
    fields: dict[str, Any] = {
        "title": "示例投榜", "summary": "示例：多组学早筛。", "route": "示例：先回顾、后前瞻。", "price_fen": 150_000_000,
        "months": 18, "credit_commitment": True, "no_conflict": True, "legal_representative": "示例法人甲",
        "members": [bidding.MemberRow("示例组长", "示例大学", MemberPart.LEADER, "13800000001", "zu@example.org")],
        "plan": [bidding.PlanRow("示例：模型", 6, 40), bidding.PlanRow("示例：验证", 18, 60)],
        "works": [bidding.WorkRow(WorkCategory.PAPER, "示例论文", date(clock.today().year - 1, 5, 1), "示例组长")],
        **more,
    }  # fmt: skip
    return bidding.BidContent(**fields)


def attached(name: str, content: bytes) -> Attached:
    return Attached(name, len(content), io.BytesIO(content))


def docx(text: str = "示例方案正文。", author: str = "示例作者", **parts: bytes) -> bytes:
    """A small Word file; `parts` adds parts by name, slashes written as two underscores."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    core = ('<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:creator>{author}</dc:creator><cp:lastModifiedBy>{author}二</cp:lastModifiedBy></cp:coreProperties>")  # fmt: skip
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml",
                        f"<w:document {space}><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>")  # fmt: skip
        packed.writestr("docProps/core.xml", core)
        for name, body in parts.items():
            packed.writestr(name.replace("__", "/"), body)
    return target.getvalue()


def pdf(text: str = "Example plan", author: str = "", *, scan: bool = False) -> bytes:
    """A PDF with a page of `text` (Latin letters), an author, and with `scan` a second page that is one picture."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R" + b" 7 0 R" * scan + b"] /Count %d >>" % (1 + scan),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Author (" + author.encode("latin-1", "replace") + b") >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 8 0 R "
        b"/Resources << /XObject << /I 9 0 R >> >> >>",
        b"<< /Length 30 >>\nstream\nq 612 0 0 792 0 0 cm /I Do Q  \nendstream",
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Length 1 >>\nstream\n0\nendstream",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    begin = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, begin)  # fmt: skip


def bid(one: Call, *, by: Account | None = None, bidder: Any = None, files: Any = None, **more: Any) -> Bid:
    """A sealed bid of a new company (or of `bidder` through `by`)."""
    if by is None:
        place = company()
        by, bidder = account(Role.COMPANY, ("organisation", place.pk)), ("organisation", place.pk)
    received_at = more.pop("received_at", None) or clock.now()
    extra = {name: more.pop(name) for name in ("replaces", "token") if name in more}
    made = bids.submit_bid(
        challenge_id=one.challenge.pk, bidder=bidder, content=content(**more), received_at=received_at,
        files=[attached("方案.docx", docx())] if files is None else files, by=by, **extra,
    )  # fmt: skip
    one.bids.append(made)
    return made


__all__ = ["Call", "account", "attached", "bid", "call", "content", "docx", "expert_of", "liaison", "pdf", "person"]
