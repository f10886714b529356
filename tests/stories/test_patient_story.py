"""One patient, two hospitals: reports are delivered as FHIR, the doctor gains and loses grounds, the patient watches."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import catalogue, consent, intake
from tests.factories.portal import BACKEND

from xinglin.exchange.catalogue.queries.sites import site_of
from xinglin.exchange.consent.actions import consents
from xinglin.exchange.consent.actions.relations import begin_visit, end_visit
from xinglin.exchange.consent.words import Purpose
from xinglin.exchange.identity.queries.patients import find_at, person_of
from xinglin.exchange.intake.models import Result
from xinglin.kernel import clock
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db


def _browser(account: Any) -> Client:
    client = Client()
    client.cookies["xinglin_language"] = "en"
    client.force_login(account, backend=BACKEND)
    return client


def test_delivered_seen_agreed_withdrawn() -> None:
    catalogue.small()
    here, there = intake.hospital("示例甲医院"), intake.hospital("示例乙医院")
    sent = intake.bundle(intake.patient("p1", "陈示例"), intake.observation("o1", "p1", 5.1), intake.report())
    intake.send(there, sent)
    intake.send(here, intake.bundle(intake.patient("q1", "陈示例"), intake.observation("o2", "q1", 5.7)), "示例二.json")
    assert Result.objects.count() == 2
    one, other = site_of(here), site_of(there)
    assert one is not None and other is not None
    who, elsewhere = (person_of(find_at(at.number, key)) for at, key in ((one, "q1"), (other, "p1")))
    assert who and elsewhere
    doctor, me = consent.doctor(one), consent.resident(elsewhere)
    page = reverse("patient-results", args=[elsewhere])
    asked = _browser(doctor)
    known = who == elsewhere
    assert asked.get(page).status_code == (200 if known else 404)
    visit: dict[str, Any] = {"person": elsewhere, "site": one.number, "visit": "V1", "by": doctor}
    begin_visit(**visit, doctor=doctor.pk, began_at=clock.now())
    assert "5.1" in asked.get(page).content.decode()
    end_visit(**visit, ended_at=clock.now())
    consent.notice()
    given = consents.give_consent(person=elsewhere, purpose=Purpose.TREATMENT, recipient_id=here, by=me)
    assert asked.get(page).status_code == 200
    consents.withdraw_consent(consent_id=given.pk, by=me)
    own = _browser(me).get(reverse("resident-results", args=[elsewhere])).content.decode()
    assert "5.1" in own
    looks = _browser(me).get(reverse("resident-seen", args=[elsewhere])).content.decode()
    assert str(doctor) in looks
    # Whoever works at the other hospital's laboratory sees what it made, and nothing of the first.
    laboratory = _browser(consent.doctor(other, Role.LABORATORY)).get(page).content.decode()
    assert "5.1" in laboratory and "5.7" not in laboratory
