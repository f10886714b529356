"""A docking that ended with “agreement” becomes a draft agreement between the two sides (domain 1 rows 15-16, 64).

An agreement is between legal persons: an expert's side is the organisation they mainly work at.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from xinglin.kernel.asks import Day, Paragraph
from xinglin.kernel.dossiers import KINDS, Verb
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account, Dossier
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role
from xinglin.matching.actions.dockings import link_agreement
from xinglin.matching.queries.dockings import dockings_for
from xinglin.matching.words.dockings import DockingStage
from xinglin.roster.actions.agreements import PartyRow, Title, draft_agreement
from xinglin.roster.queries.candidates import main_place
from xinglin.roster.words.agreements import AgreementKind, PartyRole

SIDES = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY)


@transaction.atomic
def draft_agreement_from_docking(
    *,
    docking_id: str,
    title: Title,
    starts: Day,
    until: Day | None = None,
    purpose: Paragraph | None = None,
    by: Account,
) -> Dossier:
    """Draft the agreement both sides wanted; what it is about is taken from the need unless written anew."""
    docking = dockings_for(by).filter(pk=docking_id).first()
    if docking is None:
        raise absent()
    answering = docking.answering_organisation_id or main_place(str(docking.answering_person_id))
    if answering is None:
        raise Refusal(
            "flows.no_legal_person",
            say("An agreement is between legal persons, and no place of work of {name} is on record.",
                name=str(docking.answering_person)),
            say("Record where the expert works, or appoint the expert as an adviser instead."),
        )  # fmt: skip
    if answering == docking.asking_organisation_id:
        raise Refusal(
            "flows.one_legal_person",
            say("Both sides belong to {name}; nobody makes an agreement with themselves.",
                name=str(docking.asking_organisation)),
            say("Appoint the expert inside the organisation instead."),
        )  # fmt: skip
    parties = [PartyRow(docking.asking_organisation_id, PartyRole.FIRST), PartyRow(answering, PartyRole.SECOND)]
    kind = AgreementKind.ONE_TO_ONE if docking.answering_organisation_id else AgreementKind.COOPERATION
    agreement = draft_agreement(title=title, kind=kind, parties=parties, starts=starts, until=until,
                                purpose=purpose or docking.need.body, by=by)  # fmt: skip
    link_agreement(docking_id=docking_id, agreement_id=agreement.pk, by=by)
    return agreement


def _as_agreed(docking: Any, _by: Account) -> dict[str, object]:
    return {"title": docking.need.title, "purpose": docking.need.body}


def offer() -> None:
    """Add the verb to the docking's page."""
    verbs = KINDS["matching.docking"].verbs
    if isinstance(verbs, list) and not any(verb.name == "draft_agreement" for verb in verbs):
        verbs.append(
            Verb("draft_agreement", draft_agreement_from_docking, say("Draft the agreement"), roles=SIDES,
                 stages=frozenset({str(DockingStage.CONCLUDED)}), prefill=_as_agreed)
        )  # fmt: skip
