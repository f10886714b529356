"""System administration: the dated rules, background work, the alliance's ways of notices, programs' accounts."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from xinglin.kernel import accounts as opening
from xinglin.kernel import clock, configuration, jobs
from xinglin.kernel.asks import Ask, Day, Line, Paragraph
from xinglin.kernel.configuration import RULES, Rule
from xinglin.kernel.deliveries import failed_deliveries_for
from xinglin.kernel.models import Account, DatedSetting, Job
from xinglin.kernel.notices import outlets_for
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import AccountKind, JobState, Role
from xinglin.portal.accounts.administrators import only
from xinglin.portal.accounts.asked import ask
from xinglin.portal.edges import somebody

SHOWN = 50
GROUPS: dict[str, Phrase] = {
    "accounts": say("Accounts"), "notices": say("Notices"), "deadlines": say("Deadlines"), "roster": say("Register"),
    "matching": say("Matching"), "portal": say("Public portal"), "documents": say("Documents"),
}  # fmt: skip
system = only(Role.SYSTEM_ADMIN)


@system
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule with the value in force today and where it comes from."""
    set_by_day = {row.key: row for row in _in_force()}
    groups: dict[str, tuple[Phrase, list[dict[str, Any]]]] = {}
    for rule in RULES.values():
        part = rule.key.split(".")[0]
        row = set_by_day.get(rule.key)
        told = {
            "rule": rule,
            "value": row.value if row else rule.default,
            "source": row.source_document if row else rule.source,
            "since": row.valid_from if row else None,
        }
        groups.setdefault(part, (GROUPS.get(part, Phrase(part)), []))[1].append(told)
    context = {"nav": "system", "tab": "rules", "groups": list(groups.values())}
    return render(request, "administration/rules.html", context)


def _in_force() -> list[DatedSetting]:
    today = clock.today()
    rows = DatedSetting.objects.filter(valid_from__lte=today).order_by("valid_from")
    return [row for row in rows if row.valid_to is None or row.valid_to >= today]


@system
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """One rule: what holds, what held, what is to come; and a new value from a day on."""
    known = RULES.get(key)
    if known is None:
        raise absent()
    start = {"value": shown(configuration.value(key)), "valid_from": clock.today()}
    form = ask(
        request, "set", set_value, say("Put in force"), actor=somebody(request), initial=start, key="key", value=key
    )
    if form.accepted:
        messages.success(request, gettext("The value is set; it holds from the day you named."))
        return HttpResponseRedirect(reverse("rule", args=[key]), status=303)
    context = {
        "nav": "system",
        "tab": "rules",
        "rule": known,
        "value": configuration.value(key),
        "history": DatedSetting.objects.filter(key=key).order_by("-valid_from"),
        "today": clock.today(),
        "asked": form,
        "hint": hint(known),
    }
    return render(request, "administration/rule.html", context, status=form.status)


def set_value(
    *, key: Line, value: Paragraph, valid_from: Day, source_document: Annotated[str, Ask("line", longest=300)],
    article: Annotated[str, Ask("line", longest=120)] | None = None, by: Account,
) -> Any:  # fmt: skip
    """Put a new value of a rule in force from a day on."""
    earliest = date(2000, 1, 1)
    if valid_from < earliest:
        raise Refusal("configuration.day", say("Choose a day from {day} on.", day=earliest), field="valid_from")
    return configuration.set_rule(
        key=key, value=typed_value(RULES[key], value), valid_from=valid_from, source_document=source_document,
        article=article or "", by=by,
    )  # fmt: skip


def shown(value: Any) -> str:
    """A value as it is typed: a list of words one per line, yes or no, anything else as JSON or plain."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(one, (str, int)) for one in value):
        return "\n".join(str(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)


def typed_value(rule: Rule, text: str) -> Any:
    """What was typed, in the shape of the rule's own value. Raises Refusal when it has another shape."""
    wrong = Refusal("configuration.shape", hint(rule), field="value")
    default, text = rule.default, text.strip()
    try:
        if isinstance(default, bool):
            return {"yes": True, "no": False, "是": True, "否": False}[text.lower()]
        if isinstance(default, int):
            if int(text) < 0:
                raise wrong
            return int(text)
        if isinstance(default, str):
            return text
        if isinstance(default, list) and all(isinstance(one, (str, int)) for one in default):
            parts = [part.strip() for part in text.replace(",", "\n").splitlines() if part.strip()]
            whole = bool(default) and all(isinstance(one, int) for one in default)
            return [int(part) for part in parts] if whole else _known_roles(rule, parts)
        return json.loads(text)
    except (KeyError, ValueError) as error:
        raise wrong from error


