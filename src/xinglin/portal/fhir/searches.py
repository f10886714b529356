"""Searching: which rows a query means, a page of them as a Bundle, and the record of who looked at whom."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from xinglin.exchange.catalogue.queries import mappings, sites
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.consent.actions.views import View, record_views
from xinglin.exchange.federation import borders
from xinglin.exchange.federation.queries import clinical
from xinglin.exchange.intake.words import FINAL, PRELIMINARY, VOID
from xinglin.kernel.phrases import say
from xinglin.kernel.privacy import decrypt, encrypt
from xinglin.kernel.refusals import Refusal
from xinglin.portal.fhir import parameters, rendering
from xinglin.portal.fhir.entry import Caller, base, parameter, unsupported
from xinglin.portal.fhir.parameters import Token
from xinglin.portal.fhir.statement import INCLUDES, RESOURCES, SORTS
from xinglin.roster.codes.persons import DOCUMENT_KINDS

Query = dict[str, list[str]]
STATUSES = {"preliminary": PRELIMINARY, "final": FINAL, "entered-in-error": VOID}
REPORT_STATUSES = {"preliminary": "preliminary", "final": "final", "corrected": "corrected", "entered-in-error": "void"}
CATEGORIES = {"laboratory": "laboratory", "LAB": "laboratory", "imaging": "examination", "RAD": "examination"}


@dataclass
class Found:
    """What a search means: its rows, how they are shown, and whose each one is (for the record of looks)."""

    rows: QuerySet[Any] | Sequence[Any]
    show: Callable[[Sequence[Any]], list[dict[str, Any]]]
    patient_of: Callable[[Any], int] = lambda _row: 0
    column: str = "pk"
    descending: bool = False
    counted: bool = True


def search(caller: Caller, kind: str, query: Query, *, lenient: bool = False) -> dict[str, Any]:
    """The Bundle a search answers with. Every look at somebody's data is written down before it is answered."""
    if kind not in RESOURCES:
        raise unsupported(kind)
    caller.need(kind, "s")
    query, after = _resumed(caller, kind, query)
    query = parameters.only(query, RESOURCES[kind][0], lenient=lenient)
    found = SEARCHES[kind](caller, query)
    count, counting = parameters.count_of(query), query.get("_summary", [""])[-1] == "count"
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
    if counting or found.counted or query.get("_total", [""])[-1] in ("accurate", "estimate"):
        bundle["total"] = found.rows.count() if isinstance(found.rows, QuerySet) else len(found.rows)
    if counting or count == 0:
        return bundle
    rows, cursor = _page(found, count, after)
    entries = [_entry(kind, one, "match") for one in found.show(rows)]
    entries += _included(caller, kind, query, rows)
    looked(caller, kind, [found.patient_of(row) for row in rows])
    bundle["link"] = [{"relation": "self", "url": f"{base()}/{kind}"}]
    if cursor is not None:
        bundle["link"].append({"relation": "next", "url": _next(caller, kind, query, cursor)})
    if entries:
        bundle["entry"] = entries
    return bundle


def _entry(kind: str, resource: dict[str, Any], mode: str) -> dict[str, Any]:
    return {
        "fullUrl": f"{base()}/{resource['resourceType']}/{resource['id']}", "resource": resource,
        "search": {"mode": mode},
    }  # fmt: skip


def looked(caller: Caller, kind: str, patients: Iterable[int]) -> None:
    """Write down whose data is given out, once per person, before it is; what may not leave the mainland is refused."""
    many = Counter(one for one in patients if one)
    if not many:
        return
    borders.let_out(caller.reader, sorted(many))
    persons: Counter[int] = Counter()
    for patient, person in clinical.persons_of(many).items():
        persons[person] += many[patient]
    reader = caller.reader
    record_views(
        views=[
            View(person, reader.site, f"FHIR {kind}", reader.purpose,
                 reader.access(person).sees(made_by=reader.site) or reader.access(person).ground, count)
            for person, count in sorted(persons.items())
        ],
        by=reader.account,
    )  # fmt: skip


