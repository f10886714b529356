"""Access tokens of programs: recognised by their hash, narrowed by their abilities.

Abilities are "read" (lists, dossiers, inbox, figures), "personal" (personal facts, each read on record), "write" (every
verb), "<wing>.write" (every verb of a wing) and "<wing>.<noun>.<verb>". A token never does more than its account may.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from xinglin.kernel.clock import now
from xinglin.kernel.models import ApiToken
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

# The moment of last use is written at most this often.
STEP = timedelta(minutes=5)


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def holder(token: str) -> ApiToken:
    """The living token with its account. Raises Refusal for an unknown, revoked or expired one, or a closed account."""
    found = ApiToken.objects.select_related("account").filter(digest=digest(token)).first()
    if found is None or found.revoked_at is not None or found.expires_at <= now() or not found.account.is_active:
        raise Refusal(
            "tokens.bad",
            say("This access token is unknown, expired or revoked."),
            say("Ask for a new token on your account page."),
        )
    if found.used_at is None or now() - found.used_at > STEP:
        ApiToken.objects.filter(pk=found.pk).update(used_at=now())
    return found


def require_ability(token: ApiToken, *abilities: str) -> None:
    """Raise unless the token carries one of `abilities`."""
    if not set(abilities) & set(token.abilities):
        raise Refusal(
            "tokens.ability",
            say("This access token does not allow this: it lacks “{ability}”.", ability=abilities[0]),
            say("Ask for a token with this ability."),
        )
