"""Local codes and imported lists, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from xinglin.exchange.catalogue.actions import imports, terms
from xinglin.exchange.catalogue.actions import mappings as actions
from xinglin.exchange.catalogue.dossiers.items import GROUP, KEEPERS
from xinglin.exchange.catalogue.models import Item, ItemMapping, ListImport
from xinglin.exchange.catalogue.queries import mappings as queries
from xinglin.exchange.catalogue.rules.mappings import MAPPERS
from xinglin.exchange.catalogue.words import ListKind
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.machine import roles
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say, unpacked


def _facts(row: ItemMapping, _actor: Actor) -> Sequence[Fact]:
    item = row.item
    return [
        Fact(say("Site"), row.site.name, links=("catalogue.site", row.site_id)),
        Fact(say("Code system"), row.local_system or None),
        Fact(say("Local code"), row.local_code),
        Fact(say("Local name"), row.local_name or None),
        Fact(say("Unit"), row.local_unit or None),
        Fact(say("Specimen"), row.local_specimen or None),
        Fact(say("Standard item"), str(item) if item else None, links=("catalogue.item", item.pk) if item else None),
        Fact(say("How sure (of 1000)"), row.score),
        Fact(say("Results that wait or came"), row.seen),
        Fact(say("Contradicts itself"), row.doubtful),
        Fact(say("Remark"), row.remark or None),
        Fact(say("Decided at"), row.decided_at),
    ]


def _sections(row: ItemMapping, _actor: Actor) -> Sequence[Section]:
    found = []
    if row.reasons:
        reasons = [[unpacked(reason)] for reason in row.reasons]
        found.append(Section(say("Why it is proposed"), [say("Reason")], reasons))
    if row.others:
        names = {one.number: one for one in Item.objects.filter(number__in=[number for number, _s in row.others])}
        rows = [[names[n].code, names[n].name_zh, names[n].name_en, s] for n, s in row.others if n in names]
        headings = [say("Item code"), say("Chinese name"), say("English name"), say("How near (of 1000)")]
        found.append(Section(say("What else came near"), headings, rows))
    return found


def _search(rows: QuerySet[ItemMapping], text: str) -> QuerySet[ItemMapping]:
    return rows.filter(
        Q(local_code__icontains=text) | Q(local_name__icontains=text) | Q(site__name__icontains=text)
        | Q(item__code__icontains=text) | Q(item__name_zh__icontains=text)
    )  # fmt: skip


register(Kind(
    name="catalogue.itemmapping", model=ItemMapping, key="mapping_id", label=say("Local code"),
    plural=say("Local codes"), visible=queries.mappings_for, mine=queries.own_mappings, title=str, facts=_facts,
    sections=_sections, search=_search,
    columns=[
        (say("Local code"), str), (say("Site"), lambda row: row.site.name),
        (say("Standard item"), lambda row: str(row.item) if row.item else None), (say("Waiting"), lambda row: row.seen),
    ],
    verbs=[
        Verb("confirm", actions.confirm_mapping, say("Confirm the mapping"), move="confirm"),
        Verb("reject", actions.reject_mapping, say("Reject the mapping"), move="reject", danger=True),
        Verb("reconsider", actions.reconsider_mapping, say("Look at it again"), move="reconsider"),
        Verb("confirm_several", actions.confirm_mappings, say("Confirm several at once"), roles=MAPPERS, opening=True),
    ],
    filters={"doubtful": (say("Contradicts itself"), bool)}, group=GROUP,
))  # fmt: skip

register(Kind(
    name="catalogue.listimport", model=ListImport, key="import_id", label=say("Imported list"),
    plural=say("Imported lists"), visible=queries.imports_for, title=str,
    facts=lambda run, _actor: [
        Fact(say("File"), run.file_name), Fact(say("Kind"), ListKind(run.kind)),
        Fact(say("Site"), run.site.name if run.site else None), Fact(say("Rows"), run.rows),
        Fact(say("New"), run.created), Fact(say("Changed"), run.changed), Fact(say("Unchanged"), run.unchanged),
        Fact(say("Refused"), len(run.refused)), Fact(say("When"), run.created_at),
    ],
    sections=lambda run, _actor: [
        Section(say("Refused rows"), [say("Row"), say("Why")], [list(one) for one in queries.refusals_of(run)])
    ] if run.refused else [],
    columns=[
        (say("File"), str), (say("Kind"), lambda run: ListKind(run.kind)), (say("Rows"), lambda run: run.rows),
        (say("New"), lambda run: run.created), (say("Refused"), lambda run: len(run.refused)),
    ],
    verbs=[
        Verb("codes", imports.import_codes, say("Import a site's local codes"), roles=MAPPERS, opening=True),
        Verb("marks", imports.import_grants, say("Import HR marks"), roles=KEEPERS, opening=True),
        Verb("windows", imports.import_windows, say("Import how long results count"), roles=KEEPERS, opening=True),
        Verb("prices", imports.import_prices, say("Import prices"), roles=roles(*terms.PRICERS), opening=True),
    ],
    filters={"kind": (say("Kind"), ListKind)}, group=GROUP,
))  # fmt: skip
