"""What happens in challenges: one file per subject, each with its sentences. Pure."""

from xinglin.challenges.events import bids, calls, reviews, running  # noqa: F401
