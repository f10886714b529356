"""Intake: FHIR resources a second kept durably, indexed and identity-matched; CSV rows a second; memory; beside peers.

    xinglin bench intake [--full] [--json]

Conditions: everything is invented (示例). A home of its own in the system's temporary folder, made anew; the embedded
PostgreSQL with its usual durability (fsync on). A bundle has 13 resources (a patient, visit, practitioner, request,
specimen, seven laboratory results, their report), as NDJSON, one bundle a line. WORKERS processes load one hospital
each; the database shares the same cores. Every patient goes through identity (keys, candidates, judging, stored
encrypted). CSV: rows of results of known patients. The peers' figures are those they publish; fhir.resources is
measured here, reading only. Nothing here asserts a time.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

HOME = Path(tempfile.gettempdir()) / "xinglin-bench-intake"
WORKERS = 2
RESOURCES = 13
BUNDLES, ROWS = 2_000, 100_000
FULL_BUNDLES, FULL_ROWS = 20_000, 1_000_000
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


def write_rows(path: Path, many: int, patients: int) -> None:
    r = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "patient_id,report_no,code_system,code,item_name,value,unit,low,high,specimen_time,report_time,status\n"
        )
        for number in range(many):
            code, title, unit, low, high = TESTS[number % len(TESTS)]
            value = round(r.uniform(low * 0.8, high * 1.2), 2)
            minute = number // len(TESTS)
            at = f"2026-{1 + minute % 10:02d}-{1 + minute % 28:02d} {minute % 24:02d}:{minute % 60:02d}:00"
            file.write(f"p{1 + number // len(TESTS) % patients:08d},R{minute},http://loinc.org,{code},{title},{value},{unit},"
                       f"{low},{high},{at},{at},final\n")  # fmt: skip


def _load(path: str, name: str, form: str, ready: Any, told: Any) -> None:
    """One loading process: a hospital of its own."""
    import django

    django.setup()
    from xinglin.exchange.intake.taking.loading import Loading, sender_of
    from xinglin.exchange.intake.words import Form, Way
    from xinglin.kernel import permits
    from xinglin.roster.actions.organisations import note_organisation

    by = permits.the_program()
    loading = Loading(sender_of(note_organisation(name=name, by=by).pk, by), by, Way.FILE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ready.wait()
    start = perf_counter()
    with Path(path).open("rb") as stream:
        loading.feed(stream, path, Form(form))
    row = loading.end()[0]
    told.put({
        "seconds": perf_counter() - start, "entries": row.entries, "accepted": row.accepted, "results": row.results,
        "quarantined": row.quarantined,
        "grown_mib": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
    })  # fmt: skip


def together(files: list[tuple[str, str]], form: str) -> dict[str, Any]:
    """Load files at once, a process and a hospital each; entries a second from the first start to the last end."""
    spawn = multiprocessing.get_context("spawn")
    told, ready = spawn.Queue(), spawn.Barrier(len(files) + 1)
    processes = [spawn.Process(target=_load, args=(path, name, form, ready, told)) for path, name in files]
    for one in processes:
        one.start()
    ready.wait()
    start = perf_counter()
    answers = [told.get() for _ in processes]
    seconds = perf_counter() - start
    for one in processes:
        one.join()
    entries = sum(one["entries"] for one in answers)
    return {
        "processes": len(files), "entries": entries, "seconds": round(seconds, 2), "a_second": round(entries / seconds),
        "results": sum(one["results"] for one in answers), "quarantined": sum(one["quarantined"] for one in answers),
        "memory_grown_mib": max(one["grown_mib"] for one in answers),
    }  # fmt: skip


def peer(path: Path) -> dict[str, Any]:
    """fhir.resources reading the same bundles: reading alone, nothing stored."""
    from fhir.resources.R4B.bundle import Bundle

    lines = path.read_bytes().splitlines()[:40]
    start = perf_counter()
    for line in lines:
        Bundle.model_validate_json(line)
    return {"reads_a_second": round(len(lines) * RESOURCES / (perf_counter() - start))}


def run(full: bool = False) -> dict[str, Any]:
    bundles, rows = (FULL_BUNDLES, FULL_ROWS) if full else (BUNDLES, ROWS)
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    os.environ["XINGLIN_HOME"] = str(HOME / "home")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.portal.settings")
    import django

    django.setup()
    from xinglin.cli.migrate import migrate_now

    migrate_now()
    print("writing the files …", file=sys.stderr)
    files = []
    for number in range(WORKERS):
        path = HOME / f"bundles-{number}.ndjson"
        write_bundles(path, bundles // WORKERS, 1 + number * bundles)
        files.append((str(path), f"示例第{number}医院"))
    first = together(files, "ndjson")
    again = together(files, "ndjson")
    table = HOME / "rows.csv"
    write_rows(table, rows, 500)
    csv_rows = together([(str(table), "示例第0医院")], "csv")
    read = peer(Path(files[0][0]))
    return {
        "conditions": {"cores": os.cpu_count(), "bundles": bundles, "resources_a_bundle": RESOURCES,
                       "bundle_bytes": Path(files[0][0]).stat().st_size // (bundles // WORKERS),
                       "load": os.getloadavg()[0]},
        "fhir": first, "fhir_sent_again": again, "csv": csv_rows,
        "csv_10_million_minutes": round(10_000_000 / csv_rows["a_second"] / 60, 1),
        "fhir_resources_reading_only": read,
        "ratio_to_fhir_resources": round(first["a_second"] / read["reads_a_second"], 1),
        "marks": {"fhir": "5,000 resources/s, aiming at 10,000", "csv": "10 million rows under 5 minutes"},
        "published": PUBLISHED,
    }  # fmt: skip
