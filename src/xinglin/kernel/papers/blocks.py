"""What a paper is made of. Pure.

Texts are phrases with `{named}` places; the facts fill them. A paper can be spoken in any of the house's languages.
"""

from __future__ import annotations

from dataclasses import dataclass

from xinglin.kernel.phrases import Phrase


@dataclass(frozen=True)
class Heading:
    """The paper's name, large and in the middle; `small` for the headings of sections."""

    text: Phrase
    small: bool = False


@dataclass(frozen=True)
class Text:
    """A paragraph. With `when`, it appears only if that fact is there."""

    text: Phrase
    when: str = ""
    right: bool = False


@dataclass(frozen=True)
class Points:
    """A numbered list of the texts in the fact `of`."""

    of: str


@dataclass(frozen=True)
class Table:
    """A row for each mapping in the fact `of`; columns are (key, heading)."""

    of: str
    columns: tuple[tuple[str, Phrase], ...]


@dataclass(frozen=True)
class Code:
    """A QR code of the address in the fact `of`, with a line under it."""

    of: str
    text: Phrase


Block = Heading | Text | Points | Table | Code


@dataclass(frozen=True)
class Paper:
    """A kind of paper: its name, what it is called, what it is made of, and the facts it cannot do without."""

    name: str
    label: Phrase
    needs: frozenset[str]
    blocks: tuple[Block, ...]
    landscape: bool = False
