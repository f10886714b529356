"""Whom running tells: one side, the other, the secretariat."""

from __future__ import annotations

from typing import Any

from xinglin.challenges.models import Bid, Contract
from xinglin.challenges.rules.contracts import PARTIES
from xinglin.kernel import notices
from xinglin.kernel.phrases import Phrase
from xinglin.kernel.words import Role


class Telling:
    """Notices about one contract or bid."""

    @staticmethod
    def bidder(bid: Bid, event: str, sentence: Phrase, subject: Any) -> None:
        """Whoever bid."""
        notices.tell(notices.holders(*PARTIES, scopes=bid.scopes()), event, sentence, subject=subject)

    @staticmethod
    def sides(contract: Contract, event: str, sentence: Phrase, subject: Any, *, office: bool = False) -> None:
        """Both sides of a contract, and the secretariat if it must know."""
        also = (Role.SECRETARIAT,) if office else ()
        notices.tell(notices.holders(*PARTIES, *also, scopes=contract.scopes()), event, sentence, subject=subject)
