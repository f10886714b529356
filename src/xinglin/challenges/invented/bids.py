"""Fifty invented bids for one call: what was planted in them is known to the last word. Pure; all 示例."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from xinglin.challenges.blinding import Institution, Member, Team
from xinglin.challenges.invented import prose
from xinglin.challenges.invented.people import House, Person, house, people
from xinglin.challenges.similarity import BidFacts, FileFacts, MemberFacts
from xinglin.challenges.words.reviews import FlagKind

PAGE = 1_100
FORM_FILE = hashlib.sha256(b"form of the call").hexdigest()


@dataclass(frozen=True)
class Planted:
    """One leak: the words as they were written into the text, and what kind they are."""

    kind: str
    words: str


@dataclass
class Invented:
    """A call with its bids: what is compared, the teams to be hidden, the planted leaks, and the planted collusions as
    pairs of keys with the kind of flag that must be raised."""

    call: str
    form: str
    form_file: str
    bids: list[BidFacts] = field(default_factory=list)
    teams: dict[str, Team] = field(default_factory=dict)
    leaks: dict[str, list[Planted]] = field(default_factory=dict)
    collusions: dict[tuple[str, str], FlagKind] = field(default_factory=dict)


def invented(seed: int, *, count: int = 50, pages: int = 6) -> Invented:
    """`count` bids of `pages` pages each; every fifth in English. The same seed gives the same bids."""
    rng = random.Random(f"bids {seed}")
    made = Invented(prose.CALL_ZH + prose.CALL_EN, prose.FORM_ZH, FORM_FILE)
    for number in range(count):
        _one(made, rng, number, pages)
    if count >= 30:
        _honest_look_alikes(made, rng)
    if count >= 20:
        _collude(made, rng)
    return made


def _one(made: Invented, rng: random.Random, number: int, pages: int) -> None:
    key, language = f"B{number + 1:03d}", "en" if number % 5 == 4 else "zh"
    own = house(rng, number)
    partner = house(rng, number + 7)
    team = people(rng, rng.randrange(4, 7), own.domain)
    paragraphs = prose.prose(rng, pages * PAGE, language)
    # A fifth quotes the call and all carry the form: honest likeness.
    paragraphs.insert(0, made.call if rng.random() < 0.2 else made.call[: rng.randrange(60, 200)])
    planted: list[Planted] = []
    for place in range(max(14, len(paragraphs) // 3)):
        kind, sentence, words = _leak(rng, team, (own, partner), language, place)
        at = rng.randrange(1, len(paragraphs))
        paragraphs[at] += sentence
        planted += [Planted(kind, one) for one in words]
    paragraphs += [made.form, *_references(rng, team, language, planted)]
    made.leaks[key] = planted
    made.teams[key] = Team(
        tuple(Member(one.name, one.latin) for one in team),
        tuple(Institution(one.name_zh, one.name_en) for one in (own, partner)),
        domains=(own.domain, partner.domain),
    )
    members = tuple(MemberFacts(one.name, own.name_zh, one.phone, one.email, orcid=one.orcid) for one in team)
    price = rng.randrange(180, 300) * 1_000_000
    made.bids.append(BidFacts(
        key, own.name_zh, members, members[:1],
        (FileFacts("route.docx", _hash(rng), 1000, rng.choice((team[0].name, "Administrator", "微软用户", "")), "Lenovo"),
         FileFacts("form.docx", made.form_file, 1000, "秘书处"), FileFacts("empty.pdf", _hash_of(b""), 0)),
        "\n".join(paragraphs), price, tuple(rng.randrange(300, 9000) * 1_003 for _ in range(6)),
    ))  # fmt: skip


def _hash(rng: random.Random) -> str:
    return hashlib.sha256(rng.randbytes(16)).hexdigest()


def _hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _leak(
    rng: random.Random, team: list[Person], houses: tuple[House, House], language: str, place: int
) -> tuple[str, str, list[str]]:
    """(kind, the sentence, what in it gives the team away), each kind in its turn."""
    one, home = rng.choice(team), rng.choice(houses)
    makers: tuple[Callable[..., tuple[str, str, list[str]]], ...] = (
        (_name_zh, _house_zh, _contact_zh, _self_zh, _latin, _title_zh) if language == "zh"
        else (_latin, _house_en, _contact_en, _self_en, _latin, _latin)
    )  # fmt: skip
    maker = makers[place % len(makers)]
    return maker(rng, one, home)


def _name_zh(rng: random.Random, one: Person, _home: House) -> tuple[str, str, list[str]]:
    way = rng.choice(one.chinese_ways())
    frame = rng.choice(
        (
            "项目负责人{}主持总体设计。",
            "由{}负责数据分析，",
            "（{}，课题骨干）",
            "分工：{}、统计人员各一名。",
            "{}于去年完成预试验。",
        )
    )
    return "name", frame.format(way), [way]


def _title_zh(rng: random.Random, one: Person, _home: House) -> tuple[str, str, list[str]]:
    family = one.name[: -len(one.given)]
    title = rng.choice(("教授", "主任", "博士", "研究员"))
    return "name", f"在{family}{title}的指导下推进。", [f"{family}{title}"]


def _house_zh(rng: random.Random, _one: Person, home: House) -> tuple[str, str, list[str]]:
    way = rng.choice((home.name_zh, *home.short_zh))
    frame = rng.choice(("依托{}的平台，", "病例来自{}。", "{}承担超声质控。", "与{}共建随访门诊。"))
    return "institution", frame.format(way), [way]


def _house_en(rng: random.Random, _one: Person, home: House) -> tuple[str, str, list[str]]:
    way = rng.choice((home.name_en, *home.short_en))
    return "institution", f"Images are read at {way}. ", [way]


def _latin(rng: random.Random, one: Person, _home: House) -> tuple[str, str, list[str]]:
    way = rng.choice(one.latin_ways())
    frame = rng.choice(
        (" ({} is responsible for the analysis.) ", " Contact person: {}. ", " According to {} this holds. ")
    )
    return "name", frame.format(way), [way]


def _contact_zh(rng: random.Random, one: Person, _home: House) -> tuple[str, str, list[str]]:
    phone = rng.choice((one.phone, f"{one.phone[:3]} {one.phone[3:7]} {one.phone[7:]}", f"+86-{one.phone}"))
    mail = rng.choice((one.email, one.email.replace("@", " (at) "), one.email.upper()))
    if rng.random() < 0.3:
        return "contact", f"ORCID：{one.orcid}。", [one.orcid]
    return "contact", f"联系电话{phone}，邮箱{mail}。", [phone, mail]


def _contact_en(rng: random.Random, one: Person, _home: House) -> tuple[str, str, list[str]]:
    mail = rng.choice((one.email, one.email.replace("@", "[at]")))
    return "contact", f"Write to {mail} or call +86 {one.phone}; https://orcid.org/{one.orcid}. ", [
        mail, one.phone, one.orcid,
    ]  # fmt: skip


def _self_zh(rng: random.Random, one: Person, _home: House) -> tuple[str, str, list[str]]:
    number = rng.choice((1, 3, 5))
    phrase = rng.choice(("我们前期研究", "本课题组既往工作", "申请人团队前期", "本团队先前"))
    return "self_citation", f"{phrase}证实了该结论[{number}]。", [f"{phrase}证实了该结论[{number}]"]


def _self_en(rng: random.Random, one: Person, _home: House) -> tuple[str, str, list[str]]:
    number = rng.choice((1, 3, 5))
    phrase = rng.choice(("We previously showed", "Our group previously reported", "Our earlier work confirmed"))
    return "self_citation", f"{phrase} this effect [{number}]. ", [f"{phrase} this effect [{number}]"]


def _references(rng: random.Random, team: list[Person], language: str, planted: list[Planted]) -> list[str]:
    """A list of six references; the odd ones are the team's own."""
    lines = ["参考文献" if language == "zh" else "References"]
    for number in range(1, 7):
        title = " ".join(rng.choice(prose.WORDS_EN) for _ in range(6)).capitalize()
        year = rng.randrange(2015, 2026)
        if number % 2:
            one = rng.choice(team)
            letters = "".join(part[0].upper() for part in one.given)
            authors = f"{one.family.capitalize()} {letters}, Novak P, et al"
            planted.append(Planted("reference", title))
        else:
            authors = "Novak P, Ferrari L, et al"
        lines.append(
            f"[{number}] {authors}. {title}. J Invented Med. {year};{rng.randrange(1, 60)}({rng.randrange(1, 12)}):12-19."
        )
    return lines