def _page(found: Found, count: int, after: Any) -> tuple[list[Any], Any]:
    """One page, and where the next one begins (None: nowhere). Keyset paging: deep pages cost what the first costs."""
    if not isinstance(found.rows, QuerySet):
        begin = int(after or 0)
        rows = list(found.rows[begin : begin + count])
        return rows, begin + count if begin + count < len(found.rows) else None
    column, sign, less = found.column, "-" if found.descending else "", "lt" if found.descending else "gt"
    rows_of = found.rows.order_by(sign + column, *([] if column == "pk" else [f"{sign}pk"]))
    if after is not None and column == "pk":
        rows_of = rows_of.filter(**{f"pk__{less}": after[1]})
    elif after is not None:
        at = datetime.fromisoformat(after[0])
        rows_of = rows_of.filter(Q(**{f"{column}__{less}": at}) | Q(**{column: at, f"pk__{less}": after[1]}))
    rows = list(rows_of[: count + 1])
    if len(rows) <= count:
        return rows, None
    last = rows[count - 1]
    return rows[:count], ["" if column == "pk" else getattr(last, column).isoformat(), last.pk]


def _next(caller: Caller, kind: str, query: Query, after: Any) -> str:
    told = {"k": kind, "q": {**query, "_cursor": []}, "after": after, "by": caller.reader.account.pk}
    return f"{base()}/{kind}?_cursor={encrypt(json.dumps(told)).replace('=', '~')}"


def _resumed(caller: Caller, kind: str, query: Query) -> tuple[Query, Any]:
    """A cursor holds the whole search, encrypted; it continues only for whom it was made."""
    given = query.get("_cursor", [""])[-1]
    if not given:
        return query, None
    try:
        told = json.loads(decrypt(given.replace("~", "=")))
    except (ValueError, KeyError):
        told = {}
    if told.get("k") != kind or told.get("by") != caller.reader.account.pk:
        raise parameter("_cursor", say("Begin the search again."))
    return {name: values for name, values in told["q"].items() if values}, told["after"]


def _whose(caller: Caller, query: Query) -> tuple[bool, Any]:
    """Whether a patient was named, and the record if the reader may see it."""
    given = [value for name in ("patient", "subject") for value in query.get(name, [])]
    if given:
        key = given[-1].rpartition("/")[2] if given[-1].startswith(("Patient/", base())) else given[-1]
        return True, clinical.patient_of(caller.reader, key)
    numbers = query.get("patient.identifier", [])
    if not numbers:
        return False, None
    found = _by_identifier(caller, "patient.identifier", numbers)
    if len({one.person_id for one in found}) > 1:
        raise parameter("patient.identifier", say("More than one person has this number; name the patient by id."))
    return True, found[0] if found else None


def _unless_absent(rows: Any, named: bool, one: Any) -> Any:
    """No rows where a patient was named whom the reader may not see: never the hospital's own instead."""
    return rows.none() if named and one is None else rows


def _by_identifier(caller: Caller, name: str, values: list[str]) -> list[Any]:
    found: dict[int, Any] = {}
    for row in parameters.tokens(name, values):
        for token in row:
            for one in _with_number(caller, token):
                found[one.pk] = one
    return [found[key] for key in sorted(found)]


def _with_number(caller: Caller, token: Token) -> list[Any]:
    """Records with an identifier: of a named system, or of any if none is named."""
    reader, number = caller.reader, token.code
    if token.system == rendering.ID_CARD:
        return clinical.patients_by(reader, document=("id_card", number))
    if token.system and token.system.startswith(rendering.DOCUMENT):
        return clinical.patients_by(reader, document=(token.system.removeprefix(rendering.DOCUMENT), number))
    if token.system and token.system.startswith("urn:xinglin:site:"):
        site = token.system.removeprefix("urn:xinglin:site:")
        return clinical.patients_by(reader, local=(int(site), number)) if site.isdigit() and len(site) < 6 else []
    if token.system:
        return []
    found = clinical.patients_by(reader, local=(reader.site, number)) if reader.site else []
    for kind in DOCUMENT_KINDS:
        found += clinical.patients_by(reader, document=(kind, number))
    return found


def _patients(caller: Caller, query: Query) -> Found:
    reader = caller.reader

    def show(rows: Sequence[Any]) -> list[dict[str, Any]]:
        return [rendering.patient(one, reader, clinical.linked_records(reader, one)) for one in rows]

    if "identifier" in query:
        rows: Any = _by_identifier(caller, "identifier", query["identifier"])
    elif "_id" in query:
        keys = [key for value in query["_id"] for key in value.split(",")]
        rows = [one for key in keys if (one := clinical.patient_of(reader, key)) is not None]
    else:
        rows = clinical.own_patients(reader).filter(_updated(query, "updated_at"))
    return Found(rows, show, lambda one: one.pk, counted=not isinstance(rows, QuerySet))


