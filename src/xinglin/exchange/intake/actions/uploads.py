"""Files sent by people through the portal, and files that lie in a watched folder."""

from __future__ import annotations

import io
from pathlib import Path

from django.db import transaction

from xinglin.exchange.intake.actions.receive import SENDERS, take_in
from xinglin.exchange.intake.models import Delivery
from xinglin.exchange.intake.taking.loading import Loading, Tick, sender_of
from xinglin.exchange.intake.words import Way
from xinglin.kernel import permits
from xinglin.kernel.asks import File, ref
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

__all__ = ["SENDERS", "send_file", "take_file"]
# Larger files go by the interface, the watched folder or the command line.
MOST = 20 * 1024 * 1024


@transaction.atomic
def send_file(*, organisation_id: ref("roster.organisation"), file: File, by: Account) -> Delivery:
    """Send a file of results (FHIR JSON, NDJSON or CSV, .gz too) for a hospital; the page shows what became of it."""
    permits.require(by, *SENDERS, scopes=[("organisation", organisation_id)])
    if len(file.content) > MOST:
        raise Refusal(
            "intake.upload_size", say("Files up to {most} MB are sent here.", most=MOST // 1024 // 1024),
            say("Use the interface, the watched folder or the command line for larger ones."), field="file",
        )  # fmt: skip
    return take_in(
        source=io.BytesIO(file.content), organisation_id=organisation_id, way=Way.UPLOAD, name=file.name, by=by
    )


def take_file(*, path: Path, organisation_id: str, tick: Tick, by: Account) -> Delivery:
    """Take one file of the watched folder in."""
    loading = Loading(sender_of(organisation_id, by), by, Way.FOLDER, tick)
    with path.open("rb") as stream:
        loading.feed(stream, path.name)
    return loading.end()[0]
