"""The prepared columns of a whole file or population as an Arrow table.

What costs (readings of names, lunar dates) is computed once per distinct value, the rest is SQL over columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from xinglin.exchange.identity.rules import lunar
from xinglin.exchange.identity.rules.names import NameForms, forms
from xinglin.exchange.identity.rules.records import Record
from xinglin.kernel.collecting import undisturbed

# What a number looks like when nobody says its kind, slips of one digit included.
_KIND = """
    CASE WHEN {n} IS NULL OR length({n}) < 4 THEN NULL
         WHEN regexp_full_match({n}, '8[123]0000[0-9X]{{11,13}}') THEN 'hmt_residence'
         WHEN regexp_full_match({n}, '[0-9]{{15}}|[0-9]{{16,18}}[0-9X]?') THEN 'id_card'
         WHEN regexp_full_match({n}, '[HM]A?[0-9]{{7,11}}') AND length({n}) >= 9 THEN 'hm_permit'
         WHEN regexp_full_match({n}, '[A-Z]{{1,2}}[0-9]{{6}}[0-9A]') THEN 'hkid'
         WHEN regexp_full_match({n}, '[A-Z]{{1,2}}[0-9]{{6,9}}') THEN 'passport'
         ELSE 'other' END
"""


def from_records(rows: Sequence[tuple[Record, Any]], rarity: Callable[[str, str], int], *, slots: int = 1) -> pa.Table:
    """A table of prepared records and, as `truth`, whatever stands beside each; unique_id is the place in `rows`."""
    text = (
        "name",
        "sound",
        "heard",
        "abroad",
        "family",
        "latin",
        "born",
        "lunar",
        "phone",
        "region",
        "address",
        "street",
    )
    columns: dict[str, Any] = {"unique_id": pa.array(range(len(rows)), pa.int64())}
    for column in text:
        columns[column] = pa.array([getattr(record, column) or None for record, _ in rows], pa.string())
    columns["han"] = pa.array([record.han for record, _ in rows])
    columns["rarity"] = pa.array([rarity(r.name, r.family) if r.name else 0 for r, _ in rows], pa.int8())
    columns["sex"] = pa.array([record.sex or None for record, _ in rows], pa.int8())
    for slot in range(slots):
        papers = [_paper(record, slot) for record, _ in rows]
        columns[f"document{slot}"] = pa.array(papers, pa.string())
    columns["truth"] = pa.array([truth for _, truth in rows])
    return pa.table(columns)


def slots_of(rows: Iterable[tuple[Record, Any]]) -> int:
    """How many document columns these records need."""
    return max((len(record.documents) for record, _ in rows), default=1) or 1


def _paper(record: Record, slot: int) -> str | None:
    if slot >= len(record.documents):
        return None
    kind, key, _checked = record.documents[slot]
    return f"{kind}:{key}"


def from_table(
    con: duckdb.DuckDBPyConnection, source: str, roles: dict[str, str], rarity: Callable[[str, str], int]
) -> None:
    """Make the table `people` out of the table `source`, whose columns `roles` name; columns not named are empty.

    Roles: id, name, birth_date, sex, document, phone, address (already joined), region.
    """

    def column(role: str) -> str:
        return f"nullif(trim(CAST(\"{roles[role]}\" AS VARCHAR)), '')" if role in roles else "CAST(NULL AS VARCHAR)"

    number = f"nullif(upper(regexp_replace({column('document')}, '[^0-9A-Za-z]', '', 'g')), '')"
    phone = f"regexp_replace({column('phone')}, '[^0-9]', '', 'g')"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE raw AS SELECT row_number() OVER () - 1 AS unique_id, {column("name")} AS typed,
            {column("birth_date")} AS dated, {column("sex")} AS sexed, {number} AS number, {phone} AS phoned,
            lower(regexp_replace({column("address")}, '[^0-9A-Za-z\\x{{4E00}}-\\x{{9FFF}}]', '', 'g')) AS placed,
            {column("region")} AS region
        FROM {source}
    """)
    with undisturbed():
        _names(con, rarity)
        _dates(con)
    kind = _KIND.format(n="number")
    con.execute(f"""
        CREATE OR REPLACE TABLE people AS
        SELECT unique_id, nullif(folded, '') AS name, nullif(sound, '') AS sound, nullif(heard, '') AS heard,
            nullif(abroad, '') AS abroad, nullif(family, '') AS family,
            CASE WHEN NOT han THEN nullif(folded, '') END AS latin, coalesce(han, false) AS han,
            coalesce(rarity, 0) AS rarity, born, lunar, {_sex("sexed")} AS sex,
            CASE WHEN length(phoned) = 13 AND starts_with(phoned, '86') THEN substr(phoned, 3)
                 WHEN length(phoned) >= 7 THEN phoned END AS phone,
            region, nullif(placed, '') AS address,
            nullif(regexp_extract(placed, '^[^0-9]{{3,}}'), '') AS street,
            {kind} || ':' || CASE WHEN {kind} = 'hm_permit' AND NOT starts_with(number, 'HA') AND
                NOT starts_with(number, 'MA') THEN substr(number, 1, 9) ELSE number END AS document0
        FROM raw LEFT JOIN name_forms USING (typed) LEFT JOIN date_forms USING (dated)
    """)


