"""The levels of `rules.evidence` as Splink settings: the same conditions in SQL, for DuckDB and for Spark.

Positions are compared one by one with substr: DuckDB's string distances count bytes, and one Chinese character is
three. Distances are used on digits and Latin letters only.
"""

from __future__ import annotations

from typing import Any

from xinglin.exchange.identity.rules.evidence import LEVELS
from xinglin.exchange.identity.rules.weights import Weights

# Columns of the prepared table, beside unique_id and the document slots.
COLUMNS = ("name", "sound", "heard", "abroad", "family", "latin", "han", "rarity", "born", "lunar", "sex", "phone",
           "region", "address", "street")  # fmt: skip
_MISMATCHES = " + ".join(f"CAST(substr(name_l,{i},1) <> substr(name_r,{i},1) AS INT)" for i in range(1, 9))
_EXACT = "(name_l = name_r OR latin_l = latin_r)"
_RARITY = "least(rarity_l, rarity_r)"

_NAME = {
    "exact rare": f"{_EXACT} AND {_RARITY} = 3",
    "exact uncommon": f"{_EXACT} AND {_RARITY} = 2",
    "exact usual": f"{_EXACT} AND {_RARITY} = 1",
    "exact common": _EXACT,
    "sound rare": f"sound_l = sound_r AND {_RARITY} >= 2",
    "sound common": "sound_l = sound_r",
    "heard": "heard_l = heard_r OR abroad_l = heard_r OR heard_l = abroad_r",
    "one character": "((han_l OR han_r) AND length(name_l) BETWEEN 3 AND 8 AND length(name_l) = length(name_r) "
                     f"AND {_MISMATCHES} = 1) OR (NOT han_l AND NOT han_r AND length(name_l) >= 6 AND "
                     "length(name_r) >= 6 AND damerau_levenshtein(name_l, name_r) <= 1)",
    "partly": "family_l = family_r AND (((han_l OR han_r) AND (length(name_l) <> length(name_r) OR "
              "substr(name_l, length(family_l) + 1, 1) = substr(name_r, length(family_r) + 1, 1) OR "
              "substr(name_l, length(name_l), 1) = substr(name_r, length(name_r), 1))) OR "
              "(NOT han_l AND NOT han_r AND damerau_levenshtein(name_l, name_r) <= 2))",
    "family": "family_l = family_r",
}  # fmt: skip
_BORN = {
    "exact": "born_l = born_r",
    "turned": "(substr(born_l,1,4) = substr(born_r,1,4) AND substr(born_l,6,2) = substr(born_r,9,2) AND "
              "substr(born_l,9,2) = substr(born_r,6,2)) OR born_l = lunar_r OR lunar_l = born_r",
    "one digit": "damerau_levenshtein(born_l, born_r) <= 1",
    "year": "substr(born_l,1,4) = substr(born_r,1,4)",
}  # fmt: skip
_HOUSEHOLD = {
    "phone and address": "phone_l = phone_r AND address_l = address_r",
    "phone": "phone_l = phone_r",
    "address": "address_l = address_r",
    "phone one edit": "damerau_levenshtein(phone_l, phone_r) <= 1",
    "street": "street_l = street_r AND region_l = region_r",
    "region": "region_l = region_r",
}
_NULL = {
    "name": "name_l IS NULL OR name_r IS NULL",
    "born": "born_l IS NULL OR born_r IS NULL",
    "sex": "sex_l IS NULL OR sex_r IS NULL",
    "household": "(phone_l IS NULL OR phone_r IS NULL) AND (address_l IS NULL OR address_r IS NULL)",
}


def documents(slots: int) -> tuple[str, dict[str, str]]:
    """The condition for nothing to compare, and the levels, for `slots` document columns of the form kind:key."""
    pairs = [(f"document{a}_l", f"document{b}_r") for a in range(slots) for b in range(slots)]

    def alike(one: str, other: str) -> str:
        return f"split_part({one}, ':', 1) = split_part({other}, ':', 1)"

    none = " AND ".join(f"coalesce({alike(*pair)}, FALSE) = FALSE" for pair in pairs)
    exact = " OR ".join(f"{one} = {other}" for one, other in pairs)
    edit = " OR ".join(f"({alike(one, other)} AND damerau_levenshtein({one}, {other}) <= 1)" for one, other in pairs)
    return none, {"exact": exact, "one edit": edit}


def settings(weights: Weights | None, *, slots: int = 1, keep: tuple[str, ...] = ()) -> dict[str, Any]:
    """Splink's settings. With `weights` every level carries their m and u; without, Splink is to train them."""
    none, document = documents(slots)
    tables = {
        "name": _NAME,
        "born": _BORN,
        "sex": {"same": "sex_l = sex_r"},
        "document": document,
        "household": _HOUSEHOLD,
    }
    comparisons = []
    for comparison, names in LEVELS.items():
        rows: list[dict[str, Any]] = [
            {"sql_condition": none if comparison == "document" else _NULL[comparison], "label_for_charts": "null",
             "is_null_level": True}
        ]  # fmt: skip
        for level in names:
            sql = "ELSE" if level == "else" else tables[comparison][level]
            row: dict[str, Any] = {"sql_condition": sql, "label_for_charts": level}
            if weights is not None:
                row["m_probability"], row["u_probability"] = weights.m[comparison][level], weights.u[comparison][level]
            rows.append(row)
        comparisons.append({"output_column_name": comparison, "comparison_levels": rows})
    found: dict[str, Any] = {
        "link_type": "dedupe_only", "unique_id_column_name": "unique_id", "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": blocking(slots), "retain_intermediate_calculation_columns": False,
        "retain_matching_columns": False, "additional_columns_to_retain": list(keep), "em_convergence": 0.001,
        "max_iterations": 20,
    }  # fmt: skip
    if weights is not None:
        odds = 2.0**weights.prior
        found["probability_two_random_records_match"] = odds / (1 + odds)
    return found


# Pairs no weight brings together: documents for life more than two slips apart; another given name in one household on
# one birthday (twins). The live index asks a person about them; a batch leaves them out.
CONTRADICTED = """
    (split_part(l.document0, ':', 1) = split_part(r.document0, ':', 1) AND
     split_part(l.document0, ':', 1) IN ('id_card', 'hkid', 'hmt_residence', 'hm_permit', 'taiwan_id', 'macau_bir') AND
     damerau_levenshtein(l.document0, r.document0) > 2)
    OR (l.born = r.born AND l.family = r.family AND l.sound <> r.sound AND length(l.name) = length(r.name) AND
        substr(l.name, length(l.name), 1) <> substr(r.name, length(r.name), 1) AND
        (l.document0 IS NULL OR r.document0 IS NULL) AND (l.phone = r.phone OR l.address = r.address))
"""


def blocking(slots: int) -> list[str]:
    """The blocks of `rules.keys` as Splink's rules."""
    same = "l.{0} = r.{0}".format
    papers = [f"l.document{a} = r.document{b}" for a in range(slots) for b in range(slots)]
    return [
        *papers,
        f"{same('sound')} AND {same('born')}",
        f"{same('phone')} AND {same('sex')}",
        f"{same('sound')} AND {same('address')}",
        f"{same('born')} AND {same('family')} AND {same('sex')}",
        f"{same('sound')} AND substr(l.born,1,4) = substr(r.born,1,4) AND {same('region')}",
        f"{same('heard')} AND {same('born')}",
    ]
