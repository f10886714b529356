"""`xinglin reference`: prints the generated pages of the manual (`make docs`)."""

import importlib
from pathlib import Path

import click

# One line per page: its file under docs/reference and the function that prints it.
PAGES = {
    "settings.md": "xinglin.kernel.environment:reference_page",
    "commands.md": "xinglin.cli.reference:commands_page",
    "lifecycles.md": "xinglin.cli.manual:lifecycles_page",
    "events.md": "xinglin.cli.manual:events_page",
    "permissions.md": "xinglin.cli.manual:permissions_page",
    "verbs.md": "xinglin.cli.manual:verbs_page",
    "rules.md": "xinglin.cli.manual:rules_page",
    "../../GLOSSARY.md": "xinglin.cli.manual:glossary_page",
}


@click.command()
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/reference"), show_default=True
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 and name the pages that are out of date.")
def reference(into: Path, check: bool) -> None:
    """Print the generated pages of the manual."""
    from xinglin.cli.main import ready, refuse

    ready()
    stale = [name for name in PAGES if not same(into / name, page(name))]
    if check and stale:
        refuse(f"Out of date: {', '.join(stale)}.", "Run `make docs`.")
    for name in stale:
        into.mkdir(parents=True, exist_ok=True)
        (into / name).write_text(page(name), encoding="utf-8")
        click.echo(str(into / name))


def page(name: str) -> str:
    """The text of one generated page."""
    module, _, function = PAGES[name].partition(":")
    return str(getattr(importlib.import_module(module), function)())


def same(path: Path, text: str) -> bool:
    """Whether the file holds exactly this text."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def commands_page() -> str:
    """The manual's page of commands, from their own help."""
    from xinglin.cli.main import main

    lines = [
        "# Commands",
        "",
        "Printed from the commands' own help; do not edit by hand (`make docs` prints it again).",
        "",
    ]
    lines += ["", "Exit 0 is success, 1 a refusal with its sentence on stderr, 2 wrong usage.", ""]
    with main.make_context("xinglin", [], resilient_parsing=True, terminal_width=100) as root:
        lines += described(main, root, ["xinglin"])
    return "\n".join(lines)


def described(group: click.Group, context: click.Context, path: list[str]) -> list[str]:
    """The help of every command of a group, and of the groups in it."""
    lines: list[str] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        words = [*path, name]
        with command.make_context(name, [], parent=context, resilient_parsing=True, terminal_width=100) as inner:
            lines += [f"## {' '.join(words)}", "", "```text", command.get_help(inner), "```", ""]
            if isinstance(command, click.Group):
                lines += described(command, inner, words)
    return lines
