"""Rosters as spreadsheets: read with every refused cell and its reason, written so that nothing ever runs. Pure."""

from xinglin.roster.sheets.cells import title_rank
from xinglin.roster.sheets.columns import ORGANISATIONS, PEOPLE, SHEETS, Choice, Column, Sheet
from xinglin.roster.sheets.parsing import find_headings, parse_file, parse_rows
from xinglin.roster.sheets.reading import Table, read_table
from xinglin.roster.sheets.records import OrganisationRow, Parsed, PersonRow, RowRefusal, SheetRefused
from xinglin.roster.sheets.safety import plain_cell, safe_cell
from xinglin.roster.sheets.writing import write_rows, write_template

__all__ = [
    "ORGANISATIONS",
    "PEOPLE",
    "SHEETS",
    "Choice",
    "Column",
    "OrganisationRow",
    "Parsed",
    "PersonRow",
    "RowRefusal",
    "Sheet",
    "SheetRefused",
    "Table",
    "find_headings",
    "parse_file",
    "parse_rows",
    "plain_cell",
    "read_table",
    "safe_cell",
    "title_rank",
    "write_rows",
    "write_template",
]
