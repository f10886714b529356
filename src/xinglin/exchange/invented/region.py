"""Everything of one invented region, written into a folder: what hospitals send, the catalogue's lists, the truth."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import numpy as np

from xinglin.exchange.invented import histories, people, places, terms, truth
from xinglin.exchange.invented.histories import CODES, CORRECTED, FINAL
from xinglin.exchange.invented.offered import BY_CODE, PANELS, Test
from xinglin.exchange.invented.sheets import write_sheets
from xinglin.exchange.invented.writing import Written, entry, moment, vocabulary

UNTIL = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
BUNDLE = 40  # records in one bundle
LINES_AT_ONCE = 2_000
README = """示例 Invented region. Nobody and nothing here is real: names are drawn by chance, numbers belong to nobody.

hospitals/   what each hospital would send: FHIR R4 as lines (.ndjson) or transaction bundles, or sheets (.csv)
catalogue/   sites, items, panels, windows, prices, HR grants, and each hospital's own codes with what they mean
truth/       which records are one person, which results repeat which inside the window, and what orders would be
             answered; made by a plain reading of the rules, to compare with
"""


@dataclass(frozen=True)
class Spec:
    """What is wanted: how many, from which seed, in which form (ndjson, bundle, csv or mixed)."""

    residents: int
    hospitals: int
    seed: int = 1
    form: str = "mixed"
    orders: int = 2_000
    packed: bool = False


def generate(spec: Spec, out: Path) -> dict[str, Any]:
    """Write the region into `out` (made if absent); returns its counts. The same spec writes the same bytes."""
    rng = np.random.default_rng([spec.seed, spec.residents, spec.hospitals])
    sites = places.hospitals(spec.hospitals, spec.form, rng)
    who = people.residents(spec.residents, places.CITIES, rng)
    kept = people.records(who, sites, rng)
    person = np.array([one.person for one in kept], dtype=np.int64)
    site = np.array([one.site for one in kept], dtype=np.int64)
    until = int(UNTIL.timestamp())
    lives = histories.lived(person, until=until, rng=rng)
    marks, charged = terms.grants(sites, rng), terms.prices(sites, rng)
    told = truth.facts(lives, person, site)
    where: dict[int, list[tuple[int, int]]] = {}
    for place, one in enumerate(kept):
        where.setdefault(one.person, []).append((place, one.site))
    asked = truth.orders(told, sites, marks, where, until=until, count=spec.orders, rng=rng)

    out.mkdir(parents=True, exist_ok=True)
    (out / "README.md").write_text(README, "utf-8")
    entries = _hospitals(out / "hospitals", sites, kept, lives, spec)
    _catalogue(out / "catalogue", sites, marks, charged)
    again = _truth(out / "truth", sites, who, kept, told, asked)
    counts = {
        "spec": asdict(spec), "until": UNTIL.isoformat(), "persons": len(who), "records": len(kept),
        "hospitals": len(sites), "visits": len(lives.visit_record), "reports": len(lives.report_visit),
        "results": len(lives.result_report), "entries": entries, **again,
        "orders": {name: sum(one.answer == name for one in asked) for name in ("must", "may", "history", "none")},
    }  # fmt: skip
    (out / "region.json").write_text(json.dumps(counts, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return counts


def _hospitals(
    folder: Path, sites: Sequence[places.Hospital], kept: list[people.Record], lives: histories.Histories, spec: Spec
) -> dict[str, int]:
    written, by_site = Written(lives, kept), dict[int, list[int]]()
    for place, one in enumerate(kept):
        by_site.setdefault(one.site, []).append(place)
    entries: dict[str, int] = {}
    for hospital in sites:
        home = folder / hospital.key
        home.mkdir(parents=True, exist_ok=True)
        mine, words = by_site.get(hospital.number, []), vocabulary(hospital)
        if hospital.form == "csv":
            entries[hospital.key] = write_sheets(home, hospital, written, mine, words, open_text, spec.packed)
        elif hospital.form == "ndjson":
            resources = (one for record in mine for one in written.of_record(record, hospital, words))
            entries[hospital.key] = _lines(home / "all.ndjson", (text for _kind, text in resources), spec.packed)
        else:
            count = 0
            for number, begin in enumerate(range(0, len(mine), BUNDLE), 1):
                part = [entry(kind, text) for record in mine[begin : begin + BUNDLE]
                        for kind, text in written.of_record(record, hospital, words)]  # fmt: skip
                count += len(part)
                with open_text(home / f"bundle-{number:05d}.json", spec.packed) as file:
                    file.write('{"resourceType":"Bundle","type":"batch","entry":[\n' + ",\n".join(part) + "\n]}\n")
            entries[hospital.key] = count
    return entries


@contextmanager
def open_text(path: Path, packed: bool) -> Iterator[IO[str]]:
    """A text file to write, gzipped (`.gz`) if wanted; the same text gives the same bytes."""
    if not packed:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    with (
        path.with_name(path.name + ".gz").open("wb") as raw,
        gzip.GzipFile(fileobj=raw, filename="", mode="wb", compresslevel=1, mtime=0) as squeezed,
        io.TextIOWrapper(squeezed, "utf-8", newline="\n") as file,
    ):
        yield file


def _lines(path: Path, texts: Iterator[str], packed: bool) -> int:
    count, waiting = 0, list[str]()
    with open_text(path, packed) as file:
        for text in texts:
            waiting.append(text)
            count += 1
            if len(waiting) >= LINES_AT_ONCE:
                file.write("\n".join(waiting) + "\n")
                waiting.clear()
        if waiting:
            file.write("\n".join(waiting) + "\n")
    return count


def table(path: Path, columns: str, rows: Iterable[Sequence[Any]]) -> int:
    """A sheet with a heading; returns how many rows it has."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split())
        for row in rows:
            writer.writerow(["" if cell is None else cell for cell in row])
            count += 1
    return count


