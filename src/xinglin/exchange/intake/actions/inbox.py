"""Watched folders: a look each minute whether something lies there, and the work asked for."""

from __future__ import annotations

from django.db import transaction

from xinglin.exchange.catalogue.queries.sites import sites_for
from xinglin.exchange.intake.taking.folders import files_of
from xinglin.kernel import home, jobs, permits
from xinglin.kernel.models import Account

TASK = "intake.folder"


@transaction.atomic
def look_into_folders(*, by: Account) -> int:
    """Ask for the work of every site whose folder holds something and that nobody is at already."""
    asked = 0
    root = home.home_path() / "inbox"
    if not root.is_dir():
        return 0
    busy = {
        job.arguments.get("site")
        for job in jobs.jobs_for(permits.the_program()).filter(task=TASK, state__in=[str(one) for one in jobs.OPEN])
    }
    for site in sites_for(None):
        if site.number not in busy and files_of(site.number):
            jobs.ask(TASK, by=by, arguments={"site": site.number})
            asked += 1
    return asked
