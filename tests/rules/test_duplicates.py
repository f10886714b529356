"""Duplicate candidates: what is the same, what a person must look at, and the traps of shared identifiers."""

import csv
import itertools
import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.roster.duplicates import (
    FINDINGS,
    OrganisationRecord,
    PersonRecord,
    Verdict,
    branch_of,
    candidate_pairs,
    compare_organisations,
    compare_people,
    core_name,
    duplicates_of,
    find_duplicates,
    too_common,
)

SHARED = Path(os.environ.get("XINGLIN_SHARED_DATA", "../shared/data"))
ID = {"document_kind": "id_card"}
CODE, OTHER_CODE = "12330000470051726F", "914403001922038216"


def org(name: str, key: str = "", **facts: object) -> OrganisationRecord:
    return OrganisationRecord(key or name, name, **facts)  # type: ignore[arg-type]


def person(name: str = "", key: str = "", **facts: object) -> PersonRecord:
    return PersonRecord(key or name, name, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        (org("示例市人民医院", credit_code=CODE), org("示例市人民醫院", credit_code=CODE), Verdict.SAME),
        (org("示例市人民医院", credit_code=CODE),
         org("示例一院", credit_code=CODE, aliases=("示例市人民医院",)), Verdict.SAME),
        (org("示例市人民医院", credit_code=CODE), org("示例博爱医院", credit_code=CODE), Verdict.ASK),
        (org("示例市人民医院", "a", region="445100"), org("示例市人民医院", "b", region="445102"), Verdict.ASK),
        (org("示例市人民医院", "a", credit_code=CODE),
         org("示例市人民医院", "b", credit_code=OTHER_CODE, region="445100"),
         Verdict.DIFFERENT),
        (org("示例市人民医院", "a", credit_code=CODE, region="445100"),
         org("示例市人民医院", "b", credit_code=OTHER_CODE, region="445100"), Verdict.ASK),
        (org("示例市人民医院", "a", region="445100"), org("示例市人民医院", "b", region="330100"), Verdict.DIFFERENT),
        (org("潮州市人民医院", region="445100"), org("广州市人民医院", region="440100"), Verdict.DIFFERENT),
        (org("示例市第一人民医院", region="445100"), org("示例市第三人民医院", region="445100"), Verdict.DIFFERENT),
        (org("示例市中心医院", "p", credit_code=CODE), org("示例市中心医院龙翔路分院", credit_code=CODE, parent="p"),
         Verdict.DIFFERENT),
        (org("示例生物科技（深圳）有限公司", credit_code=CODE),
         org("示例生物科技有限公司", credit_code=CODE), Verdict.ASK),
    ],
)  # fmt: skip
def test_organisations(left: OrganisationRecord, right: OrganisationRecord, verdict: Verdict) -> None:
    outcome = compare_organisations(left, right)
    assert outcome.verdict is verdict, outcome
    assert compare_organisations(right, left).verdict is verdict
    assert set(outcome.codes) <= set(FINDINGS)


def test_a_branch_with_its_parents_code_is_never_the_same_even_undeclared() -> None:
    whole, branch = org("示例市中心医院", credit_code=CODE), org("示例市中心医院龙翔路分院", credit_code=CODE)
    assert compare_organisations(whole, branch).verdict is not Verdict.SAME
    assert "branch_word" in compare_organisations(whole, branch).codes


def test_hospital_branch_and_commission_that_share_an_identifier_stay_three() -> None:
    path = SHARED / "fhir/dev/chongqing_core_ig/organization_examples.json"
    if not path.exists():
        pytest.skip("the shared profile is not here (XINGLIN_SHARED_DATA)")
    examples = json.loads(path.read_text(encoding="utf-8"))
    records = [
        OrganisationRecord(
            e["id"], e["name"], kind="authority" if "委员会" in e["name"] else "hospital",
            credit_code=e["identifiers"]["uscc"] or "", region=e["admin_division"][0][0],
            other_ids=(f"moi:{e['identifiers']['moi']}",),
        )
        for e in examples
    ]  # fmt: skip
    shared = [r for r in records if r.other_ids == ("moi:82783739457838954",)]
    assert len(shared) == 3
    for left, right in itertools.combinations(records, 2):
        outcome = compare_organisations(left, right)
        assert outcome.verdict is not Verdict.SAME, (left.name, right.name, outcome)
    assert not [o for *_, o in find_duplicates(records) if o.verdict is Verdict.SAME]


