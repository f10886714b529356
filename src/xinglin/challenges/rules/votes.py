"""Panels that accept or refuse: who may sit, who voted, what follows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from xinglin.challenges.words.milestones import Verdict
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal


@dataclass(frozen=True)
class PanelLimits:
    """`least` members, an odd number; `percent` of all members must accept."""

    least: int
    percent: int


def check_panel(members: Collection[str], barred: Mapping[str, str], limits: PanelLimits) -> None:
    """Raise a Refusal unless the members are enough, odd in number, all different, and nobody is barred.

    `barred` is who may not sit and the name by which they are known: the team, its people, whoever works there.
    """
    if len(set(members)) != len(members):
        raise _no("panel_twice", say("Somebody is named twice."))
    if len(members) < limits.least or len(members) % 2 == 0:
        raise _no("panel_size", say("A panel has an odd number of members, at least {least}.", least=limits.least))
    if stuck := [barred[one] for one in members if one in barred]:
        raise _no("panel_related", say("{name} belongs to the team and cannot judge its work.", name=stuck[0]))


def check_vote(seat: bool, voted: bool, opinion: str) -> None:
    """Raise a Refusal for a vote of somebody who is no member, a second vote, or one without an opinion."""
    if not seat:
        raise Refusal(
            "challenges.no_member",
            say("Only the members of this panel vote."),
            say("Ask the secretariat who its members are."),
        )
    if voted:
        raise Refusal("challenges.voted", say("You have voted already; a vote stands."))
    if not opinion.strip():
        raise Refusal("challenges.no_opinion", say("A vote has a reason."), say("Write your opinion."), field="opinion")


def outcome(votes: Collection[Verdict], members: int, limits: PanelLimits) -> Verdict | None:
    """What the panel decided, or None while votes still out could change it. Silence counts for nothing."""
    accepted = sum(1 for vote in votes if vote is Verdict.ACCEPT)
    out = members - len(votes)
    if accepted * 100 >= members * limits.percent:
        return Verdict.ACCEPT
    if (accepted + out) * 100 < members * limits.percent:
        return Verdict.FAIL
    return None


def _no(code: str, sentence: Phrase) -> Refusal:
    return Refusal(f"challenges.{code}", sentence, say("Name other members."), field="members")
