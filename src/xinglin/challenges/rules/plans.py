"""What two sides agreed: steps, money by source, indicators, and the limits on them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from xinglin.challenges.rules.money import above
from xinglin.challenges.words.calls import Direction
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.kernel.money import yuan
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal

# Units whose values have bounds of their own: (least, most, whole numbers only).
UNITS: dict[str, tuple[Decimal, Decimal | None, bool]] = {
    "%": (Decimal(0), Decimal(100), False), "‰": (Decimal(0), Decimal(1000), False),
    **dict.fromkeys(("例", "人", "人次", "件", "项", "篇", "个", "台", "家", "份", "次"), (Decimal(0), None, True)),
    **dict.fromkeys(("分钟", "小时", "天", "月", "年", "mm", "cm", "kg", "g", "mg", "元", "万元"),
                    (Decimal(0), None, False)),
}  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One quantified indicator of a milestone."""

    name: str
    unit: str
    target: Decimal
    direction: Direction = Direction.AT_LEAST


@dataclass(frozen=True)
class Step:
    """One milestone of the plan: what, by when, what it earns from each source (fen). `gate` decides a race."""

    number: int
    content: str
    due_on: date
    fen: dict[BudgetSource, int]
    gate: bool = False
    targets: tuple[Target, ...] = ()

    @property
    def whole(self) -> int:
        return sum(self.fen.values())


@dataclass(frozen=True)
class Limits:
    """Dated configuration: shares in percent."""

    public_most: int
    first_most: int


def packed(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The plan as plain data, to be stored."""
    return [
        {
            "number": step.number, "content": step.content, "due_on": step.due_on.isoformat(), "gate": step.gate,
            "fen": {str(source): fen for source, fen in step.fen.items() if fen},
            "targets": [{"name": one.name, "unit": one.unit, "target": str(one.target),
                         "direction": str(one.direction)} for one in step.targets],
        }
        for step in steps
    ]  # fmt: skip


def unpacked(stored: Sequence[dict[str, Any]]) -> list[Step]:
    """A stored plan."""
    return [
        Step(
            number=one["number"], content=one["content"], due_on=date.fromisoformat(one["due_on"]), gate=one["gate"],
            fen={BudgetSource(source): fen for source, fen in one["fen"].items()},
            targets=tuple(Target(each["name"], each["unit"], Decimal(each["target"]), Direction(each["direction"]))
                          for each in one["targets"]),
        )
        for one in stored
    ]  # fmt: skip


def check_plan(steps: Sequence[Step], price: int, limits: Limits, *, race: bool, begins: date) -> None:
    """Raise a Refusal unless the plan is one: in order, with indicators, its money the agreed price to the fen, public
    money and the first tranche inside their limits, and a gate where a race needs one.
    """
    if len(steps) < 2:
        raise _no("plan_short", say("A plan has at least two milestones; the last is the final acceptance."))
    _check_days(steps, begins)
    if any(not step.targets for step in steps):
        raise _no("plan_bare", say("Each milestone has at least one indicator with a target."), field="indicators")
    for step in steps:
        for target in step.targets:
            check_value(target.name, target.unit, target.target)
    whole = sum(step.whole for step in steps)
    if whole != price or price <= 0:
        raise _no("plan_money", say("The milestones come to {whole} and the agreed price is {price}.",
                                    whole=yuan(whole), price=yuan(price)))  # fmt: skip
    public = sum(step.fen.get(BudgetSource.PUBLIC, 0) for step in steps)
    if above(public, price, limits.public_most):
        raise _no("plan_public", say("Public money may be at most {most} % of the price.", most=limits.public_most))
    if above(steps[0].whole, price, limits.first_most):
        raise _no("plan_first", say("The first tranche may be at most {most} % of the price.", most=limits.first_most))
    gates = [step.number for step in steps if step.gate]
    if race and (not gates or steps[-1].gate):
        raise _no("plan_gate", say("A race needs a gate at a milestone before the last."))
    if gates and not race:
        raise _no("plan_no_race", say("Only a race has gates."))


def _check_days(steps: Sequence[Step], begins: date) -> None:
    days = [begins, *(step.due_on for step in steps)]
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise _no("plan_days", say("Each milestone is due after the one before it, and all of them after today."))


def check_value(name: str, unit: str, value: Decimal) -> None:
    """Raise a Refusal for a value its unit cannot have: 120 %, minus three, half a patient."""
    bounds = UNITS.get(unit)
    if bounds is None:
        return
    least, most, whole = bounds
    if value < least or (most is not None and value > most) or (whole and value != value.to_integral_value()):
        raise Refusal(
            "challenges.value_outside_unit",
            say("“{name}” cannot be {value} {unit}.", name=name, value=str(value), unit=unit),
            say("Give the value in the unit of the indicator."),
            field="indicators",
        )


def meets(target: Target, value: Decimal) -> bool:
    if target.direction is Direction.AT_LEAST:
        return value >= target.target
    return value <= target.target if target.direction is Direction.AT_MOST else value == target.target


def check_values(targets: Sequence[Target], given: Sequence[tuple[str, Decimal, str]]) -> dict[str, Decimal]:
    """The value of each indicator by name. Raises Refusal for one that is missing, unknown, twice, or in another unit.

    `given` is (name, value, unit); an empty unit means the indicator's own.
    """
    units = {target.name: target.unit for target in targets}
    found: dict[str, Decimal] = {}
    for name, value, unit in given:
        if name not in units:
            raise _value("value_unknown", say("This milestone has no indicator “{name}”.", name=name))
        if name in found:
            raise _value("value_twice", say("“{name}” is given twice.", name=name))
        if unit and unit != units[name]:
            raise _value("value_other_unit", say("“{name}” is measured in {unit}.", name=name, unit=units[name]))
        check_value(name, units[name], value)
        found[name] = value
    if missing := [name for name in units if name not in found]:
        raise _value("value_missing", say("The value of “{name}” is missing.", name=missing[0]))
    return found


def _value(code: str, sentence: Phrase) -> Refusal:
    return Refusal(f"challenges.{code}", sentence, say("Give one value for each indicator of the milestone."),
                   field="indicators")  # fmt: skip


def _no(code: str, sentence: Phrase, field: str = "steps") -> Refusal:
    return Refusal(f"challenges.{code}", sentence, say("Change the plan and send it again."), field=field)