def _updated(query: Query, column: str) -> Q:
    wanted = parameters.dates("_lastUpdated", column, query.get("_lastUpdated", []))
    for since in query.get("_since", []):
        wanted &= Q(**{f"{column}__gte": parameters.span("_since", since)[0]})
    return wanted


def _ids(query: Query) -> Q:
    keys = [key for value in query.get("_id", []) for key in value.split(",")]
    return Q(pk__in=[int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]) if keys else Q()


def _ordered(kind: str, query: Query, *, whose: bool) -> tuple[bool, bool]:
    """(by date, descending). Without a wish: newest first for a person, as stored for a whole hospital."""
    wish = query.get("_sort", [""])[-1]
    if not wish:
        return whose, whose
    name = wish.removeprefix("-")
    if name not in SORTS.get(kind, ()):
        raise parameter("_sort", say("This can be sorted by {names}.", names=", ".join(SORTS.get(kind, ())) or "–"))
    return True, wish.startswith("-")


def _observations(caller: Caller, query: Query) -> Found:
    named, one = _whose(caller, query)
    rows = _unless_absent(clinical.results(caller.reader, one), named, one)
    rows = observed(rows, query).filter(_ids(query))
    by_date, down = _ordered("Observation", query, whose=named)
    return Found(
        rows, lambda found: [rendering.observation(row) for row in found], lambda row: row.patient,
        "effective_at" if by_date else "pk", down, counted=named,
    )  # fmt: skip


def observed(rows: Any, query: Query) -> Any:
    """Results narrowed by the parameters they share with `$lastn`."""
    for row in parameters.tokens("code", query.get("code", [])):
        rows = rows.filter(_coded(row))
    for row in parameters.tokens("status", query.get("status", [])):
        rows = rows.filter(status__in=[STATUSES[token.code] for token in row if token.code in STATUSES])
    for row in parameters.tokens("category", query.get("category", [])):
        kinds = {CATEGORIES.get(token.code) for token in row}
        items = [number for number, item in current().items.items() if item.kind in kinds]
        unmapped = Q(item=0) if "laboratory" in kinds else Q(pk__in=[])
        rows = rows.filter(Q(item__in=items) | unmapped)
    return rows.filter(
        parameters.dates("date", "effective_at", query.get("date", [])) & _updated(query, "reported_at")
        & _performed(query)
    )  # fmt: skip


def _coded(row: list[Token]) -> Q:
    snapshot, wanted = current(), Q(pk__in=[])
    for token in row:
        own = rendering.own_system("CodeSystem/items")
        number = None
        if token.system in (None, own):
            number = snapshot.by_code.get(token.code)
        if number is None and token.system in (None, rendering.LOINC):
            number = snapshot.by_loinc.get(token.code)
        if number is not None:
            wanted |= Q(item__in=(number, *snapshot.members(number)))
        if token.system is None:
            wanted |= Q(local_code=token.code)
        elif token.system != own:
            wanted |= Q(local_code=token.code, local_system=token.system)
    return wanted


def _performed(query: Query) -> Q:
    keys = [key.rpartition("/")[2] for value in query.get("performer", []) for key in value.split(",")]
    if not keys:
        return Q()
    return Q(site__in=[current().by_organisation.get(key, -1) for key in keys])


def _reports(caller: Caller, query: Query) -> Found:
    named, one = _whose(caller, query)
    reader = caller.reader
    rows = _unless_absent(clinical.reports(reader, one), named, one)
    for row in parameters.tokens("status", query.get("status", [])):
        rows = rows.filter(status__in=[REPORT_STATUSES[token.code] for token in row if token.code in REPORT_STATUSES])
    for row in parameters.tokens("category", query.get("category", [])):
        imaging = {CATEGORIES.get(token.code) == "examination" for token in row}
        rows = (
            rows if len(imaging) > 1 else rows.exclude(image_url="") if True in imaging else rows.filter(image_url="")
        )
    for row in parameters.tokens("identifier", query.get("identifier", [])):
        rows = rows.filter(report_no__in=[token.code for token in row])
    rows = rows.annotate(when=Coalesce(F("effective_at"), F("received_at"))).filter(
        parameters.dates("date", "when", query.get("date", []))
        & parameters.dates("issued", "reported_at", query.get("issued", []))
        & _updated(query, "received_at") & _performed(query) & _ids(query)
    )  # fmt: skip
    by_date, down = _ordered("DiagnosticReport", query, whose=named)
    return Found(
        rows, lambda found: shown_reports(caller, found), lambda row: row.patient, "when" if by_date else "pk", down,
        counted=named,
    )  # fmt: skip


