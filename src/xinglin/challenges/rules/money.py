"""Where the money of a contract may go, to the fen. Pure.

Every movement takes an amount out of one place and puts it into another, so nothing is made or lost; a purse (one
contract, one source) refuses what is not there. The database keeps the same sums by constraint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xinglin.challenges.words.money import MoneyKind as K
from xinglin.challenges.words.money import MoneyPlace as P
from xinglin.kernel.money import yuan
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

# What each kind may take from where, and bring where.
WAYS: dict[K, frozenset[tuple[P, P]]] = {
    K.COMMITTED: frozenset({(P.PURSE, P.COMMITTED)}),
    K.INSTRUCTED: frozenset({(P.COMMITTED, P.ON_THE_WAY)}),
    K.REISSUED: frozenset({(P.COMMITTED, P.ON_THE_WAY)}),
    K.PAID: frozenset({(P.ON_THE_WAY, P.PAID)}),
    # A bank may send money back before or after it said that it had arrived.
    K.RETURNED: frozenset({(P.ON_THE_WAY, P.COMMITTED), (P.PAID, P.COMMITTED)}),
    K.MOVED: frozenset({(P.COMMITTED, P.COMMITTED)}),
    K.RELEASED: frozenset({(P.COMMITTED, P.PURSE)}),
    K.REPAID: frozenset({(P.PAID, P.PURSE)}),
}  # fmt: skip


@dataclass(frozen=True)
class Purse:
    """The money of one contract from one source, in fen: what came in, and where it is now."""

    put_in: int = 0
    committed: int = 0
    on_the_way: int = 0
    paid: int = 0
    given_back: int = 0

    @property
    def whole(self) -> bool:
        """Whether every fen that came in is in exactly one place, and no place holds less than nothing."""
        places = (self.committed, self.on_the_way, self.paid, self.given_back)
        return min(self.put_in, *places) >= 0 and self.put_in == sum(places)


def taken(purse: Purse, kind: K, source: P, target: P, fen: int) -> Purse:
    """The purse after a movement inside it. Raises Refusal for what is not there, ValueError for no movement at all."""
    if fen <= 0 or (source, target) not in WAYS[kind] or kind is K.MOVED:
        raise ValueError(f"{kind} cannot bring {fen} fen from {source} to {target}")
    after = _out(purse, source, fen)
    if source is P.PURSE:
        after = replace(after, put_in=after.put_in + fen)
    column = "given_back" if target is P.PURSE else str(target)
    return replace(after, **{column: getattr(after, column) + fen})


def moved(giver: Purse, taker: Purse, fen: int) -> tuple[Purse, Purse]:
    """Both purses after committed money went from one to the other: what the one loses the other gains."""
    if fen <= 0:
        raise ValueError("nothing is moved")
    out = _out(giver, P.COMMITTED, fen)
    return (
        replace(out, put_in=out.put_in - fen),
        replace(taker, put_in=taker.put_in + fen, committed=taker.committed + fen),
    )


def _out(purse: Purse, source: P, fen: int) -> Purse:
    if source is P.PURSE:
        return purse
    there = getattr(purse, str(source))
    if there < fen:
        raise Refusal(
            "challenges.money_not_there",
            say("There is not that much money here: {there}, not {wanted}.", there=yuan(there), wanted=yuan(fen)),
            say("Look at the money of this contract: some of it was paid, moved or released already."),
        )
    return replace(purse, **{str(source): there - fen})


def shared(fen: int, parts: int) -> list[int]:
    """An amount in equal parts; the fen that do not divide go to the first ones. The parts add up to the amount."""
    if parts < 1 or fen < 0:
        raise ValueError("money is shared among somebody")
    each, rest = divmod(fen, parts)
    return [each + (1 if place < rest else 0) for place in range(parts)]


def percent_of(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def above(part: int, whole: int, percent: int) -> bool:
    """Whether `part` is more than `percent` of `whole`, in whole numbers so that no rounding decides."""
    return part * 100 > whole * percent


def balanced(entries: Sequence[tuple[P, P, int]], purses: Mapping[str, Purse]) -> bool:
    """Whether the book and the purses say the same: what came out of the givers' purses and did not go back is what is
    committed, at the bank or paid.
    """
    came = sum(fen for source, _target, fen in entries if source is P.PURSE)
    back = sum(fen for _source, target, fen in entries if target is P.PURSE)
    there = sum(one.committed + one.on_the_way + one.paid for one in purses.values())
    return came - back == there and all(one.whole for one in purses.values())
