"""What identity stores. Import models from here."""

from xinglin.exchange.identity.models.patients import IndexPerson, Patient, PatientDocument, PatientKey
from xinglin.exchange.identity.models.reviews import LinkEvent, Review, Tie

__all__ = ["IndexPerson", "LinkEvent", "Patient", "PatientDocument", "PatientKey", "Review", "Tie"]
