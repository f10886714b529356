"""Accounts: invited once, accepted once, under password rules; tokens shown once; closed with all they held."""

from datetime import timedelta

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from xinglin.kernel import accounts, audit, ledger, passwords, permits, reading, tokens
from xinglin.kernel.clock import at, now
from xinglin.kernel.models import Account, Invitation, LedgerEntry, PastPassword
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import ADMINISTRATORS, Role

GOOD = "Tianwen-1 lands"


@pytest.fixture
def security(db: None) -> Account:
    account = Account.objects.create(username="security", email="security@example.org")
    permits.grant(account=account, role=Role.SECURITY_ADMIN, by=permits.the_program())
    return account


@pytest.fixture
def system(db: None) -> Account:
    account = Account.objects.create(username="system")
    permits.grant(account=account, role=Role.SYSTEM_ADMIN, by=permits.the_program())
    return account


def invited(by: Account, role: Role = Role.LIAISON, scope: tuple[str, str] = ("organisation", "01H")) -> Invitation:
    return accounts.invite(
        email="shili@example.org", display_name="示例", role=role, scope_kind=scope[0], scope_id=scope[1], by=by
    )


def accepted(invitation: Invitation) -> Account:
    return accounts.accept_invitation(secret=accounts.secret_of(invitation), username="shili", password=GOOD)


def refused(code: str) -> object:
    return pytest.raises(Refusal, match=code.replace(".", r"\."))


def test_somebody_invited_comes_in_with_the_role_they_were_invited_for(security: Account) -> None:
    invitation = invited(security)
    assert not mail.outbox and ProcrastinateJob.objects.get().task_name == "kernel.mail_invitation"
    assert accounts.mail_invitation(invitation.pk)
    assert accounts.secret_of(invitation) in mail.outbox[0].body
    account = accepted(invitation)
    assert permits.roles_of(account, [("organisation", "01H")]) == {Role.LIAISON}
    assert account.check_password(GOOD) and account.email == "shili@example.org"
    assert "kernel.invitation_accepted" in ledger.about(account).values_list("event", flat=True)
    assert not accounts.mail_invitation(invitation.pk), "an accepted invitation is not sent again"


def test_the_database_holds_no_secret_that_opens_the_door(security: Account) -> None:
    invitation = invited(security)
    kept = [str(value) for value in Invitation.objects.filter(pk=invitation.pk).values_list().get()]
    assert accounts.secret_of(invitation) not in " ".join(kept)
    assert not LedgerEntry.objects.filter(data__icontains=accounts.secret_of(invitation)).exists()


def test_an_invitation_works_once(security: Account) -> None:
    invitation = invited(security)
    accepted(invitation)
    with refused("accounts.invitation"):
        accounts.accept_invitation(secret=accounts.secret_of(invitation), username="other", password=GOOD)


@pytest.mark.parametrize("how", ["expired", "revoked", "replaced", "guessed"])
def test_invitations_that_open_nothing(security: Account, how: str) -> None:
    invitation, secret, moment = invited(security), "", now()
    secret = accounts.secret_of(invitation)
    match how:
        case "expired":
            moment += timedelta(days=15)
        case "revoked":
            accounts.revoke_invitation(invitation_id=invitation.pk, by=security)
        case "replaced":
            invited(security)
        case "guessed":
            secret = "x" * 43
    with at(moment), refused("accounts.invitation"):
        accounts.accept_invitation(secret=secret, username="shili", password=GOOD)
    assert not Account.objects.filter(username="shili").exists()