def _sex(column: str) -> str:
    return f"""CAST(CASE WHEN lower({column}) IN ('1', 'm', 'male', '男', '男性') THEN 1
        WHEN lower({column}) IN ('2', '0', 'f', 'female', '女', '女性') THEN 2 END AS TINYINT)"""


# The columns of NameForms, in their order.
_FORMS = {name: pa.bool_() if name in ("han", "newborn") else pa.string() for name in NameForms._fields}


def _names(con: duckdb.DuckDBPyConnection, rarity: Callable[[str, str], int]) -> None:
    typed = [row[0] for row in con.execute("SELECT DISTINCT typed FROM raw WHERE typed IS NOT NULL").fetchall()]
    found = [forms(one) for one in typed]
    given = zip(*found, strict=True) if found else [()] * len(_FORMS)
    table = {name: pa.array(values, kind) for (name, kind), values in zip(_FORMS.items(), given, strict=True)}
    table["rarity"] = pa.array([rarity(one.folded, one.family) if one.folded else 0 for one in found], pa.int8())
    table["typed"] = pa.array(typed, pa.string())
    _register(con, "name_forms", pa.table(table))


def _dates(con: duckdb.DuckDBPyConnection) -> None:
    dated = [row[0] for row in con.execute("SELECT DISTINCT dated FROM raw WHERE dated IS NOT NULL").fetchall()]
    born = [iso_date(text) for text in dated]
    _register(con, "date_forms", pa.table({
        "dated": pa.array(dated, pa.string()), "born": pa.array([one or None for one in born], pa.string()),
        "lunar": pa.array([lunar.written(one) or None if one else None for one in born], pa.string()),
    }))  # fmt: skip


def _register(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    con.register("arriving", table)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM arriving")
    con.unregister("arriving")


def iso_date(text: str) -> str:
    """A date however a file writes it (1961-04-17, 19610417, 17/04/1961, 1961年4月17日); "" for what is none."""
    digits = re.findall(r"\d+", text)
    if len(digits) >= 3 and len(digits[0]) == 4:
        parts = digits[0], digits[1], digits[2][:2]
    elif len(digits) >= 3 and len(digits[2]) == 4:
        parts = digits[2], digits[1], digits[0]
    elif digits and len(digits[0]) == 8:
        parts = digits[0][:4], digits[0][4:6], digits[0][6:]
    else:
        return ""
    year, month, day = (int(part) for part in parts)
    if month > 12 and day <= 12:
        month, day = day, month
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
