"""What is said is said in the language of whoever reads."""

import pytest
from django.utils import translation
from django.utils.translation import gettext

from xinglin.kernel import money
from xinglin.portal import nouns, speaking
from xinglin.roster.places import place_name


def test_everything_speaks_the_chosen_language():
    with translation.override("zh-hans"):
        assert speaking.gettext("Yes") == "是" and speaking.chinese()
        with speaking.in_language("en"):
            assert (speaking.gettext("Yes"), gettext("Yes"), speaking.chinese()) == ("Yes", "Yes", False)
            with speaking.in_language("zh-hans"):
                assert (speaking.gettext("Yes"), gettext("Yes"), speaking.language()) == ("是", "是", "zh-hans")
            assert speaking.gettext("Yes") == "Yes"
        assert speaking.gettext("Yes") == "是"
    with translation.override("en"):
        assert speaking.gettext("Yes") == "Yes"


def test_a_choice_ends_where_its_request_failed():
    try:
        with speaking.in_language("zh-hans"):
            raise ValueError
    except ValueError:
        pass
    with translation.override("en"):
        assert speaking.language() == "en"


def test_facts_are_said_as_words_of_the_trade_and_sums_as_money():
    told = {"amount_fen": -23_050, "kind": "withdrawn", "price_list": "示例"}
    with translation.override("zh-hans"):
        said = speaking.sentence("recognition.saving_reversed", "示例", "RD-1", told, "recognition.decision")
        assert said == "RD-1冲销节省−¥230.50（互认已撤销）。"
        asked = {"city": "示例市", "peer": "P", "state": "late", "results": 0, "milliseconds": 700}
        assert "late" not in speaking.sentence("federation.city_asked", "示例", "P1", asked, "identity.indexperson")
        assert speaking.sentence("kernel.factor_added", "示例", "", {"factor": ["odd"]}) != ""


@pytest.mark.parametrize(
    ("fen", "alone", "in_a_column"),
    [
        (0, "¥0", "0.00"), (5, "¥0.05", "0.05"), (100, "¥1", "1.00"), (123_450, "¥1,234.50", "1,234.50"),
        (-1, "−¥0.01", "−0.01"), (-123_400, "−¥1,234", "−1,234.00"), (10**15, "¥10,000,000,000,000", "10,000,000,000,000.00"),
    ],
)  # fmt: skip
def test_fen_are_said_in_yuan_to_the_last(fen: int, alone: str, in_a_column: str):
    assert (money.yuan(fen), money.in_column(fen)) == (alone, in_a_column) and speaking.money(fen) == alone


def test_help_beside_a_question_is_about_that_question():
    assert "whole alliance" in str(nouns.help_of("kernel", "organisation_id"))
    assert nouns.help_of("intake", "organisation_id") is None
    assert "day before" in str(nouns.help_of("catalogue", "valid_from"))


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "广东省潮州市"), ("en", "Chaozhou, Guangdong")])
def test_a_place_is_called_what_its_reader_calls_it(language: str, said: str):
    with translation.override(language):
        assert (place_name("445100"), place_name("长三角"), place_name("")) == (said, "长三角", None)
