"""Who may look: every role, ground, purpose and sensitivity in one table; and taking away never shows more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.exchange.consent.rules.access import (
    Access,
    Asker,
    ConsentFact,
    EmergencyFact,
    RelationFact,
    decide,
)
from xinglin.exchange.consent.words import Ground, Purpose
from xinglin.kernel.words import Role

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HERE, THERE, PERSON = 1, 2, 7
ORGANISATION = "ORG-HERE"
NO_GROUND, TREATING_DOCTOR = "none", "treating doctor"
GROUNDS = (NO_GROUND, "treating", TREATING_DOCTOR, "consent", "emergency")


def facts(ground: str, purpose: Purpose = Purpose.TREATMENT) -> dict[str, list[object]]:
    """The one fact that makes `ground`."""
    return {
        "relations": [RelationFact("R", HERE, "d1" if ground == TREATING_DOCTOR else "d2", NOW - DAY, NOW + DAY)]
        if "treating" in ground else [],
        "consents": [ConsentFact("C", ORGANISATION, purpose, NOW - DAY)] if ground == "consent" else [],
        "emergencies": [EmergencyFact("E", HERE, "d1", NOW - DAY, NOW + DAY)] if ground == "emergency" else [],
    }  # fmt: skip


def asked(asker: Asker, purpose: Purpose = Purpose.TREATMENT, at: datetime = NOW, **found: list[object]) -> Access:
    return decide(asker=asker, person=PERSON, purpose=purpose, at=at, organisation=ORGANISATION, **found)  # type: ignore[arg-type]


def asking(role: Role | None) -> Asker:
    return Asker(HERE, frozenset({role} - {None}), frozenset({"d1"}), "d1")


# What is seen as (own result, own HIV result, result of another hospital, HIV result of another hospital).
NOTHING, OWN, ALL_BUT_HIV, ALL = "....", "o...", "o.t.", "oOtT"
DOCTORS = dict(zip(GROUNDS, (OWN, ALL_BUT_HIV, ALL, ALL_BUT_HIV, ALL_BUT_HIV), strict=True))
TABLE = {
    role: dict.fromkeys(GROUNDS, OWN if role == Role.LABORATORY else NOTHING) for role in (*Role, None)
} | {Role.DOCTOR: DOCTORS}  # fmt: skip


def seen(access: Access) -> str:
    cases = (("o", HERE, False), ("O", HERE, True), ("t", THERE, False), ("T", THERE, True))
    return "".join(
        sign if access.sees(made_by=site, sensitive=hiv) is not None else "." for sign, site, hiv in cases
    )  # fmt: skip


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_every_role_on_every_ground(role: Role | None, ground: str) -> None:
    assert seen(asked(asking(role), **facts(ground))) == TABLE[role][ground]


PURPOSES = {
    "own": {Purpose.TREATMENT, Purpose.RECOGNITION, Purpose.CONSULTATION},
    "treating": {Purpose.TREATMENT, Purpose.RECOGNITION},
    "consent": {Purpose.TREATMENT, Purpose.RECOGNITION, Purpose.CONSULTATION, Purpose.CROSS_BORDER},
    "emergency": {Purpose.TREATMENT, Purpose.RECOGNITION},
}


@pytest.mark.parametrize("purpose", Purpose)
def test_each_ground_is_bound_to_its_purpose(purpose: Purpose) -> None:
    for ground in ("treating", "consent", "emergency"):
        access = asked(asking(Role.DOCTOR), purpose, **facts(ground, purpose))
        assert (access.ground is not None) == (purpose in PURPOSES[ground]), ground
        assert access.own == (purpose in PURPOSES["own"])


@pytest.mark.parametrize("purpose", Purpose)
def test_a_consent_counts_for_its_own_purpose_alone(purpose: Purpose) -> None:
    for given_for in Purpose:
        access = asked(asking(Role.DOCTOR), purpose, **facts("consent", given_for))
        if given_for != purpose:
            assert access.ground is None


def test_research_is_for_the_steward_and_consultation_for_the_expert_on_consent_alone() -> None:
    assert asked(asking(Role.STEWARD), Purpose.RESEARCH, **facts("consent", Purpose.RESEARCH)).ground == Ground.CONSENT
    expert = asked(asking(Role.EXPERT), Purpose.CONSULTATION, **facts("consent", Purpose.CONSULTATION))
    assert expert.ground == Ground.CONSENT and not expert.own


def test_every_member_never_means_a_hospital_outside_the_mainland() -> None:
    for purpose in (Purpose.TREATMENT, Purpose.CROSS_BORDER):
        given_to_all = [ConsentFact("C", "*", purpose, NOW - DAY)]
        access = asked(asking(Role.DOCTOR), purpose, consents=given_to_all)
        assert (access.ground is None) == (purpose == Purpose.CROSS_BORDER)


def test_the_person_sees_everything_of_their_own_and_of_nobody_else() -> None:
    assert seen(asked(Asker(own_persons=frozenset({PERSON})))).upper() == "OOTT"
    assert seen(asked(Asker(own_persons=frozenset({PERSON + 1})))) == NOTHING


def test_the_order_of_grounds() -> None:
    every = {key: [*facts("treating")[key], *facts("consent")[key], *facts("emergency")[key]] for key in facts("none")}
    access = asked(asking(Role.DOCTOR), **every)
    assert access.ground == Ground.TREATING and access.sees(made_by=HERE) == Ground.OWN_HOSPITAL
    assert asked(asking(Role.DOCTOR), **{**every, "relations": []}).ground == Ground.CONSENT
    assert asked(asking(Role.DOCTOR), **{**every, "relations": [], "consents": []}).ground == Ground.EMERGENCY


def test_grounds_begin_and_end_on_the_moment() -> None:
    doctor = asking(Role.DOCTOR)
    for at, expected in ((NOW - DAY, True), (NOW - DAY - timedelta(seconds=1), False), (NOW + DAY, False)):
        assert (asked(doctor, at=at, **facts("treating")).ground is not None) == expected
        assert (asked(doctor, at=at, **facts("emergency")).ground is not None) == expected
        limited = [ConsentFact("C", ORGANISATION, Purpose.TREATMENT, NOW - DAY, NOW + DAY)]
        assert (asked(doctor, at=at, consents=limited).ground is not None) == expected


def test_emergency_is_for_the_one_who_opened_it() -> None:
    colleague = Asker(HERE, frozenset({Role.DOCTOR}), frozenset({"d3"}), "d3")
    assert asked(colleague, **facts("emergency")).ground is None


def test_the_hospitals_program_asks_as_its_doctors_do_and_treats_only_when_it_names_one() -> None:
    assert seen(asked(Asker(HERE, system=True), **facts(TREATING_DOCTOR))) == ALL_BUT_HIV
    named = Asker(HERE, names=frozenset({"d1"}), system=True)
    assert seen(asked(named, **facts(TREATING_DOCTOR))) == ALL


moments = st.integers(-3, 3).map(lambda days: NOW + days * DAY)
sites = st.sampled_from((HERE, THERE))
people = st.sampled_from(("d1", "d2", ""))
relations = st.builds(RelationFact, st.just("R"), sites, people, moments, moments)
consents = st.builds(
    ConsentFact, st.just("C"), st.sampled_from((ORGANISATION, "ORG-THERE", "*")), st.sampled_from(Purpose), moments,
    st.none() | moments,
)  # fmt: skip
emergencies = st.builds(EmergencyFact, st.just("E"), sites, people, moments, moments)
askers = st.builds(
    Asker, st.sampled_from((0, HERE)), st.frozensets(st.sampled_from(Role), max_size=3),
    st.frozensets(people, max_size=2).map(lambda names: names - {""}), people, st.booleans(),
)  # fmt: skip


@given(
    askers, st.sampled_from(Purpose), st.lists(relations, max_size=3), st.lists(consents, max_size=3),
    st.lists(emergencies, max_size=3), st.data(),
)  # fmt: skip
def test_taking_a_ground_or_a_role_away_never_shows_more(
    asker: Asker, purpose: Purpose, treated: list[RelationFact], agreed: list[ConsentFact],
    opened: list[EmergencyFact], data: st.DataObject,
) -> None:  # fmt: skip
    before = seen(asked(asker, purpose, relations=treated, consents=agreed, emergencies=opened))
    found: dict[str, list[object]] = {"relations": list(treated), "consents": list(agreed), "emergencies": list(opened)}
    lists = [key for key, value in found.items() if value]
    if lists and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(lists))
        found[key].pop(data.draw(st.integers(0, len(found[key]) - 1)))
    elif asker.roles:
        fewer = asker.roles - {data.draw(st.sampled_from(sorted(asker.roles)))}
        asker = Asker(asker.site, fewer, asker.names, asker.account, asker.system)
    after = seen(asked(asker, purpose, **found))
    assert all(then in (now, ".") for then, now in zip(after, before, strict=True)), (before, after)


@given(
    askers, st.sampled_from(Purpose), st.lists(relations, max_size=3), st.lists(consents, max_size=3),
    st.lists(emergencies, max_size=3),
)  # fmt: skip
def test_a_restriction_leaves_the_own_record_and_the_emergency(
    asker: Asker, purpose: Purpose, treated: list[RelationFact], agreed: list[ConsentFact],
    opened: list[EmergencyFact],
) -> None:  # fmt: skip
    facts = {"relations": treated, "consents": agreed, "emergencies": opened}
    before, after = seen(asked(asker, purpose, **facts)), seen(asked(asker, purpose, **facts, restricted=True))
    if not opened:
        assert all(then in (now, ".") for then, now in zip(after, before, strict=True)), (before, after)
    held = asked(asker, purpose, **facts, restricted=True)
    assert held.ground in (None, Ground.EMERGENCY)
    assert held.own == asked(asker, purpose, **facts).own
