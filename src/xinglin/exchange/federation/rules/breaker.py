"""A circuit breaker: who failed several times in a row is left alone for a while, then tried once. Pure."""

from __future__ import annotations

from dataclasses import dataclass

FAILURES, REST = 3, 30.0


@dataclass
class Breaker:
    """The state for one peer; times are seconds of a monotonic clock."""

    failures: int = 0
    rests_until: float = 0.0
    trying: bool = False

    def may_ask(self, now: float) -> bool:
        """Whether to ask now. After the rest exactly one question is let through; the others wait for its outcome."""
        if self.failures < FAILURES:
            return True
        if now < self.rests_until or self.trying:
            return False
        self.trying = True
        return True

    def succeeded(self) -> None:
        self.failures, self.trying = 0, False

    def failed(self, now: float) -> None:
        self.failures, self.trying = self.failures + 1, False
        if self.failures >= FAILURES:
            self.rests_until = now + REST
