"""What the comparisons and their levels are called (identity). Pure."""

from xinglin.kernel.phrases import Phrase, say

COMPARISONS: dict[str, Phrase] = {
    "name": say("Name of the person"),
    "born": say("Birth date"),
    "sex": say("Sex"),
    "document": say("Identity document"),
    "household": say("Telephone and address"),
}
LEVELS: dict[tuple[str, str], Phrase] = {
    ("name", "exact rare"): say("the same, a rare name"),
    ("name", "exact uncommon"): say("the same, an uncommon name"),
    ("name", "exact usual"): say("the same, a usual name"),
    ("name", "exact common"): say("the same, a common name"),
    ("name", "sound rare"): say("sounds the same, a rare name"),
    ("name", "sound common"): say("sounds the same"),
    ("name", "heard"): say("the same in Cantonese or in a family spelling abroad"),
    ("name", "one character"): say("one character apart"),
    ("name", "partly"): say("partly the same"),
    ("name", "family"): say("only the surname"),
    ("name", "else"): say("different"),
    ("born", "exact"): say("the same"),
    ("born", "turned"): say("month and day turned round, or a lunar date"),
    ("born", "one digit"): say("one digit apart"),
    ("born", "year"): say("only the year"),
    ("born", "else"): say("different"),
    ("sex", "same"): say("the same"),
    ("sex", "else"): say("different"),
    ("document", "exact"): say("the same"),
    ("document", "one edit"): say("one slip of the pen apart"),
    ("document", "else"): say("different"),
    ("household", "phone and address"): say("both the same"),
    ("household", "phone"): say("the telephone is the same"),
    ("household", "address"): say("the address is the same"),
    ("household", "phone one edit"): say("the telephone is one digit apart"),
    ("household", "street"): say("the same street or village"),
    ("household", "region"): say("the same district"),
    ("household", "else"): say("different"),
}
NOTHING = say("nothing to compare")
# The kinds of evidence of `rules.judging.independent_keys`.
INDEPENDENT: dict[str, Phrase] = {
    "document": say("identity document"),
    "name and birth date": say("name and birth date"),
    "phone": say("telephone"),
    "address": say("address"),
}
GROUNDS: dict[str, Phrase] = {
    "document": say("the same document and name"),
    "weights": say("the weight of evidence"),
    "decided": say("decided by a person"),
    "kept apart": say("kept apart by a person"),
    "decided again": say("a decision taken back"),
    "taken out": say("taken out by a person"),
}
