"""What every number has in common: being compacted, having a length and an alphabet, being masked."""

import re
import unicodedata

from xinglin.roster.reasons import Refused


class CodeRefused(Refused):
    """A number that cannot be right, with the reason code and its parameters."""


def compact(typed: str, *, drop: str = " -\t\u00a0") -> str:
    """The number without separators, in half-width capitals. A spreadsheet's leading apostrophe is dropped too."""
    text = unicodedata.normalize("NFKC", str(typed)).strip().lstrip("'").upper()
    return "".join(c for c in text if c not in drop and unicodedata.category(c) != "Cf")


def require(number: str, *, kind: str, alphabet: str, lengths: tuple[int, ...]) -> None:
    """Refuse an empty number, a wrong character and a wrong length, in that order."""
    if not number:
        raise CodeRefused("code.empty")
    for char in number:
        if char not in alphabet:
            raise CodeRefused("code.charset", {"kind": kind, "found": char})
    if len(number) not in lengths:
        expected = "/".join(map(str, lengths))
        raise CodeRefused("code.length", {"kind": kind, "expected": expected, "length": len(number)})


def require_form(number: str, pattern: str, *, kind: str, form: str) -> None:
    """Refuse an empty number and one that does not have the form described."""
    if not number:
        raise CodeRefused("code.empty")
    if not re.fullmatch(pattern, number):
        raise CodeRefused("code.format", {"kind": kind, "form": form})


def mask_number(number: str) -> str:
    """A number for those who may not see it whole: 440106199001010014 becomes 4401**********0014 (domain 3.1).

    Fewer characters stay the shorter it is; at least half, rounded up, are always hidden.
    """
    text = compact(number, drop=" \t\u00a0")
    if len(text) < 4:
        return "*" * len(text)
    shown = min(4, len(text) // 4)
    return text[:shown] + "*" * (len(text) - 2 * shown) + text[-shown:]
