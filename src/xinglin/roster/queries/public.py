"""What residents and the press may ask of the register: the directory of those who agreed, and what a list may name.

Every question is asked as a stranger: whatever comes back may be published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db.models import Prefetch, Q, QuerySet

from xinglin.roster.finding import find_people
from xinglin.roster.models import Affiliation, Membership, Person, PublishedList, Seat
from xinglin.roster.queries import bodies
from xinglin.roster.queries.register import people_for
from xinglin.roster.specialties import specialty
from xinglin.roster.words.bodies import ListKind, MembershipKind, Pool, SeatStage
from xinglin.roster.words.register import Ownership, RecordStage

ASKED = ("q", "specialty", "city", "pool")
LONGEST = 100
REGION = 6


def directory(given: Mapping[str, str]) -> tuple[QuerySet[Person], dict[str, str]]:
    """The people who agreed to be published, narrowed by name, specialty (with what lies below it), city and pool.

    Also returns what was understood: a value that makes no sense comes back empty, a search is never refused.
    """
    want = {name: given.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in ASKED}
    rows = people_for(None)
    if want["specialty"]:
        known = specialty(want["specialty"])
        want["specialty"] = known.code if known else ""
        if known:
            rows = rows.filter(Q(specialties__code=known.code) | Q(specialties__code__startswith=f"{known.code}."))
    if want["city"].isascii() and want["city"].isdigit() and len(want["city"]) == REGION:
        rows = rows.filter(practice_region__startswith=want["city"].removesuffix("00").removesuffix("00"))
    else:
        want["city"] = ""
    if want["pool"] in set(Pool):
        rows = rows.filter(pk__in=Seat.objects.filter(stage=SeatStage.SEATED, pool=want["pool"]).values("person_id"))
    else:
        want["pool"] = ""
    return (find_people(rows, want["q"]) if want["q"] else rows).distinct(), want


def expert(key: str) -> Person | None:
    """One person who agreed, with where they work now as `works`; None for everybody else."""
    live = Affiliation.objects.filter(until=None).select_related("organisation").order_by("-main", "created_at")
    return people_for(None).prefetch_related(Prefetch("affiliations", live, to_attr="works")).filter(pk=key).first()


def by_specialty() -> Counter[str]:
    """How many of the directory stand at each code of the specialty tree, or below it."""
    counts: Counter[str] = Counter()
    people: dict[str, set[str]] = {}
    rows = people_for(None).order_by().exclude(specialties=None).values_list("pk", "specialties__code")
    for key, code in rows:
        parts = code.split(".")
        people.setdefault(key, set()).update(".".join(parts[: depth + 1]) for depth in range(len(parts)))
    for codes in people.values():
        counts.update(codes)
    return counts


def by_city() -> Counter[str]:
    """How many of the directory practise in each city (its six-digit code)."""
    codes = people_for(None).order_by().values_list("practice_region", flat=True)
    return Counter(code[:4] + "00" for code in codes if code)


def members(kind: str = "", ownership: str = "") -> QuerySet[Membership]:
    """The members, narrowed by kind of membership and by ownership; values that make no sense narrow nothing."""
    rows = bodies.memberships_for(None)
    if kind in set(MembershipKind):
        rows = rows.filter(kind=kind)
    return rows.filter(organisation__ownership=ownership) if ownership in set(Ownership) else rows


def no_longer_named(one: PublishedList) -> set[str]:
    """The people on a published list whose name is no longer shown: they withdrew since (PIPL art. 15)."""
    if one.kind == ListKind.MEMBERS:
        return set()
    ids = {entry["id"] for entry in one.entries if entry.get("id")}
    agreed = Person.objects.filter(pk__in=ids, consent_publish_at__isnull=False).exclude(stage=RecordStage.CLOSED)
    return ids - set(agreed.values_list("pk", flat=True))
