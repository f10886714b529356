"""Signing in: the adapters, gates, locks and records around django-allauth and django-axes."""
