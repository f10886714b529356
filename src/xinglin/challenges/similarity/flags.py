"""What speaks for collusion between bids, each with its evidence. Pure. Source: domain 4.5.

A clue is strong when chance hardly makes it (the same identity number, file, telephone), weak when it may well be
honest (a namesake, an e-mail domain, a file's author). A pair is flagged for one strong clue, or for two weak clues of
different kinds; what is public to everybody (free e-mail services, default author names, the call's own files) is no
clue at all. The machine proposes; a person looks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from xinglin.challenges.similarity.facts import BidFacts, FileFacts, MemberFacts
from xinglin.challenges.similarity.prices import price_patterns
from xinglin.challenges.similarity.shingles import ALIKE, likenesses
from xinglin.challenges.words.reviews import FlagKind
from xinglin.roster.names import fold

# E-mail services open to everybody: a domain in common says nothing.
PUBLIC_MAIL = frozenset(
    [
        "qq.com",
        "foxmail.com",
        "163.com",
        "126.com",
        "yeah.net",
        "sina.com",
        "sina.cn",
        "sohu.com",
        "139.com",
        "189.cn",
        "wo.cn",
        "aliyun.com",
        "tom.com",
        "gmail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "yahoo.com.hk",
        "icloud.com",
        "me.com",
        "proton.me",
        "protonmail.com",
        "msn.com",
        "21cn.com",
        "263.net",
        "188.com",
        "vip.qq.com",
        "vip.163.com",
        "vip.sina.com",
    ]
)
# Author names that software writes by itself.
DEFAULT_AUTHORS = frozenset(
    fold(name) for name in (
        "Administrator", "Admin", "User", "Users", "Author", "Unknown", "PC", "Microsoft", "Microsoft Office User",
        "微软用户", "微软中国", "用户", "作者", "管理员", "Lenovo", "联想", "HP", "Dell", "ASUS", "Huawei", "Apple",
        "Windows User", "Windows 用户", "WPS", "WPS_Office", "WPS Office", "Kingsoft", "LibreOffice", "python-docx",
        "openpyxl", "Microsoft Word", "Acrobat", "未定义", "未知", "home", "test", "dell-pc", "雨林木风", "深度技术",
        "番茄花园", "系统之家", "owner", "guest", "root",
    )
)  # fmt: skip
_DEVICE = re.compile(r"^(?:desktop|laptop|pc|win|wps)[-_ ]?[0-9a-z]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Flag:
    """One suspicion about bids, by their keys in order. `blocks` says that the rule excludes rather than warns;
    `evidence` are plain items for a person to check, `share` the share of text where text is the ground."""

    kind: FlagKind
    bids: tuple[str, ...]
    evidence: tuple[str, ...]
    strong: bool
    blocks: bool = False
    share: float | None = None


def flags_of(
    bids: Sequence[BidFacts], *, given_texts: Sequence[str] = (), given_files: Iterable[str] = (), alike: float = ALIKE
) -> list[Flag]:
    """Every flag between `bids`. `given_texts` and `given_files` (SHA-256) are what all bidders were given."""
    given = frozenset(given_files)
    clues = [
        *_people(bids), *_contacts(bids), *_domains(bids), *_files(bids, given), *_authors(bids, given),
        *_texts(bids, given_texts, alike), *price_flags(bids), *_control(bids),
    ]  # fmt: skip
    return _worth_a_look(clues)


def _worth_a_look(clues: list[Flag]) -> list[Flag]:
    """Strong clues, and weak ones of pairs that have two kinds of clue."""
    kinds: dict[tuple[str, str], set[FlagKind]] = defaultdict(set)
    for clue in clues:
        for pair in combinations(clue.bids, 2):
            kinds[pair].add(clue.kind)
    return [
        clue for clue in clues
        if clue.strong or any(len(kinds[pair]) > 1 for pair in combinations(clue.bids, 2))
    ]  # fmt: skip


def _shared(keyed: Iterable[tuple[str, str, str]]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """From (value, bid, what to show): the bids that share a value with what shows it, one row per set of bids."""
    held: dict[str, dict[str, str]] = defaultdict(dict)
    for value, bid, shown in keyed:
        if value:
            held[value].setdefault(bid, shown)
    rows: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for shown_by in held.values():
        if len(shown_by) > 1:
            rows[tuple(sorted(shown_by))].append(next(iter(shown_by.values())))
    return [(bids, tuple(dict.fromkeys(shown))) for bids, shown in sorted(rows.items())]


def _people(bids: Sequence[BidFacts]) -> list[Flag]:
    """The same identity document or ORCID, or the same name at the same institution: strong. A namesake: weak; two
    namesakes in the same two teams: strong."""
    sure, names = [], []
    for bid in bids:
        for one in bid.members:
            sure += [(one.document, bid.key, one.name), (one.orcid.upper(), bid.key, one.name)]
            if one.institution:
                sure.append((f"{fold(one.name)}@{fold(one.institution)}", bid.key, f"{one.name}（{one.institution}）"))
            names.append((fold(one.name), bid.key, one.name))
    found = [Flag(FlagKind.SAME_PERSON, pair, shown, strong=True) for pair, shown in _shared(sure)]
    known = {pair for flag in found for pair in combinations(flag.bids, 2)}
    for pair, shown in _shared(names):
        if not any(one in known for one in combinations(pair, 2)):
            found.append(Flag(FlagKind.SAME_PERSON, pair, shown, strong=len(shown) > 1))
    return found


def plain_phone(phone: str) -> str:
    """Digits of a telephone number without the country's code; '' for what is too short to tell anybody apart."""
    digits = re.sub(r"\D", "", phone)
    digits = re.sub(r"^(?:00)?86(?=1\d{10}$|0\d{9,11}$)", "", digits)
    return digits if len(digits) >= 7 else ""


