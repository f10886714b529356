"""A circuit breaker: who failed several times in a row is left alone for a while, then tried once. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FAILURES, REST = 3, timedelta(seconds=30)


@dataclass(frozen=True)
class Breaker:
    """The state for one city, the same for every process that asks. `trying_until`: somebody has taken the one try."""

    failures: int = 0
    rests_until: datetime | None = None
    trying_until: datetime | None = None

    def may_ask(self, at: datetime) -> bool:
        """Whether to ask now. After the rest exactly one question is let through; the others wait for its outcome."""
        if not self.tripped:
            return True
        return not any(until is not None and at < until for until in (self.rests_until, self.trying_until))

    @property
    def tripped(self) -> bool:
        """Whether whoever asks must take the one try first."""
        return self.failures >= FAILURES

    def tried(self, at: datetime) -> Breaker:
        """The try is taken; whoever dies with it holds it no longer than a rest."""
        return replace(self, trying_until=at + REST)

    def failed(self, at: datetime) -> Breaker:
        """One more failure in a row."""
        failures = self.failures + 1
        return Breaker(failures, at + REST if failures >= FAILURES else None)

    def untried(self) -> Breaker:
        """The question never began: its try is free again."""
        return replace(self, trying_until=None)
