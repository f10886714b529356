"""Every kind of matching has a list, a page and forms that open, in both languages, for those who may see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories.matching import hospital, liaison, office, open_need, open_offer, person, skilled

from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import KINDS, open_verbs
from xinglin.matching.actions import dockings, leads, rounds, suggestions, tickets
from xinglin.matching.models import Suggestion
from xinglin.matching.words.leads import LeadField
from xinglin.matching.words.suggestions import ConflictKind
from xinglin.matching.words.tickets import TicketTopic
from xinglin.portal import nouns

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """One record of each kind, seen by the secretariat."""
    by, place = office(), hospital()
    need = open_need(place, liaison(place), by)
    expert = skilled("示例专家", "腹腔镜肝癌切除三百例", "04.03")
    suggestions.rank_need(need_id=need.pk, by=by)
    docking = dockings.propose_docking(need_id=need.pk, person_id=person().pk, by=by)
    lead = leads.enter_lead(title="示例线索", investor="示例公司", field=LeadField.OTHER, next_step="示例",
                            next_on=today() + timedelta(days=3), by=by)  # fmt: skip
    ticket = tickets.raise_ticket(title="示例事项", body="示例", topic=TicketTopic.OTHER, person_id=expert.pk, by=by)
    conflict = suggestions.declare_conflict(
        kind=ConflictKind.FAMILY, person_id=expert.pk, organisation_id=place.pk, by=by
    )
    offer = open_offer(by, by, person_id=expert.pk)
    other = open_need(place, by, by)
    round_ = rounds.open_round(title="示例轮次", need_ids=[other.pk], by=by)
    return by, [need, Suggestion.objects.get(), docking, lead, ticket, conflict, offer, round_]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_lists_pages_and_forms_open(client, world, language):
    by, records = world
    by.language = language
    by.save(update_fields=["language"])
    client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = language
    for record in records:
        kind = KINDS[record._meta.label_lower]
        page = client.get(nouns.page_of(kind, record.pk))
        assert page.status_code == 200, (kind.name, page.status_code)
        for verb in open_verbs(kind, kind.visible(by).get(pk=record.pk), by):
            form = client.get(nouns.form_of(kind, verb, record.pk))
            assert form.status_code == 200, (kind.name, verb.name, form.status_code)
