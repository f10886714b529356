"""The demonstration: played once through the public actions, counted again, and its ledger verified."""

from __future__ import annotations

import subprocess

import pytest
from tests.stories.served import ROOT, Year, answers, command, environment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("year")]


def test_every_figure_is_what_the_sources_say(played: Year) -> None:
    assert played.code == 0, played.told[-3000:]
    assert played.figures["faults"] == []
    assert played.figures["experts_elsewhere"] == 125
    assert played.figures["experts_local"] == 151
    assert played.figures["ledger_sound"] is True
    assert played.figures["ledger_unsealed"] == 0
    assert played.figures["ledger_root"]


def test_the_year_is_told_chapter_by_chapter(played: Year) -> None:
    chapters = [line for line in played.told.splitlines() if line.startswith("202")]
    assert len(chapters) >= 10, played.told


def test_the_demonstration_is_never_mixed_with_other_data(played: Year) -> None:
    """A second play on the same home is refused with a sentence and a next step, and changes nothing."""
    again = subprocess.run(
        command("demo", "--check"), env=environment(played.home), cwd=ROOT, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert again.returncode == 1
    assert "XINGLIN_HOME" in again.stderr
    assert "Traceback" not in again.stderr


def test_the_ledger_verifies_from_the_command_line(played: Year) -> None:
    done = subprocess.run(
        command("ledger", "verify"), env=environment(played.home), cwd=ROOT, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_served_demonstration_answers(year: Year) -> None:
    assert answers(f"{year.url}/") == 200
    assert answers(f"{year.url}/health") == 200
