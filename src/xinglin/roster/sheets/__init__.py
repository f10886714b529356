"""Rosters as spreadsheets: read with every refused cell and its reason, written so that nothing ever runs. Pure."""

from xinglin.roster.sheets.cells import title_rank
from xinglin.roster.sheets.columns import ORGANISATIONS, PEOPLE, SHEETS, Choice, Column, Sheet
from xinglin.roster.sheets.parsing import find_headings, parse_file, parse_rows, parse_workbook, sheet_of
from xinglin.roster.sheets.reading import Table, read_table, read_tables
from xinglin.roster.sheets.records import OrganisationRow, Parsed, PersonRow, RowRefusal, SheetRefused
from xinglin.roster.sheets.safety import guard, plain_cell, safe_cell
from xinglin.roster.sheets.writing import write_book, write_csv, write_refused, write_rows, write_template

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
    "guard",
    "parse_file",
    "parse_rows",
    "parse_workbook",
    "plain_cell",
    "read_table",
    "read_tables",
    "safe_cell",
    "sheet_of",
    "title_rank",
    "write_book",
    "write_csv",
    "write_refused",
    "write_rows",
    "write_template",
]
