"""The kinds of dossier transfer has."""

from xinglin.transfer import events  # noqa: F401
