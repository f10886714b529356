"""Intake: FHIR resources a second kept durably, indexed and identity-matched; CSV rows a second; memory; beside peers.

    xinglin bench intake [--full] [--json]

Conditions: everything is invented (示例). A home of its own in the system's temporary folder, made anew and removed at
the end; the embedded PostgreSQL with its usual durability (fsync on) and every index it has in use. A bundle has 13
resources (a patient, visit, practitioner, request, specimen, seven laboratory results, their report), as NDJSON, one
bundle a line. WORKERS processes load one hospital each; the database shares the same cores. Every patient goes through
identity (keys, candidates, judging, stored encrypted). CSV: a file for each of the same hospitals, rows of results of
patients known by then, seven to a report; no report has its times from another. `--full` loads 10 million rows and
20,000 bundles.

The clock counts from the first start to the last end. Beside it stands the processor time of the loading processes and
of PostgreSQL, all of its processes: while others use the machine, `at_best` (cores over processor time) says what the
same work would take at least. The peers' figures are those they publish; fhir.resources is measured here, reading only.
Nothing here asserts a time.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bench._home import join_home, own_home

WORKERS = CORES = 2
RESOURCES = 13
BUNDLES, ROWS = 2_000, 100_000
FULL_BUNDLES, FULL_ROWS = 20_000, 10_000_000
# Resources a second, at least and aimed at; rows a second: 10 million in 5 minutes.
RESOURCES_MARK, RESOURCES_AIM, ROWS_MARK = 5_000, 10_000, 10_000_000 / 300
# Memory is flat when it grows by no more than this (MiB) between a third of the rows and the last.
FLAT = 64
SURNAMES = "陈林黄张李王吴郑蔡杨许谢郭刘曾苏徐庄叶洪"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文斌海燕晓东志远思宇佳欣浩然子轩雨泽俊美"
TESTS = (
    ("2823-3", "钾", "mmol/L", 3.5, 5.3), ("2951-2", "钠", "mmol/L", 137, 147), ("14682-9", "肌酐", "umol/L", 57, 111),
    ("1742-6", "丙氨酸氨基转移酶", "U/L", 9, 50), ("6690-2", "白细胞", "10*9/L", 3.5, 9.5),
    ("718-7", "血红蛋白", "g/L", 130, 175), ("4548-4", "糖化血红蛋白", "%", 4, 6),
)  # fmt: skip
PUBLISHED = {
    "blaze": "10,108 resources/s on 16 cores, transaction bundles (published)",
    "hapi": "277 resources/s a core (published)",
    "aidbox": "335 resources/s a core (published)",
}


def bundle(number: int, r: random.Random) -> dict[str, Any]:
    """A visit to the laboratory, as a hospital's system sends it."""
    key, year, day = f"{number:08d}", r.randrange(1940, 2020), r.randrange(1, 29)
    name = r.choice(SURNAMES) + "".join(r.choice(GIVEN) for _ in range(r.choice((1, 2, 2))))
    at = f"2026-{r.randrange(1, 11):02d}-{day:02d}T08:{r.randrange(60):02d}:00+08:00"
    subject, visit = {"reference": f"Patient/p{key}"}, {"reference": f"Encounter/e{key}"}
    born = f"{year}-{r.randrange(1, 13):02d}-{day:02d}"
    found: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": f"p{key}", "name": [{"text": name}], "gender": r.choice(("male", "female")),
         "birthDate": born, "telecom": [{"system": "phone", "value": f"138{number:08d}"[:11]}],
         "identifier": [{"type": {"coding": [{"code": "NI"}]}, "value": identity_card(born, number)}],
         "address": [{"text": f"广东省潮州市湘桥区示例路{number % 997}号"}]},
        {"resourceType": "Encounter", "id": f"e{key}", "status": "finished", "class": {"code": "AMB"},
         "subject": subject, "period": {"start": at}},
        {"resourceType": "Practitioner", "id": f"d{number % 200}", "name": [{"text": "示例医师"}]},
        {"resourceType": "ServiceRequest", "id": f"q{key}", "status": "completed", "intent": "order",
         "subject": subject, "encounter": visit, "authoredOn": at, "code": {"text": "生化"}},
        {"resourceType": "Specimen", "id": f"s{key}", "subject": subject, "type": {"text": "血清"},
         "collection": {"collectedDateTime": at}},
    ]  # fmt: skip
    for place, (code, title, unit, low, high) in enumerate(TESTS):
        found.append({
            "resourceType": "Observation", "id": f"o{key}-{place}", "status": "final",
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category",
                                      "code": "laboratory", "display": "Laboratory"}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": title}], "text": title},
            "subject": subject, "encounter": visit, "effectiveDateTime": at, "issued": at,
            "specimen": {"reference": f"Specimen/s{key}"},
            "valueQuantity": {"value": round(r.uniform(low * 0.8, high * 1.2), 2), "unit": unit, "code": unit,
                              "system": "http://unitsofmeasure.org"},
            "referenceRange": [{"low": {"value": low, "unit": unit}, "high": {"value": high, "unit": unit}}],
        })  # fmt: skip
    found.append({
        "resourceType": "DiagnosticReport", "id": f"r{key}", "status": "final", "subject": subject, "encounter": visit,
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB"}]}],
        "code": {"text": "生化"}, "effectiveDateTime": at, "issued": at, "conclusion": "示例",
        "result": [{"reference": f"Observation/o{key}-{place}"} for place in range(len(TESTS))],
    })  # fmt: skip
    return {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"fullUrl": f"https://his.example.org/fhir/{one['resourceType']}/{one['id']}", "resource": one,
         "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}} for one in found
    ]}  # fmt: skip


