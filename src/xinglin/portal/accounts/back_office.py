"""The stock Django back office, recoloured, read-only, for system administrators alone: to look, never to change.

Whatever a person does has a page of its own; changes go through actions. Personal and secret columns are left out.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.kernel import permits
from xinglin.kernel.models import Account, DatedSetting, Delivery, Grant, Job, LedgerSeal
from xinglin.kernel.privacy import columns
from xinglin.kernel.refusals import not_yours
from xinglin.kernel.words import Privacy, Role
from xinglin.portal.edges import actor_of, to_sign_in


class BackOffice(admin.AdminSite):
    """One's own sign-in, no password page, only for system administrators."""

    site_header = _("Back office")
    site_title = _("Back office")
    index_title = _("Records of the kernel, to look at")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return permits.holds(actor_of(request), Role.SYSTEM_ADMIN)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if actor_of(request) is not None:
            raise not_yours()
        return to_sign_in(request, reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        raise not_yours()

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        raise not_yours()


class LookOnly(admin.ModelAdmin):
    """Every public and alliance column of a model; nothing is added, changed or deleted here."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def __init__(self, model: type[Model], site: admin.AdminSite):
        shown = columns(model, Privacy.PUBLIC, Privacy.ALLIANCE)
        self.fields = self.readonly_fields = shown  # type: ignore[assignment]
        self.list_display = [name for name in shown if name != "id"][:7] or ["id"]  # type: ignore[assignment]
        self.ordering = ("-pk",)
        super().__init__(model, site)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)


back_office = BackOffice(name="admin")
for model in (Account, Grant, DatedSetting, Job, Delivery, LedgerSeal):
    back_office.register(model, LookOnly)
