"""What the parameters of the actions are called on a page (catalogue). Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "organisation_id": say("Organisation"), "level_id": say("Level switched off"), "item_id": say("Standard item"),
    "site_id": say("Site"), "category": say("Category"), "group": say("Catalogue group"), "reason": say("Reason"),
    "code": say("Item code"), "name_zh": say("Chinese name"), "name_en": say("English name"), "kind": say("Kind"),
    "specimen": say("Specimen"), "body_part": say("Body part"), "modality": say("Modality"), "unit": say("Unit"),
    "aliases": say("Other names"), "scope": say("Scope of the mark"), "programme": say("Quality programme"),
    "result": say("Result"), "valid_from": say("In force from"), "valid_to": say("In force until"),
    "outcome": say("Outcome"), "evaluated_on": say("Evaluated on"), "remark": say("Remark"),
    "from_day": say("From which day"), "evaluated_until": say("Quality evaluation speaks until"),
    "region": say("Region"), "window_days": say("Days results count"), "basis": say("Counted from"),
    "enabled": say("In use"), "source": say("Source"), "price_fen": say("Price"), "price_list": say("Price list"),
    "file": say("File"), "seen": say("Local codes seen"), "system": say("Code system"), "name": say("Name"),
    "count": say("How often"), "mapping_ids": say("Mappings"), "local_system": say("Code system"),
    "evidence": say("Certificate"), "identical": say("Also the same codes at other sites"),
}  # fmt: skip
HELPS: dict[str, Phrase] = {
    "scope": say("全国 (000000), a province or city by its code, 京津冀, 长三角 or 成渝, or the alliance's number."),
    "window_days": say("Periods of 24 hours, boundary included; 0 means shown, never recognised."),
    "region": say("The city's or province's GB/T 2260 code; empty means everywhere."),
    "file": say("CSV or Excel with headings in Chinese or English; refused rows are named with the reason."),
    "unit": say("As UCUM writes it, for example mmol/L or 10*9/L."),
    "category": say("For example laboratory, imaging, ultrasound, nuclear."),
    "group": say("For example chemistry, lipids, ct."),
    "valid_from": say("The value before it ends the day before; history stays."),
}