@pytest.mark.parametrize(
    ("name", "core", "branch"),
    [
        ("广东省潮州市人民医院", "人民医院", ""),
        ("示例生物科技（深圳）有限公司", "示例生物科技", ""),
        ("北京大学国际医院", "北京大学国际医院", ""),
        ("示例医院龙翔路分院", "示例医院龙翔路分院", "分院"),
        ("示例医院（东院区）", "示例医院", ""),
    ],
)
def test_cores_and_branches(name: str, core: str, branch: str) -> None:
    assert core_name(name) == core
    assert branch_of(name) == branch or name.endswith("）")


@pytest.mark.parametrize(
    ("left", "right", "verdict", "code"),
    [
        (person("陈一", **ID, document_hash="h"), person("陳一", **ID, document_hash="h"),
         Verdict.SAME, "document_same"),
        (person("陈一", **ID, document_hash="h"), person("林二", **ID, document_hash="h"),
         Verdict.ASK, "document_conflict"),
        (person("陈一", birth_year=1960, phone_hash="p"),
         person("陈一", "b", birth_year=1960, phone_hash="p"), Verdict.SAME,
         "phone_same"),
        (person("陈一", birth_year=1960), person("陈一", "b", birth_year=1960), Verdict.ASK, "birth_year_same"),
        (person("陈一", organisations=("o",)),
         person("陈一", "b", organisations=("o",)), Verdict.ASK, "organisation_same"),
        (person("陈一"), person("陈一", "b"), Verdict.DIFFERENT, "name_same"),
        (person("陈一", birth_year=1960, phone_hash="p"), person("陈一", "b", birth_year=1970, phone_hash="p"),
         Verdict.DIFFERENT, "birth_year_differs"),
        (person("陈一", **ID, document_hash="h", phone_hash="p", birth_year=1960, email_hash="e"),
         person("陈一", "b", **ID, document_hash="i", phone_hash="p", birth_year=1960, email_hash="e"),
         Verdict.ASK, "document_differs"),
        (person("陈后", birth_year=1960, phone_hash="p"),
         person("陳後", birth_year=1960, phone_hash="p"), Verdict.ASK,
         "name_hazard"),
        (person("陈一", phone_hash="p"), person("林二", phone_hash="p"), Verdict.DIFFERENT, "phone_same"),
        (person("陈大文", birth_year=1960, email_hash="e"),
         person("", "b", name_latin="Chan Tai Man", birth_year=1960, email_hash="e"),
         Verdict.ASK, "sound_same"),
        (person("王喆", birth_year=1960), person("王哲", birth_year=1960), Verdict.DIFFERENT, "birth_year_same"),
    ],
)  # fmt: skip
def test_people(left: PersonRecord, right: PersonRecord, verdict: Verdict, code: str) -> None:
    outcome = compare_people(left, right)
    assert outcome.verdict is verdict, outcome
    assert code in outcome.codes
    assert compare_people(right, left).verdict is verdict
    assert set(outcome.codes) <= set(FINDINGS)


FACTS = st.fixed_dictionaries(
    {"birth_year": st.sampled_from([None, 1960, 1961, 1970]), "sex": st.sampled_from(["", "1", "2"]),
     "phone_hash": st.sampled_from(["", "p", "q"]), "email_hash": st.sampled_from(["", "e"]),
     "document_kind": st.just("id_card"), "document_hash": st.sampled_from(["", "h", "i"]),
     "organisations": st.sampled_from([(), ("o",), ("u",)]), "title": st.sampled_from(["", "主任医师"])}
)  # fmt: skip
NAMES = st.sampled_from(["陈一", "陳一", "陈后", "陳後", "林二", "张明"])


