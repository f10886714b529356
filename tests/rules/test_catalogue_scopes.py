"""HR scopes are strict: a mark never counts one step outside its region (domain 2.1, the Wuhan notice)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.exchange.catalogue.rules import scopes

CITIES = ["110000", "310000", "420100", "420500", "440100", "440600", "441900", "445100", "429004", "810000", "820000"]
DISTRICTS = ["110102", "310115", "420106", "440105", "500101"]
REGIONS = st.sampled_from([*CITIES, *DISTRICTS])
MAINLAND = REGIONS.filter(lambda code: code[:2] not in scopes.OVERSEAS)


@pytest.mark.parametrize(
    ("scope", "region", "counts"),
    [
        ("全国", "440100", True),
        ("000000", "420100", True),
        ("000000", "810000", False),
        ("420000", "420500", True),
        ("420000", "430100", False),
        ("420100", "420100", True),
        ("420100", "420106", True),
        ("420100", "420500", False),
        ("420100", "420000", False),
        ("420500", "420100", False),
        ("310100", "310000", True),
        ("310000", "310115", True),
        ("110102", "110000", False),
        ("110102", "110102", True),
        ("429000", "429004", False),
        ("429004", "429004", True),
        ("429004", "429006", False),
        ("京津冀", "130100", True),
        ("京津冀", "370100", False),
        ("京津冀鲁", "370100", True),
        ("440100", "", False),
        ("", "440100", False),
        ("440100", "000000", False),
        ("４４0100", "440100", False),
    ],
)
def test_what_a_mark_counts_in(scope: str, region: str, counts: bool) -> None:
    assert scopes.contains(scope, region) is counts


@given(REGIONS, REGIONS)
def test_a_citys_mark_never_counts_in_another_city(one: str, other: str) -> None:
    city = scopes.city_of(one)
    if city[2:] != "0000" and scopes.city_of(other) != city:
        assert not scopes.contains(city, other)


@given(MAINLAND)
def test_what_counts_in_the_city_counts_in_its_province_and_the_nation(region: str) -> None:
    assert scopes.contains(scopes.city_of(region), region)
    assert scopes.contains(scopes.province_of(region), region)
    assert scopes.contains("全国", region)


@given(REGIONS, REGIONS)
def test_a_provinces_mark_stays_in_the_province(one: str, other: str) -> None:
    assert scopes.contains(scopes.province_of(one), other) == (one[:2] == other[:2])


@given(st.text(max_size=12), st.text(max_size=8))
def test_nothing_unknown_ever_counts(scope: str, region: str) -> None:
    if not scopes.is_code(region):
        assert not scopes.contains(scope, region)
    if scope not in scopes.NATION_WORDS and scope not in scopes.GROUPS and not scopes.is_code(scope):
        assert not scopes.contains(scope, "440100")


@given(st.text(min_size=1, max_size=26), REGIONS)
def test_an_alliance_counts_for_its_members_wherever_they_are(alliance: str, region: str) -> None:
    assert scopes.contains(alliance, region, alliances=frozenset({alliance}))


@given(st.text(max_size=8))
def test_chains_end_everywhere_and_never_crash(region: str) -> None:
    assert scopes.chain(region)[-1] == ""
