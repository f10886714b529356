"""The official list of specialties: its tree, the names on hospital doors, pinyin, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.roster import specialties as rooms
from xinglin.roster.reasons import package_rows
from xinglin.roster.specialties import FAR, SpecialtyRefused, distance, parse_specialties, parse_specialty


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("03.04", "03.04"), ("A03.04", "03.04"), ("0304", "03.04"), ("心血管内科专业", "03.04"), ("心内科", "03.04"),
        ("心血管內科", "03.04"), ("xinneike", "03.04"), ("Cardiology", "03.04"), ("内科", "03"), ("呼吸科", "03.01"),
        ("普外科", "04.01"), ("骨科", "04.03"), ("骨科病区", "04.03"), ("脑外科", "04.02"), ("妇科", "05.01"),
        ("小儿脑瘫", "07.08"), ("治未病科", "50.17"), ("中医内科", "50.01"), ("检验科", "30"), ("ICU", "28"),
        ("放射科", "32.01"), ("B超室", "32.05"), ("医院管理", "X.01"), ("安宁疗护", "24"), ("感染科", "16"),
        ("肝移植", "04.01.01"), ("肾内科", "03.06"), ("肿瘤科", "19"), ("耳鼻喉科", "11"), ("康复科", "21"),
    ],
)  # fmt: skip
def test_names_on_doors(written: str, code: str) -> None:
    assert parse_specialty(written).code == code


@pytest.mark.parametrize("written", ["", "食堂", "99", "03.99", "<script>"])
def test_what_is_no_specialty_is_refused(written: str) -> None:
    with pytest.raises(SpecialtyRefused) as refused:
        parse_specialty(written)
    assert refused.value.reason_code == "specialty.unknown"


def test_several_in_one_cell() -> None:
    assert [s.code for s in parse_specialties("心内科、呼吸科；骨科")] == ["03.04", "03.01", "04.03"]
    assert [s.code for s in parse_specialties("临床体液、血液专业")] == ["30.01"]
    with pytest.raises(SpecialtyRefused):
        parse_specialties("心内科、食堂")


def test_inside_free_text() -> None:
    assert [s.code for s in rooms.mentioned("我院心内科拟与肿瘤科合作")] == ["03.04", "19"]


@pytest.mark.parametrize(
    ("left", "right", "steps"),
    [("03.04", "03.04", 0), ("03", "03.04", 1), ("03.03", "03.04", 2), ("04.01.01", "04.04.01", 4), ("03", "04", FAR)],
)
def test_distance_in_the_tree(left: str, right: str, steps: int) -> None:
    assert distance(left, right) == distance(right, left) == steps


def test_the_tree_is_whole() -> None:
    every = rooms.specialties()
    assert {s.code for s in rooms.children()} >= {f"{n:02d}" for n in (*range(1, 29), 30, 31, 32, 50, 51, 52)}
    for s in every.values():
        assert not s.parent or s.parent in every
        assert rooms.ancestors(s.code)[-1] == s
        assert rooms.specialty(s.code) == s
        assert s.is_extension == s.code.startswith("X")
    assert len(every) > 150
    assert every["50.01"].label == "中医内科"


def test_every_entry_is_found_by_its_label_and_every_synonym_is_one_entry() -> None:
    for s in rooms.specialties().values():
        assert s in rooms.find_specialties(s.label), s
    rows = package_rows("specialty_synonyms.csv")
    assert sum(row["names"].count("|") + 1 for row in rows) > 200
    for row in rows:
        for name in row["names"].split("|"):
            assert [s.code for s in rooms.find_specialties(name)] == [row["code"]], name


@given(st.text(max_size=20))
def test_any_text_is_found_or_refused(text: str) -> None:
    try:
        parse_specialty(text)
    except SpecialtyRefused as refused:
        assert refused.sentence("zh")
