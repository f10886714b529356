"""What the roster stores. Import models from here."""

from xinglin.roster.models.register import Affiliation, Evidence, Organisation, Person, PersonSpecialty

__all__ = ["Affiliation", "Evidence", "Organisation", "Person", "PersonSpecialty"]
