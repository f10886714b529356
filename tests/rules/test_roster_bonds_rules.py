"""The decisions behind appointments, agreements, plaques, pairings, platforms: tables and properties."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.machine import Machine, reachable
from xinglin.kernel.refusals import Refusal
from xinglin.roster.rules import agreements, appointments, lapsing, pairings, plaques, platforms, signings, studios
from xinglin.roster.rules.specialty_alliances import ALLIANCE_MEMBER_MOVES, SPECIALTY_ALLIANCE_MOVES
from xinglin.roster.words.agreements import AgreementStage, PartyOpinion, PartyRole
from xinglin.roster.words.appointments import PRACTICE, DutyKind, PracticeGround
from xinglin.roster.words.pairings import PairingLevel
from xinglin.roster.words.plaques import PlaqueStage, PlaqueStanding
from xinglin.roster.words.platforms import PlatformLevel
from xinglin.roster.words.register import LicenceStatus, OrganisationKind

MACHINES = [
    appointments.APPOINTMENT_MOVES, appointments.DUTY_MOVES, agreements.AGREEMENT_MOVES, signings.SIGNING_MOVES,
    plaques.PLAQUE_MOVES, pairings.PAIRING_MOVES, studios.STUDIO_MOVES, studios.APPRENTICE_MOVES,
    platforms.PLATFORM_MOVES, SPECIALTY_ALLIANCE_MOVES, ALLIANCE_MEMBER_MOVES,
]  # fmt: skip
DAY = date(2025, 6, 6)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def code_of(call, *args, **more) -> str:
    """The refusal's code, or "" when there is none."""
    try:
        call(*args, **more)
    except Refusal as refusal:
        return refusal.code
    return ""


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_stage_is_reached_and_left(machine: Machine):
    assert reachable(machine) == set(machine.stages)
    for stage in machine.stages:
        assert stage in machine.final or machine.from_stage(stage), stage


# Calendar sums


@given(DAYS, st.integers(1, 600))
def test_a_term_ends_the_day_before_the_next_begins(starts, months):
    end = lapsing.term_end(starts, months)
    assert end >= starts
    assert end + timedelta(days=1) == lapsing.months_later(starts, months)


@given(DAYS, st.integers(-600, 600))
def test_months_keep_the_day_where_there_is_one(day, months):
    later = lapsing.months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or later.day < day.day <= 31


@given(st.integers(-400, 400), st.lists(st.integers(0, 365), max_size=5))
def test_a_warning_is_the_nearest_threshold_reached(left, days):
    found = lapsing.warning_due(until=DAY + timedelta(days=left), today=DAY, days=days)
    if left < 0:
        assert found is None
    else:
        assert found == min((n for n in days if n >= left), default=None)


@given(st.integers(1, 200))
def test_each_threshold_is_warned_of_once_however_days_are_missed(step):
    """Whatever days the program runs on, the answers only come nearer."""
    answers = [
        lapsing.warning_due(until=DAY, today=DAY - timedelta(days=left), days=[60, 30, 7])
        for left in range(200, -1, -step)
    ]
    seen = [answer for answer in answers if answer is not None]
    assert seen == sorted(seen, reverse=True)


# Appointments


def service(**more) -> appointments.Service:
    fields = {"kind": DutyKind.CLINIC, "day": DAY, "in_office": True, "starts": DAY, "until": DAY,
              "licence": LicenceStatus.VALID, "licence_until": None, "ground": PracticeGround.ALLIANCE,
              "permit_until": None, **more}  # fmt: skip
    return appointments.Service(**fields)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, ""),
        ({"ground": PracticeGround.REGISTERED}, ""),
        ({"in_office": False}, "appointments.not_in_office"),
        ({"day": DAY + timedelta(days=1)}, "appointments.outside_term"),
        ({"day": DAY - timedelta(days=1)}, "appointments.outside_term"),
        ({"ground": PracticeGround.NONE}, "appointments.no_ground"),
        ({"licence": LicenceStatus.NONE}, "appointments.licence"),
        ({"licence": LicenceStatus.UNCHECKED}, "appointments.licence"),
        ({"licence": LicenceStatus.LAPSED}, "appointments.licence"),
        ({"licence_until": DAY - timedelta(days=1)}, "appointments.licence_lapsed"),
        ({"licence_until": DAY}, ""),
        ({"ground": PracticeGround.SHORT_TERM, "licence": LicenceStatus.NONE, "permit_until": DAY}, ""),
        ({"ground": PracticeGround.SHORT_TERM, "permit_until": DAY - timedelta(days=1)}, "appointments.permit_lapsed"),
        ({"ground": PracticeGround.SHORT_TERM}, "appointments.permit_lapsed"),
        ({"ground": PracticeGround.SHORT_TERM, "licence": LicenceStatus.REVOKED, "permit_until": DAY},
         "appointments.licence"),
    ],
)  # fmt: skip
def test_who_may_serve(more, code):
    """Domain 3.2 and 11.12; 医师法 arts 13-18, 42."""
    assert code_of(appointments.may_serve, service(**more)) == code


