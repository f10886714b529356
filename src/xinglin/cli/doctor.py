"""`xinglin doctor`: is everything as it should be, and if not, what to do."""

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass

import click

OK, WARNING, FAILED = "ok", "warning", "failed"
MARKS = {OK: "✓", WARNING: "!", FAILED: "✗"}
ENOUGH = 2 * 2**30  # bytes that should be free
HEARD = 60  # seconds within which a living worker was heard
OLDEST_SERVER = 150000  # PostgreSQL 15, as its server_version_num


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    name: str
    state: str
    sentence: str
    next_step: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def doctor(as_json: bool) -> None:
    """Check the disk, the database, its migrations, the worker and the mail. Exit 1 if anything fails."""
    from xinglin.cli.main import ready, show

    ready()
    findings = [look() for look in (disk, database, migrations, worker, mail)]
    healthy = all(finding.state != FAILED for finding in findings)
    lines = [f"{MARKS[f.state]} {f.name}: {f.sentence} {f.next_step}".rstrip() for f in findings]
    show({"healthy": healthy, "checks": [asdict(f) for f in findings]}, as_json=as_json, text="\n".join(lines))
    if not healthy:
        raise SystemExit(1)


def guarded(name: str) -> "Callable[[Callable[[], Finding]], Callable[[], Finding]]":
    """A check that raises has failed, with what it raised as its sentence."""

    def wrap(check: Callable[[], Finding]) -> Callable[[], Finding]:
        def guarded_check() -> Finding:
            from django.db import Error

            from xinglin.kernel.home import HomeProblem

            try:
                return check()
            except HomeProblem as problem:
                return Finding(name, FAILED, problem.sentence, problem.next_step)
            except Error as error:
                return Finding(name, FAILED, f"The database does not answer ({str(error).splitlines()[0]}).")

        return guarded_check

    return wrap


@guarded("disk")
def disk() -> Finding:
    """Room left, and the home writable."""
    from xinglin.kernel.home import LOW_WATER_MARK, free_bytes, home

    path = home()
    if not os.access(path, os.W_OK):
        return Finding("disk", FAILED, f"{path} cannot be written.", "Start Xinglin as the folder's owner.")
    free = free_bytes(path)
    said = f"{free / 2**30:.1f} GiB free under {path}."
    if free < LOW_WATER_MARK:
        return Finding("disk", FAILED, said, "Free some space at once: nothing can be saved.")
    return Finding("disk", OK if free >= ENOUGH else WARNING, said, "" if free >= ENOUGH else "Free some space soon.")


@guarded("database")
def database() -> Finding:
    """There, new enough, in UTF-8."""
    from django.db import connection

    from xinglin.kernel.database import is_embedded

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')")
        number, encoding = cursor.fetchone()
    kind = "embedded" if is_embedded() else "by XINGLIN_DATABASE_URL"
    said = f"PostgreSQL {number // 10000}.{number % 10000}, {kind}."
    if number < OLDEST_SERVER:
        return Finding("database", FAILED, said, "Xinglin needs PostgreSQL 15 or later.")
    if encoding != "UTF8":
        return Finding("database", FAILED, f"{said} Its encoding is {encoding}.", "Create the database with UTF8.")
    return Finding("database", OK, said)


@guarded("migrations")
def migrations() -> Finding:
    """Nothing left to apply."""
    from xinglin.cli.migrate import pending

    waiting = pending()
    if waiting:
        return Finding("migrations", FAILED, f"{len(waiting)} to apply.", "Run `xinglin migrate`.")
    return Finding("migrations", OK, "All applied.")


@guarded("worker")
def worker() -> Finding:
    """A worker heard within the last minute."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('procrastinate_workers')")
        if cursor.fetchone()[0] is None:
            return Finding("worker", WARNING, "Its tables are not there yet.", "Run `xinglin migrate`.")
        cursor.execute("SELECT extract(epoch FROM now() - max(last_heartbeat))::float FROM procrastinate_workers")
        age = cursor.fetchone()[0]
    if age is None or age > HEARD:
        return Finding("worker", WARNING, "None is running.", "`xinglin serve` runs one; or start `xinglin worker`.")
    return Finding("worker", OK, f"Heard {age:.0f} seconds ago.")


@guarded("mail")
def mail() -> Finding:
    """The mail server answers."""
    from django.conf import settings
    from django.core.mail import get_connection

    if "smtp" not in settings.EMAIL_BACKEND:
        return Finding(
            "mail", WARNING, "E-mail is not sent anywhere.", "Set XINGLIN_EMAIL_BACKEND and XINGLIN_EMAIL_HOST."
        )
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection(timeout=5):
            return Finding("mail", OK, f"{where} answers.")
    except OSError as error:  # smtplib's own errors are OSErrors too
        return Finding("mail", FAILED, f"{where} does not answer ({error}).", "Check XINGLIN_EMAIL_*.")
