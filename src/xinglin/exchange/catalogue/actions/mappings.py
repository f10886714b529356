"""A local code's way to a standard item: seen, proposed, confirmed by a person of the laboratory or the steward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from django.db import transaction

from xinglin.exchange.catalogue.models import CatalogueState, Item, ItemMapping, Site
from xinglin.exchange.catalogue.queries import mappings as queries
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.catalogue.rules.mappings import MAPPERS
from xinglin.exchange.catalogue.rules.proposing import LOINC, LocalCode, Proposal, propose_all
from xinglin.exchange.catalogue.words import MappingStage
from xinglin.kernel import jobs, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Yes, ref
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import packed, say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import AccountKind

Remark = Annotated[str, Ask("line", longest=300)]
# Whoever holds waiting results registers a task of this name; it is asked for after every confirmation.
REMAP = "intake.remap"
# Proposals written with one statement.
BATCH = 500


@transaction.atomic
def propose(*, site: int, seen: Sequence[LocalCode], by: Account) -> int:
    """Queue codes of a site (its number) that no table knows, each with what the machine makes of it.

    Codes that were seen before only count further; an open proposal is made again with what is known now. Nothing
    is ever confirmed here. Returns how many codes are new. LOINC codes of the catalogue need no desk and are left out.
    """
    place = Site.objects.filter(number=site).first()
    if place is None:
        raise Refusal("catalogue.site", say("There is no site of this number."), say("Open the site first."))
    if not permits.is_the_program(by):
        permits.require(by, *MAPPERS, scopes=place.scopes())
    now_known = current()
    codes = _merged([one for one in seen if not (one.system == LOINC and one.code in now_known.by_loinc)])
    if not codes:
        return 0
    proposals = propose_all(now_known.items.values(), codes)
    keys = dict(Item.objects.values_list("number", "pk"))
    # Deliveries of one site that bring the same new code at once queue on the site.
    Site.objects.select_for_update().get(pk=place.pk)
    known = {
        (row.local_system, row.local_code): row
        for row in ItemMapping.objects.filter(site=place, local_code__in=[one.code for one in codes])
    }
    fresh, again = [], []
    for one, proposal in zip(codes, proposals, strict=True):
        row = known.get((one.system, one.code))
        if row is None:
            fresh.append(_new(place, one, proposal, keys, by))
        else:
            again.append(_seen_again(row, one, proposal, keys))
    ItemMapping.objects.bulk_create(fresh, batch_size=BATCH)
    ItemMapping.objects.bulk_update(
        again, ["seen", "local_name", "local_unit", "local_specimen", "item", "score", "reasons", "others", "doubtful"],
        batch_size=BATCH,
    )  # fmt: skip
    if fresh:
        ledger.record("catalogue.codes_seen", by=by, subject=place, data={"codes": len(fresh)})
        notices.tell(
            notices.holders(*MAPPERS, scopes=place.scopes()), "catalogue.codes_seen",
            say("{count} local codes of {site} wait for their standard item.", count=len(fresh), site=place.name),
            subject=place, once=f"catalogue.codes:{place.pk}:{now().date().isoformat()}",
        )  # fmt: skip
    return len(fresh)


def _merged(seen: Sequence[LocalCode]) -> list[LocalCode]:
    """One entry per (system, code), counts added; columns too long for the table are cut."""
    found: dict[tuple[str, str], LocalCode] = {}
    for one in seen:
        key = (one.system[:120], one.code[:80])
        before = found.get(key)
        found[key] = LocalCode(
            *key,
            (one.name or (before.name if before else ""))[:200],
            (one.unit or (before.unit if before else ""))[:40],
            (one.specimen or (before.specimen if before else ""))[:60],
            one.count + (before.count if before else 0),
        )
    return list(found.values())


def _new(place: Site, one: LocalCode, proposal: Proposal, keys: dict[int, str], by: Account) -> ItemMapping:
    row = ItemMapping(
        site=place, local_system=one.system, local_code=one.code, local_name=one.name, local_unit=one.unit,
        local_specimen=one.specimen, seen=one.count, created_by=by.pk, stage=MappingStage.PROPOSED,
    )  # fmt: skip
    row.due_on = lifecycle.deadline(row)
    _put(row, proposal, keys)
    return row


def _seen_again(row: ItemMapping, one: LocalCode, proposal: Proposal, keys: dict[int, str]) -> ItemMapping:
    row.seen += one.count
    if row.stage == MappingStage.PROPOSED:
        row.local_name, row.local_unit = one.name or row.local_name, one.unit or row.local_unit
        row.local_specimen = one.specimen or row.local_specimen
        _put(row, proposal, keys)
    return row


def _put(row: ItemMapping, proposal: Proposal, keys: dict[int, str]) -> None:
    row.item_id = keys[proposal.item] if proposal.item is not None else None
    row.score, row.doubtful = proposal.score, proposal.doubtful
    row.reasons = [packed(reason) for reason in proposal.reasons]
    row.others = [[number, score] for number, score in proposal.others if number in keys]


@transaction.atomic
def confirm_mapping(
    *,
    mapping_id: str,
    item_id: ref("catalogue.item") | None = None,
    remark: Remark | None = None,
    identical: Yes = False,
    by: Account,
) -> ItemMapping:
    """Confirm that a local code means the proposed item, or another one chosen here. A person does this, no program.

    `identical` confirms the same for codes of other sites that wait with the very same system, code, name, unit and
    specimen, as far as this person may decide there.
    """
    row = lifecycle.take(ItemMapping, mapping_id)
    _require_person(by)
    item = row.item if item_id is None else Item.objects.filter(pk=item_id).first()
    if item is None:
        raise Refusal(
            "catalogue.no_item",
            say("No item is proposed for this code."),
            say("Choose the item it means, or reject the code."),
            field="item_id",
        )
    if not item.enabled or item.withdrawn:
        raise Refusal("catalogue.item_off", say("This item is switched off."), say("Choose another."), field="item_id")
    _confirm(row, item, remark, chosen=item_id is not None, by=by)
    if identical:
        for other in queries.identical_to(row).select_for_update(of=("self",)):
            if permits.holds(by, *MAPPERS, scopes=other.scopes()):
                _confirm(other, item, remark, chosen=True, by=by)
    return row


def _confirm(row: ItemMapping, item: Item, remark: str | None, *, chosen: bool, by: Account) -> None:
    _decide(row, "confirm", remark, by, item=item)
    data = {"code": row.local_code, "item": item.code, "chosen": chosen}
    ledger.record("catalogue.mapping_confirmed", by=by, subject=row, data=data)
    _wake(row.site, by)


@transaction.atomic
def confirm_mappings(*, site_id: ref("catalogue.site"), mapping_ids: list[str], by: Account) -> Site:
    """Confirm several proposals of one site in one step: only such as are sure and free of doubt.

    All or none: one that is not sure, or was decided meanwhile, refuses the whole step and is named.
    """
    _require_person(by)
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise absent()
    rows = list(ItemMapping.objects.select_for_update(of=("self",)).select_related("item")
                .filter(pk__in=mapping_ids, site=site).order_by("pk"))  # fmt: skip
    if len(rows) != len(set(mapping_ids)):
        raise absent()
    for row in rows:
        if not row.sure:
            raise Refusal(
                "catalogue.not_sure",
                say("“{code}” is not sure enough to be confirmed together with others.", code=str(row)),
                say("Look at it by itself."),
                field="mapping_ids",
            )
        _decide(row, "confirm", None, by, item=row.item)
        ledger.record("catalogue.mapping_confirmed", by=by, subject=row,
                      data={"code": row.local_code, "item": row.item.code if row.item else "",
                            "chosen": False})  # fmt: skip
    if rows:
        _wake(site, by)
    return site


@transaction.atomic
def reject_mapping(*, mapping_id: str, remark: Remark | None = None, by: Account) -> ItemMapping:
    """Say that a code means nothing in the catalogue; results of it stay as they are and count nowhere else."""
    row = lifecycle.take(ItemMapping, mapping_id)
    _require_person(by)
    confirmed = row.stage == MappingStage.CONFIRMED
    _decide(row, "reject", remark, by, item=row.item)
    ledger.record("catalogue.mapping_rejected", by=by, subject=row, data={"code": row.local_code})
    if confirmed:
        _wake(row.site, by)
    return row


@transaction.atomic
def reconsider_mapping(*, mapping_id: str, by: Account) -> ItemMapping:
    """Take a decision back: the code waits again, and its results no longer count as the item's."""
    row = lifecycle.take(ItemMapping, mapping_id)
    _require_person(by)
    confirmed = row.stage == MappingStage.CONFIRMED
    row.decided_at, row.decided_by = None, ""
    lifecycle.step(row, "reconsider", by=by)
    ledger.record("catalogue.mapping_reopened", by=by, subject=row, data={"code": row.local_code})
    if confirmed:
        _wake(row.site, by)
    return row


def _require_person(by: Account) -> None:
    """The machine proposes; whatever confirms is a person (domain 2.5, and no program's token either)."""
    if by.kind == AccountKind.PROGRAM:
        raise Refusal(
            "catalogue.person_decides",
            say("What a local code means is decided by a person, not by a program."),
            say("Let somebody of the laboratory, or the data steward, sign in and decide."),
        )


def _decide(row: ItemMapping, move: str, remark: str | None, by: Account, *, item: Item | None) -> None:
    row.item, row.decided_at, row.decided_by = item, now(), by.pk
    row.remark = remark or row.remark
    lifecycle.step(row, move, by=by)


def _wake(site: Site, by: Account) -> None:
    """Results that wait are mapped in the background; processes that hold the catalogue hear of it."""
    CatalogueState.move_on()
    if REMAP in jobs.TASKS:
        jobs.ask(REMAP, by=permits.the_program(), arguments={"site": site.number})
