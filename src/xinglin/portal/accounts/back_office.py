"""The stock Django back office, recoloured, read-only, for system administrators alone: to look, never to change.

Whatever a person does has a page of its own; changes go through actions. Personal and secret columns are left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinglin.kernel import permits
from xinglin.kernel.models import Account, DatedSetting, Delivery, Grant, Job, LedgerSeal
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.privacy import columns
from xinglin.kernel.refusals import not_yours
from xinglin.kernel.words import Privacy, Role
from xinglin.portal import speaking
from xinglin.portal.edges import actor_of, to_sign_in


class BackOffice(admin.AdminSite):
    """One's own sign-in, no password page, only for system administrators."""

    site_header = _("Back office")
    site_title = _("Back office")
    index_title = _("Records of the kernel, to look at")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return permits.holds(actor_of(request), Role.SYSTEM_ADMIN)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        found = super().get_app_list(request, app_label)
        for app in found:
            app["name"] = speaking.spoken(say("Kernel"))
            for one in app["models"]:
                one["name"] = speaking.spoken(NAMES[one["model"]])
        return found

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if actor_of(request) is not None:
            raise not_yours()
        return to_sign_in(request, reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        raise not_yours()

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        raise not_yours()


NAMES: dict[type[Model], Phrase] = {
    Account: say("Accounts"),
    Grant: say("Roles given"),
    DatedSetting: say("Values of rules"),
    Job: say("Background work"),
    Delivery: say("Deliveries"),
    LedgerSeal: say("Seals"),
}
LABELS: dict[str, Phrase] = {
    "created_at": say("Created at"),
    "account": say("Account"),
    "role": say("Role"),
    "scope_kind": say("Kind of scope"),
    "scope_id": say("Scope"),
    "granted_by": say("Given by"),
    "ended_at": say("Ended at"),
    "ended_by": say("Ended by"),
    "display_name": say("Name others see"),
    "kind": say("Kind"),
    "person_id": say("Person"),
    "is_active": say("In use"),
    "key": say("Rule"),
    "value": say("Value"),
    "source_document": say("Document it comes from"),
    "article": say("Article"),
    "valid_from": say("In force from"),
    "valid_to": say("In force until"),
    "set_by": say("Set by"),
    "task": say("Work"),
    "asked_by": say("Asked by"),
    "state": say("State"),
    "done": say("Done parts"),
    "total": say("All parts"),
    "place": say("Place reached"),
    "failure": say("Failure"),
    "started_at": say("Begun at"),
    "heard_at": say("Heard of at"),
    "due_at": say("Due at"),
    "finished_at": say("Finished at"),
    "attempts": say("Attempts"),
    "notice": say("Notice"),
    "outlet": say("Outlet"),
    "channel": say("Way"),
    "delivered_at": say("Delivered at"),
    "given_up_at": say("Given up at"),
    "last_failure": say("Failure"),
    "sealed_at": say("Sealed at"),
    "size": say("Entries"),
    "merkle_root": say("Merkle root"),
    "previous_root": say("Root before"),
    "root": say("Root"),
    "id": say("Number"),
}


def column(name: str) -> Callable[[Any], Any]:
    """A column under its name in the reader's language, its value said like everywhere else."""

    def shown(row: Any) -> str:
        told = getattr(row, f"get_{name}_display", None)
        value = gettext(str(told())) if callable(told) and told() else getattr(row, name)
        return speaking.spoken(value) if not isinstance(value, (dict, list)) else json.dumps(value, ensure_ascii=False)

    shown.__name__ = f"shown_{name}"
    shown.short_description = lazy(lambda: speaking.spoken(LABELS.get(name, Phrase(name))), str)()  # type: ignore[attr-defined]
    shown.admin_order_field = name  # type: ignore[attr-defined]
    return shown


class LookOnly(admin.ModelAdmin):
    """Every public and alliance column of a model; nothing is added, changed or deleted here."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def __init__(self, model: type[Model], site: admin.AdminSite):
        shown = [column(name) for name in columns(model, Privacy.PUBLIC, Privacy.ALLIANCE)]
        self.fields = self.readonly_fields = shown  # type: ignore[assignment]
        self.list_display = [one for one in shown if one.__name__ != "shown_id"][:7]  # type: ignore[assignment]
        self.ordering = ("-pk",)
        super().__init__(model, site)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"title": speaking.spoken(NAMES[self.model])})

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        noun = speaking.spoken(NAMES[self.model])
        return super().change_view(request, object_id, form_url, {"title": noun, "noun": noun})

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
