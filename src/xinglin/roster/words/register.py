"""Organisations and people, in the field's own terms (FHIR Organization, Practitioner, PractitionerRole)."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class OrganisationKind(Word):
    HOSPITAL = "hospital", say("Hospital")
    SCHOOL = "school", say("University or school")
    INSTITUTE = "institute", say("Research institute")
    ENTERPRISE = "enterprise", say("Enterprise")
    AUTHORITY = "authority", say("Government authority")
    SOCIETY = "society", say("Society or association")


class HospitalLevel(Word):
    """医院分级: three levels; a level is divided into grades."""

    THREE = "3", say("Level three")
    TWO = "2", say("Level two")
    ONE = "1", say("Level one")
    UNRATED = "0", say("Not rated")


class HospitalGrade(Word):
    SPECIAL = "special", say("Special grade")
    A = "a", say("Grade A")
    B = "b", say("Grade B")
    C = "c", say("Grade C")
    NONE = "none", say("No grade")


class Ownership(Word):
    """隶属: which authority an institution belongs to; 省部属 and 市属 are counted apart in membership batches."""

    MINISTRY_PROVINCE = "ministry_province", say("Ministry or province")
    CITY = "city", say("City")
    COUNTY = "county", say("District or county")
    PRIVATE = "private", say("Private")
    FOREIGN = "foreign", say("Hong Kong, Macau or foreign")


class RecordStage(Word):
    """The life of a register record."""

    PROPOSED = "proposed", say("Waiting to be admitted")
    ACTIVE = "active", say("In the register")
    CLOSED = "closed", say("Closed")


class Sex(Word):
    """GB/T 2261.1."""

    UNKNOWN = "0", say("Unknown")
    MALE = "1", say("Male")
    FEMALE = "2", say("Female")
    NOT_STATED = "9", say("Not stated")


class TitleRank(Word):
    """职称级别 of health and research staff."""

    SENIOR = "senior", say("Senior (full)")
    ASSOCIATE = "associate", say("Associate senior")
    MIDDLE = "middle", say("Middle")
    JUNIOR = "junior", say("Junior")
    NONE = "none", say("No title")


class ExpertCategory(Word):
    """What somebody judges as in a panel: 技术、经济等方面的专家 (招标投标法 art. 37)."""

    TECHNICAL = "technical", say("Technical: medicine, science, engineering")
    ECONOMIC = "economic", say("Economic or financial")
    MANAGEMENT = "management", say("Management")
    LEGAL = "legal", say("Law and intellectual property")


class LicenceStatus(Word):
    """Registration to practise (医师法 2021, arts 13-16, 42)."""

    NONE = "none", say("Not a practising doctor")
    VALID = "valid", say("Valid")
    SUSPENDED = "suspended", say("Suspended")
    LAPSED = "lapsed", say("Lapsed")
    REVOKED = "revoked", say("Revoked")
    UNCHECKED = "unchecked", say("Not checked yet")


class EvidenceKind(Word):
    """What shows that somebody can do something; ranking cites it with its link."""

    PAPER = "paper", say("Paper")
    PATENT = "patent", say("Patent")
    PROJECT = "project", say("Project")
    PROCEDURE = "procedure", say("Procedure volume")
    AWARD = "award", say("Award")
    COOPERATION = "cooperation", say("Past cooperation in the alliance")


class DocumentType(Word):
    """Kinds of identity document (domain 3.1); the values are those of `roster.codes.DOCUMENT_KINDS`."""

    ID_CARD = "id_card", say("Resident identity card")
    PASSPORT = "passport", say("Passport")
    OFFICER = "officer", say("Officer's card")
    HM_PERMIT = "hm_permit", say("Mainland travel permit (Hong Kong and Macau)")
    TW_PERMIT = "tw_permit", say("Mainland travel permit (Taiwan)")
    HMT_RESIDENCE = "hmt_residence", say("Residence permit (Hong Kong, Macau, Taiwan)")
    PERMANENT_RESIDENCE = "permanent_residence", say("Foreign permanent resident card")
    HKID = "hkid", say("Hong Kong identity card")
    MACAU_BIR = "macau_bir", say("Macau resident identity card")
    TAIWAN_ID = "taiwan_id", say("Taiwan identity card")
    BIRTH_CERTIFICATE = "birth_certificate", say("Medical certificate of birth")
