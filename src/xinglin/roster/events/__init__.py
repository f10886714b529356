"""What happens in the roster: one file per subject, each with its sentences. Pure."""

from xinglin.roster.events import bodies, bonds, register  # noqa: F401
