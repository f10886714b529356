"""`xinglin recognise`: the order-entry answer for one patient, as a program or a person reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click


@click.command(short_help="Which earlier results stand for ordered items.")
@click.option("--patient", required=True, help="The hospital's own number, “kind:number” of a document, or #RECORD.")
@click.option("--items", required=True, help="Codes of the catalogue, of the hospital or of LOINC, by comma.")
@click.option("--at", "place", required=True, help="The asking hospital: its id or its number in the exchange.")
@click.option("--when", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]), default=None,
              help="The moment asked about; now if none is given.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def recognise(patient: str, items: str, place: str, when: datetime | None, as_json: bool) -> None:
    """Answer as the order entry of a hospital would be answered: per item must, may, history or none.

    It looks with the hospital's own rights (a treating relation or consent is needed for results of others), shows what
    was found, and reminds nobody.
    """
    from xinglin.cli.main import ready, show

    ready()
    from xinglin.exchange.recognition.queries.asked import look
    from xinglin.kernel.clock import ZONE
    from xinglin.portal.speaking import spoken

    at = when.replace(tzinfo=ZONE) if when is not None else None
    found = look(patient=patient, codes=[code.strip() for code in items.split(",") if code.strip()], place=place, at=at)
    rows = [_row(code, one, found, spoken) for code, one in found.lines]
    result = {
        "patient": patient, "at": found.site.organisation_id, "when": found.at.isoformat(), "known": bool(found.record),
        "ground": str(found.ground or "") or None, "items": rows,
    }  # fmt: skip
    text = "\n".join(
        f"{row['item']}: {row['standing']}"
        + (f", {row['result']}, {row['made_by']}, {row['age_days']} d" if row["result_id"] else "")
        + "".join(f"\n    {reason}" for reason in row["reasons"])
        for row in rows
    )
    show(result, as_json=as_json, text=text)


def _row(code: str, one: Any, found: Any, spoken: Any) -> dict[str, Any]:
    if one is None:
        return {"item": code, "standing": "unknown", "result_id": None, "reasons": []}
    value = found.values.get(one.result_id)
    return {
        "item": code, "standing": str(one.cls), "result_id": one.result_id or None,
        "result": str(value) if value else None, "critical": one.critical,
        "made_by": found.name_of(one.site) if one.site else None, "made_at": one.effective_at,
        "age_days": one.age.days if one.result_id else None, "until": one.until, "scope": one.scope or None,
        "missing": [found.code_of(number) for number in one.missing],
        "reasons": [spoken(reason) for reason in one.reasons],
    }  # fmt: skip
