"""Duplicate candidates among organisations and people: offered with reasons, never merged by the machine. Pure."""

from xinglin.roster.duplicates.blocking import (
    blocks,
    candidate_pairs,
    compare_records,
    duplicates_of,
    find_duplicates,
    too_common,
)
from xinglin.roster.duplicates.organisations import OrganisationRecord, branch_of, compare_organisations, core_name
from xinglin.roster.duplicates.outcome import FINDINGS, Finding, Outcome, Verdict
from xinglin.roster.duplicates.people import PersonRecord, compare_people

__all__ = [
    "FINDINGS",
    "Finding",
    "OrganisationRecord",
    "Outcome",
    "PersonRecord",
    "Verdict",
    "blocks",
    "branch_of",
    "candidate_pairs",
    "compare_organisations",
    "compare_people",
    "compare_records",
    "core_name",
    "duplicates_of",
    "find_duplicates",
    "too_common",
]
