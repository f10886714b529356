"""Who gets what at which address. A route that is missing here fails the build.

A row: the route's name, its arguments (as names of things in the test world), the method, and the status each reader
gets. Routes of django-allauth are those it brings; the routes of the interface for programs are tested as one family.
"""

from __future__ import annotations

from dataclasses import dataclass, field

STRANGER, NOBODY, LIAISON, AUTHORITY, SECRETARY = "stranger", "nobody", "liaison", "authority", "secretary"
READERS = (STRANGER, NOBODY, LIAISON, AUTHORITY, SECRETARY)
SIGN_IN = 302


@dataclass(frozen=True)
class Row:
    """One route under one method; `statuses` follow READERS."""

    route: str
    statuses: tuple[int, int, int, int, int]
    arguments: tuple[str, ...] = ()
    method: str = "get"
    note: str = ""
    data: dict[str, str] = field(default_factory=dict)


ORGANISATION = ("roster", "organisation")
TABLE = (
    Row("home", (200, 200, 200, 200, 200)),
    Row("overview", (SIGN_IN, 200, 200, 200, 200)),
    Row("search", (200, 200, 200, 200, 200)),
    Row("health", (200, 200, 200, 200, 200)),
    Row("language", (303, 303, 303, 303, 303), method="post", data={"language": "en"}),
    Row("language", (405, 405, 405, 405, 405)),
    Row("notices", (SIGN_IN, 200, 200, 200, 200)),
    Row("notices", (SIGN_IN, 303, 303, 303, 303), method="post"),
    Row("notice", (SIGN_IN, 404, 404, 404, 302), ("notice",), note="a notice is its account's alone"),
    Row("paper", (404, 404, 200, 200, 200), ("paper",), note="an alliance paper of a public dossier"),
    Row("choices", (SIGN_IN, 200, 200, 200, 200), ORGANISATION),
    Row("list", (200, 200, 200, 200, 200), ORGANISATION, note="a public kind"),
    Row("list", (SIGN_IN, 200, 200, 200, 200), ("roster", "nomination"), note="a kind inside the alliance"),
    Row("list", (404, 404, 404, 404, 404), ("roster", "nothing")),
    Row("export", (SIGN_IN, 200, 200, 200, 200), (*ORGANISATION, "csv")),
    Row("dossier", (200, 200, 200, 200, 200), (*ORGANISATION, "active")),
    Row("dossier", (404, 404, 404, 200, 200), (*ORGANISATION, "proposed"), note="forbidden and absent look the same"),
    Row("dossier", (404, 404, 404, 404, 404), (*ORGANISATION, "no-such-id")),
    Row("begin", (SIGN_IN, 403, 200, 403, 200), (*ORGANISATION, "propose")),
    Row("begin", (SIGN_IN, 403, 422, 403, 422), (*ORGANISATION, "propose"), "post", note="the empty form is refused"),
    Row("begin", (SIGN_IN, 404, 404, 404, 404), (*ORGANISATION, "nothing")),
    Row("verb", (SIGN_IN, 404, 404, 403, 200), (*ORGANISATION, "proposed", "admit")),
    Row("verb", (SIGN_IN, 404, 404, 403, 303), (*ORGANISATION, "proposed", "admit"), "post"),
    Row("verb", (SIGN_IN, 409, 409, 409, 409), (*ORGANISATION, "active", "admit"), note="already admitted"),
    Row("api-page", (200, 200, 200, 200, 200)),
    Row("openapi", (200, 200, 200, 200, 200)),
)

# Brought by django-allauth; their pages have tests of their own.
ACCOUNTS_PREFIX = "accounts/"
# Made from the registered kinds; every one of them refuses whoever is not recognised.
INTERFACE_PREFIX = "api/v1/"
