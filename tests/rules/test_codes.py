"""Numbers of organisations, staff and persons: the vectors of domain 3.1 and 3.2, and every one-digit mistake."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xinglin.roster.codes import (
    DOCUMENT_KINDS,
    CodeRefused,
    credit_code,
    identity_document,
    insurance_code,
    mask_number,
    medical_institution_code,
    organisation_code,
    practice_certificate,
    qualification_certificate,
    upgrade_old_id,
)
from xinglin.roster.codes.credit import ALPHABET, organisation_check
from xinglin.roster.codes.persons import mrz_check
from xinglin.roster.reasons import catalogue

CREDIT_VECTORS = ["914403001922038216", "91330100799655058B", "11500000MB1670604W", "12330000470051726F"]
PERSON_VECTORS = [
    ("id_card", "11010519491231002X", date(1949, 12, 31), "2"),
    ("id_card", "440524188001010014", date(1880, 1, 1), "1"),
    ("hmt_residence", "810000199408230021", date(1994, 8, 23), "2"),
    ("hmt_residence", "830000199201300022", date(1992, 1, 30), "2"),
    ("hkid", "A123456(3)", None, ""),
    ("hkid", "AB123456(9)", None, ""),
    ("hkid", "G123456(A)", None, ""),
    ("taiwan_id", "A123456789", None, "1"),
]


@pytest.mark.parametrize("code", CREDIT_VECTORS)
def test_credit_codes_that_exist(code: str) -> None:
    found = credit_code(f" {code.lower()[:8]}-{code[8:]} ")
    assert found.code == code
    assert found.organisation_code_agrees
    assert organisation_code(found.organisation_code) == found.organisation_code
    assert found.region_name


def test_a_credit_code_is_taken_apart() -> None:
    hospital = credit_code("12330000470051726F")
    assert (hospital.authority_zh, hospital.category_zh, hospital.region_name) == ("机构编制", "事业单位", "浙江省")
    company = credit_code("914403001922038216")
    assert (company.authority_en, company.category_en) == ("market regulation", "enterprise")
    assert company.region_name == "广东省深圳市"


@given(st.sampled_from(CREDIT_VECTORS), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_changed_character_of_a_credit_code_fails(code: str, place: int, instead: str) -> None:
    assume(code[place] != instead)
    with pytest.raises(CodeRefused):
        credit_code(code[:place] + instead + code[place + 1 :])


def test_letter_marks_of_authorities_are_accepted() -> None:
    from stdnum.cn import uscc

    for first in "ANY":
        body = first + "1440000MB2C00019"[:16]
        assert credit_code(body + uscc.calc_check_digit(body)).authority == first


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "code.empty"),
        ("91440300192203821", "code.length"),
        ("9144030019220382160", "code.length"),
        ("91440300192203821O", "code.charset"),
        ("91440300192203821中", "code.charset"),
        ("914403001922038217", "code.check_digit"),
        ("B14403001922038216", "code.credit_prefix"),
        ("91440A001922038216", "code.charset"),
    ],
)
def test_a_wrong_credit_code_says_what_is_wrong(typed: str, reason: str) -> None:
    with pytest.raises(CodeRefused) as refused:
        credit_code(typed)
    assert refused.value.reason_code == reason
    assert "{" not in refused.value.sentence("zh") + refused.value.sentence("en")


@given(st.text("0123456789", min_size=8, max_size=8), st.integers(0, 7), st.sampled_from("0123456789"))
def test_one_changed_digit_of_an_organisation_code_fails(body: str, place: int, instead: str) -> None:
    assume(body[place] != instead)
    check = organisation_check(body)
    assert organisation_code(f"{body}-{check}") == body + check
    with pytest.raises(CodeRefused):
        organisation_code(body[:place] + instead + body[place + 1 :] + check)


@pytest.mark.parametrize(("kind", "number", "born", "sex"), PERSON_VECTORS)
def test_documents_that_exist(kind: str, number: str, born: date | None, sex: str) -> None:
    found = identity_document(kind, number.lower(), today=date(2026, 11, 22))
    assert (found.birth_date, found.sex, found.checked) == (born, sex, True)
    assert found.kind == kind


def test_an_abolished_region_is_a_warning_not_a_refusal() -> None:
    assert identity_document("id_card", "440524188001010014").warnings == ("region_abolished",)
    assert identity_document("id_card", "11010519491231002X").warnings == ()


@given(st.sampled_from([v for v in PERSON_VECTORS if v[0] != "taiwan_id"]), st.data())
def test_one_changed_digit_of_a_document_fails(vector: tuple, data: st.DataObject) -> None:
    kind, number = vector[0], vector[1].replace("(", "").replace(")", "")
    place = data.draw(st.sampled_from([i for i, c in enumerate(number) if c.isdigit()]))
    instead = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    with pytest.raises(CodeRefused):
        identity_document(kind, number[:place] + instead + number[place + 1 :])


@pytest.mark.parametrize("check", "012345678")
def test_taiwan_check_digit(check: str) -> None:
    # Its weights 8, 6, 4, 2 and 5 share factors with 10: only the check digit itself is sure to be noticed.
    with pytest.raises(CodeRefused):
        identity_document("taiwan_id", "A12345678" + check)


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_an_old_number_and_its_new_form_are_one_person(born: date, sequence: int) -> None:
    old = f"440106{born:%y%m%d}{sequence:03d}"
    new = upgrade_old_id(old)
    assert identity_document("id_card", new).birth_date == born
    assert identity_document("id_card", old).match_key == identity_document("id_card", new).match_key


@pytest.mark.parametrize(
    ("kind", "number", "reason"),
    [
        ("id_card", "110105194913310021", "code.birth_date"),
        ("id_card", "110105194912310021", "code.check_digit"),
        ("id_card", "11010519491231002", "code.length"),
        ("id_card", "1101051949123100XX", "code.charset"),
        ("id_card", "110105491331002", "code.birth_date"),
        ("hmt_residence", "11010519491231002X", "code.format"),
        ("hm_permit", "X12345678", "code.format"),
        ("macau_bir", "2234567(8)", "code.format"),
        ("taiwan_id", "A323456789", "code.format"),
        ("passport", "E1234567890", "code.format"),
        ("birth_certificate", "1234567890", "code.format"),
        ("cow", "1", "code.unknown_kind"),
    ],
)
def test_a_wrong_document_says_what_is_wrong(kind: str, number: str, reason: str) -> None:
    with pytest.raises(CodeRefused) as refused:
        identity_document(kind, number)
    assert refused.value.reason_code == reason


def test_a_birth_in_the_future_is_refused() -> None:
    with pytest.raises(CodeRefused) as refused:
        identity_document("id_card", "11010519491231002X", today=date(1949, 1, 1))
    assert refused.value.reason_code == "code.birth_future"


def test_a_travel_permit_keeps_its_first_nine_characters() -> None:
    first, renewed = identity_document("hm_permit", "H12345678"), identity_document("hm_permit", "H1234567802")
    assert first.match_key == renewed.match_key == "H12345678"
    assert identity_document("hm_permit", "HA1234567").match_key == "HA1234567"
    assert not first.checked


def test_permanent_residence_in_both_forms() -> None:
    assert identity_document("permanent_residence", "CHN110000123456").checked is False
    from stdnum.iso7064 import mod_11_2

    body = "91184019900101001"
    assert identity_document("permanent_residence", body + mod_11_2.calc_check_digit(body)).birth_date == date(
        1990, 1, 1
    )


def test_mrz_check_digits_of_the_icao_example() -> None:
    assert (mrz_check("L898902C3"), mrz_check("740812"), mrz_check("120415")) == ("6", "2", "9")


def test_medical_institution_codes() -> None:
    body = "47005172" + organisation_check("47005172")
    assert medical_institution_code(body + "4451001101001").has_own_organisation_code
    assert not medical_institution_code("PDY123456" + "4451001101001").has_own_organisation_code
    for wrong in (body, body + "445100110100中", "470051720" + "4451001101001"):
        with pytest.raises(CodeRefused):
            medical_institution_code(wrong)


def test_insurance_and_physician_codes() -> None:
    assert insurance_code("h44510200001") == "H44510200001"
    assert practice_certificate("110440106000123") == "110440106000123"
    qualified = qualification_certificate("200844110" + "11010519491231002X")
    assert (qualified.year, qualified.province, qualified.level, qualified.category) == (2008, "44", "1", "10")
    for reader, wrong in [
        (insurance_code, "H9951020001"),
        (insurance_code, "H99510200001"),
        (practice_certificate, "12345"),
        (qualification_certificate, "200844110" + "110105194912310021"),
        (qualification_certificate, "100044110" + "11010519491231002X"),
    ]:
        with pytest.raises(CodeRefused):
            reader(wrong)


@pytest.mark.parametrize(
    ("number", "masked"),
    [("440106199001010014", "4401**********0014"), ("A123456(3)", "A1******3)"), ("123", "***"), ("", "")],
)
def test_masking(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@given(st.text(max_size=30))
def test_masking_hides_at_least_half(number: str) -> None:
    masked = mask_number(number)
    assert masked.count("*") * 2 >= len(masked)


@given(st.sampled_from(sorted(DOCUMENT_KINDS)), st.text(max_size=24))
def test_whatever_is_typed_is_answered_or_refused(kind: str, typed: str) -> None:
    for reader in (credit_code, organisation_code, medical_institution_code, insurance_code, practice_certificate,
                   qualification_certificate, lambda text: identity_document(kind, text)):  # fmt: skip
        try:
            reader(typed)
        except CodeRefused as refused:
            assert refused.reason_code in catalogue()