@given(NAMES, NAMES, FACTS, FACTS)
def test_the_same_is_never_said_on_names_and_facts_alone(a: str, b: str, mine: dict, theirs: dict) -> None:
    left, right = PersonRecord("a", a, **mine), PersonRecord("b", b, **theirs)
    outcome = compare_people(left, right)
    assert outcome == compare_people(right, left) or outcome.score == compare_people(right, left).score
    if outcome.verdict is Verdict.SAME:
        assert {"document_same", "phone_same", "email_same"} & set(outcome.codes)
        assert {"name_same", "name_variant"} & set(outcome.codes)
        assert not {"document_differs", "birth_year_differs", "sex_differs"} & set(outcome.codes)


@given(st.lists(st.tuples(NAMES, FACTS), max_size=12))
def test_blocking_loses_no_pair_that_is_the_same_or_asked(rows: list) -> None:
    records = [PersonRecord(str(n), name, **facts) for n, (name, facts) in enumerate(rows)]
    found = {(left, right) for left, right, _ in find_duplicates(records)}
    for left, right in itertools.combinations(range(len(records)), 2):
        if compare_people(records[left], records[right]).verdict is not Verdict.DIFFERENT:
            assert (left, right) in found


def test_candidates_are_unique_ordered_and_across_scripts() -> None:
    records = [person("陈大文"), person("", "b", name_latin="Chen Dawen"), person("陳大文"), person("林二")]
    assert list(candidate_pairs(records)) == [(0, 1), (0, 2), (1, 2)]


def test_common_blocks_are_said_not_hidden() -> None:
    records = [person("张伟", str(n)) for n in range(60)]
    assert list(candidate_pairs(records)) == []
    assert too_common(records)[("name", "张伟")] == 60


def test_the_likeliest_duplicate_comes_first() -> None:
    new = person("陈一", "new", birth_year=1960, phone_hash="p")
    others = [
        person("陈一", "x", birth_year=1960),
        person("陈一", "y", birth_year=1960, phone_hash="p"),
        person("林二"),
    ]
    assert [record.key for record, _ in duplicates_of(new, others)] == ["y", "x"]


def test_a_planted_duplicate_is_found_among_many() -> None:
    rng = random.Random(7)
    given_names = "晓明伟国强文芳丽军杰敏静建华志平海燕玉兰春秀英红梅桂珍涛磊洋勇艳娟霞鹏飞宇浩然子涵梓轩"
    people = [
        person(rng.choice("陈林黄郑吴许蔡谢杨李张刘王周") + "".join(rng.sample(given_names, 2)), str(n),
               birth_year=rng.randint(1945, 1995), phone_hash=f"p{n}")
        for n in range(5_000)
    ]  # fmt: skip
    people.append(PersonRecord("copy", people[42].name_zh, birth_year=people[42].birth_year, phone_hash="p42"))
    same = [(a, b) for a, b, outcome in find_duplicates(people) if outcome.verdict is Verdict.SAME]
    assert same == [(42, 5_000)]


def test_real_hospitals_repeated_in_a_real_list_are_offered() -> None:
    path = SHARED / "terminology/cn_fever_clinic_hospitals_2020.csv"
    if not path.exists():
        pytest.skip("the shared hospitals are not here (XINGLIN_SHARED_DATA)")
    with path.open(encoding="utf-8", newline="") as lines:
        records = [org(r["name"], str(n), region=r["city_code"]) for n, r in enumerate(csv.DictReader(lines))]
    found = list(find_duplicates(records))
    assert 3 <= len(found) < 100
    assert all(outcome.verdict is Verdict.ASK for *_, outcome in found), "a name alone never decides"
