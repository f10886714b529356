"""Loading the standard items, and switching items and levels off and on. Every change is a published version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from importlib import resources
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Max

from xinglin.exchange.catalogue.models import (
    CatalogueState,
    CatalogueVersion,
    DisabledLevel,
    Item,
    Panel,
    RecognitionRule,
)
from xinglin.exchange.catalogue.rules import standard as rules
from xinglin.exchange.catalogue.words import Basis, ItemKind
from xinglin.kernel import ledger, notices, permits
from xinglin.kernel.asks import Ask, Line, ref
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role

KEEPERS = (Role.SECRETARIAT, Role.STEWARD)
STANDARD = "standard"
SHIPPED = "杏林标准项目目录 / Xinglin standard items"
Reason = Annotated[str, Ask("line", longest=200)]
Level = Annotated[str, Ask("line", help=say("For example chemistry, lipids, ct; empty means the whole category."))]


def _shipped() -> rules.Standard:
    folder = resources.files("xinglin.exchange.catalogue") / "data"
    items, panels = (
        (folder / name).read_text("utf-8").splitlines() for name in ("standard_items.csv", "standard_panels.csv")
    )
    return rules.read(items, panels)


@transaction.atomic
def load_standard(*, by: Account) -> CatalogueVersion:
    """Load the standard items this release brings: items, panels, default windows. Loading twice changes nothing.

    Publishes a version that names what was added, changed, withdrawn and brought back; without a change the last
    version is returned. Windows somebody set are left alone. Raises a Refusal to those who may not, and when an
    item of the alliance's own already carries a standard code or number.
    """
    _require_keeper(by)
    CatalogueState.lock()
    wanted = _shipped()
    _refuse_taken(wanted)
    columns = ("code", "enabled_now", *next(iter(wanted.items.values())))
    stored = {item.code: _row(item, columns) for item in Item.objects.filter(origin=STANDARD)}
    changes = rules.compare(stored, wanted.items)
    _write(wanted, changes)
    windows = _set_windows(wanted)
    if not changes and not windows and (last := CatalogueVersion.objects.order_by("-number").first()) is not None:
        return last
    return _publish(changes, source=SHIPPED, by=by)


def _row(item: Item, columns: Iterable[str]) -> dict[str, Any]:
    found = {name: getattr(item, name) for name in columns if name != "enabled_now"}
    return {**found, "enabled": not item.withdrawn}


def _refuse_taken(wanted: rules.Standard) -> None:
    numbers = [row["number"] for row in wanted.items.values()]
    own = Item.objects.exclude(origin=STANDARD)
    taken = own.filter(code__in=list(wanted.items)).first() or own.filter(number__in=numbers).first()
    if taken is not None:
        raise Refusal(
            "catalogue.code_taken",
            say("The item {code} of your own has a code or number of the standard list.", code=taken.code),
            say("Give your own items codes that do not begin with LAB- or IMG-, and numbers from 10,000."),
        )


def _write(wanted: rules.Standard, changes: rules.Changes) -> None:
    Item.objects.bulk_create(Item(**wanted.items[code], origin=STANDARD) for code in changes.added)
    for code, columns in changes.changed.items():
        Item.objects.filter(code=code).update(**{name: wanted.items[code][name] for name in columns})
    Item.objects.filter(code__in=changes.disabled).update(withdrawn=True)
    Item.objects.filter(code__in=changes.enabled).update(withdrawn=False)
    keys = dict(Item.objects.values_list("code", "pk"))
    pairs = {(keys[panel], keys[code]) for panel, codes in wanted.panels.items() for code in codes}
    panels = Panel.objects.filter(panel__origin=STANDARD)
    known = {(row.panel_id, row.member_id): row.pk for row in panels}
    panels.filter(pk__in=[key for pair, key in known.items() if pair not in pairs]).delete()
    Panel.objects.bulk_create(Panel(panel_id=panel, member_id=code) for panel, code in sorted(pairs - set(known)))


def _set_windows(wanted: rules.Standard) -> int:
    """The default window of each item, everywhere; one set by people stays. Returns how many are new."""
    items = {item.code: item for item in Item.objects.filter(code__in=list(wanted.windows))}
    newest: dict[str, RecognitionRule] = {}
    for rule in RecognitionRule.objects.filter(region="", item__in=items.values()).order_by("valid_from"):
        newest[rule.item_id] = rule
    made, day = [], today()
    for code, (days, key) in wanted.windows.items():
        item, source = items[code], rules.SOURCES[key]
        before = newest.get(item.pk)
        since = rules.SINCE
        if before is not None:
            ours = before.source in rules.SOURCES.values()
            if not ours or before.window_days == days or before.valid_to is not None or before.valid_from >= day:
                continue
            before.valid_to = day - timedelta(days=1)
            before.save(update_fields=["valid_to"])
            since = day
        basis = Basis.EXAM_TIME if item.kind == ItemKind.EXAMINATION else Basis.SPECIMEN_TIME
        made.append(
            RecognitionRule(item=item, region="", window_days=days, basis=basis, valid_from=since, source=source)
        )
    RecognitionRule.objects.bulk_create(made)
    return len(made)


def _publish(changes: rules.Changes, *, source: str, by: Account) -> CatalogueVersion:
    """Number and publish a version, tell those who map and keep items, and wake every process's snapshot."""
    last = CatalogueVersion.objects.aggregate(last=Max("number"))["last"] or 0
    version = CatalogueVersion.objects.create(
        number=last + 1, published_on=today(), source=source, added=changes.added, changed=changes.changed,
        disabled=changes.disabled, enabled=changes.enabled, published_by=by.pk,
        items=Item.objects.filter(enabled=True, withdrawn=False).count(),
    )  # fmt: skip
    CatalogueState.move_on()
    data = {"number": version.number, "items": version.items, "added": len(changes.added),
            "changed": len(changes.changed), "disabled": len(changes.disabled),
            "enabled": len(changes.enabled)}  # fmt: skip
    ledger.record("catalogue.version_published", by=by, subject=version, data=data)
    told = [one for one in notices.holders(*KEEPERS, Role.LABORATORY) if one.pk != by.pk]
    notices.tell(
        told, "catalogue.version_published",
        say("Version {number} of the catalogue is published: {added} added, {changed} changed, {disabled} disabled.",
            number=version.number, added=len(changes.added), changed=len(changes.changed),
            disabled=len(changes.disabled)),
        subject=version,
    )  # fmt: skip
    return version


