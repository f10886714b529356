"""What is said is said in the language of whoever reads."""

from django.utils import translation
from django.utils.translation import gettext

from xinglin.portal import speaking


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
