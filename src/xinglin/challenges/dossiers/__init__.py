"""The kinds of dossier challenges has."""

from xinglin.challenges import events  # noqa: F401
from xinglin.challenges.dossiers import appraisals, bids, challenges, contracts, milestones, objections, questions  # noqa: F401
