"""The command line: `xinglin COMMAND`. Exit 0 is success, 1 a refusal with its sentence on stderr, 2 wrong usage."""

import importlib
import json
import os
import sys
from typing import Any, NoReturn

import click

# One line per command: its name and where it lives. A module is imported when its command is asked for.
COMMANDS = {
    "assign": "xinglin.cli.assign:assign_command",
    "backup": "xinglin.cli.backup:backup",
    "bench": "xinglin.cli.bench:bench",
    "catalogue": "xinglin.cli.catalogue:catalogue",
    "challenges": "xinglin.cli.challenges:challenges",
    "createadmin": "xinglin.cli.createadmin:createadmin",
    "demo": "xinglin.cli.demo:demo",
    "doctor": "xinglin.cli.doctor:doctor",
    "generate": "xinglin.cli.generate:generate",
    "identity": "xinglin.cli.identity:identity",
    "intake": "xinglin.cli.intake:intake",
    "ledger": "xinglin.cli.ledger:ledger",
    "migrate": "xinglin.cli.migrate:migrate",
    "rank": "xinglin.cli.rank:rank",
    "reference": "xinglin.cli.reference:reference",
    "recognise": "xinglin.cli.recognise:recognise",
    "restore": "xinglin.cli.restore:restore",
    "roster": "xinglin.cli.roster:roster",
    "serve": "xinglin.cli.serve:serve",
    "worker": "xinglin.cli.worker:worker",
}


class Commands(click.Group):
    """A group whose commands are imported only when used, and whose refusals become sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - a mistake in the table above
        return command

    def invoke(self, ctx: click.Context) -> Any:
        from xinglin.kernel.home import HomeProblem
        from xinglin.kernel.refusals import FieldRefusals, Refusal

        try:
            return super().invoke(ctx)
        except FieldRefusals as refusal:
            fields = [f"{name}: {one.sentence}" for name, one in refusal.fields.items()]
            refuse("\n".join([str(refusal.sentence), *fields]), None)
        except (Refusal, HomeProblem) as refusal:
            refuse(str(refusal.sentence), refusal.next_step)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="xinglin", prog_name="xinglin")
def main() -> None:
    """杏林 Xinglin: the system a city's medical alliance runs on."""


def ready() -> None:
    """Set Django up, in the language of the terminal. For commands that need the database or the wings."""
    import django
    from django.apps import apps
    from django.utils import translation

    from xinglin.kernel.collecting import loading

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.portal.settings")
    if not apps.ready:
        with loading():
            django.setup()
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    translation.activate("zh-hans" if spoken.lower().startswith("zh") else "en")


def show(result: dict[str, Any], *, as_json: bool, text: str) -> None:
    """Print what a command found: one JSON object and nothing else, or text for people."""
    click.echo(json.dumps(result, ensure_ascii=False, default=str) if as_json else text)


def refuse(sentence: str, next_step: object | None) -> NoReturn:
    """Say on stderr why not, and what to do next; exit 1."""
    click.echo(sentence, err=True)
    if next_step:
        click.echo(str(next_step), err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
