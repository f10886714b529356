"""`xinglin catalogue`: the standard items, and a city's own lists of codes, marks, windows and prices."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click


@click.group()
def catalogue() -> None:
    """Standard items and what belongs to them: load, import."""


@catalogue.command("load", short_help="Load the standard items this release brings.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def load(as_json: bool) -> None:
    """Load items, panels and default windows, and publish what changed. Loading twice changes nothing."""
    from xinglin.cli.main import ready, show

    ready()
    from django.utils.translation import gettext

    from xinglin.exchange.catalogue.actions.standard import load_standard
    from xinglin.exchange.catalogue.queries.items import current_version
    from xinglin.kernel import permits

    before = current_version()
    version = load_standard(by=permits.the_program())
    result: dict[str, Any] = {
        "version": version.number,
        "published": before is None or before.pk != version.pk,
        "items": version.items,
        "added": len(version.added),
        "changed": len(version.changed),
        "disabled": len(version.disabled),
        "enabled": len(version.enabled),
    }
    text = gettext("Version {version}: {items} items; {added} added, {changed} changed, {disabled} disabled.")
    same = gettext("Nothing changed: version {version} stands, with {items} items.")
    show(result, as_json=as_json, text=(text if result["published"] else same).format(**result))


@catalogue.command("import", short_help="Bring in local codes, marks, windows or prices.")
@click.argument("what", type=click.Choice(["codes", "marks", "windows", "prices"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--at", "organisation", metavar="ORG", help="Whose codes or prices they are: name, medical code or id.")
@click.option("--system", help="The code system of local codes, where the file has no column for it.")
@click.option("--region", metavar="CODE", help="For windows and prices without a region: 440100, 440000.")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="In force from, where the file has no column.")
@click.option("--source", help="The document windows or prices come from, where the file has no column.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def import_(
    what: str,
    file: Path,
    organisation: str | None,
    system: str | None,
    region: str | None,
    since: datetime | None,
    source: str | None,
    as_json: bool,
) -> None:
    """Import FILE (.xlsx or .csv). Refused rows are listed with the reason; the others are taken."""
    from xinglin.cli.main import ready, show

    try:
        content = file.read_bytes()
    except OSError as error:
        raise click.BadParameter(str(error), param_hint="FILE") from error
    if what == "codes" and not organisation:
        raise click.UsageError("local codes belong to somebody: give --at ORG")
    ready()
    from django.utils.translation import gettext

    from xinglin.exchange.catalogue.actions import imports
    from xinglin.exchange.catalogue.queries.mappings import refusals_of
    from xinglin.exchange.catalogue.queries.sites import organisation_called
    from xinglin.kernel import permits
    from xinglin.kernel.asks import Upload
    from xinglin.portal.speaking import spoken

    by, upload, day = permits.the_program(), Upload(file.name, content), since.date() if since else None
    place = organisation_called(organisation, by) if organisation else None
    deeds: dict[str, Any] = {
        "codes": lambda: imports.import_codes(organisation_id=place or "", file=upload, system=system, by=by),
        "marks": lambda: imports.import_grants(file=upload, by=by),
        "windows": lambda: imports.import_windows(file=upload, region=region, valid_from=day, source=source, by=by),
        "prices": lambda: imports.import_prices(
            file=upload, organisation_id=place, region=region, valid_from=day, price_list=source, by=by
        ),
    }
    run = deeds[what]()
    refused = [{"row": row, "reason": str(spoken(reason))} for row, reason in refusals_of(run)]
    counts = {name: getattr(run, name) for name in ("rows", "created", "changed", "unchanged")}
    text = gettext("{rows} rows: {created} created, {changed} changed, {unchanged} unchanged, {refused} refused.")
    lines = [text.format(**counts, refused=len(refused)), *(f"{one['row']:>7}  {one['reason']}" for one in refused)]
    show({**counts, "refused": refused}, as_json=as_json, text="\n".join(lines))
