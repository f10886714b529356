"""`xinglin createadmin`: the first administrators, before there is anybody who could invite them."""

from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from xinglin.kernel.models import Account

ROLES = ("system", "security", "audit")


@click.command()
@click.option("--role", type=click.Choice(ROLES), default="system", show_default=True, help="Which administration.")
@click.option("--username", prompt=True, help="What they sign in with.")
@click.option("--email", prompt=True, help="Where notices and resets go.")
@click.option("--name", "display_name", default="", help="What others see.")
@click.option("--password-file", type=click.File(), help="First line of this file (-: stdin); otherwise you are asked.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def createadmin(
    role: str, username: str, email: str, display_name: str, password_file: TextIO | None, as_json: bool
) -> None:
    """Create the first system (or security, or audit) administrator.

    The three exclude each other (GB/T 22239-2019 8.1.5) and each is created here once; everybody else is invited.
    """
    from xinglin.cli.main import ready, show
    from xinglin.cli.migrate import migrate_now

    if password_file is not None:
        password = str(password_file.readline()).rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    ready()
    migrate_now()
    account = create(role, username.strip(), email.strip(), display_name.strip(), password)
    result = {"id": str(account.pk), "username": account.username, "role": f"{role}_admin"}
    show(result, as_json=as_json, text=f"{account.username} is now the {role} administrator.")


def create(role: str, username: str, email: str, display_name: str, password: str) -> "Account":
    """Make the account and its grant, or refuse. Raises Refusal."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.db import IntegrityError, transaction

    from xinglin.kernel import passwords, permits
    from xinglin.kernel.clock import now
    from xinglin.kernel.models import Account, Grant
    from xinglin.kernel.phrases import say
    from xinglin.kernel.refusals import Refusal
    from xinglin.kernel.words import Role

    wanted = Role(f"{role}_admin")
    if not username:
        raise Refusal("createadmin.username", say("A user name is needed."), field="username")
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refusal("createadmin.email", say("This is not an e-mail address."), field="email") from error
    passwords.refuse_weak(password, Account(username=username, email=email, display_name=display_name))
    with transaction.atomic():
        if Grant.objects.select_for_update().filter(role=wanted, ended_at=None, account__is_active=True).exists():
            raise Refusal(
                "createadmin.exists",
                say("There is an administrator of this kind already."),
                say("Ask the security administrator to invite another."),
            )
        try:
            with transaction.atomic():
                account = Account.objects.create_user(
                    username, email, password, display_name=display_name, password_changed_at=now()
                )
        except IntegrityError as error:
            raise Refusal(
                "createadmin.taken", say("This user name or e-mail address is taken."), say("Choose another.")
            ) from error
        permits.grant(account=account, role=wanted, by=permits.the_program())
    return account
