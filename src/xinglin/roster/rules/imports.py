"""Imports, exports and duplicates: their lifecycles, and which record a row of a spreadsheet means. Pure.

A row never changes a record on a name alone (domain 3.3): a second key must agree, and where more than one record fits,
a person decides. Loading the same row again finds what it made by the fingerprint of its identifying cells.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role
from xinglin.roster.names import Agreement, compare, fold
from xinglin.roster.words.imports import DuplicateStage, ExportStage, ImportStage

OFFICE = roles(Role.SECRETARIAT)
PROGRAM = roles()

IMPORT_MOVES = Machine(
    "roster.importrun",
    ImportStage,
    ImportStage.UPLOADED,
    frozenset({ImportStage.DONE, ImportStage.CANCELLED, ImportStage.FAILED}),
    (
        Move("check", ImportStage.UPLOADED, ImportStage.CHECKED, PROGRAM, say("Check without writing")),
        Move("begin", ImportStage.CHECKED, ImportStage.IMPORTING, OFFICE, say("Import"), awaited=True, due=7),
        Move("begin_unchecked", ImportStage.UPLOADED, ImportStage.IMPORTING, PROGRAM, say("Import at once")),
        Move("finish", ImportStage.IMPORTING, ImportStage.DONE, PROGRAM, say("Finish")),
        Move("fail", (ImportStage.UPLOADED, ImportStage.IMPORTING), ImportStage.FAILED, PROGRAM, say("Give up")),
        Move("cancel", (ImportStage.UPLOADED, ImportStage.CHECKED, ImportStage.IMPORTING), ImportStage.CANCELLED,
             OFFICE, say("Cancel")),
        Move("resume", (ImportStage.CANCELLED, ImportStage.FAILED), ImportStage.IMPORTING, OFFICE, say("Go on")),
    ),
)  # fmt: skip

EXPORT_MOVES = Machine(
    "roster.exportrun",
    ExportStage,
    ExportStage.ASKED,
    frozenset({ExportStage.READY, ExportStage.FORGOTTEN}),
    (
        Move("write", ExportStage.ASKED, ExportStage.READY, PROGRAM, say("Write the file")),
        Move("forget", (ExportStage.ASKED, ExportStage.READY), ExportStage.FORGOTTEN,
             roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.AUTHORITY), say("Remove the file")),
    ),
)  # fmt: skip

_OPEN = (DuplicateStage.OFFERED, DuplicateStage.LATER)
DUPLICATE_MOVES = Machine(
    "roster.duplicate",
    DuplicateStage,
    DuplicateStage.OFFERED,
    frozenset({DuplicateStage.SAME, DuplicateStage.DIFFERENT, DuplicateStage.LATER}),
    (
        Move("link", _OPEN, DuplicateStage.SAME, OFFICE, say("They are the same: link them"), awaited=True, due=30),
        Move("tell_apart", _OPEN, DuplicateStage.DIFFERENT, OFFICE, say("They are different")),
        Move("put_off", DuplicateStage.OFFERED, DuplicateStage.LATER, OFFICE, say("Decide later")),
        Move("unlink", DuplicateStage.SAME, DuplicateStage.OFFERED, OFFICE, say("Undo the link")),
        Move("look_again", DuplicateStage.DIFFERENT, DuplicateStage.OFFERED, OFFICE, say("Look again")),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Settled:
    """Which record a row means: one (`key`), a new one (both empty), or a person's question (`reason`, `offers`)."""

    key: str = ""
    reason: str = ""
    column: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    offers: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownPerson:
    """What decides, of a person on record. Numbers arrive as keyed hashes; `shown` is how a refusal names them."""

    key: str
    shown: str
    name_zh: str = ""
    name_latin: str = ""
    aliases: tuple[str, ...] = ()
    birth_year: int | None = None
    sex: str = "0"
    document_hash: str = ""
    document_kind: str = ""
    phone_hash: str = ""
    email_hash: str = ""
    organisations: frozenset[str] = frozenset()
    import_key: str = ""
    closed: bool = False


NEW = Settled()


def settle_person(
    row: KnownPerson, others: Sequence[KnownPerson], *, in_file: Collection[str] = frozenset()
) -> Settled:
    """Which of `others` the row means. `row.organisations` holds at most the one named in the row.

    `in_file` holds the import keys of every row of the file: what another row made is not what this row means, so two
    people of one name in one hospital stay two.
    """
    if row.document_hash:
        carriers = [one for one in others if one.document_hash == row.document_hash]
        if strangers := [one for one in carriers if not names_agree(row, one)]:
            return _ask("import.document_conflict", "document_number", strangers)
        if carriers:
            return _one(carriers, "document_number")
    if row.import_key and (before := [one for one in others if one.import_key == row.import_key]):
        return _one(before, "name_zh")
    free = [one for one in others if not one.import_key or one.import_key not in in_file]
    alike = [one for one in free if same_name(row, one) and not contradicts(row, one)]
    sure = [one for one in alike if shares_a_key(row, one)]
    if sure:
        return _one(sure, "name_zh")
    bare = not (row.organisations or row.phone_hash or row.email_hash or row.document_hash)
    if alike and bare:
        # A name and nothing else: it may be any of them, or somebody new.
        return _ask("import.name_only", "name_zh", alike)
    return NEW


def _one(found: Sequence[Any], column: str) -> Settled:
    """The one record that fits; open records go before closed ones, and a closed one alone is a question."""
    fits = [one for one in found if not one.closed] or found
    by_key = {one.key: one for one in fits}
    if len(by_key) > 1:
        return _ask("import.ambiguous", column, list(by_key.values()))
    return _ask("import.closed", column, fits[:1]) if fits[0].closed else Settled(key=fits[0].key)


