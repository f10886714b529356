"""The patients' pages in a real browser: axe finds nothing, nothing is wider than a phone, the console stays silent."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import catalogue, consent, results
from tests.factories.portal import BACKEND
from tests.stories.judging import LOOKS, Judge

from xinglin.exchange.catalogue.models import Site
from xinglin.exchange.consent.words import Purpose
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _world() -> tuple[int, Account, Account, Account]:
    catalogue.small()
    here, there = list(Site.objects.order_by("number")[:2])
    who = consent.person(here, there, name_zh="示例陈某")
    for value, at, days in (("5.5", here, 400), ("6.9", there, 120), ("12.1", there, 20), ("5.1", here, 2)):
        results.result(who, at, 1, value, days=days, reference="3.9-6.1")
    paper = results.report(who, there, title="示例胸部CT", image_url="https://images.example.org/1", conclusion="示例")
    results.result(who, there, 2, "7.1", flags=1, report=paper.pk, reference="3.5-5.3")
    results.result(who, there, 9, None, text="阴性")
    me, doctor, clerk = consent.joined(here, who), consent.doctor(here), consent.doctor(here, Role.LIAISON)
    consent.notice(Purpose.TREATMENT)
    consent.notice(Purpose.CROSS_BORDER)
    consent.consent(who, here)
    consent.visit(who, here, doctor.pk)
    return who, me, doctor, clerk


def _signed_in(browser: Any, url: str, account: Account | None, language: str) -> Any:
    context = browser.new_context(base_url=url)
    cookies = [{"name": "xinglin_language", "value": language, "url": url}]
    if account is not None:
        client = Client()
        client.force_login(account, backend=BACKEND)
        cookies += [{"name": name, "value": one.value, "url": url} for name, one in client.cookies.items()]
    context.add_cookies(cookies)
    return context


def _listen(found: list[str], said: Any) -> None:
    if said.type == "error":
        found.append(f"console: {said.text}")


@pytest.mark.parametrize("language", LOOKS)
def test_patients_pages(browser_here: Any, live_server: Any, language: str) -> None:
    who, me, doctor, clerk = _world()
    pages = [
        (None, [reverse("resident-join")]),
        (me, [*(reverse(f"resident-{name}", args=[who]) for name in ("results", "print", "consents", "seen",
                                                                     "requests")),
              reverse("resident-results", args=[who]) + "?item=1"]),
        (doctor, [reverse("patients"), reverse("patient-results", args=[who]),
                  reverse("patient-results", args=[who]) + "?item=1", reverse("patient-consent", args=[who])]),
        (clerk, [reverse("resident-counter")]),
    ]  # fmt: skip
    judge = Judge(language)
    for account, addresses in pages:
        context = _signed_in(browser_here, live_server.url, account, language)
        page = context.new_page()
        page.on("console", partial(_listen, judge.found))
        for address in addresses:
            answer = page.goto(address)
            assert answer is not None and answer.status == 200, address
            judge.page(page, address)
        context.close()
    assert not judge.found, judge.verdict()