def test_who_may_invite_whom(security: Account) -> None:
    program = permits.the_program()
    secretary, liaison, expert = (Account.objects.create(username=name) for name in ("sec", "liaison", "expert"))
    permits.grant(account=secretary, role=Role.SECRETARIAT, by=program)
    permits.grant(account=liaison, role=Role.LIAISON, scope=("organisation", "01H"), by=program)
    permits.grant(account=expert, role=Role.EXPERT, scope=("person", "01P"), by=program)
    assert invited(secretary, Role.LIAISON)
    assert invited(liaison, Role.DEPARTMENT_HEAD, ("organisation", "01H"))
    for by, role, scope in (
        (secretary, Role.SECRETARIAT, ("alliance", "*")), (secretary, Role.SECURITY_ADMIN, ("alliance", "*")),
        (liaison, Role.DEPARTMENT_HEAD, ("organisation", "other")), (liaison, Role.DEPARTMENT_HEAD, ("alliance", "*")),
        (liaison, Role.LIAISON, ("organisation", "01H")), (expert, Role.EXPERT, ("person", "01P")),
    ):  # fmt: skip
        with refused("permits.not_yours"):
            invited(by, role, scope)


def test_a_further_role_needs_the_account_it_was_sent_to(security: Account) -> None:
    account = accepted(invited(security))
    second = invited(security, Role.EXPERT, ("person", "01P"))
    with refused("accounts.has_account"):
        accounts.accept_invitation(secret=accounts.secret_of(second), username="shili2", password=GOOD)
    with refused("accounts.other_invitation"):
        accounts.accept_invitation(secret=accounts.secret_of(second), by=security)
    accounts.accept_invitation(secret=accounts.secret_of(second), by=account)
    assert permits.roles_of(account, [("person", "01P")]) == {Role.EXPERT}


@pytest.mark.parametrize("name", ["", "xinglin", "XingLin", "security", "a b", "x" * 151])
def test_names_that_are_refused(security: Account, name: str) -> None:
    invitation = invited(security)
    with pytest.raises(Refusal) as caught:
        accounts.accept_invitation(secret=accounts.secret_of(invitation), username=name, password=GOOD)
    assert caught.value.field == "username"
    assert accounts.invitation_of(accounts.secret_of(invitation)) == invitation, "it can be tried again"


@pytest.mark.parametrize(
    "password",
    [
        "",
        "Short-1",
        "alllowercase1",
        "ALLUPPER-ONLY",
        "Shili-is-2026",
        "ilihS-is-2026",
        "Aa1Aa1Aa1Aa1Aa1",
        "P" + "a1-" * 60,
    ],
)
def test_weak_passwords_are_refused(security: Account, password: str) -> None:
    invitation = invited(security)
    with refused("passwords.weak"):
        accounts.accept_invitation(secret=accounts.secret_of(invitation), username="shili", password=password)


def test_a_password_is_changed_remembered_and_grows_old(security: Account) -> None:
    account = accepted(invited(security))
    with refused("accounts.old_password"):
        accounts.change_password(old_password="wrong", new_password="Chang'e-6 returns", by=account)
    with refused("passwords.weak"):
        accounts.change_password(old_password=GOOD, new_password=GOOD, by=account)
    accounts.change_password(old_password=GOOD, new_password="Chang'e-6 returns", by=account)
    account.refresh_from_db()
    with refused("passwords.weak"):
        accounts.change_password(old_password="Chang'e-6 returns", new_password=GOOD, by=account)
    assert PastPassword.objects.filter(account=account).count() == 2
    assert ledger.about(account).filter(event="kernel.password_changed").count() == 2
    assert not passwords.must_change(account)
    with at(now() + timedelta(days=91)):
        assert passwords.must_change(account)
    accounts.ask_for_new_password(account_id=account.pk, by=security)
    account.refresh_from_db()
    assert passwords.must_change(account)


def test_only_the_last_passwords_are_kept(security: Account) -> None:
    account = accepted(invited(security))
    present = GOOD
    for number in range(6):
        following = f"Orbit-{number} around it"
        accounts.change_password(old_password=present, new_password=following, by=account)
        present = following
    assert PastPassword.objects.filter(account=account).count() == 5


@given(st.text(max_size=40), st.text(max_size=20))
def test_judging_a_password_never_crashes(password: str, name: str) -> None:
    found = passwords.faults(password, names=(name,), length=10, kinds=3)
    assert found or len(password) >= 10


