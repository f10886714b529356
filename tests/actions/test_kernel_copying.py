"""Rows made and stored in bulk are the rows the framework itself would make and store."""

import pytest
from django.apps import apps
from django.db import transaction
from opencc import OpenCC

from xinglin.kernel import copying, finding
from xinglin.roster.models import Organisation, Person

OURS = [model for model in apps.get_models() if model.__module__.startswith("xinglin.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_fresh_row_has_the_defaults_of_its_model(model: type) -> None:
    mine, other, theirs = copying.fresh(model), copying.fresh(model), model()
    assert mine._state.adding and mine._state is not other._state
    for field in model._meta.concrete_fields:
        here, there = getattr(mine, field.attname), getattr(theirs, field.attname)
        assert type(here) is type(there), field.name
        if callable(field.default):
            # Ids and times are made anew, and a list is nobody else's.
            assert here is not getattr(other, field.attname) or not isinstance(here, (list, dict))
        else:
            assert here == there, field.name


def test_an_unknown_column_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="nmae_zh"):
        copying.fresh(Person, nmae_zh="示例")


@pytest.mark.django_db
def test_rows_made_while_they_are_stored_arrive_whole() -> None:
    named = [("陈示例", ["陈氏", "a'b \\ {}"]), ("O’Brien", [])]
    with transaction.atomic():
        count = copying.copy_in(
            Person,
            (copying.fresh(Person, name_zh=name, stage="active", aliases=also, phone="13800000001",
                           keys=finding.keys_of(name, readings=["x'y", "back\\slash"])) for name, also in named),
        )  # fmt: skip
        assert copying.copy_in(Organisation, iter(())) == 0
    assert count == 2
    assert [(one.name_zh, one.aliases) for one in Person.objects.order_by("pk")] == named
    one = Person.objects.get(name_zh="陈示例")
    assert (one.phone, one.load_limit, one.licence_until, one.website) == ("13800000001", 3, None, "")
    assert Person.objects.filter(keys__carries="'x''y'").count() == 2
    assert list(finding.find(Person.objects.all(), "陈示")) == [one]


def test_a_text_is_folded_as_opencc_would() -> None:
    whole = OpenCC("t2s")
    texts = ["乾隆", "一目瞭然", "沈默", "有序", "陳大文 ABC", "示例市人民医院", "", "𠮷野", "反反覆覆，明瞭"]
    texts += [chr(point) for point in range(0x3400, 0xA000, 7)]
    assert [finding.folded(text) for text in texts] == [whole.convert(text).lower() for text in texts]
