"""The public portal: for residents and the press, without an account, only what may be published.

Every number opens the list it counts, and both are the same question, asked as a stranger (`actor=None`).
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from xinglin.challenges.queries.calls import calls_for
from xinglin.challenges.words.calls import Standing
from xinglin.kernel import clock, reading
from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.models import LedgerSeal
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import absent
from xinglin.portal import nouns, operator, pictures, speaking
from xinglin.roster import regions
from xinglin.roster.queries import agreements, appointments, bodies, plaques
from xinglin.roster.queries import public as register
from xinglin.roster.queries.register import people_for
from xinglin.roster.specialties import ancestors, children, specialties, specialty
from xinglin.roster.words.bodies import ListKind, ListStage, MembershipKind, Pool
from xinglin.roster.words.plaques import PlaqueStanding
from xinglin.roster.words.register import OrganisationKind, Ownership, TitleRank

SIZE = 24
NEED = "matching.need"
STATIC_PAGES = (
    "public",
    "public-members",
    "public-experts",
    "public-items",
    "public-lists",
    "public-calls",
    "verify",
    "ledger-roots",
    "privacy",
    "accessibility",
)


def home(request: HttpRequest) -> HttpResponse:
    """The first page for everybody without an account."""
    alliance = bodies.the_alliance()
    lists = list(
        bodies.lists_for(None)
        .filter(stage__in=[ListStage.PUBLISHED, ListStage.NOTICE])
        .order_by("-published_on", "-id")[:4]
    )
    need = KINDS.get(NEED)
    context = {
        "nav": "public",
        "alliance": alliance,
        "term": bodies.current_term(),
        "counters": counters(),
        "lists": lists,
        "calls": list(calls_for(None, Standing.OPEN)[:6]),
        "needs": [(row, nouns.page_of(need, row.pk)) for row in need.visible(None).order_by("-id")[:6]] if need else [],
        "needs_address": nouns.list_of(need) if need else "",
        "as_of": clock.now(),
    }
    return render(request, "public/home.html", context)


def counters() -> list[tuple[Any, int, str]]:
    """(what is counted, how many, where they are listed)."""
    found: list[tuple[Any, int, str]] = []
    experts = bodies.published_list(ListKind.EXPERTS)
    if experts is not None:
        pools = Counter(entry.get("pool", "") for entry in experts.entries)
        address = reverse("public-list", args=[experts.pk])
        labels = {Pool.ELSEWHERE: say("Experts from elsewhere"), Pool.LOCAL: say("Local experts, full senior title")}
        found += [(label, pools[str(pool)], f"{address}?pool={pool}") for pool, label in labels.items()]
    found.append((say("Members"), register.members().count(), reverse("public-members")))
    rows = (
        (say("Agreements in force"), "roster.agreement", agreements.agreements_for(None)),
        (say("Appointments"), "roster.appointment", appointments.appointments_for(None)),
    )
    found += [(label, queryset.count(), nouns.list_of(KINDS[name])) for label, name, queryset in rows if name in KINDS]
    return found


def member_list(request: HttpRequest) -> HttpResponse:
    """Who belongs: by kind and ownership, with the coverage of the hospitals that could."""
    kind, ownership = request.GET.get("kind", ""), request.GET.get("ownership", "")
    rows = register.members(kind, ownership).order_by("batch__number", "kind", "organisation__name_zh")
    batch = bodies.batches_for(None).order_by("term__number", "number").last()
    covered = bodies.coverage(batch) if batch is not None else None
    share = round(100 * float(covered.share), 1) if covered is not None and covered.share is not None else None
    owned = Counter(register.members().values_list("organisation__ownership", flat=True))
    bars = [
        (speaking.spoken(Ownership(key)) if key else gettext("Not stated"), n, f"?ownership={key}" if key else "")
        for key, n in sorted(owned.items(), key=lambda item: -item[1])
    ]
    context = {
        "nav": "public-members",
        "rows": [(row, MembershipKind(row.kind), *_described(row.organisation)) for row in rows],
        "kind": kind,
        "ownership": ownership,
        "kinds": [(str(one), one.label) for one in MembershipKind],
        "ownerships": [(str(one), one.label) for one in Ownership],
        "batch": batch,
        "covered": covered,
        "share": share,
        "bars": pictures.bars(bars),
        "as_of": clock.now(),
    }
    return render(request, "public/members.html", context)


def _described(organisation: Any) -> tuple[OrganisationKind, Ownership | None, str]:
    owned = Ownership(organisation.ownership) if organisation.ownership else None
    return OrganisationKind(organisation.kind), owned, _place(organisation.region)


def _place(code: str) -> str:
    return regions.full_name(code, "zh" if speaking.chinese() else "en") if code else ""


def expert_list(request: HttpRequest) -> HttpResponse:
    """The directory of those who agreed to be published."""
    rows, want = register.directory(request.GET)
    page = Paginator(rows.order_by("name_zh", "name_latin", "pk"), SIZE).get_page(request.GET.get("page"))
    cities = register.by_city()
    context = {
        "nav": "public-experts",
        "page": page,
        "want": want,
        "cards": [
            (one, place_of(one), [specialty_label(s.code) for s in one.specialties.all()], _place(one.practice_region))
            for one in page
        ],
        "tree": tree(want["specialty"]),
        "cities": [(code, _place(code), n) for code, n in cities.most_common()],
        "pools": [(str(one), one.label) for one in Pool],
        "narrowed": any(want.values()),
    }
    return render(request, "public/experts.html", context)


def specialty_label(code: str) -> str:
    """A specialty in the reader's language."""
    found = specialty(code)
    if found is None:
        return code
    return found.label if speaking.chinese() else found.en or found.label