def _catalogue(
    folder: Path, sites: Sequence[places.Hospital], marks: Sequence[terms.Grant], charged: Sequence[terms.Price]
) -> None:
    folder.mkdir(exist_ok=True)
    table(folder / "sites.csv", "site key name region city form",
          ((one.number, one.key, one.name, one.region, one.city, one.form) for one in sites))  # fmt: skip
    columns = "code name_zh name_en kind specimen modality unit loinc critical_low critical_high fen"
    table(folder / "items.csv", columns, (
        (code, one.zh, one.en, "laboratory", one.specimen, "", one.spellings[0], one.loinc, *one.critical, one.fen)
        if isinstance(one, Test)
        else (code, one.zh, one.en, "examination", "", one.modality, "", one.loinc, None, None, one.fen)
        for code, one in BY_CODE.items()
    ))  # fmt: skip
    table(folder / "panels.csv", "panel member", ((one.code, member) for one in PANELS for member in one.members))
    table(folder / "windows.csv", "item region days", [
        *((code, "", one.window) for code, one in BY_CODE.items()),
        *((code, region, days) for region, items in terms.STRICTER.items() for code, days in items.items()),
    ])  # fmt: skip
    table(folder / "prices.csv", "site item fen valid_from valid_to",
          ((one.hospital, one.item, one.fen, one.valid_from, one.valid_to) for one in charged))  # fmt: skip
    table(folder / "grants.csv", "site item scope valid_from valid_to suspended_from", (
        (one.hospital, one.item, one.scope, one.valid_from, one.valid_to, one.suspended_from) for one in marks
    ))  # fmt: skip
    table(folder / "local_codes.csv", "site system code name unit item", (
        (site.number, site.system, line.code, line.name, line.unit, code)
        for site in sites for code, line in zip(CODES, vocabulary(site), strict=True)))  # fmt: skip


def _truth(
    folder: Path, sites: Sequence[places.Hospital], who: Sequence[people.Person], kept: Sequence[people.Record],
    told: truth.Facts, asked: Sequence[truth.Order],
) -> dict[str, Any]:  # fmt: skip
    folder.mkdir(exist_ok=True)
    table(folder / "records.csv", "site local_id person flaws",
          ((one.site, one.local_id, one.person, " ".join(one.flaws)) for one in kept))  # fmt: skip
    table(folder / "persons.csv", "person name born sex twin mother documents", (
        (one.number, one.name, one.born, one.sex, one.twin if one.twin >= 0 else "",
         one.mother if one.mother >= 0 else "", " ".join(f"{k}:{n}" for k, n in one.documents)) for one in who
    ))  # fmt: skip
    regions, other = {one.number: one.region for one in sites}, 0
    lives, counted = told.lives, 0

    def told_repeats() -> Iterator[Sequence[Any]]:
        nonlocal other
        for one in truth.repeats(told, regions):
            other += one.other_hospital
            yield (one.person, one.item, f"O{one.earlier}", told.site[one.earlier], f"O{one.later}",
                   told.site[one.later], round(one.hours, 2), int(one.other_hospital))  # fmt: skip

    counted = table(
        folder / "repeats.csv", "person item earlier earlier_site later later_site hours other", told_repeats()
    )
    table(folder / "orders.csv", "site local_id item at answer result result_site", (
        (one.site, kept[one.record].local_id, one.item, moment(one.at), one.answer,
         _source(lives, one.result), told.site[one.result] if one.result >= 0 else "") for one in asked))  # fmt: skip
    alive = np.isin(lives.report_status[lives.result_report], (FINAL, CORRECTED))
    return {"results_that_count": int(alive.sum()), "repeats": counted, "repeats_other_hospital": other}


def _source(lives: histories.Histories, result: int) -> str:
    """What the hospital calls a result: the observation, or the report where an examination has none."""
    if result < 0:
        return ""
    code = CODES[lives.result_item[result]]
    return f"O{result}" if isinstance(BY_CODE[code], Test) else f"R{lives.result_report[result]}"
