"""What flows ask for is called as in the wing it is for. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from xinglin.challenges import labels as challenges
from xinglin.kernel.phrases import Phrase
from xinglin.roster import labels as roster
from xinglin.transfer import labels as transfer


def _some(labels: Mapping[str, Phrase], names: str) -> dict[str, Phrase]:
    return {name: labels[name] for name in names.split() if name in labels}


LABELS: dict[str, Phrase] = {
    **_some(roster.LABELS, "purpose starts"),
    **_some(challenges.LABELS, "problem end_user months most_fen specialties"),
    **_some(
        transfer.LABELS,
        "abstract contributors department organisation_id share_bp owner_bp main post organisation_name",
    ),
}
HELPS: dict[str, Phrase] = {
    **_some(challenges.HELPS, "problem end_user months most_fen specialties"),
    **_some(transfer.HELPS, "abstract contributors share_bp owner_bp main post"),
}
