"""Every address of the portal. The permission table (tests/pages/permission_table.py) lists the same names."""

from __future__ import annotations

from django.urls import include, path, register_converter

from xinglin.portal.api import service
from xinglin.portal.pages import dossiers, house, interface, lists, overview, search, verbs, workbench


class Word:
    """A wing, a noun or a verb in an address."""

    regex = "[a-z][a-z0-9_]{0,40}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Wing(Word):
    """A wing; what the house itself answers at is none."""

    regex = "(?!(?:api|accounts|static|admin|documents|choices|notices)/)[a-z][a-z0-9_]{0,40}"


class Form(Word):
    """The form of an export."""

    regex = "csv|xlsx"


class Ident(Word):
    """A dossier's id."""

    regex = "[0-9A-Za-z_-]{1,64}"


register_converter(Word, "word")
register_converter(Wing, "wing")
register_converter(Form, "form")
register_converter(Ident, "ident")

urlpatterns = [
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
    path("accounts/", include("allauth.urls")),
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