def _ask(reason: str, column: str, found: Sequence[Any]) -> Settled:
    shown = sorted(found, key=lambda one: one.key)[:5]
    return Settled(
        reason=reason, column=column, params={"candidates": "; ".join(one.shown for one in shown)},
        offers=tuple(one.key for one in shown),
    )  # fmt: skip


def same_name(row: KnownPerson, one: KnownPerson) -> bool:
    """The Chinese names are equal as written; without one in the row, the Latin names."""
    if row.name_zh:
        return row.name_zh == one.name_zh
    return bool(row.name_latin) and row.name_latin.casefold() == one.name_latin.casefold()


def names_agree(row: KnownPerson, one: KnownPerson) -> bool:
    """Equal, equal in another script or spelling, or one is a recorded other name: enough beside one document."""
    if row.name_zh and one.name_zh:
        agreement = compare(row.name_zh, one.name_zh).agreement
        if agreement in (Agreement.IDENTICAL, Agreement.VARIANT, Agreement.HAZARD):
            return True
    mine = {fold(name) for name in (row.name_zh, row.name_latin) if name}
    return bool(mine & {fold(name) for name in (one.name_zh, one.name_latin, *one.aliases) if name})


def contradicts(row: KnownPerson, one: KnownPerson) -> bool:
    """Another birth year (by more than one), another sex, or another document of the same kind: another person."""
    if row.birth_year and one.birth_year and abs(row.birth_year - one.birth_year) > 1:
        return True
    if row.sex in ("1", "2") and one.sex in ("1", "2") and row.sex != one.sex:
        return True
    both = bool(row.document_hash and one.document_hash) and row.document_kind == one.document_kind
    return both and row.document_hash != one.document_hash


def shares_a_key(row: KnownPerson, one: KnownPerson) -> bool:
    """The second key beside the name: place of work, telephone or e-mail."""
    return bool(
        row.organisations & one.organisations
        or (row.phone_hash and row.phone_hash == one.phone_hash)
        or (row.email_hash and row.email_hash == one.email_hash)
    )


@dataclass(frozen=True)
class KnownOrganisation:
    """What decides, of an organisation on record. `parent` is the key of the legal person it is a branch of."""

    key: str
    shown: str
    name_zh: str
    kind: str = ""
    credit_code: str = ""
    region: str = ""
    parent: str = ""
    closed: bool = False


def settle_organisation(row: KnownOrganisation, others: Sequence[KnownOrganisation]) -> Settled:
    """Which of `others` the row means: a legal person by its code, else the exact name in one place.

    A branch may carry its parent's code, so codes decide only between legal persons (domain 3.4).
    """
    if row.credit_code and not row.parent:
        carriers = [one for one in others if one.credit_code == row.credit_code and not one.parent]
        if carriers:
            return _kind_fits(row, carriers, "credit_code")
    named = [
        one for one in others
        if one.name_zh == row.name_zh and one.parent == row.parent and near(row.region, one.region)
    ]  # fmt: skip
    if not named:
        return NEW
    exact = [one for one in named if one.region == row.region]
    if len(named) > 1 and len(exact) == 1:
        named = exact
    codes = {one.credit_code for one in named if not one.closed and one.credit_code}
    if len(named) == 1 and row.credit_code and codes - {row.credit_code}:
        return _ask("import.code_conflict", "credit_code", named)
    return _kind_fits(row, named, "name_zh")


def near(left: str, right: str) -> bool:
    """Whether two region codes may mean one place: equal, one unknown, or one lies in the other."""
    if not left or not right:
        return True
    short = min((_stem(left), _stem(right)), key=len)
    return left.startswith(short) and right.startswith(short)


def _stem(code: str) -> str:
    """440000 is 44, 445100 is 4451: what every place inside it begins with (GB/T 2260 counts in pairs)."""
    while code.endswith("00"):
        code = code[:-2]
    return code


def _kind_fits(row: KnownOrganisation, found: Sequence[KnownOrganisation], column: str) -> Settled:
    """A hospital does not become an authority by a spreadsheet."""
    one = _one(found, column)
    known = next((other for other in found if other.key == one.key), None)
    return one if known is None or row.kind == known.kind else _ask("import.kind_conflict", "kind", [known])


_KINDS = (
    ("authority", ("委员会", "卫健局", "卫生局", "人民政府", "医疗保障局", "药品监督管理局")),
    ("society", ("学会", "协会", "联合会", "促进会", "商会", "基金会", "联盟")),
    ("hospital", ("医院", "卫生院", "保健院", "卫生服务中心", "诊所", "医学中心", "防治所", "hospital", "clinic")),
    ("institute", ("研究院", "研究所", "研究中心", "实验室", "科学院", "institute", "laborator")),
    ("school", ("大学", "学院", "学校", "university", "school", "college")),
    ("enterprise", ("公司", "集团", "药业", "厂", "ltd", "inc", "limited", "company", "corp")),
)


def kind_by_name(name: str) -> str:
    """The likely kind of an organisation known only as somebody's place of work; a person confirms it on admission."""
    text = name.casefold()
    # The last word of a Chinese name says what it is: 某大学附属医院 is a hospital, 某医院研究所 an institute.
    found = [(text.rfind(word), kind) for kind, words in _KINDS for word in words if word in text]
    return max(found)[1] if found else "institute"