def _honest_look_alikes(made: Invented, rng: random.Random) -> None:
    """What honest bids have in common: a namesake, a round price at the ceiling, two teams of one house."""
    bids = made.bids
    for at in (20, 21, 22):
        bids[at] = replace(bids[at], price=300_000_000)
    namesake = replace(bids[23].members[1], institution="另一家（示例）", phone="", email="", orcid="")
    bids[24] = replace(bids[24], members=(*bids[24].members, namesake))
    host = bids[25].members[0].email.rpartition("@")[2]
    colleague = replace(bids[26].members[0], email=f"office@{host}")
    bids[26] = replace(bids[26], organisation=bids[25].organisation, members=(colleague, *bids[26].members[1:]))
    # A tenth of the text quoted from the same public guideline.
    guideline = "\n".join(prose.prose(rng, len(bids[27].text) // 8, "zh"))
    for at in (27, 28):
        bids[at] = replace(bids[at], text=bids[at].text + guideline)


def _collude(made: Invented, rng: random.Random) -> None:
    """Eight pairs that are not independent, each betrayed by something else."""
    bids = made.bids

    def pair(a: int, b: int, kind: FlagKind, **changes: object) -> None:
        made.collusions[(bids[a].key, bids[b].key)] = kind
        bids[b] = replace(bids[b], **changes)  # type: ignore[arg-type]

    pair(0, 1, FlagKind.SAME_TEXT, text=_copied(rng, bids[0].text, bids[1].text))
    pair(2, 3, FlagKind.SAME_FILE, files=(*bids[3].files, replace(bids[2].files[0], name="附件二.docx")))
    pair(5, 6, FlagKind.SAME_CONTACT, contacts=(replace(bids[6].contacts[0], phone=f"+86 {bids[5].members[0].phone}"),))
    pair(7, 8, FlagKind.SAME_PERSON, members=(*bids[8].members, bids[7].members[2]))
    hand = replace(bids[11].files[0], author=bids[10].members[1].name)
    bids[10] = replace(
        bids[10], files=(replace(bids[10].files[0], author=bids[10].members[1].name), *bids[10].files[1:])
    )
    pair(10, 11, FlagKind.SAME_AUTHOR, files=(hand, *bids[11].files[1:]))
    pair(12, 13, FlagKind.PRICE_PATTERN, lines=tuple(round(line * 1.03) for line in bids[12].lines))
    bids[15] = replace(bids[15], legal_representative="示例法人甲")
    pair(15, 16, FlagKind.SAME_CONTROL, legal_representative="示例法人甲")
    pair(17, 18, FlagKind.SAME_TEXT, text=_copied(rng, bids[17].text, bids[18].text))


def _copied(rng: random.Random, source: str, own: str) -> str:
    """Seven tenths of `source` sentence by sentence, the order changed here and there, a word in ten sentences too, in
    the place of as much of its own; the planted leaks of `own` stay."""
    lines = source.splitlines()
    body = [line for line in lines[1:-9] if line]
    taken = [line for line in body if rng.random() < 0.85]
    rng.shuffle(taken)
    taken = [line.replace("的", "之", 1) if rng.random() < 0.1 else line for line in taken]
    kept = own.splitlines()
    return "\n".join([*taken, *kept[: max(1, len(kept) // 5)]])
