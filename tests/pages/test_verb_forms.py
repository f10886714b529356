"""Forms from signatures: nothing typed is lost, nothing done twice, nothing done to what somebody else changed."""

import re

import pytest
from django.urls import reverse
from tests.factories import bonds
from tests.factories.portal import World, propose

from xinglin.kernel.dossiers import KINDS, open_verbs, opening_verbs
from xinglin.kernel.models import LedgerEntry, Submission
from xinglin.portal import nouns
from xinglin.roster.actions import organisations
from xinglin.roster.models import Agreement, Organisation

NEW = "/roster/organisation/new/propose/"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    return found.group(1) if found else ""


def typed(**more: str) -> dict[str, str]:
    return {"name_zh": "示例市第三人民医院", "kind": "hospital", "level": "3", "grade": "a", **more}


def test_every_form_opens(world: World) -> None:
    client = world.client("secretary")
    for kind in KINDS.values():
        for verb in opening_verbs(kind, world.secretary):
            assert client.get(nouns.form_of(kind, verb)).status_code == 200, verb.name
        for dossier in kind.visible(world.secretary)[:3]:
            for verb in open_verbs(kind, dossier, world.secretary):
                assert client.get(nouns.form_of(kind, verb, dossier.pk)).status_code == 200, verb.name


def test_sent_and_done(world: World) -> None:
    client = world.client("secretary")
    token = hidden(client.get(NEW).content.decode(), "_token")
    response = client.post(NEW, typed(_token=token))
    made = Organisation.objects.get(name_zh="示例市第三人民医院")
    assert response.status_code == 303
    assert response.headers["Location"] == f"/roster/organisation/{made.pk}/"
    assert "Done: " in client.get(response.headers["Location"]).content.decode()


def test_a_second_sending_shows_the_first_result(world: World) -> None:
    client = world.client("secretary")
    token = hidden(client.get(NEW).content.decode(), "_token")
    first = client.post(NEW, typed(_token=token))
    second = client.post(NEW, typed(_token=token))
    assert second.status_code == 303
    assert second.headers["Location"] == first.headers["Location"]
    assert Organisation.objects.filter(name_zh="示例市第三人民医院").count() == 1
    assert "sent before" in client.get(second.headers["Location"]).content.decode()


def test_the_same_form_with_other_words_is_another_deed(world: World) -> None:
    """Going back, changing what was typed and sending again must not lose the change."""
    client = world.client("secretary")
    first = client.post(NEW, typed(_token="t" * 30))
    again = client.post(NEW, typed(_token="t" * 30))
    other = client.post(NEW, typed(_token="t" * 30, name_zh="示例市第四人民医院"))
    assert first.headers["Location"] == again.headers["Location"] != other.headers["Location"]


def test_a_token_of_somebody_else_does_nothing(world: World) -> None:
    client, other = world.client("secretary"), world.client("liaison")
    client.post(NEW, typed(_token="t" * 30))
    response = other.post(NEW, typed(_token="t" * 30))
    assert response.status_code == 409
    assert not Organisation.objects.filter(name_zh="示例市第四人民医院").exists()


