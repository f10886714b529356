"""The papers that appointments, agreements and plaques leave behind."""

from __future__ import annotations

import io

import pytest
from docx import Document as read_docx
from tests.factories.bonds import (
    DAY,
    account,
    drafted_agreement,
    expert_of,
    hospital,
    liaison,
    person,
    signed_agreement,
)

from xinglin.kernel import clock, documents
from xinglin.kernel.models import DocumentVersion
from xinglin.kernel.words import Role
from xinglin.roster.actions import agreements, appointments, plaques
from xinglin.roster.actions.papers import verification_address
from xinglin.roster.words.appointments import AppointmentKind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_day():
    with clock.at(DAY):
        yield


@pytest.fixture
def office():
    return account(Role.SECRETARIAT)


def text_of(version: DocumentVersion) -> str:
    made = read_docx(io.BytesIO(documents.content_of(version)))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in made.paragraphs), *cells])


def versions_of(subject, actor) -> list[DocumentVersion]:
    papers = documents.documents_of(subject, actor)
    return [version for paper in papers for version in paper.versions.order_by("number")]


def test_each_term_has_its_letter(office):
    place, expert = hospital("示例市人民医院"), person("示例专家甲")
    host, invited = liaison(place), expert_of(expert)
    one = appointments.draft_appointment(
        person_id=expert.pk, organisation_id=place.pk, kind=AppointmentKind.CHIEF, starts=DAY, department="肝胆外科",
        duties="示例：每月坐诊", by=host,
    )  # fmt: skip
    appointments.offer_appointment(appointment_id=one.pk, by=host)
    appointments.accept_appointment(appointment_id=one.pk, by=invited)
    appointments.issue_appointment(appointment_id=one.pk, by=host)
    appointments.offer_renewal(appointment_id=one.pk, by=host)
    appointments.accept_renewal(appointment_id=one.pk, by=invited)
    letters = versions_of(one, host)
    assert [letter.number for letter in letters] == [1, 2]
    words = text_of(letters[0])
    for part in ("AP-2025-0001", "示例专家甲", "首席专家", "示例市人民医院肝胆外科", "2028年6月5日"):
        assert part in words
    assert "AP-2025-0002" in text_of(letters[1])
    assert not versions_of(one, None)


def test_the_agreement_names_its_parties_and_later_its_dates(office):
    one = signed_agreement(
        hospital("示例甲院"), hospital("示例乙院"), office, terms="示例第一条\n\n示例第二条", until=None
    )
    before, after = versions_of(one, office)
    words = text_of(before)
    for part in (one.title, one.number, "示例甲院", "示例乙院", "示例第二条", "示例甲 院长"):
        assert part in words
    assert words.count("2025年6月6日") < text_of(after).count("2025年6月6日")


def test_a_plaque_says_where_it_can_be_checked(office):
    one = plaques.draft_plaque(
        name="示例联合中心",
        granting_id=hospital().pk,
        receiving_id=hospital("示例受牌医院").pk,
        granted_on=DAY,
        by=office,
    )
    one = plaques.grant_plaque(plaque_id=one.pk, by=office)
    (paper,) = versions_of(one, office)
    assert "示例受牌医院" in text_of(paper)
    assert verification_address(one.code).endswith(f"/v/{one.code}/")


def test_no_paper_of_what_was_refused(office):
    one = drafted_agreement(hospital(), hospital(), office)
    with pytest.raises(Exception, match=r"machine\.wrong_stage"):
        agreements.open_signing(agreement_id=one.pk, by=office)
    assert not DocumentVersion.objects.exists()
