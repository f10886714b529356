"""The door of an administrator's pages: open to one of the three administrations, closed to the other two."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from xinglin.kernel import permits
from xinglin.kernel.refusals import not_yours
from xinglin.kernel.words import Role
from xinglin.portal.edges import actor_of, to_sign_in

View = Callable[..., HttpResponse]


def only(role: Role) -> Callable[[View], View]:
    """A page for `role` alone (GB/T 22239-2019 8.1.5): strangers are shown the way in, everybody else is refused."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
            actor = actor_of(request)
            if actor is None:
                return to_sign_in(request)
            if not permits.holds(actor, role):
                raise not_yours()
            return view(request, *args, **more)

        return guarded

    return guard