@pytest.mark.parametrize(
    ("status", "ground", "kind"), list(itertools.product(LicenceStatus, PracticeGround, DutyKind)), ids=str
)
def test_nobody_treats_patients_under_a_lost_licence(status, ground, kind):
    allowed = not code_of(appointments.may_serve, service(licence=status, ground=ground, kind=kind, permit_until=DAY))
    if kind not in PRACTICE:
        assert allowed
    elif status in (LicenceStatus.SUSPENDED, LicenceStatus.REVOKED) or ground == PracticeGround.NONE:
        assert not allowed
    elif ground == PracticeGround.SHORT_TERM:
        assert allowed
    else:
        assert allowed == (status == LicenceStatus.VALID)


@pytest.mark.parametrize(
    ("paid", "fee", "code"),
    [(False, None, ""), (False, 0, ""), (True, 1, ""), (True, None, "appointments.no_fee"),
     (True, 0, "appointments.no_fee"), (False, 1, "appointments.fee_unpaid")],
)  # fmt: skip
def test_paid_and_fee_go_together(paid, fee, code):
    assert code_of(appointments.fee_fits, paid, fee) == code


@given(st.decimals(min_value=Decimal("0.1"), max_value=24, places=1))
def test_hours_are_halves(hours):
    assert (code_of(appointments.half_hours, hours) == "") == (hours % Decimal("0.5") == 0)


# Agreements


@pytest.mark.parametrize(
    ("kind", "branch", "code", "legal"),
    [
        (OrganisationKind.HOSPITAL, False, "", True),
        (OrganisationKind.HOSPITAL, True, "", False),
        (OrganisationKind.SOCIETY, False, "", False),
        (OrganisationKind.SOCIETY, False, "51445100MJM0000000", True),
        (OrganisationKind.SOCIETY, True, "51445100MJM0000000", False),
        (OrganisationKind.AUTHORITY, False, "", True),
    ],
)
def test_legal_persons(kind, branch, code, legal):
    """Domain 5.5."""
    assert agreements.is_legal_person(kind, is_branch=branch, credit_code=code) is legal


PARTIES = st.builds(
    agreements.Party, name=st.sampled_from("甲乙丙"), role=st.sampled_from(PartyRole), legal=st.booleans(),
    opinion=st.sampled_from(PartyOpinion), signatory=st.sampled_from(["", "示例"]), signed=st.booleans(),
)  # fmt: skip
FACTS = st.builds(
    agreements.AgreementFacts, parties=st.lists(PARTIES, max_size=4), purpose=st.sampled_from(["", "示例"]),
    starts=DAYS, until=st.none() | DAYS,
)  # fmt: skip


@given(FACTS)
def test_in_force_means_that_all_signed_and_ready_means_that_all_agree(facts):
    parties = facts.parties
    assert (code_of(agreements.all_have_signed, facts) == "") == all(p.signed for p in parties)
    assert (code_of(agreements.all_agree, facts) == "") == all(p.opinion == PartyOpinion.AGREES for p in parties)
    for stage in AgreementStage:
        ready = agreements.unready(facts, stage) is None
        named = all(p.signatory for p in parties)
        assert ready == (stage in (AgreementStage.READY, AgreementStage.SIGNING) and named)


@given(FACTS)
def test_nobody_is_asked_about_an_agreement_that_binds_fewer_than_two(facts):
    if not code_of(agreements.may_be_consulted, facts):
        assert sum(p.role != PartyRole.WITNESS for p in facts.parties) >= 2
        assert all(p.legal for p in facts.parties)
        assert facts.purpose
        assert facts.until is None or facts.until >= facts.starts


@pytest.mark.parametrize(
    ("ready", "unready", "leave_out", "code"),
    [
        ((), {}, False, "signings.empty"),
        ((), {}, True, "signings.empty"),
        (("一",), {}, False, ""),
        (("一",), {"二": "x"}, False, "signings.not_ready"),
        (("一",), {"二": "x"}, True, ""),
        ((), {"二": "x"}, True, "signings.not_ready"),
    ],
)
def test_batches(ready, unready, leave_out, code):
    assert code_of(signings.batch_can_be_signed, signings.Batch(ready, unready, leave_out)) == code


