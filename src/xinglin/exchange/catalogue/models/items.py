"""Standard items on three levels, panels, the numbers of sites, and how local codes map to items."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from xinglin.exchange.catalogue.rules.mappings import MAPPING_MOVES
from xinglin.exchange.catalogue.rules.proposing import SURE
from xinglin.exchange.catalogue.words import ItemKind, ListKind, Sensitivity
from xinglin.kernel.models import Dossier, Stored
from xinglin.kernel.words import Privacy, Scope


class Site(Stored):
    """An organisation as the exchange counts it: millions of results carry the small number, not the long id.

    `organisation_id` is an id of the roster, without a foreign key: results outlive the register's own edits.
    `region` is the city's GB/T 2260 code (six digits, ending in 00), copied when the site is opened.
    """

    CLASSES: ClassVar = {
        **Stored.CLASSES, "number": Privacy.PUBLIC, "organisation_id": Privacy.PUBLIC, "name": Privacy.PUBLIC,
        "region": Privacy.PUBLIC,
    }  # fmt: skip

    number = models.SmallIntegerField(unique=True)
    organisation_id = models.CharField(max_length=26, unique=True)
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=6, blank=True)

    def __str__(self) -> str:
        return self.name

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]


class Item(Stored):
    """A standard item: category, group, item (domain 2.5). `number` is what results carry."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(
            ("number", "code", "name_zh", "name_en", "kind", "category", "group", "specimen", "body_part", "modality",
             "method", "unit", "loinc", "stability", "large_equipment", "radiation_usv", "critical_low",
             "critical_high", "critical_source", "sensitivity", "enabled", "before_operation", "always_repeat",
             "wait_days", "aliases", "origin", "withdrawn", "molar_mass", "molar_source"),
            Privacy.PUBLIC,
        ),
    }  # fmt: skip

    number = models.IntegerField(unique=True)
    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    # Abbreviations and other names laboratories use; what a local list is compared with.
    aliases = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    kind = models.CharField(max_length=12, choices=ItemKind.choices())
    category = models.CharField(max_length=60)
    group = models.CharField(max_length=60)
    specimen = models.CharField(max_length=40, blank=True)
    body_part = models.CharField(max_length=60, blank=True)
    modality = models.CharField(max_length=8, blank=True)
    method = models.CharField(max_length=80, blank=True)
    # UCUM; what values of this item are kept in.
    unit = models.CharField(max_length=30, blank=True)
    loinc = models.CharField(max_length=12, blank=True, db_index=True)
    stability = models.CharField(max_length=40, blank=True)
    large_equipment = models.BooleanField(default=False)
    # Effective dose an examination avoided would have given, micro-sievert; 0 where there is none.
    radiation_usv = models.PositiveIntegerField(default=0)
    # Usual waiting days for an appointment; 0 where there is none.
    wait_days = models.PositiveSmallIntegerField(default=0)
    critical_low = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    critical_high = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    # Where the critical limits come from; shipped ones are examples, the laboratory's own list prevails.
    critical_source = models.CharField(max_length=200, blank=True)
    # g/mol, for what is also given as a mass (mg/dL); empty where the two never meet, and where it comes from.
    molar_mass = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    molar_source = models.CharField(max_length=120, blank=True)
    sensitivity = models.CharField(max_length=16, choices=Sensitivity.choices(), default=Sensitivity.NORMAL)
    # Never accepted as a substitute before an operation, transfusion or endoscopy (reason 03).
    before_operation = models.BooleanField(default=False)
    # Shown, never recognised (point-of-care, blood gas; blood group before transfusion).
    always_repeat = models.BooleanField(default=False)
    # Disabled by a person; blocks new matches, never history. A level above it may be disabled too.
    enabled = models.BooleanField(default=True)
    # Left out of the standard list that is loaded; counts like disabled, and a later list may bring it back.
    withdrawn = models.BooleanField(default=False)
    # "standard" for what the shipped list brought, "" for what the alliance added itself.
    origin = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes = (models.Index(fields=["category", "group"]),)
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class Panel(Stored):
    """A panel ordered as one item; its members are reported one by one."""

    CLASSES: ClassVar = {**Stored.CLASSES, "panel": Privacy.PUBLIC, "member": Privacy.PUBLIC}

    panel = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="members")
    member = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="panels")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["panel", "member"], name="panel_member_once"),
            models.CheckConstraint(condition=~Q(panel=models.F("member")), name="panel_not_its_own_member"),
        )

    def __str__(self) -> str:
        return f"{self.panel.code} / {self.member.code}"


