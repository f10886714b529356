"""The form of an objection to what is under public notice: the played year has none that runs today."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from tests.factories.calls import announced, secretariat
from tests.stories.judging import LOOKS, Judge

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", LOOKS)
def test_an_objection_from_outside(browser_here: Any, live_server: Any, language: str) -> None:
    call = announced(secretariat())
    judge, context = Judge(language), browser_here.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "xinglin_language", "value": language, "url": live_server.url}])
    page = context.new_page()
    for address in (reverse("public-call", args=[call.pk]), reverse("call-objection", args=[call.pk])):
        assert page.goto(address).status == 200
        judge.page(page, address)
    page.eval_on_selector_all("[required]", "all => all.forEach(e => e.removeAttribute('required'))")
    with page.expect_navigation():
        page.locator("main form button").last.click()
    assert page.locator("main .err").count(), "an empty form is refused, with the reason at each field"
    judge.page(page, "a refused objection")
    context.close()
    assert not judge.found, judge.verdict()
