"""The FHIR R4 interface: what hospitals' programs and other cities read, under the same consent as every page."""
