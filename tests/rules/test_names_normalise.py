"""What is tidied in a name and said so, what is refused, and what may never happen silently."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xinglin.roster.names import NameRefused, clean_name, mask_name, normalise
from xinglin.roster.names.normalise import _STEPS, is_plain
from xinglin.roster.reasons import catalogue


@pytest.mark.parametrize(
    ("typed", "kept", "codes"),
    [
        ("陈晓明", "陈晓明", []),
        ("  陈 晓明\u3000", "陈晓明", ["whitespace"]),
        ("买买提•艾力", "买买提·艾力", ["interpunct"]),
        ("买买提 ‧ 艾力", "买买提·艾力", ["interpunct"]),
        ("买买提・艾力", "买买提·艾力", ["interpunct"]),
        ("买买提．艾力", "买买提·艾力", ["interpunct"]),
        ("买买提.艾力", "买买提·艾力", ["interpunct"]),
        ("J. R. Chan", "J. R. Chan", []),
        ("陈\u200b明", "陈明", ["zero_width"]),
        ("ＴＡＮ Ah Kow", "TAN Ah Kow", ["width"]),
        ("Jose\u0301", "José", ["nfc"]),
        ("\ue815", "\u2e81", ["pua"]),
        ("𰻝\U00031350𠀀", "𰻝\U00031350𠀀", []),
        ("阿", "阿", []),
        ("⿰氵勇明", "⿰氵勇明", []),
        ("史太君5X", "史太君5X", ["unusual"]),
    ],
)
def test_tidied_and_said(typed: str, kept: str, codes: list[str]) -> None:
    cleaned = clean_name(typed)
    assert cleaned.text == kept
    assert [note.code for note in cleaned.notes] == codes


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "name.empty"),
        (" \u3000", "name.empty"),
        ("·", "name.no_letters"),
        ("12345", "name.no_letters"),
        ("<script>alert(1)</script>", "name.markup"),
        ("＜b＞陈", "name.markup"),
        ("陈&lt;b", "name.markup"),
        ("{{7*7}}", "name.markup"),
        ("陈\u202e明", "name.bidi"),
        ("陈\u2066明", "name.bidi"),
        ("陈\x00明", "name.control"),
        ("陈\x1b[2J", "name.control"),
        ("陈\U000e0041", "name.control"),
        ("\ud800", "name.control"),
        ("\ue000明", "name.private_use"),
        ("陈\ufffd", "name.replacement"),
        ("=HYPERLINK(1)", "name.formula"),
        ("@SUM", "name.formula"),
        ("明" * 61, "name.too_long"),
    ],
)
def test_refused_with_a_reason(typed: str, reason: str) -> None:
    with pytest.raises(NameRefused) as refused:
        clean_name(typed)
    assert refused.value.reason_code == reason
    for lang in ("en", "zh"):
        assert "{" not in refused.value.sentence(lang).replace("{{", "")
        assert refused.value.next_step(lang)


def test_sixty_characters_are_accepted() -> None:
    assert len(clean_name("买" * 29 + "·" + "提" * 30).text) == 60


@given(st.text(max_size=40))
def test_any_text_is_cleaned_or_refused_and_cleaning_is_idempotent(typed: str) -> None:
    try:
        cleaned = clean_name(typed)
    except NameRefused as refused:
        assert refused.reason_code in catalogue()
        return
    again = clean_name(cleaned.text)
    assert again.text == cleaned.text
    assert all(note.code == "unusual" for note in again.notes)
    if cleaned.text != typed:
        assert cleaned.notes, "a change must be said"


@given(st.text(alphabet=st.sampled_from("陈明 \u3000.·•‧．\u200bＡa\u0301\ue815\t"), max_size=12))
@example("\u0301.a\u0301")
def test_normalise_is_idempotent(typed: str) -> None:
    assert normalise(normalise(typed)) == normalise(typed)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张明", "张*"),
        ("张晓明", "张*明"),
        ("欧阳晓明", "欧阳*明"),
        ("欧阳修", "欧阳*"),
        ("Tan Ah Kow", "T** A* K**"),
        ("买买提·艾力", "买**·**"),
        ("张", "*"),
    ],
)
def test_masking(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.text(min_size=1, max_size=30))
def test_masking_never_shows_the_whole_name(name: str) -> None:
    text = normalise(name)
    if sum(char.isalpha() for char in text) > 2 and " " not in text and "-" not in text and "·" not in text:
        assert mask_name(name) != text


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8))
def test_tidying_leaves_everyday_characters_as_they_are(text: str) -> None:
    """What lets nearly every name pass without being tidied at all."""
    assert is_plain(text)
    for _code, step in _STEPS:
        assert step(text) == text
    assert unicodedata.normalize("NFKC", text) == unicodedata.normalize("NFKD", text) == text
