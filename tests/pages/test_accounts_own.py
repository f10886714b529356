"""One's own account: profile, tokens, ways of notices, who read my data, invitations."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from tests.factories import bonds
from tests.factories.entrance import PASSWORD, browser, entries, member, sign_in, signed_in

from xinglin.kernel import accounts, clock, reading
from xinglin.kernel.models import Account, ApiToken, Invitation, Outlet
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_left_over() -> None:
    cache.clear()


def test_the_name_others_see() -> None:
    one = member()
    client = signed_in(one)
    assert client.post("/accounts/me/", {"_do": "profile", "display_name": "  梅   医生 "}).status_code == 303
    one.refresh_from_db()
    assert one.display_name == "梅 医生"
    assert entries("kernel.renamed")[0].data == {"before": "mei", "after": "梅 医生"}
    refused = client.post("/accounts/me/", {"_do": "profile", "display_name": "   "})
    assert refused.status_code == 422


def test_a_token_is_shown_once_and_works_until_it_is_revoked() -> None:
    client = signed_in(member())
    answer = client.post(
        "/accounts/me/tokens/", {"_do": "issue", "name": "脚本", "abilities": ["read"], "validity": "30"}
    )
    secret = re.search(r'<code class="secret">(xl_[^<]+)</code>', answer.content.decode()).group(1)  # type: ignore[union-attr]
    assert secret not in client.get("/accounts/me/tokens/").content.decode()
    program = browser()
    headers = {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/me", headers=headers).status_code == 200
    row = ApiToken.objects.get()
    assert row.expires_at <= clock.now() + timedelta(days=30)
    assert secret not in (row.digest, row.prefix)
    client.post(reverse("revoke-token", args=[row.pk]))
    assert program.get("/api/v1/me", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "change", [{"abilities": []}, {"abilities": ["everything"]}, {"validity": "9999"}, {"name": ""}, {"name": "x" * 81}]
)
def test_a_token_that_may_not_be(change: dict) -> None:  # type: ignore[type-arg]
    data = {"_do": "issue", "name": "脚本", "abilities": ["read"], "validity": "30", **change}
    answer = signed_in(member()).post("/accounts/me/tokens/", data)
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_nobody_revokes_the_token_of_another() -> None:
    token, _secret = accounts.issue_token(name="x", abilities=["read"], days=1, by=member("ling"))
    assert signed_in(member()).post(reverse("revoke-token", args=[token.pk])).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_where_notices_go() -> None:
    client = signed_in(member())
    data = {"_do": "set", "channel": "email", "address": "mei@other.example", "is_active": "on"}
    assert client.post("/accounts/me/outlets/", data).status_code == 303
    row = Outlet.objects.get()
    assert "mei@other.example" in client.get("/accounts/me/outlets/").content.decode()
    inside = {"_do": "set", "channel": "webhook", "address": "http://127.0.0.1/x", "secret": "s" * 20}
    assert client.post("/accounts/me/outlets/", inside).status_code == 422
    for_all = {**data, "for_alliance": "on"}
    assert client.post("/accounts/me/outlets/", for_all).status_code == 403, "only the system administrator's"
    assert signed_in(member("ling")).post(reverse("remove-outlet", args=[row.pk])).status_code == 404
    client.post(reverse("remove-outlet", args=[row.pk]))
    assert not Outlet.objects.exists()


def test_who_read_my_data() -> None:
    person = bonds.person("林示例")
    one = member(role=Role.EXPERT, scope=("person", person.pk))
    Account.objects.filter(pk=one.pk).update(person_id=person.pk)
    reading.record_read(
        subject=person, fields=["Telephone"], page="roster.person", by=member("reader-no-7", Role.SECRETARIAT)
    )
    page = signed_in(one).get("/accounts/me/reads/").content.decode()
    assert "reader-no-7" in page
    assert "roster.person" in page
    other = signed_in(member("ling")).get("/accounts/me/reads/").content.decode()
    assert "reader-no-7" not in other


def test_my_decisions_about_my_data_are_one_step_away() -> None:
    person = bonds.person("林示例")
    one = member(role=Role.EXPERT, scope=("person", person.pk))
    Account.objects.filter(pk=one.pk).update(person_id=person.pk)
    page = signed_in(one).get("/accounts/me/").content.decode()
    assert f"/roster/person/{person.pk}/do/withdraw_publication/" in page
    assert f"/roster/person/{person.pk}/do/refuse_automation/" in page
    assert f"/roster/person/{person.pk}/do/agree_to_publication/" not in page, "given already"


def invited(**more: object) -> tuple[Invitation, str]:
    fields = {"email": "new@example.org", "display_name": "新同事", "role": Role.LIAISON, "scope_kind": "organisation"}
    one = accounts.invite(
        **{**fields, "scope_id": bonds.hospital().pk, **more},
        by=bonds.account(Role.SECURITY_ADMIN),  # type: ignore[arg-type]
    )
    return one, accounts.secret_of(one)


def test_an_invitation_opens_one_account_once() -> None:
    _one, secret = invited()
    client = browser()
    page = client.get(f"/invitation/{secret}")
    assert "new@example.org" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "no-referrer"
    data = {"_do": "accept", "username": "xin", "display_name": "新同事", "password": PASSWORD, "again": PASSWORD}
    assert client.post(f"/invitation/{secret}", {**data, "again": "x"}).status_code == 422
    weak = client.post(f"/invitation/{secret}", {**data, "password": "short", "again": "short"})
    assert weak.status_code == 422
    assert "at least 10 characters" in weak.content.decode()
    assert not Account.objects.filter(username="xin").exists(), "nothing half done"
    assert client.post(f"/invitation/{secret}", data).status_code == 303
    made = Account.objects.get(username="xin")
    assert made.email == "new@example.org"
    assert made.grants.get().role == Role.LIAISON
    assert client.post(f"/invitation/{secret}", {**data, "username": "xin2"}).status_code == 410
    assert sign_in(browser(), "xin").status_code == 302


def test_a_further_role_for_whoever_is_here_already() -> None:
    one = member()
    _row, secret = invited(email="MEI@example.org")
    client = signed_in(one)
    assert client.post(f"/invitation/{secret}", {"_do": "join"}).status_code == 303
    assert one.grants.get().role == Role.LIAISON
    _row, other = invited(email="ling@example.org")
    assert client.post(f"/invitation/{other}", {"_do": "join"}).status_code == 422


def test_an_invitation_that_ended() -> None:
    one, secret = invited()
    Invitation.objects.filter(pk=one.pk).update(expires_at=clock.now() - timedelta(minutes=1))
    assert browser().get(f"/invitation/{secret}").status_code == 410
    assert browser().post(f"/invitation/{secret}", {"_do": "accept", "username": "x"}).status_code == 410


@pytest.mark.parametrize("secret", ["x", "%00", "a" * 3000, "..", "李"])
def test_addresses_that_are_no_invitation(secret: str) -> None:
    assert browser().get(f"/invitation/{secret}").status_code in (404, 410)


def test_who_may_ask_others_in() -> None:
    home = bonds.hospital()
    client = signed_in(member(role=Role.LIAISON, scope=("organisation", home.pk)))
    session = client.session
    session["gates"] = []
    session.save()
    data = {"_do": "invite", "email": "head@example.org", "display_name": "科主任", "organisation_id": home.pk}
    assert client.post("/accounts/invitations/", {**data, "role": "department_head"}).status_code == 303
    assert client.post("/accounts/invitations/", {**data, "role": "system_admin"}).status_code == 403
    elsewhere = {**data, "organisation_id": bonds.hospital().pk, "role": "department_head"}
    assert client.post("/accounts/invitations/", elsewhere).status_code == 403
    row = Invitation.objects.get()
    client.post(reverse("revoke-invitation", args=[row.pk]))
    row.refresh_from_db()
    assert row.revoked_at is not None
