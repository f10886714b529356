"""A name as it is kept: what is tidied and said so, and what is refused.

Nothing is changed silently: every change is a `Note` with the text before and after. What could make a name look
like another one (bidirectional overrides), run somewhere (markup, formulas) or vanish on another computer (private
use) is refused with a reason. Source: domain 3.4.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from xinglin.roster.reasons import Refused, package_rows

INTERPUNCT = "\u00b7"
MAX_NAME_LENGTH = 60

_INTERPUNCTS = dict.fromkeys(map(ord, "•‧・．･∙⋅●᛫⸱ꞏ\u0387"), INTERPUNCT)
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_VARIATION = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
# Nearly every name: characters that no step below changes.
_PLAIN = re.compile(r"[\u4e00-\u9fff]+")
_MARKUP = re.compile(r"[<>]|&(?:#\w+|[a-zA-Z]{2,8});|\{\{|\{%|javascript:", re.IGNORECASE)
_HAN_RANGES = (
    (0x3400, 0x4DBF),  # Extension A
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFD),  # Extensions B to H and what follows: newer than this Python's own tables may be
)
_HAN_SIGNS = frozenset("〇々\u3006\u2e81")
_USUAL_SIGNS = frozenset(" -'’.,()（）" + INTERPUNCT)


class NameRefused(Refused):
    """A name that cannot be taken as typed."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know about a tidied name. `code`: nfc, interpunct, whitespace, pua, zero_width, width
    or unusual."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CleanName:
    """A name ready to be kept, and what was tidied on the way."""

    text: str
    notes: tuple[Note, ...] = ()


@lru_cache(maxsize=65_536)
def is_han(char: str) -> bool:
    """Whether one character is a Chinese character (CJK unified incl. Extensions A-H, compatibility, 〇 and 々)."""
    point = ord(char)
    return any(low <= point <= high for low, high in _HAN_RANGES) or char in _HAN_SIGNS


def is_plain(text: str) -> bool:
    """Whether a text is nothing but everyday Chinese characters, which tidying leaves as they are."""
    return _PLAIN.fullmatch(text) is not None


def clean_name(typed: str, *, max_length: int = MAX_NAME_LENGTH) -> CleanName:
    """Tidy a typed name, saying each change; `NameRefused` where tidying would be guessing or unsafe.

    Cleaning a cleaned name changes nothing. Lengths are counted in characters after tidying.
    """
    if len(typed) <= max_length and is_plain(typed):
        return CleanName(typed)
    _refuse_dangerous(typed)
    notes: list[Note] = []
    text = typed
    for code, step in _STEPS:
        after = step(text)
        if after != text:
            notes.append(Note(code, text, after))
        text = after
    _refuse_unfit(text, max_length)
    unusual = "".join(c for c in text if not _is_usual(c))
    if unusual:
        notes.append(Note("unusual", text, unusual))
    return CleanName(text, tuple(notes))


def normalise(text: str) -> str:
    """The tidied text without refusals or notes, for search input. Idempotent; never raises."""
    if is_plain(text):
        return text
    for _, step in _STEPS:
        text = step(text)
    return text


def _refuse_dangerous(text: str) -> None:
    for char in text:
        if char in _BIDI:
            raise NameRefused("name.bidi", {"codepoint": _point(char)})
        if char == "\ufffd":
            raise NameRefused("name.replacement")
        category = unicodedata.category(char)
        if (category == "Cc" and char not in "\t\r\n") or category == "Cs" or _is_tag_or_nonchar(char):
            raise NameRefused("name.control", {"codepoint": _point(char)})
    # Full-width signs become ASCII below, so they are judged as what they will be.
    if found := _MARKUP.search(unicodedata.normalize("NFKC", text)):
        raise NameRefused("name.markup", {"found": found.group()})


def _refuse_unfit(text: str, max_length: int) -> None:
    if not text:
        raise NameRefused("name.empty")
    if len(text) > max_length:
        raise NameRefused("name.too_long", {"length": len(text), "limit": max_length})
    if text[0] in "=+-@":
        raise NameRefused("name.formula", {"found": text[0]})
    for char in text:
        if unicodedata.category(char) == "Co":
            raise NameRefused("name.private_use", {"codepoint": _point(char)})
    if not any(_is_letter(char) for char in text):
        raise NameRefused("name.no_letters")


def _is_tag_or_nonchar(char: str) -> bool:
    point = ord(char)
    return 0xE0000 <= point <= 0xE007F or 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE


def _is_letter(char: str) -> bool:
    return is_han(char) or unicodedata.category(char)[0] == "L" or 0x2FF0 <= ord(char) <= 0x2FFF


def _is_usual(char: str) -> bool:
    # Description signs, combining marks and variation selectors belong to rare characters.
    return _is_letter(char) or char in _USUAL_SIGNS or unicodedata.category(char) in ("Mn", "Mc")


def _point(char: str) -> str:
    return f"U+{ord(char):04X}"


@cache
def _pua_table() -> dict[int, str]:
    return {int(r["pua"], 16): chr(int(r["unicode"], 16)) for r in package_rows("pua_gb18030.csv")}


def _map_private_use(text: str) -> str:
    return text.translate(_pua_table())


def _drop_invisible(text: str) -> str:
    kept = [c for c in text if unicodedata.category(c) != "Cf"]
    # A variation selector says which glyph of a Chinese character is meant; anywhere else it is noise.
    out: list[str] = []
    for char in kept:
        if any(ord(char) in r for r in _VARIATION) and not (out and is_han(out[-1])):
            continue
        out.append(char)
    return "".join(out)


def _half_width(text: str) -> str:
    # Full-width dot and brackets keep their own rules; the ideographic space is whitespace.
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" and c not in "．（），" else c for c in text)


def _interpuncts(text: str) -> str:
    text = text.translate(_INTERPUNCTS)
    # 买买提.艾力 is typed for 买买提·艾力; a dot between Latin letters is an abbreviation and stays.
    text = re.sub(r"(?<=[^\x00-\x7f\s·])\.(?=[^\x00-\x7f\s·])", INTERPUNCT, text)
    return re.sub(rf"\s*{INTERPUNCT}+\s*(?:{INTERPUNCT}+\s*)*", INTERPUNCT, text)


def _whitespace(text: str) -> str:
    words = text.split()
    out = words[:1]
    for word in words[1:]:
        # 张 明 is 张明 spread out; a space between Latin words separates them.
        glued = is_han(out[-1][-1]) and is_han(word[0])
        if glued:
            out[-1] += word
        else:
            out.append(word)
    return " ".join(out)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


_STEPS = (
    ("pua", _map_private_use),
    ("zero_width", _drop_invisible),
    ("width", _half_width),
    # Before the dots: a letter written in two parts is one letter to the rule that looks at both sides of a dot.
    ("nfc", _nfc),
    ("interpunct", _interpuncts),
    ("whitespace", _whitespace),
)
