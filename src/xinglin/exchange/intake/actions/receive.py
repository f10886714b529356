"""Taking deliveries in: from the interface, from files and folders, from the command line."""

from __future__ import annotations

import io
from collections import Counter
from typing import BinaryIO

from django.db import transaction

from xinglin.exchange.catalogue.queries.sites import sites_for
from xinglin.exchange.intake.models import Delivery, Quarantined
from xinglin.exchange.intake.taking import storing
from xinglin.exchange.intake.taking.loading import Loading, sender_of
from xinglin.exchange.intake.words import Form, Way
from xinglin.kernel import ledger, permits
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say, unpacked
from xinglin.kernel.refusals import Refusal
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
    _require_sender(organisation_id, by)
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    loading = Loading(sender_of(organisation_id, by), by, Way(way))
    loading.feed(stream, name, Form(form) if form else None)
    return loading.end()[0]


class PartlyRefused(Refusal):
    """A delivery that is taken whole or not at all holds entries that cannot be taken: `entries`, by their place, as
    (reason, sentence)."""

    def __init__(self, entries: dict[int, tuple[str, Phrase]]):
        super().__init__(
            "intake.whole_refused",
            say("Nothing of this was kept: {count} of its entries cannot be taken in.", count=len(entries)),
            say("Correct the entries named and send the whole again, or send it as entries that stand for themselves."),
        )
        self.entries = entries


def take_whole(*, source: bytes, organisation_id: str, name: str = "", by: Account) -> Delivery:
    """Take a Bundle in whole or not at all: one entry that would be quarantined and nothing of it is kept.

    Raises PartlyRefused, which names the entries; that it was refused, and why, stands in the ledger.
    """
    _require_sender(organisation_id, by)
    site = sender_of(organisation_id, by).site
    try:
        with transaction.atomic():
            # Until the end of all of it: what one of the parts brought is not to be met half undone.
            storing.lock_site(site)
            delivery = take_in(source=source, form=Form.BUNDLE, organisation_id=organisation_id, name=name, by=by)
            if delivery.quarantined:
                aside = Quarantined.objects.filter(delivery=delivery).order_by("position")
                raise PartlyRefused({one.position: (one.reason, unpacked(one.detail)) for one in aside})
    except PartlyRefused as refused:
        ledger.record("intake.whole_refused", by=by, subject=sites_for(None).get(number=site), data={
            "entries": len(refused.entries), "reasons": dict(Counter(code for code, _why in refused.entries.values())),
        })  # fmt: skip
        raise
    return delivery


def _require_sender(organisation_id: str, by: Account) -> None:
    if not permits.is_the_program(by):
        permits.require(by, *SENDERS, scopes=[("organisation", organisation_id)])
