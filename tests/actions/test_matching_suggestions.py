"""Suggestions: reasons that add up, feedback that is heard, conflicts left out, and the right to refuse (PIPL 24)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.matching import (
    account,
    company_of,
    expert_of,
    hospital,
    ledger_of,
    liaison,
    office,
    open_need,
    open_offer,
    person,
    skilled,
)

from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.actions import suggestions as actions
from xinglin.matching.models import Docking, RankingRun, Suggestion
from xinglin.matching.nets import shelf
from xinglin.matching.queries.suggestions import conflicts_for, suggestions_for
from xinglin.matching.words.suggestions import ConflictKind, DeclineReason, Pool, SuggestionStage
from xinglin.roster.actions import people
from xinglin.roster.models import Evidence, Person

pytestmark = pytest.mark.django_db
LIVER = ("腹腔镜肝癌切除三百例", "肝癌切除与腹腔镜示教手术", "肝癌围手术期管理经验")


@pytest.fixture
def secretariat():
    return office()


@pytest.fixture
def need(secretariat):
    place = hospital()
    return open_need(place, liaison(place), secretariat)


@pytest.fixture
def asker(need):
    return liaison(need.organisation)


@pytest.fixture
def experts():
    return [skilled(f"示例专家{at}号", text, "04.03") for at, text in enumerate(LIVER)]


def ranked(need, by, **more):
    actions.rank_need(need_id=need.pk, by=by, **more)
    return list(Suggestion.objects.filter(need=need, stage=SuggestionStage.PROPOSED).order_by("place"))


def test_reasons_add_up_and_are_said_in_words(need, asker, experts):
    found = ranked(need, asker)
    assert {one.person for one in found} == set(experts)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert sum(reason["points"] for reason in one.reasons) == pytest.approx(one.score, abs=1e-3)
        section = KINDS["matching.suggestion"].sections(one, asker)[0]
        said = " ".join(str(row[0]) for row in section.rows)
        assert "Shared words" in said and "Same specialty" in said
        assert any(row[2] is not None and "https://" in str(row[2].value) for row in section.rows), (
            "the evidence has a link"
        )
    run = RankingRun.objects.get()
    assert (run.engine, run.looked_at, run.wanted) == ("xinglin-rank-1", 3, 10)


def test_a_later_ranking_replaces_what_nobody_judged(need, asker, experts):
    first = ranked(need, asker)
    actions.find_useful(suggestion_id=first[0].pk, by=asker)
    second = ranked(need, asker)
    stages = dict(Suggestion.objects.filter(run=first[0].run).values_list("place", "stage"))
    assert stages == {1: SuggestionStage.USEFUL, 2: SuggestionStage.SUPERSEDED, 3: SuggestionStage.SUPERSEDED}
    assert len(second) == 3


def test_feedback_is_bounded_and_becomes_a_reason(need, asker, experts):
    before = {one.person_id: one for one in ranked(need, asker)}
    best = next(iter(before.values()))
    with pytest.raises(Refusal, match="reason_missing"):
        actions.decline_suggestion(suggestion_id=best.pk, decline_reason=DeclineReason.OTHER, by=asker)
    actions.decline_suggestion(
        suggestion_id=best.pk, decline_reason=DeclineReason.EVIDENCE_WEAK, reason_text="示例：例数不足", by=asker
    )
    after = {one.person_id: one for one in ranked(need, asker)}
    again = after[best.person_id]
    heard = [reason for reason in again.reasons if reason["kind"] == "feedback"]
    assert heard and heard[0]["points"] < 0
    assert 0.3 * best.score < again.score < best.score, "heard, within bounds"
    other = open_need(need.organisation, asker, office())
    elsewhere = {one.person_id: one for one in ranked(other, asker)}
    assert elsewhere[best.person_id].score > again.score, "another need hears it less"
    section = KINDS["matching.suggestion"].sections(elsewhere[best.person_id], asker)[1]
    assert "示例：例数不足" in [cell for row in section.rows for cell in row]


def test_a_declared_conflict_is_left_out_with_its_reason(need, asker, experts, secretariat):
    conflict = actions.declare_conflict(
        person_id=experts[0].pk, organisation_id=need.organisation_id, kind=ConflictKind.SHAREHOLDING, by=secretariat
    )
    found = ranked(need, asker)
    assert experts[0] not in {one.person for one in found} and len(found) == 2
    assert RankingRun.objects.latest("created_at").excluded == [
        {"id": experts[0].pk, "name": str(experts[0]), "why": "conflict", "kind": "shareholding",
         "with": str(need.organisation)},
    ]  # fmt: skip
    told = [str(section.title) for section in KINDS["matching.need"].sections(need, asker)]
    assert "Left out of the last ranking" in told
    actions.end_conflict(conflictofinterest_id=conflict.pk, until=today() - timedelta(days=0), by=secretariat)
    assert len(ranked(need, asker)) == 2, "it counts to the end of its last day"


def test_colleagues_are_flagged_not_left_out(need, asker):
    colleague = skilled("示例同事", LIVER[0], "04.03", place=need.organisation)
    (only,) = ranked(need, asker)
    assert only.person == colleague and only.flags[0]["note"] == str(need.organisation)


def test_an_expert_declares_and_ends_their_own_conflicts_only(experts, secretariat, need):
    own, other = expert_of(experts[0]), expert_of(experts[1])
    conflict = actions.declare_conflict(kind=ConflictKind.FAMILY, other_person_id=experts[2].pk, by=own)
    assert list(conflicts_for(own)) == [conflict] and not conflicts_for(other).exists()
    for broken in ({}, {"organisation_id": need.organisation_id, "other_person_id": experts[2].pk}):
        with pytest.raises(Refusal, match="one_party"):
            actions.declare_conflict(kind=ConflictKind.FAMILY, by=own, **broken)
    with pytest.raises(Refusal, match="same_person"):
        actions.declare_conflict(kind=ConflictKind.FAMILY, other_person_id=experts[0].pk, by=own)
    with pytest.raises(Refusal, match="not_yours"):
        actions.declare_conflict(
            kind=ConflictKind.FAMILY, person_id=experts[1].pk, other_person_id=experts[2].pk, by=own
        )
    with pytest.raises(Refusal, match="not_yours"):
        actions.end_conflict(conflictofinterest_id=conflict.pk, by=other)
    actions.end_conflict(conflictofinterest_id=conflict.pk, by=own)
    assert ledger_of(conflict) == ["matching.conflict_declared", "matching.conflict_ended"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(refusing=st.sets(st.integers(0, 4)), top=st.integers(1, 5))
def test_whoever_refuses_is_never_suggested(secretariat, refusing, top):
    """PIPL art. 24, as a property: whatever the set of those who refuse."""
    Evidence.objects.all().delete()
    Person.objects.update(stage="closed")
    place = hospital()
    need = open_need(place, secretariat, secretariat)
    experts = [skilled("", LIVER[at % 3], "04.03") for at in range(5)]
    for at in refusing:
        people.refuse_automation(person_id=experts[at].pk, by=expert_of(experts[at]))
    found = ranked(need, secretariat, top=top)
    allowed = {one.pk for at, one in enumerate(experts) if at not in refusing}
    assert {one.person_id for one in found} <= allowed
    assert len(found) == min(top, len(allowed))
    assert RankingRun.objects.latest("created_at").refused_count == len(refusing)


def test_a_later_refusal_takes_suggestions_away_but_not_what_people_chose(need, asker, experts):
    first, second, _third = ranked(need, asker)
    chosen = actions.choose_suggestion(suggestion_id=first.pk, by=asker)
    for one in (first, second):
        people.refuse_automation(person_id=one.person_id, by=expert_of(one.person))
    seen = set(suggestions_for(asker).values_list("pk", flat=True))
    assert first.pk in seen and second.pk not in seen
    for act in (actions.choose_suggestion, actions.find_useful):
        with pytest.raises(Refusal, match="no_longer_ranked"):
            act(suggestion_id=second.pk, by=asker)
    assert Docking.objects.get() == chosen


def test_the_net_follows_the_register_and_drops_who_refuses(need, asker, experts, monkeypatch, tmp_path):
    monkeypatch.setattr(shelf, "SMALL", 0)
    assert len(ranked(need, asker)) == 3
    late = skilled("示例后来者", "腹腔镜肝癌切除与示教", "04.03")
    assert late in {one.person for one in ranked(need, asker)}
    people.refuse_automation(person_id=late.pk, by=expert_of(late))
    assert late.pk not in shelf.caught(need.title, need.specialty_codes, 50)
    assert shelf.prepare() == 3
    people.allow_automation(person_id=late.pk, by=expert_of(late))
    shelf._shelf.__dict__.update(shelf.Shelf().__dict__)
    assert late.pk in shelf.caught(need.title, need.specialty_codes, 50), "read from the file, patched by what changed"


def test_offers_are_ranked_too_and_chosen(need, asker, secretariat):
    firm = hospital(kind="enterprise")
    seller = company_of(firm)
    offer = open_offer(seller, secretariat, organisation_id=firm.pk)
    shy = person()
    open_offer(expert_of(shy), secretariat, title="示例：肝癌切除示教")
    people.refuse_automation(person_id=shy.pk, by=expert_of(shy))
    (only,) = ranked(need, asker, pool=Pool.OFFERS)
    assert only.offer == offer
    docking = actions.choose_suggestion(suggestion_id=only.pk, by=asker)
    assert (docking.answering_organisation, docking.answering_contact) == (firm, seller)


def test_who_may_rank_and_see(need, asker, experts, secretariat):
    stranger = liaison(hospital())
    with pytest.raises(Refusal, match="not_yours"):
        actions.rank_need(need_id=need.pk, by=stranger)
    ranked(need, asker)
    assert not suggestions_for(stranger).exists() and not suggestions_for(None).exists()
    assert not suggestions_for(expert_of(experts[0])).exists()
    assert suggestions_for(account(Role.AUTHORITY)).count() == suggestions_for(secretariat).count() == 3


def test_an_embedding_setting_nobody_can_read_is_a_sentence(need, asker, experts, monkeypatch):
    monkeypatch.setenv("XINGLIN_EMBEDDER", "ftp://nowhere")
    with pytest.raises(Refusal, match=r"matching\.embedder"):
        actions.rank_need(need_id=need.pk, by=asker)
    monkeypatch.setenv("XINGLIN_EMBEDDER", "http://127.0.0.1:9#model=m&dim=4")
    assert len(ranked(need, asker)) == 3, "a silent service does not stop the ranking"
    assert RankingRun.objects.get().options["embedder_failed"]
