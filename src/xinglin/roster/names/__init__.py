"""Names: kept as typed, compared across scripts, found in many spellings. Pure. See docs/explanation/names.md."""

from xinglin.roster.names.folding import Agreement, Comparison, compare, fold
from xinglin.roster.names.masking import mask_name
from xinglin.roster.names.normalise import (
    MAX_NAME_LENGTH,
    CleanName,
    NameRefused,
    Note,
    clean_name,
    is_han,
    normalise,
)
from xinglin.roster.names.readings import pinyin_name, pinyin_of
from xinglin.roster.names.search import Match, Query, match, query, search_keys
from xinglin.roster.names.surnames import Surname, split_name, surnames

__all__ = [
    "MAX_NAME_LENGTH",
    "Agreement",
    "CleanName",
    "Comparison",
    "Match",
    "NameRefused",
    "Note",
    "Query",
    "Surname",
    "clean_name",
    "compare",
    "fold",
    "is_han",
    "mask_name",
    "match",
    "normalise",
    "pinyin_name",
    "pinyin_of",
    "query",
    "search_keys",
    "split_name",
    "surnames",
]
