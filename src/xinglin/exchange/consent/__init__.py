"""Consent per recipient and purpose, emergency access with review, and who saw what."""