# Plaques


@given(st.lists(st.integers(0, len(plaques.SIGNS) - 1), min_size=10, max_size=10))
def test_a_code_is_read_back_however_it_is_typed(numbers):
    code = plaques.code_from(tuple(numbers))
    for typed in (code, code.lower(), plaques.spaced(code), f" {plaques.spaced(code.lower())} ", "－".join(code)):
        assert plaques.code_as_typed(typed) == code


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_codes(text):
    read = plaques.code_as_typed(text)
    assert read is None or (len(read) == plaques.CODE_LENGTH and set(read) <= set(plaques.SIGNS))


@given(st.sampled_from(PlaqueStage), DAYS, st.integers(0, 4000), DAYS)
def test_a_plaque_is_valid_only_inside_its_period(stage, granted_on, length, today):
    until = granted_on + timedelta(days=length)
    found = plaques.standing(stage, granted_on, until, today)
    if found == PlaqueStanding.VALID:
        assert granted_on <= today <= until
        assert stage in (PlaqueStage.GRANTED, PlaqueStage.EXPIRING)
    assert (found is None) == (stage in (PlaqueStage.DRAFT, PlaqueStage.WITHDRAWN))
    if stage == PlaqueStage.REVOKED:
        assert found == PlaqueStanding.REVOKED


# Pairings


@given(DAYS)
def test_a_day_lies_in_its_quarter(day):
    quarter = pairings.quarter_of(day)
    assert quarter.first_day <= day <= quarter.last_day
    assert quarter.following.first_day == quarter.last_day + timedelta(days=1)


@given(DAYS, st.integers(0, 1500), st.integers(0, 60))
def test_reviews_come_in_order_until_all_quarters_are_covered(starts, length, grace):
    until, reviewed, days = starts + timedelta(days=length), set(), []
    while (due := pairings.next_review(starts=starts, until=until, reviewed=reviewed, grace=grace)) is not None:
        reviewed.add(str(due[0]))
        days.append(due[1])
    assert days == sorted(days)
    assert days[-1] == min(until, pairings.quarter_of(until).last_day) + timedelta(days=grace)
    assert len(reviewed) <= length // 90 + 2


NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=2)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_progress_is_a_share(value, target, baseline):
    assert 0 <= pairings.progress(value, target, baseline) <= 100
    assert pairings.progress(target, target, baseline) == 100
    if target != baseline:
        assert pairings.progress(baseline, target, baseline) == 0


@pytest.mark.parametrize(
    ("level", "departments", "persons", "code"),
    [
        (PairingLevel.HOSPITAL, ("", ""), ("", ""), ""),
        (PairingLevel.DEPARTMENT, ("甲", ""), ("", ""), "pairings.no_department"),
        (PairingLevel.DEPARTMENT, ("甲", "甲"), ("", ""), ""),
        (PairingLevel.DOCTOR, ("", ""), ("p", ""), "pairings.no_doctor"),
        (PairingLevel.DOCTOR, ("", ""), ("p", "p"), "pairings.with_itself"),
        (PairingLevel.DOCTOR, ("", ""), ("p", "q"), ""),
    ],
)
def test_levels(level, departments, persons, code):
    sides = pairings.Sides(level, ("A", "B"), departments, persons, DAY, None)
    assert code_of(pairings.sides_fit_level, sides) == code


@given(st.lists(st.integers(1, 6), unique=True), st.lists(st.integers(1, 6)))
def test_every_goal_is_reported_once(goals, reported):
    assert (code_of(pairings.every_goal_is_reported, goals, reported) == "") == (sorted(goals) == sorted(reported))


# Platforms


@pytest.mark.parametrize(
    ("level", "number", "approver", "on", "code"),
    [
        (PlatformLevel.HOSPITAL, "", "", DAY, ""),
        (PlatformLevel.CITY, "", "示例", DAY, "platforms.no_approval_number"),
        (PlatformLevel.CITY, "示例", "", DAY, "platforms.no_approval_number"),
        (PlatformLevel.CITY, "示例", "示例", DAY, ""),
        (PlatformLevel.NATIONAL, "示例", "示例", DAY + timedelta(days=1), "platforms.approved_later"),
    ],
)
def test_approval_needs_evidence(level, number, approver, on, code):
    assert code_of(platforms.approval_is_evidenced, platforms.Approval(level, number, approver, on, DAY)) == code
