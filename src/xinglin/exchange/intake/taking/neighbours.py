"""What a chunk asks of the wings below: a site for an organisation, ids for patients, proposals for unknown codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from xinglin.exchange.catalogue.actions import mappings
from xinglin.exchange.catalogue.actions.sites import open_site
from xinglin.exchange.catalogue.queries.mappings import table
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.catalogue.rules.proposing import LocalCode
from xinglin.exchange.identity.actions.arriving import receive
from xinglin.exchange.identity.models import Patient
from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.intake.taking.meaning import Codes
from xinglin.kernel import permits
from xinglin.kernel.models import Account
from xinglin.kernel.refusals import Refusal
from xinglin.roster.actions.organisations import note_organisation

K = TypeVar("K", bound=Hashable)
# Hospital, system, code, name, unit, specimen.
Seen = tuple[int, str, str, str, str, str]


def codes() -> Codes:
    """The catalogue for one chunk."""
    return Codes(current(), table)


def site_named(name: str) -> int:
    """The site of a hospital the data names and nobody has registered; it is proposed to the register."""
    program = permits.the_program()
    return int(open_site(organisation_id=note_organisation(name=name, by=program).pk, by=program).number)


def received(records: Mapping[K, PatientFacts], by: Account) -> tuple[dict[K, int], dict[K, str]]:
    """Patient ids by key, and why identity refused the others. One bad record never costs the good ones."""
    if not records:
        return {}, {}
    try:
        return dict(zip(records, receive(records=list(records.values()), by=by), strict=True)), {}
    except Refusal as refusal:
        if len(records) == 1:
            return {}, {key: str(refusal.sentence) for key in records}
    items = list(records.items())
    middle = len(items) // 2
    ids, refusals = received(dict(items[:middle]), by)
    more, others = received(dict(items[middle:]), by)
    return {**ids, **more}, {**refusals, **others}


def patient_ids(site: int, local_ids: Iterable[str]) -> dict[str, int]:
    """The patients of a site by its own numbers, those that are known."""
    rows = Patient.objects.filter(site=site, local_id__in=list(local_ids)).order_by()
    return dict(rows.values_list("local_id", "id"))


def propose(unmapped: Counter[Seen]) -> None:
    """Ask for a mapping of codes nobody has mapped, hospital by hospital."""
    by_site: dict[int, list[LocalCode]] = {}
    for (site, system, code, name, unit, specimen), count in unmapped.items():
        if code:
            by_site.setdefault(site, []).append(LocalCode(system, code, name, unit[:40], specimen, count))
    for site in sorted(by_site):
        mappings.propose(site=site, seen=by_site[site], by=permits.the_program())