def shown_reports(caller: Caller, found: Sequence[Any]) -> list[dict[str, Any]]:
    """Reports with their stable ids and their results."""
    firsts, results = clinical.first_versions(found), clinical.results_of_reports(caller.reader, found)
    return [rendering.report(one, firsts[one.pk], results.get(one.pk, [])) for one in found]


def _as_sent(kind: str) -> Callable[[Caller, Query], Found]:
    def found(caller: Caller, query: Query) -> Found:
        named, one = _whose(caller, query)
        rows = _unless_absent(clinical.resources(caller.reader, kind, one), named, one)
        rows = rows.filter(_ids(query) & _updated(query, "updated_at"))
        return Found(
            rows, lambda some: [rendering.as_sent(row) for row in some], lambda row: row.patient, counted=named
        )

    return found


def _organisations(_caller: Caller, query: Query) -> Found:
    rows = sites.sites_for(None)
    for value in query.get("name", []):
        rows = rows.filter(name__icontains=value[:100])
    for row in parameters.tokens("identifier", query.get("identifier", [])):
        rows = rows.filter(
            number__in=[int(token.code) for token in row if token.code.isdigit() and len(token.code) < 6]
        )
    if "_id" in query:
        rows = rows.filter(organisation_id__in=[key for value in query["_id"] for key in value.split(",")])
    return Found(rows, lambda found: [rendering.organisation(one) for one in found])


def _consents(caller: Caller, query: Query) -> Found:
    named, one = _whose(caller, query)
    if not named:
        raise parameter("patient", say("Name the patient."))
    rows = clinical.consents(caller.reader, one) if one is not None else clinical.nobody()
    if query.get("status"):
        given = query["status"][-1] == "active"
        rows = rows.filter(stage="given") if given else rows.exclude(stage="given")
    patient = one.pk if one is not None else 0
    return Found(list(rows), lambda found: [rendering.consent(row, patient) for row in found], lambda _row: patient)


def _events(caller: Caller, query: Query) -> Found:
    named, one = _whose(caller, query)
    rows = _unless_absent(clinical.views(caller.reader, one), named, one)
    rows = rows.filter(parameters.dates("date", "happened_at", query.get("date", [])) & _ids(query))
    return Found(rows, lambda found: [rendering.audit_event(row) for row in found], descending=True, counted=named)


def _maps(caller: Caller, query: Query) -> Found:
    wanted = {value.rpartition("/")[2] for value in (*query.get("url", []), *query.get("_id", []))}
    mine = [one for one in sites.sites_for(None) if not wanted or str(one.number) in wanted]
    return Found(mine, lambda found: [rendering.concept_map(one, mappings.table(one.number)) for one in found])


def _systems(_caller: Caller, query: Query) -> Found:
    named = {*query.get("url", []), *query.get("_id", [])}
    ours = {"items", rendering.own_system("CodeSystem/items")}
    return Found([1] if not named or named & ours else [], lambda found: [rendering.items_system() for _ in found])


SEARCHES: dict[str, Callable[[Caller, Query], Found]] = {
    "Patient": _patients, "Observation": _observations, "DiagnosticReport": _reports, "Organization": _organisations,
    "Consent": _consents, "AuditEvent": _events, "ConceptMap": _maps, "CodeSystem": _systems,
    **{kind: _as_sent(kind) for kind in ("Encounter", "ServiceRequest", "Specimen", "ImagingStudy", "Practitioner")},
}  # fmt: skip


