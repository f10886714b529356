"""Places: GB/T 2260 and its history, native places as they are written, the Teochew home region, countries."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.roster import regions
from xinglin.roster.regions import RegionRefused

SHARED = Path(os.environ.get("XINGLIN_SHARED_DATA", "../shared/data"))
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("广东潮州", "445100"), ("广东省潮州市", "445100"), ("潮州", "445100"), ("Chaozhou", "445100"),
        ("潮安", "445103"), ("饶平", "445122"), ("湘桥", "445102"), ("广东潮州湘桥", "445102"),
        ("廣東汕頭", "440500"), ("上海浦东", "310115"), ("重庆万州", "500101"), ("吉林", "220000"),
        ("吉林市", "220200"), ("福州鼓楼", "350102"), ("香港", "810000"), ("澳門", "820000"), ("440100", "440100"),
        ("浙江 丽水", "331100"), ("广州", "440100"), ("佛山", "440600"), ("东莞", "441900"), ("830000", "710000"),
    ],
)  # fmt: skip
def test_native_places_as_written(written: str, code: str) -> None:
    assert regions.parse_place(written).code == code


@pytest.mark.parametrize(
    ("written", "reason"), [("鼓楼", "region.ambiguous"), ("乌有之乡", "region.unknown"), ("", "region.unknown")]
)
def test_a_doubtful_place_is_refused(written: str, reason: str) -> None:
    with pytest.raises(RegionRefused) as refused:
        regions.parse_place(written)
    assert refused.value.reason_code == reason


def test_old_codes_keep_their_names() -> None:
    assert regions.full_name("440524") == "广东省汕头市潮阳县"
    found = regions.region("440524")
    assert found and not found.current and found.until == 1993
    assert regions.full_name("445102", "en") == "Xiangqiao, Chaozhou, Guangdong"


def test_districts_of_chaozhou() -> None:
    assert {d.short for d in regions.districts("445100")} == {"湘桥", "潮安", "饶平"}


@pytest.mark.parametrize(
    ("code", "core", "extended"),
    [("445102", True, True), ("440500", True, True), ("445281", True, True), ("440524", True, True),
     ("441500", False, True), ("441423", False, True), ("440100", False, False)],
)  # fmt: skip
def test_teochew_home_region(code: str, core: bool, extended: bool) -> None:
    assert regions.is_teochew(code, on=TODAY) is core
    assert regions.is_teochew(code, on=TODAY, extended=True) is extended


def test_the_home_region_is_dated_configuration() -> None:
    rows = [{"code": "440100", "kind": "core", "since": "2020-01-01", "until": "2024-12-31"}]
    assert regions.is_teochew("440106", on=date(2024, 12, 31), rows=rows)
    assert not regions.is_teochew("440106", on=TODAY, rows=rows)


@pytest.mark.parametrize(("written", "alpha2"), [("新加坡", "SG"), ("usa", "US"), ("澳洲", "AU"), ("HK", "HK")])
def test_countries(written: str, alpha2: str) -> None:
    found = regions.country(written)
    assert found and found.alpha2 == alpha2


@given(st.text(max_size=20))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    try:
        assert regions.region(regions.parse_place(text).code)
    except RegionRefused as refused:
        assert refused.sentence("zh")


def test_the_shipped_cities_agree_with_a_list_made_by_others() -> None:
    folder = SHARED / "terminology"
    if not folder.exists():
        pytest.skip("the shared divisions are not here (XINGLIN_SHARED_DATA)")
    with (folder / "cn_divisions_cities.csv").open(encoding="utf-8") as lines:
        theirs = {row["code"] + "00": row["name"] for row in csv.DictReader(lines)}
    fillers = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
    ours = {r.code: r.name for r in regions.cities()}
    assert ours == {code: name for code, name in theirs.items() if name not in fillers}
    full = regions.load_divisions(folder / "cn_divisions_areas.csv")
    # The list counts development zones (7x) that are no divisions of GB/T 2260.
    unknown = [code for code in full if not regions.region(code) and code[4] != "7"]
    assert len(unknown) < 40, unknown
