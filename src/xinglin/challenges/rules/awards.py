"""The award: what must be so before it is announced and after. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from xinglin.challenges.rules.negotiations import Candidate, refuse_related
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


def check_award(agreed: Sequence[Candidate], *, race: bool, most: int | None, prices: Collection[int]) -> None:
    """Raise a Refusal unless there is an agreement to announce: one, or two and more in a race; nobody related; all of
    it together inside the challenge's limit.
    """
    for one in agreed:
        refuse_related(one)
    if race and len(agreed) < 2:
        raise Refusal("challenges.race_needs_two", say("A race needs agreement with two teams or more."),
                      say("Talk to the next in the ranking."))  # fmt: skip
    if not race and len(agreed) != 1:
        raise Refusal("challenges.no_agreement", say("Nothing is agreed yet."),
                      say("Record the agreement with a bidder first."))  # fmt: skip
    if most is not None and sum(prices) > most:
        raise Refusal("challenges.over_the_limit", say("The agreed prices are more than the challenge may cost."),
                      say("Negotiate again, or raise the limit with a new list."))  # fmt: skip
