"""The words of intake. Pure."""

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class ReportStatus(Word):
    """Where a report stands (domain 2.5). A corrected version supersedes; a void one is kept, never deleted."""

    PRELIMINARY = "preliminary", say("Preliminary")
    FINAL = "final", say("Final")
    CORRECTED = "corrected", say("Corrected")
    VOID = "void", say("Void")


# `Result.status` as stored, small. Only FINAL counts; SUPERSEDED has a later corrected version.
PRELIMINARY, FINAL, SUPERSEDED, VOID = 0, 1, 2, 3

# Bits of `Result.flags`: a critical value, hidden from all but the treating doctor, has an image, abnormal, and kept
# in a unit that does not convert to the item's (`number` is empty then; such a result never stands in for an order).
# CORRECTED marks a value that a laboratory sent in place of an earlier one; UNFIT one made of another specimen or by
# another method than its item demands, which stands in for no order either.
CRITICAL, SENSITIVE, IMAGE, ABNORMAL, UNCONVERTED, CORRECTED, UNFIT = 1, 2, 4, 8, 16, 32, 64


class Way(Word):
    """How a delivery came."""

    API = "api", say("Interface")
    FILE = "file", say("Command line")
    FOLDER = "folder", say("Watched folder")
    UPLOAD = "upload", say("Uploaded")


class Form(Word):
    """What a delivery is written in."""

    BUNDLE = "bundle", say("FHIR resource or Bundle (JSON)")
    NDJSON = "ndjson", say("FHIR NDJSON")
    CSV = "csv", say("CSV")
    UNKNOWN = "unknown", say("Not recognised")


class QuarantineStage(Word):
    WAITING = "waiting", say("Waiting for repair")
    REPLAYED = "replayed", say("Repaired and taken in")
    DISMISSED = "dismissed", say("Dismissed")


class QuarantineReason(Word):
    """Why an entry is set aside, in few words; the whole sentence is in `rules.reasons`."""

    XML = "file.xml", say("XML")
    UNKNOWN_FILE = "file.unknown", say("Unknown kind of file")
    EMPTY_FILE = "file.empty", say("Empty file")
    UNREADABLE = "file.unreadable", say("Unreadable file")
    BOMB = "file.bomb", say("File too large unpacked")
    JSON = "malformed.json", say("Broken JSON")
    ENCODING = "malformed.encoding", say("Wrong encoding")
    DEPTH = "malformed.depth", say("Nested too deeply")
    STRUCTURE = "malformed.structure", say("Field of the wrong shape")
    NUMBER = "malformed.number", say("Impossible number")
    TOO_LARGE = "entry.too_large", say("Entry too large")
    EMPTY_ENTRY = "entry.empty", say("Entry without a resource")
    NO_TYPE = "entry.no_type", say("No resource type")
    UNKNOWN_TYPE = "entry.unknown_type", say("Unknown resource type")
    BAD_ID = "entry.bad_id", say("Unusable id")
    DELETE = "entry.delete", say("Deletion asked for")
    DSTU2 = "version.dstu2", say("FHIR DSTU2")
    STU3 = "version.stu3", say("FHIR STU3")
    NO_PATIENT = "reference.none", say("No patient named")
    WAITING = "reference.waiting", say("Waits for another record")
    FOREIGN = "reference.foreign", say("Reference cannot be followed")
    PATIENT_REFUSED = "patient.refused", say("Patient record refused")
    NO_NAME = "organisation.unnamed", say("Organisation without a name")
    NO_CODE = "result.no_code", say("No code of what was measured")
    STATUS = "result.status", say("Unknown status")
    NO_TIME = "result.no_time", say("No time given")
    BAD_TIME = "result.bad_time", say("Unreadable time")
    FUTURE = "result.future", say("Time in the future")
    BAD_VALUE = "result.bad_value", say("Unusable value")
    VOID = "report.void", say("Report was made void")
    VOID_TIME = "report.void_time", say("Void before it was received")
    COLUMNS = "csv.columns", say("Columns not understood")
    CELLS = "csv.cells", say("Cells do not fit the heading")
    ROW_PATIENT = "csv.no_patient", say("Row without a patient")
    STORE = "store.refused", say("Cannot be stored")


class CsvField(Word):
    """What a column of a CSV delivery can mean."""

    PATIENT_ID = "patient_id", say("Patient's number")
    NAME = "name", say("Patient's name")
    FAMILY = "family", say("Family name")
    GIVEN = "given", say("Given name")
    NAME_EN = "name_en", say("Name in Latin letters")
    BIRTH_DATE = "birth_date", say("Date of birth")
    SEX = "sex", say("Sex")
    ID_TYPE = "id_type", say("Kind of document")
    ID_NUMBER = "id_number", say("Document number")
    PHONE = "phone", say("Telephone")
    ADDRESS = "address", say("Address")
    VISIT_ID = "visit_id", say("Visit number")
    REPORT_NO = "report_no", say("Report number")
    REPORT_TITLE = "report_title", say("Report title")
    REPORT_STATUS = "report_status", say("Report status")
    RESULT_ID = "result_id", say("Result's own number")
    CODE_SYSTEM = "code_system", say("Code system")
    CODE = "code", say("Item code")
    LOINC = "loinc", say("LOINC code")
    ITEM_NAME = "item_name", say("Item name")
    VALUE = "value", say("Value")
    UNIT = "unit", say("Unit")
    LOW = "low", say("Lower reference limit")
    HIGH = "high", say("Upper reference limit")
    REFERENCE = "reference", say("Reference range")
    FLAG = "flag", say("Abnormal flag")
    SPECIMEN = "specimen", say("Specimen")
    SPECIMEN_TIME = "specimen_time", say("Time of specimen or examination")
    ORDER_TIME = "order_time", say("Time of order")
    REPORT_TIME = "report_time", say("Time of report")
    STATUS = "status", say("Status")
    VOID_REASON = "void_reason", say("Reason for voiding")
    VOID_TIME = "void_time", say("Time of voiding")
    METHOD = "method", say("Method")
    INSTRUMENT = "instrument", say("Instrument")
    DOCTOR = "doctor", say("Reporting doctor")
    AUDITOR = "auditor", say("Auditing doctor")
    CONCLUSION = "conclusion", say("Doctor's conclusion")
    IMAGE_URL = "image_url", say("Address of the image")
