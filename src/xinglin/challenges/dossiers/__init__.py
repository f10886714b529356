"""The kinds of dossier challenges has."""

from xinglin.challenges import events  # noqa: F401
from xinglin.challenges.dossiers import appraisals, bids, challenges, objections, questions  # noqa: F401
