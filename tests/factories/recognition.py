"""Facts for the tests of recognition: a small catalogue, results of it, and who may see them. All invented (示例)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from xinglin.exchange.catalogue.rules.snapshot import GrantFacts, ItemFacts, PriceFacts, SiteFacts, Snapshot, Window
from xinglin.exchange.consent.rules.access import Access
from xinglin.exchange.consent.words import Ground
from xinglin.exchange.recognition.rules.answer import Facts, ResultRow
from xinglin.kernel.clock import ZONE

AT = datetime(2026, 11, 22, 10, tzinfo=ZONE)
HERE, NEAR, FAR, OWN_ALLIANCE = 1, 2, 3, 4
POTASSIUM, SODIUM, CT, HIV, GAS, HBSAG, ELECTROLYTES, URINE, OFF = 11, 12, 21, 31, 41, 51, 61, 13, 14
TREATING = Access(Ground.TREATING, "r1", True, True, HERE)
CONSENTED = Access(Ground.CONSENT, "c1", False, True, HERE)
OWN_ONLY = Access(None, "", False, True, HERE)


def item(number: int, **more: Any) -> ItemFacts:
    fields = {"code": f"X{number}", "name_zh": f"示例{number}", "name_en": f"Example {number}", "kind": "laboratory",
              "category": "检验", "group": "示例", **more}  # fmt: skip
    return ItemFacts(number=number, **fields)


def snapshot(**more: Any) -> Snapshot:
    """Four sites (two in Guangzhou, one in Foshan, one with an alliance) and nine items, one of them a panel."""
    items = {
        one.number: one
        for one in (
            item(POTASSIUM, specimen="blood", loinc="2823-3"), item(SODIUM, specimen="blood"),
            item(CT, kind="examination", modality="CT", body_part="chest", radiation_usv=7000, wait_days=3),
            item(HIV, treating_only=True), item(GAS, always_repeat=True), item(HBSAG, before_operation=True),
            item(ELECTROLYTES, specimen="blood"), item(URINE, specimen="urine"), item(OFF, enabled=False),
        )
    }  # fmt: skip
    sites = {
        HERE: SiteFacts(HERE, "here", "示例一院", "440100", frozenset({"a1"})),
        NEAR: SiteFacts(NEAR, "near", "示例二院", "440100"),
        FAR: SiteFacts(FAR, "far", "示例佛山医院", "440600"),
        OWN_ALLIANCE: SiteFacts(OWN_ALLIANCE, "ally", "示例联盟医院", "440600", frozenset({"a1"})),
    }
    windows = {(number, ""): (window(7),) for number in items}
    windows[CT, ""] = (window(30, basis="exam_time"),)
    windows[HBSAG, ""] = (window(90),)
    marks = {(number, NEAR): (grant(),) for number in items}
    prices = {(number, HERE, ""): (price(number * 100),) for number in items}
    fields = {"version": 1, "items": items, "by_code": {one.code: n for n, one in items.items()},
              "by_loinc": {one.loinc: n for n, one in items.items() if one.loinc}, "sites": sites,
              "panels": {ELECTROLYTES: (POTASSIUM, SODIUM)}, "windows": windows, "marks": marks,
              "prices": prices, **more}  # fmt: skip
    return Snapshot(**fields)


def window(days: int, **more: Any) -> Window:
    fields = {"basis": "specimen_time", "enabled": True, "valid_from": date(2020, 1, 1), "valid_to": None,
              "region": "", "source": "示例", **more}  # fmt: skip
    return Window(days=days, **fields)


def grant(scope: str = "440100", **more: Any) -> GrantFacts:
    fields = {"id": "g1", "valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31), "suspended_from": None,
              "programme": "示例质评", **more}  # fmt: skip
    return GrantFacts(scope=scope, **fields)


def price(fen: int, **more: Any) -> PriceFacts:
    fields = {"valid_from": date(2020, 1, 1), "valid_to": None, "price_list": "示例价目2026", "region": "",
              "site": HERE, **more}  # fmt: skip
    return PriceFacts(price_fen=fen, **fields)


def row(number: int = POTASSIUM, *, days: float = 1, site: int = NEAR, status: int = 1, flags: int = 0,
        key: int = 1, lag: float = 0.1) -> ResultRow:  # fmt: skip
    """A result made `days` before AT and reported `lag` days later (never after AT)."""
    made = AT - timedelta(days=days)
    return ResultRow(number, made, min(AT, made + timedelta(days=lag)), site, status, flags, key)


def facts(*rows: Any, items: tuple[int, ...] = (POTASSIUM,), **more: Any) -> Facts:
    fields = {"snapshot": snapshot(), "site": HERE, "at": AT, "access": TREATING, **more}
    return Facts(items=items, rows=rows, **fields)


def changed(one: Snapshot, number: int, **more: Any) -> Snapshot:
    """The snapshot with one item changed."""
    return replace(one, items={**one.items, number: replace(one.items[number], **more)})


# What follows needs the database.


def stored_result(patient: int, item_number: int, *, site: int, made: datetime, reported: datetime | None = None,
                  status: int = 1, flags: int = 0, report: int = 0, **more: Any) -> Any:  # fmt: skip
    """A result as intake keeps it."""
    from xinglin.exchange.intake.models import Result

    number = Result.objects.count() + 1
    fields = {"number": "4.2", "unit": "mmol/L", **more}
    return Result.objects.create(
        patient=patient, item=item_number, effective_at=made, reported_at=reported or made, site=site, status=status,
        flags=flags, report=report, source_id=f"E{number}", digest=bytes(16), **fields,
    )  # fmt: skip


class World:
    """Two hospitals of Guangzhou, one of Foshan; one resident with a record at each; a doctor at the first."""

    def __init__(self) -> None:
        from tests.factories import catalogue, consent

        from xinglin.exchange.identity.models import Patient

        self.catalogue = catalogue.small()
        self.here, self.near, self.far = self.catalogue.first, self.catalogue.second, self.catalogue.neighbour
        self.person = consent.person(self.here, self.near, self.far)
        records = Patient.objects.filter(person_id=self.person)
        self.patients = {row.site: row.pk for row in records}
        self.patient = self.patients[self.here.number]
        self.doctor = consent.doctor(self.here, name="doctor_here")
        self.system = consent.system(self.here)
        self.stranger = consent.doctor(self.near, name="doctor_near")
        self.visit = consent.visit(self.person, self.here, self.doctor.pk).visit

    def result(self, item_number: int = 2, *, days: float = 1, site: Any = None, **more: Any) -> Any:
        from xinglin.kernel import clock

        place = site or self.near
        return stored_result(self.patients[place.number], item_number, site=place.number,
                             made=clock.now() - timedelta(days=days), **more)  # fmt: skip

    def ask(self, *items: int, account: Any = None, **more: Any) -> Any:
        from xinglin.exchange.recognition.queries.order import at_order
        from xinglin.kernel import clock

        fields = {"site": self.here.number, "at": clock.now(), "patient": self.patient, **more}
        return at_order(items=list(items), account=account or self.doctor, **fields)

    def remind(self, *items: int, visit: str = "", doctor: str = "", **more: Any) -> list[Any]:
        """Ask, and keep what must or may be recognised as reminders; returns the decisions."""
        from xinglin.exchange.recognition.actions.reminders import Shown, remind
        from xinglin.exchange.recognition.models import Decision
        from xinglin.exchange.recognition.rules.answer import worth_showing

        found = self.ask(*items)
        shown = [
            Shown(one, self.patient, found.person, self.here.number, visit or self.visit, doctor or self.doctor.pk,
                  found.snapshot, **more)
            for one in worth_showing(found.items)
        ]  # fmt: skip
        kept = remind(shown=shown, by=self.doctor)
        return list(Decision.objects.filter(pk__in=[one.decision for one in kept.values()]).order_by("item"))