def tree(chosen: str) -> dict[str, Any]:
    """The specialty tree as far as somebody is in it: the way down to what is chosen, and what lies below it."""
    counts = register.by_specialty()
    above = [(one.code, specialty_label(one.code)) for one in ancestors(chosen)] if chosen in specialties() else []
    below = [(one.code, specialty_label(one.code), counts[one.code]) for one in children(chosen) if counts[one.code]]
    return {"above": above, "below": below}


def place_of(person: Any) -> Any:
    """Where somebody works, as far as the register knows."""
    places = getattr(person, "places", None)
    return places[0] if places else None


def _told(value: Any, one: Any) -> bool:
    """Whether a fact says something: no rank on record is no "no title", and the profile stands above already."""
    return value not in (None, "", one.profile, TitleRank.NONE)


def expert(request: HttpRequest, key: str) -> HttpResponse:
    """One person who agreed to be published."""
    one = register.expert(key)
    if one is None:
        raise absent()
    kind = KINDS["roster.person"]
    classes = reading.readable(None, one)
    context = {
        "nav": "public-experts",
        "one": one,
        "facts": [fact for fact in kind.facts(one, None) if fact.privacy in classes and _told(fact.value, one)],
        "works": one.works,
        "evidence": one.evidence.order_by("-year", "created_at"),
        "seats": bodies.seats_for(None).filter(person=one),
        "offices": appointments.appointments_for(None).filter(person=one),
        "specialties": [(s.code, specialty_label(s.code)) for s in one.specialties.all()],
    }
    return render(request, "public/expert.html", context)


def list_index(request: HttpRequest) -> HttpResponse:
    """Every list that is or was published, with its versions."""
    rows = bodies.lists_for(None).order_by("-term__number", "kind", "-edition")
    return render(
        request,
        "public/lists.html",
        {"nav": "public-lists", "rows": [(row, ListKind(row.kind), ListStage(row.stage)) for row in rows]},
    )


def _list(key: str) -> Any:
    found = bodies.lists_for(None).filter(pk=key).first()
    if found is None:
        raise absent()
    return found


def _row(number: int, entry: Mapping[str, Any], withheld: set[str]) -> dict[str, Any]:
    """An entry of a list with its number there, what group it stands in, and whether its name is shown."""
    group: Pool | MembershipKind | None = None
    if entry.get("pool") in set(Pool):
        group = Pool(entry["pool"])
    elif entry.get("kind") in set(MembershipKind):
        group = MembershipKind(entry["kind"])
    named = entry.get("named", True) and entry.get("id") not in withheld
    return {**entry, "number": number, "named": named, "group": group}


