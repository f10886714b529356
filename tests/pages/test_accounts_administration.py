"""What the three administrators do on their pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.factories import bonds, portal
from tests.factories.entrance import PASSWORD, browser, entries, member, sign_in

from xinglin.kernel import clock, configuration, jobs, ledger, permits
from xinglin.kernel.models import Account, DatedSetting, Job, LedgerEntry
from xinglin.kernel.words import JobState, Role
from xinglin.portal.accounts import locks
from xinglin.roster.actions import organisations

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def no_limits_left_over() -> None:
    cache.clear()


def at_work(role: Role) -> Client:
    client = browser()
    client.force_login(bonds.account(role), backend=BACKEND)
    return client


def put(client: Client, key: str, value: str, **more: Any) -> Any:
    data = {
        "_do": "set",
        "value": value,
        "valid_from": clock.today().isoformat(),
        "source_document": "示例文件〔2026〕1号",
    }
    return client.post(reverse("rule", args=[key]), {**data, **more})


def test_a_rule_is_set_from_a_day_with_its_source() -> None:
    client = at_work(Role.SYSTEM_ADMIN)
    assert put(client, "accounts.failures", "7").status_code == 303
    assert configuration.value("accounts.failures") == 7
    assert locks.failure_limit() == 7
    page = client.get(reverse("rule", args=["accounts.failures"])).content.decode()
    assert "示例文件〔2026〕1号" in page
    tomorrow = clock.today() + timedelta(days=1)
    assert put(client, "accounts.failures", "9", valid_from=tomorrow.isoformat()).status_code == 303
    assert configuration.value("accounts.failures") == 7
    assert configuration.value("accounts.failures", on=tomorrow) == 9
    assert "to come" in client.get(reverse("rule", args=["accounts.failures"])).content.decode()


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("deadlines.warn_days", "60\n30, 7", [60, 30, 7]),
        ("notices.email", "no", False),
        ("notices.email", "是", True),
        ("accounts.second_factor_roles", "secretariat\nexpert", ["secretariat", "expert"]),
        ("portal.processor", "潮州市医学会（示例）", "潮州市医学会（示例）"),
    ],
)
def test_values_of_every_shape(key: str, value: str, kept: object) -> None:
    assert put(at_work(Role.SYSTEM_ADMIN), key, value).status_code == 303
    assert configuration.value(key) == kept


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("accounts.failures", {"value": "many"}),
        ("accounts.failures", {"value": "-1"}),
        ("notices.email", {"value": "perhaps"}),
        ("deadlines.warn_days", {"value": "a week"}),
        ("accounts.second_factor_roles", {"value": "secretary"}),
        ("accounts.failures", {"value": "5", "source_document": " "}),
        ("accounts.failures", {"value": "5", "valid_from": "someday"}),
        ("accounts.failures", {"value": "5", "valid_from": "0001-01-01"}),
    ],
)
def test_values_that_are_refused(key: str, change: dict[str, str]) -> None:
    assert put(at_work(Role.SYSTEM_ADMIN), key, **{"value": "5", **change}).status_code == 422
    assert not DatedSetting.objects.exists()


def test_work_is_shown_with_its_progress_and_stopped() -> None:
    client = at_work(Role.SYSTEM_ADMIN)
    job = jobs.ask("kernel.daily", by=permits.the_program())
    Job.objects.filter(pk=job.pk).update(total=10, done=4)
    page = client.get("/administration/system/work/").content.decode()
    assert 'value="4"' in page
    assert client.post(reverse("cancel-work", args=[job.pk])).status_code == 303
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_an_account_for_a_program_with_its_token() -> None:
    client = at_work(Role.SYSTEM_ADMIN)
    data = {"_do": "open", "username": "his", "display_name": "医院信息系统（示例）"}
    assert client.post("/administration/system/programs/", data).status_code == 303
    page = client.post(
        "/administration/system/programs/",
        {"_do": "token", "username": "HIS", "name": "first", "abilities": "read", "days": "30"},
    )
    assert 'class="secret">xl_' in page.content.decode()
    person = member()
    refused = client.post(
        "/administration/system/programs/",
        {"_do": "token", "username": person.username, "name": "first", "abilities": "read", "days": "30"},
    )
    assert refused.status_code == 422


def test_roles_are_given_and_ended() -> None:
    client, one, office = at_work(Role.SECURITY_ADMIN), member(), bonds.account(Role.SECRETARIAT)
    home = portal.propose("示例市第九医院", office)
    organisations.admit_organisation(organisation_id=home.pk, by=office)
    address = reverse("security-account", args=[one.pk])
    assert (
        client.post(address, {"_do": "give", "role": "liaison", "organisation_id": "示例市第九医院"}).status_code == 303
    )
    row = one.grants.get()
    assert (row.role, row.scope_kind, row.scope_id) == ("liaison", "organisation", home.pk)
    assert "示例市第九医院" in client.get(address).content.decode()
    assert client.post(reverse("end-grant", args=[row.pk])).status_code == 303
    row.refresh_from_db()
    assert row.ended_at is not None
    assert [one.event for one in LedgerEntry.objects.filter(event__contains="grant").order_by("-id")[:2]] == [
        "kernel.grant_ended", "kernel.granted",
    ]  # fmt: skip


def test_two_administrations_are_never_one_person() -> None:
    client, one = at_work(Role.SECURITY_ADMIN), member(role=Role.SYSTEM_ADMIN)
    answer = client.post(reverse("security-account", args=[one.pk]), {"_do": "give", "role": "audit_admin"})
    assert answer.status_code == 422
    assert "exclude each other" in answer.content.decode()
    both = {"_do": "give", "role": "expert", "organisation_id": bonds.hospital().pk, "person_id": bonds.person().pk}
    assert client.post(reverse("security-account", args=[one.pk]), both).status_code == 422


def test_a_lock_is_lifted() -> None:
    one = member()
    for _ in range(5):
        sign_in(browser(), "mei", "Wrong-Pass-1")
    client = at_work(Role.SECURITY_ADMIN)
    assert "Lift the lock" in client.get(reverse("security-account", args=[one.pk])).content.decode()
    assert "mei" in client.get("/administration/security/?state=locked").content.decode()
    client.post(reverse("unlock", args=[one.pk]))
    assert sign_in(browser(), "mei", PASSWORD).status_code == 302
    assert entries("kernel.unlocked")[0].subject_title == "mei"


def test_an_account_is_closed_and_a_password_expired() -> None:
    client, one = at_work(Role.SECURITY_ADMIN), member()
    client.post(reverse("expire-password", args=[one.pk]))
    one.refresh_from_db()
    assert one.must_change_password
    address = reverse("security-account", args=[one.pk])
    assert client.post(address, {"_do": "close", "reason": ""}).status_code == 422
    assert client.post(address, {"_do": "close", "reason": "离职"}).status_code == 303
    one.refresh_from_db()
    assert not one.is_active


def test_the_ledger_is_searched_and_taken_along() -> None:
    client = at_work(Role.AUDIT_ADMIN)
    bonds.account(Role.EXPERT, ("person", "x"), name="sought")
    page = client.get("/administration/audit/?event=kernel.granted&about=sought").content.decode()
    assert "sought" in page
    assert "kernel.granted" in page
    nothing = client.get("/administration/audit/?event=kernel.granted&about=nobody-at-all").content.decode()
    assert "Nothing fits" in nothing
    day = clock.today().isoformat()
    assert "sought" in client.get(f"/administration/audit/?since={day}&until={day}&about=sought").content.decode()
    for bad in (
        "?since=yesterday",
        "?until=9999-12-31",
        "?before=x",
        "?before=99999999999999999999",
        "?event=%00",
        "?who=%27",
    ):
        assert client.get("/administration/audit/" + bad).status_code == 200, bad
    file = client.get("/administration/audit/export.csv?about=sought")
    assert b"sought" in file.content
    assert entries("kernel.exported")[-1].data["what"] == "kernel.ledgerentry"
    assert client.get("/administration/audit/export.xlsx").content[:2] == b"PK"


def test_verification_says_what_it_found() -> None:
    client = at_work(Role.AUDIT_ADMIN)
    ledger.seal_all()
    root = ledger.latest_root()
    good = client.post("/administration/audit/verify/", {"root": root}).content.decode()
    assert "The ledger is whole" in good
    assert root in good
    unknown = client.post("/administration/audit/verify/", {"root": "f" * 64}).content.decode()
    assert "does not occur" in unknown
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_ledgerentry DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE kernel_ledgerentry SET actor_name = 'somebody else' "
            "WHERE id = (SELECT min(id) FROM kernel_ledgerentry)"
        )
        cursor.execute("ALTER TABLE kernel_ledgerentry ENABLE TRIGGER USER")
    assert "was changed after it was sealed" in client.post("/administration/audit/verify/").content.decode()


def test_the_back_office_shows_no_secret_and_changes_nothing() -> None:
    one = member()
    client = at_work(Role.SYSTEM_ADMIN)
    page = client.get(f"/admin/kernel/account/{one.pk}/change/").content.decode()
    assert one.password not in page
    assert "mei@example.org" not in page
    assert client.post(f"/admin/kernel/account/{one.pk}/change/", {"display_name": "x"}).status_code == 403
    assert client.post(f"/admin/kernel/account/{one.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Account.objects.filter(pk=one.pk, display_name="mei").exists()