def _everybody(bid: BidFacts) -> Iterable[MemberFacts]:
    return (*bid.members, *bid.contacts)


def _contacts(bids: Sequence[BidFacts]) -> list[Flag]:
    keyed = []
    for bid in bids:
        for one in _everybody(bid):
            phone, mail = plain_phone(one.phone), one.email.strip().lower()
            keyed += [(phone, bid.key, _masked(phone)), (mail if "@" in mail else "", bid.key, _masked(mail))]
    return [Flag(FlagKind.SAME_CONTACT, pair, shown, strong=True) for pair, shown in _shared(keyed)]


def _masked(contact: str) -> str:
    """Enough of a number or an address to find it in the two bids, and no more."""
    name, at, host = contact.partition("@")
    if at:
        return f"{name[:2]}***@{host}"
    return f"{contact[:3]}****{contact[-4:]}"


def _domains(bids: Sequence[BidFacts]) -> list[Flag]:
    """An organisation's e-mail domain in the bid of another organisation. Two teams of one house share it honestly."""
    keyed = []
    for bid in bids:
        for one in _everybody(bid):
            host = one.email.strip().lower().rpartition("@")[2] if "@" in one.email else ""
            if host and host not in PUBLIC_MAIL:
                keyed.append((host, bid.key, host))
    house = {bid.key: {fold(name) for name in (bid.organisation, *bid.parents) if name} for bid in bids}
    found = []
    for pair, shown in _shared(keyed):
        if any(not house[a] & house[b] for a, b in combinations(pair, 2)):
            found.append(Flag(FlagKind.SAME_DOMAIN, pair, shown, strong=False))
    return found


def _files(bids: Sequence[BidFacts], given: frozenset[str]) -> list[Flag]:
    keyed = [
        (file.sha256.lower(), bid.key, f"{file.name} · {file.sha256[:16]}")
        for bid in bids for file in bid.files if file.size != 0 and file.sha256.lower() not in given
    ]  # fmt: skip
    return [Flag(FlagKind.SAME_FILE, pair, shown, strong=True) for pair, shown in _shared(keyed)]


