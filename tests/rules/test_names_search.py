"""Names found in the spellings of Beijing, Hong Kong, Macau and the Teochew diaspora."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.roster.names import (
    Agreement,
    Match,
    NameRefused,
    clean_name,
    compare,
    fold,
    match,
    pinyin_name,
    query,
    search_keys,
    split_name,
    surnames,
)
from xinglin.roster.names.folding import hazards
from xinglin.roster.names.search import MAX_KEYS

SHARED = Path(os.environ.get("XINGLIN_SHARED_DATA", "../shared/data"))


@pytest.mark.parametrize(
    ("name", "typed", "least"),
    [
        ("陈晓明", "陈晓明", Match.EXACT),
        ("陈晓明", "陳曉明", Match.EXACT),
        ("陳曉明", "陈晓明", Match.EXACT),
        ("陈晓明", "陈", Match.PREFIX),
        ("陈晓明", "晓明", Match.EXACT),
        ("陈晓明", "chenxiaoming", Match.EXACT),
        ("陈晓明", "Chen Xiaoming", Match.EXACT),
        ("陈晓明", "Xiaoming Chen", Match.EXACT),
        ("陈晓明", "CHEN, Xiao Ming", Match.EXACT),
        ("陈晓明", "cxm", Match.EXACT),
        ("陈晓明", "chenx", Match.PREFIX),
        ("陈小明", "csm", Match.EXACT),
        ("陈小明", "Chan Siu Ming", Match.EXACT),
        ("陈大文", "Chan Tai Man", Match.EXACT),
        ("陳大文", "Tai Man CHAN", Match.EXACT),
        ("陈亚九", "Tan Ah Kow", Match.SURNAME),
        ("陈亚九", "Ah Kow Tan", Match.SURNAME),
        ("林伟", "Lim", Match.SURNAME),
        ("黄伟", "Ooi Wei", Match.EXACT),
        ("郑伟", "Teh", Match.SURNAME),
        ("吴伟", "Goh", Match.SURNAME),
        ("许伟", "Khor", Match.SURNAME),
        ("梁伟", "Leong", Match.SURNAME),
        ("郑子诗", "Cheng Tsz Sze", Match.SOUND),
        ("欧阳修", "oyx", Match.EXACT),
        ("欧阳修", "Au Yeung Sau", Match.EXACT),
        ("单雄信", "shanxiongxin", Match.EXACT),
        ("曾国藩", "zengguofan", Match.EXACT),
        ("查良镛", "zhaliangyong", Match.EXACT),
        ("解缙", "xiejin", Match.EXACT),
        ("仇英", "qiuying", Match.EXACT),
        ("区伟", "ouwei", Match.EXACT),
        ("吕布", "lvbu", Match.EXACT),
        ("吕布", "Lyu Bu", Match.EXACT),
        ("张乐", "zhangyue", Match.EXACT),
        ("张乐", "zhangle", Match.EXACT),
        ("买买提·艾力", "买买提艾力", Match.EXACT),
    ],
)
def test_found(name: str, typed: str, least: Match) -> None:
    assert match(query(typed), search_keys(name)) >= least


@pytest.mark.parametrize(("name", "typed"), [("陈晓明", "wang"), ("陈晓明", "王"), ("陈晓明", ""), ("王喆", "王哲")])
def test_not_found(name: str, typed: str) -> None:
    assert match(query(typed), search_keys(name)) is Match.NONE


def test_latin_names_and_aliases_are_keys_too() -> None:
    keys = search_keys("陈大文", "CHAN Tai Man David", ["José Tan"])
    assert match(query("chan tai man david"), keys) is Match.EXACT
    assert match(query("Jose Tan"), keys) is Match.EXACT
    assert match(query("Tan, Jose"), keys) is Match.EXACT


@pytest.mark.parametrize(
    ("left", "right", "agreement"),
    [
        ("陈晓明", "陈 晓明", Agreement.IDENTICAL),
        ("陈晓明", "陳曉明", Agreement.VARIANT),
        ("张峰", "張峯", Agreement.VARIANT),
        ("张杰", "張傑", Agreement.VARIANT),
        ("李群", "李羣", Agreement.VARIANT),
        ("陈后", "陳後", Agreement.HAZARD),
        ("余光", "餘光", Agreement.HAZARD),
        ("范增", "範增", Agreement.HAZARD),
        ("钟伟", "鍾伟", Agreement.HAZARD),
        ("王喆", "王哲", Agreement.DIFFERENT),
        ("陈芸", "陈艺", Agreement.DIFFERENT),
        ("张明", "张民", Agreement.DIFFERENT),
    ],
)
def test_comparison_across_scripts(left: str, right: str, agreement: Agreement) -> None:
    assert compare(left, right).agreement is agreement
    assert compare(right, left).agreement is agreement


def test_every_hazard_of_the_domain_is_known() -> None:
    assert not {c for c in "后余范钟郁沈谷丑云万叶于干曲" if c not in hazards()}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("陈晓明", ("陈", "晓明")),
        ("欧阳修", ("欧阳", "修")),
        ("歐陽修", ("歐陽", "修")),
        ("欧阳", ("欧", "阳")),
        ("司徒美堂", ("司徒", "美堂")),
        ("陈", ("陈", "")),
        ("买买提·艾力", ("", "买买提·艾力")),
        ("Tan Ah Kow", ("", "Tan Ah Kow")),
    ],
)
def test_where_the_surname_ends(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts


@pytest.mark.parametrize(
    ("name", "spelled"),
    [("陈晓明", "Chen Xiaoming"), ("吕绿", "Lyu Lyu"), ("欧阳修", "Ouyang Xiu"), ("单于", "Shan Yu"), ("略", "Lue")],
)
def test_passport_spelling(name: str, spelled: str) -> None:
    assert pinyin_name(name) == spelled


@given(st.text(max_size=20))
def test_folding_is_idempotent_and_never_raises(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60), st.text(max_size=60))
def test_search_never_raises_and_is_deterministic(name: str, typed: str) -> None:
    keys = search_keys(name, typed)
    assert keys == search_keys(name, typed)
    assert len(keys) <= MAX_KEYS
    match(query(typed), keys)


@given(st.text(alphabet="陈林黄郑吴许晓明伟国强文芳", min_size=2, max_size=4))
def test_a_chinese_name_is_found_by_itself_and_its_pinyin(name: str) -> None:
    keys = search_keys(name)
    assert match(query(name), keys) is Match.EXACT
    assert match(query(pinyin_name(name)), keys) is Match.EXACT


def test_the_surname_table_is_sound() -> None:
    table = surnames()
    assert len(table) >= 150
    for surname in table.values():
        assert fold(surname.traditional) == fold(surname.text), surname
        assert surname.pinyin.isalpha()
        assert all(spelling.isascii() and spelling.isalpha() for spelling in surname.spellings), surname


def test_messy_real_names_never_crash() -> None:
    path = SHARED / "linkage/dev/cn_messy_names.csv"
    if not path.exists():
        pytest.skip("the shared names are not here (XINGLIN_SHARED_DATA)")
    with path.open(encoding="utf-8", newline="") as lines:
        names = [row["name"] for row in csv.DictReader(lines)]
    assert len(names) > 7_800
    refused = 0
    for name in names:
        try:
            keys = search_keys(clean_name(name).text)
        except NameRefused:
            refused += 1
        else:
            assert keys
    assert refused < 20