def identity_card(born: str, number: int) -> str:
    """An invented number with a valid check (GB 11643)."""
    body = "445102" + born.replace("-", "") + f"{number % 1000:03d}"
    weight = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return body + "10X98765432"[weight % 11]


def write_bundles(path: Path, many: int, first: int) -> None:
    r = random.Random(first)
    with path.open("w", encoding="utf-8") as file:
        for number in range(first, first + many):
            file.write(json.dumps(bundle(number, r), ensure_ascii=False) + "\n")


def write_rows(path: Path, many: int, patients: range) -> None:
    """Rows of results, seven to a report, the reports in no order of patients or times."""
    r = random.Random(patients.start)
    begun = datetime(2025, 1, 1)  # noqa: DTZ001 - as a hospital's export writes it
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "patient_id,report_no,code_system,code,item_name,value,unit,low,high,specimen_time,report_time,status\n"
        )
        for report in range(-(-many // len(TESTS))):
            taken = begun + timedelta(seconds=r.randrange(600 * 86_400))
            issued = taken + timedelta(seconds=r.randrange(1_800, 86_400))
            patient = r.choice(patients)
            for code, title, unit, low, high in TESTS[: many - report * len(TESTS)]:
                value = round(r.uniform(low * 0.8, high * 1.2), 2)
                file.write(f"p{patient:08d},R{report:08d},http://loinc.org,{code},{title},{value},{unit},{low},{high},"
                           f"{taken},{issued},final\n")  # fmt: skip


def resident() -> int:
    """MiB of this process that lie in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def database_seconds() -> float:
    """Processor seconds of the home's PostgreSQL so far: its processes, and those that have ended."""
    import psutil

    home = Path(os.environ["XINGLIN_HOME"])
    first = psutil.Process(int((home / "db" / "data" / "postmaster.pid").read_text().split()[0]))
    spent = sum(first.cpu_times()[:4])
    for one in first.children(recursive=True):
        try:
            spent += sum(one.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return spent


def _load(path: str, name: str, form: str, ready: Any, told: Any) -> None:
    """One loading process: a hospital of its own."""
    join_home()
    from xinglin.exchange.intake.taking.loading import Loading, sender_of
    from xinglin.exchange.intake.words import Form, Way
    from xinglin.kernel import permits
    from xinglin.roster.actions.organisations import note_organisation

    by = permits.the_program()
    taken: list[tuple[int, int]] = [(0, resident())]
    loading = Loading(sender_of(note_organisation(name=name, by=by).pk, by), by, Way.FILE,
                      tick=lambda many: taken.append((taken[-1][0] + many, resident())))  # fmt: skip
    ready.wait()
    start, spent = perf_counter(), process_time()
    with Path(path).open("rb") as stream:
        loading.feed(stream, path, Form(form))
    row = loading.end()[0]
    third = next(mib for entries, mib in taken if entries * 3 >= taken[-1][0])
    told.put({
        "seconds": perf_counter() - start, "processor": process_time() - spent, "entries": row.entries,
        "accepted": row.accepted, "results": row.results, "quarantined": row.quarantined,
        "mib": {"start": taken[0][1], "after_a_third": third, "end": taken[-1][1]},
    })  # fmt: skip


def together(files: list[tuple[str, str]], form: str) -> dict[str, Any]:
    """Load files at once, a process and a hospital each; entries a second from the first start to the last end."""
    spawn = multiprocessing.get_context("spawn")
    told, ready = spawn.Queue(), spawn.Barrier(len(files) + 1)
    processes = [spawn.Process(target=_load, args=(path, name, form, ready, told)) for path, name in files]
    for one in processes:
        one.start()
    ready.wait()
    start, spent, before = perf_counter(), database_seconds(), os.getloadavg()[0]
    answers = [told.get() for _ in processes]
    seconds = perf_counter() - start
    database = database_seconds() - spent
    for one in processes:
        one.join()
    entries = sum(one["entries"] for one in answers)
    loaders = sum(one["processor"] for one in answers)
    return {
        "processes": len(files), "entries": entries, "seconds": round(seconds, 2), "a_second": round(entries / seconds),
        "processor_us_an_entry": {"loading": round(loaders / entries * 1e6, 1),
                                  "database": round(database / entries * 1e6, 1)},
        "at_best": round(CORES * entries / (loaders + database)), "load_before_and_after": [before, os.getloadavg()[0]],
        "accepted": sum(one["accepted"] for one in answers), "results": sum(one["results"] for one in answers),
        "quarantined": sum(one["quarantined"] for one in answers), "mib": [one["mib"] for one in answers],
    }  # fmt: skip


def peer(path: Path) -> dict[str, Any]:
    """fhir.resources reading the same bundles: reading alone, nothing stored."""
    from fhir.resources.R4B.bundle import Bundle

    lines = path.read_bytes().splitlines()[:40]
    start = perf_counter()
    for line in lines:
        Bundle.model_validate_json(line)
    return {"reads_a_second": round(len(lines) * RESOURCES / (perf_counter() - start))}


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def run(full: bool = False) -> dict[str, Any]:
    """Make a home, measure, clear away."""
    place = Path(tempfile.mkdtemp(prefix="xinglin-bench-intake-"))
    # PostgreSQL may run for another account, which must be let in.
    place.chmod(0o711)
    own_home(place / "home")
    from django.db import connections

    from xinglin.cli.migrate import migrate_now
    from xinglin.kernel import database

    try:
        migrate_now()
        return measured(place, *((FULL_BUNDLES, FULL_ROWS) if full else (BUNDLES, ROWS)))
    finally:
        connections.close_all()
        database.leave()
        shutil.rmtree(place, ignore_errors=True)


def measured(place: Path, bundles: int, rows: int) -> dict[str, Any]:
    """The figures, in a home that stands."""
    say("writing the files …")
    files, tables = [], []
    for number in range(WORKERS):
        path, table, first = place / f"bundles-{number}.ndjson", place / f"rows-{number}.csv", 1 + number * bundles
        write_bundles(path, bundles // WORKERS, first)
        write_rows(table, rows // WORKERS, range(first, first + bundles // WORKERS))
        files.append((str(path), f"示例第{number}医院"))
        tables.append((str(table), f"示例第{number}医院"))
    fhir = together(files, "ndjson")
    say(f"FHIR: {fhir}")
    again = together(files, "ndjson")
    say(f"the same again: {again}")
    csv_rows = together(tables, "csv")
    say(f"CSV: {csv_rows}")
    read = peer(Path(files[0][0]))
    return {
        "conditions": {"cores": os.cpu_count(), "bundles": bundles, "resources_a_bundle": RESOURCES, "rows": rows,
                       "bundle_bytes": Path(files[0][0]).stat().st_size // (bundles // WORKERS)},
        "fhir": fhir, "fhir_sent_again": again, "csv": csv_rows,
        "csv_10_million_minutes": round(10_000_000 / csv_rows["a_second"] / 60, 1),
        "fhir_resources_reading_only": read,
        "ratio_to_fhir_resources": round(fhir["a_second"] / read["reads_a_second"], 1),
        "marks": marks(fhir, csv_rows), "published": PUBLISHED,
    }  # fmt: skip


def marks(fhir: dict[str, Any], csv_rows: dict[str, Any]) -> dict[str, Any]:
    """Each mark, what was measured, and whether it was met."""
    grown = max(one["end"] - one["after_a_third"] for one in csv_rows["mib"])
    return {
        "fhir": {"mark": f"{RESOURCES_MARK} resources a second", "measured": fhir["a_second"],
                 "met": fhir["a_second"] >= RESOURCES_MARK},
        "fhir_aim": {"mark": f"{RESOURCES_AIM} resources a second", "measured": fhir["a_second"],
                     "met": fhir["a_second"] >= RESOURCES_AIM},
        "csv": {"mark": "10 million rows under 5 minutes", "measured": csv_rows["a_second"],
                "met": csv_rows["a_second"] >= ROWS_MARK},
        "memory": {"mark": f"no more than {FLAT} MiB from a third of the rows to the last", "measured": grown,
                   "met": grown <= FLAT},
    }  # fmt: skip
