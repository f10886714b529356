"""Key holders of calls and the state of an opening: who may know what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from xinglin.challenges.models import Bid, Challenge, HolderKey, KeyHolder, Opening
from xinglin.challenges.rules.bids import SETTLING
from xinglin.challenges.rules.challenges import BEFORE_PUBLICATION
from xinglin.challenges.words.bids import BidStage, HolderSide
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import permits
from xinglin.kernel.models import Account, Grant
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import ALLIANCE, Role

# Who may hold which side's key: people of different houses, so that no one house can open bids (domain 9.3, 6).
SIDE_ROLES: dict[HolderSide, frozenset[Role]] = {
    HolderSide.OFFICE: frozenset({Role.SECRETARIAT}),
    HolderSide.OVERSIGHT: frozenset({Role.AUTHORITY, Role.AUDIT_ADMIN}),
}
# As long as the bids of a call were not opened, its holders may change.
BEFORE_OPENING = (*BEFORE_PUBLICATION, ChallengeStage.PUBLISHED, ChallengeStage.CLOSED)
EVERY_SIDE = frozenset.union(*SIDE_ROLES.values())


def sides_of(account: Account) -> list[HolderSide]:
    """The sides whose key an account may hold, by its roles in the whole alliance."""
    held = permits.roles_of(account)
    return [side for side, roles in SIDE_ROLES.items() if held & roles]


def live_key(account: Account) -> HolderKey | None:
    """The key pair an account uses for new calls."""
    return HolderKey.objects.filter(account=account, retired_at=None).first()


def active(challenge: Challenge) -> QuerySet[KeyHolder]:
    """The holders whose keys a bid is sealed for now."""
    rows = KeyHolder.objects.filter(challenge=challenge, ended_at=None, active_at__isnull=False)
    return rows.select_related("key", "account").order_by("side", "active_at")


def enough_holders(challenge: Challenge) -> bool:
    """Whether both sides have a key: without, no call can be published."""
    return set(active(challenge).values_list("side", flat=True)) == set(HolderSide)


def holder_of(challenge: Challenge, actor: Actor) -> KeyHolder | None:
    """What the actor holds of a call, if anything."""
    return active(challenge).filter(account_id=actor.pk).first() if actor is not None else None


def holders_for(challenge: Challenge, actor: Actor) -> QuerySet[KeyHolder]:
    """All holders of a call, past and waiting ones too, for those who look after it and those who hold a key."""
    rows = KeyHolder.objects.filter(challenge=challenge).select_related("account", "key").order_by("created_at")
    if permits.holds(actor, *EVERY_SIDE):
        return rows
    return rows.none()


def may_become(challenge: Challenge) -> list[tuple[Account, HolderSide]]:
    """The accounts that made a key and hold none of this call's yet, with the sides they could stand on."""
    taken = KeyHolder.objects.filter(challenge=challenge, ended_at=None).values("account_id")
    able = Grant.objects.filter(role__in=EVERY_SIDE, ended_at=None, scope_kind=ALLIANCE[0], scope_id=ALLIANCE[1])
    rows = Account.objects.filter(
        is_active=True, pk__in=HolderKey.objects.filter(retired_at=None).values("account_id"), grants__in=able
    )
    found = rows.exclude(pk__in=taken).distinct().order_by("display_name")
    return [(account, side) for account in found for side in sides_of(account)]


def opening_of(challenge: Challenge) -> Opening | None:
    return Opening.objects.filter(challenge=challenge).select_related("first__account", "second__account").first()


def calls_held(actor: Actor) -> QuerySet[Challenge]:
    """The calls whose key the actor holds."""
    held = KeyHolder.objects.filter(ended_at=None, account_id=actor.pk if actor else "")
    return Challenge.objects.filter(pk__in=held.values("challenge_id")).select_related("organisation", "opening")


def any_sealed(challenge: Challenge) -> bool:
    return Bid.objects.filter(challenge=challenge, stage=BidStage.SEALED).exists()


def same_person(one: Account, others: Iterable[Account]) -> bool:
    """Whether one of `others` is the same human under another account."""
    return any(one.pk == other.pk or (one.person_id and one.person_id == other.person_id) for other in others)


def waiting_for(actor: Actor) -> Q:
    """Holders that wait for an agreement the actor could give."""
    held = KeyHolder.objects.filter(account_id=actor.pk if actor else "", ended_at=None, active_at__isnull=False)
    return Q(active_at=None, ended_at=None, challenge_id__in=held.values("challenge_id"))


def waiting(actor: Actor) -> QuerySet[KeyHolder]:
    """New holders that wait for the actor's agreement."""
    return KeyHolder.objects.filter(waiting_for(actor)).select_related("account", "challenge").order_by("created_at")


def of_side(challenge: Challenge, side: HolderSide) -> list[str]:
    """The names of a side's holders."""
    return [str(one.account) for one in active(challenge).filter(side=side)]


def may_name(challenge: Challenge, actor: Actor) -> bool:
    """Whether the actor names the holders of a call."""
    return challenge.stage in BEFORE_OPENING and permits.holds(actor, Role.SECRETARIAT)


def ceremony_state(challenge: Challenge, mine: KeyHolder, opening: Opening | None, moment: datetime) -> str:
    """What the ceremony waits for, seen by one holder: early, open (for them), given (the other side), done, over."""
    if opening is not None and opening.second_at is not None:
        return "done"
    if challenge.closes_at is None or moment < challenge.closes_at + SETTLING:
        return "early"
    if challenge.stage not in (ChallengeStage.PUBLISHED, ChallengeStage.CLOSED):
        return "over"
    return "given" if opening is not None and opening.first.side == mine.side else "open"
