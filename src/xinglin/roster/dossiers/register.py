"""Organisations (and people) as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence

from xinglin.kernel.dossiers import Fact, Kind, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.machine import roles
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.actions import organisations as actions
from xinglin.roster.models import Organisation
from xinglin.roster.queries import register as queries
from xinglin.roster.words.register import OrganisationKind


def _facts(organisation: Organisation, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Kind"), OrganisationKind(organisation.kind), Privacy.PUBLIC),
        Fact(say("Credit code"), organisation.credit_code, Privacy.PUBLIC),
    ]


register(
    Kind(
        name="roster.organisation",
        model=Organisation,
        key="organisation_id",
        label=say("Organisation"),
        plural=say("Organisations"),
        visible=queries.organisations_for,
        mine=queries.own_organisations,
        title=str,
        facts=_facts,
        columns=[(say("Name"), str), (say("Kind"), lambda row: OrganisationKind(row.kind))],
        verbs=[
            Verb("propose", actions.propose_organisation, say("Propose an organisation"), opening=True,
                 roles=roles(Role.SECRETARIAT)),
            Verb("admit", actions.admit_organisation, say("Admit to the register"), move="admit"),
        ],
        search=find,
        filters={"kind": (say("Kind"), OrganisationKind)},
        public=True,
        group=say("Members"),
    )
)  # fmt: skip
