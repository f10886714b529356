"""A need nobody can simply meet becomes an open challenge: the demand begins with what the need says (domain 1 row 28).

The need stays as it is: it is met when its owner says so, by the challenge's outcome or in another way.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from xinglin.challenges.actions.demands import Months, Title, draft_demand
from xinglin.kernel.asks import Fen, Line, Paragraph
from xinglin.kernel.dossiers import KINDS, Verb
from xinglin.kernel.models import Account, Dossier
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import absent
from xinglin.matching.dossiers.naming import OWNERS
from xinglin.matching.queries.needs import needs_for
from xinglin.matching.words.needs import NeedStage

STANDING = frozenset({str(NeedStage.OPEN), str(NeedStage.MATCHING), str(NeedStage.DOCKED)})


@transaction.atomic
def post_need_as_challenge(
    *,
    need_id: str,
    title: Title,
    problem: Paragraph,
    specialties: list[Line] | None = None,
    end_user: Title | None = None,
    months: Months = 24,
    most_fen: Fen | None = None,
    by: Account,
) -> Dossier:
    """Draft the demand of an open challenge from a need; indicators, money and milestones are added to the draft."""
    need = needs_for(by).filter(pk=need_id, stage__in=STANDING).first()
    if need is None:
        raise absent()
    return draft_demand(
        organisation_id=need.organisation_id, title=title, problem=problem, specialties=specialties, end_user=end_user,
        region=need.region or None, months=months, most_fen=most_fen, need_number=need.number, by=by,
    )  # fmt: skip


def _as_written(need: Any, _by: Account) -> dict[str, object]:
    return {"title": need.title, "problem": need.body, "specialties": list(need.specialty_codes),
            "end_user": need.department, "most_fen": need.budget_fen}  # fmt: skip


def offer() -> None:
    """Add the verb to the need's page."""
    verbs = KINDS["matching.need"].verbs
    if isinstance(verbs, list) and not any(verb.name == "post_challenge" for verb in verbs):
        verbs.append(
            Verb("post_challenge", post_need_as_challenge, say("Post as an open challenge"), roles=OWNERS,
                 stages=STANDING, prefill=_as_written)
        )  # fmt: skip
