"""`xinglin recognise` prints the order-entry answer as one JSON object."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from tests.factories.recognition import World

from xinglin.cli.main import main
from xinglin.exchange.catalogue.queries import snapshot as held
from xinglin.exchange.identity.models import Patient
from xinglin.exchange.recognition.models import Decision


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(held, "CHECK_EVERY", 0)
    held.forget()
    yield World()
    held.forget()


def run(*words: str) -> Any:
    return CliRunner().invoke(main, ["recognise", *words])


def test_one_json_object(world: World) -> None:
    world.result(2)
    world.result(1, days=200)
    local = Patient.objects.get(pk=world.patient).local_id
    for patient, place in ((local, world.here.organisation_id), (f"#{world.patient}", str(world.here.number))):
        done = run("--patient", patient, "--items", "LAB-CHEM-K,14749-6,LAB-IMM-HBSAG,NOPE", "--at", place, "--json")
        assert done.exit_code == 0, done.output
        said = json.loads(done.stdout)
        assert [one["standing"] for one in said["items"]] == ["must", "history", "none", "unknown"]
        first = said["items"][0]
        assert (first["result"], first["age_days"], said["ground"]) == ("4.2 mmol/L", 1, "treating") and first[
            "reasons"
        ]
    assert not Decision.objects.exists()


def test_for_people_and_in_the_past(world: World) -> None:
    world.result(2)
    said = run("--patient", f"#{world.patient}", "--items", "LAB-CHEM-K", "--at", "1", "--when", "2020-01-01")
    assert said.exit_code == 0 and "LAB-CHEM-K: none" in said.output


@pytest.mark.parametrize("words", [("--patient", "#1", "--at", "no"), ("--patient", "nobody", "--at", "1")])
def test_refusals(world: World, words: tuple[str, ...]) -> None:
    done = run(*words, "--items", "X")
    assert done.exit_code == 1 and "\n" in done.stderr
