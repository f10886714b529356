"""Why an entry cannot be taken in: a code, a sentence, and what somebody can do about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from xinglin.kernel.phrases import Phrase, say


@dataclass(frozen=True)
class Reason:
    """`waits`: the program takes the entry in by itself when what it waits for arrives."""

    sentence: Phrase
    next_step: Phrase
    waits: bool = False


REASONS: dict[str, Reason] = {
    "file.xml": Reason(
        say("FHIR in XML is not read here."), say("Send the same content as JSON (application/fhir+json).")
    ),
    "file.unknown": Reason(
        say("This is no FHIR JSON, NDJSON or CSV."), say("Look at the manual for the forms that are read.")
    ),
    "file.empty": Reason(say("The file is empty."), say("Export it again.")),
    "file.unreadable": Reason(say("The file cannot be read or unpacked: {why}."), say("Export it again and resend.")),
    "file.bomb": Reason(
        say("Unpacked, the file is larger than is taken in one piece."), say("Split it, or send it as NDJSON.")
    ),
    "malformed.json": Reason(say("This is not valid JSON: {why}."), say("Correct the text and take it in again.")),
    "malformed.encoding": Reason(say("The text is not UTF-8."), say("Send it in UTF-8 (CSV may also be GB 18030).")),
    "malformed.depth": Reason(say("The content is nested too deeply."), say("Send it flat, as FHIR writes it.")),
    "malformed.structure": Reason(
        say("A field does not have the shape FHIR R4 gives it: {why}."), say("Correct the field and take it in again.")
    ),
    "malformed.number": Reason(
        say("A number is too long or too large to be a value: {why}."), say("Correct the number and take it in again.")
    ),
    "entry.too_large": Reason(say("The entry is larger than {most} MB."), say("Leave out embedded files.")),
    "entry.empty": Reason(
        say("The entry has no resource."), say("Leave out answers and requests that carry nothing to keep.")
    ),
    "entry.no_type": Reason(say("The entry does not say what resource it is."), say("Give it a resourceType.")),
    "entry.unknown_type": Reason(
        say("FHIR R4 has no resource called “{kind}”."), say("Correct the resourceType, or leave the entry out.")
    ),
    "entry.bad_id": Reason(
        say("The id “{id}” is none FHIR allows: letters, digits, “-” and “.”, 64 at most."), say("Correct the id.")
    ),
    "entry.delete": Reason(
        say("Nothing is deleted here (records are kept)."),
        say("Send the resource with the status entered-in-error instead."),
    ),
    "version.dstu2": Reason(
        say("This is FHIR DSTU2, not R4."), say("Have the sending system export FHIR R4 (4.0.1).")
    ),
    "version.stu3": Reason(say("This is FHIR STU3, not R4."), say("Have the sending system export FHIR R4 (4.0.1).")),
    "reference.none": Reason(
        say("It does not say which patient it is about."), say("Choose the patient, then take it in again.")
    ),
    "reference.waiting": Reason(
        say("It refers to {reference}, which has not arrived yet."),
        say("Nothing needs doing: it is taken in when that arrives."), waits=True,
    ),
    "reference.foreign": Reason(
        say("The reference “{reference}” cannot be followed."), say("Refer to a resource of the same system by its id.")
    ),
    "patient.refused": Reason(say("The patient's record was refused: {why}."), say("Correct the record.")),
    "organisation.unnamed": Reason(say("The organisation has no name."), say("Give it its registered name.")),
    "result.no_code": Reason(say("The result does not say what was measured."), say("Give it a code.")),
    "result.status": Reason(
        say("The status “{status}” is not known."),
        say("Use preliminary, final, corrected, cancelled or entered-in-error.")
    ),
    "result.no_time": Reason(
        say("Neither the specimen's time, the examination's nor the report's is given."), say("Give one of the times.")
    ),
    "result.bad_time": Reason(say("“{text}” is no moment."), say("Write times as 2026-11-22T08:30:00+08:00.")),
    "result.future": Reason(
        say("The time {when} lies in the future."), say("Correct the clock of the sending system, or the time.")
    ),
    "result.bad_value": Reason(say("“{text}” is no value."), say("Correct the value.")),
    "report.void": Reason(
        say("Report {number} was made void; it is not taken again."), say("Issue a new report under a new number.")
    ),
    "report.void_time": Reason(
        say("The report is said to be void from before it was received."), say("Correct the time it was made void.")
    ),
    "csv.columns": Reason(
        say("The columns {columns} are missing or not understood."),
        say("Set the column map of your site, or rename the columns.")
    ),
    "csv.cells": Reason(say("The row has {cells} cells, the heading {columns}."), say("Correct the row.")),
    "csv.no_patient": Reason(say("The row does not say which patient it is about."), say("Give the patient's number.")),
    "store.refused": Reason(
        say("The database cannot hold this content: {why}."), say("Correct the field and take it in again.")
    ),
}  # fmt: skip


def sentence(code: str, **facts: object) -> Phrase:
    """The sentence of a reason with its facts, each cut to what a page can show."""
    return REASONS[code].sentence(**{name: str(fact)[:200] for name, fact in facts.items()})