def test_a_token_is_shown_once_and_stops_when_revoked(security: Account) -> None:
    token, secret = accounts.issue_token(name="示例", abilities=["read"], days=30, by=security)
    assert secret not in str(token.__dict__) and tokens.holder(secret) == token
    stranger = Account.objects.create(username="stranger")
    with refused("absent"):
        accounts.revoke_token(token_id=token.pk, by=stranger)
    accounts.revoke_token(token_id=token.pk, by=security)
    with refused("tokens.bad"):
        tokens.holder(secret)


def test_tokens_for_programs_come_from_the_system_administrator(security: Account, system: Account) -> None:
    his = accounts.open_account(username="his-01", display_name="示例 HIS", by=system)
    with refused("permits.not_yours"):
        accounts.open_account(username="his-02", display_name="x", by=security)
    token, _ = accounts.issue_token(name="HIS", abilities=["read"], days=90, account_id=his.pk, by=system)
    assert token in accounts.tokens_for(system)
    for wrong in (security.pk, permits.the_program().pk):
        with pytest.raises(Refusal):
            accounts.issue_token(name="x", abilities=[], days=1, account_id=wrong, by=system)
    with refused("accounts.token_days"):
        accounts.issue_token(name="x", abilities=[], days=4000, by=system)
    assert not permits.is_the_program(his), "a program with an account has the roles it was given, no more"


def test_a_closed_account_holds_nothing(security: Account, system: Account) -> None:
    account = accepted(invited(security))
    _, secret = accounts.issue_token(name="x", abilities=["read"], days=9, by=account)
    accounts.close_account(account_id=account.pk, reason="示例", by=system)
    account = Account.objects.get(pk=account.pk)
    assert not account.is_active and not permits.grants_of(account) and not account.has_usable_password()
    with refused("tokens.bad"):
        tokens.holder(secret)


def test_the_last_security_administrator_stays(security: Account, system: Account) -> None:
    with refused("accounts.last_security_admin"):
        accounts.close_account(account_id=security.pk, reason="x", by=system)
    with refused("absent"):
        accounts.close_account(account_id=permits.the_program().pk, reason="x", by=system)


def test_the_three_administrations_exclude_each_other_and_nobody_raises_themselves(security: Account) -> None:
    other = Account.objects.create(username="other")
    permits.grant(account=other, role=Role.AUDIT_ADMIN, by=security)
    for role in sorted(ADMINISTRATORS - {Role.AUDIT_ADMIN}):
        with refused("permits.administrators_exclude"):
            permits.grant(account=other, role=role, by=security)
    with refused("permits.not_oneself"):
        permits.grant(account=security, role=Role.SECRETARIAT, by=security)
    with refused("permits.not_yours"):
        permits.grant(account=security, role=Role.SECRETARIAT, by=other)


def test_a_person_sees_who_read_their_data(security: Account) -> None:
    person = Account.objects.create(username="person", person_id="01P")
    reading.record_read(subject=person, fields=["phone"], page="示例", by=security)
    assert audit.reads_about("01P", person).count() == 1
    assert audit.reads_about("01P", security).count() == 0
    assert audit.reads_about("", None).count() == 0


def test_sign_ins_are_written_down_but_not_what_was_typed_as_a_name(security: Account) -> None:
    audit.sign_in(factor="totp", address="192.0.2.1", by=security)
    audit.sign_in_failed(username="My-password-1", address="192.0.2.1", reason="password")
    audit.locked_out(username="SECURITY", address="192.0.2.1", failures=5)
    audit.sign_out(reason="idle", by=security)
    assert [entry.event for entry in audit.sign_ins_of(security, security)] == [
        "kernel.signed_out", "kernel.locked_out", "kernel.signed_in",
    ]  # fmt: skip
    assert "My-password-1" not in str(list(LedgerEntry.objects.values()))
