"""Pairs worth comparing among many: records that share a block, so that 100,000 are compared in seconds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import singledispatch

from xinglin.roster.duplicates.organisations import OrganisationRecord, compare_organisations, core_name
from xinglin.roster.duplicates.outcome import Outcome, Verdict
from xinglin.roster.duplicates.people import PersonRecord, compare_people
from xinglin.roster.names import fold, pinyin_of
from xinglin.roster.names.surnames import by_spelling, latin_letters

# A block larger than this says nothing (示例 in every name); its records still meet in their other blocks.
MAX_BLOCK = 200
# Of blocks that rest on a name alone, fewer: more than these are namesakes, and narrower blocks keep the true pairs.
MAX_NAMESAKES = 40
_NAMES_ALONE = frozenset({"name", "sound"})

Record = OrganisationRecord | PersonRecord
Block = tuple[Hashable, ...]


@singledispatch
def blocks(record: Record) -> tuple[Block, ...]:
    """The blocks of a record: two records that share one are compared."""
    raise TypeError(f"no blocks for {type(record).__name__}")


@blocks.register
def _(record: OrganisationRecord) -> tuple[Block, ...]:
    city = record.region[:4]
    found: list[Block] = [("name", fold(name)) for name in (record.name, *record.aliases)]
    core = core_name(record.name)
    # 人民医院 is shared by thousands: short cores only within a city.
    found.append(("core", core) if len(core) > 5 else ("core", core, city))
    found.append(("start", core[:6], city))
    found.append(("end", core[-6:], city))
    if record.credit_code:
        found.append(("credit", record.credit_code))
    if record.medical_code:
        found.append(("medical", record.medical_code))
    return tuple(found)


@blocks.register
def _(record: PersonRecord) -> tuple[Block, ...]:
    found: list[Block] = []
    for kind, value in (("doc", record.document_hash), ("phone", record.phone_hash), ("email", record.email_hash)):
        if value:
            found.append((kind, value))
    for name in (record.name_zh, *record.aliases):
        if not name:
            continue
        folded = fold(name)
        # A name alone makes large blocks for 张伟; the narrower ones below keep such people comparable.
        found.append(("name", folded))
        if record.birth_year:
            found.append(("name+year", folded, record.birth_year))
        found.extend(("name+place", folded, place) for place in record.organisations)
        found.append(("sound", "".join(pinyin_of(name))))
    if record.name_latin:
        found.extend(("sound", sound) for sound in _latin_sounds(record.name_latin))
    return tuple(found)


def candidate_pairs(records: Sequence[Record], *, max_block: int = MAX_BLOCK) -> Iterator[tuple[int, int]]:
    """Index pairs (i < j) that share a block, each once, in order of i then j. Time grows with the blocks, not n²."""
    members: dict[Block, list[int]] = {}
    for index, record in enumerate(records):
        for block in dict.fromkeys(blocks(record)):
            members.setdefault(block, []).append(index)
    partners: dict[int, set[int]] = {}
    for block, indexes in members.items():
        if not 1 < len(indexes) <= _limit(block, max_block):
            continue
        for position, left in enumerate(indexes):
            others = indexes[position + 1 :]
            if block[0] == "sound":
                # Two Chinese names are compared as written; sound joins a Chinese name with a Latin one.
                others = [right for right in others if not (_is_chinese(records[left]) and _is_chinese(records[right]))]
            if others:
                partners.setdefault(left, set()).update(others)
    for left in sorted(partners):
        for right in sorted(partners[left]):
            yield left, right


def too_common(records: Sequence[Record], *, max_block: int = MAX_BLOCK) -> dict[Block, int]:
    """Blocks that were left out because too many share them, with their sizes: said, so that nothing is hidden."""
    sizes: dict[Block, int] = {}
    for record in records:
        for block in dict.fromkeys(blocks(record)):
            sizes[block] = sizes.get(block, 0) + 1
    return {block: size for block, size in sizes.items() if size > _limit(block, max_block)}


def _limit(block: Block, max_block: int) -> int:
    return min(max_block, MAX_NAMESAKES) if block[0] in _NAMES_ALONE else max_block


def _is_chinese(record: Record) -> bool:
    return isinstance(record, PersonRecord) and bool(record.name_zh)


def find_duplicates(
    records: Sequence[Record], *, progress: Callable[[int], None] | None = None
) -> Iterator[tuple[int, int, Outcome]]:
    """Every candidate pair that is not different, with its outcome: what the duplicates page lists."""
    for count, (left, right) in enumerate(candidate_pairs(records)):
        if progress and count % 10_000 == 0:
            progress(count)
        outcome = compare_records(records[left], records[right])
        if outcome.verdict is not Verdict.DIFFERENT:
            yield left, right, outcome


def duplicates_of(record: Record, others: Iterable[Record]) -> list[tuple[Record, Outcome]]:
    """The likely duplicates of one new record among others, the likeliest first."""
    found = [(other, compare_records(record, other)) for other in others if other.key != record.key]
    return sorted((pair for pair in found if pair[1].verdict is not Verdict.DIFFERENT), key=lambda pair: -pair[1].score)


def compare_records(left: Record, right: Record) -> Outcome:
    """The outcome for two records of one kind; TypeError for an organisation beside a person."""
    if isinstance(left, OrganisationRecord) and isinstance(right, OrganisationRecord):
        return compare_organisations(left, right)
    if isinstance(left, PersonRecord) and isinstance(right, PersonRecord):
        return compare_people(left, right)
    raise TypeError("an organisation is never compared with a person")


def _latin_sounds(name: str) -> Iterator[str]:
    """The pinyin a Latin name may stand for: Tan Xiaoming may be chen or tan, xiaoming; in both orders."""
    words = [word for word in (latin_letters(part) for part in name.replace(",", " ").split()) if word]
    for order in (words, words[-1:] + words[:-1]):
        given = "".join(order[1:])
        for surname in by_spelling().get(order[0], ()) if order else ():
            yield surname.pinyin + given
    yield "".join(words)
