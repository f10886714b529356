"""One small form over one action: asked from its signature, sent once, refused at its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase
from xinglin.kernel.refusals import Refusal
from xinglin.portal import asking
from xinglin.portal.edges import status_of

WING = "kernel"
# Which of a page's forms was sent.
WHICH = "_do"


@dataclass
class Asked:
    """A form on a page: its name among others there, its button, and what became of it."""

    name: str
    button: Phrase
    form: asking.Form
    refusal: Refusal | None = None
    done: Any = None
    sent: bool = False
    danger: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the action was done."""
        return self.sent and self.refusal is None and not self.form.refused

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        if not self.sent or self.accepted:
            return 200
        return status_of(self.refusal) if self.refusal is not None else 422


def ask(
    request: HttpRequest, name: str, action: Callable[..., Any], button: Phrase, *, actor: Account | None,
    initial: Mapping[str, Any] | None = None, danger: bool = False, key: str = "", value: Any = None,
    wing: str = WING,
) -> Asked:  # fmt: skip
    """Show a form over `action`, or do what it says if it is the one that was sent. `key` is answered by `value`; the
    questions are called what they are called in `wing`."""
    if request.method != "POST" or request.POST.get(WHICH, "") != name:
        return Asked(name, button, asking.blank(action, wing, key=key, initial=initial, actor=actor), danger=danger)
    form = asking.read(action, wing, request.POST, request.FILES, key=key, actor=actor)
    found = Asked(name, button, form, sent=True, danger=danger)
    if form.refused:
        return found
    try:
        found.done = action(**form.arguments, **({key: value} if key else {}), by=actor)
    except Refusal as refusal:
        found.refusal = None if form.refuse(refusal) else refusal
    return found
