"""Ranking: what the scores promise, on tables and on invented input."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.matching.ranking import (
    Availability,
    BadRankingInput,
    CandidateText,
    Conflict,
    ConflictEffect,
    Engine,
    EvidenceText,
    Feedback,
    FeedbackOutcome,
    LsaEmbedder,
    NeedText,
    Ranking,
    RankingStopped,
    Reason,
    ReasonKind,
    Settings,
    rank,
    sentence,
)
from xinglin.matching.ranking.folding import fold
from xinglin.matching.ranking.gateways import FakeEmbedder

calmly = settings(deadline=None, max_examples=50)  # the first Chinese text loads the dictionary
WORDS = [
    *["心梗", "心肌梗死", "乙肝", "乙型肝炎", "筛查", "手术", "康复", "影像", "专家", "会诊", "儿童", "，", "的"],
    *["hepatitis", "B", " heart ", "attacks", " studies ", "network", "😀", "\x00"],
]
HOSTILE = ["", "   ", "，。！？…", "😀😀", "\x00", "\ud800", "心梗" * 5_000, "a" * 20_000, "𠮷野家", "=1+1", "<script>"]

texts = st.lists(st.sampled_from(WORDS), min_size=0, max_size=12).map("".join) | st.sampled_from(HOSTILE)
codes = st.lists(st.sampled_from(["03", "03.04", "03.01", "04.01.01", "A04", "医院管理", ""]), max_size=2).map(tuple)


EXCLUDED, FLAGGED = Conflict("h1", "同一单位"), Conflict("n0", effect=ConflictEffect.FLAG)
USEFUL, DECLINED = Feedback(FeedbackOutcome.USEFUL), Feedback(FeedbackOutcome.DECLINED, need="n0")


@st.composite
def needs_and_candidates(draw: st.DrawFn, largest: int = 5) -> tuple[list[NeedText], list[CandidateText]]:
    needs = [
        NeedText(f"n{at}", draw(texts), specialties=draw(codes), parties=("h1",) * draw(st.integers(0, 1)))
        for at in range(draw(st.integers(0, largest)))
    ]
    candidates = [
        CandidateText(
            f"c{at}",
            tuple(draw(st.lists(texts | texts.map(lambda text: EvidenceText(text, title="题")), max_size=4))),
            specialties=draw(codes),
            availability=draw(st.none() | st.sampled_from(Availability)),
            conflicts=draw(
                st.sampled_from([(), (Conflict("h1", "同一单位"),), (Conflict("n0", effect=ConflictEffect.FLAG),)])
            ),
            feedback=draw(
                st.sampled_from(
                    [(), (Feedback(FeedbackOutcome.USEFUL),), (Feedback(FeedbackOutcome.DECLINED, need="n0"),)]
                )
            ),
        )
        for at in range(draw(st.integers(0, largest)))
    ]
    return needs, candidates


def by_pair(rankings: list[Ranking]) -> dict[tuple[str, str], Ranking]:
    return {(one.need, one.candidate): one for one in rankings}


@calmly
@given(needs_and_candidates(), st.sampled_from([Settings(), Settings(expand_from=2)]))
def test_scores_stay_in_bounds_and_reasons_add_up(made: Any, chosen: Settings) -> None:
    needs, candidates = made
    found = rank(needs, candidates, top=0, settings=chosen)
    assert len(found) == len(needs) * len(candidates)
    for one in found:
        assert 0 <= one.score <= 1 and math.isfinite(one.score)
        assert sum(reason.contribution for reason in one.reasons) == pytest.approx(one.score, abs=1e-5)


@calmly
@given(needs_and_candidates())
def test_reasons_name_words_that_stand_in_both_texts(made: Any) -> None:
    needs, candidates = made
    asked = {need.id: fold(need.text) for need in needs}
    held = {
        one.id: [fold(text if isinstance(text, str) else f"{text.title}\n{text.text}") for text in one.texts]
        for one in candidates
    }
    for one in rank(needs, candidates, top=0):
        for reason in one.reasons:
            for match in reason.words:
                assert match.need in asked[one.need]
                assert any(match.candidate in text for text in held[one.candidate])


@calmly
@given(needs_and_candidates(), st.integers(1, 4))
def test_a_shorter_list_is_the_beginning_of_a_longer_one(made: Any, top: int) -> None:
    needs, candidates = made
    shorter, longer = rank(needs, candidates, top=top), rank(needs, candidates, top=top + 1)
    for need in needs:
        own = [one for one in longer if one.need == need.id]
        assert [one for one in shorter if one.need == need.id] == own[:top]
        assert [one.score for one in own] == sorted((one.score for one in own), reverse=True)


@calmly
@given(needs_and_candidates(), st.randoms(use_true_random=False))
def test_order_of_the_input_changes_nothing(made: Any, dice: Any) -> None:
    needs, candidates = made
    before = by_pair(rank(needs, candidates, top=0))
    needs, candidates = dice.sample(needs, len(needs)), dice.sample(candidates, len(candidates))
    after = by_pair(rank(needs, candidates, top=0))
    assert before.keys() == after.keys()
    for pair, one in before.items():
        assert after[pair].score == pytest.approx(one.score, abs=1e-9)


@calmly
@given(needs_and_candidates())
def test_the_same_input_gives_the_same_answer(made: Any) -> None:
    assert rank(*made, top=2) == rank(*made, top=2)


@calmly
@given(needs_and_candidates(largest=8), st.integers(1, 3), st.sampled_from([0, 10, 10**9]))
def test_the_wide_search_finds_what_the_full_table_finds(made: Any, top: int, budget: int) -> None:
    """Twins: the sparse search for large pools against every pair scored. Adjustments may reorder beyond the margin."""
    needs, candidates = made
    full = Engine(needs, candidates, Settings(expand_to=0)).scores(top)
    wide = Engine(needs, candidates, Settings(expand_to=0, dense_cells=0, chunk_rows=2, search_budget=budget)).scores(
        top
    )
    for place in range(len(needs)):
        expected = sorted(full.score[(full.need == place) & (full.score > 0)])
        found = sorted(wide.score[wide.need == place])
        assert found[len(found) - len(expected) :] == pytest.approx(expected, abs=1e-6)


def reasons_of(kind: ReasonKind, *, need: Any = None, candidate: Any = None) -> tuple[float, list[Reason]]:
    asked = need or NeedText("n", "心梗救治", specialties=("03.04",), parties=("h1",))
    found = rank([asked], [candidate or CandidateText("c", ("心肌梗死",))], top=0)[0]
    return found.score, [reason for reason in found.reasons if reason.kind is kind]


def test_a_synonym_is_found_and_shown() -> None:
    _, (reason,) = reasons_of(ReasonKind.WORDS)
    assert sentence(reason).startswith("共同用词：“心梗”与“心肌梗死”同义")
    assert sentence(reason, "en").startswith("Shared words: “心梗” (same as “心肌梗死”)")


def test_the_same_specialty_beats_a_neighbour_beats_none() -> None:
    scores = [
        reasons_of(ReasonKind.SPECIALTY, candidate=CandidateText("c", ("心肌梗死",), specialties=held))[0]
        for held in (("03.04",), ("03.01",), ("04.03",))
    ]
    assert scores[0] > scores[1] > scores[2] > 0


def test_the_closest_text_is_named_with_its_link() -> None:
    held = (
        EvidenceText("骨折", id="t1"),
        EvidenceText("心肌梗死的介入", id="t2", title="介入十年", link="https://a.example/2"),
    )
    _, (reason,) = reasons_of(ReasonKind.EVIDENCE, candidate=CandidateText("c", held))
    assert sentence(reason) == "最接近的材料：《介入十年》（https://a.example/2）"


def test_availability_lowers_and_says_so() -> None:
    scores = {
        state: reasons_of(ReasonKind.AVAILABILITY, candidate=CandidateText("c", ("心肌梗死",), availability=state))
        for state in Availability
    }
    order = [
        scores[state][0] for state in (Availability.OPEN, Availability.LIMITED, Availability.FULL, Availability.AWAY)
    ]
    assert order == sorted(order, reverse=True) and len(set(order)) == 4
    assert "不在岗" in sentence(scores[Availability.AWAY][1][0])


def test_a_conflict_excludes_or_marks() -> None:
    need = NeedText("n", "心梗救治", parties=("h1",))
    hard = CandidateText("a", ("心肌梗死",), conflicts=(Conflict("h1", "同一单位"),))
    soft = CandidateText("b", ("心肌梗死",), conflicts=(Conflict("n", "曾参与", ConflictEffect.FLAG),))
    assert [one.candidate for one in rank([need], [hard, soft], top=2)] == ["b"]
    pairs = by_pair(rank([need], [hard, soft], top=0))
    assert pairs["n", "a"].score == 0 and pairs["n", "b"].score > 0
    assert sentence(pairs["n", "a"].reasons[0]) == "利益冲突，已排除：同一单位"
    assert sentence(pairs["n", "b"].reasons[-1], "en") == "Possible conflict of interest: 曾参与"


def test_feedback_moves_the_score() -> None:
    plain, useful, declined, elsewhere = (
        reasons_of(ReasonKind.FEEDBACK, candidate=CandidateText("c", ("心肌梗死",), feedback=heard))[0]
        for heard in (
            (),
            (Feedback(FeedbackOutcome.USEFUL),),
            (Feedback(FeedbackOutcome.DECLINED, need="n", why="行程已满"),),
            (Feedback(FeedbackOutcome.DECLINED, specialties=("04",)),),
        )
    )
    assert useful > plain > declined
    assert elsewhere == plain


def test_vectors_re_rank_but_find_nothing_alone() -> None:
    need = NeedText("n", "心梗")
    candidates = [CandidateText("a", ("心肌梗死",)), CandidateText("b", ("康复",))]
    plain = by_pair(rank([need], candidates, top=0))
    with_vectors = by_pair(rank([need], candidates, top=0, embedder=FakeEmbedder()))
    assert with_vectors["n", "b"].score == plain["n", "b"].score == 0
    assert any(reason.kind is ReasonKind.MEANING for reason in with_vectors["n", "a"].reasons)


def test_lsa_is_fitted_on_the_texts_given() -> None:
    known = ["心梗 介入 手术", "心肌梗死 介入", "乙肝 筛查", "乙型肝炎 疫苗 筛查", "骨折 康复"]
    model = LsaEmbedder(known, dim=3)
    vectors = model.encode(["心梗", "介入", "乙肝", ""])
    assert vectors.shape == (4, 3) and vectors.dtype == np.float32
    assert vectors[0] @ vectors[1] > abs(vectors[0] @ vectors[2])
    assert not vectors[3].any()
    with pytest.raises(BadRankingInput):
        LsaEmbedder(["的"], dim=3)


@pytest.mark.parametrize(
    ("needs", "candidates", "top"),
    [
        ([NeedText("n", "a"), NeedText("n", "b")], [CandidateText("c")], 1),
        ([NeedText("n", "a")], [CandidateText("c"), CandidateText("c")], 1),
        ([NeedText("", "a")], [CandidateText("c")], 1),
        ([NeedText("n", "a")], [CandidateText("c")], -1),
    ],
)
def test_unfit_input_is_refused(needs: list[NeedText], candidates: list[CandidateText], top: int) -> None:
    with pytest.raises(BadRankingInput):
        rank(needs, candidates, top=top)


def test_the_caller_can_stop_and_watch() -> None:
    seen: list[tuple[str, float]] = []
    needs, candidates = [NeedText("n", "心梗")], [CandidateText("c", ("心肌梗死",))]
    with pytest.raises(RankingStopped):
        rank(needs, candidates, top=1, should_stop=lambda: True)
    rank(needs, candidates, top=1, progress=lambda step, share: seen.append((step, share)))
    assert seen[-1] == ("pairs", 1.0)
    assert all(0 <= share <= 1 for _, share in seen)
