"""A FHIR Patient as the facts identity works with. Pure."""

from __future__ import annotations

import re
from typing import Any

from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.intake.rules import times
from xinglin.exchange.intake.rules.structs import Address, ContactPoint, HumanName, Identifier, Patient

# FHIR gender to GB/T 2261.1.
SEX = {"male": 1, "female": 2, "unknown": 0, "other": 9}
# What identifiers are called by their type or system, and the kind of document identity knows (domain 3.1).
_TYPES = {
    "NI": "id_card", "NNCHN": "id_card", "PPN": "passport", "NNHKG": "hkid", "NNMAC": "macau_bir", "NNTWN": "taiwan_id",
    "BC": "birth_certificate", "BCT": "birth_certificate", "MI": "officer", "PRC": "permanent_residence",
    "01": "id_card", "02": "household_register", "03": "passport", "04": "officer", "06": "hm_permit",
    "07": "tw_permit", "SS": "social_security", "DL": "driving_licence",
}  # fmt: skip
_WORDS = (
    ("hkid", ("hkid", "香港身份证", "香港居民身份证", "hong kong identity")),
    ("macau_bir", ("macau", "澳门居民身份证", "澳门身份证", "bir")),
    ("taiwan_id", ("taiwan", "台湾身份证")),
    ("hm_permit", ("hm-permit", "hm_permit", "回乡证", "港澳居民来往", "home-return")),
    ("tw_permit", ("tw-permit", "tw_permit", "台湾居民来往", "台胞证")),
    ("hmt_residence", ("hmt-residence", "hmt_residence", "港澳台居民居住证", "居住证")),
    ("permanent_residence", ("permanent-residence", "永久居留", "永居")),
    ("officer", ("officer", "军官证")),
    ("passport", ("passport", "护照")),
    ("birth_certificate", ("birth-certificate", "birth_certificate", "出生医学证明")),
    ("id_card", ("id-card", "id_card", "idcard", "resident-id", "identity-card", "身份证", "2.16.156.10011.1.3")),
    ("social_security", ("us-ssn", "社保", "social-security", "医保")),
    ("driving_licence", ("driving", "驾驶证")),
)
# A record number of the hospital's own is no document.
_OWN = {"MR", "PI", "PT", "VN", "AN", "RI"}
_HAN = re.compile(r"[㐀-鿿\U00020000-\U0003ffff]")


def document_kind(identifier: Identifier) -> str:
    """The kind of document an identifier is; "" for the hospital's own numbers."""
    kinds = identifier.type
    for coding in kinds.coding if kinds is not None else ():
        if coding.code in _OWN:
            return ""
        if coding.code in _TYPES:
            return _TYPES[coding.code]
    said = f"{identifier.system or ''} {kinds.text or '' if kinds is not None else ''}".casefold()
    for kind, words in _WORDS:
        if any(word in said for word in words):
            return kind
    return ""


def facts_of(patient: Patient, *, site: int, local_id: str) -> PatientFacts:
    """The record as the site sent it; nothing is tidied yet."""
    zh, en, aliases = names_of(patient.name)
    documents = tuple(dict.fromkeys(
        (kind, one.value.strip()[:60]) for one in patient.identifier
        if one.value and one.value.strip() and (kind := document_kind(one))
    ))  # fmt: skip
    return PatientFacts(
        site=site, local_id=local_id, name_zh=zh, name_en=en, aliases=aliases,
        birth_date=times.day(patient.birthDate), sex=SEX.get(patient.gender or "", 0), phone=_phone(patient.telecom),
        address=_address(patient.address), documents=documents, mother=_mother(patient.extension),
        birth_order=max(0, min(patient.multipleBirthInteger or 0, 99)),
        deceased=bool(patient.deceasedBoolean or patient.deceasedDateTime),
    )  # fmt: skip


def names_of(names: list[HumanName]) -> tuple[str, str, tuple[str, ...]]:
    """(Chinese, Latin, others): the first current name of each script, the others as aliases."""
    zh, en, others = "", "", []
    for name in sorted(names, key=lambda one: one.use in ("old", "nickname", "maiden")):
        text = written(name)
        if not text:
            continue
        han = bool(_HAN.search(text))
        if han and not zh:
            zh = text
        elif not han and not en:
            en = text
        else:
            others.append(text)
    return zh, en, tuple(dict.fromkeys(others))


def written(name: HumanName) -> str:
    """A name as one writes it: Chinese without a space, family first; Latin with given names first."""
    given = [part for part in name.given if part]
    if name.family and (_HAN.search(name.family) or any(_HAN.search(part) for part in given)):
        return (name.family + "".join(given)).strip()[:120]
    plain = " ".join([*given, *([name.family] if name.family else [])]).strip()
    return (name.text or plain).strip()[:120]


def _phone(contacts: list[ContactPoint]) -> str:
    phones = [one for one in contacts if one.value and one.system in (None, "phone", "sms")]
    phones.sort(key=lambda one: (one.use != "mobile", one.use == "old"))
    return (phones[0].value or "").strip()[:40] if phones else ""


def _address(addresses: list[Address]) -> str:
    if not addresses:
        return ""
    one = addresses[0]
    if one.text:
        return one.text.strip()[:300]
    lines = [part for part in one.line if part]
    parts = [part for part in (one.state, one.city, one.district, *lines) if part]
    return ("" if any(_HAN.search(part) for part in parts) else ", ").join(parts).strip()[:300]


def _mother(extensions: list[dict[str, Any]]) -> str:
    for one in extensions:
        if str(one.get("url", "")).endswith("/patient-mother"):
            reference = one.get("valueReference")
            text = reference.get("reference") if isinstance(reference, dict) else None
            return str(text).rpartition("/")[2][:80] if text else ""
    return ""