def _included(caller: Caller, kind: str, query: Query, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """What `_include` adds to a page, each once."""
    wanted = set(query.get("_include", []))
    if strange := sorted(wanted - set(INCLUDES.get(kind, ()))):
        raise parameter("_include", say("“{name}” cannot be included here.", name=strange[0][:60]))
    entries = []
    if wanted & {f"{kind}:patient", f"{kind}:subject"}:
        caller.need("Patient", "r")
        keys = sorted({row.patient for row in rows})
        patients = clinical.patients_by(caller.reader, ids=keys)
        entries += [_entry("Patient", rendering.patient(one, caller.reader), "include") for one in patients]
    if "DiagnosticReport:result" in wanted:
        caller.need("Observation", "r")
        grouped = clinical.results_of_reports(caller.reader, rows)
        entries += [_entry("Observation", rendering.observation(row), "include")
                    for found in grouped.values() for row in found]  # fmt: skip
    return entries


def everything(caller: Caller, one: Any, query: Query) -> dict[str, Any]:
    """All there is of a person that the reader may see: `Patient/$everything`, paged by the same opaque links."""
    query, after = _resumed(caller, "everything", query)
    query = parameters.only(query, ("_type", "start", "end"), lenient=False)
    begin, count = int(after or 0), parameters.count_of(query) or parameters.COUNT
    wanted = {kind for value in query.get("_type", []) for kind in value.split(",")}
    reader, since = caller.reader, _updated({"_since": query.get("_since", [])}, "updated_at")
    period = parameters.dates("start", "effective_at", [f"ge{v}" for v in query.get("start", [])])
    period &= parameters.dates("end", "effective_at", [f"le{v}" for v in query.get("end", [])])
    mine = clinical.linked_records(reader, one)
    stages: list[tuple[str, Any, Callable[[Sequence[Any]], list[dict[str, Any]]]]] = [
        ("Patient", mine, lambda rows: [rendering.patient(row, reader, mine) for row in rows]),
        *((kind, clinical.resources(reader, kind, one).filter(since).order_by("pk"),
           lambda rows: [rendering.as_sent(row) for row in rows])
          for kind in ("Encounter", "ServiceRequest", "Specimen", "ImagingStudy")),
        ("DiagnosticReport", clinical.reports(reader, one).filter(
            period & _updated({"_since": query.get("_since", [])}, "received_at")).order_by("pk"),
         lambda rows: shown_reports(caller, rows)),
        ("Observation", clinical.results(reader, one).filter(
            period & _updated({"_since": query.get("_since", [])}, "reported_at")).order_by("pk"),
         lambda rows: [rendering.observation(row) for row in rows]),
    ]  # fmt: skip
    entries, total = [], 0
    for kind, rows, show in stages:
        if (wanted and kind not in wanted) or not caller_may(caller, kind):
            continue
        many = rows.count() if isinstance(rows, QuerySet) else len(rows)
        first, last = max(0, begin - total), min(many, begin + count - total)
        if first < last:
            entries += [_entry(kind, told, "match") for told in show(list(rows[first:last]))]
        total += many
    looked(caller, "everything", [one.pk] * max(1, len(entries)))
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": total, "entry": entries}
    bundle["link"] = [{"relation": "self", "url": f"{base()}/Patient/{one.pk}/$everything"}]
    if begin + count < total:
        link = _next(caller, "everything", query, begin + count)
        bundle["link"].append(
            {"relation": "next", "url": link.replace("/everything?", f"/Patient/{one.pk}/$everything?")}
        )
    return bundle


def caller_may(caller: Caller, kind: str) -> bool:
    """Whether the scopes reach this kind: `$everything` gives what they allow and no more."""
    try:
        caller.need(kind, "r")
    except Refusal:
        return False
    return True


def last_of_each(caller: Caller, query: Query) -> dict[str, Any]:
    """`Observation/$lastn`: the newest results of each item of one person."""
    caller.need("Observation", "s")
    query = parameters.only(query, (*RESOURCES["Observation"][0], "max"), lenient=False)
    named, one = _whose(caller, query)
    if not named:
        raise parameter("patient", say("Name the patient."))
    given = query.get("max", ["1"])[-1]
    if not (given.isascii() and given.isdigit() and 0 < int(given[:4]) <= 100):
        raise parameter("max", say("Type a whole number from 1 to 100."))
    rows = []
    if one is not None:
        rows = clinical.newest(caller.reader, one, observed(clinical.results(caller.reader, one), query), int(given))
    entries = [_entry("Observation", rendering.observation(row), "match") for row in rows]
    looked(caller, "$lastn", [row.patient for row in rows])
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries),
            **({"entry": entries} if entries else {})}  # fmt: skip