def list_page(request: HttpRequest, key: str) -> HttpResponse:
    """One published list as it was published: version, day, SHA-256; made to be printed."""
    one = _list(key)
    withheld = register.no_longer_named(one)
    pool = request.GET.get("pool", "")
    shown = [entry for entry in one.entries if pool not in set(Pool) or entry.get("pool") == pool]
    rows = [_row(number, entry, withheld) for number, entry in enumerate(shown, start=1)]
    pools = Counter(entry.get("pool") for entry in one.entries if entry.get("pool"))
    context = {
        "nav": "public-lists", "one": one, "stage": ListStage(one.stage), "rows": rows, "withheld": len(withheld),
        "is_people": one.kind != ListKind.MEMBERS, "pool": pool,
        "pools": [(str(word), word.label, pools[str(word)]) for word in Pool if pools[str(word)]],
        "versions": bodies.lists_for(None).filter(term=one.term, kind=one.kind).exclude(pk=one.pk).order_by("-edition"),
    }  # fmt: skip
    return render(request, "public/list.html", context)


def list_file(_request: HttpRequest, key: str) -> HttpResponse:
    """The entries exactly as they were hashed, so that anybody can check the SHA-256. Not while a name is withheld."""
    one = _list(key)
    if register.no_longer_named(one):
        raise absent()
    text = json.dumps(one.entries, ensure_ascii=False, sort_keys=True)
    answer = HttpResponse(text.encode(), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="list-{one.kind}-v{one.edition}.json"'
    return answer


def verify(request: HttpRequest) -> HttpResponse:
    """The box a plaque's code is typed into."""
    code = request.GET.get("code", "").replace("\x00", "").strip()[:40]
    if code:
        # Full-width letters are what a Chinese keyboard gives; whatever else is not a code's sign cannot be in one.
        typed = "".join(sign for sign in unicodedata.normalize("NFKC", code) if sign.isascii() and sign.isalnum())[:40]
        return HttpResponseRedirect(reverse("plaque-code", args=[typed or "-"]))
    return render(request, "public/verify.html", {"nav": "verify"})


def plaque_code(request: HttpRequest, code: str) -> HttpResponse:
    """What a plaque's code says today: valid, not yet, expired, revoked, replaced, or never given out."""
    face = plaques.plaque_by_code(code)
    tones = {PlaqueStanding.VALID: "good", PlaqueStanding.NOT_YET: "wait", PlaqueStanding.EXPIRED: "wait"}
    context = {
        "nav": "verify", "code": code[:20], "face": face, "today": clock.today(),
        "tone": "bad" if face is None else tones.get(face.standing, "bad"),
    }  # fmt: skip
    answer = render(request, "public/plaque.html", context, status=200 if face else 404)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def roots(request: HttpRequest) -> HttpResponse:
    """The published seals of the ledger: keep a root, and nobody can change what it seals without being found out."""
    page = Paginator(LedgerSeal.objects.order_by("-id"), 100).get_page(request.GET.get("page"))
    return render(request, "public/roots.html", {"nav": "roots", "rows": page.object_list, "page": page})


def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice (PIPL art. 17), from dated rules and the alliance's own record."""
    told = operator.statements()
    alliance = bodies.the_alliance()
    context = {
        "told": told, "alliance": alliance,
        "processor": told["processor"] or (alliance.secretariat if alliance and alliance.secretariat else ""),
        "is_template": not (told["processor"] and told["processor_contact"]), "today": clock.today(),
    }  # fmt: skip
    return render(request, "public/privacy.html", context)


def accessibility(request: HttpRequest) -> HttpResponse:
    """What the pages can be used with, and whom to tell when one cannot."""
    return render(request, "public/accessibility.html", {"told": operator.statements(), "today": clock.today()})


def robots(_request: HttpRequest) -> HttpResponse:
    """What search engines may look at: the public pages, nothing behind the sign-in."""
    shut = (
        "/accounts/",
        "/administration/",
        "/admin/",
        "/api/",
        "/documents/",
        "/choices/",
        "/invitation/",
        "/search/",
        "/v/",
    )
    lines = [
        "User-agent: *",
        *(f"Disallow: {place}" for place in shut),
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def sitemap(_request: HttpRequest) -> HttpResponse:
    """Every public page, the people who agreed and the lists among them."""
    places = [reverse(name) for name in STATIC_PAGES]
    places += [reverse("public-list", args=[key]) for key in bodies.lists_for(None).values_list("pk", flat=True)]
    places += [
        reverse("public-expert", args=[key])
        for key in people_for(None).order_by("pk").values_list("pk", flat=True)[:45_000]
    ]
    places += [reverse("public-call", args=[key]) for key in calls_for(None).values_list("pk", flat=True)[:45_000]]
    body = "".join(f"<url><loc>{settings.SITE_URL}{place}</loc></url>" for place in places)
    text = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</urlset>'
    return HttpResponse(text, content_type="application/xml")
