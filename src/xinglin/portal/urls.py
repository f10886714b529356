"""Every address of the portal. The permission table (tests/pages/permission_table.py) lists the same names."""

from __future__ import annotations

from django.urls import include, path, register_converter

from xinglin.portal.accounts.back_office import back_office
from xinglin.portal.api import service
from xinglin.portal.cds import service as cds
from xinglin.portal.fhir import service as service_fhir
from xinglin.portal.fhir import smart
from xinglin.portal.pages import (
    accounts,
    audit_admin,
    bids,
    calls,
    catalogue,
    dossiers,
    house,
    imports,
    interface,
    keys,
    lists,
    overview,
    patients,
    public,
    recognition,
    residents,
    reviews,
    running,
    savings,
    search,
    security_admin,
    system_admin,
    transfer,
    verbs,
    workbench,
)


class Word:
    """A wing, a noun or a verb in an address."""

    regex = "[a-z][a-z0-9_]{0,40}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Wing(Word):
    """A wing; what the house itself answers at is none."""

    # What the house answers at itself.
    regex = (
        "(?!(?:api|fhir|cds-services|accounts|static|admin|documents|choices|notices|resident|patients|mappings|bids"
        "|calls)/)"
        "[a-z][a-z0-9_]{0,40}"
    )


class Form(Word):
    """The form of an export."""

    regex = "csv|xlsx"


class Ident(Word):
    """A dossier's id."""

    regex = "[0-9A-Za-z_-]{1,64}"


class Dotted(Word):
    """The name of a rule."""

    regex = "[a-z][a-z0-9_.]{0,79}"


register_converter(Word, "word")
register_converter(Wing, "wing")
register_converter(Form, "form")
register_converter(Ident, "ident")
register_converter(Dotted, "dotted")

