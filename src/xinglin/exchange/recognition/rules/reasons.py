"""The coded reasons for not recognising a result, in versions (domain 2.7). Pure.

Platforms number their reasons differently and change them, so a decision keeps the version of the set it was taken
from. 98 and 99 are not counted as "not recognised"; 08 needs words of the doctor's own.
"""

from __future__ import annotations

from xinglin.exchange.recognition.words import Reason
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

SYSTEM = "urn:xinglin:recognition:reason"
CURRENT = "2022-10"
# version -> the codes it knows.
VERSIONS: dict[str, frozenset[Reason]] = {
    CURRENT: frozenset(Reason),
    # An older set of the same platform: without the two reasons that do not count.
    "2022-8": frozenset(Reason) - {Reason.NO_IMAGE, Reason.SERIES},
}
NOT_COUNTED = frozenset({Reason.NO_IMAGE, Reason.SERIES})
NEEDS_WORDS = frozenset({Reason.OTHER})


def counts(reason: str) -> bool:
    """Whether a decline with this code counts as not recognised (domain 2.8: 01 to 08 do)."""
    return reason not in NOT_COUNTED


def the_reason(code: str, remark: str, *, version: str = CURRENT) -> Reason:
    """The reason of a code, or a Refusal: unknown to the version, or 08 without words."""
    known = VERSIONS.get(version)
    if known is None:
        raise Refusal(
            "recognition.reason_version",
            say("There is no set of reasons “{version}”.", version=version[:40]),
            say("The sets are: {versions}.", versions=", ".join(VERSIONS)),
            field="reason",
        )
    if code not in set(map(str, known)):
        raise Refusal(
            "recognition.reason_unknown",
            say("“{code}” is no reason of the set “{version}”.", code=code[:20], version=version),
            say("The reasons are: {codes}.", codes=", ".join(sorted(map(str, known)))),
            field="reason",
        )
    reason = Reason(code)
    if reason in NEEDS_WORDS and not remark.strip():
        raise Refusal(
            "recognition.reason_words",
            say("Reason 08 needs a sentence of your own."),
            say("Write why the repeat is truly needed."),
            field="remark",
        )
    return reason
