"""The catalogue's pages: the items for everybody, and the desk on which local codes are given their meaning."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from xinglin.exchange.catalogue.actions import mappings as actions
from xinglin.exchange.catalogue.queries import items, mappings, public
from xinglin.exchange.catalogue.words.levels import Category, Group, Specimen, label
from xinglin.exchange.catalogue.words.marks import LONGEST_NAME, mark
from xinglin.kernel import permits
from xinglin.kernel.clock import today
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent, not_yours
from xinglin.kernel.words import Role
from xinglin.portal import speaking
from xinglin.portal.edges import signed_in, somebody
from xinglin.roster import regions

SIZE, DESK_SIZE = 50, 25
LONGEST = 100
ASKED = ("q", "category", "region", "scope")
AT_THE_DESK = (Role.LABORATORY, Role.STEWARD, Role.SECRETARIAT, Role.AUTHORITY)
NARROWINGS = (
    ("sure", say("Sure: may be confirmed together")),
    ("doubtful", say("Contradictory")),
    ("empty", say("Nothing proposed")),
)


def scope_name(scope: str) -> str:
    """A scope as people say it, with HR behind it as the national mark asks (domain 2.1): 广东省HR, 全国HR."""
    if scope == "000000":
        return gettext("National HR")
    known = regions.region(scope) if scope.isdigit() else None
    if known is not None and not speaking.chinese():
        return f"{known.en} HR"
    return mark(scope) if len(scope) <= LONGEST_NAME else gettext("Alliance HR")


def _place(region: str) -> str:
    return regions.full_name(region, "zh" if speaking.chinese() else "en") if region else ""


@require_safe
def item_list(request: HttpRequest) -> HttpResponse:
    """The published items with windows and scopes, narrowed by words, category, region and scope."""
    given = {name: request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in ASKED}
    day = today()
    found = public.lines(
        text=given["q"], category=given["category"], scope=given["scope"], region=given["region"], on=day
    )
    page = Paginator(found, SIZE).get_page(request.GET.get("page", "1"))
    context: dict[str, Any] = {
        "nav": "public-items",
        "page": page,
        "rows": [_row(line) for line in page.object_list],
        "count": len(found),
        "want": given,
        "narrowed": any(given.values()),
        "version": items.current_version(),
        "categories": [(str(word), word.label) for word in Category],
        "regions": [(code, _place(code)) for code in public.regions_with_rules()],
        "scopes": [(scope, scope_name(scope)) for scope in public.scopes_in_use(day)],
        "day": day,
    }
    return render(request, "portal/catalogue/items.html", context)


def _row(line: public.Line) -> dict[str, Any]:
    item = line.item
    return {
        "line": line,
        "item": item,
        "name": item.name_zh if speaking.chinese() else item.name_en,
        "other": item.name_en if speaking.chinese() else item.name_zh,
        "group": label(Group, item.group),
        "specimen": label(Specimen, item.specimen) if item.specimen else item.body_part,
        "scopes": [(scope_name(scope), count) for scope, count in line.scopes],
    }


@require_safe
@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    """Local codes that wait, those with most waiting results first, each with its evidence and what can be done."""
    actor = somebody(request)
    if not {role for role, _scope in permits.grants_of(actor)} & set(AT_THE_DESK):
        raise not_yours()
    site, only = request.GET.get("site", "")[:26], request.GET.get("only", "")
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    only = only if only in dict(NARROWINGS) else ""
    page = Paginator(mappings.desk(actor, site=site, only=only, text=text), DESK_SIZE).get_page(
        request.GET.get("page", "1")
    )
    found = mappings.evidence(list(page.object_list), actor)
    together = sorted({one.row.site_id for one in found if one.decides and one.row.sure})
    context: dict[str, Any] = {
        "nav": "mapping-desk",
        "page": page,
        "lines": found,
        "sites": mappings.waiting_by_site(actor),
        "narrowings": NARROWINGS,
        "want": {"site": site, "only": only, "q": text},
        "narrowed": bool(site or only or text),
        # One site at a time is confirmed together.
        "together": together[0] if len(together) == 1 else "",
        "imports": mappings.sites_of(actor).exists(),
    }
    return render(request, "portal/catalogue/desk.html", context)


@require_POST
@signed_in
def decide(request: HttpRequest) -> HttpResponse:
    """Confirm, choose another, or reject one code; or confirm the ticked ones together. Back to the desk after."""
    actor, given = somebody(request), request.POST
    try:
        said = _decided(given, actor)
    except Refusal as refusal:
        if refusal.code == "absent":
            raise
        told = " ".join(str(speaking.spoken(part)) for part in (refusal.sentence, refusal.next_step) if part)
        messages.error(request, told)
    else:
        messages.success(request, speaking.spoken(said))
    back = given.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/mappings/")
    return HttpResponseRedirect(back if safe else reverse("mapping-desk"), status=303)


def _decided(given: Any, actor: Any) -> Any:
    deed, key = given.get("deed", ""), given.get("mapping", "")[:26]
    if deed == "together":
        ticked = [one[:26] for one in given.getlist("ticked")][:DESK_SIZE]
        if not ticked:
            raise Refusal("catalogue.nothing_ticked", say("Nothing is ticked."), say("Tick the codes to confirm."))
        actions.confirm_mappings(site_id=given.get("site", "")[:26], mapping_ids=ticked, by=actor)
        return say("{count} local codes are confirmed.", count=len(ticked))
    if mappings.mappings_for(actor).filter(pk=key).first() is None:
        raise absent()
    if deed == "reject":
        row = actions.reject_mapping(mapping_id=key, remark=given.get("remark", "")[:300] or None, by=actor)
        return say("“{code}” is rejected.", code=str(row))
    if deed != "confirm":
        raise absent()
    row = actions.confirm_mapping(
        mapping_id=key, item_id=_chosen(given), identical=bool(given.get("identical")), by=actor
    )
    return say("“{code}” means {item} from now on.", code=str(row), item=str(row.item))


def _chosen(given: Any) -> str | None:
    """The item a person chose, from those that came near or by typing it; None takes the proposal."""
    typed = given.get("typed", "").strip()[:160]
    if typed:
        item = items.named(typed)
        if item is None:
            raise Refusal(
                "catalogue.item_unknown",
                say("“{name}” is no item of the catalogue.", name=typed),
                say("Type its code, such as LAB-CHEM-ALT, or its exact name."),
            )
        return item.pk
    return given.get("item", "")[:26] or None
