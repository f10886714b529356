"""How net income, shares or operating profit are shared out, and the proof that every floor is kept. Pure.

Rounding: the pool, the main contributors' part and the staff's part are rounded up to the fen, so that no fraction is
ever taken from those the floors protect; the unit has what is left. Inside a group whole parts come first and what is
left over goes, one each, to the largest remainders (the earlier row if equal). All lines together are the base, always.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xinglin.kernel.money import yuan
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.transfer.rules.achievements import WHOLE
from xinglin.transfer.rules.income import OPERATING
from xinglin.transfer.rules.ip import split
from xinglin.transfer.words.achievements import Post
from xinglin.transfer.words.income import Party
from xinglin.transfer.words.transfers import Way

# What a floor is called is an English msgid: it is stored with each proof and said in the reader's language.
LAW = say("Law on Promoting the Transformation of Scientific and Technological Achievements, arts 44 and 45").msgid
STATE_COUNCIL = say("State Council document Guofa [2016] No. 16").msgid
BEIJING = say("Beijing regulation on promoting the transformation of achievements, art. 12").msgid
ZHEJIANG = say("Zhejiang regulation on promoting the transformation of achievements, arts 37 and 39").msgid
OWN_RIGHT = say("Zhejiang regulation on promoting the transformation of achievements, art. 38").msgid
# The floors of domain 5.1; Beijing's says "may".
FLOORS: list[dict[str, Any]] = [
    {"name": LAW, "regions": [], "binding": True,
     "pool": {"income": 5_000, "shares": 5_000, "operating": 500}, "main": 0, "staff": 0},
    {"name": STATE_COUNCIL, "regions": [], "binding": True, "pool": {}, "main": 5_000, "staff": 0},
    {"name": BEIJING, "regions": ["11"], "binding": False,
     "pool": {"income": 7_000, "shares": 7_000, "operating": 500}, "main": 0, "staff": 0},
    {"name": ZHEJIANG, "regions": ["33"], "binding": True,
     "pool": {"income": 7_000, "shares": 7_000, "operating": 1_000}, "main": 7_000, "staff": 500},
]  # fmt: skip


@dataclass(frozen=True)
class Member:
    """Somebody who may receive: weight inside their group, whether main, ownership instead of income, leading post."""

    name: str
    share_bp: int
    person_id: str | None = None
    main: bool = True
    owner_bp: int = 0
    post: Post = Post.NONE


@dataclass(frozen=True)
class Parts:
    """The decision of the unit, in basis points: pool of the base, main and staff of the pool."""

    pool_bp: int
    main_bp: int
    staff_bp: int


@dataclass(frozen=True)
class Line:
    """What one party receives."""

    party: Party
    name: str
    amount: int
    share_bp: int = 0
    person_id: str | None = None


@dataclass(frozen=True)
class Proof:
    """One floor: of what, how much, what is required and what is given; `binding` where it must be kept."""

    name: str
    part: str
    of: int
    bp: int
    required: int
    given: int
    binding: bool

    @property
    def held(self) -> bool:
        return self.given >= self.required


def column_of(way: Way) -> str:
    return "shares" if way == Way.SHARES else "operating" if way in OPERATING else "income"


def up(amount: int, bp: int) -> int:
    """`bp` basis points of `amount`, rounded up to the fen."""
    return -(-amount * bp // WHOLE)


def shared_out(
    base: int, *, contributors: Sequence[Member], staff: Sequence[Member], parts: Parts, unit: str, way: Way
) -> list[Line]:
    """Every line of a distribution of `base`; the lines sum to `base`. Raises Refusal."""
    _holds(base, contributors, staff, parts, way)
    owners = [one for one in contributors if one.owner_bp]
    *owned, net = split(base, [*(one.owner_bp for one in owners), WHOLE - sum(one.owner_bp for one in owners)])
    lines = [Line(Party.OWNER, one.name, part, one.owner_bp, one.person_id)
             for one, part in zip(owners, owned, strict=True)]  # fmt: skip
    inside = [one for one in contributors if not one.owner_bp]
    pool = up(net, parts.pool_bp) if inside else 0
    main, other = [one for one in inside if one.main], [one for one in inside if not one.main]
    main_part = up(pool, parts.main_bp)
    staff_part = min(up(pool, parts.staff_bp), pool - main_part) if staff else 0
    other_part = pool - main_part - staff_part
    if not other:
        main_part, other_part = main_part + other_part, 0
    for party, group, part in ((Party.MAIN, main, main_part), (Party.OTHER, other, other_part),
                               (Party.STAFF, staff, staff_part)):  # fmt: skip
        if group:
            split_up = split(part, [one.share_bp for one in group])
            lines += [Line(party, one.name, amount, one.share_bp, one.person_id)
                      for one, amount in zip(group, split_up, strict=True)]  # fmt: skip
    return [*lines, Line(Party.UNIT, unit, net - pool)]


def _holds(
    base: int, contributors: Sequence[Member], staff: Sequence[Member], parts: Parts, way: Way
) -> None:  # fmt: skip
    if base <= 0:
        raise Refusal("transfer.nothing_to_share", say("There is nothing to share out yet."))
    if not 0 <= parts.pool_bp <= WHOLE or not 0 <= parts.main_bp + parts.staff_bp <= WHOLE or parts.main_bp < 0:
        raise Refusal(
            "transfer.parts", say("The parts of main contributors and staff are more than the whole pool."),
            field="main_bp",
        )  # fmt: skip
    inside = [one for one in contributors if not one.owner_bp]
    if inside and not any(one.main for one in inside):
        raise Refusal("transfer.no_main", say("At least one contributor is a main one."), field="pool_bp")
    if bool(staff) != bool(parts.staff_bp):
        raise Refusal(
            "transfer.staff", say("Transfer staff and their part belong together: give both or neither."),
            field="staff",
        )  # fmt: skip
    if any(one.share_bp <= 0 for one in staff) or (staff and sum(one.share_bp for one in staff) != WHOLE):
        raise Refusal(
            "transfer.staff_shares", say("The shares of the transfer staff make exactly 10,000 basis points."),
            field="staff",
        )  # fmt: skip
    heads = [one.name for one in (*contributors, *staff) if one.post == Post.HEAD]
    if way == Way.SHARES and heads:
        raise Refusal(
            "transfer.head_takes_no_shares",
            say("The head of a unit may be rewarded in cash and takes no shares: {names}.", names=", ".join(heads)),
            say("Agree on cash for the head, and correct the contributors of the achievement."),
        )


def sums_of(lines: Sequence[Line]) -> dict[Party, int]:
    found = dict.fromkeys(Party, 0)
    for line in lines:
        found[line.party] += line.amount
    return found


def proofs(
    lines: Sequence[Line], *, floors: Sequence[Mapping[str, Any]], way: Way, region: str, inventors_own: bool = False
) -> list[Proof]:
    """Every floor of the rules in force with what it requires and what these lines give, to the fen."""
    sums = sums_of(lines)
    pool = sums[Party.MAIN] + sums[Party.OTHER] + sums[Party.STAFF]
    net, found = pool + sums[Party.UNIT], []
    if not any(line.party == Party.MAIN for line in lines):
        return []
    for rule in floors:
        binding = bool(rule["binding"]) and (
            not rule["regions"] or any(region.startswith(str(code)) for code in rule["regions"])
        )
        wanted = (
            ("pool", net, int(rule["pool"].get(column_of(way), 0)), pool),
            ("main", pool, int(rule["main"]), sums[Party.MAIN]),
            ("staff", pool, int(rule["staff"]), sums[Party.STAFF]),
        )
        found += [Proof(str(rule["name"]), part, of, bp, up(of, bp), given, binding)
                  for part, of, bp, given in wanted if bp]  # fmt: skip
    if inventors_own:
        found.append(Proof(OWN_RIGHT, "pool", net, WHOLE, net, pool, True))
    return found


def floors_are_kept(found: Sequence[Proof]) -> None:
    """Refuse a distribution that breaks a binding floor, and say by how much."""
    broken = [one for one in found if one.binding and not one.held]
    if broken:
        one = broken[0]
        raise Refusal(
            "transfer.floor",
            say("{name} asks for {required}, and this gives {given}.", name=Phrase(one.name),
                required=yuan(one.required), given=yuan(one.given)),
            say("Raise the pool, or the part of the main contributors or of the transfer staff."),
            field={"pool": "pool_bp", "main": "main_bp", "staff": "staff_bp"}[one.part],
        )  # fmt: skip


def are_floors(value: Any) -> None:
    """Refuse a dated rule that is no list of floors."""
    try:
        for one in value:
            numbers = [*one["pool"].values(), one["main"], one["staff"]]
            ok = isinstance(one["name"], str) and one["name"] and isinstance(one["regions"], list)
            known = set(one["pool"]) <= {"income", "shares", "operating"} and isinstance(one["binding"], bool)
            if not ok or not known or any(type(bp) is not int or not 0 <= bp <= WHOLE for bp in numbers):
                raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refusal(
            "transfer.rule_floors",
            say("Each floor needs name, regions, binding, pool, main and staff, in basis points."),
            field="value",
        ) from None
