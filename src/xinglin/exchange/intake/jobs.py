"""What intake does in the background: each entry calls its actions part by part, nothing else."""

from __future__ import annotations

from typing import Any

from xinglin.exchange.catalogue.queries.sites import sites_for
from xinglin.exchange.intake.actions import inbox, quarantine, remapping, uploads
from xinglin.exchange.intake.rules.quarantine import REPAIRERS
from xinglin.exchange.intake.taking import folders
from xinglin.exchange.intake.taking.remapping import count_stale, stale_codes, waiting_codes
from xinglin.kernel import calendar, jobs, permits
from xinglin.kernel.phrases import say


@jobs.task(quarantine.REPLAY, say("Take quarantined entries in again"), roles=REPAIRERS)
def replay(work: jobs.Work, *, organisation_id: str, reason: str) -> dict[str, Any]:
    taken = 0
    after = str(work.place.get("after", ""))
    while True:
        with work.chunk():
            after, looked, left = quarantine.replay_part(
                organisation_id=organisation_id, reason=reason, after=after, by=work.by
            )
        if not looked:
            return {"taken": taken}
        taken += left
        with work.chunk(looked, after=after):
            pass


@jobs.task(remapping.TASK, say("Give results the standard item their code means"))
def remap(work: jobs.Work, *, site: int) -> dict[str, Any]:
    done = 0
    for system, code, item in waiting_codes(site):
        while True:
            with work.chunk():
                part = remapping.remap_part(site=site, system=system, code=code, item=item, by=work.by)
            done += part
            if part < remapping.PART:
                break
    codes = stale_codes(site)
    work.expect(work.job.done + count_stale(site, codes))
    changed = 0
    for system, code, item in codes:
        after = 0
        while True:
            with work.chunk():
                part, after = remapping.replace_part(
                    site=site, system=system, code=code, item=item, after=after, by=work.by
                )
            if not part:
                break
            changed += part
            with work.chunk(part):
                pass
    return {"results": done, "changed": changed}


@jobs.task(inbox.TASK, say("Take in what lies in a watched folder"))
def take_folder(work: jobs.Work, *, site: int) -> dict[str, Any]:
    """File by file; each is taken in parts of its own and laid aside. A file that was cut off is simply taken again."""
    place = sites_for(None).get(number=site)
    files = folders.files_of(site)
    work.expect(work.job.done + len(files))
    entries = 0
    for path in files:
        row = uploads.take_file(path=path, organisation_id=place.organisation_id, tick=lambda _n: work.listen(),
                                by=work.by)  # fmt: skip
        folders.lay_aside(path)
        entries += row.entries
        with work.chunk(1):
            pass
    return {"files": len(files), "entries": entries}


calendar.each_minute("intake.inbox", lambda: inbox.look_into_folders(by=permits.the_program()))
