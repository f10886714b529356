"""Lists from files: a site's local codes, HR marks, windows, prices. Good rows are taken, the others named with why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Annotated, Any

from django.db import transaction
from django.db.models import QuerySet

from xinglin.exchange.catalogue.actions import grants, mappings, terms
from xinglin.exchange.catalogue.actions.sites import open_site
from xinglin.exchange.catalogue.models import (
    Item,
    ItemMapping,
    ItemPrice,
    ListImport,
    RecognitionRule,
    ScopeGrant,
    Site,
)
from xinglin.exchange.catalogue.queries.sites import organisation_called, site_of
from xinglin.exchange.catalogue.rules import sheets
from xinglin.exchange.catalogue.rules.proposing import LocalCode, form
from xinglin.exchange.catalogue.words import ListKind
from xinglin.kernel import ledger, permits
from xinglin.kernel.asks import Ask, Day, File, ref
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import packed, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions.codes import refusal_of
from xinglin.roster.sheets import SheetRefused, read_table

KEPT = 1_000
Text = Annotated[str, Ask("line", longest=120)]


@transaction.atomic
def import_codes(
    *,
    organisation_id: ref("roster.organisation"),
    file: File,
    system: Text | None = None,
    by: Account,
) -> ListImport:
    """Bring in a site's own list of codes: every code new to the desk is queued with what the machine proposes.

    `system` is the name of the code system where the file has no column for it. Loading twice adds nothing.
    """
    _require(by, mappings.MAPPERS, organisation_id)
    site = open_site(organisation_id=organisation_id, by=by)
    good, refused, total = _read(ListKind.CODES, file)
    seen = [
        LocalCode(row.system or system or "", row.code, row.name, row.unit, row.specimen, row.count) for _n, row in good
    ]
    before = set(ItemMapping.objects.filter(site=site).values_list("local_system", "local_code"))
    created = mappings.propose(site=site.number, seen=seen, by=by)
    again = sum((one.system, one.code) in before for one in seen)
    return _keep(ListKind.CODES, site, file, total, created, 0, again, refused, by)


@transaction.atomic
def import_grants(*, file: File, by: Account) -> ListImport:
    """Bring in HR marks: site, item, scope, programme, term; a mark that stands already is left as it is."""
    find_item, find_site = _items(), _organisations(by)

    def take(row: sheets.MarkRow) -> str:
        organisation, item = find_site(row.organisation), find_item(row.item)
        stored = "000000" if row.scope == "全国" else row.scope
        same = ScopeGrant.objects.filter(
            site__organisation_id=organisation,
            item_id=item,
            scope=stored,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        if same.exists():
            return "unchanged"
        grants.grant_scope(
            organisation_id=organisation, item_id=item, scope=row.scope, programme=row.programme, result=row.result,
            valid_from=row.valid_from, valid_to=row.valid_to, evaluated_until=row.evaluated_until, by=by,
        )  # fmt: skip
        return "created"

    _require(by, grants.GRANTERS)
    return _run(ListKind.MARKS, file, take, by)


@transaction.atomic
def import_windows(
    *, file: File, region: Text | None = None, valid_from: Day | None = None, source: Text | None = None, by: Account
) -> ListImport:
    """Bring in how long results count; what the file has no column for is asked for here."""
    find_item = _items()

    def take(row: sheets.WindowRow) -> str:
        since = _needed(row.valid_from or valid_from, "valid_from")
        item, named = find_item(row.item), _needed(row.source or source, "source")
        rows = RecognitionRule.objects.filter(item_id=item)
        before = set(rows.values_list("pk", flat=True))
        made = terms.set_window(
            item_id=item, window_days=row.window_days, valid_from=since, source=named,
            region=row.region or region, valid_to=row.valid_to, basis=row.basis, by=by,
        )  # fmt: skip
        return _what(made, before, rows.filter(region=made.region))

    _require(by, terms.RULERS)
    return _run(ListKind.WINDOWS, file, take, by)


@transaction.atomic
def import_prices(
    *,
    file: File,
    organisation_id: ref("roster.organisation") | None = None,
    region: Text | None = None,
    valid_from: Day | None = None,
    price_list: Text | None = None,
    by: Account,
) -> ListImport:
    """Bring in prices, of one site or of regions; what the file has no column for is asked for here."""
    find_item = _items()

    def take(row: sheets.PriceRow) -> str:
        since = _needed(row.valid_from or valid_from, "valid_from")
        named, item = _needed(row.price_list or price_list, "price_list"), find_item(row.item)
        place = None if organisation_id else row.region or region
        rows = ItemPrice.objects.filter(item_id=item)
        before = set(rows.values_list("pk", flat=True))
        made = terms.set_price(
            item_id=item, price_fen=row.price, valid_from=since, price_list=named, organisation_id=organisation_id,
            region=place, valid_to=row.valid_to, by=by,
        )  # fmt: skip
        return _what(made, before, rows.filter(region=made.region, site=made.site))

    _require(by, terms.PRICERS if organisation_id else terms.RULERS, organisation_id)
    site = site_of(organisation_id) if organisation_id else None
    return _run(ListKind.PRICES, file, take, by, site)


def _require(by: Account, roles: Iterable[Role], organisation_id: str | None = None) -> None:
    if not permits.is_the_program(by):
        permits.require(by, *roles, scopes=[("organisation", organisation_id)] if organisation_id else [])


def _what(made: Any, before: set[str], beside: QuerySet[Any]) -> str:
    """Whether a dated row is an old acquaintance, ended another, or is the first of its place."""
    if made.pk in before:
        return "unchanged"
    ended = beside.filter(valid_to=made.valid_from - timedelta(days=1)).exists()
    return "changed" if ended else "created"


def _run(kind: ListKind, file: File, take: Callable[[Any], str], by: Account, site: Site | None = None) -> ListImport:
    good, refused, total = _read(kind, file)
    counts = Counter[str]()
    for number, row in good:
        try:
            with transaction.atomic():
                counts[take(row)] += 1
        except Refusal as refusal:
            refused.append(sheets.Refused(number, refusal.sentence))
    return _keep(kind, site, file, total, counts["created"], counts["changed"], counts["unchanged"], refused, by)


def _read(kind: ListKind, file: File) -> tuple[list[tuple[int, Any]], list[sheets.Refused], int]:
    try:
        table = read_table(file.content).rows
    except SheetRefused as why:
        raise refusal_of(why, "file") from why
    good, refused = [], []
    for number, row in sheets.rows_of(kind, table):
        if isinstance(row, sheets.Refused):
            refused.append(row)
        else:
            good.append((number, row))
    return good, refused, len(good) + len(refused)


def _keep(
    kind: ListKind, site: Site | None, file: File, total: int, created: int, changed: int, unchanged: int,
    refused: Sequence[sheets.Refused], by: Account,
) -> ListImport:  # fmt: skip
    kept = sorted(refused, key=lambda one: one.row)[:KEPT]
    run = ListImport.objects.create(
        kind=kind, site=site, file_name=file.name[:200], rows=total, created=created, changed=changed,
        unchanged=unchanged, refused=[{"row": one.row, "reason": packed(one.reason)} for one in kept],
        imported_by=by.pk,
    )  # fmt: skip
    data = {"kind": str(kind), "rows": total, "created": created, "changed": changed, "refused": len(refused)}
    ledger.record("catalogue.list_imported", by=by, subject=run, data=data)
    return run


def _items() -> Callable[[str], str]:
    """From what a list calls an item (code, name, an alias that means one item only) to its id."""
    rows = list(Item.objects.values_list("pk", "number", "code", "name_zh", "name_en", "aliases"))
    keys = {number: key for key, number, *_rest in rows}
    exact = {form(text): number for _k, number, code, zh, en, _a in rows for text in (en, zh, code)}
    also = sheets.by_name(
        (form(alias), number)
        for _k, number, code, *_n, aliases in rows
        for alias in (code.rpartition("-")[2], *aliases)
    )

    def found(text: str) -> str:
        number = exact.get(form(text), also.get(form(text)))
        if number is None:
            raise Refusal("catalogue.item_unknown", say("“{name}” is no item of the catalogue.", name=text[:60]))
        return keys[number]

    return found


def _organisations(by: Account) -> Callable[[str], str]:
    """From what a list calls an organisation to its id, each looked up once."""
    known: dict[str, str] = {}

    def found(text: str) -> str:
        if text not in known:
            known[text] = organisation_called(text, by)
        return known[text]

    return found


def _needed(value: Any, field: str) -> Any:
    if value in (None, ""):
        raise Refusal(
            "catalogue.needed",
            say("The column “{heading}” is missing, and nothing was given for it.", heading=sheets.HEADINGS[field][0]),
            say("Fill it in for the whole file, or add the column."),
            field=field,
        )
    return value