def _telling(author: str) -> str:
    folded = fold(author)
    return "" if len(folded) < 2 or folded in DEFAULT_AUTHORS or _DEVICE.match(author.strip()) else folded


def _hands(file: FileFacts) -> Iterable[tuple[str, str]]:
    for label, author in (("", file.author), ("", file.last_saved_by), ("@", file.company)):
        if told := _telling(author):
            yield f"{label}{told}", author


def _authors(bids: Sequence[BidFacts], given: frozenset[str]) -> list[Flag]:
    """The author in a file's metadata. Strong when the name is that of a member of the other bid's team: then one
    bidder's file lies in the other's package (domain 4.5, 4)."""
    keyed = [
        (hand, bid.key, shown)
        for bid in bids for file in bid.files for hand, shown in _hands(file)
        if file.sha256.lower() not in given
    ]  # fmt: skip
    teams = {bid.key: {fold(one.name) for one in _everybody(bid)} for bid in bids}
    found = []
    for pair, every in _shared(keyed):
        # A namesake in every team writes files of that name honestly: that is the other clue, not a second one.
        shown = tuple(name for name in every if not all(fold(name) in teams[key] for key in pair))
        if not shown:
            continue
        foreign = any(
            fold(name) in teams[a] and fold(name) not in teams[b]
            for name in shown for a in pair for b in pair if a != b
        )  # fmt: skip
        found.append(Flag(FlagKind.SAME_AUTHOR, pair, shown, strong=foreign))
    return found


def _texts(bids: Sequence[BidFacts], given: Sequence[str], alike: float) -> list[Flag]:
    found = []
    for one in likenesses([bid.text for bid in bids], ignored=given, alike=alike):
        pair = (bids[one.left].key, bids[one.right].key)
        first, second = sorted(pair)
        found.append(Flag(FlagKind.SAME_TEXT, (first, second), one.passages, strong=True, share=one.share))
    return found


def price_flags(bids: Sequence[BidFacts]) -> list[Flag]:
    """Price patterns as flags: budget lines in one proportion are strong, a regular ladder of prices is weak."""
    return [Flag(FlagKind.PRICE_PATTERN, keys, shown, strong=strong)
            for keys, shown, strong in price_patterns([(bid.key, bid.price, bid.lines) for bid in bids])]  # fmt: skip


def _control(bids: Sequence[BidFacts]) -> list[Flag]:
    keyed, accounts = [], []
    for bid in bids:
        held = {fold(bid.legal_representative), *map(fold, bid.controllers)} - {""}
        keyed += [(one, bid.key, next(n for n in (bid.legal_representative, *bid.controllers) if fold(n) == one))
                  for one in sorted(held)]  # fmt: skip
        # A bidder that holds another bidder.
        keyed += [(fold(name), bid.key, bid.organisation) for name in (bid.organisation, bid.credit_code) if name]
        account = re.sub(r"[\W_]", "", bid.guarantee_account).upper()
        accounts.append((account, bid.key, f"****{account[-4:]}"))
    same_house = {fold(bid.organisation) for bid in bids}
    found = []
    for pair, shown in _shared(keyed):
        # Two teams of one organisation say so themselves: nothing is hidden, and the call decides whether it is open.
        if all(fold(name) in same_house and _all_of(bids, pair, name) for name in shown):
            continue
        found.append(Flag(FlagKind.SAME_CONTROL, pair, shown, strong=True, blocks=True))
    return found + [Flag(FlagKind.SAME_ACCOUNT, pair, shown, strong=True) for pair, shown in _shared(accounts)]


def _all_of(bids: Sequence[BidFacts], pair: tuple[str, ...], name: str) -> bool:
    return all(fold(bid.organisation) == fold(name) for bid in bids if bid.key in pair)
