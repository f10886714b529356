"""For deeds that are not moves: they too are possible in some stages only."""

from __future__ import annotations

from collections.abc import Collection

from xinglin.kernel.models import Dossier
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


def require_stage(dossier: Dossier, stages: Collection[str]) -> None:
    """Raise, as the machine would, unless the dossier is in one of `stages`."""
    if dossier.stage not in stages:
        raise Refusal(
            "machine.wrong_stage",
            say("This is not possible while the record is “{stage}”.", stage=dossier.stage_word.label),
            say("Reload the page: somebody may have moved it on since you opened it."),
        )
