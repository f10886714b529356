"""An accepted challenge becomes an achievement: whose it is, by whom, with which shares (domain 5.1, step 成果披露).

Where the contract says nothing else, what a commissioned team invents is the team's (民法典 art. 859; 促进科技成果
转化法 art. 40): the form begins with the unit that took the challenge up, and the team of its bid in equal shares.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from xinglin.challenges.queries.contracts import contracts_for
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel.asks import Paragraph, ref
from xinglin.kernel.dossiers import KINDS, Verb
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account, Dossier
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role
from xinglin.transfer.actions.achievements import ContributorRow, Department, Title, draft_achievement
from xinglin.transfer.words.achievements import Origin

INVENTORS = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, Role.EXPERT)
ACCEPTED = frozenset({str(ChallengeStage.PERFORMANCE), str(ChallengeStage.ARCHIVED)})
WHOLE = 10_000


@transaction.atomic
def register_outcome(
    *,
    contract_id: str,
    title: Title,
    abstract: Paragraph,
    organisation_id: ref("roster.organisation"),
    contributors: list[ContributorRow],
    department: Department | None = None,
    by: Account,
) -> Dossier:
    """Draft the achievement a challenge ended in; its origin is the challenge by number."""
    contract = contracts_for(by).filter(pk=contract_id).first()
    if contract is None:
        raise absent()
    challenge = contract.challenge
    if challenge.stage not in ACCEPTED:
        raise Refusal(
            "flows.not_accepted",
            say("The outcome of {number} was not accepted yet.", number=challenge.number),
            say("Register it once the final acceptance is done."),
        )
    return draft_achievement(
        title=title, organisation_id=organisation_id, origin=Origin.CHALLENGE, contributors=contributors,
        abstract=abstract, origin_number=challenge.number, department=department,
        specialties=list(challenge.specialty_codes), by=by,
    )  # fmt: skip


def _as_accepted(contract: Any, _by: Account) -> dict[str, object]:
    team = list(contract.bid.members.all())
    return {
        "title": contract.challenge.title,
        "organisation_id": contract.bid.organisation_id or contract.challenge.organisation_id,
        "contributors": [
            ContributorRow(member.name, share, organisation_name=member.institution)
            for member, share in zip(team, equal_shares(len(team)), strict=True)
        ],
    }  # fmt: skip


def equal_shares(count: int) -> list[int]:
    """`count` shares that make the whole in hundredths of a percent; what does not divide goes to the first."""
    if not count:
        return []
    each = WHOLE // count
    return [WHOLE - each * (count - 1), *[each] * (count - 1)]


def offer() -> None:
    """Add the verb to the contract's page."""
    verbs = KINDS["challenges.contract"].verbs
    if isinstance(verbs, list) and not any(verb.name == "register_outcome" for verb in verbs):
        verbs.append(
            Verb("register_outcome", register_outcome, say("Register the outcome as an achievement"), roles=INVENTORS,
                 prefill=_as_accepted)
        )  # fmt: skip
