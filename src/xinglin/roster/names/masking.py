"""Names shown to those who may not see them whole."""

from xinglin.roster.names.normalise import INTERPUNCT, is_han, normalise
from xinglin.roster.names.surnames import split_name


def mask_name(name: str) -> str:
    """张明 as 张*, 张晓明 as 张*明, 欧阳晓明 as 欧阳*明, Tan Ah Kow as T** A* K**; one star per hidden character."""
    text = normalise(name)
    surname, given = split_name(text)
    if surname and given:
        return surname + ("*" if len(given) == 1 else "*" * (len(given) - 1) + given[-1])
    if len(text) < 2:
        return "*"
    return "".join(_mask_char(text, place) for place in range(len(text)))


def _mask_char(text: str, place: int) -> str:
    char = text[place]
    if place == 0 or char in (" ", INTERPUNCT, "-", "."):
        return char
    starts_word = text[place - 1] in (" ", "-") and not is_han(char)
    return char if starts_word else "*"
