"""What every page knows. Nothing is asked of the database until a template needs it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from xinglin.kernel import clock
from xinglin.kernel.models import Notice
from xinglin.portal import nouns
from xinglin.portal.edges import actor_of

UNREAD_SHOWN = 99


def shell(request: HttpRequest) -> dict[str, Any]:
    """The menu, the unread notices, the path for the language switch, the moment a paper of it names; all lazy."""
    actor = SimpleLazyObject(lambda: actor_of(request))
    return {
        "menu_groups": SimpleLazyObject(lambda: nouns.menu(actor_of(request))),
        "actor": actor,
        "unread": SimpleLazyObject(lambda: _unread(request)),
        "here": request.get_full_path(),
        "shown_at": SimpleLazyObject(clock.now),
    }


def _unread(request: HttpRequest) -> int:
    actor = actor_of(request)
    if actor is None:
        return 0
    return Notice.objects.filter(account=actor, read_at=None)[: UNREAD_SHOWN + 1].count()
