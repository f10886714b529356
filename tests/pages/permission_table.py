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
    """One route under one method; `statuses` follow the readers of its table."""

    route: str
    statuses: tuple[int, ...]
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
    Row("public-calls", (200, 200, 200, 200, 200)),
    Row("public-call", (404, 404, 404, 404, 404), ("no-such-call",), note="announced calls alone"),
    Row("public-call-list", (404, 404, 404, 404, 404), ("0",), note="a version that was published"),
    Row("call-objection", (404, 404, 404, 404, 404), ("no-such-call",), note="what the public sees alone"),
    Row("roster-template", (SIGN_IN, 200, 200, 200, 200), ("zh",)),
    Row("roster-template", (SIGN_IN, 404, 404, 404, 404), ("fr",)),
    Row("import-refused", (SIGN_IN, 404, 404, 404, 404), ("no-such-import",)),
    Row("export-file", (SIGN_IN, 404, 404, 404, 404), ("no-such-export",)),
    Row("resident-home", (303, 303, 303, 303, 303), note="to one's own page, or to the code"),
    Row("resident-join", (200, 200, 200, 200, 200)),
    *(
        Row(f"resident-{page}", (SIGN_IN, 404, 404, 404, 404), ("1",), note="the person's own account alone")
        for page in ("results", "print", "data", "consents", "seen", "requests")
    ),
    Row("patients", (SIGN_IN, 403, 403, 403, 403), note="doctors and laboratories of a hospital that exchanges"),
    Row("resident-counter", (SIGN_IN, 403, 403, 403, 403), note="counters of a hospital that exchanges"),
    Row("patient-results", (SIGN_IN, 404, 404, 404, 404), ("1",), note="no ground and no patient look the same"),
    Row("patient-consent", (SIGN_IN, 404, 404, 404, 404), ("1",)),
    Row("mapping-desk", (SIGN_IN, 403, 403, 200, 200), note="the laboratory, the steward, and who looks after them"),
    Row("decide-mapping", (SIGN_IN, 404, 404, 404, 404), (), "post", note="a code that does not exist"),
    Row("recognition-order", (SIGN_IN, 422, 422, 422, 422), note="only a hospital's doctor orders"),
    Row("recognition-board", (SIGN_IN, 403, 200, 200, 200)),
    Row("milestone-board", (SIGN_IN, 403, 200, 200, 200)),
    Row("challenge-board", (SIGN_IN, 404, 404, 404, 404), ("no-such-challenge",)),
    Row("challenge-money", (SIGN_IN, 404, 404, 404, 404), ("no-such-challenge",)),
    Row("recognition-records", (SIGN_IN, 403, 200, 200, 200)),
    Row("transfer-board", (SIGN_IN, 403, 200, 200, 200)),
    Row("ip-calendar", (SIGN_IN, 403, 200, 200, 200)),
    Row("transfer-report", (SIGN_IN, 403, 200, 200, 200)),
    Row("transfer-report-file", (SIGN_IN, 403, 200, 200, 200), ("csv",)),
    Row("distribution-sheet", (SIGN_IN, 403, 404, 404, 404), ("no-such-distribution",), note="who sees the money"),
    Row("recognition-card", (404, 404, 404, 404, 404), ("no-such-link",), note="a sealed link or nothing"),
    Row("recognition-card-image", (404, 404, 404, 404, 404), ("no-such-link",)),
    Row("panel-table", (SIGN_IN, 404, 404, 404, 404), ("no-such-challenge",)),
    Row("blind-room", (SIGN_IN, 404, 404, 404, 404), ("no-such-review",), note="the reviewer's own, nobody else's"),
    Row("bids-room", (SIGN_IN, 200, 200, 200, 200)),
    Row("bid-new", (SIGN_IN, 404, 404, 404, 404), ("no-such-challenge",)),
    Row("bid-new", (SIGN_IN, 404, 404, 404, 404), ("no-such-challenge",), "post"),
    Row("bid-receipt", (SIGN_IN, 404, 404, 404, 404), ("no-such-bid",), note="the bidder's own alone"),
    Row("bid-receipt-file", (SIGN_IN, 404, 404, 404, 404), ("no-such-bid",)),
    Row("bid-file", (SIGN_IN, 404, 404, 404, 404), ("no-such-bid", "1"), note="after the opening"),
    Row("bid-verify", (200, 200, 200, 200, 200), note="whoever holds a receipt"),
    Row("bid-verify", (422, 422, 422, 422, 422), method="post", note="an empty form is no receipt"),
    Row("bid-record", (404, 404, 404, 404, 404), ("no-such-challenge",), note="public once bids are opened"),
    Row("bid-keys", (SIGN_IN, 403, 403, 200, 200), note="secretariat, authority, audit"),
    Row("bid-keys", (SIGN_IN, 403, 403, 422, 422), method="post"),
    Row("bid-holders", (SIGN_IN, 404, 404, 404, 404), ("no-such-challenge",)),
    Row("bid-opening", (SIGN_IN, 404, 404, 404, 404), ("no-such-challenge",), note="a holder of this very call"),
    Row("cds-discovery", (200, 200, 200, 200, 200), note="what is offered is public"),
    Row("cds-service", (401, 401, 401, 401, 401), ("xinglin-order-sign",), "post", note="a token, never a session"),
    Row("cds-feedback", (401, 401, 401, 401, 401), ("xinglin-order-sign",), "post"),
    Row("api-page", (200, 200, 200, 200, 200)),
    Row("openapi", (200, 200, 200, 200, 200)),
    Row("fhir", (200, 200, 200, 200, 200), ("metadata",)),
    Row("fhir", (401, 404, 404, 404, 404), ("Patient/1",), note="every kind and operation: test_fhir_permissions"),
    Row("smart-configuration", (200, 200, 200, 200, 200)),
    Row("smart-configuration-fhir", (200, 200, 200, 200, 200)),
    Row("fhir-token", (400, 400, 400, 400, 400), method="post", note="a signed assertion is needed: test_fhir_smart"),
    Row("fhir-base", (401, 405, 405, 405, 405)),
    Row("fhir-base", (401, 401, 401, 401, 401), method="post", note="writing needs a token"),
)

