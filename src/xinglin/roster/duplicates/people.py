"""Whether two person records may be one, by the weights of domain 3.3: never on a name alone, never merged silently."""

from __future__ import annotations

from dataclasses import dataclass

from xinglin.roster.duplicates.outcome import Finding, Outcome, decide
from xinglin.roster.names import Agreement, compare, fold, search_keys

SAME_AT, ASK_AT = 80, 45
_INDEPENDENT = frozenset({"document_same", "phone_same", "email_same"})


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """What is compared. Document, phone and e-mail arrive as keyed hashes; `document_kind` beside its hash."""

    key: str
    name_zh: str = ""
    name_latin: str = ""
    aliases: tuple[str, ...] = ()
    birth_year: int | None = None
    sex: str = ""
    organisations: tuple[str, ...] = ()
    title: str = ""
    specialties: tuple[str, ...] = ()
    native_region: str = ""
    document_kind: str = ""
    document_hash: str = ""
    phone_hash: str = ""
    email_hash: str = ""


def compare_people(left: PersonRecord, right: PersonRecord) -> Outcome:
    """Same, ask or different, with reasons. Symmetric.

    SAME needs a name that agrees and a second independent key (document, phone or e-mail). One document number under
    two different names is a conflict: always a person's question (domain 3.3, rule 1).
    """
    findings = [*_names(left, right), *_documents(left, right), *_facts(left, right)]
    codes = {finding.code for finding in findings}
    named = bool(codes & {"name_same", "name_variant", "name_hazard", "alias", "sound_same"})
    if "document_same" in codes and not named:
        findings.append(Finding("document_conflict", 0))
        return decide(findings, same_at=101, ask_at=0, may_be_same=False)
    if not named:
        # A shared telephone is a secretary's; without any agreement of names nobody needs to be asked.
        return decide(findings, same_at=101, ask_at=101, may_be_same=False)
    contradicted = bool(codes & {"document_differs", "birth_year_differs", "sex_differs"})
    sure = bool(codes & {"name_same", "name_variant"}) and bool(codes & _INDEPENDENT) and not contradicted
    return decide(findings, same_at=SAME_AT, ask_at=ASK_AT, may_be_same=sure)


def _names(left: PersonRecord, right: PersonRecord) -> list[Finding]:
    if left.name_zh and right.name_zh:
        weights = {Agreement.IDENTICAL: ("name_same", 35), Agreement.VARIANT: ("name_variant", 33),
                   Agreement.HAZARD: ("name_hazard", 28)}  # fmt: skip
        if found := weights.get(compare(left.name_zh, right.name_zh).agreement):
            return [Finding(*found)]
    elif left.name_latin and fold(left.name_latin) == fold(right.name_latin):
        return [Finding("name_same", 30)]
    mine = {fold(n) for n in (left.name_zh, left.name_latin, *left.aliases)} - {""}
    theirs = {fold(n) for n in (right.name_zh, right.name_latin, *right.aliases)} - {""}
    if shared := sorted(mine & theirs):
        return [Finding("alias", 28, shared[0])]
    if not (left.name_zh and right.name_zh) and (shared := sorted(_sounds(left) & _sounds(right))):
        return [Finding("sound_same", 22, shared[0])]
    return []


def _sounds(record: PersonRecord) -> set[str]:
    keys = search_keys(record.name_zh, record.name_latin, record.aliases)
    # Initials, single words and surnames are what many share; only a whole romanised name is a sound.
    return {key for key in keys if key.isascii() and len(key) > 6 and ":" not in key}


def _documents(left: PersonRecord, right: PersonRecord) -> list[Finding]:
    findings: list[Finding] = []
    if left.document_hash and right.document_hash and left.document_kind == right.document_kind:
        same = left.document_hash == right.document_hash
        findings.append(Finding("document_same", 60) if same else Finding("document_differs", -60))
    if left.phone_hash and left.phone_hash == right.phone_hash:
        findings.append(Finding("phone_same", 25))
    if left.email_hash and left.email_hash == right.email_hash:
        findings.append(Finding("email_same", 30))
    return findings


def _facts(left: PersonRecord, right: PersonRecord) -> list[Finding]:
    findings: list[Finding] = []
    if left.birth_year and right.birth_year:
        apart = abs(left.birth_year - right.birth_year)
        # A year apart is a lunar or a registered birthday; more is another person.
        findings.append(
            Finding("birth_year_same", 20) if not apart
            else Finding("birth_year_near", 5) if apart == 1
            else Finding("birth_year_differs", -40, f"{left.birth_year} / {right.birth_year}")
        )  # fmt: skip
    if left.sex in ("1", "2") and right.sex in ("1", "2") and left.sex != right.sex:
        findings.append(Finding("sex_differs", -30))
    if left.organisations and right.organisations:
        shared = set(left.organisations) & set(right.organisations)
        findings.append(Finding("organisation_same", 20) if shared else Finding("organisation_differs", -10))
    if left.title and fold(left.title) == fold(right.title):
        findings.append(Finding("title_same", 3))
    if set(left.specialties) & set(right.specialties):
        findings.append(Finding("specialty_same", 7))
    if left.native_region and left.native_region[:4] == right.native_region[:4]:
        findings.append(Finding("native_same", 5))
    return findings
