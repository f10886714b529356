"""What happens in the roster: one file per subject, each with its sentences. Pure."""

from xinglin.roster.events import bodies, bonds, imports, register  # noqa: F401
