"""The Makefile's promises that can be checked without installing anything."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_target_that_is_offered_says_what_it_does():
    text = (ROOT / "Makefile").read_text("utf-8")
    offered = set(re.search(r"\.PHONY: (.*)", text).group(1).split())
    told = set(re.findall(r"^(\w+):.*## ", text, re.MULTILINE))
    assert offered - told <= {"browser"}