class ItemMapping(Dossier):
    """A site's own code and the standard item it means. Proposed by the machine, confirmed by a person."""

    MACHINE = MAPPING_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(
            ("site", "local_system", "local_code", "local_name", "local_unit", "local_specimen", "item", "score",
             "reasons", "others", "doubtful", "seen", "remark", "decided_by", "decided_at"),
            Privacy.ALLIANCE,
        ),
    }  # fmt: skip

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="mappings")
    local_system = models.CharField(max_length=120, blank=True)
    local_code = models.CharField(max_length=80)
    local_name = models.CharField(max_length=200, blank=True)
    local_unit = models.CharField(max_length=40, blank=True)
    local_specimen = models.CharField(max_length=60, blank=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, blank=True, related_name="mappings")
    # 0 to 1000, how sure the proposal is; reasons are packed phrases.
    score = models.PositiveSmallIntegerField(default=0)
    reasons = models.JSONField(default=list, blank=True)
    # [[item's number, score], …]: what else came near; what a person may choose instead.
    others = models.JSONField(default=list, blank=True)
    # Name and abbreviation say different things: confirmed one by one, never together with others.
    doubtful = models.BooleanField(default=False)
    # How many results wait for this mapping.
    seen = models.PositiveIntegerField(default=0)
    remark = models.CharField(max_length=300, blank=True)
    decided_by = models.CharField(max_length=26, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["site", "local_system", "local_code"], name="local_code_once"),
            models.CheckConstraint(condition=~Q(stage="confirmed") | ~Q(item=None), name="confirmed_mapping_has_item"),
            models.CheckConstraint(
                condition=~Q(stage="confirmed") | ~Q(decided_at=None), name="confirmed_mapping_was_decided"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by="") | (Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="mapping_decided_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.local_code} {self.local_name}".strip()

    def scopes(self) -> list[Scope]:
        return self.site.scopes()

    @property
    def sure(self) -> bool:
        """Whether it may be confirmed together with others."""
        return self.stage == "proposed" and self.item_id is not None and self.score >= SURE and not self.doubtful


class ListImport(Stored):
    """A list that was brought in from a file: how many rows were taken, and which were refused, with the reasons."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(
            ("kind", "site", "file_name", "rows", "created", "changed", "unchanged", "refused", "imported_by"),
            Privacy.ALLIANCE,
        ),
    }  # fmt: skip

    kind = models.CharField(max_length=8, choices=ListKind.choices())
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="imports")
    file_name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    created = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    # [{"row": n, "reason": packed phrase}, …], the first thousand.
    refused = models.JSONField(default=list)
    imported_by = models.CharField(max_length=26)

    def __str__(self) -> str:
        return self.file_name

    def scopes(self) -> list[Scope]:
        return self.site.scopes() if self.site is not None else []


class DisabledLevel(Stored):
    """A category, or one of its groups, switched off from a day on: no new matches of anything below it."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(("category", "group", "since", "until", "reason"), Privacy.PUBLIC),
    }  # fmt: skip

    category = models.CharField(max_length=60)
    # "" is the whole category.
    group = models.CharField(max_length=60, blank=True)
    since = models.DateField()
    # The day it counts again; None while it is switched off.
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["category", "group"], condition=Q(until=None), name="level_off_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=models.F("since")), name="level_off_period"),
        )

    def __str__(self) -> str:
        return f"{self.category} / {self.group}".removesuffix(" / ")