urlpatterns = [
    # What order entry asks a thousand times a second is found first.
    path("cds-services", cds.discovery, name="cds-discovery"),
    path("cds-services/<str:name>", cds.service, name="cds-service"),
    path("cds-services/<str:name>/feedback", cds.feedback, name="cds-feedback"),
    path("", workbench.home, name="home"),
    path("overview/", overview.overview, name="overview"),
    path("search/", search.search, name="search"),
    path("notices/", house.notices, name="notices"),
    path("notices/<ident:key>/", house.notice, name="notice"),
    path("language/", house.language, name="language"),
    path("health", house.health, name="health"),
    path("documents/<ident:key>/", house.paper, name="paper"),
    path("choices/<word:wing>/<word:noun>/", verbs.choices, name="choices"),
    path("api/", interface.interface, name="api-page"),
    path("api/v1/openapi.json", service.openapi, name="openapi"),
    path("api/v1/", service.api.urls),
    path("accounts/me/", accounts.me, name="me"),
    path("accounts/me/tokens/", accounts.tokens, name="tokens"),
    path("accounts/me/tokens/<ident:key>/revoke/", accounts.revoke, name="revoke-token"),
    path("accounts/me/outlets/", accounts.outlets, name="outlets"),
    path("accounts/me/outlets/<ident:key>/remove/", accounts.remove_outlet, name="remove-outlet"),
    path("accounts/me/reads/", accounts.reads, name="reads"),
    path("accounts/me/sign-ins/", accounts.sign_ins, name="sign-ins"),
    path("accounts/resume/", accounts.resume, name="resume"),
    path("accounts/invitations/", security_admin.invitations, name="invitations"),
    path("accounts/invitations/<ident:key>/revoke/", security_admin.revoke_invitation, name="revoke-invitation"),
    path("invitation/<str:secret>", accounts.invitation, name="invitation"),
    # What the account library offers and this house does not: these stand before its own.
    path("accounts/signup/", accounts.closed),
    path("accounts/3rdparty/signup/", accounts.closed),
    path("accounts/email/", accounts.own_instead),
    path("accounts/confirm-email/", accounts.own_instead),
    path("accounts/confirm-email/<str:key>/", accounts.own_instead),
    path("accounts/password/set/", accounts.own_instead),
    path("accounts/login/code/confirm/", accounts.own_instead),
    path("accounts/3rdparty/", accounts.own_instead),
    path("accounts/sso/<word:provider_id>/login/", accounts.to_provider),
    path("accounts/sso/<word:provider_id>/login/callback/", accounts.from_provider),
    path("accounts/", include("allauth.urls")),
    path("administration/system/", system_admin.rules, name="system-rules"),
    path("administration/system/rules/<dotted:key>/", system_admin.rule, name="rule"),
    path("administration/system/work/", system_admin.work, name="system-work"),
    path("administration/system/work/<ident:key>/cancel/", system_admin.cancel, name="cancel-work"),
    path("administration/system/programs/", system_admin.programs, name="system-programs"),
    path("administration/security/", security_admin.accounts, name="security-accounts"),
    path("administration/security/tokens/", security_admin.tokens, name="security-tokens"),
    path("administration/security/grants/<ident:key>/end/", security_admin.end, name="end-grant"),
    path("administration/security/accounts/<ident:key>/", security_admin.account, name="security-account"),
    path("administration/security/accounts/<ident:key>/unlock/", security_admin.unlock, name="unlock"),
    path("administration/security/accounts/<ident:key>/expire/", security_admin.expire, name="expire-password"),
    path("administration/audit/", audit_admin.entries, name="audit-entries"),
    path("administration/audit/export.csv", audit_admin.export, {"form": "csv"}, name="audit-export"),
    path("administration/audit/export.xlsx", audit_admin.export, {"form": "xlsx"}, name="audit-export-xlsx"),
    path("administration/audit/seals/", audit_admin.seals, name="audit-seals"),
    path("administration/audit/verify/", audit_admin.verify, name="audit-verify"),
    path(".well-known/smart-configuration", smart.configuration, name="smart-configuration"),
    path("fhir/R4/.well-known/smart-configuration", smart.configuration, name="smart-configuration-fhir"),
    path("fhir/token", smart.token, name="fhir-token"),
    path("fhir/R4", service_fhir.fhir, name="fhir-base"),
    path("fhir/R4/", service_fhir.fhir, name="fhir-base"),
    path("fhir/R4/<path:rest>", service_fhir.fhir, name="fhir"),
    path("admin/", back_office.urls),
    path("public/", public.home, name="public"),
    path("members/", public.member_list, name="public-members"),
    path("experts/", public.expert_list, name="public-experts"),
    path("experts/<ident:key>/", public.expert, name="public-expert"),
    path("lists/", public.list_index, name="public-lists"),
    path("lists/<ident:key>/", public.list_page, name="public-list"),
    path("lists/<ident:key>/entries.json", public.list_file, name="public-list-file"),
    path("calls/", calls.call_list, name="public-calls"),
    path("calls/lists/<int:number>/", calls.edition, name="public-call-list"),
    path("calls/<ident:key>/", calls.call, name="public-call"),
    path("calls/<ident:key>/object/", calls.objection, name="call-objection"),
    path("items/", catalogue.item_list, name="public-items"),
    path("mappings/", catalogue.desk, name="mapping-desk"),
    path("mappings/decide/", catalogue.decide, name="decide-mapping"),
    path("verify/", public.verify, name="verify"),
    path("v/<ident:code>/", public.plaque_code, name="plaque-code"),
    path("ledger/roots/", public.roots, name="ledger-roots"),
    path("privacy/", public.privacy, name="privacy"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("robots.txt", public.robots, name="robots"),
    path("sitemap.xml", public.sitemap, name="sitemap"),
    path("roster/template/<word:language>.xlsx", imports.roster_template, name="roster-template"),
    path("roster/importrun/<ident:key>/refused.xlsx", imports.refused_rows, name="import-refused"),
    path("roster/exportrun/<ident:key>/file", imports.export_file, name="export-file"),
    path("resident/", residents.home, name="resident-home"),
    path("resident/join/", residents.join, name="resident-join"),
    path("resident/<int:person>/", residents.results_page, name="resident-results"),
    path("resident/<int:person>/print/", residents.printed, name="resident-print"),
    path("resident/<int:person>/data.json", residents.data, name="resident-data"),
    path("resident/<int:person>/consents/", residents.consent_page, name="resident-consents"),
    path("resident/<int:person>/seen/", residents.seen, name="resident-seen"),
    path("resident/<int:person>/requests/", residents.requests, name="resident-requests"),
    path("patients/", patients.find, name="patients"),
    path("patients/counter/", patients.counter, name="resident-counter"),
    path("patients/<int:person>/", patients.results_page, name="patient-results"),
    path("patients/<int:person>/consent/", patients.take_consent, name="patient-consent"),
    path("recognition/order/", recognition.order, name="recognition-order"),
    path("recognition/card/<str:sealed>/", recognition.card, name="recognition-card"),
    path("recognition/card/<str:sealed>/image/", recognition.image, name="recognition-card-image"),
    path("recognition/board/", savings.board, name="recognition-board"),
    path("recognition/board/records/", savings.records, name="recognition-records"),
    path("challenges/board/", running.board, name="milestone-board"),
    path("challenges/challenge/<ident:key>/board/", running.challenge_board, name="challenge-board"),
    path("challenges/challenge/<ident:key>/money/", running.money, name="challenge-money"),
    path("challenges/challenge/<ident:key>/panel/", reviews.panel, name="panel-table"),
    path("challenges/review/<ident:key>/room/", reviews.room, name="blind-room"),
    path("bids/", bids.room, name="bids-room"),
    path("bids/new/<ident:challenge>/", bids.new, name="bid-new"),
    path("bids/verify/", bids.verify, name="bid-verify"),
    path("bids/keys/", keys.keys, name="bid-keys"),
    path("bids/holders/<ident:challenge>/", keys.holders, name="bid-holders"),
    path("bids/opening/<ident:challenge>/", keys.opening, name="bid-opening"),
    path("bids/record/<ident:challenge>/", bids.record, name="bid-record"),
    path("bids/<ident:key>/receipt/", bids.receipt, name="bid-receipt"),
    path("bids/<ident:key>/receipt.json", bids.receipt_file, name="bid-receipt-file"),
    path("bids/<ident:key>/file/<int:number>/", bids.attachment, name="bid-file"),
    path("transfer/board/", transfer.board, name="transfer-board"),
    path("transfer/sheet/<ident:key>/", transfer.sheet, name="distribution-sheet"),
    path("transfer/calendar/", transfer.calendar, name="ip-calendar"),
    path("transfer/report/", transfer.report, name="transfer-report"),
    path("transfer/report.<form:form>", transfer.report_file, name="transfer-report-file"),
    # Wings and their nouns come last: their first part is any word.
    path("<wing:wing>/<word:noun>/", lists.list_page, name="list"),
    path("<wing:wing>/<word:noun>/export.<form:form>", lists.export, name="export"),
    path("<wing:wing>/<word:noun>/new/<word:verb>/", verbs.begin, name="begin"),
    path("<wing:wing>/<word:noun>/<ident:key>/", dossiers.dossier_page, name="dossier"),
    path("<wing:wing>/<word:noun>/<ident:key>/do/<word:verb>/", verbs.act, name="verb"),
]

handler403 = "xinglin.portal.pages.house.forbidden"
handler404 = "xinglin.portal.pages.house.not_found"
handler500 = "xinglin.portal.pages.house.broken"
