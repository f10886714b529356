"""Who may look at a person's results: own hospital, treating relation, consent, emergency; silence means no. Pure.

The order of grounds is that of PIPL 13 and 23 as the exchange reads them: a hospital reads its own records; results of
other hospitals need a treating relation of the asking site, the person's consent, or an emergency, each bound to its
purpose. While the person asks for deletion or objects, neither a relation nor a consent opens anything; an emergency
does, and hospitals read their own records, which they must keep (PIPL 13, 44, 47). A ground only ever adds: taking one
away never shows more. What a person may not see is absent to them, in
value and in number (domain 9.5: HIV and STD results are for the treating doctor alone).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from xinglin.exchange.consent.words import Ground, Purpose
from xinglin.kernel.words import Role

EVERY_MEMBER = "*"
CARE = frozenset({Purpose.TREATMENT, Purpose.RECOGNITION})
WITH_CONSULTATION = CARE | {Purpose.CONSULTATION}
_CLINICIAN: Mapping[Ground, frozenset[Purpose]] = {
    Ground.OWN_HOSPITAL: WITH_CONSULTATION,
    Ground.TREATING: CARE,
    Ground.CONSENT: WITH_CONSULTATION | {Purpose.CROSS_BORDER},
    Ground.EMERGENCY: CARE,
}
# Which grounds a role at the asking site can stand on, and for what. A role that is not here sees nothing.
GROUNDS_OF: Mapping[Role, Mapping[Ground, frozenset[Purpose]]] = {
    Role.DOCTOR: _CLINICIAN,
    # Laboratory, imaging and information staff work on the results of their own house.
    Role.LABORATORY: {Ground.OWN_HOSPITAL: CARE},
    # A consulted expert sees what the person agreed to show for the consultation.
    Role.EXPERT: {Ground.CONSENT: frozenset({Purpose.CONSULTATION})},
    # Research extracts are drawn by the data steward, on consent alone.
    Role.STEWARD: {Ground.CONSENT: frozenset({Purpose.RESEARCH})},
}
_NOTHING: Mapping[Ground, frozenset[Purpose]] = {}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, from where: `site` the number of the hospital (0 for none), `roles` those held at that hospital.

    `names` are what the hospital calls the asking doctor (account id, user name, staff number); `system` is the
    hospital's own program, which asks for its doctors; `own_persons` are the index persons the account stands for.
    """

    site: int = 0
    roles: frozenset[Role] = frozenset()
    names: frozenset[str] = frozenset()
    account: str = ""
    system: bool = False
    own_persons: frozenset[int] = frozenset()


class ConsentFact(NamedTuple):
    """A consent as given: `recipient` is an organisation's id or "*"; times as in the record, `until` None for open."""

    reference: str
    recipient: str
    purpose: Purpose
    since: datetime
    until: datetime | None = None


class RelationFact(NamedTuple):
    """A site treats the person from `since` to `until` (the days after the visit included)."""

    reference: str
    site: int
    doctor: str
    since: datetime
    until: datetime


class EmergencyFact(NamedTuple):
    """Emergency access one account opened at one site."""

    reference: str
    site: int
    account: str
    since: datetime
    until: datetime


class Access(NamedTuple):
    """What somebody may see of a person. `ground` counts for results of other hospitals, None when there is none.

    `own` says whether the asking site's own results may be read; `treating` whether this is the treating doctor (or
    the person themselves), who alone sees what is marked "treating doctor only". Ask `sees` about each result.
    """

    ground: Ground | None = None
    reference: str = ""
    treating: bool = False
    own: bool = False
    site: int = 0

    def sees(self, *, made_by: int, sensitive: bool = False) -> Ground | None:
        """The ground on which a result of site `made_by` may be seen; None: it does not exist for this reader."""
        if sensitive and not self.treating:
            return None
        if self.own and made_by == self.site:
            return Ground.OWN_HOSPITAL
        return self.ground

    @property
    def anything(self) -> bool:
        """Whether there can be something to see at all."""
        return self.own or self.ground is not None


NO_ACCESS = Access()


def decide(
    *, asker: Asker, person: int, purpose: Purpose, at: datetime, organisation: str = "",
    consents: Iterable[ConsentFact] = (), relations: Iterable[RelationFact] = (),
    emergencies: Iterable[EmergencyFact] = (), restricted: bool = False,
) -> Access:  # fmt: skip
    """The decision. `restricted`: the person asked for deletion or objected, and it was not declined.

    The facts are those of `person`; `organisation` is the id behind `asker.site`.

    Facts of other sites, recipients, purposes or times are passed over here, so a caller may hand in too many.
    """
    if person in asker.own_persons:
        return Access(Ground.SELF, "", True, False, asker.site)
    if not asker.site:
        return NO_ACCESS
    open_to = _grounds(asker)
    own = purpose in open_to.get(Ground.OWN_HOSPITAL, ())
    treated = _treated(asker, relations, at) if purpose in open_to.get(Ground.TREATING, ()) else []
    treating = bool(treated) and _is_own(asker, treated[0])
    if treated and not restricted:
        return Access(Ground.TREATING, treated[0].reference, treating, own, asker.site)
    if purpose in open_to.get(Ground.CONSENT, ()) and not restricted:
        for given in consents:
            if _covers(given, purpose, organisation, at):
                return Access(Ground.CONSENT, given.reference, False, own, asker.site)
    if purpose in open_to.get(Ground.EMERGENCY, ()) and asker.account:
        for opened in emergencies:
            mine = opened.account == asker.account and opened.site == asker.site
            if mine and opened.since <= at < opened.until:
                return Access(Ground.EMERGENCY, opened.reference, treating, own, asker.site)
    return Access(treating=treating, own=own, site=asker.site)


def _grounds(asker: Asker) -> Mapping[Ground, frozenset[Purpose]]:
    """What the asker's roles open together; the hospital's own program asks as its doctors do."""
    if asker.system:
        return _CLINICIAN
    known = [GROUNDS_OF[role] for role in asker.roles if role in GROUNDS_OF]
    if len(known) < 2:
        return known[0] if known else _NOTHING
    grounds = {ground for each in known for ground in each}
    return {ground: frozenset().union(*(each.get(ground, ()) for each in known)) for ground in grounds}


def _treated(asker: Asker, relations: Iterable[RelationFact], at: datetime) -> list[RelationFact]:
    """The living relations of the asking site, those of the asking doctor first."""
    live = [fact for fact in relations if fact.site == asker.site and fact.since <= at < fact.until]
    return sorted(live, key=lambda fact: not _is_own(asker, fact)) if len(live) > 1 else live


def _is_own(asker: Asker, fact: RelationFact) -> bool:
    return bool(fact.doctor) and fact.doctor in asker.names


def _covers(given: ConsentFact, purpose: Purpose, organisation: str, at: datetime) -> bool:
    return (
        given.purpose == purpose
        and given.since <= at
        and (given.until is None or at < given.until)
        # An overseas recipient is named one by one (PIPL 39): "every member" never means a hospital outside.
        and (given.recipient == organisation != ""
             or (given.recipient == EVERY_MEMBER and purpose != Purpose.CROSS_BORDER))
    )  # fmt: skip
