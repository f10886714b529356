"""Real data made by others, counted by others: taken in to the last entry."""

import json
from collections import Counter
from pathlib import Path

import pytest
from tests.factories.intake import shared

from xinglin.exchange.intake.models import Quarantined, Report, Result
from xinglin.exchange.intake.queries.counting import summary
from xinglin.exchange.intake.taking.loading import loading_for
from xinglin.kernel import permits
from xinglin.kernel.home import home_path

pytestmark = pytest.mark.django_db


def load(*files: Path) -> dict[str, object]:
    loading = loading_for(source=None, tick=lambda _n: None, by=permits.the_program())
    for file in files:
        with file.open("rb") as stream:
            loading.feed(stream, file.name)
    return summary(loading.end(), loading.runnings, many=True)


def truth(name: str) -> dict[str, object]:
    return json.loads(shared("fhir", "dev", name).read_text("utf-8"))


def test_sixty_patient_bundles_to_the_last_count_and_twice_adds_nothing() -> None:
    files = sorted(shared("fhir", "dev", "synthea_r4").iterdir())
    expected = truth("truth_synthea_r4.json")["summary"]
    found = load(*files)
    assert found["entries"] == expected["entries"] and found["quarantined"] == 0
    assert found["accepted"] + found["unchanged"] == found["entries"]
    assert (found["patients"], found["results"], found["hospitals"]) == (
        60, expected["lab_observations"], expected["organizations"],
    )  # fmt: skip
    assert Result.objects.count() == expected["lab_observations"]
    assert Result.objects.exclude(number=None).count() == expected["lab_numeric"]
    assert Report.objects.count() == expected["diagnostic_reports"]
    labs = truth("truth_lab_queries.json")
    assert Result.objects.values("site").distinct().count() == labs["performing_hospitals_of_lab"]
    assert Result.objects.values("local_code").distinct().count() == labs["distinct_lab_loinc"]
    again = load(*reversed(files))
    assert (again["accepted"], again["unchanged"]) == (0, expected["entries"])
    assert Result.objects.count() == expected["lab_observations"]


def test_older_versions_are_recognised_as_such_entry_by_entry() -> None:
    folder = shared("fhir", "dev", "old_versions")
    expected = truth("truth_old_versions.json")
    found = load(*sorted(folder.iterdir()))
    dstu2 = sum(one["entries"] for one in expected["files"].values() if one["source_path"].startswith("DSTU-2"))
    assert found["quarantined"] == found["entries"] == expected["summary"]["entries"]
    assert found["reasons"] == {"version.stu3": found["entries"] - dstu2, "version.dstu2": dstu2}


def test_the_validators_cases_are_taken_or_named_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shared("fhir", "dev", "validator_cases")
    opened: list[str] = []
    plain = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: opened.append(str(self)) or plain(self))
    by_file: dict[str, list[dict[str, object]]] = {}
    for case in truth("truth_validator_cases.json")["cases"]:
        by_file.setdefault(case["file"], []).append(case)
    for name, cases in sorted(by_file.items()):
        found = load(folder / name)
        assert found["accepted"] + found["unchanged"] + found["quarantined"] == found["entries"], name
        malformed = [code for code in found["reasons"] if code.startswith("malformed.")]
        if name.endswith(".xml"):
            assert list(found["reasons"]) == ["file.xml"], name
            continue
        broken = not all(case["python_parses"] for case in cases)
        assert ("malformed.json" in malformed) == broken, name
        if all(not case["official_errors"] and not case["official_fatal"] for case in cases) and not broken:
            assert not malformed, (name, found["reasons"])
    # The home's own keys may be read anew; nothing a file names is.
    assert [one for one in opened if not Path(one).is_relative_to(home_path())] == []
    assert not any("root:" in one.body for one in Quarantined.objects.all())


def test_official_examples_are_taken_or_wait_and_none_is_called_broken() -> None:
    files = sorted(shared("fhir", "dev", "hl7_r4_examples").iterdir())
    found = load(*files)
    assert not [code for code in found["reasons"] if code.startswith(("malformed", "version", "store"))]
    assert found["accepted"] > 100


def test_laboratory_rows_wait_for_their_patients_and_come_in_by_themselves() -> None:
    folder = shared("fhir", "dev", "smart_sample_patients")
    first = load(folder / "labs.txt")
    assert first["reasons"] == {"reference.waiting": 3513}
    second = load(folder / "patients.txt")
    assert (second["accepted"], second["patients"]) == (67, 67)
    assert Result.objects.count() == 3513 and not Quarantined.objects.filter(stage="waiting").exists()
    again = load(folder / "labs.txt")
    assert (again["accepted"], again["unchanged"]) == (0, 3513)
    units = Counter(Result.objects.exclude(number=None).values_list("unit", flat=True))
    assert units["10*3/uL"] > 150 and "k/cumm" not in units
