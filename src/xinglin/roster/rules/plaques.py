"""The life of a plaque, its code, and what it stands for on a given day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.rules.lapsing import lapsed, require_order
from xinglin.roster.words.plaques import HANGING, PlaqueStage, PlaqueStanding

GRANTING = roles(Role.SECRETARIAT, Role.LIAISON)
PROGRAM = roles()
# No 0 O 1 I L: a code is read aloud and typed from a photograph. 31^10 is about 8 * 10^14.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10


def code_from(numbers: tuple[int, ...]) -> str:
    """A code from `CODE_LENGTH` random numbers below len(SIGNS)."""
    return "".join(SIGNS[number] for number in numbers)


def code_as_typed(text: str) -> str | None:
    """The code somebody typed, hyphens and spaces out, capitals; None when it cannot be one."""
    code = "".join(sign for sign in text.upper() if sign not in " -－·　")
    return code if len(code) == CODE_LENGTH and all(sign in SIGNS for sign in code) else None


def spaced(code: str) -> str:
    """For reading: `ABCDE-FGHJK`."""
    return f"{code[:5]}-{code[5:]}"


@dataclass(frozen=True)
class Grant:
    """What a plaque is granted on. `agreement_in_force` is None when no agreement is named."""

    granted_on: date
    until: date
    today: date
    agreement_in_force: bool | None


def may_be_granted(grant: Grant) -> None:
    """A plaque is not a legal relation (domain 8.1): a named agreement must be in force, and a plaque always ends."""
    require_order(grant.granted_on, grant.until)
    if grant.agreement_in_force is False:
        raise Refusal(
            "plaques.agreement_not_in_force",
            say("The agreement this plaque rests on is not in force."),
            say("Have it signed by all parties first, or name another."),
        )
    if lapsed(grant.until, grant.today):
        raise Refusal("plaques.already_over", say("The valid period is already over."), field="until")


def granted_to_another(granting: str, receiving: str) -> None:
    if granting == receiving:
        raise Refusal(
            "plaques.to_itself",
            say("A unit cannot grant a plaque to itself."),
            say("Choose the unit that receives it."),
            field="receiving_id",
        )


@dataclass(frozen=True)
class Extension:
    until: date
    new_until: date


def extends(extension: Extension) -> None:
    if extension.new_until <= extension.until:
        raise Refusal(
            "plaques.not_longer",
            say("The plaque is already valid until {until}.", until=extension.until),
            say("Choose a later day."),
            field="until",
        )


def standing(stage: PlaqueStage, granted_on: date, until: date, today: date) -> PlaqueStanding | None:
    """What the public is told today; None for what was never granted. The day counts, not the last nightly run."""
    if stage in (PlaqueStage.DRAFT, PlaqueStage.WITHDRAWN):
        return None
    if stage == PlaqueStage.REVOKED:
        return PlaqueStanding.REVOKED
    if stage == PlaqueStage.REPLACED:
        return PlaqueStanding.REPLACED
    if stage == PlaqueStage.EXPIRED or lapsed(until, today):
        return PlaqueStanding.EXPIRED
    return PlaqueStanding.NOT_YET if today < granted_on else PlaqueStanding.VALID


S = PlaqueStage
PLAQUE_MOVES = Machine(
    "roster.plaque",
    PlaqueStage,
    S.DRAFT,
    frozenset({S.EXPIRED, S.REVOKED, S.REPLACED, S.WITHDRAWN}),
    (
        Move("grant", S.DRAFT, S.GRANTED, GRANTING, say("Grant"), may_be_granted, awaited=True, due=14),
        Move("withdraw", S.DRAFT, S.WITHDRAWN, GRANTING, say("Withdraw")),
        Move("near_end", S.GRANTED, S.EXPIRING, PROGRAM, say("The end comes near")),
        Move("extend", S.EXPIRING, S.GRANTED, GRANTING, say("Extend"), extends, awaited=True),
        Move("extend", S.GRANTED, S.GRANTED, GRANTING, say("Extend"), extends),
        Move("replace", HANGING, S.REPLACED, GRANTING, say("Replace")),
        Move("revoke", HANGING, S.REVOKED, GRANTING, say("Revoke")),
        Move("expire", HANGING, S.EXPIRED, PROGRAM, say("The period is over")),
    ),
)