# The pages of the three administrations, of one's own account, and of the public; read by other people.
SYSTEM, SECURITY, AUDIT = "system", "security", "audit"
ADMINISTRATORS = (STRANGER, NOBODY, SECRETARY, SYSTEM, SECURITY, AUDIT)


def _everybody(route: str, *arguments: str, status: int = 200, **more: str) -> Row:
    return Row(route, (status,) * len(ADMINISTRATORS), arguments, **more)


def _only(
    reader: str, route: str, *arguments: str, status: int = 200, method: str = "get", absent: bool = False
) -> Row:
    """A page for one administration: strangers to the way in, the others refused."""
    statuses = tuple(
        SIGN_IN if one == STRANGER else (404 if absent else status) if one == reader else 403 for one in ADMINISTRATORS
    )
    return Row(route, statuses, arguments, method)


def _signed_in(route: str, *arguments: str, status: int = 200, method: str = "get") -> Row:
    return Row(route, (SIGN_IN, *([status] * (len(ADMINISTRATORS) - 1))), arguments, method)


ADMINISTRATION = (
    _only(SYSTEM, "system-rules"),
    _only(SYSTEM, "rule", "accounts.failures"),
    _only(SYSTEM, "rule", "accounts.nothing", absent=True),
    _only(SYSTEM, "system-work"),
    _only(SYSTEM, "system-programs"),
    _only(SYSTEM, "cancel-work", "no-such-job", method="post", absent=True),
    _only(SECURITY, "security-accounts"),
    _only(SECURITY, "security-tokens"),
    _only(SECURITY, "security-account", "nobody"),
    _only(SECURITY, "security-account", "no-such-account", absent=True),
    _only(SECURITY, "unlock", "nobody", method="post", status=303),
    _only(SECURITY, "expire-password", "nobody", method="post", status=303),
    _only(SECURITY, "end-grant", "no-such-grant", method="post", absent=True),
    _only(AUDIT, "audit-entries"),
    _only(AUDIT, "audit-export"),
    _only(AUDIT, "audit-export-xlsx"),
    _only(AUDIT, "audit-seals"),
    _only(AUDIT, "audit-verify", method="post"),
    Row("invitations", (SIGN_IN, 403, 200, 403, 200, 403), note="who may ask others in"),
    Row("revoke-invitation", (SIGN_IN, 404, 404, 404, 404, 404), ("no-such-invitation",), "post"),
    _signed_in("me"),
    _signed_in("tokens"),
    _signed_in("revoke-token", "no-such-token", status=404, method="post"),
    _signed_in("outlets"),
    _signed_in("remove-outlet", "no-such-outlet", status=404, method="post"),
    _signed_in("reads"),
    _signed_in("sign-ins"),
    _signed_in("resume", status=303),
    _everybody(
        "invitation", "no-such-invitation", status=410, note="used, withdrawn, too old and never sent look the same"
    ),
    _everybody("public"),
    _everybody("public-members"),
    _everybody("public-experts"),
    _everybody("public-expert", "no-such-expert", status=404),
    _everybody("public-items"),
    _everybody("public-lists"),
    _everybody("public-list", "no-such-list", status=404),
    _everybody("public-list-file", "no-such-list", status=404),
    _everybody("verify"),
    _everybody("plaque-code", "ABCDE", status=404),
    _everybody("ledger-roots"),
    _everybody("privacy"),
    _everybody("accessibility"),
    _everybody("robots"),
    _everybody("sitemap"),
)
# The stock back office: read-only, for the system administrator; its own routes are tested as one family.
BACK_OFFICE_PREFIX = "admin/"

# Brought by django-allauth; their pages have tests of their own.
ACCOUNTS_PREFIX = "accounts/"
# Made from the registered kinds; every one of them refuses whoever is not recognised.
INTERFACE_PREFIX = "api/v1/"