def _known_roles(rule: Rule, parts: list[str]) -> list[str]:
    """A rule that names roles takes roles only: a slip would switch a protection off."""
    if rule.key.endswith("_roles") and (strange := [part for part in parts if part not in set(Role)]):
        sentence = say("There is no role called “{role}”.", role=strange[0])
        raise Refusal(
            "configuration.role",
            sentence,
            say("The roles are {roles}.", roles=[str(one) for one in Role]),
            field="value",
        )
    return parts


def hint(rule: Rule) -> Phrase:
    """How a value of this rule is typed."""
    match rule.default:
        case bool():
            return say("Type yes or no.")
        case int():
            return say("Type a whole number, nought or more.")
        case str():
            return say("Type the text.")
        case list() if rule.default and all(isinstance(one, int) for one in rule.default):
            return say("Type whole numbers, one per line.")
        case list():
            return say("Type one word per line.")
        case _:
            return say("Type it as JSON.")


@system
def work(request: HttpRequest) -> HttpResponse:
    """Background work: what waits, runs, is done or failed, with progress; and notices that could not be delivered."""
    actor = somebody(request)
    rows = list(jobs.jobs_for(actor).order_by("-created_at")[:SHOWN])
    names = dict(Account.objects.filter(pk__in={row.asked_by for row in rows}).values_list("pk", "display_name"))
    told = [
        {
            "job": row,
            "label": jobs.TASKS[row.task].label if row.task in jobs.TASKS else Phrase(row.task),
            "state": JobState(row.state),
            "by": names.get(row.asked_by, ""),
            "failure": jobs.failure_of(row),
            "stoppable": row.state in (JobState.WAITING, JobState.RUNNING),
        }
        for row in rows
    ]
    context = {
        "nav": "system",
        "tab": "work",
        "rows": told,
        "failed": failed_deliveries_for(actor).select_related("notice")[:SHOWN],
        "outlets": [one for one in outlets_for(actor) if one.account_id is None],
    }
    return render(request, "administration/work.html", context)


@system
@require_POST
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Stop long work."""
    job: Job = jobs.cancel_job(job_id=key, by=somebody(request))
    done = job.state == JobState.CANCELLED
    messages.success(request, gettext("Stopped.") if done else gettext("It stops before its next part."))
    return HttpResponseRedirect(reverse("system-work"), status=303)


@system
def programs(request: HttpRequest) -> HttpResponse:
    """Accounts of programs (a hospital's own system), which come with tokens and never sign in."""
    form = ask(request, "open", open_program, say("Open an account"), actor=somebody(request))
    if form.accepted:
        messages.success(request, gettext("The account is open. The security administrator gives it its role."))
        return HttpResponseRedirect(reverse("system-programs"), status=303)
    token = ask(request, "token", issue_for, say("Issue a token"), actor=somebody(request))
    made, secret = token.done if token.accepted else (None, "")
    context = {
        "nav": "system", "tab": "programs", "asked": form, "token": token, "made": made, "secret": secret,
        "rows": Account.objects.filter(kind=AccountKind.PROGRAM).order_by("username"),
    }  # fmt: skip
    status = max(form.status, token.status)
    return render(request, "administration/programs.html", context, status=status)


def open_program(
    *,
    username: Annotated[str, Ask("line", longest=150)],
    display_name: Annotated[str, Ask("line", longest=120)],
    by: Account,
) -> Account:
    """Open an account for a program."""
    return opening.open_account(username=username, display_name=display_name, by=by)


def issue_for(
    *,
    username: Line,
    name: Annotated[str, Ask("line", longest=80)],
    abilities: list[Line],
    days: Annotated[int, Ask("count", least=1)],
    by: Account,
) -> Any:
    """Issue a token for a program's account."""
    program = Account.objects.filter(kind=AccountKind.PROGRAM, username__iexact=username, is_active=True).first()
    if program is None:
        raise Refusal("accounts.no_program", say("There is no program's account of this name."), field="username")
    return opening.issue_token(name=name, abilities=abilities, days=days, account_id=program.pk, by=by)
