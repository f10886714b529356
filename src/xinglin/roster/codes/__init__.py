"""Numbers of organisations, staff and persons: checked, taken apart, masked. Pure. Sources: domain 3.1 and 3.2.

Every function takes what was typed, returns a typed result with the compact number, or raises `CodeRefused`.
"""

from xinglin.roster.codes.credit import CreditCode, credit_code, organisation_code
from xinglin.roster.codes.form import CodeRefused, mask_number
from xinglin.roster.codes.institutions import MedicalInstitutionCode, insurance_code, medical_institution_code
from xinglin.roster.codes.persons import (
    DOCUMENT_KINDS,
    DocumentKind,
    IdentityDocument,
    identity_document,
    upgrade_old_id,
)
from xinglin.roster.codes.physicians import PhysicianQualification, practice_certificate, qualification_certificate

__all__ = [
    "DOCUMENT_KINDS",
    "CodeRefused",
    "CreditCode",
    "DocumentKind",
    "IdentityDocument",
    "MedicalInstitutionCode",
    "PhysicianQualification",
    "credit_code",
    "identity_document",
    "insurance_code",
    "mask_number",
    "medical_institution_code",
    "organisation_code",
    "practice_certificate",
    "qualification_certificate",
    "upgrade_old_id",
]