def test_a_refused_form_keeps_everything_typed(world: World) -> None:
    response = world.client("secretary").post(
        NEW, typed(name_zh="", profile="很长的<b>简介</b>", credit_code="不是代码", _token="k" * 30)
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "很长的&lt;b&gt;简介&lt;/b&gt;" in page
    assert "不是代码" in page
    assert "This is needed." in page
    assert not Submission.objects.filter(token="k" * 30).exists()


def test_a_refusal_of_the_action_stands_at_its_field(world: World) -> None:
    page = world.client("secretary").post(NEW, typed(credit_code="91445100MA00000000")).content.decode()
    assert re.search(r'id="f-credit_code-error">.+?</p>', page, re.S)
    assert 'value="91445100MA00000000"' in page


@pytest.mark.parametrize("nasty", ["\x00", "\u202e", "a" * 5000, "<script>alert(1)</script>"])
def test_nasty_text_is_refused_or_shown_harmlessly(world: World, nasty: str) -> None:
    response = world.client("secretary").post(NEW, typed(name_zh=nasty))
    assert response.status_code in (303, 422)
    assert b"<script>alert" not in response.content


def test_somebody_was_quicker(world: World) -> None:
    """A form that was opened before somebody else acted says who acted, and keeps what was typed."""
    client = world.client("secretary")
    address = reverse("verb", args=["roster", "organisation", world.active.pk, "revise"])
    page = client.get(address).content.decode()
    other = bonds.account(bonds.Role.SECRETARIAT, name="另一位秘书")
    organisations.close_organisation(organisation_id=world.active.pk, because="示例", by=other)
    organisations.reopen_organisation(organisation_id=world.active.pk, by=other)
    sent = typed(_token=hidden(page, "_token"), _seen=hidden(page, "_seen"), name_zh="改后的名称")
    response = client.post(address, sent)
    text = response.content.decode()
    assert response.status_code == 409
    assert "另一位秘书" in text and "改后的名称" in text
    world.active.refresh_from_db()
    assert world.active.name_zh != "改后的名称"
    again = client.post(address, {**sent, "_seen": hidden(text, "_seen")})
    assert again.status_code == 303, again.content.decode()
    world.active.refresh_from_db()
    assert world.active.name_zh == "改后的名称"


def test_a_step_of_danger_is_confirmed(world: World) -> None:
    client = world.client("secretary")
    address = reverse("verb", args=["roster", "organisation", world.active.pk, "close"])
    assert client.post(address, {"because": "示例"}).status_code == 422
    world.active.refresh_from_db()
    assert world.active.stage == "active"
    assert client.post(address, {"because": "示例", "_sure": "on"}).status_code == 303


AGREEMENT = "/roster/agreement/new/draft/"


def party(place: int, name: str, role: str = "party_a") -> dict[str, str]:
    return {f"parties.{place}.organisation_id": name, f"parties.{place}.role": role}


def test_rows_are_added_without_losing_anything(world: World) -> None:
    client = world.client("secretary")
    sent = {"title": "示例协议", "parties.rows": "3", **party(0, "示例市第一人民医院"), "_add": "parties"}
    page = client.post(AGREEMENT, sent).content.decode()
    assert (
        'name="parties.rows" value="6"' in page
        or 'name="parties.rows" value="5"' in page
        or 'name="parties.rows" value="4"' in page
    )
    assert page.count('name="parties.0.organisation_id" value="示例市第一人民医院"') == 1
    assert "This is needed." not in page
    assert not Agreement.objects.exists()


def test_a_name_that_fits_several_is_asked_back(world: World) -> None:
    propose("示例市第一人民医院", world.secretary, region="445103")
    client = world.client("secretary")
    address = reverse("begin", args=["roster", "organisation", "propose"])
    page = client.post(address, typed(parent_id="示例市第一人民医院")).content.decode()
    choices = re.findall(r'name="parent_id.pick" value="(\w+)"', page)
    assert len(choices) == 2
    sent = typed(
        parent_id="示例市第一人民医院", **{"parent_id.pick": world.active.pk, "parent_id.for": "示例市第一人民医院"}
    )
    response = client.post(address, sent)
    assert response.status_code == 303, response.content.decode()
    assert Organisation.objects.get(name_zh="示例市第三人民医院").parent_id == world.active.pk


def test_a_name_nobody_has_is_said_so(world: World) -> None:
    page = world.client("secretary").post(NEW, typed(parent_id="没有这家")).content.decode()
    assert "“没有这家” was not found" in page


def test_what_may_not_be_seen_cannot_be_meant(world: World) -> None:
    """A liaison cannot learn of a proposed organisation by referring to it."""
    page = world.client("liaison").post(NEW, typed(parent_id=world.proposed.pk)).content.decode()
    assert "was not found" in page


def test_typeahead_offers_titles(world: World) -> None:
    page = world.client("secretary").get("/choices/roster/organisation/", {"parent_id": "第一人民"}).content.decode()
    assert '<option value="示例市第一人民医院">' in page


def test_a_file_survives_a_refusal(world: World) -> None:
    from xinglin.kernel import held
    from xinglin.kernel.asks import Upload

    token = held.hold(Upload("示例.txt", b"content"), by=world.secretary)
    assert held.fetch(token, by=world.liaison) is None
    kept = held.fetch(token, by=world.secretary)
    assert kept is not None and kept.content == b"content"
    assert held.fetch("../../etc/passwd", by=world.secretary) is None


def test_the_ledger_knows_who(world: World) -> None:
    world.client("secretary").post(NEW, typed())
    entry = LedgerEntry.objects.filter(event="roster.organisation_proposed").latest("id")
    assert entry.actor_id == world.secretary.pk
