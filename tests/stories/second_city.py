"""Fill a second city's home: a hospital with a resident's results, and a registered program of the first city.

Run as `python -m tests.stories.second_city JWKS` with XINGLIN_HOME set; prints the client id as JSON. Run as
`python -m tests.stories.second_city change COLUMN=VALUE...` it writes other values over the resident's result, past
every check: what a city says whose data are not what they should be.
"""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.portal.settings")


def fill(jwks: str) -> dict[str, str]:
    """The hospital 示例东莞医院 with one resident's glucose of 2026-11-21, and the asking city's program."""
    import django

    django.setup()
    from tests.factories import bonds, catalogue
    from tests.factories.fhir import patient, result

    from xinglin.exchange.catalogue.models import Item, Site
    from xinglin.exchange.federation.actions.clients import admit_client, register_client
    from xinglin.kernel.words import Role

    catalogue.items()
    made = bonds.hospital("示例东莞医院", region="441900")
    there = Site.objects.create(number=1, organisation_id=made.pk, name="示例东莞医院", region="441900")
    asking = bonds.hospital("示例广州医院", region="440100")
    one = patient(there, "陈示例", "440524188001010014")
    result(one, 1, 6.3, days=-20)
    catalogue.grant(there, Item.objects.get(number=1), "440000")
    client = register_client(organisation_id=asking.pk, name="示例广州平台", scopes=["system/*.rs"], jwks=jwks,
                             declares_visits=True, by=bonds.account(Role.SYSTEM_ADMIN))  # fmt: skip
    admit_client(client_id=client.pk, by=bonds.account(Role.SECURITY_ADMIN))
    return {"client": client.pk}


def change(values: dict[str, str]) -> dict[str, int]:
    import django

    django.setup()
    from xinglin.exchange.intake.models import Result

    return {"changed": Result.objects.update(**values)}


if __name__ == "__main__":
    if sys.argv[1] == "change":
        print(json.dumps(change(dict(one.split("=", 1) for one in sys.argv[2:]))))
    else:
        print(json.dumps(fill(sys.argv[1])))
