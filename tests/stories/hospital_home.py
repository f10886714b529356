"""Fill a home for a client over HTTP: two hospitals, a resident of both, a result, and tokens of the first one's program.

Run as `python -m tests.stories.hospital_home` with XINGLIN_HOME set; prints what the client needs as JSON.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.portal.settings")


def fill() -> dict[str, str]:
    """示例广州医院 asks, 示例佛山医院 made a glucose of yesterday with a provincial mark."""
    import django

    django.setup()
    from tests.factories import catalogue, consent, portal
    from tests.factories.fhir import patient, result

    from xinglin.exchange.catalogue.models import CatalogueState, Item
    from xinglin.kernel import clock, permits
    from xinglin.kernel.words import Role

    catalogue.items()
    first, second = consent.site("示例广州医院", "440100"), consent.site("示例佛山医院", "440600")
    number = "440524188001010014"
    mine, theirs = patient(first, "陈示例", number), patient(second, "陈示例", number)
    there = result(theirs, 1, 5.6, days=1)
    there.effective_at = there.reported_at = clock.now() - timedelta(days=1)
    there.save()
    catalogue.grant(second, Item.objects.get(number=1), "440000")
    CatalogueState.move_on()
    account = consent.system(first)
    permits.grant(account=account, role=Role.DOCTOR, scope=("organisation", first.organisation_id),
                  by=permits.the_program())  # fmt: skip
    return {"patient": mine.local_id, "hooks": portal.token(account, "recognition.ask", "recognition.decide"),
            "fhir": portal.token(account, "system/*.cruds"), "site": str(first.number)}  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(fill()))
