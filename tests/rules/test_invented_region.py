"""The invented region: the same seed, the same files; what is written is FHIR; the truth holds when read again."""

import csv
import gzip
import json
from collections import defaultdict
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from fhir.resources.R4B import get_fhir_model_class

from xinglin.cli.main import main
from xinglin.exchange.invented.offered import BY_CODE
from xinglin.exchange.invented.region import Spec, generate
from xinglin.roster.codes.form import CodeRefused
from xinglin.roster.codes.persons import identity_document


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("region")
    generate(Spec(residents=400, hospitals=6, seed=7, orders=300), out)
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digests(out: Path) -> dict[str, str]:
    return {str(p.relative_to(out)): sha256(p.read_bytes()).hexdigest() for p in out.rglob("*") if p.is_file()}


def resources(region: Path) -> list[dict]:
    found = [json.loads(line) for path in region.rglob("*.ndjson") for line in path.read_text("utf-8").splitlines()]
    for path in region.rglob("bundle-*.json"):
        found += [one["resource"] for one in json.loads(path.read_text("utf-8"))["entry"]]
    return found


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(region: Path, tmp_path: Path) -> None:
    generate(Spec(residents=400, hospitals=6, seed=7, orders=300), tmp_path / "again")
    generate(Spec(residents=400, hospitals=6, seed=8, orders=300), tmp_path / "other")
    assert digests(tmp_path / "again") == digests(region)
    assert digests(tmp_path / "other") != digests(region)


def test_every_form_a_hospital_may_send_occurs(region: Path) -> None:
    forms = {row["form"] for row in rows(region / "catalogue/sites.csv")}
    assert forms == {"ndjson", "bundle", "csv"}
    assert list(region.rglob("bundle-*.json")) and list(region.rglob("results.csv")) and list(region.rglob("*.ndjson"))


def test_entries_are_counted_as_they_are_written(region: Path) -> None:
    told = json.loads((region / "region.json").read_text())
    written = len(resources(region)) + sum(len(rows(path)) for path in (region / "hospitals").rglob("*.csv"))
    assert sum(told["entries"].values()) == written
    assert sum(told["orders"].values()) == 300


def test_what_is_written_is_fhir(region: Path) -> None:
    seen: dict[str, int] = defaultdict(int)
    for one in resources(region):
        seen[one["resourceType"]] += 1
        if seen[one["resourceType"]] <= 150:
            get_fhir_model_class(one["resourceType"]).model_validate(one)
    assert set(seen) == {"Patient", "Encounter", "DiagnosticReport", "Observation"}


def test_documents_pass_their_checks_unless_the_truth_says_they_were_mistyped(region: Path) -> None:
    wrong = 0
    for person in rows(region / "truth/persons.csv"):
        for one in person["documents"].split():
            kind, number = one.split(":", 1)
            try:
                identity_document(kind, number)
            except CodeRefused:
                wrong += 1
    assert wrong == 0
    flaws = {flaw for row in rows(region / "truth/records.csv") for flaw in row["flaws"].split()}
    assert {"no_document", "homophone", "new_phone", "moved"} <= flaws


def test_twins_share_everything_but_name_and_number(region: Path) -> None:
    people = {row["person"]: row for row in rows(region / "truth/persons.csv")}
    twins = [(one, people[one["twin"]]) for one in people.values() if one["twin"]]
    assert twins
    for one, other in twins:
        assert one["born"] == other["born"] and one["name"] != other["name"] and one["documents"] != other["documents"]
        assert other["twin"] == one["person"]


def test_repeats_are_inside_the_window_of_the_city_where_they_were_made(region: Path) -> None:
    regions = {row["site"]: row["region"] for row in rows(region / "catalogue/sites.csv")}
    windows = {(row["item"], row["region"]): int(row["days"]) for row in rows(region / "catalogue/windows.csv")}
    found = rows(region / "truth/repeats.csv")
    assert found
    for row in found:
        days = windows.get((row["item"], regions[row["later_site"]]), windows[row["item"], ""])
        assert 0 < float(row["hours"]) <= days * 24
        assert (row["other"] == "1") == (row["earlier_site"] != row["later_site"])


def test_orders_are_answered_as_the_files_themselves_say(region: Path) -> None:
    """Read the FHIR again, knowing nothing of how it was made: a MUST has a mark that counts here, and is fresh."""
    taken = {}
    for one in resources(region):
        if one["resourceType"] in ("Observation", "DiagnosticReport"):
            taken[one["id"]] = (datetime.fromisoformat(one["effectiveDateTime"]), one["status"])
    regions = {row["site"]: row["region"] for row in rows(region / "catalogue/sites.csv")}
    windows = {(row["item"], row["region"]): int(row["days"]) for row in rows(region / "catalogue/windows.csv")}
    marks = defaultdict(list)
    for row in rows(region / "catalogue/grants.csv"):
        marks[row["site"], row["item"]].append(row)
    seen = set()
    for order in rows(region / "truth/orders.csv"):
        seen.add(order["answer"])
        if order["answer"] == "none" or order["result"] not in taken:
            continue
        moment, status = taken[order["result"]]
        here = regions[order["site"]]
        age = datetime.fromisoformat(order["at"]) - moment
        days = windows.get((order["item"], here), windows[order["item"], ""])
        assert status in ("final", "corrected") and order["result_site"] != order["site"]
        assert (order["answer"] == "history") == (days == 0 or age > timedelta(days=days))
        if order["answer"] == "must":
            day = moment.date().isoformat()
            assert any(
                (mark["scope"] in ("000000", here) or mark["scope"] == here[:2] + "0000")
                and mark["valid_from"] <= day <= mark["valid_to"]
                and not (mark["suspended_from"] and day >= mark["suspended_from"])
                for mark in marks[order["result_site"], order["item"]]
            )
    assert seen == {"must", "may", "history", "none"}


def test_local_codes_mean_one_item_each_and_no_code_means_two(region: Path) -> None:
    found = rows(region / "catalogue/local_codes.csv")
    assert len({(row["site"], row["system"], row["code"]) for row in found}) == len(found)
    assert {row["item"] for row in found} == set(BY_CODE)


def test_corrections_come_after_what_they_correct(region: Path) -> None:
    versions: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for path in region.rglob("*.ndjson"):
        for line in path.read_text("utf-8").splitlines():
            one = json.loads(line)
            if one["resourceType"] == "DiagnosticReport":
                versions[one["id"]].append((int(one["meta"]["versionId"]), one["status"]))
    several = [found for found in versions.values() if len(found) > 1]
    assert several and all(found[0] == (1, "final") for found in several)
    assert {found[1][1] for found in several} <= {"corrected", "entered-in-error"}


def test_the_command_says_what_it_wrote_and_can_pack(tmp_path: Path) -> None:
    size = ["--residents", "30", "--hospitals", "3"]
    arguments = ["generate", "region", *size, "--gzip", "--out", str(tmp_path), "--json"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["persons"] == 30
    packed = next(tmp_path.rglob("all.ndjson.gz"))
    assert json.loads(gzip.decompress(packed.read_bytes()).splitlines()[0])["resourceType"] == "Patient"
