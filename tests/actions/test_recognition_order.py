"""The order-entry question in SQL gives what a plain reading of the rules gives, on histories Hypothesis invents."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.factories import catalogue as factory
from tests.factories import consent as consents
from tests.factories.plain_reading import plain_answer
from tests.factories.recognition import World, stored_result

from xinglin.exchange.catalogue.queries import snapshot as held
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.consent.actions import wishes
from xinglin.exchange.consent.models import Relation
from xinglin.exchange.consent.queries.access import may_see
from xinglin.exchange.consent.words import Ground, Purpose, WishKind
from xinglin.exchange.identity.models import IndexPerson, Patient
from xinglin.exchange.intake.models import Result
from xinglin.exchange.recognition.queries import order
from xinglin.exchange.recognition.rules.answer import Facts, ResultRow
from xinglin.exchange.recognition.words import Occasion, Standing
from xinglin.kernel import clock
from xinglin.kernel.clock import ZONE
from xinglin.kernel.prepared import Prepared

AT = datetime(2026, 11, 22, 10, tzinfo=ZONE)
ASKED = (1, 2, 8, 9, 10, 11, 12)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(held, "CHECK_EVERY", 0)
    held.forget()
    yield
    held.forget()


@pytest.fixture
def world(db: None) -> World:
    return World()


def plainly(patient: int, items: Any, site: int, at: datetime, account: Any, occasion: Any) -> Any:
    """The same question by reading every row in Python."""
    person = Patient.objects.get(pk=patient).person_id
    linked = set(Patient.objects.filter(person_id=person).values_list("pk", flat=True))
    rows = [
        ResultRow(one.item, one.effective_at, one.reported_at, one.site, one.status, one.flags, one.pk)
        for one in Result.objects.all() if one.patient in linked
    ]  # fmt: skip
    access = may_see(person=person, site=site, purpose=Purpose.RECOGNITION, at=at, account=account)
    return plain_answer(Facts(items, rows, current(), site, at, access, occasion))


histories = st.lists(
    st.tuples(
        st.integers(1, 12), st.floats(-1, 95), st.floats(0, 3), st.integers(0, 2), st.integers(0, 3),
        st.integers(0, 127), st.integers(0, 3),
    ),
    max_size=20,
)  # fmt: skip


class TestTwins(TestCase):
    def setUp(self) -> None:
        held.forget()
        held.CHECK_EVERY, self.before = 0.0, held.CHECK_EVERY

    def tearDown(self) -> None:
        held.CHECK_EVERY = self.before
        held.forget()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(history=histories, treating=st.booleans(), consented=st.sampled_from(["", "first", "second", "*"]),
           urgent=st.booleans(), objects=st.booleans(), occasion=st.sampled_from(list(Occasion)),
           older=st.booleans())  # fmt: skip
    def test_sql_says_what_the_rules_say(
        self, history: Any, treating: bool, consented: str, urgent: bool, objects: bool, occasion: Occasion,
        older: bool,
    ) -> None:  # fmt: skip
        with clock.at(AT):
            made = factory.small()
            sites = (made.first, made.second, made.neighbour)
            person = consents.person(*sites)
            other = consents.person(made.second)
            records = {row.site: row.pk for row in Patient.objects.filter(person_id=person)}
            strange = Patient.objects.get(person_id=other).pk
            doctor = consents.doctor(made.first)
            if treating:
                consents.visit(person, made.first, doctor.pk)
            if consented:
                consents.consent(person, getattr(made, consented, consented), Purpose.RECOGNITION)
            if urgent:
                consents.emergency(person, made.first, doctor)
            if objects:
                wishes.make_wish(person=person, kind=WishKind.OBJECTION, text="示例", by=consents.resident(person))
            for number, days, lag, where, status, flags, whose in history:
                moment = AT - timedelta(days=days)
                patient = records[sites[where].number] if whose else strange
                stored_result(patient, number, site=sites[where].number, made=moment, status=status, flags=flags,
                              reported=moment + timedelta(days=lag))  # fmt: skip
            asked = {"site": made.first.number, "at": AT, "account": doctor, "occasion": occasion}
            patient = records[made.first.number]
            if older:
                order.ONE_SCAN = 10**9
            try:
                found = order.at_order(patient=patient, items=list(ASKED), **asked)
            finally:
                order.ONE_SCAN = 170_000
            assert found.items == plainly(
                patient, ASKED, occasion=occasion, **{k: asked[k] for k in ("site", "at", "account")}
            )


def test_results_of_linked_records_are_found(world: World) -> None:
    made = world.result(2)
    (found,) = world.ask(2).items
    assert (found.cls, found.result_id, found.site) == (Standing.MUST, made.pk, world.near.number)


def test_unlinking_takes_them_away_and_linking_brings_them_back(world: World) -> None:
    world.result(2)
    there = Patient.objects.filter(pk=world.patients[world.near.number])
    there.update(person=IndexPerson.objects.create())
    assert world.ask(2).items[0].cls == Standing.NONE
    there.update(person_id=world.person)
    assert world.ask(2).items[0].cls == Standing.MUST


def test_nobody_else_sees_anything(world: World) -> None:
    world.result(2)
    found = world.ask(2, account=world.stranger)
    assert not found.access.anything and found.items[0].cls == Standing.NONE
    assert world.ask(2, account=world.stranger, site=world.far.number).items[0].cls == Standing.NONE


def test_an_objection_holds_other_hospitals_results_back_at_once(world: World) -> None:
    """PIPL 44, 47: until it is declined or taken back; the hospital's own results stay."""
    world.result(2)
    world.result(1, site=world.here)
    assert [one.cls for one in world.ask(2).items] == [Standing.MUST]
    resident = consents.resident(world.person)
    wish = wishes.make_wish(person=world.person, kind=WishKind.OBJECTION, text="示例", by=resident)
    found = world.ask(1, 2)
    assert [bool(one.result_id) for one in found.items] == [True, False] and found.access.ground is None
    assert not order.at_visit(
        patient=world.patient, site=world.here.number, at=clock.now(), account=world.doctor
    ).access.ground  # fmt: skip
    wishes.take_back_wish(wish_id=wish.pk, by=resident)
    assert [one.cls for one in world.ask(2).items] == [Standing.MUST]


