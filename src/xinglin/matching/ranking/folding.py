"""Texts as they are compared: one width, one case, simplified characters. What is shown stays as it was typed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@cache
def _to_simplified() -> dict[int, str]:
    """Traditional to simplified, character by character, from OpenCC's table (Apache-2.0).

    Characters suffice for comparison: both sides are folded by the same table, so a wrong choice among several
    simplified forms is the same wrong choice on both sides.
    """
    table: dict[int, str] = {}
    text = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        traditional, _, simplified = line.partition("\t")
        choice = simplified.split(" ")[0].strip()
        if len(traditional) == 1 and len(choice) == 1:
            table[ord(traditional)] = choice
    return table


def fold(text: str) -> str:
    """Fold `text` for comparison: NFKC, invisible characters out, lower case, simplified characters.

    Idempotent, and total: any string, lone surrogates included, gives a string.
    """
    if text.isascii():
        return _INVISIBLE.sub(" ", text.lower())
    plain = unicodedata.normalize("NFKC", text)
    plain = _INVISIBLE.sub("", plain).casefold()
    # Case folding and the table can produce characters NFKC would change again; once more makes it idempotent.
    return unicodedata.normalize("NFKC", plain.translate(_to_simplified()))
