"""How far two records agree, field by field, as levels. Pure, symmetric; the same levels are SQL in `rules.settings`.

Household evidence (phone, address, street, region) is ONE comparison: relatives share all of it, so counting each part
as independent would join families (measured: pairwise precision .985 instead of .9975).
"""

from __future__ import annotations

from rapidfuzz.distance import DamerauLevenshtein as Edits

from xinglin.exchange.identity.rules.documents import LIFELONG, WITH_CHECK
from xinglin.exchange.identity.rules.names import spelled_alike
from xinglin.exchange.identity.rules.records import Record

# The comparisons, each with its levels from the strongest to the weakest. "" (not here) is: nothing to compare.
LEVELS: dict[str, tuple[str, ...]] = {
    "name": ("exact rare", "exact uncommon", "exact usual", "exact common", "sound rare", "sound common", "heard",
             "one character", "partly", "family", "else"),
    "born": ("exact", "turned", "one digit", "year", "else"),
    "sex": ("same", "else"),
    "document": ("exact", "one edit", "else"),
    "household": ("phone and address", "phone", "address", "phone one edit", "street", "region", "else"),
}  # fmt: skip
COMPARISONS = tuple(LEVELS)


def levels(left: Record, right: Record, rarity: int) -> tuple[str, str, str, str, str]:
    """The level of every comparison, in the order of COMPARISONS; `rarity` 0 to 3 of the name they share."""
    return (
        name_level(left, right, rarity), born_level(left, right), sex_level(left, right),
        document_level(left, right), household_level(left, right),
    )  # fmt: skip


def name_level(left: Record, right: Record, rarity: int) -> str:
    """Names: written alike (by how rare the name is), sounding alike, heard alike in Cantonese or spelled abroad, one
    character apart, partly, the surname alone."""
    a, b = left.name, right.name
    if not a or not b:
        return ""
    if a == b or (left.latin and left.latin == right.latin):
        return ("exact common", "exact usual", "exact uncommon", "exact rare")[rarity]
    if left.sound == right.sound or a in right.also or b in left.also:
        return "sound rare" if rarity >= 2 else "sound common"
    if _heard(left, right):
        return "heard"
    if _one_character(left, right):
        return "one character"
    if left.family and left.family == right.family:
        return "partly" if _partly(left, right) else "family"
    return "else"


def _heard(left: Record, right: Record) -> bool:
    return bool(left.heard) and (
        left.heard == right.heard
        or (bool(left.abroad) and left.abroad == right.heard)
        or (bool(right.abroad) and right.abroad == left.heard)
    )


def _one_character(left: Record, right: Record) -> bool:
    a, b = left.name, right.name
    if not left.han and not right.han:
        return len(a) >= 6 and len(b) >= 6 and Edits.distance(a, b, score_cutoff=1) <= 1
    return 3 <= len(a) == len(b) <= 8 and sum(x != y for x, y in zip(a, b, strict=True)) == 1


def _partly(left: Record, right: Record) -> bool:
    if not left.han and not right.han:
        return Edits.distance(left.name, right.name, score_cutoff=2) <= 2
    a, b, cut = left.name, right.name, len(left.family)
    return len(a) != len(b) or a[cut : cut + 1] == b[cut : cut + 1] or a[-1:] == b[-1:]


def born_level(left: Record, right: Record) -> str:
    """Birth dates: equal; month and day turned round, or one of them the lunar date; one digit; the year."""
    a, b = left.born, right.born
    if not a or not b:
        return ""
    if a == b:
        return "exact"
    if (a[:4] == b[:4] and a[5:7] == b[8:] and a[8:] == b[5:7]) or a == right.lunar or b == left.lunar:
        return "turned"
    if Edits.distance(a, b, score_cutoff=1) <= 1:
        return "one digit"
    return "year" if a[:4] == b[:4] else "else"


def sex_level(left: Record, right: Record) -> str:
    if not left.sex or not right.sex:
        return ""
    return "same" if left.sex == right.sex else "else"


def document_level(left: Record, right: Record) -> str:
    """Documents of a kind both have: the best of them."""
    best = ""
    for kind, key, _checked in left.documents:
        for other_kind, other, _other_checked in right.documents:
            if kind != other_kind:
                continue
            if key == other:
                return "exact"
            if best != "one edit":
                best = "one edit" if Edits.distance(key, other, score_cutoff=1) <= 1 else "else"
    return best


def household_level(left: Record, right: Record) -> str:
    """Phone and address together, so that a family counts once."""
    phones = bool(left.phone and right.phone)
    if not phones and not (left.address and right.address):
        return ""
    phone = phones and left.phone == right.phone
    address = bool(left.address) and left.address == right.address
    if phone or address:
        return "phone and address" if phone and address else "phone" if phone else "address"
    if phones and Edits.distance(left.phone, right.phone, score_cutoff=1) <= 1:
        return "phone one edit"
    if left.street and left.street == right.street and left.region == right.region:
        return "street"
    return "region" if left.region and left.region == right.region else "else"


def same_name(left: Record, right: Record) -> bool:
    """Whether the names are one name, however written: variants, an alias, or the other script's spelling of it."""
    if not left.name or not right.name:
        return False
    if left.name == right.name or left.name in right.also or right.name in left.also:
        return True
    if left.han and right.han:
        return False
    if left.latin and left.latin == right.latin:
        return True
    chinese, other = (left, right) if left.han else (right, left)
    return chinese.han and spelled_alike(chinese.name, other.latin or other.name)


def shared_document(left: Record, right: Record) -> bool:
    """Whether both show one checked number of one kind."""
    mine = {(kind, key) for kind, key, checked in left.documents if checked}
    return any((kind, key) in mine for kind, key, checked in right.documents if checked)


def document_veto(left: Record, right: Record) -> bool:
    """Whether they show different numbers of a kind kept for life, more than a slip of the pen apart; a slip
    does not pass a check digit, so numbers that have one may not differ at all."""
    return any(
        kind == other_kind
        and checked
        and other_checked
        and Edits.distance(key, other, score_cutoff=2) > (0 if kind in WITH_CHECK else 2)
        for kind, key, checked in left.documents
        if kind in LIFELONG
        for other_kind, other, other_checked in right.documents
    )


def siblings_at_birth(left: Record, right: Record) -> bool:
    """Known to be different children of one birth: the same mother and day, another place in the order."""
    return bool(
        left.mother and left.mother == right.mother and left.born == right.born
        and left.order and right.order and left.order != right.order
    )  # fmt: skip


def perhaps_twins(left: Record, right: Record) -> bool:
    """Records that may be two children of one birth: a name until they get one, or another given name in one
    household on one birthday. Such pairs are a person's to decide (domain 3.4)."""
    if left.newborn or right.newborn:
        return True
    if not left.born or left.born != right.born or same_name(left, right):
        return False
    household = household_level(left, right) in ("phone and address", "phone", "address")
    return bool(left.mother and left.mother == right.mother) or (
        left.family == right.family and bool(left.family) and household
    )