@transaction.atomic
def disable_item(*, item_id: str, reason: Reason, by: Account) -> Item:
    """Switch an item off: no new matches, history stays. Published as a version."""
    return _switch_item(item_id, False, reason, by)


@transaction.atomic
def enable_item(*, item_id: str, reason: Reason, by: Account) -> Item:
    """Switch an item on again."""
    return _switch_item(item_id, True, reason, by)


def _switch_item(item_id: str, on: bool, reason: str, by: Account) -> Item:
    _require_keeper(by)
    CatalogueState.lock()
    item = Item.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise absent()
    if item.enabled == on:
        raise _as_it_is()
    item.enabled = on
    item.save(update_fields=["enabled"])
    changes = rules.Changes(enabled=[item.code]) if on else rules.Changes(disabled=[item.code])
    _publish(changes, source=reason, by=by)
    ledger.record("catalogue.item_switched", by=by, subject=item, data={"on": on, "reason": reason})
    return item


@transaction.atomic
def disable_level(*, category: Line, group: Level | None = None, reason: Reason, by: Account) -> DisabledLevel:
    """Switch a whole category off, or one of its groups: no new matches of anything below, history stays."""
    _require_keeper(by)
    CatalogueState.lock()
    group = group or ""
    below = Item.objects.filter(category=category, **({"group": group} if group else {}))
    if not below.exists():
        raise Refusal(
            "catalogue.level",
            say("There is no such level in the catalogue."),
            say("Choose a category and a group that items have."),
            field="category",
        )
    if DisabledLevel.objects.filter(category=category, group=group, until=None).exists():
        raise _as_it_is()
    level = DisabledLevel.objects.create(category=category, group=group, since=today(), reason=reason)
    _publish(rules.Changes(disabled=sorted(below.values_list("code", flat=True))), source=reason, by=by)
    ledger.record("catalogue.level_switched", by=by, subject=level, data={"on": False, "reason": reason})
    return level


@transaction.atomic
def enable_level(*, level_id: ref("catalogue.disabledlevel"), reason: Reason, by: Account) -> DisabledLevel:
    """Switch a level on again; items that were switched off themselves stay off."""
    _require_keeper(by)
    CatalogueState.lock()
    level = DisabledLevel.objects.select_for_update().filter(pk=level_id).first()
    if level is None:
        raise absent()
    if level.until is not None:
        raise _as_it_is()
    level.until = today()
    level.save(update_fields=["until"])
    below = Item.objects.filter(category=level.category, **({"group": level.group} if level.group else {}))
    _publish(rules.Changes(enabled=sorted(below.values_list("code", flat=True))), source=reason, by=by)
    ledger.record("catalogue.level_switched", by=by, subject=level, data={"on": True, "reason": reason})
    return level


@transaction.atomic
def add_item(
    *,
    code: Annotated[str, Ask("line", longest=40)],
    name_zh: Annotated[str, Ask("line", longest=120)],
    name_en: Annotated[str, Ask("line", longest=160)],
    kind: ItemKind,
    category: Annotated[str, Ask("line", longest=60)],
    group: Annotated[str, Ask("line", longest=60)],
    specimen: Annotated[str, Ask("line", longest=40)] | None = None,
    body_part: Annotated[str, Ask("line", longest=60)] | None = None,
    modality: Annotated[str, Ask("line", longest=8)] | None = None,
    unit: Annotated[str, Ask("line", longest=30)] | None = None,
    aliases: list[str] | None = None,
    by: Account,
) -> Item:
    """Add an item of the alliance's own to the catalogue; its number is the next from 10,000."""
    _require_keeper(by)
    CatalogueState.lock()
    if Item.objects.filter(code=code).exists() or code.startswith(("LAB-", "IMG-")):
        raise Refusal(
            "catalogue.code",
            say("The code {code} is taken, or reserved for the standard list.", code=code),
            say("Choose another code, for example one that begins with the city's name."),
            field="code",
        )
    last = Item.objects.filter(number__gte=OWN_NUMBERS).aggregate(last=Max("number"))["last"] or OWN_NUMBERS - 1
    fields: Mapping[str, Any] = {"specimen": specimen, "body_part": body_part, "modality": modality, "unit": unit}
    item = Item.objects.create(
        number=last + 1, code=code, name_zh=name_zh, name_en=name_en, kind=kind, category=category, group=group,
        aliases=aliases or [], **{name: value or "" for name, value in fields.items()},
    )  # fmt: skip
    _publish(rules.Changes(added=[code]), source=str(by), by=by)
    ledger.record("catalogue.item_added", by=by, subject=item, data={"code": code, "number": item.number})
    return item


OWN_NUMBERS = 10_000


def _require_keeper(by: Account) -> None:
    if not permits.is_the_program(by):
        permits.require(by, *KEEPERS)


def _as_it_is() -> Refusal:
    return Refusal("catalogue.as_it_is", say("It is so already."), say("Reload the page."))
