"""Every XINGLIN_* environment variable, in one place.

The settings page of the manual is printed from this table, and a house test finds one that is read but not listed.
Pure standard library: it is read before Django is.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, what holds when it is unset, what it is for, and an example."""

    name: str
    default: str
    meaning: str
    example: str = ""


VARIABLES: tuple[Variable, ...] = (
    Variable(
        "XINGLIN_HOME",
        "var",
        "The folder that holds everything the program keeps: database, documents, logs, secrets. "
        "A relative path counts from the folder the command is started in.",
        "/srv/xinglin",
    ),
    Variable(
        "XINGLIN_DATABASE_URL",
        "",
        "A PostgreSQL 15 or later to use instead of the embedded one.",
        "postgresql://xinglin:secret@db.example.org/xinglin",
    ),
    Variable(
        "XINGLIN_DATABASE_UNSAFE",
        "",
        "1 switches off the embedded database's protection against power loss. Tests only: faster, and not safe.",
        "1",
    ),
    Variable(
        "XINGLIN_STATEMENT_TIMEOUT",
        "60",
        "Seconds after which the database gives up one statement. Background work sets its own.",
        "120",
    ),
    Variable(
        "XINGLIN_SHARED_DATA",
        "../shared/data",
        "Where tests and benchmarks find the sample data. They skip, saying so, when it is absent.",
        "/srv/xinglin-data",
    ),
    Variable(
        "XINGLIN_EMBEDDER",
        "",
        "An embedding service in your own network that re-ranks suggestions: its address, # and its model and size. "
        "Unset, ranking works without one; texts of needs and experts go to no other address than this.",
        "http://10.0.0.5:8080#model=bge-m3&dim=1024",
    ),
    Variable("XINGLIN_EMBEDDER_KEY", "", "The key that service asks for, if it asks for one.", "secret"),
    Variable("XINGLIN_DEBUG", "", "1 shows traces in the browser. Never where real data is.", "1"),
    Variable(
        "XINGLIN_HOSTS",
        "127.0.0.1,localhost,[::1],testserver",
        "The names this server answers to, by comma.",
        "xinglin.example.org",
    ),
    Variable(
        "XINGLIN_URL",
        "http://127.0.0.1:8000",
        "The address people reach the portal at; https switches strict cookies on.",
        "https://xinglin.example.org",
    ),
    Variable(
        "XINGLIN_EMAIL_BACKEND",
        "django.core.mail.backends.console.EmailBackend",
        "How e-mail leaves.",
        "django.core.mail.backends.smtp.EmailBackend",
    ),
    Variable("XINGLIN_EMAIL_HOST", "localhost", "The mail server.", "smtp.example.org"),
    Variable("XINGLIN_EMAIL_PORT", "25", "Its port.", "587"),
    Variable("XINGLIN_EMAIL_USER", "", "Its user name.", "xinglin"),
    Variable("XINGLIN_EMAIL_PASSWORD", "", "Its password.", "secret"),
    Variable("XINGLIN_EMAIL_TLS", "", "1 uses TLS to the mail server.", "1"),
    Variable(
        "XINGLIN_WEBHOOK_PRIVATE",
        "",
        "1 lets webhooks go to private addresses and without TLS. Only where the receiver stands in your own network.",
        "1",
    ),
    Variable("XINGLIN_EMAIL_FROM", "xinglin@localhost", "The sender of e-mail.", "xinglin@example.org"),
    Variable(
        "XINGLIN_OIDC_URL",
        "",
        "The address of a city's single sign-on (OpenID Connect issuer); unset, there is none. "
        "Accounts are found by what the provider calls them or by the e-mail they were invited under, never created.",
        "https://sso.example.org/realms/city",
    ),
    Variable("XINGLIN_OIDC_CLIENT", "", "What this portal is called there (client id).", "xinglin"),
    Variable("XINGLIN_OIDC_SECRET", "", "The secret agreed with the provider.", "secret"),
    Variable("XINGLIN_OIDC_NAME", "统一身份认证 Single sign-on", "What the button on the sign-in page says.", "粤政易"),
    Variable(
        "XINGLIN_OIDC_TRUSTS_EMAIL",
        "",
        "1 takes the provider's e-mail addresses as checked even where it does not say so. Only for a provider that "
        "itself checks them.",
        "1",
    ),
    Variable(
        "XINGLIN_PROXIES",
        "0",
        "How many proxies of your own stand in front: so many of the last addresses in X-Forwarded-For are theirs.",
        "1",
    ),
)

_BY_NAME = {variable.name: variable for variable in VARIABLES}


def read(name: str) -> str:
    """The value of a listed variable, or its default. An empty value counts as unset.

    Raises KeyError for a name that is not in the table: list it there first.
    """
    return os.environ.get(name) or _BY_NAME[name].default


def is_on(name: str) -> bool:
    """Whether a listed variable is switched on (1, true, yes or on)."""
    return read(name).strip().lower() in {"1", "true", "yes", "on"}


def reference_page() -> str:
    """The manual's page of settings, in Markdown, printed from the table above."""
    lines = [
        "# Settings",
        "",
        "Printed from `src/xinglin/kernel/environment.py`; do not edit by hand (`make docs` prints it again).",
        "Everything has a default that works: a city can begin without setting any of these.",
        "",
        "| variable | default | meaning | example |",
        "|---|---|---|---|",
    ]
    for variable in VARIABLES:
        default = f"`{variable.default}`" if variable.default else "(none)"
        example = f"`{variable.example}`" if variable.example else ""
        lines.append(f"| `{variable.name}` | {default} | {variable.meaning} | {example} |")
    return "\n".join(lines) + "\n"