@pytest.mark.parametrize(
    ("treated", "objects", "given", "urgent", "ground"),
    [
        (False, False, "*", False, Ground.CONSENT),
        (False, False, "here", False, Ground.CONSENT),
        (False, False, "near", False, None),
        (False, False, "", True, Ground.EMERGENCY),
        (False, True, "*", False, None),
        (False, True, "*", True, Ground.EMERGENCY),
        (True, True, "*", True, Ground.EMERGENCY),
        (True, True, "*", False, None),
        (True, False, "*", True, Ground.TREATING),
    ],
)
def test_each_ground_opens_what_it_opens(
    world: World, treated: bool, objects: bool, given: str, urgent: bool, ground: Ground | None
) -> None:
    world.result(2)
    if not treated:
        Relation.objects.filter(person=world.person).delete()
    if given:
        consents.consent(world.person, getattr(world, given, given), Purpose.RECOGNITION)
    if urgent:
        consents.emergency(world.person, world.here, world.doctor)
    if objects:
        resident = consents.resident(world.person)
        wishes.make_wish(person=world.person, kind=WishKind.OBJECTION, text="示例", by=resident)
    found = world.ask(2)
    assert found.access.ground == ground
    assert bool(found.items[0].result_id) == (ground is not None)


def test_an_unknown_patient_has_nothing(world: World) -> None:
    found = world.ask(2, patient=10**9)
    assert (found.person, found.items[0].cls) == (None, Standing.NONE)


def test_the_whole_visit(world: World) -> None:
    for number in (1, 2, 12):
        world.result(number)
    found = order.at_visit(patient=world.patient, site=world.here.number, at=clock.now(), account=world.doctor)
    assert {one.item for one in found.items} == {1, 2, 12}


def test_heavy_records_on_older_servers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        world.result(1 + number % 2, days=1 + number)
    with clock.at(AT + timedelta(days=1)):
        expected = world.ask(1, 2).items
        monkeypatch.setattr(order, "ONE_SCAN", 10**9)
        monkeypatch.setattr(order, "HEAVY", 3)
        assert world.ask(1, 2).items == expected


def test_it_is_one_statement_also_where_nobody_treats(
    world: World, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    world.result(2)
    held.CHECK_EVERY = 60
    world.ask(2)
    asked: list[Prepared] = []
    usual = Prepared.rows

    def counted(one: Prepared, *values: bytes | None) -> Any:
        asked.append(one)
        return usual(one, *values)

    monkeypatch.setattr(Prepared, "rows", counted)
    with django_assert_num_queries(0):  # Django's own cursor is not used; the snapshot is not asked for either.
        world.ask(1, 2, 8)
    assert len(asked) == 1
    Relation.objects.filter(person=world.person).delete()
    with django_assert_num_queries(0):
        world.ask(1, 2, 8)
    assert len(asked) == 2
