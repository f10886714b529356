"""Ranking: folding, words, synonyms and the specialty tree, as tables and properties."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.matching.ranking import specialties
from xinglin.matching.ranking.folding import fold
from xinglin.matching.ranking.segmenting import Segmenter, segmenter
from xinglin.matching.ranking.tokens import singular, stop_words, synonym_groups, tokenize


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("肝臟移植與乙肝", "肝脏移植与乙肝"),
        ("ＣＴ　檢查", "ct 检查"),
        ("ﬁbrosis", "fibrosis"),
        ("Hepatitis\u200b B", "hepatitis b"),
        ("", ""),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@settings(deadline=None)  # the first Chinese text loads the dictionary
@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)  # the first Chinese text loads the dictionary
@given(st.text())
def test_every_shown_word_stands_in_the_text(text: str) -> None:
    folded = fold(text)
    tokens = tokenize(folded)
    assert set(tokens.shown) == {*tokens.line, *tokens.extra}
    for term, surface in tokens.shown.items():
        assert surface in folded, term


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("急性心梗一例", "心肌梗死的救治"),
        ("老人中風後康復", "脑卒中中心建设"),
        ("慢性乙肝筛查", "乙型肝炎母婴阻断"),
        ("chronic hepatitis B", "乙肝"),
        ("survivors of heart attacks", "myocardial infarction"),
        ("PD-1 治疗", "免疫检查点抑制剂"),
        ("做B超", "超声检查"),
    ],
)
def test_synonyms_share_a_term(one: str, other: str) -> None:
    shared = set(tokenize(fold(one)).line) & set(tokenize(fold(other)).line)
    assert any(term.startswith("≈") for term in shared)


def test_hepatitis_b_and_c_stay_apart() -> None:
    assert not set(tokenize("乙肝").line) & set(tokenize("丙肝").line)


def test_no_word_is_in_two_synonym_groups_and_each_group_has_its_source() -> None:
    groups = synonym_groups()
    members = [member for group in groups for member in group.members]
    assert len(groups) >= 150
    assert len(members) == len(set(members))
    assert all(group.source for group in groups)


def test_stop_words_are_no_terms() -> None:
    assert not set(tokenize("请问 这个 the of 的").line) & stop_words()


@pytest.mark.parametrize(
    ("plural", "single"),
    [
        ("networks", "network"),
        ("studies", "study"),
        ("diseases", "disease"),
        ("virus", "virus"),
        ("diagnosis", "diagnosis"),
        ("bus", "bus"),
        ("illness", "illness"),
        ("脑卒中s", "脑卒中s"),
    ],
)
def test_singular(plural: str, single: str) -> None:
    assert singular(plural) == single


@pytest.mark.parametrize(
    ("need", "candidate", "close", "how"),
    [
        ("03.04", "03.04", 1.0, "same"),
        ("A03.04", "03.04", 1.0, "same"),
        ("04", "04.03", 1.0, "within"),
        ("04.03", "04", 0.5, "parent"),
        ("03.04", "03.01", 0.5, "sibling"),
        ("04.01.01", "04.01.02", 2 / 3, "sibling"),
        ("医院管理", "医院管理", 1.0, "same"),
    ],
)
def test_closeness_of_specialties(need: str, candidate: str, close: float, how: str) -> None:
    need, candidate = specialties.normalise(need), specialties.normalise(candidate)
    assert specialties.closeness(need, candidate) == pytest.approx(close)
    assert specialties.matches([need], [candidate])[0].relation == how


def test_specialties_under_different_roots_have_nothing_in_common() -> None:
    assert specialties.closeness("03.04", "04.03") == 0
    assert specialties.matches(["03.04"], ["04.03", "05"]) == ()


def test_words_are_cut_as_jieba_cuts_them() -> None:
    """Twins: our search for the likeliest cut against jieba's own."""
    jieba = pytest.importorskip("jieba")
    peer = jieba.Tokenizer()
    peer.FREQ, peer.total = peer.gen_pfdict(peer.get_dict_file())
    peer.initialized = True
    ours = Segmenter(())
    for text in (
        "患者因突发胸痛三小时入院，考虑急性冠脉综合征，拟行介入治疗",
        "研究生命的起源与长春市长春药店",
        "希望与三级甲等医院的肝胆外科专家开展疑难病例远程会诊",
        "结婚的和尚未结婚的确实在干扰分词",
    ):
        assert ours.cut(text) == list(peer.cut(text, HMM=False))


@settings(deadline=None)
@given(st.text(alphabet="患者心肌梗死的乙肝b超ct1 ，\x00😀", max_size=40))
def test_cut_words_joined_are_the_text(text: str) -> None:
    assert "".join(segmenter(()).cut(text)) == text
