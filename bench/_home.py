"""The home a claim is measured in: a folder and an embedded database of its own, never those of an installation."""

from __future__ import annotations

import os
from pathlib import Path


def own_home(home: Path) -> None:
    """Set Django up on `home`, here and, by the environment, in the processes started from here."""
    os.environ["XINGLIN_HOME"] = str(home)
    # It would name a city's own database, and most claims empty tables before they fill them.
    os.environ.pop("XINGLIN_DATABASE_URL", None)
    join_home()


def join_home() -> None:
    """Set Django up in a process started by one that has a home of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.portal.settings")
    import django
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]  # the test client's name for us
    django.setup()
