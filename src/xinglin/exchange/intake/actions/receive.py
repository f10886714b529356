"""Taking deliveries in: from the interface, from files and folders, from the command line."""

from __future__ import annotations

import io
from typing import BinaryIO

from xinglin.exchange.intake.models import Delivery
from xinglin.exchange.intake.taking.loading import Loading, sender_of
from xinglin.exchange.intake.words import Form, Way
from xinglin.kernel import permits
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role

SENDERS = (Role.LABORATORY, Role.STEWARD, Role.LIAISON)


def take_in(
    *, source: BinaryIO | bytes, form: str | None = None, organisation_id: str, way: str = Way.API, name: str = "",
    by: Account,
) -> Delivery:  # fmt: skip
    """Take a delivery in: a Bundle or resource, NDJSON or CSV; `form` None finds out by itself.

    Every entry is accepted, unchanged or quarantined with a reason, and the counts add up. Runs in transactions of
    its own, one per part. Raises Refusal when `by` may not send for the organisation; nothing else raises.
    """
    if not permits.is_the_program(by):
        permits.require(by, *SENDERS, scopes=[("organisation", organisation_id)])
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    loading = Loading(sender_of(organisation_id, by), by, Way(way))
    loading.feed(stream, name, Form(form) if form else None)
    return loading.end()[0]
