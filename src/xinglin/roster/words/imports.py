"""Rosters as files, and records that may be one: stages and choices."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class RosterSheet(Word):
    """What a spreadsheet lists; AUTO reads it from the headings, and takes every sheet of a workbook that is known."""

    AUTO = "auto", say("What the headings say")
    ORGANISATIONS = "organisations", say("Organisations")
    PEOPLE = "people", say("People")


class ExportedSheet(Word):
    BOTH = "both", say("Organisations and people")
    ORGANISATIONS = "organisations", say("Organisations")
    PEOPLE = "people", say("People")


class FileForm(Word):
    XLSX = "xlsx", say("Excel workbook (.xlsx)")
    CSV = "csv", say("Text table (.csv)")


class FileLanguage(Word):
    CHINESE = "zh", say("Chinese")
    ENGLISH = "en", say("English")


class ImportStage(Word):
    """The life of one import."""

    UPLOADED = "uploaded", say("Uploaded")
    CHECKED = "checked", say("Checked, nothing written yet")
    IMPORTING = "importing", say("Being imported")
    DONE = "done", say("Imported")
    CANCELLED = "cancelled", say("Cancelled")
    FAILED = "failed", say("Failed")


class ExportStage(Word):
    """The life of one export."""

    ASKED = "asked", say("Being written")
    READY = "ready", say("Ready to be fetched")
    FORGOTTEN = "forgotten", say("File removed")


class DuplicateStage(Word):
    """What became of two records that may be one."""

    OFFERED = "offered", say("To be looked at")
    LATER = "later", say("Put off")
    SAME = "same", say("The same, linked")
    DIFFERENT = "different", say("Two different records")


class Kept(Word):
    """Which of two records stays open when they are the same."""

    FIRST = "first", say("The first record")
    SECOND = "second", say("The second record")
