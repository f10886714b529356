"""What the database refuses because it is there already, said as a sentence.

Asking first and writing later leaves a moment for somebody else. The constraint decides; this only gives it a voice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from xinglin.kernel.refusals import Refusal


@contextmanager
def only_once(refusals: dict[str, Refusal]) -> Iterator[None]:
    """Inside, a violation of one of the named constraints is raised as its refusal; nothing of the block is kept."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if name in refusals:
            raise refusals[name] from None
        raise
