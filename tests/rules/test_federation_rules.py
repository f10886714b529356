"""The export gate, the breaker and the distrust of what other cities tell. Facts: domain 9.2 and 11.10."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.exchange.catalogue.rules.snapshot import ItemFacts
from xinglin.exchange.federation.rules.breaker import FAILURES, REST, Breaker
from xinglin.exchange.federation.rules.gate import FIELDS, NINE_CITIES, Export, decide
from xinglin.exchange.federation.rules.telling import Asked, Untrusted, patients_in, plain_name, results_in
from xinglin.exchange.federation.words import Route
from xinglin.exchange.intake.words import UNCONVERTED, UNFIT

GUANGZHOU, CHAOZHOU, HONG_KONG, MACAU, SINGAPORE = "440100", "445100", "810000", "820000", ""
WHOLE = Export(
    sender_city=GUANGZHOU, recipient="示例香港医院", recipient_region=HONG_KONG, purpose="recognition",
    fields=("results",), persons=1, counted=0, consent=True, contract_number="示例-1", filing_number="示例-2",
    contract_is_gba=True, impact_assessment="示例-3",
)  # fmt: skip


def test_guangzhou_with_contract_filing_consent_and_assessment_may() -> None:
    assert decide(WHOLE).allowed and decide(WHOLE).route == Route.GBA_CONTRACT
    assert decide(replace(WHOLE, recipient_region=MACAU)).allowed


def test_chaozhou_may_not_under_a_bay_contract() -> None:
    denied = decide(replace(WHOLE, sender_city=CHAOZHOU))
    assert not denied.allowed and denied.route == Route.CLOSED and "nine mainland cities" in str(denied.reasons[0])
    assert decide(replace(WHOLE, sender_city=CHAOZHOU, contract_is_gba=False)).route == Route.STANDARD_CONTRACT


@pytest.mark.parametrize(
    "missing", ["purpose", "fields", "consent", "contract_number", "filing_number", "impact_assessment"]
)
def test_each_formality_is_needed(missing: str) -> None:
    denied = decide(replace(WHOLE, **{missing: type(getattr(WHOLE, missing))()}))
    assert not denied.allowed and len(denied.reasons) == 1


def test_the_ten_thousandth_sensitive_person_needs_an_assessment() -> None:
    assert decide(replace(WHOLE, counted=9_998)).allowed
    denied = decide(replace(WHOLE, counted=9_999))
    assert not denied.allowed and "10000" in str(denied.reasons[0])
    assert decide(replace(WHOLE, counted=9_999, security_assessment="示例-4")).route == Route.ASSESSMENT
    assert decide(replace(WHOLE, counted=9_999, gba_without_ceiling=True)).allowed
    assert not decide(replace(WHOLE, counted=9_999, gba_without_ceiling=True, sender_city=CHAOZHOU)).allowed


def test_ordinary_data_of_few_persons_needs_no_contract_and_of_a_million_an_assessment() -> None:
    plain = replace(WHOLE, sensitive=False, contract_number="", filing_number="", contract_is_gba=False)
    assert decide(replace(plain, counted=99_998)).route == Route.EXEMPT
    assert not decide(replace(plain, counted=99_999)).allowed
    assert (
        decide(replace(WHOLE, sensitive=False, contract_is_gba=False, counted=99_999)).route == Route.STANDARD_CONTRACT
    )
    assert not decide(replace(WHOLE, sensitive=False, counted=999_999)).allowed


def test_important_data_and_critical_infrastructure_always_need_an_assessment() -> None:
    for one in (replace(WHOLE, important_data=True), replace(WHOLE, critical_infrastructure=True)):
        assert not decide(one).allowed
        assert decide(replace(one, security_assessment="示例-4")).allowed


def test_emergencies_and_transit_are_exempt_and_the_mainland_is_no_export() -> None:
    bare = Export("445100", "示例", HONG_KONG, "treatment", ("results",), 1, 0, emergency="示例：昏迷")
    assert decide(bare).route == Route.EMERGENCY and decide(bare).allowed
    assert not decide(replace(bare, emergency=" ")).allowed and not decide(replace(bare, fields=("diary",))).allowed
    assert decide(Export("", "示例", HONG_KONG, "", (), 1, 0, transit=True)).route == Route.TRANSIT
    assert decide(Export("", "示例", "440600", "", (), 1, 0)).route == Route.DOMESTIC
    assert not decide(replace(WHOLE, recipient_region=SINGAPORE)).allowed


@given(
    city=st.sampled_from([*sorted(NINE_CITIES), CHAOZHOU, "", "441900", "420100"]), region=st.sampled_from([HONG_KONG, MACAU, ""]),
    fields=st.lists(st.sampled_from([*sorted(FIELDS), "diary"]), max_size=3), counted=st.integers(0, 2_000_000),
    persons=st.integers(0, 3), flags=st.lists(st.booleans(), min_size=5, max_size=5), texts=st.lists(st.sampled_from(["", "x"]), min_size=5, max_size=5),
)  # fmt: skip
def test_more_persons_or_less_paper_never_opens_the_gate(
    city: str, region: str, fields: list[str], counted: int, persons: int, flags: list[bool], texts: list[str]
) -> None:
    export = Export(city, "示例", region, texts[0], tuple(fields), persons, counted, flags[0], flags[1], texts[1], texts[2],
                    flags[2], texts[3], texts[4], flags[3], flags[4])  # fmt: skip
    decision = decide(export)
    assert decision.allowed != bool(decision.reasons)
    if not decision.allowed:
        for less in ({"consent": False}, {"contract_number": ""}, {"filing_number": ""}, {"impact_assessment": ""},
                     {"security_assessment": ""}, {"counted": counted + 10_000}):  # fmt: skip
            assert not decide(replace(export, **less)).allowed


def test_a_breaker_rests_after_failures_and_lets_one_try() -> None:
    one, then = Breaker(), datetime(2026, 11, 22, tzinfo=UTC)
    for _ in range(FAILURES):
        assert one.may_ask(then) and not one.tripped
        one = one.failed(then)
    assert one.tripped and not one.may_ask(then) and not one.may_ask(then + REST / 2)
    later = then + REST
    assert one.may_ask(later)
    tried = one.tried(later)
    assert not tried.may_ask(later) and tried.untried().may_ask(later)
    assert tried.may_ask(later + REST), "whoever took the try and died holds it no longer than a rest"
    assert not tried.failed(later).may_ask(later + REST / 2) and tried.failed(later).may_ask(later + REST)


BORN, NOW = date(1980, 1, 1), datetime(2026, 11, 22, tzinfo=UTC)
ASKED = Asked(frozenset({plain_name("陈示例")}), BORN, 2, frozenset({"440524188001010014"}))
GLUCOSE = ItemFacts(1, "LAB-CHEM-GLU", "葡萄糖", "Glucose", "laboratory", "", "", unit="mmol/L", loinc="14749-6",
                    critical_low=Decimal("2.5"), critical_high=Decimal("22.2"))  # fmt: skip


def patient(**more: Any) -> dict[str, Any]:
    told = {"resourceType": "Patient", "id": "7", "name": [{"text": "陳示例"}], "gender": "female",
            "birthDate": "1980-01-01", **more}  # fmt: skip
    return {"resourceType": "Bundle", "entry": [{"resource": told}]}


def observed(item: ItemFacts = GLUCOSE, **more: Any) -> list[Any]:
    told = {
        "resourceType": "Observation", "id": "o1", "status": "final", "subject": {"reference": "Patient/7"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "14749-6"}]},
        "effectiveDateTime": "2026-11-20T08:00:00+08:00", "issued": "2026-11-20T10:00:00+08:00",
        "valueQuantity": {"value": 5.1, "unit": "mmol/L", "code": "mmol/L"}, **more,
    }  # fmt: skip
    return results_in(
        {"resourceType": "Bundle", "entry": [{"resource": told}]}, patients={"7": {}}, by_loinc={"14749-6": 1},
        by_code={"LAB-CHEM-GLU": 1}, items={1: item}, wanted=frozenset({1}), now=NOW, born=BORN,
    )  # fmt: skip


def test_an_honest_answer_is_read() -> None:
    assert list(patients_in(patient(), ASKED)) == ["7"]
    (one,) = observed()
    assert one.number == Decimal("5.1") and one.item == 1 and not one.critical and one.scopes == ()
    mark = {"url": "https://b.example/fhir/StructureDefinition/hr-mark",
            "extension": [{"url": "scope", "valueString": "440000"}]}  # fmt: skip
    assert observed(extension=[mark])[0].scopes == ("440000",)
    assert observed(valueQuantity={"value": 25, "unit": "mmol/L"})[0].critical
    assert observed(valueQuantity={"value": 90, "unit": "mg/dL"})[0].number is None
    assert observed(status="entered-in-error") == [] and observed(code={"coding": [{"code": "x"}]}) == []


SUGAR = replace(GLUCOSE, molar_mass=Decimal("180.156"))
UREA_ITEM = replace(GLUCOSE, code="LAB-CHEM-UREA", molar_mass=Decimal("60.056"), critical_low=None)


@pytest.mark.parametrize(("item", "name", "value", "unit", "number", "told_as"), [
    (SUGAR, "Glucose", 90, "mg/dL", "4.995670419", "90 mg/dL"),
    (SUGAR, "Glucose", 0.9, "g/L", "4.995670419", "0.9 g/L"),
    (GLUCOSE, "Glucose", 0.0051, "mol/L", "5.1", "0.0051 mol/L"),
    (SUGAR, "Glucose", 5.1, "MMOL/L", "5.1", ""),
    (SUGAR, "Glucose", 5.1, "kg", None, ""),
    (GLUCOSE, "Glucose", 90, "mg/dL", None, ""),
    (UREA_ITEM, "Urea", 60.056, "mg/L", "1", "60.056 mg/L"),
    (UREA_ITEM, "Urea nitrogen (BUN)", 28.014, "mg/L", "1", "28.014 mg/L"),
])  # fmt: skip
def test_another_unit_is_converted_and_said_so(
    item: ItemFacts, name: str, value: float, unit: str, number: str | None, told_as: str
) -> None:
    code = {"text": name, "coding": [{"system": "http://loinc.org", "code": "14749-6"}]}
    (one,) = observed(item=item, code=code, valueQuantity={"value": value, "unit": unit})
    assert (one.number, one.told_as) == (None if number is None else Decimal(number), told_as)
    assert one.unit == (unit if number is None or not told_as else "mmol/L")


@pytest.mark.parametrize(("mark", "value", "text", "critical"), [
    ("<", 0.05, "<0.05 mmol/L", True), (">", 25, ">25 mmol/L", True), ("<=", 5.1, "<=5.1 mmol/L", False),
])  # fmt: skip
def test_below_or_above_a_number_is_no_number(mark: str, value: float, text: str, critical: bool) -> None:
    (one,) = observed(valueQuantity={"value": value, "unit": "mmol/L", "comparator": mark})
    assert (one.number, one.text, one.unit, one.critical) == (None, text, "", critical)
    assert not one.odd & UNCONVERTED


def test_an_unknown_comparator_is_not_believed() -> None:
    with pytest.raises(Untrusted):
        observed(valueQuantity={"value": 1, "unit": "mmol/L", "comparator": "ungefähr"})


@pytest.mark.parametrize(("told", "odd"), [
    ({}, 0), ({"specimen": {"display": "血清"}}, 0), ({"specimen": {"display": "尿液"}}, UNFIT),
    ({"specimen": {"reference": "Specimen/1"}}, 0), ({"specimen": "尿液"}, 0),
    ({"method": {"text": "胶体金"}}, UNFIT), ({"method": {"coding": [{"display": "化学发光法"}]}}, 0),
    ({"method": {"coding": [{"display": "胶体金"}]}}, UNFIT), ({"method": {"text": 7}}, UNFIT),
    ({"valueQuantity": {"value": 5.1, "unit": "kg"}}, UNCONVERTED), ({"valueQuantity": None, "valueString": "阳性"}, 0),
])  # fmt: skip
def test_what_stands_for_no_order_here_is_told_from_what_the_city_says(told: dict[str, Any], odd: int) -> None:
    (one,) = observed(item=replace(GLUCOSE, specimen="serum", method="化学发光"), **told)
    assert one.odd == odd


def test_a_converted_value_is_judged_by_the_limits_of_the_item() -> None:
    assert observed(item=SUGAR, valueQuantity={"value": 450, "unit": "mg/dL"})[0].critical
    with pytest.raises(Untrusted):
        observed(item=SUGAR, valueQuantity={"value": 1e7, "unit": "mg/dL"})


@pytest.mark.parametrize("lie", [
    {"birthDate": "1981-01-01"}, {"gender": "male"}, {"name": [{"text": "王示例"}]}, {"id": ""}, {"id": 7},
    {"name": "陈示例"}, {"name": [], "identifier": [{"value": "110101199003070000"}]},
])  # fmt: skip
def test_another_patient_is_not_believed(lie: dict[str, Any]) -> None:
    with pytest.raises(Untrusted):
        patients_in(patient(**lie), ASKED)


def test_a_masked_or_whole_document_tells_who_it_is() -> None:
    for number in ("440524188001010014", "4405**********0014", "4405 2418 8001 0100 14"):
        assert patients_in(patient(name=[], identifier=[{"value": number}]), ASKED)
    with pytest.raises(Untrusted):
        patients_in(patient(name=[], identifier=[{"value": "4405**********0015"}]), ASKED)


@pytest.mark.parametrize("lie", [
    {"subject": {"reference": "Patient/8"}}, {"subject": None}, {"effectiveDateTime": "2026-12-20T08:00:00Z"},
    {"effectiveDateTime": "yesterday"}, {"effectiveDateTime": "2026-11-20T08:00:00"}, {"issued": "2026-11-19T08:00:00Z"},
    {"effectiveDateTime": "1979-01-01T00:00:00Z", "issued": "1979-01-01T00:00:00Z"},
    {"valueQuantity": {"value": 1e9, "unit": "mmol/L"}}, {"valueQuantity": {"value": -3, "unit": "mmol/L"}},
    {"valueQuantity": {"value": "5.1"}}, {"valueQuantity": {"value": True}}, {"valueQuantity": {"value": float("inf")}},
])  # fmt: skip
def test_what_cannot_be_true_spoils_the_answer(lie: dict[str, Any]) -> None:
    with pytest.raises(Untrusted):
        observed(**lie)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.sampled_from(["resourceType", "entry", "resource", "id", "subject", "code", "coding", "name",
                                         "valueQuantity", "extension", "interpretation", "performer"]), inner, max_size=4)))  # fmt: skip
def test_no_shape_of_an_answer_breaks_the_reading(told: Any) -> None:
    for body in (told, {"resourceType": "Bundle", "entry": [{"resource": told}]},
                 {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Observation", "status": "final",
                  "subject": {"reference": "Patient/7"}, "code": {"coding": [{"code": "14749-6", "system": "http://loinc.org"}]},
                  "effectiveDateTime": "2026-11-20T08:00:00Z", "valueQuantity": told, "extension": told,
                  "interpretation": told, "performer": told}}]}):  # fmt: skip
        try:
            patients_in(body, ASKED)
            results_in(body, patients={"7": {}}, by_loinc={"14749-6": 1}, by_code={}, items={1: GLUCOSE},
                       wanted=frozenset({1}), now=NOW, born=BORN)  # fmt: skip
        except Untrusted:
            pass
