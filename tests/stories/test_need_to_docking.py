"""A hospital's need is ranked, an expert is chosen, both sides accept, meet and conclude."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories.matching import expert_of, hospital, ledger_of, liaison, office, open_need, skilled

from xinglin.flows.docking_to_agreement import draft_agreement_from_docking
from xinglin.kernel import inbox
from xinglin.kernel.clock import ZONE, at, now, today
from xinglin.kernel.dossiers import KINDS, open_verbs
from xinglin.kernel.models import Notice
from xinglin.kernel.refusals import Refusal
from xinglin.matching.actions import dockings, suggestions
from xinglin.matching.models import Docking, Need, Suggestion
from xinglin.matching.queries.dockings import dockings_for
from xinglin.matching.queries.needs import needs_for
from xinglin.matching.words.dockings import DockingOutcome, DockingStage, MeetingWay
from xinglin.matching.words.needs import NeedStage

pytestmark = pytest.mark.django_db


def test_from_a_need_to_an_agreement():
    place, campus, secretariat = hospital("示例市人民医院"), hospital("示例大学附属医院"), office()
    asker = liaison(place)
    surgeon = skilled("示例甲", "腹腔镜肝癌切除手术三百例的经验与并发症处理", "04.03", place=campus)
    skilled("示例乙", "儿童哮喘的长期管理与随访", "07.04")
    need = open_need(place, asker, secretariat)
    assert any(one.dossier == need and one.move.name == "match" for one in inbox.awaiting(asker))

    suggestions.rank_need(need_id=need.pk, by=asker)
    best = Suggestion.objects.filter(need=need).order_by("place").first()
    assert best.person == surgeon
    kinds = {reason["kind"] for reason in best.reasons}
    assert {"words", "specialty", "evidence"} <= kinds
    assert best.score == pytest.approx(sum(reason["points"] for reason in best.reasons), abs=1e-3)

    guest = expert_of(surgeon)
    assert need not in needs_for(guest)
    docking = suggestions.choose_suggestion(suggestion_id=best.pk, invitation="示例：请来院指导。", nda=True, by=asker)
    assert docking.stage == DockingStage.HALF
    assert need in needs_for(guest) and docking in dockings_for(guest)
    assert Notice.objects.filter(account=guest, subject_id=docking.pk).exists()
    assert any(one.dossier == docking for one in inbox.awaiting(guest))
    verbs = {verb.name for verb in open_verbs(KINDS["matching.docking"], docking, guest)}
    assert {"accept", "decline"} <= verbs and "end" not in verbs

    docking = dockings.accept_docking(docking_id=docking.pk, by=guest)
    assert docking.stage == DockingStage.ACCEPTED and docking.first_meeting_due == today() + timedelta(days=14)
    assert (docking.asking_contact, docking.answering_contact) == (asker, guest)
    dockings.plan_meeting(docking_id=docking.pk, planned_at=now() + timedelta(days=2), way=MeetingWay.ONLINE, by=guest)
    dockings.record_nda(docking_id=docking.pk, signed_on=today(), by=asker)
    with at(now() + timedelta(days=2)):
        dockings.record_meeting(docking_id=docking.pk, held_at=now().astimezone(ZONE), way=MeetingWay.ONLINE,
                                minutes="示例：约定每月示教一次。", by=asker)  # fmt: skip
        assert docking.meetings.count() == 1, "the planned meeting is the one that was held"
        docking = dockings.conclude_docking(docking_id=docking.pk, outcome=DockingOutcome.AGREEMENT, by=asker)
    assert docking.stage == DockingStage.CONCLUDED
    assert Need.objects.get(pk=need.pk).stage == NeedStage.DOCKED
    assert "draft_agreement" in {verb.name for verb in open_verbs(KINDS["matching.docking"], docking, asker)}
    agreement = draft_agreement_from_docking(docking_id=docking.pk, title="示例合作协议", starts=today(), by=asker)
    assert {party.organisation_id for party in agreement.parties.all()} == {place.pk, campus.pk}
    with pytest.raises(Refusal, match="no_agreement_due"):
        draft_agreement_from_docking(docking_id=docking.pk, title="示例", starts=today(), by=asker)
    assert ledger_of(docking) == [
        "matching.docking_proposed",
        "matching.docking_accepted",
        "matching.docking_accepted",
        "matching.meeting_planned",
        "matching.docking_nda_signed",
        "matching.meeting_held",
        "matching.docking_concluded",
        "matching.docking_agreement_opened",
    ]


def test_declining_sets_the_need_free_again():
    place, secretariat = hospital(), office()
    asker = liaison(place)
    surgeon = skilled("示例丙", "腹腔镜肝癌切除", "04.03")
    need = open_need(place, asker, secretariat)
    docking = dockings.propose_docking(need_id=need.pk, person_id=surgeon.pk, by=asker)
    dockings.decline_docking(docking_id=docking.pk, outcome_text="示例：近期没有时间。", by=expert_of(surgeon))
    assert Docking.objects.get(pk=docking.pk).stage == DockingStage.ENDED
    assert Need.objects.get(pk=need.pk).stage == NeedStage.MATCHING
