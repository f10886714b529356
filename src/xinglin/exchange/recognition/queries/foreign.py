"""Results of other cities that were shown here and still stand, as far as we know."""

from __future__ import annotations

from collections.abc import Collection

from xinglin.exchange.recognition.models import ForeignResult


def standing_of(*, person: int, peer: str, items: Collection[int]) -> dict[int, tuple[str, bytes]]:
    """What a city told of a person before, of these items: number to the city's own id and what it said."""
    rows = ForeignResult.objects.filter(person=person, peer=peer, item__in=items, fallen_at=None)
    return {pk: (source, bytes(digest)) for pk, source, digest in rows.values_list("pk", "source_id", "digest")}
