"""What happens to roster files and to records that may be one. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("roster.import_uploaded", say("{actor} uploaded the roster “{file}”."), "file", "sha256")
happens("roster.import_checked", say("The roster {subject} was checked: {rows} rows, {refused} of them refused."),
        "rows", "refused")  # fmt: skip
happens("roster.import_begun", say("{actor} started the import of {subject} behind row {taken}."), "taken")
happens("roster.import_cancelled", say("{actor} stopped the import of {subject} after {taken} of {good} rows."),
        "taken", "good")  # fmt: skip
happens("roster.import_finished",
        say("The import of {subject} ended: {created} created, {updated} updated, {unchanged} unchanged, "
            "{refused} refused."), "rows", "created", "updated", "unchanged", "refused")  # fmt: skip
happens("roster.import_failed", say("The import of {subject} stopped after {taken} rows."), "taken", "code")
happens("roster.organisation_imported", say("{actor} entered {subject} from row {row} of a roster."), "run", "row")
happens("roster.organisation_import_revised", say("{actor} revised {subject} from row {row} of a roster."),
        "run", "row", "changed")  # fmt: skip
happens("roster.organisation_named", say("A roster of {actor} named {subject} as a place of work."), "run")
happens("roster.person_imported", say("{actor} entered {subject} from row {row} of a roster."), "run", "row")
happens("roster.person_import_revised", say("{actor} revised the record of {subject} from row {row} of a roster."),
        "run", "row", "changed")  # fmt: skip
happens("roster.export_asked", say("{actor} asked for an export of the register: {sheet}, for “{purpose}”."),
        "sheet", "form", "personal", "purpose")  # fmt: skip
happens("roster.export_written", say("The export {subject} has {rows} rows."), "rows")
happens("roster.export_fetched", say("{actor} fetched the export {subject}."), "rows")
happens("roster.export_forgotten", say("{actor} removed the file of the export {subject}."))
happens("roster.duplicate_offered", say("{subject} may be one record ({score} of 100)."), "score", "findings")
happens("roster.duplicate_linked", say("{actor} found that {subject} are the same: {because}"), "kept", "because")
happens("roster.duplicate_unlinked", say("{actor} undid the link of {subject}: {because}"), "because")
happens("roster.duplicate_told_apart", say("{actor} found that {subject} are different: {because}"), "because")
happens("roster.duplicate_put_off", say("{actor} put the question of {subject} off."))
happens("roster.duplicate_looked_again", say("{actor} opened the question of {subject} again."))
happens("roster.closed_as_double", say("{actor} closed {subject} as a double of another record."), "kept")
happens("roster.reopened_from_double", say("{actor} reopened {subject}, which was closed as a double."), "was")
happens("roster.refused_rows_read", say("{actor} fetched the refused rows of {subject}."), "rows")
happens("roster.files_forgotten", say("{count} roster files were removed: their time was over."), "count")
